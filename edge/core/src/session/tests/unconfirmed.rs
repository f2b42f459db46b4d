//! Tests of a success that the provider did not confirm: its two answers contradict each other, and a missing answer decides
//! nothing.

use super::*;
use crate::Limits;
use crate::provider::{Paid, Reply};

/// Returns a payment of R 40.00 that the provider reported as paid, and did not know a moment later.
fn unconfirmed() -> Session {
    let mut session = session(10_000, [begun_celbux("rd_1", 4_000), balance_checked("rd_1", 9_000)]);
    let one = &session.redemptions[0];
    let entry = one.charged(one.confirmed(Paid::default(), Ok(Reply::NotFound))).entry;
    assert_eq!(entry, doubted("rd_1", Doubt::Unconfirmed));
    session.apply(NOW + Millis(3_000), entry);
    session
}

fn paid(amount: i64) -> ProviderAnswer {
    Ok(Reply::Paid(Paid { amount: Some(Minor(amount)), ..Paid::default() }))
}

#[test]
fn law_3_not_found_never_declines_a_reported_success() {
    let limits = Limits::default();
    for word in [Ok(Reply::NotFound), Ok(Reply::Failed), Ok(Reply::Pending), Err(Doubt::Timeout)] {
        let (mut session, mut questions) = (unconfirmed(), 0);
        // Until the last look-up.
        session.expires_at = Millis::MAX;
        while let Some(at) = session.next_due(&limits).filter(|at| *at < Millis::MAX) {
            assert_eq!(session.due(at, &limits), Some(Task::Ask(session.redemptions[0].clone())), "{word:?}");
            let entry = session.redemptions[0].asked(word.clone(), at, &limits).entry;
            session.apply(at, entry);
            questions += 1;
            let status = (session.redemptions[0].status(), session.status(at.min(NOW)));
            assert_eq!(status, (RedemptionStatus::Processing, SessionStatus::Processing), "{word:?}");
            assert_eq!(session.redemptions[0].decline_code(), None);
        }
        assert!(session.redemptions[0].is_left_to_person(), "{word:?}");
        assert_eq!(questions, limits.settle_backoff_ms.len());
        // The same holds for a later look-up after a webhook.
        session.apply(NOW + HOUR.times(1_000), hinted("rd_1"));
        let entry = session.redemptions[0].asked(word.clone(), NOW + HOUR.times(1_000), &limits).entry;
        assert_eq!(entry, left_to_person("rd_1"), "{word:?}");
    }
}

#[test]
fn law_3_an_explicit_answer_settles_it() {
    let (limits, session) = (Limits::default(), unconfirmed());
    let late = NOW + limits.not_found_grace_ms.times(10);
    for now in [NOW + Millis(4_000), late] {
        let ask = |answer| session.redemptions[0].asked(answer, now, &limits).entry;
        assert_eq!(ask(Ok(Reply::Reversed)), declined("rd_1", DeclineCode::NotCharged));
        assert_eq!(ask(paid(4_000)), succeeded("rd_1", 4_000));
        assert_eq!(ask(paid(3_000)), succeeded("rd_1", 3_000));
        assert_eq!(ask(paid(4_001)), left_to_person("rd_1"));
    }
    // In any other doubt these answers settle the payment.
    let mut other = session.clone();
    other.apply(NOW + Millis(3_000), doubted("rd_1", Doubt::Timeout));
    let ask = |answer| other.redemptions[0].asked(answer, late, &limits).entry;
    assert_eq!(ask(Ok(Reply::NotFound)), declined("rd_1", DeclineCode::NotCharged));
    assert_eq!(ask(Ok(Reply::Failed)), declined("rd_1", DeclineCode::VoucherRefused));
}

#[test]
fn law_4_it_blocks_the_session_until_settled() {
    let limits = Limits::default();
    let session = unconfirmed();
    assert_eq!(session.admit(NOW + Millis(4_000), &limits), Err(NotAdmitted::PaymentInProgress));
    assert_eq!(session.next_due(&limits), Some(NOW + Millis(3_000) + limits.settle_backoff_ms[0]));
}
