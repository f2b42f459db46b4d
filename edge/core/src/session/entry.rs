//! The entries of a session's ledger, as stored. Names and fields are a storage format: add, never change.

use super::Parameters;
use crate::actor::Act;
use crate::recovery::Doubt;
use checkout_wire::{DeclineCode, Millis, Minor, RedemptionId, SessionId, VoucherId};
use serde::{Deserialize, Serialize};

/// An event in a session. It holds no PIN; a sealed one is stored beside the ledger as long as it is needed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    /// The merchant created the session. Always the first entry, and the only one of its kind.
    Created {
        /// `cs_…`.
        id: SessionId,
        /// SHA-256 of the client secret.
        secret_hash: String,
        /// The expiry time.
        expires_at: Millis,
        /// The parameters that the merchant set.
        #[serde(rename = "terms")]
        parameters: Parameters,
    },
    /// A redemption begins. Written before the first byte goes to the provider.
    Begun(Begun),
    /// The balance is sufficient, and the charge is about to be sent.
    #[serde(rename = "weighed")]
    BalanceChecked {
        /// `rd_…`.
        redemption: RedemptionId,
        /// The voucher's balance.
        balance: Minor,
        /// Whether the provider sends the rest to the voucher's owner by message, as a voucher with a new number.
        #[serde(default, skip_serializing_if = "core::ops::Not::not")]
        renews: bool,
    },
    /// The voucher is locked for this redemption, and the charge is about to be sent.
    Sending {
        /// `rd_…`.
        redemption: RedemptionId,
    },
    /// The answer is missing or ambiguous: money may have moved.
    Doubted {
        /// `rd_…`.
        redemption: RedemptionId,
        /// Why.
        doubt: Doubt,
    },
    /// A look-up did not determine the outcome.
    Asked {
        /// `rd_…`.
        redemption: RedemptionId,
        /// Whether the voucher's balance was the same as before the charge.
        #[serde(default, skip_serializing_if = "core::ops::Not::not")]
        unchanged: bool,
    },
    /// A webhook asks for a look-up.
    Hinted {
        /// `rd_…`.
        redemption: RedemptionId,
    },
    /// The look-ups did not determine the outcome; the redemption goes to review.
    LeftToPerson {
        /// `rd_…`.
        redemption: RedemptionId,
    },
    /// The money was taken and is credited.
    Succeeded {
        /// `rd_…`.
        redemption: RedemptionId,
        /// The credited amount.
        amount: Minor,
        /// The fee that the provider took on top.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fee: Option<Minor>,
        /// The provider's transaction number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        transaction: Option<String>,
        /// The balance left on the same voucher.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        balance: Option<Minor>,
        /// Whether the provider did not report it: it follows from the voucher's balance before and after the charge.
        #[serde(default, skip_serializing_if = "core::ops::Not::not")]
        inferred: bool,
        /// Whether there may be a change voucher that the answer does not state.
        #[serde(default, skip_serializing_if = "core::ops::Not::not")]
        change_unknown: bool,
    },
    /// The provider has stated after the success whether there is a change voucher. The voucher is stored sealed.
    ChangeStated {
        /// `rd_…`.
        redemption: RedemptionId,
    },
    /// The provider declined; nothing was taken.
    Declined {
        /// `rd_…`.
        redemption: RedemptionId,
        /// Why.
        code: DeclineCode,
        /// The provider's message, scrubbed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        words: Option<String>,
        /// The voucher's balance, if the provider stated it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        balance: Option<Minor>,
    },
    /// Nothing was taken: no charge was sent, or the provider did not process it.
    NotSent {
        /// `rd_…`.
        redemption: RedemptionId,
        /// Why.
        code: DeclineCode,
    },
    /// The merchant canceled the session.
    Canceled,
    /// The session expired before it was paid.
    Expired,
    /// A reversal is about to be sent. Written before the first byte goes to the provider.
    Reversing {
        /// `rd_…`.
        redemption: RedemptionId,
        /// Our reference of the reversal.
        reference: String,
    },
    /// The outcome of the reversal is unknown.
    ReversalDoubted {
        /// `rd_…`.
        redemption: RedemptionId,
    },
    /// A look-up did not determine the outcome of the reversal.
    ReversalAsked {
        /// `rd_…`.
        redemption: RedemptionId,
    },
    /// The provider refused the reversal for a reason on our side, such as a token that is no longer valid.
    ReversalBlocked {
        /// `rd_…`.
        redemption: RedemptionId,
        /// The provider's message, scrubbed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        words: Option<String>,
    },
    /// The charge was reversed.
    Reversed {
        /// `rd_…`.
        redemption: RedemptionId,
    },
    /// The provider does not reverse the charge; the merchant owes the amount.
    NotReversed {
        /// `rd_…`.
        redemption: RedemptionId,
        /// The provider's message, scrubbed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        words: Option<String>,
    },
    /// A person has found out the outcome of a payment or of its reversal. The entry with the outcome follows in the same step.
    Resolved {
        /// `rd_…`.
        redemption: RedemptionId,
        /// Who, when and why.
        act: Act,
    },
    /// A person has the provider asked once more.
    AskRequested {
        /// `rd_…`.
        redemption: RedemptionId,
        /// Who and why.
        act: Act,
    },
    /// A person has the provider give a charge back. [`Entry::Reversing`] follows in the same step.
    RefundRequested {
        /// `rd_…`.
        redemption: RedemptionId,
        /// Who and why.
        act: Act,
    },
    /// The merchant has given back a charge, or a part of it, by itself.
    Refunded {
        /// `rd_…`.
        redemption: RedemptionId,
        /// The amount.
        amount: Minor,
        /// The voucher that was issued for it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        voucher: Option<VoucherId>,
        /// Who and why.
        act: Act,
    },
    /// A voucher is about to be ordered for money that the merchant owes. Written before the order is sent, so that the same money
    /// is not paid out twice.
    PayoutReserved {
        /// The amount.
        amount: Minor,
        /// The voucher that is being ordered.
        voucher: VoucherId,
        /// Who ordered it.
        act: Act,
    },
    /// The voucher of a reserved payout is not issued: the money is still owed.
    PayoutReleased {
        /// The voucher that was ordered.
        voucher: VoucherId,
    },
    /// The merchant has paid out money that it owed to the shopper.
    PaidOut {
        /// The amount.
        amount: Minor,
        /// The voucher that was issued for it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        voucher: Option<VoucherId>,
        /// Who and why.
        act: Act,
    },
    /// A person had the shopper's personal data erased.
    Erased {
        /// Who and why.
        act: Act,
    },
}

