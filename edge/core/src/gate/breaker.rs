//! A circuit breaker: a provider that does not answer is not offered for a while, and then tried again with one payment at a time.

use crate::Limits;
use serde::{Deserialize, Serialize};

/// The most a pause grows to, as a multiple of the first one.
const LONGEST: i64 = 16;

/// The longest that whoever only looks is told to wait while a payment is let through to see: its answer may come at once.
const LOOK_AGAIN_MS: i64 = 5_000;

/// What is known of a provider's health: how many payments it has not answered since it last answered one, and until when none is let
/// through. Times in milliseconds. Stored: add, never change.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Breaker {
    unanswered: u32,
    down_until: i64,
    /// Whether a payment was let through to see, and has not been heard of.
    probing: bool,
}

/// What a payment that is let through means for the breaker.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// One of many: that it is answered is no news.
    Usual,
    /// The provider has not answered lately: that it answers is news.
    Watched,
    /// The provider is down, and this is the one payment that sees whether it still is.
    Probe,
}

impl Breaker {
    /// How a payment is let through now; an error holds the milliseconds until one is. While the provider is down, whoever is let
    /// through is the only one until it has been heard of, or that would have taken too long.
    pub fn pass(&mut self, now: i64, limits: &Limits) -> Result<Role, i64> {
        if self.down_until > now {
            return Err(self.down_until - now);
        }
        if !self.is_down(limits) {
            return Ok(if self.unanswered > 0 { Role::Watched } else { Role::Usual });
        }
        self.probing = true;
        // Weighing, charging and confirming each take as long as a provider may.
        self.down_until = now + 3 * limits.provider_timeout_ms;
        Ok(Role::Probe)
    }

    /// The milliseconds after which it makes sense to look again; `None` when a payment would be let through now.
    pub fn wait(&self, now: i64) -> Option<i64> {
        let wait = self.down_until - now;
        Some(if self.probing { wait.min(LOOK_AGAIN_MS) } else { wait }).filter(|ms| *ms > 0)
    }

    /// The provider has answered a payment, whatever the answer says.
    pub fn answered(&mut self) {
        *self = Self::default();
    }

    /// The provider has not answered a payment. While it is down, only the one that was let through to see counts.
    pub fn unanswered(&mut self, role: Role, now: i64, limits: &Limits) {
        if self.is_down(limits) && role != Role::Probe {
            return;
        }
        self.probing = false;
        self.unanswered = self.unanswered.saturating_add(1);
        if let Some(again) = self.unanswered.checked_sub(limits.down_after) {
            let times =
                1_i64.checked_shl(again).filter(|times| (1..LONGEST).contains(times)).unwrap_or(LONGEST);
            self.down_until = now + limits.down_ms.saturating_mul(times);
        }
    }

    /// The payment that was let through to see has seen nothing: the next one may.
    pub fn unused(&mut self, role: Role, now: i64) {
        if role == Role::Probe && self.probing {
            self.probing = false;
            self.down_until = now;
        }
    }

