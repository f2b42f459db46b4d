//! The ledger against a deliberately simple model, and driven by whatever a provider may say whenever.

use super::*;
use crate::Limits;
use crate::provider::{Paid, Refusal, Reply};
use proptest::prelude::*;

const IDS: [&str; 3] = ["rd_1", "rd_2", "rd_3"];

fn code() -> impl Strategy<Value = DeclineCode> {
    prop::sample::select(DeclineCode::ALL)
}

fn doubt() -> impl Strategy<Value = Doubt> {
    use Doubt::*;
    prop::sample::select(vec![Pending, Timeout, Cut, Unreadable, Amount, Stopped])
}

/// Any entry about one of three payments, sensible or not.
fn entry() -> impl Strategy<Value = Entry> {
    let one = (prop::sample::select(&IDS[..]), 1i64..6_000, code(), doubt(), any::<bool>());
    (0..11, one).prop_map(|(kind, (id, amount, code, doubt, flag))| match kind {
        0 | 1 if flag => begun(id, amount),
        0 | 1 => begun_wipay(id, amount),
        2 => weighed(id, amount),
        3 | 4 => doubted(id, doubt),
        5 => asked(id),
        6 => left_to_person(id),
        7 | 8 => succeeded(id, amount),
        9 => declined(id, code),
        _ if flag => not_sent(id, code),
        _ => Entry::Canceled,
    })
}

/// What a list of entries means for one payment, read off the whole list.
#[derive(PartialEq, Debug)]
struct Model {
    credited: i64,
    status: RedemptionStatus,
    code: Option<DeclineCode>,
    due: bool,
}

fn model(entries: &[Entry], id: &str) -> Option<Model> {
    let about = |entry: &&Entry| entry.redemption() == Some(id);
    let begins = entries.iter().position(|entry| matches!(entry, Entry::Begun(begun) if begun.id == id))?;
    let mine: Vec<&Entry> = entries[begins..].iter().filter(about).collect();
    // The first final word counts, and nothing after it.
    let settled = mine.iter().find_map(|entry| match entry {
        Entry::Succeeded { amount, .. } => Some((*amount, RedemptionStatus::Succeeded, None)),
        Entry::Declined { code, .. } => Some((0, RedemptionStatus::Declined, Some(*code))),
        Entry::NotSent { code, .. } => Some((0, RedemptionStatus::NotSent, Some(*code))),
        _ => None,
    });
    if let Some((credited, status, code)) = settled {
        return Some(Model { credited, status, code, due: false });
    }
    // Otherwise the last doubt counts, and whether it was given to a person after it.
    let doubted = mine.iter().rposition(|entry| matches!(entry, Entry::Doubted { .. }));
    let status = match doubted.map(|at| mine[at]) {
        None | Some(Entry::Doubted { doubt: Doubt::Pending, .. }) => RedemptionStatus::Processing,
        Some(_) => RedemptionStatus::Unknown,
    };
    let left = doubted.is_some_and(|at| mine[at..].iter().any(|e| matches!(e, Entry::LeftToPerson { .. })));
    Some(Model { credited: 0, status, code: None, due: !left })
}

fn of(session: &Session, id: &str) -> Option<Model> {
    let one = session.redemption(id)?;
    let mut alone = session.clone();
    alone.redemptions.retain(|other| other.begun.id == id);
    Some(Model {
        credited: one.credited(),
        status: one.status(),
        code: one.decline_code(),
        due: alone.next_due(&Limits::default()).is_some(),
    })
}

/// Where a session stands, by the models of its payments.
fn status(entries: &[Entry], total: i64, now: i64) -> SessionStatus {
    use RedemptionStatus::*;
    let models: Vec<Model> = IDS.iter().filter_map(|id| model(entries, id)).collect();
    if models.iter().map(|one| one.credited).sum::<i64>() >= total {
        SessionStatus::Complete
    } else if models.iter().any(|one| matches!(one.status, Processing | Unknown)) {
        SessionStatus::Processing
    } else if entries.contains(&Entry::Canceled) {
        SessionStatus::Canceled
    } else if now >= NOW + HOUR {
        SessionStatus::Expired
    } else {
        SessionStatus::Open
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(ProptestConfig::default().cases.max(1_500)) })]

    #[test]
    fn any_entries_in_any_order_mean_what_the_model_says(entries in prop::collection::vec(entry(), 0..25), late in any::<bool>()) {
        let total = 10_000;
        let mut session = session(total, []);
        for (i, entry) in entries.iter().enumerate() {
            let before = session.clone();
            session.apply(NOW + 1_000 + i as i64 * 1_000, entry.clone());
            let so_far = &entries[..=i];
            for id in IDS {
                prop_assert_eq!(of(&session, id), model(so_far, id), "{} {:?}", id, so_far);
            }
            for old in before.redemptions.iter().filter(|old| !old.is_open()) {
                prop_assert_eq!(session.redemption(&old.begun.id), Some(old));
            }
            prop_assert_eq!(session.received() + session.remaining(), total.max(session.received()));
            let now = if late { NOW + HOUR } else { NOW + HOUR - 1 };
            prop_assert_eq!(session.status(now), status(so_far, total, now), "{:?}", so_far);
        }
        let stored: Vec<String> = entries.iter().map(|entry| serde_json::to_string(entry).unwrap()).collect();
        let read = stored.iter().map(|text| serde_json::from_str::<Entry>(text).unwrap());
        let replayed = super::session(total, read.collect::<Vec<_>>());
        prop_assert_eq!(format!("{replayed:?}"), format!("{session:?}"));
    }
}

