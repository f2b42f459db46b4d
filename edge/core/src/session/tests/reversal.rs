//! Tests of reversals after a session was canceled.

use super::*;
use crate::Limits;
use crate::provider::{Paid, Refusal, Reply};
use serde_json::json;

fn refused() -> Reply {
    Reply::Declined(Refusal { code: DeclineCode::VoucherRefused, words: "their words".into() })
}

/// Returns a refusal for a reason on our side, such as a token that is no longer valid.
fn blocked() -> Reply {
    Reply::Declined(Refusal { code: DeclineCode::ProviderUnavailable, words: "bad token".into() })
}

fn paid() -> Reply {
    Reply::Paid(Paid { amount: Some(Minor(4_000)), ..Paid::default() })
}

/// Returns a canceled session with a charge of R 40.00, after these entries, one second apart from [`NOW`] on.
fn canceled(entries: impl IntoIterator<Item = Entry>) -> Session {
    let first = [
        begun_celbux("rd_1", 4_000),
        balance_checked("rd_1", 9_000),
        succeeded("rd_1", 4_000),
        Entry::Canceled,
    ];
    session(10_000, first.into_iter().chain(entries))
}

/// The time of the first entry after those of [`canceled`].
const AFTER: Millis = NOW.saturating_add(Millis(5_000));

fn one(session: &Session) -> &Redemption {
    &session.redemptions[0]
}

fn due(session: &Session, now: Millis) -> Option<Task> {
    session.due(now, &Limits::default())
}

#[test]
fn a_canceled_session_reverses_its_reversible_charges() {
    let limits = Limits::default();
    let session = canceled([]);
    assert_eq!(session.next_due(&limits), Some(NOW + Millis(4_000)));
    assert_eq!(due(&session, NOW + Millis(4_000)), Some(Task::Reverse(one(&session).clone())));
    assert_eq!(one(&session).reversing(), reversing("rd_1"));
    // Without reversals the merchant owes the money, and a session that was not canceled keeps it.
    let kora = super::session(10_000, [begun("rd_1", 4_000), succeeded("rd_1", 4_000), Entry::Canceled]);
    assert_eq!((kora.next_due(&limits), kora.owed()), (None, Minor(4_000)));
    let kept = super::session(10_000, [begun_celbux("rd_1", 4_000), succeeded("rd_1", 4_000)]);
    assert_eq!((kept.next_due(&limits), kept.owed()), (Some(kept.expires_at), Minor::ZERO));
    // An expired session reverses its charges as well.
    let over = [begun_celbux("rd_1", 4_000), succeeded("rd_1", 4_000), Entry::Expired];
    let over = super::session(10_000, over);
    assert_eq!((over.owed(), over.status(NOW)), (Minor(4_000), SessionStatus::Expired));
    assert_eq!(due(&over, NOW + Millis(3_000)), Some(Task::Reverse(one(&over).clone())));
}

#[test]
fn money_taken_after_the_cancelation_is_reversed_as_well() {
    let entries = [
        begun_celbux("rd_1", 4_000),
        balance_checked("rd_1", 9_000),
        doubted("rd_1", Doubt::Timeout),
        Entry::Canceled,
    ];
    let mut session = session(10_000, entries);
    assert_eq!((session.status(NOW), session.owed()), (SessionStatus::Canceled, Minor::ZERO));
    session.apply(NOW + Millis(60_000), succeeded("rd_1", 4_000));
    assert_eq!((session.status(NOW), session.owed()), (SessionStatus::Canceled, Minor(4_000)));
    assert_eq!(due(&session, NOW + Millis(60_000)), Some(Task::Reverse(one(&session).clone())));
    // A canceled session stays canceled, even if the late payment covers the whole price.
    let entries = [begun_celbux("rd_1", 10_000), Entry::Canceled, succeeded("rd_1", 10_000)];
    let whole = super::session(10_000, entries);
    assert_eq!((whole.status(NOW), whole.owed()), (SessionStatus::Canceled, Minor(10_000)));
}

