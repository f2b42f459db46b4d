//! A session of two payments, driven by any steps in any order, also late and repeated. Look-ups and their answers are separate
//! steps, as in production: anything may come between them.

use super::ledger::{code, doubt};
use super::*;
use crate::Limits;
use crate::provider::{Paid, Refusal, Reply};
use proptest::prelude::*;

pub(super) const IDS: [&str; 2] = ["rd_1", "rd_2"];

/// A step in the life of a payment.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Begin(i64, Way),
    BalanceChecked(ProviderAnswer),
    /// The voucher is locked for the payment, and the charge is sent.
    Sends,
    Charged(ProviderAnswer),
    /// A success is confirmed by a look-up before it is credited.
    Confirmed(Paid, ProviderAnswer),
    /// A look-up is sent.
    Asks,
    /// The look-up is answered. If none is under way, one is sent and answered at once.
    Asked(ProviderAnswer),
    Hinted(bool),
    GivenBack(ProviderAnswer),
    AskedBack(ProviderAnswer),
    Due,
    Cancel,
}

/// The order of calls of a payment.
#[derive(Clone, Copy, Debug)]
pub(super) enum Way {
    SendsAtOnce,
    Sends,
    ChecksWithFee,
    ChecksAndReverses,
}

pub(super) fn way() -> impl Strategy<Value = Way> {
    prop::sample::select(vec![Way::SendsAtOnce, Way::Sends, Way::ChecksWithFee, Way::ChecksAndReverses])
}

fn begin(id: &str, amount: i64, way: Way) -> Entry {
    match way {
        Way::SendsAtOnce => begun(id, amount),
        Way::Sends => waiting(id, amount),
        Way::ChecksWithFee => begun_wipay(id, amount),
        Way::ChecksAndReverses => begun_celbux(id, amount),
    }
}

fn paid() -> impl Strategy<Value = Paid> {
    (prop::option::of(-1i64..6_000), prop::option::of(0i64..12_000)).prop_map(|(amount, balance)| Paid {
        amount: amount.map(Minor),
        balance: balance.map(Minor),
        ..Paid::default()
    })
}

fn answers() -> impl Strategy<Value = ProviderAnswer> {
    let refused = || code().prop_map(|code| Refusal { code, words: String::new() });
    // No call returns these: they are derived from an answer.
    let ours = |doubt: &Doubt| matches!(doubt, Doubt::Amount | Doubt::Unconfirmed);
    prop_oneof![
        2 => paid().prop_map(|paid| Ok(Reply::Paid(paid))),
        2 => refused().prop_map(|refusal| Ok(Reply::Declined(refusal))),
        1 => refused().prop_map(|refusal| Ok(Reply::Conflict(refusal))),
        1 => Just(Ok(Reply::Pending)),
        1 => Just(Ok(Reply::NotFound)),
        1 => Just(Ok(Reply::Failed)),
        1 => Just(Ok(Reply::Reversed)),
        1 => Just(Ok(Reply::Busy)),
        1 => (0i64..12_000).prop_map(|balance| Ok(Reply::Balance(Minor(balance)))),
        1 => (0i64..12_000).prop_map(|balance| Ok(Reply::Renewing(Minor(balance)))),
        2 => Just(Ok(Reply::Balance(Minor(11_000)))),
        2 => doubt().prop_filter("a doubt of the network", move |doubt| !ours(doubt)).prop_map(Err),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        1 => (1i64..5_000, way()).prop_map(|(amount, way)| Step::Begin(amount, way)),
        2 => prop_oneof![answers(), Just(Ok(Reply::Balance(Minor(11_000))))].prop_map(Step::BalanceChecked),
        2 => Just(Step::Sends),
        3 => answers().prop_map(Step::Charged),
        1 => (paid(), answers()).prop_map(|(paid, answer)| Step::Confirmed(paid, answer)),
        2 => Just(Step::Asks),
        4 => answers().prop_map(Step::Asked),
        3 => any::<bool>().prop_map(Step::Hinted),
        2 => answers().prop_map(Step::GivenBack),
        3 => answers().prop_map(Step::AskedBack),
        4 => Just(Step::Due),
        1 => Just(Step::Cancel),
    ]
}

/// The index of a payment, a step, and the time since the step before.
pub(super) type Happening = (usize, Step, Millis);

/// Generates two payments that begin, and the steps after that.
pub(super) fn happenings() -> impl Strategy<Value = Vec<Happening>> {
    let begins = || (1i64..5_000, way());
    let then = (0usize..2, step(), prop_oneof![0i64..5_000, 0i64..100_000].prop_map(Millis));
    (begins(), begins(), prop::collection::vec(then, 1..50)).prop_map(|(first, second, then)| {
        let begins = [first, second].map(|(amount, way)| Step::Begin(amount, way));
        begins.into_iter().enumerate().map(|(which, step)| (which, step, Millis::ZERO)).chain(then).collect()
    })
}

