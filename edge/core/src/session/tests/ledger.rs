//! The ledger compared with a deliberately simple model, which is computed from the whole list of entries.

use super::*;
use crate::Limits;
use proptest::prelude::*;

const IDS: [&str; 3] = ["rd_1", "rd_2", "rd_3"];

pub(super) fn code() -> impl Strategy<Value = DeclineCode> {
    prop::sample::select(DeclineCode::ALL)
}

pub(super) fn doubt() -> impl Strategy<Value = Doubt> {
    use Doubt::*;
    prop::sample::select(vec![Pending, Timeout, Cut, Unreadable, Amount, Stopped, Unconfirmed])
}

/// Generates any entry about one of three payments, also inconsistent ones.
pub(super) fn entry() -> impl Strategy<Value = Entry> {
    let one = (prop::sample::select(&IDS[..]), 1i64..6_000, code(), doubt(), any::<bool>());
    (0..23, one).prop_map(|(kind, (id, amount, code, doubt, flag))| match kind {
        0 if flag => begun(id, amount),
        0 => begun_wipay(id, amount),
        1 | 2 => begun_celbux(id, amount),
        3 => balance_checked(id, amount),
        4 | 5 => doubted(id, doubt),
        6 => asked(id),
        7 => left_to_person(id),
        8 | 9 => succeeded(id, amount),
        10 => declined(id, code),
        11 if flag => not_sent(id, code),
        11 => Entry::Canceled,
        12 => hinted(id),
        13 | 14 => reversing(id),
        15 => reversal_doubted(id),
        16 => reversal_asked(id),
        17 if flag => reversed(id),
        17 => not_reversed(id, None),
        18 => doubted(id, Doubt::Amount),
        19 => sending(id),
        20 if flag => unchanged(id),
        20 => change_stated(id),
        21 => reversal_blocked(id, None),
        _ => Entry::Expired,
    })
}

/// The state of one payment after a list of entries.
#[derive(PartialEq, Debug)]
struct Model {
    credited: Minor,
    status: RedemptionStatus,
    code: Option<DeclineCode>,
    left: bool,
    under_way: bool,
    due: bool,
}

fn model(entries: &[Entry], id: &str) -> Option<Model> {
    let about = |entry: &&Entry| entry.redemption() == Some(&rd(id));
    let begins =
        entries.iter().position(|entry| matches!(entry, Entry::Begun(begun) if begun.id == rd(id)))?;
    let mine: Vec<&Entry> = entries[begins..].iter().filter(about).collect();
    let (credited, status, code) = word(&mine);
    let due = due(&mine, ended(entries));
    let under_way =
        is_open(status) && !mine.iter().any(|entry| matches!(entry, Entry::Doubted { .. })) && !left(&mine);
    Some(Model { credited, status, code, left: left(&mine), under_way, due })
}

/// Returns whether the session ended before it was paid.
fn ended(entries: &[Entry]) -> bool {
    entries.iter().any(|entry| matches!(entry, Entry::Canceled | Entry::Expired))
}

/// Returns credited amount, status and code: the first success counts, whatever came before, and only the first answer about its
/// reversal undoes it.
fn word(mine: &[&Entry]) -> (Minor, RedemptionStatus, Option<DeclineCode>) {
    let success = mine.iter().position(|entry| matches!(entry, Entry::Succeeded { .. }));
    if let Some((at, Entry::Succeeded { amount, .. })) = success.map(|at| (at, mine[at])) {
        return match given_back(&mine[at..]) {
            Some(Entry::Reversed { .. }) => (Minor::ZERO, RedemptionStatus::Reversed, None),
            _ => (*amount, RedemptionStatus::Succeeded, None),
        };
    }
    // Otherwise the first decline counts, unless a later look-up contradicts it.
    let since = (0..mine.len()).rfind(|at| contradicts(mine, *at));
    let refused = mine[since.unwrap_or(0)..].iter().find_map(|entry| match entry {
        Entry::Declined { code, .. } => Some((Minor::ZERO, RedemptionStatus::Declined, Some(*code))),
        Entry::NotSent { code, .. } => Some((Minor::ZERO, RedemptionStatus::NotSent, Some(*code))),
        _ => None,
    });
    // Otherwise the last doubt counts.
    refused.unwrap_or_else(|| {
        let doubt = mine.iter().rposition(|entry| matches!(entry, Entry::Doubted { .. }));
        let contradicted = since.is_some_and(|since| doubt.is_none_or(|doubt| since > doubt));
        match doubt.map(|at| mine[at]) {
            _ if contradicted => (Minor::ZERO, RedemptionStatus::Unknown, None),
            None | Some(Entry::Doubted { doubt: Doubt::Pending | Doubt::Unconfirmed, .. }) => {
                (Minor::ZERO, RedemptionStatus::Processing, None)
            }
            Some(_) => (Minor::ZERO, RedemptionStatus::Unknown, None),
        }
    })
}

