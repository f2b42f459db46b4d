//! Tests of sessions that end unpaid: canceled or expired, also with a payment in review.

use super::*;
use crate::Limits;

const ENDS: Millis = NOW.saturating_add(HOUR);

fn due(session: &Session, now: Millis) -> Option<Task> {
    session.due(now, &Limits::default())
}

fn next_due(session: &Session) -> Option<Millis> {
    session.next_due(&Limits::default())
}

/// Returns the entries of a payment in review.
fn left(id: &str, amount: i64) -> [Entry; 3] {
    [begun_celbux(id, amount), doubted(id, Doubt::Cut), left_to_person(id)]
}

#[test]
fn only_a_charge_that_is_under_way_holds_a_session_up() {
    let waits = |entries: Vec<Entry>| session(10_000, entries).awaits_answer();
    assert!(!waits(vec![]));
    assert!(waits(vec![begun("rd_1", 4_000)]));
    assert!(waits(vec![begun_wipay("rd_1", 4_000), balance_checked("rd_1", 9_000)]));
    assert!(!waits(left("rd_1", 4_000).to_vec()));
    assert!(waits([&left("rd_1", 4_000)[..], &[begun("rd_2", 4_000)]].concat()));
    for doubt in [Doubt::Timeout, Doubt::Pending, Doubt::Unconfirmed, Doubt::Stopped] {
        assert!(!waits(vec![begun("rd_1", 4_000), doubted("rd_1", doubt)]), "{doubt:?}");
    }
}

// Law 5: the merchant can cancel during a review, and no money is lost.
#[test]
fn law_5_a_session_in_review_can_be_canceled_and_owes_late_money() {
    let waiting = session(10_000, left("rd_1", 4_000));
    for (now, status) in [
        (NOW, SessionStatus::Processing),
        (ENDS - Millis(1), SessionStatus::Processing),
        (ENDS, SessionStatus::Expired),
    ] {
        assert_eq!(waiting.status(now), status);
    }
    let mut canceled = waiting;
    canceled.apply(NOW + Millis(9_000), Entry::Canceled);
    for now in [NOW + Millis(9_000), ENDS, ENDS + HOUR.times(1_000)] {
        assert_eq!((canceled.status(now), canceled.owed()), (SessionStatus::Canceled, Minor::ZERO));
    }
    assert_eq!((next_due(&canceled), canceled.returnable().count()), (None, 0));
    let refused = canceled.admit(NOW + Millis(9_000), &Limits::default()).unwrap_err();
    assert_eq!(refused, NotAdmitted::Canceled);
    // A webhook triggers another look-up.
    canceled.apply(NOW + Millis(10_000), canceled.hinted("ref-rd_1", true).unwrap());
    assert_eq!(due(&canceled, NOW + Millis(10_000)), Some(Task::Ask(canceled.redemptions[0].clone())));
    assert_eq!(canceled.status(NOW + Millis(10_000)), SessionStatus::Canceled);
    // The money was taken, so it is owed until the charge is reversed.
    canceled.apply(NOW + Millis(11_000), succeeded("rd_1", 4_000));
    assert_eq!(
        (canceled.status(NOW + Millis(11_000)), canceled.owed()),
        (SessionStatus::Canceled, Minor(4_000))
    );
    assert_eq!(due(&canceled, NOW + Millis(11_000)), Some(Task::Reverse(canceled.redemptions[0].clone())));
    canceled.apply(NOW + Millis(12_000), reversing("rd_1"));
    canceled.apply(NOW + Millis(13_000), reversed("rd_1"));
    assert_eq!(
        (canceled.status(NOW + Millis(13_000)), canceled.owed(), next_due(&canceled)),
        (SessionStatus::Canceled, Minor::ZERO, None)
    );
}

