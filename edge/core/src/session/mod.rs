//! A checkout session: an append-only ledger of [`Entry`] values, and what they add up to.
//!
//! The ledger is the truth; [`Session`] is its sum and is never stored. Whoever wants to change something writes an entry
//! first and acts afterwards, so that a stop at any point leaves a ledger that says how far things went.

mod admit;
mod entry;
mod machine;
mod news;
mod parameters;
mod recovery;
mod request;
mod reversal;
mod view;

#[cfg(test)]
mod tests;

pub use admit::NotAdmitted;
pub use entry::{Begun, Entry};
pub use machine::{Move, Stage};
pub use parameters::{Parameters, ParametersError};
pub use recovery::{Outcome, Task};
pub use request::{CheckedRequest, RequestError, fingerprints, parse_request, voucher_names};
pub use reversal::{Return, Reversal};
pub use view::{ChangeVouchers, Down, provider_view};

use crate::ledger::Replay;
use crate::recovery::{Doubt, Recovery};
use checkout_wire::{DeclineCode, RedemptionStatus, SessionStatus};
use machine::{End, Facts, Waits};

/// A checkout session as its ledger tells it. Amounts in minor units, times in milliseconds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Session {
    /// `cs_…`.
    pub id: String,
    /// SHA-256 of the client secret.
    pub secret_hash: String,
    /// What was agreed with the shop.
    pub parameters: Parameters,
    /// When it was created.
    pub created_at: i64,
    /// When it ends unpaid.
    pub expires_at: i64,
    /// When the shop canceled it.
    pub canceled_at: Option<i64>,
    /// When it was written down that it ended unpaid.
    pub expired_at: Option<i64>,
    /// The vouchers tried, oldest first.
    pub redemptions: Vec<Redemption>,
}

/// One voucher's payment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Redemption {
    /// How it began.
    pub begun: Begun,
    /// When it began.
    pub created_at: i64,
    /// When the request that takes the money was about to be sent; `None` before that.
    pub sent_at: Option<i64>,
    /// What the voucher was worth before, where the provider was asked.
    pub balance_before: Option<i64>,
    /// Whether what is left on the voucher comes to its owner by message.
    pub renews: bool,
    /// Where it stands.
    pub state: RedemptionState,
    /// Whether it was ever unknown whether money had moved.
    pub was_unknown: bool,
    /// How far finding out its outcome is.
    pub recovery: Recovery,
    /// Giving it back, once that was begun.
    pub reversal: Option<Reversal>,
}

/// Where a voucher's payment stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RedemptionState {
    /// Begun; its request is under way in a process that may have died since.
    Begun,
    /// The answer is missing or says nothing certain.
    InDoubt {
        /// Why.
        doubt: Doubt,
        /// It cannot be found out by asking.
        left_to_person: bool,
    },
    /// The money was taken and is credited.
    Succeeded {
        /// Credited.
        amount: i64,
        /// Taken on top.
        fee: Option<i64>,
        /// The provider's number of the transaction.
        transaction: Option<String>,
        /// What is left on the same voucher.
        balance: Option<i64>,
    },
    /// Refused; nothing was taken.
    Declined {
        /// Why.
        code: DeclineCode,
        /// The provider's words, scrubbed.
        words: Option<String>,
        /// What the voucher is worth, where the provider told it.
        balance: Option<i64>,
    },
    /// Nothing was sent that could take money.
    NotSent {
        /// Why.
        code: DeclineCode,
    },
}

impl RedemptionState {
    const fn is_success(&self) -> bool {
        matches!(self, RedemptionState::Succeeded { .. })
    }
}

impl Replay for Session {
    type Entry = Entry;

    /// Begins with [`Entry::Created`].
    fn begin(created_at: i64, first: Entry) -> Option<Self> {
        let Entry::Created { id, secret_hash, expires_at, parameters } = first else {
            return None;
        };
        Some(Self {
            id,
            secret_hash,
            parameters,
            created_at,
            expires_at,
            canceled_at: None,
            expired_at: None,
            redemptions: Vec::new(),
        })
    }

    /// Applies one more entry. Money is credited once: after that only giving it back changes a payment. A payment
    /// that came to nothing, as far as was known, still becomes a success when the provider says so after all.
    fn apply(&mut self, at: i64, entry: Entry) {
        match entry {
            Entry::Created { .. } => {}
            Entry::Canceled => self.canceled_at = Some(at),
            Entry::Expired => self.expired_at = Some(at),
            // Ids are random and new: this is the same entry once more.
            Entry::Begun(begun) if self.redemption(&begun.id).is_some() => {}
            Entry::Begun(begun) => self.redemptions.push(Redemption {
                sent_at: begun.sends.then_some(at),
                begun,
                created_at: at,
                balance_before: None,
                renews: false,
                state: RedemptionState::Begun,
                was_unknown: false,
                recovery: Recovery::new(at),
                reversal: None,
            }),
            about => {
                let id = about.redemption().unwrap_or_default().to_owned();
                if let Some(one) = self.redemptions.iter_mut().find(|one| one.begun.id == id) {
                    one.apply(at, about);
                }
            }
        }
    }
}

impl Session {
    /// The payment of this id.
    pub fn redemption(&self, id: &str) -> Option<&Redemption> {
        self.redemptions.iter().find(|one| one.begun.id == id)
    }