#[test]
fn the_entry_for_each_answer_to_a_reversal() {
    let first = canceled([reversing("rd_1")]);
    for (answer, entry) in [
        (Ok(Reply::Reversed), reversed("rd_1")),
        (Ok(refused()), not_reversed("rd_1", Some("their words"))),
        (Ok(blocked()), reversal_blocked("rd_1", Some("bad token"))),
        (Ok(paid()), reversal_doubted("rd_1")),
        (Ok(Reply::Failed), reversal_doubted("rd_1")),
        (Ok(Reply::Pending), reversal_doubted("rd_1")),
        (Ok(Reply::NotFound), reversal_doubted("rd_1")),
        (Ok(Reply::Busy), reversal_doubted("rd_1")),
        (Ok(Reply::Balance(Minor::ZERO)), reversal_doubted("rd_1")),
        (Err(Doubt::Timeout), reversal_doubted("rd_1")),
        (Err(Doubt::Cut), reversal_doubted("rd_1")),
        (Err(Doubt::Unreadable), reversal_doubted("rd_1")),
    ] {
        assert_eq!(one(&first).reversal_answered(answer.clone(), AFTER), entry, "{answer:?}");
    }
}

// Law 3: the second reversal may be refused because the first one was accepted.
#[test]
fn law_3_a_refusal_counts_on_the_first_try_only() {
    let second = canceled([reversing("rd_1"), reversal_doubted("rd_1"), reversing("rd_1")]);
    assert_eq!(one(&second).reversal.as_ref().unwrap().tries, 2);
    assert_eq!(one(&second).reversal_answered(Ok(refused()), AFTER), reversal_doubted("rd_1"));
    assert_eq!(one(&second).reversal_answered(Ok(Reply::Reversed), AFTER), reversed("rd_1"));
}

#[test]
fn a_process_that_stops_during_a_reversal_leaves_a_doubt() {
    let limits = Limits::default();
    // Before the entry: nothing was sent, and the reversal begins again.
    let before = canceled([]);
    assert!(matches!(due(&before, AFTER), Some(Task::Reverse(_))));
    // After the entry: the reversal may have been sent.
    let session = canceled([reversing("rd_1")]);
    let at = AFTER + limits.provider_timeout_ms + Millis(5_000);
    assert_eq!((session.next_due(&limits), due(&session, at - Millis(1))), (Some(at), None));
    assert_eq!(due(&session, at), Some(Task::Write(reversal_doubted("rd_1"))));
    // After the answer: no look-up follows.
    for word in [reversed("rd_1"), not_reversed("rd_1", None)] {
        let session = canceled([reversing("rd_1"), word]);
        assert_eq!((session.next_due(&limits), due(&session, Millis::MAX)), (None, None));
    }
}

#[test]
fn the_entry_for_each_answer_to_a_look_up_of_a_reversal() {
    let limits = Limits::default();
    let session = canceled([reversing("rd_1"), reversal_doubted("rd_1")]);
    let ask =
        |answer: ProviderAnswer, after: Millis| one(&session).reversal_asked(answer, AFTER + after, &limits);
    assert_eq!(ask(Ok(Reply::Reversed), Millis::ZERO), reversed("rd_1"));
    // The charge is reported as paid, but right after sending the report may predate the reversal.
    assert_eq!(ask(Ok(paid()), Millis::ZERO), reversal_asked("rd_1"));
    assert_eq!(ask(Ok(paid()), limits.not_found_grace_ms - Millis(1)), reversal_asked("rd_1"));
    assert_eq!(ask(Ok(paid()), limits.not_found_grace_ms), reversing("rd_1"));
    for answer in [
        Ok(Reply::Pending),
        Ok(Reply::NotFound),
        Ok(Reply::Failed),
        Ok(Reply::Busy),
        Ok(refused()),
        Ok(Reply::Balance(Minor::ZERO)),
        Err(Doubt::Timeout),
        Err(Doubt::Unreadable),
    ] {
        assert_eq!(
            ask(answer.clone(), limits.not_found_grace_ms.times(100)),
            reversal_asked("rd_1"),
            "{answer:?}"
        );
    }
}

