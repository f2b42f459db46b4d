//! Tests of webhooks. A hint makes a look-up due and has no other effect.

use super::*;
use crate::Limits;
use crate::provider::{Paid, Reply};

const DECLINED: DeclineCode = DeclineCode::VoucherUsed;

/// Returns the entry for a webhook about a session of one payment after these entries.
fn hint(entries: impl IntoIterator<Item = Entry>, success: bool) -> Option<Entry> {
    let session = session(10_000, [begun("rd_1", 4_000)].into_iter().chain(entries));
    session.hinted("ref-rd_1", success)
}

fn due(session: &Session, now: Millis) -> Option<Task> {
    session.due(now, &Limits::default())
}

#[test]
fn a_webhook_is_recorded_if_the_outcome_is_open_or_money_is_not_credited() {
    let open = || {
        [
            vec![],
            vec![doubted("rd_1", Doubt::Timeout)],
            vec![doubted("rd_1", Doubt::Cut), left_to_person("rd_1")],
        ]
    };
    for entries in open() {
        for success in [true, false] {
            assert_eq!(hint(entries.clone(), success), Some(hinted("rd_1")), "{entries:?}");
        }
    }
    for settled in [declined("rd_1", DECLINED), not_sent("rd_1", DeclineCode::ProviderBusy)] {
        assert_eq!(hint([settled.clone()], true), Some(hinted("rd_1")), "{settled:?}");
        assert_eq!(hint([settled.clone()], false), None, "{settled:?}");
    }
    for success in [true, false] {
        assert_eq!(hint([succeeded("rd_1", 4_000)], success), None);
        let back = [succeeded("rd_1", 4_000), Entry::Canceled, reversing("rd_1"), reversed("rd_1")];
        assert_eq!(hint(back, success), None);
    }
}

#[test]
fn a_webhook_about_a_foreign_reference_is_ignored() {
    let session = session(10_000, [begun("rd_1", 4_000), doubted("rd_1", Doubt::Timeout)]);
    for reference in ["", "ref-rd_2", "rd_1", "ref-rd_1r", "REF-RD_1", "ref-rd_1 "] {
        assert_eq!(session.hinted(reference, true), None, "{reference}");
    }
}

#[test]
fn a_hint_makes_a_look_up_due_at_once_and_only_one() {
    let limits = Limits::default();
    for settled in [doubted("rd_1", Doubt::Timeout), declined("rd_1", DECLINED), not_sent("rd_1", DECLINED)] {
        let mut session = session(10_000, [begun("rd_1", 4_000), settled]);
        session.apply(NOW + Millis(2_500), hinted("rd_1"));
        assert!(session.next_due(&limits).unwrap() <= NOW + Millis(2_500));
        assert_eq!(due(&session, NOW + Millis(2_500)), Some(Task::Ask(session.redemptions[0].clone())));
        session.apply(NOW + Millis(2_600), hinted("rd_1"));
        session.apply(NOW + Millis(3_000), asked("rd_1"));
        assert_eq!(due(&session, NOW + Millis(3_000)), None, "one question answers two hints");
    }
}

#[test]
fn a_webhook_resumes_the_look_ups_of_a_payment_in_review() {
    let limits = Limits::default();
    let left = [begun("rd_1", 4_000), doubted("rd_1", Doubt::Cut), left_to_person("rd_1")];
    let mut session = session(10_000, left);
    assert_eq!(session.next_due(&limits), Some(NOW + HOUR), "its end");
    session.apply(NOW + Millis(9_000), hinted("rd_1"));
    assert!(matches!(due(&session, NOW + Millis(9_000)), Some(Task::Ask(_))));
    // The look-up brings no outcome, so the payment is back in review at once.
    session.apply(NOW + Millis(9_500), asked("rd_1"));
    assert_eq!(session.next_due(&limits), Some(NOW + HOUR));
    assert_eq!(session.status(NOW + Millis(9_500)), SessionStatus::Processing);
}

