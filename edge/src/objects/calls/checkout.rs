//! The calls to the `Checkout` object of a session.

use super::{Call, HintResult, Json, Reindexing, read, send, written};
use crate::problem::Problem;
use checkout_core::actor::Actor;
use checkout_core::manual::ManualRequest;
use checkout_core::secret::Secret;
use checkout_core::session::{Parameters, PayoutStep, PayoutVoucher};
use checkout_core::{stored_enum, stored_struct};
use checkout_wire::{
    ActId, ChallengeAnswer, ChangeVoucher, CheckoutView, Millis, Minor, RedemptionAnswer, RedemptionId,
    RedemptionRequest, SessionId,
};
use serde_json::Value;
use worker::Env;

stored_struct! {
    /// Creates the session, unless it exists.
    pub struct CreateSession {
        /// `cs_…`, which is also the object's name.
        pub id: SessionId,
        /// The parameters that the merchant set.
        pub parameters: Parameters,
        /// The time until it expires.
        pub expires_in_ms: Millis,
    }
}
call!(CreateSession, "CHECKOUT", "create", Json<Value>);

stored_struct! {
    /// Reads the session, for the merchant.
    pub struct ShowSession;
}
call!(ShowSession, "CHECKOUT", "show", Json<Value>);

stored_struct! {
    /// Ends the session.
    pub struct CancelSession;
}
call!(CancelSession, "CHECKOUT", "cancel", Json<Value>);

stored_struct! {
    /// Reads the entries of the session's ledger.
    pub struct ShowLedger;
}
call!(ShowLedger, "CHECKOUT", "ledger", Json<Value>);

stored_struct! {
    /// Carries out a manual act, once per `id`. The answer is the session.
    pub struct Perform {
        /// `act_…`.
        pub id: ActId,
        /// The person or key that acts.
        pub by: Actor,
        /// The requested act.
        pub request: ManualRequest,
    }
}
call!(Perform, "CHECKOUT", "perform", Json<Value>);

stored_struct! {
    /// Lists the session's events and their deliveries.
    pub struct ListEvents;
}
call!(ListEvents, "CHECKOUT", "events", Json<Value>);

stored_struct! {
    /// Delivers an event again. The answer is the list of events.
    pub struct Redeliver {
        /// `evt_…`.
        pub event: String,
    }
}
call!(Redeliver, "CHECKOUT", "redeliver", Json<Value>);

stored_struct! {
    /// Reads the public part of the session: its language and, while it is open, its ways to pay.
    pub struct Outline;
}
call!(Outline, "CHECKOUT", "outline", Json<CheckoutView>);

stored_struct! {
    /// Reads the session, for the holder of the client secret.
    pub struct ViewSession {
        /// The client secret.
        #[serde(serialize_with = "checkout_core::secret::revealed::serialize")]
        pub secret: Secret,
        /// SHA-256 of the payer key.
        pub payer: Option<String>,
        /// The phone number of a payment, as typed, to see the PIN of its change voucher.
        pub phone: Option<String>,
        /// The name of the throttle of the shopper's address.
        pub address: Option<String>,
    }
}
call!(ViewSession, "CHECKOUT", "view", Json<CheckoutView>);

stored_struct! {
    /// Reads the payouts of money that the merchant owed to the shopper.
    pub struct ShowPaidBack;
}
call!(ShowPaidBack, "CHECKOUT", "paid_back", Option<PaidBack>);

stored_struct! {
    /// Money owed to the shopper that the merchant has paid out.
    pub struct PaidBack {
        /// The sum of all payouts.
        pub amount: Minor,
        /// The time of the last payout.
        pub at: Millis,
        /// Whether the last payout was a voucher.
        pub by_voucher: bool,
    }
}