// The stock of a canceled session is free at once, and its payments are still looked up.
#[test]
fn a_session_is_canceled_while_an_outcome_is_being_found_out() {
    let limits = Limits::default();
    for doubt in [Doubt::Timeout, Doubt::Pending] {
        let open = [begun("rd_1", 4_000), doubted("rd_1", doubt), Entry::Canceled];
        let mut session = session(10_000, open);
        assert_eq!(session.status(NOW), SessionStatus::Canceled);
        let question = NOW + Millis::SECOND.times(2) + limits.settle_backoff_ms[0];
        assert_eq!(due(&session, question), Some(Task::Ask(session.redemptions[0].clone())));
        session.apply(question, succeeded("rd_1", 4_000));
        assert_eq!((session.status(question), session.owed()), (SessionStatus::Canceled, Minor(4_000)));
    }
}

#[test]
fn an_unpaid_session_ends_at_its_time() {
    let part = [begun("rd_1", 4_000), succeeded("rd_1", 4_000)];
    let refused = [begun("rd_1", 4_000), declined("rd_1", DeclineCode::VoucherUsed)];
    for entries in [&[][..], &part, &refused] {
        let mut session = session(10_000, entries.to_vec());
        assert_eq!((session.expires_at, next_due(&session)), (ENDS, Some(ENDS)));
        assert_eq!(
            (due(&session, ENDS - Millis(1)), session.status(ENDS - Millis(1))),
            (None, SessionStatus::Open)
        );
        assert_eq!(due(&session, ENDS), Some(Task::Write(Entry::Expired)));
        assert_eq!(session.status(ENDS), SessionStatus::Expired);
        session.apply(ENDS, Entry::Expired);
        assert_eq!((session.expired_at, session.ended_at()), (Some(ENDS), Some(ENDS)));
        assert_eq!((next_due(&session), due(&session, Millis::MAX)), (None, None), "once");
    }
}

// The voucher was sent in time: its answer can still complete the session.
#[test]
fn a_session_does_not_end_while_a_charge_is_under_way() {
    let limits = Limits::default();
    let last_moment = ENDS - Millis(1);
    let mut session = session(10_000, []);
    session.apply(last_moment, begun("rd_1", 10_000));
    let orphaned = last_moment + limits.provider_timeout_ms + Millis(5_000);
    assert_eq!((next_due(&session), due(&session, orphaned - Millis(1))), (Some(orphaned), None));
    assert_eq!(session.status(ENDS), SessionStatus::Processing);
    let mut paid = session.clone();
    paid.apply(ENDS + Millis(5_000), succeeded("rd_1", 10_000));
    assert_eq!((paid.status(ENDS + HOUR), next_due(&paid)), (SessionStatus::Complete, None));
    // Once the answer is known or in doubt, the session ends at once.
    for over in [
        declined("rd_1", DeclineCode::VoucherUsed),
        doubted("rd_1", Doubt::Stopped),
        doubted("rd_1", Doubt::Pending),
    ] {
        let mut session = session.clone();
        session.apply(orphaned, over);
        assert_eq!((session.status(orphaned), next_due(&session)), (SessionStatus::Expired, Some(ENDS)));
        assert_eq!(due(&session, orphaned), Some(Task::Write(Entry::Expired)));
    }
}

// Otherwise its stock would stay locked for as long as the provider does not answer.
#[test]
fn a_session_ends_at_its_time_while_an_outcome_is_being_found_out() {
    let limits = Limits::default();
    let entries =
        [begun_celbux("rd_1", 4_000), balance_checked("rd_1", 9_000), doubted("rd_1", Doubt::Timeout)];
    let mut session = session(10_000, entries);
    assert_eq!(
        (session.status(ENDS - Millis(1)), session.status(ENDS)),
        (SessionStatus::Processing, SessionStatus::Expired)
    );
    // The end comes before a look-up that is due as well, so that a late payment completes nothing.
    assert_eq!(due(&session, ENDS), Some(Task::Write(Entry::Expired)));
    session.apply(ENDS, Entry::Expired);
    assert_eq!(due(&session, ENDS), Some(Task::Ask(session.redemptions[0].clone())));
    session.apply(ENDS + Millis(1_000), succeeded("rd_1", 4_000));
    assert_eq!((session.status(ENDS + HOUR), session.owed()), (SessionStatus::Expired, Minor(4_000)));
    assert!(matches!(session.due(ENDS + HOUR, &limits), Some(Task::Reverse(_))), "it is given back");
}

