//! The calls to the `Throttle` object of an address, a phone number or a shard of a brake.

use super::{Call, read, send, written};
use crate::problem::Problem;
use checkout_core::throttle::{Ruling, ThrottleOwner};
use checkout_core::{stored_enum, stored_struct};
use checkout_wire::Millis;
use worker::Env;

stored_struct! {
    /// Asks whether an address or a phone number may make another try.
    pub struct AskThrottle {
        /// The owner of the throttle.
        pub bucket: ThrottleOwner,
        /// A new name for the try.
        pub attempt: String,
    }
}
call!(AskThrottle, "THROTTLE", "ask", Ruling);

stored_struct! {
    /// Reports the outcome of a try.
    pub struct ReportTry {
        /// The name of the try.
        pub attempt: String,
        /// Whether it counts as failed.
        pub failed: bool,
        /// Until when its owner was told to wait, because the provider takes no more calls; zero if it was not.
        pub told_until: Millis,
    }
}
call!(ReportTry, "THROTTLE", "report", ());

stored_struct! {
    /// Asks for the state of a provider's brake.
    pub struct AskBrake;
}
call!(AskBrake, "THROTTLE", "brake", BrakeState);

stored_enum! {
    /// The state of a provider's brake.
    #[derive(Clone, Copy, PartialEq, Eq)]
    pub enum BrakeState or BrakeState::Off;

    /// Most recent tries at the provider have failed.
    "on" = On,
    /// Tries are not slowed down.
    "off" = Off,
}

stored_struct! {
    /// Counts a try for a provider's brake.
    pub struct CountTry {
        /// Whether it failed.
        pub failed: bool,
    }
}
call!(CountTry, "THROTTLE", "count", ());

/// Calls the `Throttle` object of an address or a phone number, whose name is the owner's keyed hash, or of a shard of a provider's
/// brake.
pub async fn throttle<C: Call>(env: &Env, name: &str, call: &C) -> Result<C::Answer, Problem> {
    read(&send(env, C::OBJECT, name, C::NAME, written(call)?).await?)
}
