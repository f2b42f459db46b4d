//! The gate of a provider account: enforces the provider's rate limit, and stops payments while the provider does not answer.
//!
//! Payments and look-ups of unknown outcomes share a limit, and neither can use up the other's part of it. Among the look-ups, the outcome
//! that has been unknown for the longest time comes first.

mod breaker;
mod queue;
mod window;

pub use breaker::{Breaker, Role};
pub use window::{MARGIN, Window};

use crate::Limits;
use crate::provider::Rate;
use crate::{stored_enum, stored_struct};
use checkout_wire::Millis;
use queue::Queue;

/// The calls reserved for look-ups of unknown outcomes; calls for shoppers and the merchant leave them free.
const RESERVE: usize = 1;
/// The calls of one payment, which look-ups of unknown outcomes leave free.
const LEFT_TO_SHOPPERS: usize = 2;

/// This many refusals within this time are a crowd.
const CROWD: (usize, Millis) = (5, Millis::SECOND.times(10));
/// The time for which a crowd is expected to stay.
const CROWDED: Millis = Millis::MINUTE.times(5);

stored_struct! {
    /// The state of one provider account. Stored: add, never change.
    #[derive(Clone, Default, PartialEq, Eq, Debug)]
    pub struct GateState if any {
        window: Window,
        breaker: Breaker,
        /// The calls of the window that resolve unknown outcomes.
        resolving: Window,
        /// The unknown outcomes that wait for a call.
        queue: Queue,
        /// Until when calls are kept for a payment that was refused for lack of them.
        kept_until: Millis,
        /// When payments were refused for lack of calls, the last few.
        refused: Vec<Millis>,
        /// Until when more payments are expected than the calls allow.
        crowded_until: Millis,
    }
}

stored_enum! {
    /// A request to a gate, or a report.
    #[derive(Clone, Copy, PartialEq, Eq, Debug)]
    pub enum Ask or Ask::Health;

    /// A payment asks for this many calls, all of them or none, before its priority is known.
    "pay" = Pay(usize),
    /// Like [`Ask::Pay`], for a payment with priority: in a crowd only these get the last free calls.
    "pay_first" = PayFirst(usize),
    /// Like [`Ask::Pay`], for a payment without priority. It leaves the calls of one payment free for another payment that waits, and in a
    /// crowd for one that may come.
    "pay_behind" = PayBehind(usize),
    /// The merchant asks for one call.
    "look" = Look,
    /// One call to resolve a payment with an unknown outcome.
    "resolve" = Resolve {
        /// A number that stands for the payment.
        payment: u64,
        /// The time at which its outcome came into doubt.
        since: Millis,
    },
    /// A payment has not made this many of its calls.
    "give_back" = GiveBack {
        /// The number of calls.
        calls: usize,
        /// The time of [`Pass::Admitted`].
        until: Millis,
    },
    /// The provider reported too many calls.
    "busy" = Busy,
    /// A payment's call was answered, whatever the answer says.
    "answered" = Answered,
    /// A payment's call was not answered, or only by something unreadable.
    "unanswered" = Unanswered(Role),
    /// An admitted payment made no call, or none with a clear answer.
    "unused" = Unused(Role),
    /// A query whether payments are admitted, without making one.
    "health" = Health,
}

stored_enum! {
    /// The decision of a gate.
    #[derive(Clone, Copy, PartialEq, Eq, Debug)]
    pub enum Pass or Pass::Down(Millis::MINUTE);

    /// The calls are admitted; the role is the payment's part in detecting whether the provider answers.
    "granted" = Granted(Role),
    /// A payment is admitted, and its calls are counted.
    "admitted" = Admitted {
        /// As in [`Pass::Granted`].
        role: Role,
        /// The time until which its calls count.
        until: Millis,
    },
    /// Nothing is counted: the provider accepts no more calls for this long.
    "full" = Full(Millis),
    /// The provider does not answer; it is probed after this long.
    "down" = Down(Millis),
    /// More payments arrive than the calls allow. The payment must ask again with its priority.
    "crowded" = Crowded,
}

