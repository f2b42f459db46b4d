//! When a session takes another voucher.

use super::*;
use crate::Limits;
use checkout_wire::ErrorCode::{self, *};
use checkout_wire::Problem;

fn admit(session: &Session, now: i64) -> Option<ErrorCode> {
    session.admit(now, &Limits::default()).err().map(|problem| problem.code)
}

/// A session whose vouchers were refused at these times, each for this reason.
fn refused_at(times: &[i64], code: DeclineCode) -> Session {
    let mut session = session(10_000, []);
    for (i, at) in times.iter().enumerate() {
        let id = format!("rd_{i}");
        session.apply(at - 500, begun(&id, 10_000));
        session.apply(*at, declined(&id, code));
    }
    session
}

fn retry_after(session: &Session, now: i64, limits: &Limits) -> Option<i64> {
    let problem: Problem = session.admit(now, limits).err()?;
    assert_eq!(problem.code, TooManyAttempts);
    Some(problem.retry_after.unwrap())
}

#[test]
fn only_an_open_session_takes_a_voucher() {
    let part = [begun("rd_1", 4_000), succeeded("rd_1", 4_000)];
    let all = [begun("rd_1", 10_000), succeeded("rd_1", 10_000)];
    let doubt = [begun("rd_1", 10_000), doubted("rd_1", Doubt::Timeout)];
    let left = doubt.clone().into_iter().chain([left_to_person("rd_1")]);
    let later = NOW + HOUR;
    for (session, now, expected) in [
        (session(10_000, []), NOW, None),
        (session(10_000, part.clone()), NOW, None),
        (session(10_000, all.clone()), NOW, Some(SessionComplete)),
        (session(10_000, all.clone()), later, Some(SessionComplete)),
        // What is paid after the cancelation does not undo it.
        (session(10_000, [all[0].clone(), Entry::Canceled, all[1].clone()]), NOW, Some(SessionCanceled)),
        (session(10_000, [begun("rd_1", 1)]), NOW, Some(PaymentInProgress)),
        (session(10_000, doubt.clone()), NOW, Some(PaymentInProgress)),
        (session(10_000, doubt.clone()), later, Some(PaymentInProgress)),
        (session(10_000, doubt.into_iter().chain([Entry::Canceled])), NOW, Some(PaymentInProgress)),
        (session(10_000, left.clone()), later - 1, Some(PaymentInProgress)),
        // What only a person can find out does not keep it from ending.
        (session(10_000, left), later, Some(SessionExpired)),
        (session(10_000, [Entry::Canceled]), NOW, Some(SessionCanceled)),
        (session(10_000, [Entry::Canceled]), later, Some(SessionCanceled)),
        (session(10_000, part.into_iter().chain([Entry::Canceled])), NOW, Some(SessionCanceled)),
        (session(10_000, []), later - 1, None),
        (session(10_000, []), later, Some(SessionExpired)),
    ] {
        assert_eq!(admit(&session, now), expected, "{session:?}");
    }
}

#[test]
fn law_8_five_refusals_within_a_minute_are_the_most() {
    let limits = Limits::default();
    let times = [NOW, NOW + 5_000, NOW + 6_000, NOW + 7_000, NOW + 20_000];
    for taken in 0..5 {
        let session = refused_at(&times[..taken], DeclineCode::VoucherNotFound);
        assert_eq!(session.admit(NOW + 20_000, &limits), Ok(()), "{taken}");
    }
    let session = refused_at(&times, DeclineCode::VoucherNotFound);
    for (now, wait) in
        [(20_000, Some(40)), (20_001, Some(40)), (21_000, Some(39)), (59_999, Some(1)), (60_000, None)]
    {
        assert_eq!(retry_after(&session, NOW + now, &limits), wait, "{now}");
    }
    // The minute slides: a sixth refusal after the first one's minute waits for the second one's.
    let later = [&times[..], &[NOW + 61_000]].concat();
    let session = refused_at(&later, DeclineCode::VoucherUsed);
    assert_eq!(retry_after(&session, NOW + 61_000, &limits), Some(4));
    assert_eq!(retry_after(&session, NOW + 65_000, &limits), None);
}

