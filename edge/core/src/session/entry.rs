//! The entries of a session's ledger, as stored. Names and fields are a storage format: add, never change.

use super::Parameters;
use crate::actor::Act;
use crate::recovery::Doubt;
use crate::{stored_enum, stored_struct};
use checkout_wire::{DeclineCode, Millis, Minor, RedemptionId, SessionId, VoucherId};

stored_enum! {
    /// A fact about a session. It holds no PIN; a sealed one is stored beside the ledger as long as it is needed.
    #[derive(Clone, PartialEq, Eq, Debug)]
    pub enum Entry or Entry::Expired;

    /// The merchant created the session. Always the first entry, and the only one of its kind.
    "created" = Created {
        /// `cs_…`.
        id: SessionId,
        /// SHA-256 of the client secret.
        secret_hash: String,
        /// The expiry time.
        expires_at: Millis,
        /// The parameters that the merchant set.
        parameters as "terms": Parameters,
    },
    /// A redemption begins. Written before the first byte goes to the provider.
    "begun" = Begun(Begun),
    /// The balance is sufficient, and the charge is about to be sent.
    "weighed" = BalanceChecked {
        /// `rd_…`.
        redemption: RedemptionId,
        /// The voucher's balance.
        balance: Minor,
        /// Whether the provider sends the rest to the voucher's owner by message, as a voucher with a new number.
        #[serde(default, skip_serializing_if = "core::ops::Not::not")]
        renews: bool,
    },
    /// The voucher is locked for this redemption, and the charge is about to be sent.
    "sending" = Sending {
        /// `rd_…`.
        redemption: RedemptionId,
    },
    /// The balance is sufficient, and the provider is about to be asked to send a code to the voucher's owner. That takes nothing.
    "challenging" = Challenging {
        /// `rd_…`.
        redemption: RedemptionId,
        /// The voucher's balance.
        balance: Minor,
        /// The last two digits of the owner's phone number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sent_to: Option<String>,
        /// The browser's idempotency key of a request for another code.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        key: Option<String>,
    },
    /// The provider has sent the code.
    "challenged" = Challenged {
        /// `rd_…`.
        redemption: RedemptionId,
        /// The provider's id, under which the code is sent back.
        challenge: String,
    },
    /// The shopper's code is about to be sent to the provider, which takes the money. The code is stored sealed.
    "answering" = Answering {
        /// `rd_…`.
        redemption: RedemptionId,
        /// The browser's idempotency key.
        key: String,
        /// The keyed hash of the code.
        code: String,
    },
    /// The provider refused the code, and nothing was taken. The shopper can type another one.
    "code_refused" = CodeRefused {
        /// `rd_…`.
        redemption: RedemptionId,
    },
    /// The answer is missing or ambiguous: money may have moved.
    "doubted" = Doubted {
        /// `rd_…`.
        redemption: RedemptionId,
        /// Why.
        doubt: Doubt,
    },
    /// A look-up did not determine the outcome.
    "asked" = Asked {
        /// `rd_…`.
        redemption: RedemptionId,
        /// Whether the voucher's balance was the same as before the charge.
        #[serde(default, skip_serializing_if = "core::ops::Not::not")]
        unchanged: bool,
    },
    /// A webhook asks for a look-up.
    "hinted" = Hinted {
        /// `rd_…`.
        redemption: RedemptionId,
    },
    /// The look-ups did not determine the outcome; the redemption goes to review.
    "left_to_person" = LeftToPerson {
        /// `rd_…`.
        redemption: RedemptionId,
    },
    /// The money was taken and is credited.
    "succeeded" = Succeeded {
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
        /// Whether the success was inferred from the voucher's balance before and after the charge, not reported by the provider.
        #[serde(default, skip_serializing_if = "core::ops::Not::not")]
        inferred: bool,
        /// Whether there may be a change voucher that is missing from the answer.
        #[serde(default, skip_serializing_if = "core::ops::Not::not")]
        change_unknown: bool,
    },
    /// The provider has stated after the success whether there is a change voucher. The voucher is stored sealed.
    "change_stated" = ChangeStated {
        /// `rd_…`.
        redemption: RedemptionId,
    },
    /// The provider declined; nothing was taken.
    "declined" = Declined {
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
    "not_sent" = NotSent {
        /// `rd_…`.
        redemption: RedemptionId,
        /// Why.
        code: DeclineCode,
    },
    /// The merchant canceled the session.
    "canceled" = Canceled,
    /// The session expired before it was paid.
    "expired" = Expired,
    /// A reversal is about to be sent. Written before the first byte goes to the provider.
    "reversing" = Reversing {
        /// `rd_…`.
        redemption: RedemptionId,
        /// Our reference of the reversal.
        reference: String,
    },
    /// The outcome of the reversal is unknown.
    "reversal_doubted" = ReversalDoubted {
        /// `rd_…`.
        redemption: RedemptionId,
    },
    /// A look-up did not determine the outcome of the reversal.
    "reversal_asked" = ReversalAsked {
        /// `rd_…`.
        redemption: RedemptionId,
    },
    /// The provider refused the reversal for a reason on our side, such as a token that is no longer valid.
    "reversal_blocked" = ReversalBlocked {
        /// `rd_…`.
        redemption: RedemptionId,
        /// The provider's message, scrubbed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        words: Option<String>,
    },
    /// The charge was reversed.
    "reversed" = Reversed {
        /// `rd_…`.
        redemption: RedemptionId,
    },
    /// The provider does not reverse the charge; the merchant owes the amount.
    "not_reversed" = NotReversed {
        /// `rd_…`.
        redemption: RedemptionId,
        /// The provider's message, scrubbed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        words: Option<String>,
    },
    /// A person has found out the outcome of a payment or of its reversal. The entry with the outcome follows in the same step.
    "resolved" = Resolved {
        /// `rd_…`.
        redemption: RedemptionId,
        /// Who, when and why.
        act: Act,
    },
    /// A person requested that the provider be asked once more.
    "ask_requested" = AskRequested {
        /// `rd_…`.
        redemption: RedemptionId,
        /// Who and why.
        act: Act,
    },
    /// A person requested that the provider give a charge back. [`Entry::Reversing`] follows in the same step.
    "refund_requested" = RefundRequested {
        /// `rd_…`.
        redemption: RedemptionId,
        /// Who and why.
        act: Act,
    },
    /// The merchant itself has given back a charge, or a part of it.
    "refunded" = Refunded {
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
    "payout_reserved" = PayoutReserved {
        /// The amount.
        amount: Minor,
        /// The voucher that is being ordered.
        voucher: VoucherId,
        /// Who ordered it.
        act: Act,
    },
    /// The voucher of a reserved payout is not issued: the money is still owed.
    "payout_released" = PayoutReleased {
        /// The voucher that was ordered.
        voucher: VoucherId,
    },
    /// The merchant has paid out money that it owed to the shopper.
    "paid_out" = PaidOut {
        /// The amount.
        amount: Minor,
        /// The voucher that was issued for it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        voucher: Option<VoucherId>,
        /// Who and why.
        act: Act,
    },
    /// A person requested that the shopper's personal data be erased.
    "erased" = Erased {
        /// Who and why.
        act: Act,
    },
}

impl Entry {
    /// Returns the id of the entry's redemption; `None` for an entry about the session.
    pub fn redemption(&self) -> Option<&RedemptionId> {
        match self {
            Entry::Begun(begun) => Some(&begun.id),
            Entry::BalanceChecked { redemption, .. }
            | Entry::Challenging { redemption, .. }
            | Entry::Challenged { redemption, .. }
            | Entry::Answering { redemption, .. }
            | Entry::CodeRefused { redemption }
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

    /// Returns the manual act that the entry records.
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

stored_struct! {
    /// The start of a redemption.
    #[derive(Clone, PartialEq, Eq, Debug)]
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
        /// SHA-256 of the payer key of the page that pays: with it the change voucher is shown.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub payer: Option<String>,
        /// Whether a decline is masked, because its session, address or phone number had failed too often before (law 8).
        #[serde(default, skip_serializing_if = "core::ops::Not::not")]
        pub masked: bool,
    }
}