#[test]
fn a_session_that_is_paid_or_canceled_does_not_end_by_time() {
    let paid = [begun("rd_1", 10_000), succeeded("rd_1", 10_000)];
    let over = [begun("rd_1", 4_000), succeeded("rd_1", 4_000), Entry::Canceled];
    for (entries, status) in [
        (paid.to_vec(), SessionStatus::Complete),
        (vec![Entry::Canceled], SessionStatus::Canceled),
        (over.to_vec(), SessionStatus::Canceled),
    ] {
        let session = session(10_000, entries);
        assert_eq!((next_due(&session), due(&session, Millis::MAX)), (None, None));
        assert_eq!(session.status(Millis::MAX), status);
    }
}

// Law 5: the goods may be gone. Late money is owed and does not complete the session.
#[test]
fn law_5_money_that_comes_after_the_end_is_owed_and_completes_nothing() {
    let before = [begun("rd_1", 6_000), succeeded("rd_1", 6_000)];
    let late = [begun("rd_2", 4_000), declined("rd_2", DeclineCode::VoucherRefused)];
    let mut session = session(10_000, [&before[..], &late].concat());
    assert_eq!(session.owed(), Minor::ZERO, "open, it is what was paid so far");
    session.apply(ENDS, Entry::Expired);
    assert_eq!((session.status(ENDS), session.owed()), (SessionStatus::Expired, Minor(6_000)));
    session.apply(ENDS + Millis(1_000), succeeded("rd_2", 4_000));
    assert_eq!(
        (session.received(), session.remaining(), session.owed()),
        (Minor(10_000), Minor::ZERO, Minor(10_000))
    );
    for now in [NOW, ENDS, ENDS + HOUR] {
        assert_eq!(session.status(now), SessionStatus::Expired, "for good");
        let refused = session.admit(now, &Limits::default()).unwrap_err();
        assert_eq!(refused, NotAdmitted::Expired);
    }
    let view = session.merchant_view(None, &config(), ENDS);
    assert_eq!((&view["status"], &view["amount_owed"]), (&"expired".into(), &10_000.into()));
}

#[test]
fn reversible_charges_are_reversed_after_the_end() {
    let kora = [begun("rd_1", 1_000), succeeded("rd_1", 1_000)];
    let celbux = |id: &str| [begun_celbux(id, 2_000), balance_checked(id, 9_000), succeeded(id, 2_000)];
    let late = [
        begun_celbux("rd_4", 3_000),
        balance_checked("rd_4", 9_000),
        declined("rd_4", DeclineCode::VoucherRefused),
    ];
    let entries = [&kora[..], &celbux("rd_2"), &celbux("rd_3"), &late].concat();
    let mut session = session(10_000, entries);
    assert_eq!(next_due(&session), Some(ENDS), "nothing is given back before the end");
    session.apply(ENDS, Entry::Expired);
    let mut given_back = Vec::new();
    while let Some(task) = due(&session, ENDS) {
        let Task::Reverse(one) = task else { panic!("{task:?}") };
        session.apply(ENDS, one.reversing());
        session.apply(ENDS, reversed(one.begun.id.as_str()));
        given_back.push(one.begun.id);
    }
    assert_eq!((given_back, session.owed()), (vec![rd("rd_2"), rd("rd_3")], Minor(1_000)));
    assert_eq!(next_due(&session), None);
    // A later success is reversed at once as well.
    session.apply(ENDS + HOUR, succeeded("rd_4", 3_000));
    assert_eq!((next_due(&session), session.owed()), (Some(ENDS + HOUR), Minor(4_000)));
    assert!(matches!(due(&session, ENDS + HOUR), Some(Task::Reverse(one)) if one.begun.id == rd("rd_4")));
    assert_eq!(session.status(ENDS + HOUR), SessionStatus::Expired);
}
