//! The gate of a provider account: the provider's own limit on calls, and whether it answers at all.

mod breaker;
mod window;

pub use breaker::{Breaker, Role};
pub use window::{MARGIN, Window};

use crate::Limits;
use crate::provider::Rate;
use checkout_wire::Millis;
use serde::{Deserialize, Serialize};

/// The calls reserved for resolving unknown outcomes: shopper and merchant leave them free.
const RESERVE: usize = 1;

/// The state of one provider account. Stored: add, never change.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct GateState {
    window: Window,
    breaker: Breaker,
}

/// A request to a gate, or a report.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// A payment asks for this many calls: all of them, or none.
    Pay(usize),
    /// The merchant asks for one call.
    Look,
    /// One call to resolve a payment with an unknown outcome.
    Resolve,
    /// The provider reported too many calls.
    Busy,
    /// A payment's call was answered, whatever the answer says.
    Answered,
    /// A payment's call was not answered, or only by something unreadable.
    Unanswered(Role),
    /// An admitted payment made no call after all, or none with a clear answer.
    Unused(Role),
    /// A query whether payments are admitted, without making one.
    Health,
}

/// The decision of a gate.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pass {
    /// The calls are admitted and counted; the role is the payment's part in detecting whether the provider answers.
    Granted(Role),
    /// Nothing is counted: the provider accepts no more calls for this long.
    Full(Millis),
    /// The provider does not answer; it is probed after this long.
    Down(Millis),
}

impl GateState {
    /// Returns the decision at `now`. `rate` is the provider's own limit, where it has one.
    pub fn ask(&mut self, ask: Ask, rate: Option<&Rate>, limits: &Limits, now: Millis) -> Pass {
        let calls = match ask {
            Ask::Pay(calls) => calls,
            Ask::Look | Ask::Resolve => 1,
            _ => 0,
        };
        match (ask, rate) {
            (Ask::Busy, Some(rate)) => self.window.close(allowed(rate, limits), rate.period, now),
            (Ask::Answered, _) => self.breaker.answered(),
            (Ask::Unanswered(role), _) => self.breaker.unanswered(role, now, limits),
            (Ask::Unused(role), _) => self.breaker.unused(role, now),
            _ => {}
        }
        // "Too many calls" is an answer as well.
        if ask == Ask::Busy {
            self.breaker.answered();
        }
        let down = self.breaker.wait(now).filter(|_| !matches!(ask, Ask::Look | Ask::Resolve));
        if let Some(wait) = down {
            return Pass::Down(wait);
        }
        if let Some(rate) = rate.filter(|_| calls > 0) {
            let most = allowed(rate, limits);
            let reserve = if ask == Ask::Resolve { 0 } else { RESERVE };
            // A limit of very few calls has none to spare.
            let most = most.saturating_sub(reserve).max(calls.min(most));
            if let Some(wait) = self.window.pass(calls, most, rate.period, now) {
                return Pass::Full(wait);
            }
        }
        if !matches!(ask, Ask::Pay(_)) {
            return Pass::Granted(Role::Usual);
        }
        match self.breaker.pass(now, limits) {
            Ok(role) => Pass::Granted(role),
            Err(wait) => Pass::Down(wait),
        }
    }
}

fn allowed(rate: &Rate, limits: &Limits) -> usize {
    limits.provider_calls_per_period.unwrap_or(rate.calls) as usize
}

#[cfg(test)]
mod tests;