#[test]
fn a_hint_while_the_answer_is_under_way_waits_for_it() {
    let limits = Limits::default();
    let mut session = session(10_000, [begun_celbux("rd_1", 4_000), hinted("rd_1")]);
    let orphaned = NOW + Millis(1_000) + limits.provider_timeout_ms + Millis(5_000);
    assert_eq!(session.next_due(&limits), Some(orphaned));
    session.apply(NOW + Millis(2_000), balance_checked("rd_1", 4_000));
    assert_eq!(session.next_due(&limits), Some(orphaned + Millis(1_000)));
    session.apply(NOW + Millis(3_000), doubted("rd_1", Doubt::Timeout));
    assert_eq!(
        session.next_due(&limits),
        Some(NOW + Millis(3_000)),
        "the doubt is looked into without a pause"
    );
    session.apply(NOW + Millis(4_000), asked("rd_1"));
    assert_eq!(session.next_due(&limits), Some(NOW + Millis(4_000) + limits.settle_backoff_ms[1]));
}

/// Returns the possible results of a look-up that does not report a success.
fn answers() -> [Entry; 5] {
    [
        asked("rd_1"),
        declined("rd_1", DeclineCode::NotCharged),
        declined("rd_1", DECLINED),
        not_sent("rd_1", DeclineCode::ProviderBusy),
        left_to_person("rd_1"),
    ]
}

// Law 5: the webhook may be the only report that money was taken after all.
#[test]
fn law_5_a_hint_survives_the_answer_to_an_earlier_look_up() {
    let under_way = || session(10_000, [begun("rd_1", 4_000)]);
    let in_doubt = || session(10_000, [begun("rd_1", 4_000), doubted("rd_1", Doubt::Timeout)]);
    let refused = || session(10_000, [begun("rd_1", 4_000), declined("rd_1", DECLINED), hinted("rd_1")]);
    for (mut session, answers) in
        [(under_way(), &answers()[1..4]), (in_doubt(), &answers()[..]), (refused(), &answers()[..1])]
    {
        let question = session.redemptions[0].clone();
        session.apply(NOW + Millis(5_000), hinted("rd_1"));
        for answer in answers {
            let entries = session.redemptions[0].with_hint(&question, answer.clone());
            assert_eq!(entries, [answer.clone(), hinted("rd_1")]);
            let mut after = session.clone();
            entries.into_iter().for_each(|entry| after.apply(NOW + Millis(6_000), entry));
            assert_eq!(
                due(&after, NOW + Millis(6_000)),
                Some(Task::Ask(after.redemptions[0].clone())),
                "{answer:?}"
            );
            // The answer to the next look-up is enough.
            let question = after.redemptions[0].clone();
            let word = declined("rd_1", DeclineCode::NotCharged);
            let entries = after.redemptions[0].with_hint(&question, word.clone());
            assert_eq!(entries, [word]);
            entries.into_iter().for_each(|entry| after.apply(NOW + Millis(7_000), entry));
            assert_eq!(due(&after, NOW + Millis(7_000)), None, "{answer:?}");
        }
    }
}

#[test]
fn a_hint_before_the_look_up_is_completed_by_it() {
    let mut session = session(10_000, [begun("rd_1", 4_000), doubted("rd_1", Doubt::Timeout)]);
    session.apply(NOW + Millis(5_000), hinted("rd_1"));
    let question = session.redemptions[0].clone();
    for answer in answers() {
        let entries = session.redemptions[0].with_hint(&question, answer.clone());
        assert_eq!(entries, std::slice::from_ref(&answer));
        let mut after = session.clone();
        after.apply(NOW + Millis(6_000), answer.clone());
        assert_eq!(
            (after.redemptions[0].recovery.hinted, due(&after, NOW + Millis(6_000))),
            (false, None),
            "{answer:?}"
        );
    }
}

