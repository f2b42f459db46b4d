//! Tests of the conditions under which a session takes another voucher.

use super::*;
use crate::Limits;

fn admit(session: &Session, now: Millis) -> Option<NotAdmitted> {
    session.admit(now, &Limits::default()).err()
}

/// Returns a session whose vouchers were declined at these times, each with this code.
fn refused_at(times: &[Millis], code: DeclineCode) -> Session {
    let mut session = session(10_000, []);
    for (i, at) in times.iter().enumerate() {
        let id = format!("rd_{i}");
        session.apply(*at - Millis(500), begun(&id, 10_000));
        session.apply(*at, declined(&id, code));
    }
    session
}

fn wait(session: &Session, now: Millis, limits: &Limits) -> Option<Millis> {
    match session.admit(now, limits).err()? {
        NotAdmitted::TooManyAttempts { wait } => Some(wait),
        other => panic!("{other:?}"),
    }
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
        (session(10_000, all.clone()), NOW, Some(NotAdmitted::Complete)),
        (session(10_000, all.clone()), later, Some(NotAdmitted::Complete)),
        // A payment after the cancelation does not undo it.
        (
            session(10_000, [all[0].clone(), Entry::Canceled, all[1].clone()]),
            NOW,
            Some(NotAdmitted::Canceled),
        ),
        (session(10_000, [begun("rd_1", 1)]), NOW, Some(NotAdmitted::PaymentInProgress)),
        (session(10_000, doubt.clone()), NOW, Some(NotAdmitted::PaymentInProgress)),
        (session(10_000, doubt.clone()), later, Some(NotAdmitted::Expired)),
        (session(10_000, doubt.into_iter().chain([Entry::Canceled])), NOW, Some(NotAdmitted::Canceled)),
        (session(10_000, left.clone()), later - Millis(1), Some(NotAdmitted::PaymentInProgress)),
        // An unknown outcome does not prevent the session from ending.
        (session(10_000, left), later, Some(NotAdmitted::Expired)),
        (session(10_000, [Entry::Canceled]), NOW, Some(NotAdmitted::Canceled)),
        (session(10_000, [Entry::Canceled]), later, Some(NotAdmitted::Canceled)),
        (session(10_000, part.into_iter().chain([Entry::Canceled])), NOW, Some(NotAdmitted::Canceled)),
        (session(10_000, []), later - Millis(1), None),
        (session(10_000, []), later, Some(NotAdmitted::Expired)),
    ] {
        assert_eq!(admit(&session, now), expected, "{session:?}");
    }
}

#[test]
fn law_8_five_refusals_within_a_minute_are_the_most() {
    let limits = Limits::default();
    let times = [NOW, NOW + Millis(5_000), NOW + Millis(6_000), NOW + Millis(7_000), NOW + Millis(20_000)];
    for taken in 0..5 {
        let session = refused_at(&times[..taken], DeclineCode::VoucherNotFound);
        assert_eq!(session.admit(NOW + Millis(20_000), &limits), Ok(()), "{taken}");
    }
    let session = refused_at(&times, DeclineCode::VoucherNotFound);
    for (now, ms) in [
        (20_000, Some(40_000)),
        (20_001, Some(39_999)),
        (21_000, Some(39_000)),
        (59_999, Some(1)),
        (60_000, None),
    ] {
        assert_eq!(wait(&session, NOW + Millis(now), &limits), ms.map(Millis), "{now}");
    }
    // The minute slides: a sixth decline after the first one's minute waits for the second one's.
    let later = [&times[..], &[NOW + Millis(61_000)]].concat();
    let session = refused_at(&later, DeclineCode::VoucherUsed);
    assert_eq!(wait(&session, NOW + Millis(61_000), &limits), Some(Millis(4_000)));
    assert_eq!(wait(&session, NOW + Millis(65_000), &limits), None);
}

#[test]
fn law_8_after_ten_refusals_every_further_one_costs_a_pause() {
    let limits = Limits { failed_session_pause_ms: Millis(600_000), ..Limits::default() };
    let times: Vec<Millis> = (0..11).map(|i| NOW + Millis(i * 60_000)).collect();
    let nine = refused_at(&times[..9], DeclineCode::VoucherRefused);
    assert_eq!(wait(&nine, times[8], &limits), None);
    let ten = refused_at(&times[..10], DeclineCode::VoucherRefused);
    assert_eq!(wait(&ten, times[9], &limits), Some(Millis(600_000)));
    assert_eq!(wait(&ten, times[9] + Millis(599_001), &limits), Some(Millis(999)));
    assert_eq!(wait(&ten, times[9] + Millis(600_000), &limits), None);
    let eleven = refused_at(&times, DeclineCode::VoucherRefused);
    assert_eq!(wait(&eleven, times[9] + Millis(600_000), &limits), Some(Millis(60_000)));
}

