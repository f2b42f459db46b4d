//! A mark in an object's memory that something is under way. It ends by itself: a future whose caller went away may never
//! be continued, nor dropped, and must not keep everybody else out.

use crate::runtime::now;
use std::cell::Cell;

/// Until when something counts as under way, in milliseconds.
#[derive(Default)]
pub struct Mark(Cell<i64>);

impl Mark {
    /// Whether something is under way.
    pub fn is_held(&self) -> bool {
        self.0.get() > now()
    }

    /// Holds the mark for so many milliseconds at most; dropping what is returned gives it back before.
    pub fn hold(&self, ms: i64) -> Held<'_> {
        let until = now() + ms;
        self.0.set(until);
        Held { mark: self, until }
    }
}

/// Held while something is under way; given back however that ends.
pub struct Held<'a> {
    mark: &'a Mark,
    until: i64,
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        // One that ends late frees nobody else's.
        if self.mark.0.get() == self.until {
            self.mark.0.set(0);
        }
    }
}
