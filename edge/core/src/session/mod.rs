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
mod redemption;
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
pub use redemption::{Redemption, RedemptionState, Return, Reversal};
pub use request::{CheckedRequest, RequestError, fingerprints, parse_request, voucher_names};
pub use view::{ChangeVouchers, Down, provider_view};

use crate::ledger::Replay;
use crate::recovery::Recovery;
use checkout_wire::{RedemptionId, SessionId, SessionStatus};
use machine::{End, Facts, Waits};

/// A checkout session as its ledger tells it. Amounts in minor units, times in milliseconds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Session {
    /// `cs_…`.
    pub id: SessionId,
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
                let id = about.redemption().cloned();
                if let Some(one) = self.redemptions.iter_mut().find(|one| Some(&one.begun.id) == id.as_ref())
                {
                    one.apply(at, about);
                }
            }
        }
    }
}

impl Session {
    /// The payment of this id.
    pub fn redemption(&self, id: &RedemptionId) -> Option<&Redemption> {
        self.redemptions.iter().find(|one| one.begun.id == *id)
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