#[test]
fn one_look_up_after_the_last_hint_is_enough_and_a_success_needs_none() {
    let mut session =
        session(10_000, [begun("rd_1", 4_000), doubted("rd_1", Doubt::Timeout), hinted("rd_1")]);
    let question = session.redemptions[0].clone();
    session.apply(NOW + Millis(5_000), hinted("rd_1"));
    session.apply(NOW + Millis(5_500), hinted("rd_1"));
    let one = &session.redemptions[0];
    assert_eq!(one.with_hint(&question, asked("rd_1")), [asked("rd_1"), hinted("rd_1")]);
    let success = succeeded("rd_1", 4_000);
    assert_eq!(one.with_hint(&question, success.clone()), std::slice::from_ref(&success));
    session.apply(NOW + Millis(6_000), success);
    session.apply(NOW + Millis(7_000), hinted("rd_1"));
    assert!(!session.redemptions[0].recovery.hinted);
    assert_eq!(session.next_due(&Limits::default()), Some(session.expires_at));
}

// The charge counts as such a look-up, from the entry that records it.
#[test]
fn a_hint_before_the_charge_is_sent_is_answered_by_the_charge() {
    let mut session = session(10_000, [waiting("rd_1", 4_000), hinted("rd_1"), sending("rd_1")]);
    let question = session.redemptions[0].clone();
    assert!(question.recovery.hinted, "a doubt about the charge is looked into at once");
    let refused = declined("rd_1", DECLINED);
    assert_eq!(session.redemptions[0].with_hint(&question, refused.clone()), std::slice::from_ref(&refused));
    session.apply(NOW + Millis(4_000), hinted("rd_1"));
    assert_eq!(session.redemptions[0].with_hint(&question, refused.clone()), [refused, hinted("rd_1")]);
}

// Law 3: a webhook alone settles nothing.
#[test]
fn law_3_a_hint_changes_no_outcome() {
    for entries in [vec![], vec![doubted("rd_1", Doubt::Timeout)], vec![declined("rd_1", DECLINED)]] {
        let before = session(10_000, [begun("rd_1", 4_000)].into_iter().chain(entries));
        let mut after = before.clone();
        after.apply(NOW + Millis(5_000), hinted("rd_1"));
        assert_eq!(after.redemptions[0].state, before.redemptions[0].state);
        assert_eq!(after.redemptions[0].recovery.changed_at, before.redemptions[0].recovery.changed_at);
        assert_eq!((after.received(), after.status(NOW)), (before.received(), before.status(NOW)));
    }
}

// Law 5: money that a provider takes after a decline is credited, once.
#[test]
fn law_5_money_that_was_taken_after_all_is_credited() {
    let limits = Limits::default();
    let paid = |amount| Ok(Reply::Paid(Paid { amount: Some(amount), ..Paid::default() }));
    for settled in [declined("rd_1", DECLINED), not_sent("rd_1", DeclineCode::ProviderBusy)] {
        let mut session = session(10_000, [begun("rd_1", 4_000), settled.clone(), hinted("rd_1")]);
        let entry = session.redemptions[0].asked(paid(Minor(4_000)), NOW + Millis(3_000), &limits).entry;
        assert_eq!(entry, succeeded("rd_1", 4_000));
        session.apply(NOW + Millis(3_000), entry);
        session.apply(NOW + Millis(3_500), succeeded("rd_1", 4_000));
        session.apply(NOW + Millis(4_000), settled);
        assert_eq!((session.received(), session.remaining()), (Minor(4_000), Minor(6_000)));
        assert_eq!(session.redemptions[0].decline_code(), None);
    }
}