    const fn is_down(&self, limits: &Limits) -> bool {
        self.unanswered >= limits.down_after
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn limits() -> Limits {
        Limits { down_after: 3, down_ms: 10_000, provider_timeout_ms: 20_000, ..Limits::default() }
    }

    #[test]
    fn after_so_many_it_is_down_and_then_lets_one_through_at_a_time() {
        let (limits, mut breaker) = (limits(), Breaker::default());
        assert_eq!(breaker.pass(0, &limits), Ok(Role::Usual));
        for _ in 0..2 {
            breaker.unanswered(Role::Usual, 0, &limits);
            assert_eq!(breaker.pass(0, &limits), Ok(Role::Watched));
        }
        breaker.unanswered(Role::Watched, 1_000, &limits);
        assert_eq!(breaker.pass(2_000, &limits), Err(9_000));
        assert_eq!(breaker.wait(11_000), None);
        assert_eq!(breaker.pass(11_000, &limits), Ok(Role::Probe), "one to see");
        assert_eq!(breaker.pass(11_000, &limits), Err(60_000), "and no other beside it");
        assert_eq!(breaker.wait(11_000), Some(5_000), "but its answer may come at once");
        breaker.unanswered(Role::Probe, 12_000, &limits);
        assert_eq!(breaker.wait(12_000), Some(20_000), "twice as long");
        assert_eq!(breaker.pass(32_000, &limits), Ok(Role::Probe));
        breaker.answered();
        assert_eq!(breaker.pass(33_000, &limits), Ok(Role::Usual));
    }

    #[test]
    fn those_that_were_under_way_when_it_went_down_do_not_keep_it_down_longer() {
        let (limits, mut breaker) = (limits(), Breaker::default());
        (0..20).for_each(|_| breaker.unanswered(Role::Usual, 0, &limits));
        assert_eq!((breaker.wait(0), breaker.pass(10_000, &limits)), (Some(10_000), Ok(Role::Probe)));
        breaker.unanswered(Role::Watched, 10_000, &limits);
        assert_eq!(breaker.pass(10_000, &limits), Err(60_000), "the one to see is still awaited");
    }

    #[test]
    fn an_answer_in_between_begins_the_count_again() {
        let (limits, mut breaker) = (limits(), Breaker::default());
        for _ in 0..50 {
            breaker.unanswered(Role::Usual, 0, &limits);
            breaker.unanswered(Role::Watched, 0, &limits);
            breaker.answered();
        }
        assert_eq!(breaker.pass(0, &limits), Ok(Role::Usual));
    }

    #[test]
    fn one_that_was_let_through_and_never_heard_of_does_not_close_it_for_good() {
        let (limits, mut breaker) = (limits(), Breaker::default());
        (0..3).for_each(|_| breaker.unanswered(Role::Usual, 0, &limits));
        assert_eq!(breaker.pass(10_000, &limits), Ok(Role::Probe));
        assert_eq!(breaker.pass(69_999, &limits), Err(1));
        assert_eq!(breaker.pass(70_000, &limits), Ok(Role::Probe));
    }

    #[test]
    fn one_that_saw_nothing_leaves_it_to_the_next_and_nobody_elses_place() {
        let (limits, mut breaker) = (limits(), Breaker::default());
        (0..3).for_each(|_| breaker.unanswered(Role::Usual, 0, &limits));
        breaker.unused(Role::Watched, 0);
        assert_eq!(breaker.pass(0, &limits), Err(10_000));
        assert_eq!(breaker.pass(10_000, &limits), Ok(Role::Probe));
        breaker.unused(Role::Watched, 10_000);
        assert_eq!(breaker.pass(10_000, &limits), Err(60_000));
        breaker.unused(Role::Probe, 11_000);
        assert_eq!(breaker.pass(11_000, &limits), Ok(Role::Probe));
    }

    proptest! {
        #[test]
        fn whatever_happens_somebody_is_let_through_in_time(steps in prop::collection::vec((0u8..5, 0i64..30_000), 0..200)) {
            let (limits, mut breaker, mut now) = (limits(), Breaker::default(), 0);
            let mut role = Role::Usual;
            for (step, pause) in steps {
                now += pause;
                match step {
                    0 => role = breaker.pass(now, &limits).unwrap_or(role),
                    1 | 2 => breaker.unanswered(role, now, &limits),
                    3 => breaker.unused(role, now),
                    _ => breaker.answered(),
                }
                let until = breaker.pass(now, &limits).err().unwrap_or(0);
                prop_assert!(until <= 160_000);
                prop_assert!(breaker.wait(now).unwrap_or(0) <= 160_000);
                let read: Breaker = serde_json::from_str(&serde_json::to_string(&breaker).unwrap()).unwrap();
                prop_assert_eq!(&read, &breaker);
            }
        }
    }
}
