//! A session's object in the world: its disk, and what its process is in the middle of.

use super::Payment;
use crate::ledger::Replay;
use crate::provider::Paid;
use crate::recovery::Heard;
use crate::session::tests::{NOW, created, cs};
use crate::session::{Entry, Parameters, Redemption, Session};
use std::collections::BTreeSet;
use std::sync::OnceLock;

/// A session's object: its disk, and what its process is in the middle of.
pub(super) struct Desk {
    pub(super) ledger: Vec<(i64, Entry)>,
    /// What the ledger adds up to.
    pub(super) session: Session,
    /// The voucher of each payment.
    pub(super) vouchers: Vec<usize>,
    /// The payments whose PIN is kept.
    pub(super) pins: BTreeSet<usize>,
    /// The payments whose change voucher is kept.
    pub(super) changes: BTreeSet<usize>,
    /// The payments whose charge was sent.
    pub(super) sent: BTreeSet<usize>,
    /// The payments whose success was believed though nobody answered when it was asked about once more.
    pub(super) unconfirmed: BTreeSet<usize>,
    /// The payments whose outcome was known once.
    pub(super) settled: BTreeSet<usize>,
    pub(super) tasks: Vec<Job>,
}

impl Desk {
    pub(super) fn new(amount: i64, expires_at: i64) -> Self {
        // Made once: each case needs it for each of its sessions.
        static TERMS: OnceLock<Parameters> = OnceLock::new();
        let parameters = || match created(1, "ZAR") {
            Entry::Created { parameters, .. } => parameters,
            other => panic!("{other:?}"),
        };
        let parameters = Parameters { amount, ..TERMS.get_or_init(parameters).clone() };
        let (id, secret_hash) = (cs("cs_1"), String::new());
        let created = Entry::Created { id, secret_hash, expires_at, parameters };
        let ledger = vec![(NOW, created)];
        Self {
            session: Session::replay(ledger.clone()).unwrap(),
            ledger,
            vouchers: Vec::new(),
            pins: BTreeSet::new(),
            changes: BTreeSet::new(),
            sent: BTreeSet::new(),
            unconfirmed: BTreeSet::new(),
            settled: BTreeSet::new(),
            tasks: Vec::new(),
        }
    }
}

/// Something that the process is in the middle of.
pub(super) struct Job {
    pub(super) payment: usize,
    pub(super) at: At,
    pub(super) then: Then,
}

/// What follows when a payment has been dealt with.
pub(super) enum Then {
    Nothing,
    /// The alarm looks for the next one.
    Alarm,
    /// These are given back as well.
    GiveBack(Vec<usize>),
    /// The process that waits for the voucher's answer is gone.
    Nobody,
}

/// Where a task waits.
pub(super) enum At {
    /// To ask the voucher for itself.
    Claims,
    /// The voucher asks this payment, which has it, whether it is open.
    AsksHolder(Payment),
    /// To take the voucher, unless somebody else has come to have it.
    Takes(Option<Payment>),
    /// For the voucher's word.
    Claimed(bool),
    /// For the disk, before the charge.
    Sends,
    /// For the provider.
    Calls(Call, Box<Question>),
    /// For the disk, between two tasks of the alarm.
    Looks,
    /// For the disk, before giving back.
    GivesBack,
}

/// A call on its way.
pub(super) struct Call {
    pub(super) sent_at: i64,
    /// When it is too late for it to arrive.
    pub(super) until: i64,
    /// The answer, once the call has arrived.
    pub(super) answer: Option<Heard>,
}

/// What a call is about, and what was so when it was made.
#[derive(Clone)]
pub(super) enum Question {
    CheckBalance,
    Charge(Redemption),
    Confirm(Redemption, Paid),
    Ask(Redemption),
    Reverse,
    AskReversal,
}
