//! The calls to the `Idempotency` object of a key.

use super::{Call, Json, read, send, written};
use crate::problem::Problem;
use checkout_core::actor::Actor;
use checkout_core::manual::ManualRequest;
use checkout_core::secret::Secret;
use checkout_core::{stored_enum, stored_struct};
use checkout_wire::{SessionId, VoucherId};
use serde_json::Value;
use worker::Env;

stored_struct! {
    /// Carries out a POST of the merchant once, or returns its earlier answer.
    pub struct PerformOnce {
        /// The name of the key's object.
        pub name: String,
        /// The address and the body, which must be the same when the key is used again.
        #[serde(serialize_with = "checkout_core::secret::revealed::serialize")]
        pub request: Secret,
        /// The action.
        pub action: MerchantAction,
    }
}
call!(PerformOnce, "IDEMPOTENCY", "perform", PerformedOnce);

stored_enum! {
    /// A POST of the merchant.
    pub enum MerchantAction or MerchantAction::LookUpVoucher { body: Secret::default() };

    /// `POST /v1/checkout_sessions`.
    "create_session" = CreateSession {
        /// The body.
        body: String,
    },
    /// `POST /v1/checkout_sessions/{id}/cancel`.
    "cancel_session" = CancelSession {
        /// `cs_…`.
        id: SessionId,
    },
    /// `POST /v1/checkout_sessions/{id}/events/{event}/redeliver`.
    "redeliver" = Redeliver {
        /// `cs_…`.
        id: SessionId,
        /// `evt_…`.
        event: String,
    },
    /// A manual act: `resolve`, `ask`, `refunds`, `payouts` and `erase`.
    "manual" = Manual {
        /// `cs_…`.
        id: SessionId,
        /// The person or key that acts.
        by: Actor,
        /// The requested act.
        request: ManualRequest,
    },
    /// A manual act on an issued voucher: `resolve` and `ask`.
    "manual_order" = ManualOrder {
        /// `vo_…`.
        id: VoucherId,
        /// The person or key that acts.
        by: Actor,
        /// The requested act.
        request: ManualRequest,
    },
    /// `POST /v1/vouchers`.
    "issue_voucher" = IssueVoucher {
        /// The person or key that orders it.
        by: Actor,
        /// The body.
        body: String,
    },
    /// `POST /v1/vouchers/lookup`.
    "look_up_voucher" = LookUpVoucher {
        /// The body, with the voucher's number.
        #[serde(serialize_with = "checkout_core::secret::revealed::serialize")]
        body: Secret,
    },
}

stored_struct! {
    /// The result of a POST of the merchant.
    pub struct PerformedOnce {
        /// The answer, or the problem.
        pub result: Result<Performed, Problem>,
        /// Whether it is the result of an earlier request with the same key.
        pub is_replay: bool,
    }
}

stored_struct! {
    /// An action of the merchant, carried out.
    pub struct Performed {
        /// The HTTP status.
        pub status: u16,
        /// The answer's body.
        pub body: Json<Value>,
    }
}

/// Calls the `Idempotency` object of a key, whose name is the first twenty hexadecimal digits of the key's
/// SHA-256.
pub async fn idempotency<C: Call>(env: &Env, name: &str, call: &C) -> Result<C::Answer, Problem> {
    read(&send(env, C::OBJECT, name, C::NAME, written(call)?).await?)
}
