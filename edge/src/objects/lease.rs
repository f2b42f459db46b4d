//! A lease in an object's memory: one request at a time may hold it. It expires by itself, because the future of a disconnected caller may
//! be neither resumed nor dropped, and must not block other requests.

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

    /// Takes the lease for at most this long. Dropping the returned guard releases it earlier.
    pub fn hold(&self, time: Millis) -> Held<'_> {
        let until = now() + time;
        self.0.set(until);
        Held { lease: self, until }
    }
}

/// A held lease, released on drop.
pub struct Held<'a> {
    lease: &'a Lease,
    until: Millis,
}

impl Held<'_> {
    /// Returns whether the lease is still this request's: it has not expired, and no other request has taken it since.
    pub fn is_valid(&self) -> bool {
        self.lease.is_held() && self.is_own()
    }

    fn is_own(&self) -> bool {
        self.lease.0.get() == self.until
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        // A late drop does not release the lease of another request.
        if self.is_own() {
            self.lease.0.set(Millis::ZERO);
        }
    }
}
