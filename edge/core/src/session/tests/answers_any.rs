//! Payments driven by any answers of a provider in any order, also late and repeated.

use super::driver::{IDS, Run, Step, happenings};
use super::*;
use crate::Limits;
use crate::provider::Reply;
use proptest::prelude::*;

/// Returns whether this step settles a payment in doubt as not charged.
fn says_nothing_was_taken(step: &Step, one: &Redemption, now: Millis) -> bool {
    let old =
        one.recovery.doubted_at.is_some_and(|since| now - since >= Limits::default().not_found_grace_ms);
    // After a reported success, only a reported reversal settles it.
    let unsaid = !matches!(one.state, RedemptionState::InDoubt { doubt: Doubt::Unconfirmed, .. });
    match step {
        Step::Charged(Ok(Reply::Declined(_))) | Step::Asked(Ok(Reply::Reversed)) => true,
        Step::Asked(Ok(Reply::Failed)) => unsaid,
        Step::Asked(Ok(Reply::NotFound)) => unsaid && old,
        Step::Asked(Ok(Reply::Balance(after))) => old && one.balance_before == Some(*after),
        _ => false,
    }
}

/// Returns whether this step settles a payment as charged.
fn says_money_was_taken(step: &Step, one: &Redemption) -> bool {
    match step {
        Step::Charged(Ok(Reply::Paid(_))) | Step::Asked(Ok(Reply::Paid(_))) | Step::Confirmed(..) => true,
        Step::Asked(Ok(Reply::Balance(after))) => {
            one.balance_before.map(|before| before - *after) == Some(one.begun.amount + one.begun.fee)
        }
        _ => false,
    }
}

/// Checks the effect of one step on a payment against the step's answer.
fn check(step: &Step, before: &Redemption, after: &Redemption, now: Millis) -> Result<(), TestCaseError> {
    let news = before.state != after.state;
    match &after.state {
        RedemptionState::Succeeded { .. } if news => {
            prop_assert!(says_money_was_taken(step, before), "{:?} {:?}", step, before);
        }
        RedemptionState::Declined { .. } | RedemptionState::NotSent { .. }
            if matches!(before.state, RedemptionState::InDoubt { .. }) =>
        {
            // Only "too many calls" states that the charge itself was not processed.
            let busy = matches!(step, Step::Charged(Ok(Reply::Busy)));
            prop_assert!(busy || says_nothing_was_taken(step, before, now), "{:?} {:?}", step, before);
        }
        RedemptionState::NotSent { .. } if before.sent_at.is_some() && news => {
            prop_assert!(matches!(step, Step::Charged(Ok(Reply::Busy))), "{:?} {:?}", step, before);
        }
        RedemptionState::InDoubt { .. } if !before.is_open() => {
            let is_missing = matches!(step, Step::Asked(Ok(Reply::Balance(after)))
                if before.balance_before.is_some_and(|old| old - *after >= before.begun.amount + before.begun.fee));
            prop_assert!(is_missing || says_money_was_taken(step, before), "{:?} {:?}", step, before);
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

    // Laws 3 and 5, for any answers in any order about two payments.
    #[test]
    fn law_3_only_an_explicit_answer_settles_a_payment(happenings in happenings()) {
        let mut run = Run::new(10_000);
        for happening in &happenings {
            let before = run.session.clone();
            if run.take(happening).is_none() { continue }
            for one in &run.session.redemptions {
                // The credit is at most the requested amount, and 0 after a reversal.
                prop_assert!(Minor::ZERO <= one.credited() && one.credited() <= one.begun.amount, "{:?}", one);
                prop_assert!(!one.is_reversed() || one.credited() == Minor::ZERO, "{:?}", one);
            }
            prop_assert!(Minor::ZERO <= run.session.owed() && run.session.owed() <= run.session.received());
            for old in &before.redemptions {
                check(&happening.1, old, run.session.redemption(&old.begun.id).unwrap(), run.now)?;
            }
        }
        prop_assert_eq!(format!("{:?}", Session::replay(run.ledger).unwrap()), format!("{:?}", run.session));
    }

    // Law 5: a webhook may be the only report that money was taken after all. A look-up follows the last webhook unless the
    // payment succeeded; one that was under way before does not replace it.
    #[test]
    fn law_5_a_look_up_follows_the_last_webhook(happenings in happenings()) {
        let mut run = Run::new(10_000);
        for happening in &happenings {
            let before = run.session.clone();
            let Some(entries) = run.take(happening) else { continue };
            for (which, id) in IDS.iter().enumerate() {
                let Some(one) = run.session.redemption(&rd(id)) else { continue };
                // A charge that was never sent has no outcome to look up.
                if run.hinted[which] && one.sent_at.is_some() && !one.is_success() {
                    let due = run.due_at(which);
                    // While the charge is under way, its answer comes first.
                    let waits = one.state == RedemptionState::Begun;
                    prop_assert!(due.is_some_and(|at| waits || at <= run.now), "{:?} {:?}", happening, one);
                }
            }
            // One look-up is enough: the answer to one sent after the last webhook ends it. For a payment that counts as not
            // charged, only an answer does.
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
