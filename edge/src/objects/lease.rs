//! A lease in an object's memory on something that one request at a time may do. It ends by itself: a future whose caller went
//! away may never be continued, nor dropped, and must not keep everybody else out.

use crate::runtime::now;
use checkout_wire::Millis;
use std::cell::Cell;

/// The time until which a request holds the lease.
#[derive(Default)]
pub struct Lease(Cell<Millis>);

impl Lease {
    /// Returns whether a request holds it.
    pub fn is_held(&self) -> bool {
        self.0.get() > now()
    }

    /// Takes the lease for this long at most. Dropping what is returned gives it back before.
    pub fn hold(&self, time: Millis) -> Held<'_> {
        let until = now() + time;
        self.0.set(until);
        Held { lease: self, until }
    }
}

/// A lease that is held, given back when this is dropped.
pub struct Held<'a> {
    lease: &'a Lease,
    until: Millis,
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        // One that ends late frees nobody else's.
        if self.lease.0.get() == self.until {
            self.lease.0.set(Millis::ZERO);
        }
    }
}
