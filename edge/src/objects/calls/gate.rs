//! The calls to the `Gate` object of a provider account.

use super::{Call, read, send, written};
use crate::problem::Problem;
use checkout_core::gate::{Ask, Pass};
use checkout_core::stored_struct;
use checkout_wire::{Millis, Minor, VoucherId};
use worker::Env;

stored_struct! {
    /// Asks the gate of a provider account for permission, or reports the result of a call.
    pub struct AskGate {
        /// The provider's id.
        pub provider: String,
        /// The request or the report.
        pub ask: Ask,
    }
}
call!(AskGate, "GATE", "ask", Pass);

stored_struct! {
    /// Reserves part of the provider's daily issuing limit for an order. The answer is the time to wait if the limit is used up.
    pub struct ReserveIssue {
        /// `vo_…`.
        pub voucher: VoucherId,
        /// The order's amount; zero if only the provider knows it.
        pub amount: Minor,
    }
}
call!(ReserveIssue, "GATE", "reserve", Option<Millis>);

stored_struct! {
    /// Records the outcome of an order.
    pub struct SettleIssue {
        /// `vo_…`.
        pub voucher: VoucherId,
        /// The voucher's amount; `None` if no voucher is issued.
        pub amount: Option<Minor>,
    }
}
call!(SettleIssue, "GATE", "settle", ());

/// Calls the `Gate` object of a provider, whose name is that of the provider account.
pub async fn gate<C: Call>(env: &Env, account: &str, call: &C) -> Result<C::Answer, Problem> {
    read(&send(env, C::OBJECT, account, C::NAME, written(call)?).await?)
}
