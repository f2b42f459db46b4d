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
        // Checking the balance, charging and confirming each take as long as a provider may.
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
        if let Some(again) = self.unanswered.checked_sub(limits.breaker_failures) {
            let times =
                1_i64.checked_shl(again).filter(|times| (1..LONGEST).contains(times)).unwrap_or(LONGEST);
            self.down_until = now + limits.breaker_open_ms.saturating_mul(times);
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
        self.unanswered >= limits.breaker_failures
    }
}

#[cfg(test)]
mod tests;
