//! Tests of the times at which a payment's tasks are due.

use super::*;
use crate::Limits;
use crate::recovery::Recovery;

/// Returns how long a request may go without a report: the provider's timeout and five seconds.
fn orphaned_after() -> Millis {
    Limits::default().provider_timeout_ms + Millis(5_000)
}

fn due(session: &Session, now: Millis) -> Option<Task> {
    session.due(now, &Limits::default())
}

#[test]
fn a_change_voucher_is_kept_for_thirty_days() {
    let session = session(10_000, [begun("rd_1", 1), succeeded("rd_1", 1)]);
    let limits = Limits::default();
    assert_eq!(
        session.forget_change_at(&rd("rd_1"), &limits),
        Some(NOW + Millis(2_000) + Millis::DAY.times(30))
    );
    assert_eq!(session.forget_change_at(&rd("rd_2"), &limits), None);
}

#[test]
fn without_pending_work_only_the_expiry_is_due() {
    let declined = declined("rd_1", DeclineCode::VoucherUsed);
    for entries in [vec![], vec![begun("rd_1", 1), succeeded("rd_1", 1)], vec![begun("rd_1", 1), declined]] {
        let session = session(10_000, entries);
        // Only the end of the session is due.
        assert_eq!(session.next_due(&Limits::default()), Some(NOW + HOUR));
        assert_eq!(due(&session, NOW + HOUR - Millis(1)), None);
        assert_eq!(due(&session, NOW + HOUR), Some(Task::Write(Entry::Expired)));
    }
}

#[test]
fn law_3_a_charge_without_a_report_is_in_doubt() {
    let session = session(10_000, [begun("rd_1", 1)]);
    let at = NOW + Millis(1_000) + orphaned_after();
    assert_eq!(session.next_due(&Limits::default()), Some(at));
    assert_eq!(due(&session, at - Millis(1)), None);
    assert_eq!(due(&session, at), Some(Task::Write(doubted("rd_1", Doubt::Stopped))));
}

#[test]
fn a_payment_that_stopped_before_its_charge_took_nothing() {
    let stopped = session(10_000, [begun_wipay("rd_1", 1)]);
    let at = NOW + Millis(1_000) + orphaned_after();
    let nothing_sent = not_sent("rd_1", DeclineCode::ProviderUnavailable);
    assert_eq!(stopped.next_due(&Limits::default()), Some(at));
    assert_eq!(due(&stopped, at - Millis(1)), None);
    assert_eq!(due(&stopped, at), Some(Task::Write(nothing_sent)));
    // Once the balance is known, the charge may have been sent: the time counts from there.
    let sent = session(10_000, [begun_wipay("rd_1", 1), balance_checked("rd_1", 501)]);
    assert_eq!(due(&sent, at + Millis(999)), None);
    assert_eq!(due(&sent, at + Millis(1_000)), Some(Task::Write(doubted("rd_1", Doubt::Stopped))));
}

// Law 2: the charge is not sent before the entry that records it.
#[test]
fn law_2_a_stop_before_the_charge_differs_from_one_after_it() {
    let before = session(10_000, [waiting("rd_1", 1)]);
    let at = NOW + Millis(1_000) + orphaned_after();
    assert_eq!((before.redemptions[0].sent_at, before.next_due(&Limits::default())), (None, Some(at)));
    assert_eq!(due(&before, at - Millis(1)), None);
    let nothing_sent = not_sent("rd_1", DeclineCode::ProviderUnavailable);
    assert_eq!(due(&before, at), Some(Task::Write(nothing_sent)));
    let mut after = before;
    after.apply(NOW + Millis(9_000), sending("rd_1"));
    assert_eq!(
        (after.redemptions[0].sent_at, after.redemptions[0].is_open()),
        (Some(NOW + Millis(9_000)), true)
    );
    assert_eq!(after.redemptions[0].status(), RedemptionStatus::Processing);
    // The full timeout applies from there.
    let at = NOW + Millis(9_000) + orphaned_after();
    assert_eq!((after.next_due(&Limits::default()), due(&after, at - Millis(1))), (Some(at), None));
    assert_eq!(due(&after, at), Some(Task::Write(doubted("rd_1", Doubt::Stopped))));
}

