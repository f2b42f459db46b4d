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

impl Gate {
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
        assert_eq!(ask(Ask::Pay(2)), Pass::Granted(Role::Usual));
        assert_eq!(ask(Ask::Pay(2)), Pass::Granted(Role::Usual));
        assert_eq!(ask(Ask::Look), Pass::Full(65_000));
        assert_eq!(ask(Ask::Pay(2)), Pass::Full(65_000));
        assert_eq!(ask(Ask::Resolve), Pass::Granted(Role::Usual));
        assert_eq!(ask(Ask::Resolve), Pass::Full(65_000));
    }

    #[test]
    fn a_limit_too_low_for_a_reserve_still_lets_payments_through() {
        let (rate, mut gate) = (rate(), Gate::default());
        let limits = Limits { gate_calls: Some(2), ..Limits::default() };
        assert_eq!(gate.ask(Ask::Pay(2), Some(&rate), &limits, 0), Pass::Granted(Role::Usual));
        let limits = Limits { gate_calls: Some(1), ..Limits::default() };
        assert_eq!(Gate::default().ask(Ask::Pay(2), Some(&rate), &limits, 0), Pass::Granted(Role::Usual));
    }

    #[test]
    fn a_provider_without_a_limit_is_watched_all_the_same() {
        let (limits, mut gate) = (Limits { down_after: 2, ..Limits::default() }, Gate::default());
        let mut ask = |what, now| gate.ask(what, None, &limits, now);
        assert_eq!(ask(Ask::Pay(2), 0), Pass::Granted(Role::Usual));
        assert_eq!(ask(Ask::Unanswered(Role::Usual), 0), Pass::Granted(Role::Usual));
        assert_eq!(ask(Ask::Pay(2), 0), Pass::Granted(Role::Watched));
        assert_eq!(ask(Ask::Unanswered(Role::Watched), 0), Pass::Down(15_000));
        assert_eq!(ask(Ask::Pay(1), 1_000), Pass::Down(14_000));
        assert_eq!(ask(Ask::Health, 1_000), Pass::Down(14_000));
        // What became of payments is found out all the same.
        assert_eq!(ask(Ask::Resolve, 1_000), Pass::Granted(Role::Usual));
        // To look is not to go through.
        assert_eq!(ask(Ask::Health, 15_000), Pass::Granted(Role::Usual));
        assert_eq!(ask(Ask::Pay(1), 15_000), Pass::Granted(Role::Probe));
        assert_eq!(ask(Ask::Pay(1), 15_000), Pass::Down(5_000));
        // The one that was let through to see had nothing to ask: the next one sees.
        assert_eq!(ask(Ask::Unused(Role::Probe), 15_000), Pass::Granted(Role::Usual));
        assert_eq!(ask(Ask::Pay(1), 15_000), Pass::Granted(Role::Probe));
        assert_eq!(ask(Ask::Pay(1), 15_000), Pass::Down(5_000));
        assert_eq!(ask(Ask::Answered, 16_000), Pass::Granted(Role::Usual));
        assert_eq!(ask(Ask::Pay(1), 16_000), Pass::Granted(Role::Usual));
    }

    #[test]
    fn a_payment_that_finds_the_gate_full_does_not_use_up_the_one_to_see() {
        let (rate, mut gate) = (rate(), Gate::default());
        let limits = Limits { down_after: 1, ..Limits::default() };
        for _ in 0..2 {
            assert_eq!(gate.ask(Ask::Pay(2), Some(&rate), &limits, 0), Pass::Granted(Role::Usual));
        }
        gate.ask(Ask::Unanswered(Role::Usual), Some(&rate), &limits, 0);
        assert_eq!(gate.ask(Ask::Pay(2), Some(&rate), &limits, 15_000), Pass::Full(50_000));
        assert_eq!(gate.ask(Ask::Pay(2), Some(&rate), &limits, 65_000), Pass::Granted(Role::Probe));
    }

    #[test]
    fn too_many_calls_is_an_answer() {
        let (rate, mut gate) = (rate(), Gate::default());
        let limits = Limits { down_after: 1, ..Limits::default() };
        gate.ask(Ask::Unanswered(Role::Usual), Some(&rate), &limits, 0);
        gate.ask(Ask::Busy, Some(&rate), &limits, 1_000);
        assert_eq!(gate.ask(Ask::Pay(2), Some(&rate), &limits, 1_000), Pass::Full(65_000));
        assert_eq!(gate.ask(Ask::Pay(2), Some(&rate), &limits, 66_000), Pass::Granted(Role::Usual));
    }

    #[test]
    fn what_an_older_version_kept_can_be_read() {
        let kept: Gate = serde_json::from_str(r#"{"window":[7],"breaker":{"unanswered":1}}"#).unwrap();
        assert_eq!(kept.breaker.wait(0), None);
    }
}
