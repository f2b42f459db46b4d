//! An idempotency key of the merchant's API: the request it was first used with, and the outcome.

use crate::issuance::{Issuance, Step};
use crate::ledger::Replay;
use crate::stored_enum;
use checkout_wire::Millis;

/// The time that a key and its answer are kept.
pub const KEPT: Millis = Millis::DAY.times(90);

stored_enum! {
    /// An entry of a key's ledger, as it is stored. A name or field here is a storage format: add, never change.
    #[derive(Clone, PartialEq, Eq, Debug)]
    pub enum Record or Record::Answered { status: 0 };

    /// The key is taken; written before anything else is done.
    "taken" = Taken {
        /// The keyed hash of the request.
        request: String,
        /// 32 random hexadecimal digits that name the objects made under this key.
        id: String,
    },
    /// The call was carried out; its sealed answer is stored beside this entry.
    "answered" = Answered {
        /// The HTTP status.
        status: u16,
    },
    /// A step of the voucher that is issued under this key.
    "voucher" = Voucher(Step),
}

/// The state of a key, computed from its ledger.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Key {
    /// The time of its first use.
    pub taken_at: Millis,
    /// The keyed hash of the request.
    pub request: String,
    /// 32 hexadecimal digits that name the objects made under this key.
    pub id: String,
    /// The HTTP status of the stored answer.
    pub answered: Option<u16>,
    /// The voucher that is issued under this key.
    pub issuance: Option<Issuance>,
}

impl Replay for Key {
    type Entry = Record;

    fn begin(at: Millis, first: Record) -> Option<Self> {
        match first {
            Record::Taken { request, id } => {
                Some(Self { taken_at: at, request, id, answered: None, issuance: None })
            }
            Record::Answered { .. } | Record::Voucher(_) => None,
        }
    }

    fn apply(&mut self, at: Millis, entry: Record) {
        match entry {
            Record::Taken { .. } => {}
            Record::Answered { status } => self.answered = Some(status),
            Record::Voucher(step) => match &mut self.issuance {
                Some(issuance) => issuance.apply(at, step),
                None => self.issuance = Issuance::begin(at, step),
            },
        }
    }
}

impl Key {
    /// Returns when the key expires; `None` while the voucher issued under it has an open outcome.
    pub fn forget_at(&self) -> Option<Millis> {
        let open = self.issuance.as_ref().is_some_and(Issuance::is_open);
        (!open).then_some(self.taken_at + KEPT)
    }
}

#[cfg(test)]
mod tests;
