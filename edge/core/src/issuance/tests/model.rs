//! Orders compared with a deliberately simple model, and driven by any answers of a provider in any order.

use super::*;
use crate::provider::Paid;
use proptest::prelude::*;

fn words() -> impl Strategy<Value = Option<String>> {
    prop::option::of(prop::sample::select(vec!["clash".to_owned(), "wallet".to_owned()]))
}

fn doubt() -> impl Strategy<Value = Doubt> {
    use Doubt::*;
    prop::sample::select(vec![Pending, Timeout, Cut, Unreadable, Stopped])
}

/// Generates any step, also inconsistent ones.
fn step() -> impl Strategy<Value = Step> {
    (0..14, words(), doubt(), any::<bool>(), prop::option::of((1i64..5_000).prop_map(Minor))).prop_map(
        |(kind, words, doubt, conflict, amount)| match kind {
            0..=3 => Step::Doubted { doubt, words, conflict },
            4..=9 => Step::Asked { words, conflict },
            10 if conflict => issued(amount),
            10 => ordered(),
            11 | 12 => Step::Hinted,
            _ => refused(words.as_deref().unwrap_or("no")),
        },
    )
}

/// Returns the last doubt and the look-ups since then: the message of each, and whether it reported a conflict.
fn told_since_doubt(steps: &[Step]) -> Vec<(Option<String>, bool)> {
    let since = steps.iter().rposition(|step| matches!(step, Step::Doubted { .. }));
    let told = |step: &Step| match step {
        Step::Doubted { words, conflict, .. } | Step::Asked { words, conflict } => {
            Some((words.clone(), *conflict))
        }
        _ => None,
    };
    since.map_or_else(Vec::new, |since| steps[since..].iter().filter_map(told).collect())
}

/// Returns the stage of an order from all its steps: issued if any step says so, or else refused if any step says so, or else in
/// doubt since the last doubt.
fn model(steps: &[Step]) -> IssuanceStage {
    for step in steps {
        if let Step::Issued { amount, transaction, finalization_pending, shown } = step {
            let (amount, transaction, shown) = (*amount, transaction.clone(), shown.clone());
            return IssuanceStage::Issued {
                amount,
                transaction,
                finalization_pending: *finalization_pending,
                shown,
            };
        }
    }
    if let Some(words) = steps.iter().find_map(|step| match step {
        Step::Refused { words, .. } => Some(words.clone()),
        _ => None,
    }) {
        return IssuanceStage::Refused(words);
    }
    let told = told_since_doubt(steps);
    if told.is_empty() {
        return IssuanceStage::Ordered;
    }
    IssuanceStage::InDoubt {
        conflicts: told.iter().rev().take_while(|(_, conflict)| *conflict).count(),
        words: told.iter().rev().find_map(|(words, _)| words.clone()),
    }
}

/// Returns the number of failed look-ups of a refused order after the last webhook, while that webhook is unanswered; `None` if
/// none is. An order without an outcome is looked up anyway.
fn hinted(steps: &[Step]) -> Option<usize> {
    let last = steps.iter().rposition(|step| *step == Step::Hinted)?;
    let refused = |at: usize| matches!(model(&steps[..at]), IssuanceStage::Refused(_));
    let mut unanswered = 0;
    for (at, step) in steps.iter().enumerate().skip(last) {
        match step {
            Step::Hinted | Step::Doubted { .. } | Step::Ordered { .. } => {}
            Step::Asked { .. } if refused(at) => unanswered += 1,
            _ => return None,
        }
    }
    let is_issued = steps.iter().any(|step| matches!(step, Step::Issued { .. }));
    (!is_issued).then_some(unanswered)
}

#[derive(Clone, Debug)]
enum Event {
    Answered(ProviderAnswer),
    /// A look-up is sent.
    LooksUp,
    /// The look-up is answered. If none is under way, one is sent and answered at once.
    LookedUp(ProviderAnswer),
    Hinted,
    Orphaned,
}

fn answers() -> impl Strategy<Value = ProviderAnswer> {
    let refusal = || prop::sample::select(DeclineCode::ALL).prop_map(refusal);
    prop_oneof![
        1 => prop::option::of((1_990i64..2_010).prop_map(Minor)).prop_map(|amount| Ok(voucher(amount))),
        1 => refusal().prop_map(|refusal| Ok(Reply::Declined(refusal))),
        2 => refusal().prop_map(|refusal| Ok(Reply::Conflict(refusal))),
        1 => prop::option::of((1_999i64..2_002).prop_map(Minor)).prop_map(|amount| Ok(Reply::Paid(Paid { amount, ..Paid::default() }))),
        2 => prop::sample::select(vec![Reply::Failed, Reply::Reversed, Reply::NotFound, Reply::Pending, Reply::Busy, Reply::Balance(Minor(2_000)), Reply::Renewing(Minor(2_000))])
            .prop_map(Ok),
        4 => doubt().prop_map(Err),
    ]
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        4 => answers().prop_map(Event::Answered),
        2 => Just(Event::LooksUp),
        4 => answers().prop_map(Event::LookedUp),
        2 => Just(Event::Hinted),
        1 => Just(Event::Orphaned),
    ]
}

/// Returns whether this event settles the order as issued.
fn says_issued(event: &Event) -> bool {
    match event {
        Event::Answered(Ok(Reply::Issued(_))) => true,
        Event::LookedUp(Ok(Reply::Paid(paid))) => paid.amount.is_none_or(|amount| amount == Minor(2_000)),
        _ => false,
    }
}

