//! Tests of the events of whole ledgers, in any order of entries.

use super::driver::{Run, happenings};
use super::ledger::entry;
use super::*;
use checkout_wire::EventType;
use proptest::prelude::*;
use serde_json::Value;
use std::collections::BTreeMap;

/// The number of events of each type, by payment or session.
type Told = BTreeMap<(String, &'static str), usize>;

fn count(told: &mut Told, news: &[(EventType, Value)]) {
    for (kind, about) in news {
        *told.entry((about["id"].as_str().unwrap().to_owned(), kind.as_str())).or_default() += 1;
    }
}

fn times(told: &Told, id: &str, kind: EventType) -> usize {
    told.get(&(id.to_owned(), kind.as_str())).copied().unwrap_or_default()
}

/// Checks the events of a session against its state.
fn check(told: &Told, session: &Session, ever_complete: bool) -> Result<(), TestCaseError> {
    let ends = [
        (EventType::SessionCompleted, ever_complete),
        (EventType::SessionCanceled, session.canceled_at.is_some()),
        (EventType::SessionExpired, session.expired_at.is_some()),
    ];
    for (kind, so) in ends {
        prop_assert_eq!(times(told, "cs_1", kind), usize::from(so), "{:?} {:?}", kind, session);
    }
    for one in &session.redemptions {
        let succeeded = times(told, one.begun.id.as_str(), EventType::RedemptionSucceeded);
        prop_assert_eq!(succeeded, usize::from(one.is_success()), "{:?}", one);
        let declined = times(told, one.begun.id.as_str(), EventType::RedemptionDeclined);
        prop_assert!(declined > 0 || !matches!(one.state, RedemptionState::Declined { .. }), "{:?}", one);
        let unknown = times(told, one.begun.id.as_str(), EventType::RedemptionUnknown);
        prop_assert!(unknown > 0 || one.status() != RedemptionStatus::Unknown, "{:?}", one);
        let review = times(told, one.begun.id.as_str(), EventType::RedemptionNeedsReview);
        prop_assert!(review > 0 || !one.needs_review(&config().limits), "{:?}", one);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(ProptestConfig::default().cases.max(1_000)) })]

    #[test]
    fn whatever_happens_every_credit_and_the_end_are_reported_once(happenings in happenings(), total in 1i64..10_000) {
        let (config, mut run, mut told, mut ever_complete) = (config(), Run::new(total), Told::new(), false);
        for happening in &happenings {
            let before = run.session.clone();
            if run.take(happening).is_none() { continue }
            count(&mut told, &run.session.news(&before, &config, run.now));
            ever_complete |= run.session.status(run.now) == SessionStatus::Complete;
            check(&told, &run.session, ever_complete)?;
        }
    }

    // This also holds for inconsistent entries, except for completion: only consistent entries keep it from happening twice.
    #[test]
    fn after_any_entries_in_any_order_every_credit_is_reported_once(entries in prop::collection::vec(entry(), 0..30)) {
        let (config, mut told) = (config(), Told::new());
        let mut session = session(1_000_000, []);
        for (i, entry) in entries.iter().enumerate() {
            let (before, at) = (session.clone(), NOW + Millis::SECOND.times(i as i64));
            session.apply(at, entry.clone());
            count(&mut told, &session.news(&before, &config, at));
            check(&told, &session, false)?;
        }
    }
}