#[test]
fn it_is_sent_three_times_at_most() {
    let limits = Limits::default();
    let (mut session, mut now, mut sent) = (canceled([]), AFTER, 0);
    while let Some(at) = session.next_due(&limits) {
        now = now.max(at);
        let entry = match session.due(now, &limits).unwrap() {
            Task::Reverse(one) => one.reversing(),
            Task::Write(entry) => entry,
            Task::AskReversal(one) => one.reversal_asked(Ok(paid()), now, &limits),
            Task::Ask(_) => panic!("the charge itself is known"),
        };
        sent += usize::from(matches!(entry, Entry::Reversing { .. }));
        session.apply(now, entry);
    }
    assert_eq!((sent, session.owed()), (3, Minor(4_000)));
    assert_eq!(one(&session).reversal.as_ref().unwrap().stage, Return::Refused(None));
}

#[test]
fn a_reversal_refused_for_a_reason_on_our_side_is_retried_with_growing_pauses() {
    let limits = Limits { settle_backoff_ms: vec![Millis(1_000), HOUR, Millis::DAY], ..Limits::default() };
    let (mut session, mut now, mut sent_at) = (canceled([reversing("rd_1")]), AFTER, vec![]);
    loop {
        let entry = one(&session).reversal_answered(Ok(blocked()), now);
        session.apply(now, entry.clone());
        assert_eq!(session.owed(), Minor(4_000));
        if entry != reversal_blocked("rd_1", Some("bad token")) {
            assert_eq!(entry, not_reversed("rd_1", Some("bad token")));
            break;
        }
        assert!(one(&session).needs_review(&limits));
        now = session.next_due(&limits).unwrap();
        // A look-up comes first: the charge may have been reversed by hand.
        assert_eq!(session.due(now, &limits), Some(Task::AskReversal(one(&session).clone())));
        assert_eq!(one(&session).reversal_asked(Ok(Reply::Reversed), now, &limits), reversed("rd_1"));
        let silent = one(&session).reversal_asked(Err(Doubt::Unreadable), now, &limits);
        assert!(matches!(silent, Entry::ReversalBlocked { .. } | Entry::NotReversed { .. }), "{silent:?}");
        let missing = one(&session).reversal_asked(Ok(Reply::NotFound), now, &limits);
        assert_eq!(missing, reversal_doubted("rd_1"), "there may be nothing to reverse");
        let again = one(&session).reversal_asked(Ok(paid()), now, &limits);
        assert_eq!(again, reversing("rd_1"));
        session.apply(now, again);
        assert_eq!(one(&session).reversal.as_ref().unwrap().tries, 1, "a blocked one does not count");
        sent_at.push(now - AFTER);
    }
    let first = Millis(1_000);
    assert_eq!(
        sent_at[..4],
        [first, first + HOUR, first + HOUR + Millis::DAY, first + HOUR + Millis::DAY.times(2)]
    );
    assert!((Millis::DAY.times(30)..=Millis::DAY.times(31)).contains(&(now - AFTER)), "for thirty days");
    // Once the merchant has corrected the reason, the money goes back.
    let mut session = canceled([reversing("rd_1"), reversal_blocked("rd_1", None), reversing("rd_1")]);
    session.apply(AFTER + HOUR, one(&session).reversal_answered(Ok(Reply::Reversed), AFTER + HOUR));
    assert_eq!((session.owed(), session.next_due(&limits)), (Minor::ZERO, None));
    assert!(!one(&session).needs_review(&limits));
}

