//! Whether a provider can be called now: its own limit on calls, and whether it answers at all.

mod breaker;
mod window;

pub use breaker::{Breaker, Role};
pub use window::{MARGIN_MS, Window};

use crate::Limits;
use crate::provider::Rate;
use serde::{Deserialize, Serialize};

/// Calls that shoppers and shop leave to finding out what became of payments.
const RESERVE: usize = 1;

/// What is kept of one provider account. Stored: add, never change.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct GateState {
    window: Window,
    breaker: Breaker,
}

/// What a gate is asked or told.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// A payment wants to make so many calls: all of them, or none.
    Pay(usize),
    /// A question for the shop.
    Look,
    /// A question about a payment whose outcome is not known.
    Resolve,
    /// The provider said that it had too many calls.
    Busy,
    /// A payment's call was answered, whatever the answer says.
    Answered,
    /// A payment's call was not answered, or by nothing that can be read.
    Unanswered(Role),
    /// A payment that was let through has made no call after all, or none that tells anything.
    Unused(Role),
    /// Whether payments are let through, without wanting to make one.
    Health,
}

/// What a gate says.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pass {
    /// Go on: the calls are counted. A payment's part in finding out whether the provider answers.
    Granted(Role),
    /// Nothing is counted: the provider takes no more calls for so many milliseconds.
    Full(i64),
    /// The provider does not answer; it is tried again after so many milliseconds.
    Down(i64),
}

impl GateState {
    /// The answer at `now`, in milliseconds. `rate` is the provider's own limit, where it has one.
    pub fn ask(&mut self, ask: Ask, rate: Option<&Rate>, limits: &Limits, now: i64) -> Pass {
        let calls = match ask {
            Ask::Pay(calls) => calls,
            Ask::Look | Ask::Resolve => 1,
            _ => 0,
        };
        match (ask, rate) {
            (Ask::Busy, Some(rate)) => self.window.close(allowed(rate, limits), rate.period_ms, now),
            (Ask::Answered, _) => self.breaker.answered(),
            (Ask::Unanswered(role), _) => self.breaker.unanswered(role, now, limits),
            (Ask::Unused(role), _) => self.breaker.unused(role, now),
            _ => {}
        }
        // "Too many" is an answer as well.
        if ask == Ask::Busy {
            self.breaker.answered();
        }
        let down = self.breaker.wait(now).filter(|_| !matches!(ask, Ask::Look | Ask::Resolve));
        if let Some(ms) = down {
            return Pass::Down(ms);
        }
        if let Some(rate) = rate.filter(|_| calls > 0) {
            let most = allowed(rate, limits);
            let reserve = if ask == Ask::Resolve { 0 } else { RESERVE };
            // A limit of hardly any calls has none to spare.
            let most = most.saturating_sub(reserve).max(calls.min(most));
            if let Some(ms) = self.window.pass(calls, most, rate.period_ms, now) {
                return Pass::Full(ms);
            }
        }
        if !matches!(ask, Ask::Pay(_)) {
            return Pass::Granted(Role::Usual);
        }
        match self.breaker.pass(now, limits) {
            Ok(role) => Pass::Granted(role),
            Err(ms) => Pass::Down(ms),
        }
    }
}

fn allowed(rate: &Rate, limits: &Limits) -> usize {
    limits.provider_calls_per_period.unwrap_or(rate.calls) as usize
}

#[cfg(test)]
mod tests;