#[test]
fn law_3_a_decline_stays_whatever_else_a_look_up_answers() {
    let limits = Limits::default();
    let late = NOW + limits.not_found_grace_ms.times(10);
    let refused = session(10_000, [begun("rd_1", 4_000), declined("rd_1", DECLINED), hinted("rd_1")]);
    let again = Some(late + limits.settle_backoff_ms[0]);
    let not_charged = declined("rd_1", DeclineCode::NotCharged);
    for (answer, entry, due_at) in [
        (Ok(Reply::Failed), not_charged.clone(), Some(refused.expires_at)),
        (Ok(Reply::Reversed), not_charged, Some(refused.expires_at)),
        (Ok(Reply::Pending), asked("rd_1"), again),
        (Ok(Reply::NotFound), asked("rd_1"), again),
        (Ok(Reply::Busy), asked("rd_1"), again),
        (Ok(Reply::Balance(Minor::ZERO)), asked("rd_1"), again),
        (Err(Doubt::Timeout), asked("rd_1"), again),
    ] {
        let outcome = refused.redemptions[0].asked(answer.clone(), late, &limits);
        assert_eq!(outcome.entry, entry, "{answer:?}");
        let mut after = refused.clone();
        after.apply(late, outcome.entry);
        assert_eq!(after.redemptions[0].decline_code(), Some(DECLINED), "{answer:?}");
        assert_eq!(after.next_due(&limits), due_at, "{answer:?}");
    }
}

// A balance says nothing about a charge that the provider did not process: it would be looked up again and again.
#[test]
fn a_balance_does_not_contradict_a_charge_that_was_not_processed() {
    let entries = [
        begun_wipay("rd_1", 100),
        balance_checked("rd_1", 9_000),
        not_sent("rd_1", DeclineCode::ProviderBusy),
        hinted("rd_1"),
    ];
    let one = session(10_000, entries).redemptions.remove(0);
    let answer = Ok(Reply::Balance(Minor::ZERO));
    assert_eq!(one.asked(answer, NOW + HOUR, &Limits::default()).entry, asked("rd_1"));
}

// Law 5: the provider does not repeat a webhook that was accepted, so a failed look-up must be repeated.
#[test]
fn law_5_a_webhook_is_looked_up_until_the_look_up_is_answered() {
    let limits = Limits { settle_backoff_ms: vec![Millis(1_000), Millis(2_000)], ..Limits::default() };
    let mut session = session(10_000, [begun("rd_1", 4_000), declined("rd_1", DECLINED), hinted("rd_1")]);
    let mut now = session.next_due(&limits).unwrap();
    for pause in [1_000, 2_000] {
        let entry = session.redemptions[0].asked(Err(Doubt::Timeout), now, &limits).entry;
        session.apply(now, entry);
        assert_eq!(session.next_due(&limits), Some(now + Millis(pause)));
        now += Millis(pause);
        assert_eq!(session.due(now, &limits), Some(Task::Ask(session.redemptions[0].clone())));
    }
    let mut answered = session.clone();
    let paid = Ok(Reply::Paid(Paid { amount: Some(Minor(4_000)), ..Paid::default() }));
    answered.apply(now, answered.redemptions[0].asked(paid, now, &limits).entry);
    assert_eq!((answered.received(), answered.redemptions[0].recovery.hinted), (Minor(4_000), false));
    // As many look-ups as for an unknown outcome, then none until another webhook arrives.
    session.apply(now, asked("rd_1"));
    assert_eq!(session.next_due(&limits), Some(session.expires_at));
    session.apply(now + Millis(500), hinted("rd_1"));
    assert!(session.next_due(&limits).is_some_and(|at| at <= now + Millis(500)));
}

#[test]
fn law_5_too_much_taken_after_a_decline_goes_to_review() {
    let limits = Limits::default();
    let paid = || Ok(Reply::Paid(Paid { amount: Some(Minor(4_001)), ..Paid::default() }));
    let mut session = session(10_000, [begun("rd_1", 4_000), declined("rd_1", DECLINED), hinted("rd_1")]);
    let entry = session.redemptions[0].asked(paid(), NOW + Millis(3_000), &limits).entry;
    assert_eq!(entry, doubted("rd_1", Doubt::Amount));
    session.apply(NOW + Millis(3_000), entry);
    assert_eq!(session.redemptions[0].status(), RedemptionStatus::Unknown);
    assert_eq!(session.status(NOW + Millis(3_000)), SessionStatus::Processing);
    let entry = session.redemptions[0].asked(paid(), NOW + Millis(4_000), &limits).entry;
    assert_eq!(entry, left_to_person("rd_1"));
}