#[test]
fn a_reversal_refused_for_a_reason_on_our_side_is_reported_once() {
    let told = |before: &[Entry], entry: Entry| {
        let before = canceled(before.to_vec());
        let mut after = before.clone();
        after.apply(AFTER + HOUR, entry);
        let news = after.news(&before, &config(), AFTER + HOUR);
        news.iter().map(|(kind, _)| kind.as_str()).collect::<Vec<_>>()
    };
    let blocked = || reversal_blocked("rd_1", Some("bad token"));
    assert_eq!(told(&[reversing("rd_1")], blocked()), ["redemption.needs_review"]);
    assert_eq!(told(&[reversing("rd_1"), blocked()], blocked()), [""; 0]);
    assert_eq!(told(&[reversing("rd_1"), blocked(), reversing("rd_1")], blocked()), [""; 0]);
    assert_eq!(
        told(&[reversing("rd_1"), blocked(), reversing("rd_1")], reversed("rd_1")),
        ["redemption.resolved"]
    );
}

#[test]
fn a_doubt_about_an_earlier_reversal_outlasts_a_blocked_one() {
    let session = canceled([
        reversing("rd_1"),
        reversal_doubted("rd_1"),
        reversing("rd_1"),
        reversal_blocked("rd_1", None),
        reversing("rd_1"),
    ]);
    assert_eq!(one(&session).reversal_answered(Ok(refused()), AFTER), reversal_doubted("rd_1"));
}

#[test]
fn look_ups_of_a_reversal_end_and_leave_it_owed() {
    let limits =
        Limits { settle_backoff_ms: vec![Millis(1_000), Millis(2_000), Millis(3_000)], ..Limits::default() };
    let mut session = canceled([reversing("rd_1"), reversal_doubted("rd_1")]);
    let mut now = AFTER + Millis(1_000);
    for pause in [1_000, 2_000, 3_000] {
        assert_eq!(session.next_due(&limits), Some(now + Millis(pause)));
        now += Millis(pause);
        assert_eq!(session.due(now, &limits), Some(Task::AskReversal(one(&session).clone())));
        session.apply(now, reversal_asked("rd_1"));
    }
    assert_eq!((session.next_due(&limits), session.owed()), (None, Minor(4_000)));
    assert_eq!(one(&session).status(), RedemptionStatus::Succeeded);
    // The merchant sees that a review is needed before the owed money is paid out.
    let person = |limits: &Limits| one(&session).reversal.as_ref().unwrap().is_left_to_person(limits);
    assert!(person(&limits) && !person(&Limits::default()));
    // A late answer still counts.
    session.apply(now, reversed("rd_1"));
    assert_eq!((session.owed(), one(&session).credited()), (Minor::ZERO, Minor::ZERO));
}

// Law 5: a charge that is not reversed is owed, a reversed one is not.
#[test]
fn law_5_a_canceled_session_owes_unreversed_money() {
    let stages: [(Vec<Entry>, i64); 6] = [
        (vec![], 4_000),
        (vec![reversing("rd_1")], 4_000),
        (vec![reversing("rd_1"), reversal_doubted("rd_1")], 4_000),
        (vec![reversing("rd_1"), not_reversed("rd_1", Some("no"))], 4_000),
        (vec![reversing("rd_1"), reversed("rd_1")], 0),
        // The first answer is final.
        (vec![reversing("rd_1"), not_reversed("rd_1", None), reversed("rd_1")], 4_000),
    ];
    for (entries, owed) in stages {
        let session = canceled(entries.clone());
        assert_eq!((session.owed().0, session.received().0), (owed, owed), "{entries:?}");
        assert_eq!(session.status(NOW), SessionStatus::Canceled);
    }
    // A late success can lead to more payments than the price needs: the rest is owed without a cancelation.
    let late = [begun("rd_1", 10_000), declined("rd_1", DeclineCode::NotCharged), begun("rd_2", 10_000)];
    let late = late.into_iter().chain([succeeded("rd_2", 10_000), succeeded("rd_1", 10_000)]);
    let session = session(10_000, late);
    assert_eq!(
        (session.status(NOW), session.owed(), session.remaining()),
        (SessionStatus::Complete, Minor(10_000), Minor::ZERO)
    );
}