/// What may happen to a payment, in any order.
#[derive(Clone, Debug)]
enum Step {
    Begin(i64, bool),
    Weighed(Heard),
    Charged(Heard),
    Asked(Heard),
    Due,
    Cancel,
}

fn heard() -> impl Strategy<Value = Heard> {
    let paid = (prop::option::of(-1i64..6_000), prop::option::of(0i64..12_000))
        .prop_map(|(amount, balance)| Reply::Paid(Paid { amount, transaction: None, balance, change: None }));
    let refused = code().prop_map(|code| Reply::Declined(Refusal { code, words: String::new() }));
    prop_oneof![
        paid.prop_map(Ok),
        refused.prop_map(Ok),
        Just(Ok(Reply::Pending)),
        Just(Ok(Reply::NotFound)),
        Just(Ok(Reply::Busy)),
        (0i64..12_000).prop_map(|balance| Ok(Reply::Balance(balance))),
        Just(Ok(Reply::Balance(11_000))),
        doubt().prop_map(Err),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        1 => (1i64..5_000, any::<bool>()).prop_map(|(amount, sends)| Step::Begin(amount, sends)),
        1 => prop_oneof![heard(), Just(Ok(Reply::Balance(11_000)))].prop_map(Step::Weighed),
        3 => heard().prop_map(Step::Charged),
        4 => heard().prop_map(Step::Asked),
        1 => Just(Step::Due),
        1 => Just(Step::Cancel),
    ]
}

/// Whether these words are ones that a payment in doubt may be refused on.
fn explicit(step: &Step, one: &Redemption, now: i64) -> bool {
    let old = one.sent_at.is_some_and(|sent| now - sent >= Limits::default().believe_after_ms);
    match step {
        Step::Charged(Ok(Reply::Declined(_))) => true,
        Step::Asked(Ok(Reply::Declined(refusal))) => {
            one.begun.sends && refusal.code == DeclineCode::VoucherRefused
        }
        Step::Asked(Ok(Reply::NotFound)) => old,
        Step::Asked(Ok(Reply::Balance(now))) => old && one.balance_before == Some(*now),
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(ProptestConfig::default().cases.max(1_500)) })]

    // Laws 3 and 5: whatever is heard in whatever order, also late and twice, about either of two payments.
    #[test]
    fn law_3_whatever_is_heard_nothing_is_settled_without_a_word(
        first in (1i64..5_000, any::<bool>()), second in (1i64..5_000, any::<bool>()),
        steps in prop::collection::vec((0usize..2, step(), prop_oneof![0i64..5_000, 0i64..100_000]), 1..40),
    ) {
        let limits = Limits::default();
        let (mut session, mut now, mut ledger) = (session(10_000, []), NOW, vec![(NOW, created(10_000, "ZAR"))]);
        let begins = [first, second].map(|(amount, sends)| Step::Begin(amount, sends));
        let begins = begins.into_iter().enumerate().map(|(which, step)| (which, step, 0));
        for (which, step, pause) in begins.chain(steps) {
            now += pause;
            let before = session.redemption(IDS[which]).cloned();
            let entry = match (&step, &before) {
                (Step::Begin(amount, true), _) => begun(IDS[which], *amount),
                (Step::Begin(amount, false), _) => begun_wipay(IDS[which], *amount),
                (Step::Cancel, _) => Entry::Canceled,
                (Step::Due, _) => match session.due(now, &limits) {
                    Some(Task::Write(entry)) => entry,
                    _ => continue,
                },
                (Step::Weighed(heard), Some(one)) if one.sent_at.is_none() => one.weighed(heard.clone()),
                (Step::Charged(heard), Some(one)) if one.sent_at.is_some() => one.charged(heard.clone()).entry,
                (Step::Asked(heard), Some(one)) if one.sent_at.is_some() => one.asked(heard.clone(), now, &limits).entry,
                _ => continue,
            };
            session.apply(now, entry.clone());
            ledger.push((now, entry));
            for one in &session.redemptions {
                prop_assert!(0 <= one.credited() && one.credited() <= one.begun.amount, "{:?}", one);
            }
            let Some(before) = before else { continue };
            let after = session.redemption(IDS[which]).unwrap();
            if !before.is_open() {
                prop_assert_eq!(after, &before);
            } else if before.status() == RedemptionStatus::Unknown {
                match &after.state {
                    State::Declined { .. } => prop_assert!(explicit(&step, &before, now), "{:?} {:?}", step, before),
                    // "Too many calls" is the provider's word about the charge itself; nothing else says it was not sent.
                    State::NotSent { .. } => prop_assert!(matches!(step, Step::Charged(Ok(Reply::Busy))), "{:?}", step),
                    _ => {}
                }
            }
        }
        prop_assert_eq!(format!("{:?}", Session::replay(ledger).unwrap()), format!("{session:?}"));
    }
}