stored_struct! {
    /// Pays with one voucher, for the holder of the client secret.
    pub struct Redeem {
        /// The client secret.
        #[serde(serialize_with = "checkout_core::secret::revealed::serialize")]
        pub secret: Secret,
        /// SHA-256 of the payer key.
        pub payer: Option<String>,
        /// The browser's idempotency key.
        pub key: String,
        /// The shopper's input.
        pub request: RedemptionRequest,
        /// The name of the throttle of the shopper's address.
        pub address: Option<String>,
        /// The proof of work that an earlier answer requested.
        pub proof: Option<String>,
    }
}
call!(Redeem, "CHECKOUT", "redeem", Redeemed);

stored_struct! {
    /// Answers the provider's challenge of a payment, for the holder of the client secret.
    pub struct AnswerChallenge {
        /// The client secret.
        #[serde(serialize_with = "checkout_core::secret::revealed::serialize")]
        pub secret: Secret,
        /// SHA-256 of the payer key.
        pub payer: Option<String>,
        /// `rd_…`.
        pub redemption: RedemptionId,
        /// The browser's idempotency key.
        pub key: String,
        /// The checked code, or the wish for another one.
        pub answer: ChallengeAnswer,
        /// The name of the throttle of the shopper's address.
        pub address: Option<String>,
        /// The proof of work that an earlier answer requested.
        pub proof: Option<String>,
    }
}
call!(AnswerChallenge, "CHECKOUT", "challenge", Redeemed);

stored_struct! {
    /// The state of a payment after a call to [`Redeem`] or [`AnswerChallenge`].
    pub struct Redeemed {
        /// Whether the outcome is known.
        pub is_settled: bool,
        /// Whether an earlier request with the same key began the payment.
        pub is_replay: bool,
        /// The payment and its session.
        pub answer: Json<RedemptionAnswer>,
    }
}

stored_struct! {
    /// Asks how far a payment is.
    pub struct AskProgress {
        /// `rd_…`.
        pub redemption: RedemptionId,
    }
}
call!(AskProgress, "CHECKOUT", "progress", Progress);

stored_enum! {
    /// How far a payment is.
    #[derive(Clone, Copy, PartialEq, Eq)]
    pub enum Progress or Progress::Open;

    /// It has no final outcome yet, or is about to be written.
    "Open" = Open,
    /// It has a final outcome, and may have taken money from the voucher.
    "Settled" = Settled,
    /// Nothing was sent that could take money, or it does not exist.
    "Unsent" = Unsent,
}

stored_struct! {
    /// Passes on the hint of an authenticated webhook about a payment.
    pub struct PaymentHint {
        /// Our reference of the payment.
        pub reference: String,
        /// Whether the webhook reports that money moved.
        pub success: bool,
        /// The change voucher.
        pub change: Option<ChangeVoucher>,
    }
}
call!(PaymentHint, "CHECKOUT", "hint", HintResult);

stored_struct! {
    /// Reports a step of a payout by voucher to the session that owes the money. A repeated step changes nothing.
    pub struct PayOutByVoucher {
        /// The payout.
        pub payout: PayoutVoucher,
        /// The step.
        pub step: PayoutStep,
    }
}
call!(PayOutByVoucher, "CHECKOUT", "payout", PayoutReply);

stored_enum! {
    /// The answer to a step of a payout by voucher.
    #[derive(Clone, PartialEq, Eq)]
    pub enum PayoutReply or PayoutReply::Recorded;

    /// The step is recorded.
    "recorded" = Recorded,
    /// The session refuses it.
    "refused" = Refused {
        /// A sentence with the reason.
        words: String,
    },
    /// The session does not exist, or is archived.
    "no_session" = NoSession,
}

stored_struct! {
    /// Sends a session to the index again.
    pub struct ReindexSession;
}
call!(ReindexSession, "CHECKOUT", "reindex", Reindexing);

/// Calls the `Checkout` object of a session, whose name is the session's id.
pub async fn checkout<C: Call>(env: &Env, session: &SessionId, call: &C) -> Result<C::Answer, Problem> {
    read(&send(env, C::OBJECT, session.as_str(), C::NAME, written(call)?).await?)
}