#[test]
fn the_limits_are_those_of_the_configuration() {
    let limits =
        Limits::parse(r#"{"failed_per_minute":1,"failed_per_session":2,"failed_session_pause_ms":5000}"#)
            .unwrap();
    let one = refused_at(&[NOW], DeclineCode::VoucherNotFound);
    assert_eq!(wait(&one, NOW + Millis(1), &limits), Some(Millis(59_999)));
    let two = refused_at(&[NOW, NOW + Millis(60_000)], DeclineCode::VoucherNotFound);
    // The longer of the two waits applies.
    assert_eq!(wait(&two, NOW + Millis(60_000), &limits), Some(Millis(60_000)));
    assert_eq!(wait(&two, NOW + Millis(120_000), &limits), None);
}

#[test]
fn only_declines_that_a_guesser_causes_count_as_failed_tries() {
    use DeclineCode::*;
    let times: Vec<Millis> = (0..20).map(|i| NOW + Millis(i)).collect();
    for code in DeclineCode::ALL {
        let (counts, counts_once) = match code {
            VoucherNotFound | VoucherUsed | VoucherRefused | InsufficientFunds | AmountRefused
            | CodeRefused => (true, true),
            // A shopper cannot prevent one of these, but a series of them burdens the provider.
            VoucherInUse | ProviderUnavailable | ProviderBusy | CodeNotEntered => (true, false),
            NotCharged => (false, false),
        };
        let once = refused_at(&times[..1], *code);
        assert_eq!(once.has_failed(&once.redemptions[0].begun.id), counts_once, "{code:?}");
        let session = refused_at(&times, *code);
        assert_eq!(wait(&session, NOW + Millis(20), &Limits::default()).is_some(), counts, "{code:?}");
        assert_eq!(session.masks_declines(&Limits::default()), counts, "{code:?}");
    }
    for (code, counts) in [(ProviderUnavailable, true), (VoucherInUse, true), (NotCharged, false)] {
        let mut session = session(10_000, []);
        for i in 0..20 {
            session.apply(NOW, begun(&format!("rd_{i}"), 1));
            session.apply(NOW, not_sent(&format!("rd_{i}"), code));
        }
        assert_eq!(admit(&session, NOW).is_some(), counts, "{code:?}");
    }
}

#[test]
fn law_8_masked_declines_count_as_one_another() {
    use DeclineCode::*;
    let wait_after = |entries: &[fn(&str) -> Entry]| {
        let mut session = session(10_000, []);
        for (i, entry) in entries.iter().enumerate() {
            let id = format!("rd_{i}");
            session.apply(NOW, Entry::Begun(Begun { masked: true, ..as_begun(begun(&id, 1)) }));
            session.apply(NOW, entry(&id));
        }
        let failed = session.redemptions.iter().all(|one| session.has_failed(&one.begun.id));
        (failed, wait(&session, NOW, &Limits { failed_per_minute: 3, ..Limits::default() }))
    };
    let not_found = |id: &str| declined(id, VoucherNotFound);
    let reasons: [fn(&str) -> Entry; 3] = [
        |id| declined(id, VoucherUsed),
        |id| declined(id, InsufficientFunds),
        |id| not_sent(id, VoucherInUse),
    ];
    for reason in reasons {
        for place in 0..3 {
            let mut entries: [fn(&str) -> Entry; 3] = [not_found; 3];
            entries[place] = reason;
            assert_eq!(wait_after(&entries), (true, Some(Millis::MINUTE)), "{:?}", reason("rd_0"));
        }
        // The next one that cannot be sent is the first of its kind, as it would be after another decline.
        let unavailable = |id: &str| not_sent(id, ProviderUnavailable);
        assert_eq!(wait_after(&[reason, unavailable]), (false, None), "{:?}", reason("rd_0"));
    }
}

#[test]
fn a_session_takes_at_most_ninety_nine_tries() {
    let limits = Limits::default();
    let after = |tries: usize, last: &[Entry]| {
        let mut session = session(10_000, []);
        // None of them is a failed attempt, so no wait applies.
        for i in 0..tries {
            session.apply(NOW, begun(&format!("rd_{i}"), 1));
            session.apply(NOW, not_sent(&format!("rd_{i}"), DeclineCode::NotCharged));
        }
        last.iter().for_each(|entry| session.apply(NOW, entry.clone()));
        session
    };
    assert_eq!(after(98, &[]).admit(NOW, &limits), Ok(()));
    let full = after(99, &[]);
    for (now, left) in [0, 1, 3_540_000, 3_599_999].map(|now| (Millis(now), HOUR - Millis(now))) {
        assert_eq!(wait(&full, NOW + now, &limits), Some(left), "{now:?}");
    }
    assert_eq!(admit(&full, NOW + HOUR), Some(NotAdmitted::Expired));
    // Every outcome counts, and the reason why a session is closed takes precedence.
    let paid = [begun("rd_x", 4_000), succeeded("rd_x", 4_000)];
    assert_eq!(wait(&after(98, &paid), NOW, &limits), Some(HOUR));
    assert_eq!(admit(&after(98, &[begun("rd_x", 1)]), NOW), Some(NotAdmitted::PaymentInProgress));
    assert_eq!(admit(&after(99, &[Entry::Canceled]), NOW), Some(NotAdmitted::Canceled));
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
        // A declined redemption does not count.
        session.apply(NOW, begun(&format!("{id}x"), 10));
        session.apply(NOW, declined(&format!("{id}x"), DeclineCode::NotCharged));
    }
    assert_eq!((admit(&session, NOW), session.vouchers_left(&limits)), (Some(NotAdmitted::NoVoucherLeft), 0));
    assert_eq!(session.remaining(), Minor(9_900));
}
