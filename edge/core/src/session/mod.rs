//! A checkout session: an append-only ledger of [`Entry`] values, and the state computed from it.
//!
//! The ledger is the only stored record; [`Session`] is computed from it. Every change is written as an entry before it is acted
//! on, so that after a crash at any point the ledger shows how far the session got.

mod admit;
mod challenge;
mod customer;
mod entry;
mod events;
mod machine;
mod manual;
mod parameters;
mod payout;
mod recovery;
mod redemption;
mod request;
mod retention;
mod reversal;
mod view;

#[cfg(test)]
mod tests;

pub use admit::NotAdmitted;
pub use challenge::{Challenge, NoCode, Repeat, code_names};
pub use customer::{Contact, Customer};
pub use entry::{Begun, Entry};
pub use machine::{Move, Stage};
pub use manual::{ManualAct, Verdict, ledger_view};
pub use parameters::{LONGEST_SESSION, Parameters, ParametersError};
pub use payout::{PayoutStep, PayoutVoucher};
pub use recovery::{Outcome, Task};
pub use redemption::{Redemption, RedemptionState, Refund, RefundWay, Return, Reversal};
pub use request::{
    CheckedRequest, RequestError, fingerprints, parse_challenge, parse_request, voucher_names,
};
pub use view::{ChangeVouchers, Down, PinEnds, hide_changes, provider_view, tell_apart};

use crate::actor::Act;
use crate::ledger::Replay;
use crate::recovery::Recovery;
use checkout_wire::{ActId, Millis, Minor, RedemptionId, SessionId, SessionStatus, VoucherId};
use machine::{End, Facts, Waits};

/// A checkout session, computed from its ledger.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Session {
    /// `cs_…`.
    pub id: SessionId,
    /// SHA-256 of the client secret.
    pub secret_hash: String,
    /// The parameters that the merchant set.
    pub parameters: Parameters,
    /// The time of creation.
    pub created_at: Millis,
    /// The time at which it expires.
    pub expires_at: Millis,
    /// The time at which the merchant canceled it.
    pub canceled_at: Option<Millis>,
    /// The time at which its expiry was recorded.
    pub expired_at: Option<Millis>,
    /// The redemptions, oldest first.
    pub redemptions: Vec<Redemption>,
    /// The payouts of owed money, oldest first.
    pub payouts: Vec<Payout>,
    /// The owed amounts reserved for vouchers that are being ordered.
    pub reserved: Vec<(VoucherId, Minor)>,
    /// The ids of the manual acts.
    pub acts: Vec<ActId>,
    /// The last time that a person had the personal data erased.
    pub erased_at: Option<Millis>,
}

/// Money owed to the shopper that the merchant has paid out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Payout {
    /// Who recorded it, and why.
    pub act: Act,
    /// The time.
    pub at: Millis,
    /// The amount.
    pub amount: Minor,
    /// The voucher that was issued for it.
    pub voucher: Option<VoucherId>,
}

impl Replay for Session {
    type Entry = Entry;

    /// Starts a session from [`Entry::Created`]; returns `None` for any other entry.
    fn begin(created_at: Millis, first: Entry) -> Option<Self> {
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
            payouts: Vec::new(),
            reserved: Vec::new(),
            acts: Vec::new(),
            erased_at: None,
        })
    }

    /// Applies one more entry. Money is credited once; afterwards only a reversal changes the redemption. A redemption that was
    /// declined or not sent still succeeds when the provider later reports that the money was taken.
    fn apply(&mut self, at: Millis, entry: Entry) {
        self.acts.extend(entry.act().map(|act| act.id.clone()));
        match entry {
            Entry::Created { .. } => {}
            Entry::PayoutReserved { amount, voucher, .. } => self.reserved.push((voucher, amount)),
            Entry::PayoutReleased { voucher } => self.reserved.retain(|(reserved, _)| *reserved != voucher),
            Entry::PaidOut { amount, voucher, act } => {
                self.reserved.retain(|(reserved, _)| Some(reserved) != voucher.as_ref());
                self.payouts.push(Payout { act, at, amount, voucher });
            }
            Entry::Erased { .. } => self.erased_at = Some(at),
            Entry::Canceled => self.canceled_at = Some(at),
            Entry::Expired => self.expired_at = Some(at),
            // Ids are random and unique, so this is a repeat of the same entry.
            Entry::Begun(begun) if self.redemption(&begun.id).is_some() => {}
            Entry::Begun(begun) => self.redemptions.push(Redemption {
                sent_at: begun.sends.then_some(at),
                created_at: at,
                balance_before: None,
                renews: false,
                state: RedemptionState::Begun,
                was_unknown: false,
                was_unchanged: false,
                change_stated: false,
                challenge: None,
                recovery: Recovery::new(at).spread_by(begun.id.digits()),
                reversal: None,
                resolution: None,
                refunds: Vec::new(),
                begun,
            }),
            about => {
                let id = about.redemption().cloned();
                if let Some(payment) =
                    self.redemptions.iter_mut().find(|payment| Some(&payment.begun.id) == id.as_ref())
                {
                    payment.apply(at, about);
                }
            }
        }
    }
}

impl Session {
    /// Returns the ids of the sealing keys under whose names vouchers are locked for payments without a final outcome.
    pub fn locking_keys(&self) -> impl Iterator<Item = &str> {
        let open = self.redemptions.iter().filter(|payment| payment.is_open());
        open.filter_map(|payment| payment.begun.sealing_key.as_deref())
    }

    /// Returns the redemption with this id.
    pub fn redemption(&self, id: &RedemptionId) -> Option<&Redemption> {
        self.redemptions.iter().find(|payment| payment.begun.id == *id)
    }

    /// Returns the amount that vouchers have paid.
    pub fn received(&self) -> Minor {
        self.redemptions.iter().map(Redemption::credited).sum()
    }

    /// Returns the amount that was given back after the session was complete.
    pub fn refunded(&self) -> Minor {
        self.redemptions.iter().map(Redemption::refunded).sum()
    }

    /// Returns the amount of owed money that was paid out.
    pub fn paid_out(&self) -> Minor {
        self.payouts.iter().map(|payout| payout.amount).sum()
    }

    /// Returns the owed amount for which vouchers are being ordered.
    pub fn reserved(&self) -> Minor {
        self.reserved.iter().map(|(_, amount)| *amount).sum()
    }

    /// Returns whether a charge is under way: its answer can still arrive.
    pub fn awaits_answer(&self) -> bool {
        self.redemptions.iter().any(|payment| payment.state == RedemptionState::Begun)
    }

    /// Returns the time at which it ended unpaid; `None` if it has not.
    pub fn ended_at(&self) -> Option<Millis> {
        self.canceled_at.or(self.expired_at)
    }

    /// Returns the remaining amount.
    pub fn remaining(&self) -> Minor {
        (self.parameters.amount - self.received()).max(Minor::ZERO)
    }

    /// Returns the session's status at `now`; [`Facts::status`] has the rule.
    pub fn status(&self, now: Millis) -> SessionStatus {
        let canceled = self.canceled_at.map(|_| End::Canceled);
        let waits = match self.redemptions.iter().any(Redemption::is_open) {
            false => Waits::Nothing,
            true if self.awaits_answer() => Waits::Answer,
            true => Waits::Outcome,
        };
        let facts = Facts {
            paid: self.remaining() == Minor::ZERO,
            ended: canceled.or(self.expired_at.map(|_| End::Expired)),
            waits,
            overdue: now >= self.expires_at,
        };
        facts.status()
    }
}