    /// What vouchers have paid.
    pub fn received(&self) -> i64 {
        self.redemptions.iter().map(Redemption::credited).sum()
    }

    /// Whether no outcome is still to come, but for those that only a person can find out.
    pub fn waits_for_person_only(&self) -> bool {
        self.redemptions.iter().filter(|one| one.is_open()).all(Redemption::is_left_to_person)
    }

    /// When it ended unpaid.
    pub fn ended_at(&self) -> Option<i64> {
        self.canceled_at.or(self.expired_at)
    }

    /// What is left to pay.
    pub fn remaining(&self) -> i64 {
        (self.parameters.amount - self.received()).max(0)
    }

    /// Where the session stands ([`Facts`]).
    pub fn status(&self, now: i64) -> SessionStatus {
        let canceled = self.canceled_at.map(|_| End::Canceled);
        let waits = match self.redemptions.iter().any(Redemption::is_open) {
            false => Waits::Nothing,
            true if self.waits_for_person_only() => Waits::Person,
            true => Waits::Outcome,
        };
        let facts = Facts {
            paid: self.remaining() == 0,
            ended: canceled.or(self.expired_at.map(|_| End::Expired)),
            waits,
            overdue: now >= self.expires_at,
        };
        facts.status()
    }
}

impl Redemption {
    /// Takes an entry about it, if it counts where the payment stands ([`Stage::after`]).
    fn apply(&mut self, at: i64, entry: Entry) {
        if Move::of(&entry).and_then(|entry| self.stage().after(entry)).is_none() {
            return;
        }
        match &entry {
            Entry::Hinted { .. } => return self.recovery.hint(),
            Entry::Asked { .. } if !self.is_open() => return self.recovery.miss(at),
            // That it was nothing is what was believed before: it has been looked up, and that is all.
            Entry::Declined { .. } if !self.is_open() => return self.recovery.confirm(),
            Entry::BalanceChecked { .. } | Entry::Sending { .. } => self.recovery.advance(at),
            Entry::Doubted { .. } => self.recovery.doubt(at),
            Entry::Asked { .. } => self.recovery.ask(at),
            Entry::LeftToPerson { .. }
            | Entry::Succeeded { .. }
            | Entry::Declined { .. }
            | Entry::NotSent { .. } => self.recovery.answer(at),
            _ => return self.apply_reversal(at, entry),
        }
        match entry {
            Entry::BalanceChecked { balance, renews, .. } => {
                self.balance_before = Some(balance);
                self.renews = renews;
                self.sent_at = Some(at);
            }
            Entry::Sending { .. } => self.sent_at = Some(at),
            Entry::Doubted { doubt, .. } => {
                self.state = RedemptionState::InDoubt { doubt, left_to_person: false };
            }
            Entry::LeftToPerson { .. } => {
                if let RedemptionState::InDoubt { left_to_person, .. } = &mut self.state {
                    *left_to_person = true;
                }
            }
            Entry::Succeeded { amount, fee, transaction, balance, .. } => {
                self.state = RedemptionState::Succeeded { amount, fee, transaction, balance };
            }
            Entry::Declined { code, words, balance, .. } => {
                self.state = RedemptionState::Declined { code, words, balance };
            }
            Entry::NotSent { code, .. } => self.state = RedemptionState::NotSent { code },
            _ => {}
        }
        self.was_unknown |= self.status() == RedemptionStatus::Unknown;
    }

    /// Whether the outcome is still to come.
    pub fn is_open(&self) -> bool {
        self.stage().is_open()
    }

    /// Whether only a person can find out what came of it.
    pub fn is_left_to_person(&self) -> bool {
        self.stage() == Stage::Review
    }

    /// Whether the money was taken, also when it was given back since.
    pub const fn is_success(&self) -> bool {
        self.state.is_success()
    }

    /// What it has paid, unless that was given back.
    pub fn credited(&self) -> i64 {
        match self.state {
            RedemptionState::Succeeded { amount, .. } if !self.is_reversed() => amount,
            _ => 0,
        }
    }

    /// Whether the voucher was refused for its own sake: what a guesser causes, and a shopper's typing error.
    pub fn is_failed_try(&self) -> bool {
        use DeclineCode::*;
        match self.state {
            RedemptionState::Declined { code, .. } => {
                matches!(
                    code,
                    VoucherNotFound | VoucherUsed | VoucherRefused | InsufficientFunds | AmountRefused
                )
            }
            _ => false,
        }
    }

    /// Where it stands, as API and browser name it.
    pub fn status(&self) -> RedemptionStatus {
        match self.state {
            RedemptionState::Begun
            | RedemptionState::InDoubt { doubt: Doubt::Pending | Doubt::Unconfirmed, .. } => {
                RedemptionStatus::Processing
            }
            RedemptionState::InDoubt { .. } => RedemptionStatus::Unknown,
            RedemptionState::Succeeded { .. } if self.is_reversed() => RedemptionStatus::Reversed,
            RedemptionState::Succeeded { .. } => RedemptionStatus::Succeeded,
            RedemptionState::Declined { .. } => RedemptionStatus::Declined,
            RedemptionState::NotSent { .. } => RedemptionStatus::NotSent,
        }
    }
}
