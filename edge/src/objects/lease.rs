//! A lease in an object's memory on something that one request at a time may do. It ends by itself: a future whose caller went
//! away may never be continued, nor dropped, and must not keep everybody else out.

use crate::runtime::now;
use std::cell::Cell;

/// The time until which a request holds the lease, in milliseconds.
#[derive(Default)]
pub struct Lease(Cell<i64>);

impl Lease {
    /// Returns whether a request holds it.
    pub fn is_held(&self) -> bool {
        self.0.get() > now()
    }

    /// Takes the lease for so many milliseconds at most. Dropping what is returned gives it back before.
    pub fn hold(&self, ms: i64) -> Held<'_> {
        let until = now() + ms;
        self.0.set(until);
        Held { lease: self, until }
    }
}

/// A lease that is held, given back when this is dropped.
pub struct Held<'a> {
    lease: &'a Lease,
    until: i64,
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        // One that ends late frees nobody else's.
        if self.lease.0.get() == self.until {
            self.lease.0.set(0);
        }
    }
}
