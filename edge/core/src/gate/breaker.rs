//! A circuit breaker: a provider that does not answer is not offered for a while, and then tried again with one payment at a time.

use crate::Limits;
use serde::{Deserialize, Serialize};

/// The most a pause grows to, as a multiple of the first one.
const LONGEST: i64 = 16;

/// What is known of a provider's health: how many payments in a row it has not answered, and until when none is let through.
/// Times in milliseconds. Stored: add, never change.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Breaker {
    unanswered: u32,
    down_until: i64,
}

impl Breaker {
    /// Nothing, when a payment may be tried now; else the milliseconds until then. While the provider is down, whoever is let
    /// through is the only one until it has been heard of, or that would have taken too long.
    pub fn pass(&mut self, now: i64, limits: &Limits) -> Option<i64> {
        let wait = self.wait(now);
        if wait.is_none() && self.unanswered >= limits.down_after {
            // Weighing, charging and confirming each take as long as a provider may.
            self.down_until = now + 3 * limits.provider_timeout_ms;
        }
        wait
    }

    /// The milliseconds until a payment is let through again; `None` when one is let through now.
    pub fn wait(&self, now: i64) -> Option<i64> {
        Some(self.down_until - now).filter(|ms| *ms > 0)
    }

    /// Whether a provider that answers is news: then [`Breaker::heard`] wants to know.
    pub fn is_watched(&self) -> bool {
        self.unanswered > 0
    }

    /// A payment that was let through has not called the provider: while that one is down, the next may.
    pub fn unused(&mut self, now: i64, limits: &Limits) {
        if self.unanswered >= limits.down_after {
            self.down_until = now;
        }
    }

    /// A payment was answered, whatever the answer says, or was not.
    pub fn heard(&mut self, answered: bool, now: i64, limits: &Limits) {
        if answered {
            *self = Self::default();
            return;
        }
        self.unanswered = self.unanswered.saturating_add(1);
        if let Some(again) = self.unanswered.checked_sub(limits.down_after) {
            let times =
                1_i64.checked_shl(again).filter(|times| (1..LONGEST).contains(times)).unwrap_or(LONGEST);
            self.down_until = now + limits.down_ms.saturating_mul(times);
        }
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
    fn after_so_many_in_a_row_it_is_closed_and_then_lets_one_through_at_a_time() {
        let (limits, mut breaker) = (limits(), Breaker::default());
        for _ in 0..2 {
            assert_eq!(breaker.pass(0, &limits), None);
            breaker.heard(false, 0, &limits);
        }
        assert_eq!(breaker.pass(0, &limits), None);
        breaker.heard(false, 1_000, &limits);
        assert_eq!(breaker.pass(2_000, &limits), Some(9_000));
        assert_eq!(breaker.wait(11_000), None);
        assert_eq!(breaker.pass(11_000, &limits), None, "one to see");
        assert_eq!(breaker.pass(11_000, &limits), Some(60_000), "and no other beside it");
        breaker.heard(false, 12_000, &limits);
        assert_eq!(breaker.wait(12_000), Some(20_000), "twice as long");
        assert_eq!(breaker.pass(32_000, &limits), None);
        breaker.heard(true, 33_000, &limits);
        assert_eq!((breaker.pass(33_000, &limits), breaker.pass(33_000, &limits)), (None, None));
        assert!(!breaker.is_watched());
    }

    #[test]
    fn an_answer_in_between_begins_the_count_again() {
        let (limits, mut breaker) = (limits(), Breaker::default());
        for _ in 0..50 {
            breaker.heard(false, 0, &limits);
            breaker.heard(false, 0, &limits);
            assert!(breaker.is_watched());
            breaker.heard(true, 0, &limits);
        }
        assert_eq!(breaker.pass(0, &limits), None);
    }

    #[test]
    fn one_that_was_let_through_and_never_heard_of_does_not_close_it_for_good() {
        let (limits, mut breaker) = (limits(), Breaker::default());
        (0..3).for_each(|_| breaker.heard(false, 0, &limits));
        assert_eq!(breaker.pass(10_000, &limits), None);
        assert_eq!(breaker.pass(69_999, &limits), Some(1));
        assert_eq!(breaker.pass(70_000, &limits), None);
    }

    proptest! {
        #[test]
        fn whatever_happens_somebody_is_let_through_in_time(steps in prop::collection::vec((0u8..3, 0i64..30_000), 0..200)) {
            let (limits, mut breaker, mut now) = (limits(), Breaker::default(), 0);
            for (step, pause) in steps {
                now += pause;
                match step {
                    0 => { breaker.pass(now, &limits); }
                    1 => breaker.heard(false, now, &limits),
                    _ => breaker.heard(true, now, &limits),
                }
                prop_assert!(breaker.wait(now).unwrap_or(0) <= 160_000);
                let read: Breaker = serde_json::from_str(&serde_json::to_string(&breaker).unwrap()).unwrap();
                prop_assert_eq!(&read, &breaker);
            }
        }
    }
}
