//! The unknown outcomes that wait for a call to their provider.

use crate::{stored_newtype, stored_struct};
use checkout_wire::Millis;

/// The time after its turn for which an outcome keeps its place: its object may be late, or may no longer need the call.
const GRACE: Millis = Millis::SECOND.times(10);
/// The most outcomes that can wait. Further ones get calls in no fixed order.
const MOST: usize = 500;

stored_struct! {
    /// An unknown outcome that waits. Stored: add, never change.
    #[derive(Clone, PartialEq, Eq, Debug)]
    struct Waiting {
        payment: u64,
        since: Millis,
        /// The time at which it loses its place.
        until: Millis,
    }
}

stored_newtype! {
    /// The outcomes that wait.
    #[derive(Clone, Default, PartialEq, Eq, Debug)]
    pub struct Queue(Vec<Waiting>);
}

impl Queue {
    /// Adds the outcome to the queue, and returns how many older ones are ahead of it at `now`.
    pub fn enter(&mut self, payment: u64, since: Millis, now: Millis) -> usize {
        self.0.retain(|waiting| waiting.until > now && waiting.payment != payment);
        let older =
            self.0.iter().filter(|waiting| (waiting.since, waiting.payment) < (since, payment)).count();
        if self.0.len() < MOST {
            self.0.push(Waiting { payment, since, until: now + GRACE });
        }
        older
    }

    /// Keeps the place of an outcome until it asks again at `at`.
    pub fn wait(&mut self, payment: u64, at: Millis) {
        if let Some(waiting) = self.0.iter_mut().find(|waiting| waiting.payment == payment) {
            waiting.until = at + GRACE;
        }
    }

    /// Removes an outcome whose call is admitted.
    pub fn leave(&mut self, payment: u64) {
        self.0.retain(|waiting| waiting.payment != payment);
    }
}