// The process may have been held up between the entry and the charge, so the charge can be as recent as the doubt.
#[test]
fn law_3_the_grace_period_begins_when_the_charge_can_last_have_been_sent() {
    let limits = Limits::default();
    let mut session = session(10_000, [waiting("rd_1", 1)]);
    let doubted_at = NOW + HOUR;
    session.apply(NOW + Millis(9_000), sending("rd_1"));
    session.apply(doubted_at, doubted("rd_1", Doubt::Stopped));
    let ask = |session: &Session, now: Millis| {
        session.redemptions[0].asked(Ok(crate::provider::Reply::NotFound), now, &limits).entry
    };
    let not_charged = declined("rd_1", DeclineCode::NotCharged);
    assert_eq!(ask(&session, doubted_at + limits.not_found_grace_ms - Millis(1)), asked("rd_1"));
    assert_eq!(ask(&session, doubted_at + limits.not_found_grace_ms), not_charged);
    // The grace period counts from the first doubt: nothing is sent after it.
    session.apply(doubted_at + Millis(10_000), doubted("rd_1", Doubt::Timeout));
    assert_eq!(ask(&session, doubted_at + limits.not_found_grace_ms), not_charged);
}

#[test]
fn the_pauses_between_look_ups_grow() {
    let limits = Limits::default();
    let mut session = session(10_000, [begun("rd_1", 1), doubted("rd_1", Doubt::Timeout), Entry::Canceled]);
    let mut now = NOW + Millis(2_000);
    for (i, pause) in limits.settle_backoff_ms.iter().enumerate() {
        assert_eq!(session.next_due(&limits), Some(now + *pause), "question {i}");
        now += *pause;
        assert_eq!(due(&session, now - Millis(1)), None);
        assert_eq!(due(&session, now), Some(Task::Ask(session.redemptions[0].clone())));
        session.apply(now, asked("rd_1"));
    }
    let pauses = &limits.settle_backoff_ms;
    assert!(
        pauses.is_sorted() && pauses.iter().map(|pause| pause.0).sum::<i64>() >= HOUR.times(72).0,
        "a provider reports for 72 hours"
    );
    // With fewer pauses configured than before, the last pause repeats.
    assert_eq!(session.next_due(&limits), Some(now + *pauses.last().unwrap()));
    session.apply(now, left_to_person("rd_1"));
    assert_eq!((session.next_due(&limits), due(&session, Millis::MAX)), (None, None));
}

#[test]
fn the_first_of_two_payments_is_due_first() {
    let entries =
        [begun("rd_1", 1), doubted("rd_1", Doubt::Cut), begun("rd_2", 1), doubted("rd_2", Doubt::Cut)];
    let session = session(10_000, entries);
    let first = NOW + Millis(2_000) + Millis(2_000);
    assert_eq!(session.next_due(&Limits::default()), Some(first));
    assert_eq!(due(&session, first), Some(Task::Ask(session.redemptions[0].clone())));
}

#[test]
fn a_session_ends_once_and_not_when_it_is_paid() {
    let limits = Limits::default();
    let paid = [begun("rd_1", 10_000), succeeded("rd_1", 10_000)];
    for over in [paid.to_vec(), vec![Entry::Canceled], vec![Entry::Expired]] {
        let session = session(10_000, over);
        assert_eq!((session.next_due(&limits), due(&session, Millis::MAX)), (None, None));
    }
}

// Law 3: a look-up that did not find the charge may have been wrong.
#[test]
fn law_3_a_payment_that_was_not_found_is_looked_up_once_more_after_an_hour_and_after_a_day() {
    let limits = Limits::default();
    let settled_at = NOW + Millis::SECOND.times(3);
    let entries = |code| {
        [begun("rd_1", 4_000), doubted("rd_1", Doubt::Timeout), declined("rd_1", code), Entry::Canceled]
    };
    let mut session = session(10_000, entries(DeclineCode::NotCharged));
    for pause in [HOUR, Millis::DAY] {
        assert!(session.redemptions[0].keeps_pin(&limits));
        assert_eq!(session.next_due(&limits), Some(settled_at + pause));
        let one = session.redemptions[0].clone();
        assert_eq!(due(&session, settled_at + pause), Some(Task::Ask(one.clone())));
        let entry = one.asked(Ok(crate::provider::Reply::NotFound), settled_at + pause, &limits).entry;
        assert_eq!(entry, declined("rd_1", DeclineCode::NotCharged));
        session.apply(settled_at + pause, entry);
        assert!(!session.redemptions[0].is_open(), "the session is not kept open");
    }
    assert_eq!((session.next_due(&limits), session.redemptions[0].keeps_pin(&limits)), (None, false));
    // A decline that the provider itself reported is not looked up.
    let told = super::session(10_000, entries(DeclineCode::VoucherUsed));
    assert_eq!((told.next_due(&limits), told.redemptions[0].keeps_pin(&limits)), (None, false));
}