impl GateState {
    /// Returns the decision at `now`. `rate` is the provider's own limit, where it has one.
    pub fn ask(&mut self, ask: Ask, rate: Option<&Rate>, limits: &Limits, now: Millis) -> Pass {
        match (ask, rate) {
            (Ask::Busy, Some(rate)) => self.window.close(allowed(rate, limits), rate.period, now),
            (Ask::Answered, _) => self.breaker.answered(),
            (Ask::Unanswered(role), _) => self.breaker.unanswered(role, now, limits),
            (Ask::Unused(role), _) => self.breaker.unused(role, now),
            (Ask::GiveBack { calls, until }, _) => self.window.give_back(calls, until),
            _ => {}
        }
        // "Too many calls" is an answer as well.
        if ask == Ask::Busy {
            self.breaker.answered();
        }
        let down = self.breaker.wait(now).filter(|_| !matches!(ask, Ask::Look | Ask::Resolve { .. }));
        if let Some(wait) = down {
            return Pass::Down(wait);
        }
        if matches!(ask, Ask::Pay(_)) && now < self.crowded_until {
            return Pass::Crowded;
        }
        if let Some(wait) = rate.and_then(|rate| self.count(ask, rate, limits, now)) {
            return Pass::Full(wait);
        }
        if !matches!(ask, Ask::Pay(_) | Ask::PayFirst(_) | Ask::PayBehind(_)) {
            return Pass::Granted(Role::Usual);
        }
        match (self.breaker.pass(now, limits), rate) {
            (Ok(role), Some(rate)) => Pass::Admitted { role, until: now + rate.period + MARGIN },
            (Ok(role), None) => Pass::Granted(role),
            (Err(wait), _) => Pass::Down(wait),
        }
    }

    /// Counts the calls that are asked for. Returns the time to wait if they are not admitted.
    fn count(&mut self, ask: Ask, rate: &Rate, limits: &Limits, now: Millis) -> Option<Millis> {
        let most = allowed(rate, limits);
        let calls = match ask {
            Ask::Pay(calls) | Ask::PayFirst(calls) | Ask::PayBehind(calls) => calls,
            Ask::Look => 1,
            Ask::Resolve { payment, since } => return self.resolve(payment, since, (rate, most), now),
            _ => return None,
        };
        let reserve = RESERVE.saturating_sub(self.resolving.count(now));
        // A limit of very few calls has none to spare.
        let most = most.saturating_sub(reserve).max(calls.min(most));
        match ask {
            Ask::PayBehind(_) if now < self.kept_until.max(self.crowded_until) => {
                let free = most.saturating_sub(self.window.count(now));
                let missing = (calls + LEFT_TO_SHOPPERS).min(most).saturating_sub(free);
                let wait = match missing {
                    0 => self.window.pass(calls, most, rate.period, now),
                    _ => self.window.frees(missing, now).max(Some(self.kept_until - now)),
                };
                // A client that retries too fast must still be early at its next try, so that it stays behind.
                let least = if now < self.crowded_until { rate.period + MARGIN } else { Millis::ZERO };
                let wait = wait.map(|wait| wait.max(least));
                self.note_refusal(wait, now);
                wait
            }
            Ask::Pay(_) | Ask::PayFirst(_) | Ask::PayBehind(_) => {
                let wait = self.window.pass(calls, most, rate.period, now);
                if !matches!(ask, Ask::PayBehind(_)) {
                    self.kept_until = wait.map_or(Millis::ZERO, |wait| now + wait + MARGIN);
                }
                self.note_refusal(wait, now);
                wait
            }
            _ => self.window.pass(calls, most, rate.period, now),
        }
    }

    /// Notes that a payment has to wait. When several had to within seconds, a crowd is expected to stay for a while.
    fn note_refusal(&mut self, wait: Option<Millis>, now: Millis) {
        if wait.is_some() {
            let (many, within) = CROWD;
            self.refused.retain(|at| *at + within > now);
            if self.refused.len() + 1 >= many {
                self.crowded_until = now + CROWDED;
            } else {
                self.refused.push(now);
            }
        }
    }

    /// Admits the look-up of an unknown outcome unless older ones need the free calls.
    fn resolve(
        &mut self,
        payment: u64,
        since: Millis,
        (rate, most): (&Rate, usize),
        now: Millis,
    ) -> Option<Millis> {
        let share = most.saturating_sub(LEFT_TO_SHOPPERS).max(1);
        let free =
            most.saturating_sub(self.window.count(now)).min(share.saturating_sub(self.resolving.count(now)));
        let older = self.queue.enter(payment, since, now);
        if older < free && self.window.pass(1, most, rate.period, now).is_none() {
            self.resolving.pass(1, share, rate.period, now);
            self.queue.leave(payment);
            return None;
        }
        // The time until enough calls stop counting, and whole periods for places beyond one period's share.
        let missing = (older + 1).saturating_sub(free).max(1);
        let (periods, place) = ((missing - 1) / share, (missing - 1) % share + 1);
        let full = self.window.count(now) + 1 > most;
        let frees = if full { &self.window } else { &self.resolving };
        let first = frees.frees(place, now).unwrap_or(rate.period + MARGIN);
        let wait = first + (rate.period + MARGIN).times(i64::try_from(periods).unwrap_or(i64::MAX));
        self.queue.wait(payment, now + wait);
        Some(wait)
    }
}

fn allowed(rate: &Rate, limits: &Limits) -> usize {
    limits.provider_calls_per_period.unwrap_or(rate.calls) as usize
}

#[cfg(test)]
mod tests;
