//! A circuit breaker: a provider that does not answer is not offered for a while, and is then probed with one payment at
//! a time.

use crate::Limits;
use crate::{stored_enum, stored_struct};
use checkout_wire::Millis;

/// The longest pause, as a multiple of the first one.
const LONGEST: i64 = 16;

/// The longest wait reported while a probe is under way: its answer may come at once.
const LOOK_AGAIN: Millis = Millis::SECOND.times(5);

stored_struct! {
    /// The health of a provider: how many payments it has left unanswered since its last answer, and until when none is
    /// admitted. Stored: add, never change.
    #[derive(Clone, Default, PartialEq, Eq, Debug)]
    pub struct Breaker if any {
        unanswered: u32,
        down_until: Millis,
        /// Whether a probe was admitted and is still without an outcome.
        probing: bool,
    }
}

stored_enum! {
    /// The role of an admitted payment in the breaker.
    #[derive(Clone, Copy, PartialEq, Eq, Debug)]
    pub enum Role or Role::Usual;

    /// The provider answers as usual: another answer changes nothing.
    "usual" = Usual,
    /// The provider has not answered lately: an answer resets the breaker.
    "watched" = Watched,
    /// The provider is down, and this is the one payment that probes it.
    "probe" = Probe,
}

impl Breaker {
    /// Admits a payment and returns its role, or an error with the time until one is admitted. While the provider is down, no other payment
    /// is admitted until the outcome of this one is reported, or its time is over.
    pub fn pass(&mut self, now: Millis, limits: &Limits) -> Result<Role, Millis> {
        if self.down_until > now {
            return Err(self.down_until - now);
        }
        if !self.is_down(limits) {
            return Ok(if self.unanswered > 0 { Role::Watched } else { Role::Usual });
        }
        self.probing = true;
        // Checking the balance, charging and confirming each take as long as a provider may.
        self.down_until = now + limits.provider_timeout_ms.times(3);
        Ok(Role::Probe)
    }

    /// Returns the time to wait before the next look; `None` when a payment would be admitted now.
    pub fn wait(&self, now: Millis) -> Option<Millis> {
        let wait = self.down_until - now;
        Some(if self.probing { wait.min(LOOK_AGAIN) } else { wait }).filter(|wait| *wait > Millis::ZERO)
    }

    /// Records that the provider answered a payment, whatever the answer says.
    pub fn answered(&mut self) {
        *self = Self::default();
    }

    /// Records that the provider left a payment unanswered. While it is down, only the probe counts.
    pub fn unanswered(&mut self, role: Role, now: Millis, limits: &Limits) {
        if self.is_down(limits) && role != Role::Probe {
            return;
        }
        self.probing = false;
        self.unanswered = self.unanswered.saturating_add(1);
        if let Some(again) = self.unanswered.checked_sub(limits.breaker_failures) {
            let times =
                1_i64.checked_shl(again).filter(|times| (1..LONGEST).contains(times)).unwrap_or(LONGEST);
            self.down_until = now + limits.breaker_open_ms.times(times);
        }
    }

    /// Records that a probe made no call with a clear answer: the next payment may probe.
    pub fn unused(&mut self, role: Role, now: Millis) {
        if role == Role::Probe && self.probing {
            self.probing = false;
            self.down_until = now;
        }
    }

    const fn is_down(&self, limits: &Limits) -> bool {
        self.unanswered >= limits.breaker_failures
    }
}

#[cfg(test)]
mod tests;
