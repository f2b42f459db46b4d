//! The calls to the `Voucher` object, the lock on a voucher.

use super::{Call, read, send, written};
use crate::problem::Problem;
use checkout_core::{stored_enum, stored_struct};
use checkout_wire::{RedemptionId, SessionId};
use worker::Env;

stored_struct! {
    /// Claims a voucher for a payment (law 4).
    pub struct ClaimVoucher {
        /// `cs_…`.
        pub session: SessionId,
        /// `rd_…`, recorded in that session's ledger, or about to be.
        pub redemption: RedemptionId,
    }
}
call!(ClaimVoucher, "VOUCHER", "claim", Claim);

stored_enum! {
    /// The answer to a claim.
    #[derive(Clone, Copy, PartialEq, Eq)]
    pub enum Claim or Claim::Refused;

    /// This payment alone holds the voucher.
    "Granted" = Granted,
    /// Another payment without a final outcome holds the voucher.
    "Refused" = Refused,
}

stored_struct! {
    /// Asks whether a payment was the last one that may have taken money from a voucher.
    pub struct AskHolder {
        /// `rd_…`.
        pub redemption: RedemptionId,
    }
}
call!(AskHolder, "VOUCHER", "holder", Holding);

stored_enum! {
    /// Whether a payment was the last one that may have taken money from a voucher.
    #[derive(Clone, Copy, PartialEq, Eq)]
    pub enum Holding or Holding::Held;

    /// It was.
    "Held" = Held,
    /// Another payment may have taken money since, or the claim is no longer stored.
    "Lost" = Lost,
}

/// Calls the `Voucher` object of a voucher, whose name is the keyed hash of provider and number.
pub async fn voucher<C: Call>(env: &Env, hash: &str, call: &C) -> Result<C::Answer, Problem> {
    read(&send(env, C::OBJECT, hash, C::NAME, written(call)?).await?)
}
