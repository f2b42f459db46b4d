//! The calls about an issued voucher, to the `Idempotency` object of the key under which it was ordered.

use super::{Call, HintResult, Json, Reindexing, idempotency};
use crate::problem::Problem;
use checkout_core::actor::Actor;
use checkout_core::manual::ManualRequest;
use checkout_core::{stored_enum, stored_struct};
use checkout_wire::{ActId, Minor, VoucherId};
use serde_json::Value;
use worker::Env;

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

stored_struct! {
    /// Asks for what the voucher is worth that was ordered under this key.
    pub struct AskWorth {
        /// `vo_…`.
        pub voucher: VoucherId,
    }
}
call!(AskWorth, "IDEMPOTENCY", "worth", Worth);

stored_enum! {
    /// What an ordered voucher is worth.
    #[derive(Clone, Copy, PartialEq, Eq)]
    pub enum Worth or Worth::NotIssued;

    /// It is issued.
    "issued" = Issued {
        /// Its amount, if known.
        amount: Option<Minor>,
    },
    /// It is not issued, or does not exist.
    "not_issued" = NotIssued,
}

/// Calls the object of the key under which a voucher was ordered: the voucher's id begins with the object's name.
pub async fn ordered<C: Call>(env: &Env, voucher: &VoucherId, call: &C) -> Result<C::Answer, Problem> {
    let name: String = voucher.digits().chars().take(20).collect();
    idempotency(env, &name, call).await
}
