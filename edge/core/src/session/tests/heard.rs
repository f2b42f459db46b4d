//! Payments driven by whatever a provider may say whenever, also late and twice.

use super::ledger::{code, doubt};
use super::*;
use crate::Limits;
use crate::provider::{Paid, Refusal, Reply};
use proptest::prelude::*;

const IDS: [&str; 2] = ["rd_1", "rd_2"];

/// What may happen to a payment, in any order.
#[derive(Clone, Debug)]
enum Step {
    Begin(i64, Kind),
    Weighed(Heard),
    Charged(Heard),
    /// A success is asked about once more before it is believed.
    Confirmed(Paid, Heard),
    Asked(Heard),
    Hinted(bool),
    GivenBack(Heard),
    AskedBack(Heard),
    Due,
    Cancel,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Sends,
    WeighsWithFee,
    WeighsAndReverses,
}

fn kind() -> impl Strategy<Value = Kind> {
    prop::sample::select(vec![Kind::Sends, Kind::WeighsWithFee, Kind::WeighsAndReverses])
}

fn begin(id: &str, amount: i64, kind: Kind) -> Entry {
    match kind {
        Kind::Sends => begun(id, amount),
        Kind::WeighsWithFee => begun_wipay(id, amount),
        Kind::WeighsAndReverses => begun_celbux(id, amount),
    }
}

fn paid() -> impl Strategy<Value = Paid> {
    (prop::option::of(-1i64..6_000), prop::option::of(0i64..12_000)).prop_map(|(amount, balance)| Paid {
        amount,
        balance,
        ..Paid::default()
    })
}

fn heard() -> impl Strategy<Value = Heard> {
    let refused = || code().prop_map(|code| Refusal { code, words: String::new() });
    prop_oneof![
        2 => paid().prop_map(|paid| Ok(Reply::Paid(paid))),
        2 => refused().prop_map(|refusal| Ok(Reply::Declined(refusal))),
        1 => refused().prop_map(|refusal| Ok(Reply::Conflict(refusal))),
        1 => Just(Ok(Reply::Pending)),
        1 => Just(Ok(Reply::NotFound)),
        1 => Just(Ok(Reply::Failed)),
        1 => Just(Ok(Reply::Reversed)),
        1 => Just(Ok(Reply::Busy)),
        1 => (0i64..12_000).prop_map(|balance| Ok(Reply::Balance(balance))),
        1 => (0i64..12_000).prop_map(|balance| Ok(Reply::Renewing(balance))),
        2 => Just(Ok(Reply::Balance(11_000))),
        // Nobody hears that it was the wrong amount: that is what we make of an answer.
        2 => doubt().prop_filter("heard", |doubt| *doubt != Doubt::Amount).prop_map(Err),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        1 => (1i64..5_000, kind()).prop_map(|(amount, kind)| Step::Begin(amount, kind)),
        2 => prop_oneof![heard(), Just(Ok(Reply::Balance(11_000)))].prop_map(Step::Weighed),
        3 => heard().prop_map(Step::Charged),
        1 => (paid(), heard()).prop_map(|(paid, heard)| Step::Confirmed(paid, heard)),
        4 => heard().prop_map(Step::Asked),
        1 => any::<bool>().prop_map(Step::Hinted),
        2 => heard().prop_map(Step::GivenBack),
        3 => heard().prop_map(Step::AskedBack),
        4 => Just(Step::Due),
        1 => Just(Step::Cancel),
    ]
}

/// The entry that a step leads to; `None` for one that cannot come now.
fn written(step: &Step, id: &str, session: &Session, now: i64) -> Option<Entry> {
    let limits = Limits::default();
    let one = session.redemption(id);
    let sent = one.filter(|one| one.sent_at.is_some());
    let back = one.filter(|one| one.reversal.is_some());
    match step.clone() {
        Step::Begin(amount, kind) => Some(begin(id, amount, kind)),
        Step::Cancel => Some(Entry::Canceled),
        Step::Due => match session.due(now, &limits)? {
            Task::Write(entry) => Some(entry),
            Task::Reverse(one) => Some(one.reversing()),
            Task::Ask(_) | Task::AskReversal(_) => None,
        },
        Step::Weighed(heard) => one.filter(|one| one.sent_at.is_none()).map(|one| one.weighed(heard)),
        Step::Charged(heard) => sent.map(|one| one.charged(heard).entry),
        Step::Confirmed(paid, heard) => sent.map(|one| one.charged(one.confirmed(paid, heard)).entry),
        Step::Asked(heard) => {
            sent.filter(|one| !one.is_success()).map(|one| one.asked(heard, now, &limits).entry)
        }
        Step::Hinted(success) => session.hinted(&format!("ref-{id}"), success),
        Step::GivenBack(heard) => back.map(|one| one.reversal_answered(heard)),
        Step::AskedBack(heard) => back.map(|one| one.reversal_asked(heard, now, &limits)),
    }
}

/// Whether these words are ones on which a payment in doubt is taken for nothing.
fn says_nothing_was_taken(step: &Step, one: &Redemption, now: i64) -> bool {
    let old = one.sent_at.is_some_and(|sent| now - sent >= Limits::default().believe_after_ms);
    match step {
        Step::Charged(Ok(Reply::Declined(_))) | Step::Asked(Ok(Reply::Failed | Reply::Reversed)) => true,
        Step::Asked(Ok(Reply::NotFound)) => old,
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
        State::Succeeded { .. } if news => {
            prop_assert!(says_money_was_taken(step, before), "{:?} {:?}", step, before);
        }
        State::Declined { .. } | State::NotSent { .. } if before.status() == RedemptionStatus::Unknown => {
            // "Too many calls" is the provider's word about the charge itself; nothing else says it was not sent.
            let busy = matches!(step, Step::Charged(Ok(Reply::Busy)));
            prop_assert!(busy || says_nothing_was_taken(step, before, now), "{:?} {:?}", step, before);
        }
        State::InDoubt { .. } if !before.is_open() => {
            prop_assert!(says_money_was_taken(step, before), "{:?} {:?}", step, before);
        }
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
    fn law_3_whatever_is_heard_nothing_is_settled_without_a_word(
        first in (1i64..5_000, kind()), second in (1i64..5_000, kind()),
        steps in prop::collection::vec((0usize..2, step(), prop_oneof![0i64..5_000, 0i64..100_000]), 1..50),
    ) {
        let (mut session, mut now, mut ledger) = (session(10_000, []), NOW, vec![(NOW, created(10_000, "ZAR"))]);
        let begins = [first, second].map(|(amount, kind)| Step::Begin(amount, kind));
        let begins = begins.into_iter().enumerate().map(|(which, step)| (which, step, 0));
        for (which, step, pause) in begins.chain(steps) {
            now += pause;
            let Some(entry) = written(&step, IDS[which], &session, now) else { continue };
            let before = session.clone();
            session.apply(now, entry.clone());
            ledger.push((now, entry));
            for one in &session.redemptions {
                // Conserved: no more is credited than was asked for, and nothing that was given back.
                prop_assert!(0 <= one.credited() && one.credited() <= one.begun.amount, "{:?}", one);
                prop_assert!(!one.is_reversed() || one.credited() == 0, "{:?}", one);
            }
            prop_assert!(0 <= session.owed() && session.owed() <= session.received());
            for old in &before.redemptions {
                check(&step, old, session.redemption(&old.begun.id).unwrap(), now)?;
            }
        }
        prop_assert_eq!(format!("{:?}", Session::replay(ledger).unwrap()), format!("{session:?}"));
    }
}
