//! The Durable Object of a simulated session: its storage and the tasks of its process.

use crate::ledger::Replay;
use crate::provider::Paid;
use crate::recovery::ProviderAnswer;
use crate::session::tests::{NOW, created, cs};
use crate::session::{Entry, Parameters, Redemption, Session};
use checkout_wire::{Millis, Minor};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

/// A payment, by the index of its session and its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Payment {
    pub(super) desk: usize,
    pub(super) number: usize,
}

/// The Durable Object of a session: its storage and the tasks of its process.
pub(super) struct Desk {
    pub(super) ledger: Vec<(Millis, Entry)>,
    /// The state computed from the ledger.
    pub(super) session: Session,
    /// The index of each payment's voucher.
    pub(super) vouchers: Vec<usize>,
    /// The payments whose PIN is stored.
    pub(super) pins: BTreeSet<usize>,
    /// The payments whose code is stored, and whether it is the right one.
    pub(super) codes: BTreeMap<usize, bool>,
    /// The payments whose change voucher is stored.
    pub(super) changes: BTreeSet<usize>,
    /// The payments whose charge was sent.
    pub(super) sent: BTreeSet<usize>,
    /// The payments that were credited although the look-up that should confirm the success got no answer.
    pub(super) unconfirmed: BTreeSet<usize>,
    /// The payments whose outcome has been known at some time.
    pub(super) settled: BTreeSet<usize>,
    pub(super) tasks: Vec<Job>,
}

impl Desk {
    pub(super) fn new(amount: Minor, expires_at: Millis) -> Self {
        // Computed once, because each case needs it for each of its sessions.
        static PARAMETERS: OnceLock<Parameters> = OnceLock::new();
        let parameters = || match created(1, "ZAR") {
            Entry::Created { parameters, .. } => parameters,
            other => panic!("{other:?}"),
        };
        let parameters = Parameters { amount, ..PARAMETERS.get_or_init(parameters).clone() };
        let (id, secret_hash) = (cs("cs_1"), String::new());
        let created = Entry::Created { id, secret_hash, expires_at, parameters };
        let ledger = vec![(NOW, created)];
        Self {
            session: Session::replay(ledger.clone()).unwrap(),
            ledger,
            vouchers: Vec::new(),
            pins: BTreeSet::new(),
            codes: BTreeMap::new(),
            changes: BTreeSet::new(),
            sent: BTreeSet::new(),
            unconfirmed: BTreeSet::new(),
            settled: BTreeSet::new(),
            tasks: Vec::new(),
        }
    }
}

/// A task in progress.
pub(super) struct Job {
    pub(super) payment: usize,
    pub(super) at: At,
    pub(super) then: Then,
}

/// The continuation after a task.
pub(super) enum Then {
    Nothing,
    /// The alarm continues with the next due task.
    Alarm,
    /// These payments are reversed next.
    GiveBack(Vec<usize>),
    /// The process that waited for the voucher's answer has stopped.
    Nobody,
}

/// The point at which a task waits.
pub(super) enum At {
    /// Before the call to the voucher's object.
    Claims,
    /// The voucher's object asks this holder whether it is still open.
    AsksHolder(Payment),
    /// Before the voucher is locked, unless its holder has changed.
    Takes(Option<Payment>),
    /// Before the answer of the voucher's object arrives.
    Claimed(bool),
    /// For storage, before the charge, or before a code is asked for.
    Sends,
    /// Before the code that the shopper has typed is recorded; `None` has another one sent.
    Types(Option<Typed>),
    /// For storage, before a code is sent back.
    SendsBack,
    /// For the provider's answer.
    Calls(Call, Box<Question>),
    /// For storage, between two tasks of the alarm.
    Looks,
    /// For storage, before a reversal.
    GivesBack,
}

/// A call under way.
pub(super) struct Call {
    pub(super) sent_at: Millis,
    /// The time after which it can no longer arrive.
    pub(super) until: Millis,
    /// The answer, once the call has arrived at the provider.
    pub(super) answer: Option<ProviderAnswer>,
}

/// A code that the shopper has typed.
#[derive(Clone, Copy)]
pub(super) struct Typed {
    pub(super) key: u8,
    pub(super) is_right: bool,
}

/// The purpose of a call, and the state when it was made.
#[derive(Clone)]
pub(super) enum Question {
    CheckBalance,
    Charge(Redemption),
    Challenge(Redemption),
    /// Sends a code back, with whether it is the right one.
    VerifyCode(Redemption, bool),
    /// Sends it once more, in place of a look-up.
    Repeat(Redemption, bool),
    Confirm(Redemption, Paid),
    Ask(Redemption),
    Reverse,
    AskReversal,
}