/// Returns whether this event settles the order as not issued.
fn says_refused(event: &Event, before: &Issuance, now: Millis) -> bool {
    let first = before.stage == IssuanceStage::Ordered;
    match event {
        // Once the order may have been accepted, a refusal concerns the repetition.
        Event::Answered(Ok(Reply::Declined(_))) => first,
        Event::LookedUp(Ok(Reply::Failed | Reply::Reversed)) => true,
        Event::LookedUp(Ok(Reply::NotFound)) => before
            .recovery
            .doubted_at
            .is_some_and(|since| now - since >= Limits::default().not_found_grace_ms),
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(ProptestConfig::default().cases.max(2_500)) })]

    #[test]
    fn any_steps_in_any_order_agree_with_the_model(steps in prop::collection::vec(step(), 0..25)) {
        let mut order = order_after([]);
        for (i, step) in steps.iter().enumerate() {
            order.apply(NOW + Millis::SECOND.times(1 + i as i64), step.clone());
            prop_assert_eq!(&order.stage, &model(&steps[..=i]), "{:?}", &steps[..=i]);
            let open = matches!(order.stage, IssuanceStage::Ordered | IssuanceStage::InDoubt { .. });
            let due = order.due_at(&Limits::default()).is_some();
            let hinted = hinted(&steps[..=i]);
            prop_assert_eq!(order.recovery.hinted, hinted.is_some(), "{:?}", &steps[..=i]);
            prop_assert_eq!(order.is_open(), open);
            prop_assert_eq!(order.is_left_to_person(&Limits::default()), open && !due);
            if matches!(order.stage, IssuanceStage::Refused(_)) {
                let pauses = Limits::default().settle_backoff_ms.len();
                prop_assert_eq!(due, hinted.is_some_and(|unanswered| unanswered <= pauses));
            }
            if let IssuanceStage::InDoubt { conflicts, .. } = order.stage {
                let asked = told_since_doubt(&steps[..=i]).len() - 1;
                prop_assert_eq!(order.recovery.asked, asked);
                let often = asked >= Limits::default().settle_backoff_ms.len();
                prop_assert_eq!(due, hinted.is_some() || (conflicts < 3 && !often));
            }
        }
        let stored: Vec<String> = steps.iter().map(|step| serde_json::to_string(step).unwrap()).collect();
        let read = stored.iter().map(|text| crate::stored::read::<Step>(text).unwrap());
        prop_assert_eq!(format!("{:?}", order_after(read)), format!("{order:?}"));
    }

    // Law 3, for any answers in any order, also late and repeated.
    #[test]
    fn law_3_only_an_explicit_answer_settles_an_order(
        events in prop::collection::vec((event(), prop_oneof![0i64..5_000, 0i64..100_000].prop_map(Millis)), 1..30),
    ) {
        let (mut order, mut now, mut ledger) = (order_after([]), NOW, vec![(NOW, ordered())]);
        // The order's state when it was sent and when it was looked up, and whether a webhook has arrived since.
        let (sent, mut asked, mut hinted) = (order.clone(), None, false);
        for (event, pause) in events {
            now += pause;
            let before = order.clone();
            let (step, secret) = match event.clone() {
                Event::Answered(answer) => order.answered(answer),
                Event::LookedUp(answer) => order.looked_up(answer, now, &Limits::default()),
                Event::LooksUp | Event::Hinted => (Step::Hinted, None),
                Event::Orphaned => (order.orphaned(), None),
            };
            let is_issued = matches!(step, Step::Issued { .. });
            prop_assert!(secret.is_none() || is_issued, "{:?}", step);
            let written = match &event {
                Event::Hinted if order.is_news() => {
                    hinted = true;
                    vec![step]
                }
                Event::LooksUp => {
                    (asked, hinted) = (Some(order.clone()), false);
                    vec![]
                }
                Event::Orphaned if order.stage == IssuanceStage::Ordered => vec![step],
                Event::Hinted | Event::Orphaned => vec![],
                Event::Answered(_) => order.with_hint(&sent, step),
                Event::LookedUp(_) => {
                    let question = asked.take().unwrap_or_else(|| {
                        hinted = false;
                        order.clone()
                    });
                    order.with_hint(&question, step)
                }
            };
            for step in written {
                order.apply(now, step.clone());
                ledger.push((now, step));
            }
            match (&before.stage, &order.stage) {
                (IssuanceStage::Issued { .. }, _) => prop_assert_eq!(format!("{before:?}"), format!("{order:?}")),
                (_, IssuanceStage::Issued { .. }) => prop_assert!(says_issued(&event), "{:?} {:?}", event, before),
                (IssuanceStage::Refused(_), after) => prop_assert_eq!(&before.stage, after),
                (_, IssuanceStage::Refused(_)) => prop_assert!(says_refused(&event, &before, now), "{:?} {:?}", event, before),
                (_, after) => prop_assert!(!says_issued(&event), "{:?} {:?}", event, after),
            }
            // Law 5: a look-up follows the last webhook unless the voucher is issued; only the answer to the order itself comes
            // first.
            if hinted && !matches!(order.stage, IssuanceStage::Issued { .. }) {
                let waits = order.stage == IssuanceStage::Ordered;
                let due = order.due_at(&Limits::default());
                prop_assert!(due.is_some_and(|at| waits || at <= now), "{:?} {:?}", event, order);
            }
        }
        prop_assert_eq!(format!("{:?}", Issuance::replay(ledger).unwrap()), format!("{order:?}"));
    }
}
