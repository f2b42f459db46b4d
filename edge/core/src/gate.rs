//! Whether a provider can be called now: its own limit on calls, and whether it answers at all.

mod breaker;
mod window;

pub use breaker::Breaker;
pub use window::{MARGIN_MS, Window};

use crate::Limits;
use crate::provider::Rate;
use serde::{Deserialize, Serialize};

/// Calls that shoppers and shop leave to finding out what became of payments.
const RESERVE: usize = 1;

/// What is kept of one provider account. Stored: add, never change.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Gate {
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
    /// A payment's call was answered, whatever the answer says, or was not.
    Heard(bool),
    /// A payment that was let through has made no call after all.
    Unused,
    /// Whether payments are let through, without wanting to make one.
    Health,
}

/// What a gate says.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pass {
    /// Go on: the calls are counted. Whether an answer is news, and to be told ([`Ask::Heard`]).
    Granted(bool),
    /// Nothing is counted: the provider takes no more calls for so many milliseconds.
    Full(i64),
    /// The provider does not answer; it is tried again after so many milliseconds.
    Down(i64),
}

impl Gate {
    /// The answer at `now`, in milliseconds. `rate` is the provider's own limit, where it has one.
    pub fn ask(&mut self, ask: Ask, rate: Option<&Rate>, limits: &Limits, now: i64) -> Pass {
        let calls = match ask {
            Ask::Pay(calls) => calls,
            Ask::Look | Ask::Resolve => 1,
            Ask::Busy | Ask::Heard(_) | Ask::Unused | Ask::Health => 0,
        };
        match (ask, rate) {
            (Ask::Busy, Some(rate)) => self.window.close(allowed(rate, limits), rate.period_ms, now),
            (Ask::Unused, _) => self.breaker.unused(now, limits),
            (Ask::Heard(answered), _) => self.breaker.heard(answered, now, limits),
            _ => {}
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
        if matches!(ask, Ask::Pay(_)) {
            self.breaker.pass(now, limits);
        }
        Pass::Granted(self.breaker.is_watched())
    }
}

fn allowed(rate: &Rate, limits: &Limits) -> usize {
    limits.gate_calls.unwrap_or(rate.calls) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate() -> Rate {
        Rate { account: "wipay".into(), calls: 5, period_ms: 60_000 }
    }

    #[test]
    fn one_call_is_left_to_finding_out() {
        let (rate, limits, mut gate) = (rate(), Limits::default(), Gate::default());
        let mut ask = |what| gate.ask(what, Some(&rate), &limits, 0);
        assert_eq!(ask(Ask::Pay(2)), Pass::Granted(false));
        assert_eq!(ask(Ask::Pay(2)), Pass::Granted(false));
        assert_eq!(ask(Ask::Look), Pass::Full(65_000));
        assert_eq!(ask(Ask::Pay(2)), Pass::Full(65_000));
        assert_eq!(ask(Ask::Resolve), Pass::Granted(false));
        assert_eq!(ask(Ask::Resolve), Pass::Full(65_000));
    }

    #[test]
    fn a_limit_too_low_for_a_reserve_still_lets_payments_through() {
        let (rate, mut gate) = (rate(), Gate::default());
        let limits = Limits { gate_calls: Some(2), ..Limits::default() };
        assert_eq!(gate.ask(Ask::Pay(2), Some(&rate), &limits, 0), Pass::Granted(false));
        let limits = Limits { gate_calls: Some(1), ..Limits::default() };
        assert_eq!(Gate::default().ask(Ask::Pay(2), Some(&rate), &limits, 0), Pass::Granted(false));
    }

    #[test]
    fn a_provider_without_a_limit_is_watched_all_the_same() {
        let (limits, mut gate) = (Limits { down_after: 2, ..Limits::default() }, Gate::default());
        let mut ask = |what, now| gate.ask(what, None, &limits, now);
        assert_eq!(ask(Ask::Pay(2), 0), Pass::Granted(false));
        assert_eq!(ask(Ask::Heard(false), 0), Pass::Granted(true));
        assert_eq!(ask(Ask::Heard(false), 0), Pass::Down(15_000));
        assert_eq!(ask(Ask::Pay(1), 1_000), Pass::Down(14_000));
        assert_eq!(ask(Ask::Health, 1_000), Pass::Down(14_000));
        // What became of payments is found out all the same.
        assert_eq!(ask(Ask::Resolve, 1_000), Pass::Granted(true));
        // To look is not to go through.
        assert_eq!(ask(Ask::Health, 15_000), Pass::Granted(true));
        assert_eq!(ask(Ask::Pay(1), 15_000), Pass::Granted(true));
        assert_eq!(ask(Ask::Pay(1), 15_000), Pass::Down(60_000));
        // The one that was let through to see had nothing to ask: the next one sees.
        assert_eq!(ask(Ask::Unused, 15_000), Pass::Granted(true));
        assert_eq!(ask(Ask::Pay(1), 15_000), Pass::Granted(true));
        assert_eq!(ask(Ask::Pay(1), 15_000), Pass::Down(60_000));
        assert_eq!(ask(Ask::Heard(true), 16_000), Pass::Granted(false));
        assert_eq!(ask(Ask::Pay(1), 16_000), Pass::Granted(false));
    }

    #[test]
    fn a_payment_that_finds_the_gate_full_does_not_use_up_the_one_to_see() {
        let (rate, mut gate) = (rate(), Gate::default());
        let limits = Limits { down_after: 1, ..Limits::default() };
        gate.ask(Ask::Heard(false), Some(&rate), &limits, 0);
        gate.ask(Ask::Busy, Some(&rate), &limits, 15_000);
        assert_eq!(gate.ask(Ask::Pay(2), Some(&rate), &limits, 15_000), Pass::Full(65_000));
        assert_eq!(gate.ask(Ask::Pay(2), Some(&rate), &limits, 80_000), Pass::Granted(true));
    }
}
