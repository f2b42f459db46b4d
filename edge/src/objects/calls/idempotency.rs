//! The calls to the `Idempotency` object of a key, and of the voucher ordered under it.

use super::{Call, HintResult, Json, Reindexing, read, send, written};
use crate::problem::Problem;
use checkout_core::actor::Actor;
use checkout_core::manual::ManualRequest;
use checkout_core::{stored_enum, stored_struct};
use checkout_wire::{ActId, SessionId, VoucherId};
use serde_json::Value;
use worker::Env;

stored_struct! {
    /// Carries out a POST of the merchant once, or returns its earlier answer.
    pub struct PerformOnce {
        /// The name of the key's object.
        pub name: String,
        /// The address and the body, which must be the same when the key is used again.
        pub request: String,
        /// The action.
        pub action: MerchantAction,
    }
}
call!(PerformOnce, "IDEMPOTENCY", "perform", PerformedOnce);

stored_enum! {
    /// A POST of the merchant.
    pub enum MerchantAction or MerchantAction::LookUpVoucher { body: String::new() };

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
        /// The body.
        body: String,
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

stored_struct! {
    /// Reads the voucher that was ordered under this key.
    pub struct ShowVoucher {
        /// `vo_…`.
        pub voucher: VoucherId,
    }
}
call!(ShowVoucher, "IDEMPOTENCY", "voucher", Json<Value>);

stored_struct! {
    /// Carries out a manual act on the voucher that was ordered under this key, once per `id`. The answer is the
    /// voucher.
    pub struct PerformOnVoucher {
        /// `vo_…`.
        pub voucher: VoucherId,
        /// `act_…`.
        pub id: ActId,
        /// The person or key that acts.
        pub by: Actor,
        /// The requested act.
        pub request: ManualRequest,
    }
}
call!(PerformOnVoucher, "IDEMPOTENCY", "act", Json<Value>);

stored_struct! {
    /// Passes on a hint from a provider's webhook about the voucher issued under this key.
    pub struct VoucherHint;
}
call!(VoucherHint, "IDEMPOTENCY", "hint", HintResult);

stored_struct! {
    /// Sends an issued voucher to the index again.
    pub struct ReindexVoucher {
        /// `vo_…`.
        pub voucher: VoucherId,
    }
}
call!(ReindexVoucher, "IDEMPOTENCY", "reindex", Reindexing);

/// Calls the `Idempotency` object of a key, whose name is the first twenty hexadecimal digits of the key's
/// SHA-256.
pub async fn idempotency<C: Call>(env: &Env, name: &str, call: &C) -> Result<C::Answer, Problem> {
    read(&send(env, C::OBJECT, name, C::NAME, written(call)?).await?)
}

/// Calls the object of the key under which a voucher was ordered: the voucher's id begins with the object's name.
pub async fn ordered<C: Call>(env: &Env, voucher: &VoucherId, call: &C) -> Result<C::Answer, Problem> {
    let name: String = voucher.digits().chars().take(20).collect();
    idempotency(env, &name, call).await
}
