//! A provider's own limit on calls, kept before it is met: at most so many in any window of so many milliseconds.

use serde::{Deserialize, Serialize};

/// Time on top of a provider's period: it counts when a call arrives, we count when it is let through, and of the calls
/// let through together the later ones are sent only after the earlier ones are answered.
pub const MARGIN_MS: i64 = 5_000;

/// The calls let through lately: when each stops counting, in milliseconds, oldest first.
#[derive(Clone, Default, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window(Vec<i64>);

impl Window {
    /// Lets `calls` through together if that keeps within `limit` per `period_ms`, or says after how many milliseconds there will
    /// be room. More calls at once than the limit are treated as the limit.
    pub fn pass(&mut self, calls: usize, limit: usize, period_ms: i64, now: i64) -> Option<i64> {
        self.0.retain(|until| *until > now);
        let calls = calls.clamp(1, limit.max(1));
        let excess = (self.0.len() + calls).saturating_sub(limit.max(1));
        match excess.checked_sub(1).and_then(|last| self.0.get(last)) {
            Some(until) => Some(until - now),
            None => {
                self.0.extend(core::iter::repeat_n(now + period_ms + MARGIN_MS, calls));
                None
            }
        }
    }

    /// Nothing more until a whole period has passed: the provider said that it had too many calls.
    pub fn close(&mut self, limit: usize, period_ms: i64, now: i64) {
        self.0 = vec![now + period_ms + MARGIN_MS; limit.max(1)];
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn five_calls_in_sixty_seconds() {
        let mut window = Window::default();
        assert_eq!(window.pass(2, 5, 60_000, 0), None);
        assert_eq!(window.pass(2, 5, 60_000, 1_000), None);
        assert_eq!(window.pass(2, 5, 60_000, 2_000), Some(63_000));
        assert_eq!(window.pass(1, 5, 60_000, 2_000), None);
        assert_eq!(window.pass(1, 5, 60_000, 3_000), Some(62_000));
        assert_eq!(window.pass(1, 5, 60_000, 65_000), None);
        window.close(5, 60_000, 70_000);
        assert_eq!(window.pass(1, 5, 60_000, 70_001), Some(64_999));
    }

    proptest! {
        #[test]
        fn never_more_than_the_limit_in_any_window(steps in prop::collection::vec((1usize..3, 0i64..30_000), 1..200)) {
            let (mut window, mut now, mut sent) = (Window::default(), 0, Vec::new());
            for (calls, pause) in steps {
                now += pause;
                match window.pass(calls, 5, 60_000, now) {
                    None => sent.extend(core::iter::repeat_n(now, calls)),
                    Some(ms) => prop_assert!(ms > 0 && ms <= 65_000),
                }
                prop_assert!(sent.iter().filter(|at| **at > now - 60_000).count() <= 5);
            }
        }
    }
}