/// Returns whether this entry contradicts a decline before it.
fn contradicts(mine: &[&Entry], at: usize) -> bool {
    match mine[at] {
        Entry::Doubted { doubt: Doubt::Amount, .. } => true,
        Entry::LeftToPerson { .. } => word(&mine[..at]).1 == RedemptionStatus::Declined,
        _ => false,
    }
}

/// Returns the entry that ended the reversal, if one was begun.
fn given_back<'a>(after: &[&'a Entry]) -> Option<&'a Entry> {
    let begun = after.iter().position(|entry| matches!(entry, Entry::Reversing { .. }))?;
    let ends = |entry: &&&Entry| matches!(entry, Entry::Reversed { .. } | Entry::NotReversed { .. });
    after[begun..].iter().find(ends).copied()
}

/// Returns whether the payment has a task: an unknown outcome that is not in review, a webhook to look up, or a reversal under
/// way.
fn due(mine: &[&Entry], ended: bool) -> bool {
    let status = word(mine).1;
    if let Some(at) = mine.iter().position(|entry| matches!(entry, Entry::Succeeded { .. })) {
        let last = mine[at..].iter().rposition(|entry| {
            matches!(
                entry,
                Entry::Reversing { .. } | Entry::ReversalDoubted { .. } | Entry::ReversalBlocked { .. }
            )
        });
        let begun = mine[at..].iter().any(|entry| matches!(entry, Entry::Reversing { .. }));
        let reverses = matches!(mine[0], Entry::Begun(begun) if begun.reverses);
        return match last.filter(|_| begun).map(|last| &mine[at + last..]) {
            None => ended && reverses,
            Some(_) if given_back(&mine[at..]).is_some() => false,
            Some([Entry::Reversing { .. } | Entry::ReversalBlocked { .. }, ..]) => true,
            Some(since) => {
                let asked = since.iter().filter(|entry| matches!(entry, Entry::ReversalAsked { .. })).count();
                asked < Limits::default().settle_backoff_ms.len()
            }
        };
    }
    let hinted = mine.iter().rposition(|entry| matches!(entry, Entry::Hinted { .. })).is_some_and(|hint| {
        let mut unanswered = 0;
        // A webhook is looked up until there is an outcome or a decline; a doubt is no answer. A payment without a final outcome
        // is looked up anyway; one that counts as not charged is looked up as often as an unknown outcome.
        let ends = (hint + 1..mine.len()).any(|i| {
            let was_open = is_open(word(&mine[..i]).1);
            unanswered += usize::from(matches!(mine[i], Entry::Asked { .. }) && !was_open);
            match mine[i] {
                Entry::Doubted { .. }
                | Entry::BalanceChecked { .. }
                | Entry::Sending { .. }
                | Entry::Begun(_) => false,
                Entry::LeftToPerson { .. } => goes_to_review(mine, i),
                Entry::Declined { .. } => true,
                Entry::Asked { .. } | Entry::Succeeded { .. } | Entry::NotSent { .. } => was_open,
                // Without a success there is nothing to reverse.
                _ => false,
            }
        });
        !ends && (is_open(status) || unanswered <= Limits::default().settle_backoff_ms.len())
    });
    let concluded = word(mine).2 == Some(DeclineCode::NotCharged) && status == RedemptionStatus::Declined;
    hinted || concluded || (is_open(status) && !left(mine))
}

/// Returns whether this entry, [`Entry::LeftToPerson`], has an effect: the outcome was in doubt or counted as a decline.
fn goes_to_review(mine: &[&Entry], at: usize) -> bool {
    let in_doubt = mine[..at].iter().any(|one| matches!(one, Entry::Doubted { .. }));
    match word(&mine[..at]).1 {
        RedemptionStatus::Declined => true,
        status => is_open(status) && (in_doubt || left(&mine[..at])),
    }
}

/// Returns whether the payment went to review after the last doubt.
fn left(mine: &[&Entry]) -> bool {
    let doubt = mine.iter().rposition(|entry| matches!(entry, Entry::Doubted { .. })).unwrap_or(0);
    let given_up = |at: usize| matches!(mine[at], Entry::LeftToPerson { .. }) && goes_to_review(mine, at);
    is_open(word(mine).1) && (doubt..mine.len()).any(given_up)
}