/// A session, with the calls that are under way to its providers.
pub(super) struct Run {
    pub(super) session: Session,
    pub(super) now: Millis,
    pub(super) ledger: Vec<(Millis, Entry)>,
    /// Each payment's state when its charge was sent.
    charged: [Option<Redemption>; 2],
    /// Each payment's state when its look-up was sent, until the look-up is answered.
    asked: [Option<Redemption>; 2],
    /// Whether a webhook about the payment has arrived since its last look-up.
    pub(super) hinted: [bool; 2],
}

impl Run {
    pub(super) fn new(total: i64) -> Self {
        Self {
            session: session(total, []),
            now: NOW,
            ledger: vec![(NOW, created(total, "ZAR"))],
            charged: [None, None],
            asked: [None, None],
            hinted: [false; 2],
        }
    }

    /// Takes one more step and returns the entries written; `None` for a step that is not possible now.
    pub(super) fn take(&mut self, (which, step, pause): &Happening) -> Option<Vec<Entry>> {
        self.now += *pause;
        let (which, sent) = (*which, self.sent(*which));
        let entries = self.written(which, step.clone())?;
        for entry in &entries {
            self.session.apply(self.now, entry.clone());
            self.ledger.push((self.now, entry.clone()));
        }
        if !sent && self.sent(which) {
            self.charged[which] = self.session.redemption(&rd(IDS[which])).cloned();
            self.hinted[which] = false;
        }
        self.hinted[which] |= matches!(step, Step::Hinted(_));
        Some(entries)
    }

    fn sent(&self, which: usize) -> bool {
        self.session.redemption(&rd(IDS[which])).is_some_and(|one| one.sent_at.is_some())
    }

    /// Returns the entries of a step; `None` for a step that is not possible now.
    fn written(&mut self, which: usize, step: Step) -> Option<Vec<Entry>> {
        let (id, now, limits) = (IDS[which], self.now, Limits::default());
        let one = self.session.redemption(&rd(id)).cloned();
        let waits = |one: &Redemption| one.sent_at.is_none() && one.begun.provider == "kora" && one.is_open();
        let checks_balance_first = |one: &Redemption| one.sent_at.is_none() && one.begun.provider != "kora";
        let sent = |one: &Redemption| one.sent_at.is_some();
        let back = |one: &Redemption| one.reversal.is_some();
        // No look-up is sent for a charge whose answer is still awaited, nor for one that is credited.
        let askable = |one: &Redemption| !one.is_success() && one.state != RedemptionState::Begun;
        let entry = match step {
            Step::Begin(amount, way) => begin(id, amount, way),
            Step::Cancel => {
                let returning = self.session.returnable().map(Redemption::reversing);
                return Some([Entry::Canceled].into_iter().chain(returning).collect());
            }
            Step::Due => match self.session.due(now, &limits)? {
                Task::Write(entry) => entry,
                Task::Reverse(one) => one.reversing(),
                Task::Ask(_) | Task::AskReversal(_) => return None,
            },
            Step::BalanceChecked(answer) => one.filter(checks_balance_first)?.balance_checked(answer),
            Step::Sends => one.filter(waits).map(|_| sending(id))?,
            Step::Charged(answer) => {
                let one = one.filter(sent)?;
                return Some(one.with_hint(self.charged[which].as_ref()?, one.charged(answer).entry));
            }
            Step::Confirmed(paid, answer) => {
                let one = one.filter(sent)?;
                let entry = one.charged(one.confirmed(paid, answer)).entry;
                return Some(one.with_hint(self.charged[which].as_ref()?, entry));
            }
            Step::Asks => {
                self.asked[which] = Some(one.filter(sent).filter(askable)?);
                self.hinted[which] = false;
                return Some(Vec::new());
            }
            Step::Asked(answer) => {
                let one = one.filter(sent).filter(askable)?;
                let before = self.asked[which].take().unwrap_or_else(|| {
                    self.hinted[which] = false;
                    one.clone()
                });
                return Some(one.with_hint(&before, one.asked(answer, now, &limits).entry));
            }
            Step::Hinted(success) => self.session.hinted(&format!("ref-{id}"), success)?,
            Step::GivenBack(answer) => one.filter(back)?.reversal_answered(answer, now),
            Step::AskedBack(answer) => one.filter(back)?.reversal_asked(answer, now, &limits),
        };
        Some(vec![entry])
    }

    /// Returns when one of the payments is due, apart from the rest of its session.
    pub(super) fn due_at(&self, which: usize) -> Option<Millis> {
        let mut alone = self.session.clone();
        alone.redemptions.retain(|one| one.begun.id == rd(IDS[which]));
        alone.expires_at = Millis::MAX;
        alone.next_due(&Limits::default()).filter(|at| *at < Millis::MAX)
    }
}
