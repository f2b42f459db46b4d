//! The order in which the events of one object are sent to the merchant's server.
//!
//! First attempts go out in the order of `sequence`. A retry waits for no other event, and no other event waits for it.

use crate::event::pause;
use checkout_wire::Millis;

/// The time after which the next event is sent although the first attempt of an event has no answer.
pub const HEAD_START: Millis = Millis::SECOND;
/// The most first attempts in flight, and the most retries in flight. The runtime opens six connections at a time, and
/// the calls to a provider need one.
const IN_FLIGHT: usize = 2;

/// An event that is still to be delivered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Undelivered {
    /// Its place among the events of the object: 1, 2, 3 …
    pub sequence: i64,
    /// The time of its creation.
    pub created_at: Millis,
    /// The time for which its next attempt was set.
    pub next_at: Millis,
    /// The number of attempts that have begun.
    pub attempts: usize,
    /// The time at which the last of them began.
    pub last_at: Option<Millis>,
}

/// An attempt in flight.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DeliveryAttempt {
    /// The event's `sequence`.
    pub sequence: i64,
    /// The time at which it began.
    pub at: Millis,
    /// Whether it is the first attempt of the event.
    pub is_first: bool,
}

impl Undelivered {
    /// Returns when the next attempt is due. An attempt that began and has no recorded answer counts as unanswered: the process may
    /// have stopped during it, so the usual pause follows it.
    pub fn due_at(&self, pauses: &[Millis]) -> Millis {
        match self.last_at {
            Some(last) if self.next_at <= last => last + pause(self.attempts.saturating_sub(1), pauses),
            _ => self.next_at,
        }
    }

    /// Returns an attempt that begins at `now`.
    pub const fn attempt(&self, now: Millis) -> DeliveryAttempt {
        DeliveryAttempt { sequence: self.sequence, at: now, is_first: self.attempts == 0 }
    }
}

/// Returns the event to send next at `now`, while the attempts `in_flight` have no answer yet; `None` if none may be sent.
pub fn next<'a>(
    undelivered: &'a [Undelivered],
    in_flight: &[DeliveryAttempt],
    pauses: &[Millis],
    now: Millis,
) -> Option<&'a Undelivered> {
    let idle = |one: &&Undelivered| in_flight.iter().all(|attempt| attempt.sequence != one.sequence);
    let under_way = |is_first: bool| in_flight.iter().filter(move |attempt| attempt.is_first == is_first);
    let first = undelivered.iter().filter(|one| one.attempts == 0).min_by_key(|one| one.sequence);
    let first = first.filter(|one| one.due_at(pauses) <= now).filter(|_| {
        under_way(true).count() < IN_FLIGHT && under_way(true).all(|attempt| now - attempt.at >= HEAD_START)
    });
    first.or_else(|| {
        let retries = undelivered.iter().filter(|one| one.attempts > 0 && one.due_at(pauses) <= now);
        let retry = retries.filter(idle).min_by_key(|one| (one.due_at(pauses), one.sequence));
        retry.filter(|_| under_way(false).count() < IN_FLIGHT)
    })
}

/// Returns when the next attempt is due; `None` without an undelivered event.
pub fn next_due(undelivered: &[Undelivered], pauses: &[Millis]) -> Option<Millis> {
    let first = undelivered.iter().filter(|one| one.attempts == 0).min_by_key(|one| one.sequence);
    let retries = undelivered.iter().filter(|one| one.attempts > 0);
    retries.chain(first).map(|one| one.due_at(pauses)).min()
}

#[cfg(test)]
mod tests;