#[test]
fn a_shopper_is_not_sent_to_the_shop_for_money_that_may_come_back_by_itself() {
    use RedemptionStatus::*;
    let told = |entries: Vec<Entry>| {
        let view = canceled(entries).checkout_view(&config(), &ChangeVouchers::new(), &Down::new(), NOW);
        (view.amount_owed, view.redemptions[0].status)
    };
    let (begun, doubt) = (reversing("rd_1"), reversal_doubted("rd_1"));
    assert_eq!(told(vec![]), (Minor::ZERO, Processing));
    assert_eq!(told(vec![begun.clone()]), (Minor::ZERO, Processing));
    assert_eq!(told(vec![begun.clone(), doubt.clone()]), (Minor::ZERO, Processing));
    assert_eq!(told(vec![begun.clone(), reversed("rd_1")]), (Minor::ZERO, Reversed));
    assert_eq!(told(vec![begun.clone(), not_reversed("rd_1", None)]), (Minor(4_000), Succeeded));
    assert_eq!(told(vec![begun.clone(), reversal_blocked("rd_1", None)]), (Minor::ZERO, Unknown));
    let asked = vec![reversal_asked("rd_1"); Limits::default().settle_backoff_ms.len()];
    let in_vain = [begun, doubt].into_iter().chain(asked).collect();
    assert_eq!(told(in_vain), (Minor::ZERO, Unknown), "a person has to find out");
    // The session may be past its expiry before that is recorded.
    let over = session(10_000, [begun_celbux("rd_1", 4_000), succeeded("rd_1", 4_000)]);
    let view = over.checkout_view(&config(), &ChangeVouchers::new(), &Down::new(), over.expires_at);
    assert_eq!(
        (view.status, view.amount_owed, view.redemptions[0].status),
        (SessionStatus::Expired, Minor::ZERO, Processing)
    );
    // Money that cannot be reversed is owed at once.
    let kora = session(10_000, [super::begun("rd_1", 4_000), succeeded("rd_1", 4_000), Entry::Canceled]);
    let view = kora.checkout_view(&config(), &ChangeVouchers::new(), &Down::new(), NOW);
    assert_eq!((view.amount_owed, view.redemptions[0].status), (Minor(4_000), Succeeded));
    let over = session(10_000, [super::begun("rd_1", 4_000), succeeded("rd_1", 4_000)]);
    let view = over.checkout_view(&config(), &ChangeVouchers::new(), &Down::new(), over.expires_at);
    assert_eq!(
        (view.status, view.amount_owed, view.redemptions[0].status),
        (SessionStatus::Expired, Minor(4_000), Succeeded)
    );
}

#[test]
fn the_shop_sees_the_progress_of_a_reversal() {
    let view = |entries: &[Entry]| {
        let session = canceled(entries.to_vec());
        let view = session.merchant_view(None, &config(), NOW);
        (
            view["amount_owed"].clone(),
            view["redemptions"][0]["status"].clone(),
            view["redemptions"][0]["reversal"].clone(),
        )
    };
    let back = |status: &str, words: Option<&str>| json!({"status": status, "provider_reference": "ref-rd_1r", "provider_message": words});
    let (begun, doubt) = (reversing("rd_1"), reversal_doubted("rd_1"));
    assert_eq!(view(&[]), (json!(4_000), json!("succeeded"), json!(null)));
    assert_eq!(
        view(std::slice::from_ref(&begun)),
        (json!(4_000), json!("succeeded"), back("processing", None))
    );
    assert_eq!(view(&[begun.clone(), doubt]), (json!(4_000), json!("succeeded"), back("unknown", None)));
    let no = not_reversed("rd_1", Some("their words"));
    assert_eq!(
        view(&[begun.clone(), no]),
        (json!(4_000), json!("succeeded"), back("refused", Some("their words")))
    );
    let stuck = reversal_blocked("rd_1", Some("bad token"));
    assert_eq!(
        view(&[begun.clone(), stuck]),
        (json!(4_000), json!("succeeded"), back("blocked", Some("bad token")))
    );
    assert_eq!(view(&[begun, reversed("rd_1")]), (json!(0), json!("reversed"), back("succeeded", None)));
}
