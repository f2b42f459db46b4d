//! The brake of a provider: when most recent tries have failed, over all sessions, a session that has paid nothing yet gets one try a
//! minute. A session that has paid something is not delayed; a guesser with thousands of sessions gets at most that many tries a minute.
//!
//! The tries are counted in shards, so that no single object handles every shopper's request. Sessions are assigned to shards at random, so
//! each shard detects an attack by itself.

use crate::{Limits, Session, stored_struct};
use checkout_wire::{Millis, SessionId};

/// The number of shards of a provider.
pub const SHARDS: [char; 16] =
    ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
/// The number of minutes that are counted.
const WINDOW_MINUTES: i64 = 10;
/// The pause of a session between two tries.
const PAUSE: Millis = Millis::MINUTE;

/// Returns the name of the object that counts the tries at a provider for one of the [`SHARDS`]. A storage key: its form never changes.
pub fn shard_name(provider: &str, shard: char) -> String {
    format!("brake-{provider}-{shard}")
}

/// Returns the shard of a session, by the first of its random digits.
pub fn shard_of(session: &SessionId) -> char {
    session.digits().chars().next().unwrap_or('0')
}

stored_struct! {
    /// The tries of one shard. Stored: add, never change a name.
    #[derive(Clone, Default, PartialEq, Eq, Debug)]
    pub struct Brake if any {
        minutes: Vec<Minute>,
    }
}

stored_struct! {
    /// The tries of one minute.
    #[derive(Clone, PartialEq, Eq, Debug)]
    struct Minute {
        /// Minutes since 1970.
        minute: i64,
        tried: u64,
        failed: u64,
    }
}

impl Brake {
    /// Counts a try whose outcome is known.
    pub fn count(&mut self, failed: bool, now: Millis) {
        let minute = now.0 / Millis::MINUTE.0;
        self.minutes.retain(|known| known.minute + WINDOW_MINUTES > minute);
        let place = self.minutes.iter().position(|known| known.minute == minute).unwrap_or_else(|| {
            self.minutes.push(Minute { minute, tried: 0, failed: 0 });
            self.minutes.len() - 1
        });
        if let Some(known) = self.minutes.get_mut(place) {
            known.tried += 1;
            known.failed += u64::from(failed);
        }
    }

    /// Returns whether the brake is on: enough tries have failed, in number and in share of all tries.
    pub fn is_on(&self, limits: &Limits, now: Millis) -> bool {
        let minute = now.0 / Millis::MINUTE.0;
        let recent = self.minutes.iter().filter(|known| known.minute + WINDOW_MINUTES > minute);
        let (tried, failed) =
            recent.fold((0, 0), |(tried, failed), known| (tried + known.tried, failed + known.failed));
        failed >= limits.brake_after_failed && failed * 100 >= tried * limits.brake_failed_percent
    }

    /// Returns when its last minute no longer counts.
    pub fn forget_at(&self) -> Option<Millis> {
        let last = self.minutes.iter().map(|known| known.minute).max()?;
        Some(Millis((last + WINDOW_MINUTES) * Millis::MINUTE.0))
    }
}

impl Session {
    /// Returns how long the brake holds this session back; `None` if it has paid something, or has not tried lately.
    pub fn braked_for(&self, now: Millis) -> Option<Millis> {
        if self.redemptions.iter().any(|redemption| redemption.is_success()) {
            return None;
        }
        let last = self.redemptions.iter().map(|redemption| redemption.created_at).max()?;
        Some(last + PAUSE - now).filter(|wait| *wait > Millis::ZERO)
    }
}

#[cfg(test)]
mod tests;