#[test]
fn a_later_look_up_without_an_answer_is_repeated_and_given_up_in_the_end() {
    let limits = Limits { settle_backoff_ms: vec![Millis(1_000), Millis(2_000)], ..Limits::default() };
    let settled_at = NOW + Millis::SECOND.times(3);
    let not_found = || declined("rd_1", DeclineCode::NotCharged);
    let entries = [begun("rd_1", 4_000), doubted("rd_1", Doubt::Timeout), not_found(), Entry::Canceled];
    let mut session = session(10_000, entries);
    let mut now = settled_at + HOUR;
    for pause in [1_000, 2_000] {
        session.apply(now, asked("rd_1"));
        now += Millis(pause);
        assert_eq!(session.next_due(&limits), Some(now));
    }
    let mut answered = session.clone();
    answered.apply(now, not_found());
    assert_eq!(answered.next_due(&limits), Some(settled_at + Millis::DAY));
    session.apply(now, asked("rd_1"));
    assert_eq!((session.next_due(&limits), session.redemptions[0].keeps_pin(&limits)), (None, false));
}

#[test]
fn outcomes_that_came_into_doubt_together_are_looked_up_at_different_times() {
    let limits = Limits::default();
    let first = limits.settle_backoff_ms[0];
    let due = |digits: &str| {
        let mut recovery = Recovery::new(NOW).spread_by(digits);
        recovery.doubt(NOW);
        recovery.question_due(&limits).unwrap() - NOW - first
    };
    let spread = ["0000", "4000", "8000", "ffff"].map(|last| due(&format!("{}{last}", "0".repeat(28))));
    assert_eq!(spread, [Millis(0), Millis(100), Millis(200), Millis(399)]);
    // The same payment has the same times in every replay.
    let id = RedemptionId::of(&format!("{}c000", "a".repeat(28))).unwrap();
    let begun = Begun { id: id.clone(), ..begun_of(begun("rd_1", 1)) };
    let entries = [Entry::Begun(begun), Entry::Doubted { redemption: id, doubt: Doubt::Cut }];
    let session = session(10_000, entries);
    assert_eq!(session.redemptions[0].recovery, session.clone().redemptions[0].recovery);
    assert_eq!(session.next_due(&limits), Some(NOW + Millis(2_000) + first + Millis(300)));
}

fn begun_of(entry: Entry) -> Begun {
    let Entry::Begun(begun) = entry else { panic!("{entry:?}") };
    begun
}

#[test]
fn a_client_secret_opens_nothing_some_time_after_the_end() {
    let limits = Limits { secret_kept_days: 30, ..Limits::default() };
    let ends = |amount, entries: &[Entry]| session(amount, entries.to_vec()).secret_ends_at(&limits);
    let paid = [begun("rd_1", 1), succeeded("rd_1", 1)];
    assert_eq!(ends(1, &paid), Some(NOW + Millis(2_000) + Millis::DAY.times(30)));
    // Open, unknown, or with owed money.
    assert_eq!(ends(2, &paid), None);
    assert_eq!(ends(2, &[begun("rd_1", 1), doubted("rd_1", Doubt::Timeout), Entry::Expired]), None);
    assert_eq!(ends(2, &[begun("rd_1", 1), succeeded("rd_1", 1), Entry::Expired]), None);
}

// Law 11: a session is archived, but not while any of its data is still needed.
#[test]
fn law_11_a_session_is_archived_when_nothing_is_left_to_find_out_to_decide_or_to_pay_out() {
    let limits = Limits::default();
    let day = |days: i64| Millis::DAY.times(days);
    let paid = session(1, [begun("rd_1", 1), succeeded("rd_1", 1)]);
    assert_eq!(paid.archive_at(&limits), Some(NOW + Millis(2_000) + day(90)));
    // A repeated call creates the session only once, within the 90 days of its idempotency key.
    let soon = Limits { personal_kept_days: 1, ..Limits::default() };
    assert_eq!(paid.archive_at(&soon), Some(NOW + day(90)));
    let late = Limits { personal_kept_days: 365, ..Limits::default() };
    assert_eq!(paid.archive_at(&late), Some(NOW + Millis(2_000) + day(365)));
    let never = [
        // Open.
        vec![],
        // The outcome is unknown.
        vec![begun("rd_1", 1), doubted("rd_1", Doubt::Timeout), Entry::Expired],
        // It waits for a person.
        vec![begun("rd_1", 1), doubted("rd_1", Doubt::Timeout), left_to_person("rd_1"), Entry::Expired],
        // The change voucher is unknown.
        vec![begun("rd_1", 10_000), succeeded_without_change("rd_1", 10_000)],
        // A part is paid and owed.
        vec![begun("rd_1", 1), succeeded("rd_1", 1), Entry::Expired],
    ];
    for entries in never {
        let kept = session(10_000, entries);
        assert_eq!(kept.archive_at(&limits), None, "{kept:?}");
    }
}