#[test]
fn law_8_after_ten_refusals_every_further_one_costs_a_pause() {
    let limits = Limits { pause_ms: 600_000, ..Limits::default() };
    let times: Vec<i64> = (0..11).map(|i| NOW + i * 60_000).collect();
    let nine = refused_at(&times[..9], DeclineCode::VoucherRefused);
    assert_eq!(retry_after(&nine, times[8], &limits), None);
    let ten = refused_at(&times[..10], DeclineCode::VoucherRefused);
    assert_eq!(retry_after(&ten, times[9], &limits), Some(600));
    assert_eq!(retry_after(&ten, times[9] + 599_001, &limits), Some(1));
    assert_eq!(retry_after(&ten, times[9] + 600_000, &limits), None);
    let eleven = refused_at(&times, DeclineCode::VoucherRefused);
    assert_eq!(retry_after(&eleven, times[9] + 600_000, &limits), Some(60));
}

#[test]
fn the_limits_are_those_of_the_configuration() {
    let limits = Limits::parse(r#"{"failed_per_minute":1,"failed_per_session":2,"pause_ms":5000}"#).unwrap();
    let one = refused_at(&[NOW], DeclineCode::VoucherNotFound);
    assert_eq!(retry_after(&one, NOW + 1, &limits), Some(60));
    let two = refused_at(&[NOW, NOW + 60_000], DeclineCode::VoucherNotFound);
    // The longer of both waits counts.
    assert_eq!(retry_after(&two, NOW + 60_000, &limits), Some(60));
    assert_eq!(retry_after(&two, NOW + 120_000, &limits), None);
}

#[test]
fn only_what_a_guesser_causes_counts_as_a_failed_try() {
    use DeclineCode::*;
    let times: Vec<i64> = (0..20).map(|i| NOW + i).collect();
    for code in DeclineCode::ALL {
        let counts = match code {
            VoucherNotFound | VoucherUsed | VoucherRefused | InsufficientFunds | AmountRefused => true,
            VoucherInUse | ProviderUnavailable | ProviderBusy | NotCharged => false,
        };
        let session = refused_at(&times, *code);
        assert_eq!(retry_after(&session, NOW + 20, &Limits::default()).is_some(), counts, "{code:?}");
        assert_eq!(session.is_plain(&Limits::default()), counts, "{code:?}");
    }
    let mut session = session(10_000, []);
    for i in 0..20 {
        session.apply(NOW, begun(&format!("rd_{i}"), 1));
        session.apply(NOW, not_sent(&format!("rd_{i}"), ProviderUnavailable));
    }
    assert_eq!(admit(&session, NOW), None);
}

#[test]
fn a_session_takes_ninety_nine_tries_and_says_how_long_it_stays_so() {
    let limits = Limits::default();
    let after = |tries: usize, last: &[Entry]| {
        let mut session = session(10_000, []);
        // None of them is a failed try: no pause is in the way.
        for i in 0..tries {
            session.apply(NOW, begun(&format!("rd_{i}"), 1));
            session.apply(NOW, not_sent(&format!("rd_{i}"), DeclineCode::ProviderUnavailable));
        }
        last.iter().for_each(|entry| session.apply(NOW, entry.clone()));
        session
    };
    assert_eq!(after(98, &[]).admit(NOW, &limits), Ok(()));
    let full = after(99, &[]);
    for (now, wait) in [(0, 3_600), (1, 3_600), (HOUR - 60_000, 60), (HOUR - 1, 1)] {
        assert_eq!(retry_after(&full, NOW + now, &limits), Some(wait), "{now}");
    }
    assert_eq!(admit(&full, NOW + HOUR), Some(SessionExpired));
    // Whatever came of them counts, and why a session is closed is told first.
    let paid = [begun("rd_x", 4_000), succeeded("rd_x", 4_000)];
    assert_eq!(retry_after(&after(98, &paid), NOW, &limits), Some(3_600));
    assert_eq!(admit(&after(98, &[begun("rd_x", 1)]), NOW), Some(PaymentInProgress));
    assert_eq!(admit(&after(99, &[Entry::Canceled]), NOW), Some(SessionCanceled));
}

#[test]
fn ten_vouchers_are_the_most() {
    let limits = Limits::default();
    let mut session = session(10_000, []);
    for i in 0..10 {
        assert_eq!((admit(&session, NOW), session.vouchers_left(&limits)), (None, 10 - i));
        let id = format!("rd_{i}");
        session.apply(NOW, begun(&id, 10));
        session.apply(NOW, succeeded(&id, 10));
        // One that was refused does not count.
        session.apply(NOW, begun(&format!("{id}x"), 10));
        session.apply(NOW, declined(&format!("{id}x"), DeclineCode::NotCharged));
    }
    assert_eq!((admit(&session, NOW), session.vouchers_left(&limits)), (Some(TooManyVouchers), 0));
    assert_eq!(session.remaining(), 9_900);
}
