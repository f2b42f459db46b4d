//! A provider's own limit on calls, respected before the provider enforces it: at most `limit` calls in any window of `period`.

use crate::stored_newtype;
use checkout_wire::Millis;

/// The time added to a provider's period: the provider counts a call when it arrives, we when it is
/// admitted, and of calls admitted together the later ones are sent once the earlier ones are answered.
pub const MARGIN: Millis = Millis::SECOND.times(5);

stored_newtype! {
    /// The calls admitted lately: when each stops counting, oldest first.
    #[derive(Clone, Default, Debug, PartialEq, Eq)]
    pub struct Window(Vec<Millis>);
}

impl Window {
    /// Admits `calls` together if that keeps within `limit` per `period`; otherwise returns the time until there is
    /// room. More calls at once than the limit count as the limit.
    pub fn pass(&mut self, calls: usize, limit: usize, period: Millis, now: Millis) -> Option<Millis> {
        self.0.retain(|until| *until > now);
        let calls = calls.clamp(1, limit.max(1));
        let excess = (self.0.len() + calls).saturating_sub(limit.max(1));
        match excess.checked_sub(1).and_then(|last| self.0.get(last)) {
            Some(until) => Some(*until - now),
            None => {
                self.0.extend(core::iter::repeat_n(now + period + MARGIN, calls));
                None
            }
        }
    }

    /// Returns how many calls count at `now`.
    pub fn count(&self, now: Millis) -> usize {
        self.0.iter().filter(|until| **until > now).count()
    }

    /// Returns the time from `now` until this many calls have stopped counting; `None` if fewer count.
    pub fn frees(&self, calls: usize, now: Millis) -> Option<Millis> {
        let mut counting = self.0.iter().filter(|until| **until > now);
        counting.nth(calls.checked_sub(1)?).map(|until| *until - now)
    }

    /// Gives back calls that were admitted together and not made; `until` is when they would stop counting.
    pub fn give_back(&mut self, calls: usize, until: Millis) {
        for _ in 0..calls {
            if let Some(place) = self.0.iter().position(|end| *end == until) {
                self.0.remove(place);
            }
        }
    }

    /// Admits nothing until a whole period has passed: the provider reported too many calls.
    pub fn close(&mut self, limit: usize, period: Millis, now: Millis) {
        self.0 = vec![now + period + MARGIN; limit.max(1)];
    }
}

#[cfg(test)]
mod tests;
