//! An append-only ledger, and the state computed from its entries.
//!
//! The ledger is the source of truth. Its state stays in memory, so that a step does not replay every step before it;
//! writes go through the state to the ledger, and after a failed write the state is read again.

use checkout_wire::Millis;
use std::cell::RefCell;
use std::rc::Rc;

/// A state computed from a ledger's entries.
pub trait Replay: Clone {
    /// One entry of the ledger.
    type Entry: Clone;

    /// Starts with the ledger's first entry, written at `at`; `None` when a ledger cannot start with it.
    fn begin(at: Millis, first: Self::Entry) -> Option<Self>;

    /// Applies one more entry, written at `at`.
    fn apply(&mut self, at: Millis, entry: Self::Entry);

    /// Replays a ledger, oldest entry first; `None` for one that is empty or has an invalid first entry.
    fn replay(ledger: impl IntoIterator<Item = (Millis, Self::Entry)>) -> Option<Self> {
        let mut entries = ledger.into_iter();
        let (at, first) = entries.next()?;
        let mut state = Self::begin(at, first)?;
        entries.for_each(|(at, entry)| state.apply(at, entry));
        Some(state)
    }

    /// Applies entries that are written together at `at` to a state, or to an empty ledger.
    fn after(before: Option<&Self>, at: Millis, entries: &[Self::Entry]) -> Option<Self> {
        let mut entries = entries.iter().cloned();
        let mut state = match before {
            Some(state) => state.clone(),
            None => Self::begin(at, entries.next()?)?,
        };
        entries.for_each(|entry| state.apply(at, entry));
        Some(state)
    }
}

/// The state of one ledger, kept in memory: read on first use, and written through.
pub struct Kept<S>(RefCell<Memory<S>>);

enum Memory<S> {
    /// The state is still to be read from the ledger.
    Unread,
    /// The state after all entries; `None` for an empty ledger.
    Read(Option<Rc<S>>),
}

impl<S> Default for Kept<S> {
    fn default() -> Self {
        Self(RefCell::new(Memory::Unread))
    }
}

impl<S: Replay> Kept<S> {
    /// Returns the state, and calls `read` for the ledger if the state is not in memory. `None` for an empty ledger.
    pub fn state<E>(
        &self,
        read: impl FnOnce() -> Result<Vec<(Millis, S::Entry)>, E>,
    ) -> Result<Option<Rc<S>>, E> {
        if let Memory::Read(state) = &*self.0.borrow() {
            return Ok(state.clone());
        }
        let state = S::replay(read()?).map(Rc::new);
        self.0.replace(Memory::Read(state.clone()));
        Ok(state)
    }

    /// Writes through `persist` and keeps `after` as the state. After an error the state is read again, because the write may have taken
    /// effect.
    pub fn write<E>(&self, after: Option<S>, persist: impl FnOnce() -> Result<(), E>) -> Result<(), E> {
        self.forget();
        persist()?;
        self.0.replace(Memory::Read(after.map(Rc::new)));
        Ok(())
    }

    /// Forgets the state, so that the next use reads it again.
    pub fn forget(&self) {
        self.0.replace(Memory::Unread);
    }
}

#[cfg(test)]
mod tests;
