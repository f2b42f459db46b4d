//! The entries of a session's ledger, as they are stored. A name or field here is a storage format: add, never change.

use super::Parameters;
use crate::recovery::Doubt;
use checkout_wire::{DeclineCode, RedemptionId, SessionId};
use serde::{Deserialize, Serialize};

/// Something that happened. Holds no PIN; a sealed one stands beside the ledger as long as it is needed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    /// The shop made the session. Always the first entry, and the only one of its kind.
    Created {
        /// `cs_…`.
        id: SessionId,
        /// SHA-256 of the client secret.
        secret_hash: String,
        /// When it ends unpaid, in milliseconds.
        expires_at: i64,
        /// What was agreed.
        #[serde(rename = "terms")]
        parameters: Parameters,
    },
    /// A voucher is about to be tried: written before the first byte goes to the provider.
    Begun(Begun),
    /// The voucher is worth this much, and the request that takes the money is about to be sent.
    #[serde(rename = "weighed")]
    BalanceChecked {
        /// `rd_…`.
        redemption: RedemptionId,
        /// Minor units.
        balance: i64,
        /// Whether what is left comes to the voucher's owner by message, under a new number.
        #[serde(default, skip_serializing_if = "core::ops::Not::not")]
        renews: bool,
    },
    /// The voucher is this payment's alone, and the request that takes the money is about to be sent.
    Sending {
        /// `rd_…`.
        redemption: RedemptionId,
    },
    /// The answer is missing or says nothing certain: money may have moved.
    Doubted {
        /// `rd_…`.
        redemption: RedemptionId,
        /// Why.
        doubt: Doubt,
    },
    /// The provider was asked what came of it, and it is still not known.
    Asked {
        /// `rd_…`.
        redemption: RedemptionId,
    },
    /// A webhook of the provider says that there is something to look up.
    Hinted {
        /// `rd_…`.
        redemption: RedemptionId,
    },
    /// Asking did not help; a person has to find out.
    LeftToPerson {
        /// `rd_…`.
        redemption: RedemptionId,
    },
    /// The money was taken; it is credited.
    Succeeded {
        /// `rd_…`.
        redemption: RedemptionId,
        /// Credited, in minor units.
        amount: i64,
        /// Taken on top.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fee: Option<i64>,
        /// The provider's number of the transaction.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        transaction: Option<String>,
        /// What is left on the same voucher.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        balance: Option<i64>,
    },
    /// Nothing was taken: the provider refused.
    Declined {
        /// `rd_…`.
        redemption: RedemptionId,
        /// Why.
        code: DeclineCode,
        /// The provider's words, scrubbed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        words: Option<String>,
        /// What the voucher is worth, where the provider told it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        balance: Option<i64>,
    },
    /// Nothing was taken: nothing that could take money was sent, or the provider did not look at it.
    NotSent {
        /// `rd_…`.
        redemption: RedemptionId,
        /// Why.
        code: DeclineCode,
    },
    /// The shop canceled the session.
    Canceled,
    /// The session's time was up before it was paid.
    Expired,
    /// The charge is about to be given back: written before the first byte goes to the provider.
    Reversing {
        /// `rd_…`.
        redemption: RedemptionId,
        /// Our reference of giving it back.
        reference: String,
    },
    /// Whether it was given back is not known.
    ReversalDoubted {
        /// `rd_…`.
        redemption: RedemptionId,
    },
    /// The provider was asked whether it was given back, and it is still not known.
    ReversalAsked {
        /// `rd_…`.
        redemption: RedemptionId,
    },
    /// It was given back.
    Reversed {
        /// `rd_…`.
        redemption: RedemptionId,
    },
    /// It cannot be given back by the provider; the shop owes it.
    NotReversed {
        /// `rd_…`.
        redemption: RedemptionId,
        /// The provider's words, scrubbed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        words: Option<String>,
    },
}

impl Entry {
    /// The payment it is about, by id; `None` when it is about the session.
    pub fn redemption(&self) -> Option<&RedemptionId> {
        match self {
            Entry::Begun(begun) => Some(&begun.id),
            Entry::BalanceChecked { redemption, .. }
            | Entry::Doubted { redemption, .. }
            | Entry::Asked { redemption }
            | Entry::Sending { redemption }
            | Entry::Hinted { redemption }
            | Entry::Reversing { redemption, .. }
            | Entry::ReversalDoubted { redemption }
            | Entry::ReversalAsked { redemption }
            | Entry::Reversed { redemption }
            | Entry::NotReversed { redemption, .. }
            | Entry::LeftToPerson { redemption }
            | Entry::Succeeded { redemption, .. }
            | Entry::Declined { redemption, .. }
            | Entry::NotSent { redemption, .. } => Some(redemption),
            Entry::Created { .. } | Entry::Canceled | Entry::Expired => None,
        }
    }
}

/// How a voucher's payment began.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Begun {
    /// `rd_…`.
    pub id: RedemptionId,
    /// The browser's idempotency key.
    pub key: String,
    /// The keyed hash of the request it belongs to.
    pub request: String,
    /// The provider's id.
    pub provider: String,
    /// The voucher brand, where the provider takes several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brand: Option<String>,
    /// The voucher's keyed name ([`super::voucher_names`]), under the newest sealing key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voucher: Option<String>,
    /// Asked for, in minor units.
    pub amount: i64,
    /// Expected on top.
    pub fee: i64,
    /// Our reference at the provider, unique worldwide.
    pub reference: String,
    /// Whether the request that takes the money is the next thing sent; otherwise another entry says when it is.
    pub sends: bool,
    /// Whether the provider can give the charge back.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub reverses: bool,
}
