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
mod tests;