fn is_open(status: RedemptionStatus) -> bool {
    matches!(status, RedemptionStatus::Processing | RedemptionStatus::Unknown)
}

fn of(session: &Session, id: &str) -> Option<Model> {
    let one = session.redemption(&rd(id))?;
    let mut alone = session.clone();
    alone.redemptions.retain(|other| other.begun.id == rd(id));
    // With no expiry of the session, only the payment can be due.
    alone.expires_at = Millis::MAX;
    Some(Model {
        credited: one.credited(),
        status: one.status(),
        code: one.decline_code(),
        left: one.is_left_to_person(),
        under_way: one.state == RedemptionState::Begun,
        due: alone.next_due(&Limits::default()).is_some_and(|at| at < Millis::MAX),
    })
}

/// Returns the session's status and the amount it owes, from the models of its payments.
fn sums(entries: &[Entry], total: Minor, now: Millis) -> (SessionStatus, Minor) {
    let models: Vec<Model> = IDS.iter().filter_map(|id| model(entries, id)).collect();
    let credited: Minor = models.iter().map(|one| one.credited).sum();
    let owed = if ended(entries) { credited } else { (credited - total).max(Minor::ZERO) };
    let status = match () {
        () if entries.contains(&Entry::Canceled) => SessionStatus::Canceled,
        () if ended(entries) => SessionStatus::Expired,
        () if credited >= total => SessionStatus::Complete,
        () if models.iter().any(|one| one.under_way) => SessionStatus::Processing,
        () if now >= NOW + HOUR => SessionStatus::Expired,
        () if models.iter().any(|one| is_open(one.status)) => SessionStatus::Processing,
        () => SessionStatus::Open,
    };
    (status, owed)
}

/// Returns whether a settled payment kept its outcome: a success may only be reversed; a decline may only become a success, or a
/// doubt because more was taken than requested or a look-up contradicts it.
fn stays_settled(old: &Redemption, new: &Redemption) -> bool {
    match &old.state {
        RedemptionState::Begun | RedemptionState::Challenged | RedemptionState::InDoubt { .. } => true,
        RedemptionState::Succeeded { .. } => {
            let kept = Redemption {
                reversal: old.reversal.clone(),
                change_stated: old.change_stated,
                ..new.clone()
            };
            kept == *old && (new.is_reversed() || !old.is_reversed())
        }
        RedemptionState::Declined { .. } | RedemptionState::NotSent { .. } => {
            new.state == old.state
                || matches!(
                    new.state,
                    RedemptionState::Succeeded { .. }
                        | RedemptionState::InDoubt { doubt: Doubt::Amount, .. }
                        | RedemptionState::InDoubt { left_to_person: true, .. }
                )
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(ProptestConfig::default().cases.max(2_500)) })]

    #[test]
    fn any_entries_in_any_order_agree_with_the_model(entries in prop::collection::vec(entry(), 0..30), late in any::<bool>()) {
        let total = Minor(10_000);
        let mut session = session(total.0, []);
        for (i, entry) in entries.iter().enumerate() {
            let before = session.clone();
            session.apply(NOW + Millis::SECOND.times(1 + i as i64), entry.clone());
            let so_far = &entries[..=i];
            for id in IDS {
                prop_assert_eq!(of(&session, id), model(so_far, id), "{} {:?}", id, so_far);
            }
            for old in &before.redemptions {
                let new = session.redemption(&old.begun.id).unwrap();
                let about = entry.redemption() == Some(&old.begun.id);
                let moved = Move::of(entry).filter(|_| about).and_then(|entry| old.stage().after(entry));
                // The stage changes as the table says, and in no other way.
                prop_assert_eq!(new.stage(), moved.unwrap_or(old.stage()), "{:?} {:?}", old, entry);
                if moved.is_none() {
                    prop_assert_eq!(new, old);
                }
                prop_assert!(stays_settled(old, new), "{:?} {:?}", old, new);
            }
            prop_assert_eq!(session.received() + session.remaining(), total.max(session.received()));
            let now = if late { NOW + HOUR } else { NOW + HOUR - Millis(1) };
            prop_assert_eq!((session.status(now), session.owed()), sums(so_far, total, now), "{:?}", so_far);
        }
        let stored: Vec<String> = entries.iter().map(|entry| serde_json::to_string(entry).unwrap()).collect();
        let read = stored.iter().map(|text| crate::stored::read::<Entry>(text).unwrap());
        let replayed = super::session(total.0, read.collect::<Vec<_>>());
        prop_assert_eq!(format!("{replayed:?}"), format!("{session:?}"));
    }
}