impl Entry {
    /// Returns the id of the redemption that the entry is about; `None` if it is about the session.
    pub fn redemption(&self) -> Option<&RedemptionId> {
        match self {
            Entry::Begun(begun) => Some(&begun.id),
            Entry::BalanceChecked { redemption, .. }
            | Entry::Doubted { redemption, .. }
            | Entry::Asked { redemption, .. }
            | Entry::ChangeStated { redemption }
            | Entry::Sending { redemption }
            | Entry::Hinted { redemption }
            | Entry::Reversing { redemption, .. }
            | Entry::ReversalDoubted { redemption }
            | Entry::ReversalAsked { redemption }
            | Entry::ReversalBlocked { redemption, .. }
            | Entry::Reversed { redemption }
            | Entry::NotReversed { redemption, .. }
            | Entry::Resolved { redemption, .. }
            | Entry::AskRequested { redemption, .. }
            | Entry::RefundRequested { redemption, .. }
            | Entry::Refunded { redemption, .. }
            | Entry::LeftToPerson { redemption }
            | Entry::Succeeded { redemption, .. }
            | Entry::Declined { redemption, .. }
            | Entry::NotSent { redemption, .. } => Some(redemption),
            Entry::Created { .. }
            | Entry::Canceled
            | Entry::Expired
            | Entry::PayoutReserved { .. }
            | Entry::PayoutReleased { .. }
            | Entry::PaidOut { .. }
            | Entry::Erased { .. } => None,
        }
    }

    /// Returns the person's act that the entry records.
    pub fn act(&self) -> Option<&Act> {
        match self {
            Entry::Resolved { act, .. }
            | Entry::AskRequested { act, .. }
            | Entry::RefundRequested { act, .. }
            | Entry::Refunded { act, .. }
            | Entry::PayoutReserved { act, .. }
            | Entry::PaidOut { act, .. }
            | Entry::Erased { act } => Some(act),
            _ => None,
        }
    }
}

/// The start of a redemption.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Begun {
    /// `rd_…`.
    pub id: RedemptionId,
    /// The browser's idempotency key.
    pub key: String,
    /// The keyed hash of its request.
    pub request: String,
    /// The provider's id.
    pub provider: String,
    /// The voucher brand, if the provider takes several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brand: Option<String>,
    /// The voucher's keyed name ([`super::voucher_names`]), under the newest sealing key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voucher: Option<String>,
    /// The id of that key; entries of earlier releases lack it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sealing_key: Option<String>,
    /// The requested amount.
    pub amount: Minor,
    /// The expected fee on top.
    pub fee: Minor,
    /// Our reference at the provider, unique worldwide.
    pub reference: String,
    /// Whether the charge is the first call to the provider; if not, a later entry records when it is sent.
    pub sends: bool,
    /// Whether the provider can reverse the charge.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub reverses: bool,
}
