//! The delivery of the events of one object to the merchant's server: their order, and the pauses between attempts.
//!
//! First attempts go out in the order of `sequence`. A retry waits for no other event, and no other event waits for it.

use checkout_wire::{Millis, Seconds};

/// The time for which an event is retried.
pub const TRIED_FOR: Millis = Millis::DAY.times(30);
/// The number of redirects in a row after which the address counts as gone.
const REDIRECTS: usize = 10;

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
    let idle = |event: &&Undelivered| in_flight.iter().all(|attempt| attempt.sequence != event.sequence);
    let under_way = |is_first: bool| in_flight.iter().filter(move |attempt| attempt.is_first == is_first);
    let first = undelivered.iter().filter(|event| event.attempts == 0).min_by_key(|event| event.sequence);
    let first = first.filter(|event| event.due_at(pauses) <= now).filter(|_| {
        under_way(true).count() < IN_FLIGHT && under_way(true).all(|attempt| now - attempt.at >= HEAD_START)
    });
    first.or_else(|| {
        let retries = undelivered.iter().filter(|event| event.attempts > 0 && event.due_at(pauses) <= now);
        let retry = retries.filter(idle).min_by_key(|event| (event.due_at(pauses), event.sequence));
        retry.filter(|_| under_way(false).count() < IN_FLIGHT)
    })
}

/// Returns when the next attempt is due; `None` without an undelivered event.
pub fn next_due(undelivered: &[Undelivered], pauses: &[Millis]) -> Option<Millis> {
    let first = undelivered.iter().filter(|event| event.attempts == 0).min_by_key(|event| event.sequence);
    let retries = undelivered.iter().filter(|event| event.attempts > 0);
    retries.chain(first).map(|event| event.due_at(pauses)).min()
}

/// The state of an event's delivery.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Delivery {
    /// The event is due for an attempt at this time.
    Pending(Millis),
    /// The merchant's server has accepted the event.
    Delivered,
    /// The event was tried for 30 days.
    GivenUp,
    /// The merchant's server answered 410, or redirected every attempt.
    Gone,
    /// The endpoint does not receive events of this type.
    NotWanted,
}

impl Delivery {
    /// Returns its name in the API and in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Delivery::Pending(_) => "pending",
            Delivery::Delivered => "delivered",
            Delivery::GivenUp => "given_up",
            Delivery::Gone => "gone",
            Delivery::NotWanted => "not_wanted",
        }
    }
}

/// Returns the state after an attempt. `status` is the HTTP status of the answer, `None` when there was none; `before`
/// are those of the earlier attempts, oldest first; `since` is when the event was made; `chance` is a random number.
pub fn tried(
    status: Option<u16>,
    before: &[Option<u16>],
    since: Millis,
    now: Millis,
    pauses: &[Millis],
    chance: u32,
) -> Delivery {
    let redirects = |status: &Option<u16>| status.is_some_and(|status| (300..400).contains(&status));
    match status {
        Some(200..=299) => Delivery::Delivered,
        Some(410) => Delivery::Gone,
        status
            if redirects(&status)
                && before.iter().rev().take_while(|status| redirects(status)).count() + 1 >= REDIRECTS =>
        {
            Delivery::Gone
        }
        _ => {
            let pause = pause(before.len(), pauses);
            // Up to a fifth is added, so that deliveries that failed together are not retried together.
            let extra = Millis(pause.0 * i64::from(chance % 1_000) / 5_000);
            let next = now + pause + extra;
            if next - since > TRIED_FOR { Delivery::GivenUp } else { Delivery::Pending(next) }
        }
    }
}

/// Returns the pause after an attempt that `before` others preceded; the last pause is repeated.
fn pause(before: usize, pauses: &[Millis]) -> Millis {
    pauses.get(before).or(pauses.last()).copied().unwrap_or(Millis::HOUR)
}

/// Returns the default pauses between attempts; the last one is repeated.
pub fn default_pauses() -> Vec<Millis> {
    let seconds = [5, 20].map(|seconds| Seconds(seconds).to_millis());
    let minutes = [1, 5, 15, 30].map(|minutes| Millis::MINUTE.times(minutes));
    let hours = [1, 2, 4, 8, 12].map(|hours| Millis::HOUR.times(hours));
    seconds.into_iter().chain(minutes).chain(hours).collect()
}

#[cfg(test)]
mod tests;
