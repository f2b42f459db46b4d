//! Payments driven by whatever a provider may say whenever, also late and twice.

use super::driver::{IDS, Run, Step, happenings};
use super::*;
use crate::Limits;
use crate::provider::Reply;
use proptest::prelude::*;

/// Whether these words are ones on which a payment in doubt is taken for nothing.
fn says_nothing_was_taken(step: &Step, one: &Redemption, now: i64) -> bool {
    let old =
        one.recovery.doubted_at.is_some_and(|since| now - since >= Limits::default().not_found_grace_ms);
    // Once it was called paid, only that it was given back says so.
    let unsaid = !matches!(one.state, RedemptionState::InDoubt { doubt: Doubt::Unconfirmed, .. });
    match step {
        Step::Charged(Ok(Reply::Declined(_))) | Step::Asked(Ok(Reply::Reversed)) => true,
        Step::Asked(Ok(Reply::Failed)) => unsaid,
        Step::Asked(Ok(Reply::NotFound)) => unsaid && old,
        Step::Asked(Ok(Reply::Balance(after))) => old && one.balance_before == Some(*after),
        _ => false,
    }
}

/// Whether these words are ones on which money counts as taken.
fn says_money_was_taken(step: &Step, one: &Redemption) -> bool {
    match step {
        Step::Charged(Ok(Reply::Paid(_))) | Step::Asked(Ok(Reply::Paid(_))) | Step::Confirmed(..) => true,
        Step::Asked(Ok(Reply::Balance(after))) => {
            one.balance_before.map(|before| before - after) == Some(one.begun.amount + one.begun.fee)
        }
        _ => false,
    }
}

/// What one step did to a payment, held against what it said.
fn check(step: &Step, before: &Redemption, after: &Redemption, now: i64) -> Result<(), TestCaseError> {
    let news = before.state != after.state;
    match &after.state {
        RedemptionState::Succeeded { .. } if news => {
            prop_assert!(says_money_was_taken(step, before), "{:?} {:?}", step, before);
        }
        RedemptionState::Declined { .. } | RedemptionState::NotSent { .. }
            if matches!(before.state, RedemptionState::InDoubt { .. }) =>
        {
            // "Too many calls" is the provider's word about the charge itself; nothing else says it was not sent.
            let busy = matches!(step, Step::Charged(Ok(Reply::Busy)));
            prop_assert!(busy || says_nothing_was_taken(step, before, now), "{:?} {:?}", step, before);
        }
        RedemptionState::NotSent { .. } if before.sent_at.is_some() && news => {
            prop_assert!(matches!(step, Step::Charged(Ok(Reply::Busy))), "{:?} {:?}", step, before);
        }
        RedemptionState::InDoubt { .. } if !before.is_open() => {
            prop_assert!(says_money_was_taken(step, before), "{:?} {:?}", step, before);
        }
        RedemptionState::InDoubt { .. } => prop_assert!(after.sent_at.is_some(), "{:?} {:?}", step, before),
        _ => {}
    }
    prop_assert!(!news || !before.is_success(), "{:?} {:?}", step, before);
    let given_back = after.is_reversed() && !before.is_reversed();
    let said = matches!(step, Step::GivenBack(Ok(Reply::Reversed)) | Step::AskedBack(Ok(Reply::Reversed)));
    prop_assert!(!given_back || said, "{:?} {:?}", step, before);
    prop_assert!(after.reversal.is_none() || (after.is_success() && after.begun.reverses), "{:?}", after);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(ProptestConfig::default().cases.max(2_500)) })]

    // Laws 3 and 5: whatever is heard in whatever order, about either of two payments.
    #[test]
    fn law_3_whatever_is_heard_nothing_is_settled_without_a_word(happenings in happenings()) {
        let mut run = Run::new(10_000);
        for happening in &happenings {
            let before = run.session.clone();
            if run.take(happening).is_none() { continue }
            for one in &run.session.redemptions {
                // Conserved: no more is credited than was asked for, and nothing that was given back.
                prop_assert!(0 <= one.credited() && one.credited() <= one.begun.amount, "{:?}", one);
                prop_assert!(!one.is_reversed() || one.credited() == 0, "{:?}", one);
            }
            prop_assert!(0 <= run.session.owed() && run.session.owed() <= run.session.received());
            for old in &before.redemptions {
                check(&happening.1, old, run.session.redemption(&old.begun.id).unwrap(), run.now)?;
            }
        }
        prop_assert_eq!(format!("{:?}", Session::replay(run.ledger).unwrap()), format!("{:?}", run.session));
    }

    // Law 5: a webhook may be the only word that money was taken after all. After the last one a question is asked, unless
    // the payment succeeded; nothing that was on its way before stands for it.
    #[test]
    fn law_5_after_the_last_webhook_a_question_is_always_asked(happenings in happenings()) {
        let mut run = Run::new(10_000);
        for happening in &happenings {
            let before = run.session.clone();
            let Some(entries) = run.take(happening) else { continue };
            for (which, id) in IDS.iter().enumerate() {
                let Some(one) = run.session.redemption(&rd(id)) else { continue };
                // What was never sent has nothing to look up.
                if run.hinted[which] && one.sent_at.is_some() && !one.is_success() {
                    let due = run.due_at(which);
                    // A charge under way is waited for.
                    let waits = one.state == RedemptionState::Begun;
                    prop_assert!(due.is_some_and(|at| waits || at <= run.now), "{:?} {:?}", happening, one);
                }
            }
            // And it is asked once: an answer to a question that was asked after the last webhook ends it, and where a payment
            // counts as nothing, only an answer does.
            let (which, step, _) = happening;
            let (old, new) = (before.redemption(&rd(IDS[*which])), run.session.redemption(&rd(IDS[*which])));
            if let (Step::Asked(_), [entry], Some(old), Some(new)) = (step, &entries[..], old, new) {
                let doubted = matches!(entry, Entry::Doubted { .. });
                let again = matches!(entry, Entry::Asked { .. }) && !new.is_open();
                prop_assert!(doubted || again || !new.recovery.hinted, "{:?} {:?} {:?}", happening, old, new);
            }
        }
    }
}
