//! An append-only ledger, and the state that its entries add up to.
//!
//! The ledger is the truth. Its state stands in memory beside it, so that a step does not replay every step before it; what
//! is written goes through the state to the ledger, and a write that fails has the state read again.

use std::cell::RefCell;
use std::rc::Rc;

/// A state that the entries of a ledger add up to.
pub trait Replay: Clone {
    /// One entry of the ledger.
    type Entry: Clone;

    /// Begins with the ledger's first entry, written at `at` (milliseconds); `None` when a ledger cannot begin with it.
    fn begin(at: i64, first: Self::Entry) -> Option<Self>;

    /// Applies one more entry, written at `at` (milliseconds).
    fn apply(&mut self, at: i64, entry: Self::Entry);

    /// Adds up a ledger, oldest entry first; `None` for one that is empty or cannot begin as it does.
    fn replay(ledger: impl IntoIterator<Item = (i64, Self::Entry)>) -> Option<Self> {
        let mut entries = ledger.into_iter();
        let (at, first) = entries.next()?;
        let mut state = Self::begin(at, first)?;
        entries.for_each(|(at, entry)| state.apply(at, entry));
        Some(state)
    }

    /// Adds entries that are written together at `at` to a state, or to none yet.
    fn after(before: Option<&Self>, at: i64, entries: &[Self::Entry]) -> Option<Self> {
        let mut entries = entries.iter().cloned();
        let mut state = match before {
            Some(state) => state.clone(),
            None => Self::begin(at, entries.next()?)?,
        };
        entries.for_each(|entry| state.apply(at, entry));
        Some(state)
    }
}

/// The state of one ledger, kept in memory: read when it is first asked for, and written through.
pub struct Kept<S>(RefCell<Memory<S>>);

enum Memory<S> {
    /// To be read from the ledger.
    Unread,
    /// What the ledger adds up to; `None` for an empty one.
    Read(Option<Rc<S>>),
}

impl<S> Default for Kept<S> {
    fn default() -> Self {
        Self(RefCell::new(Memory::Unread))
    }
}

impl<S: Replay> Kept<S> {
    /// Returns the state; `read` is called for the ledger when it is not in memory. `None` for an empty ledger.
    pub fn state<E>(
        &self,
        read: impl FnOnce() -> Result<Vec<(i64, S::Entry)>, E>,
    ) -> Result<Option<Rc<S>>, E> {
        if let Memory::Read(state) = &*self.0.borrow() {
            return Ok(state.clone());
        }
        let state = S::replay(read()?).map(Rc::new);
        self.0.replace(Memory::Read(state.clone()));
        Ok(state)
    }

    /// Has `persist` write what makes `after` out of the state, and takes `after` up once that is written. An error leaves the
    /// state to be read again: nobody has to know how far the write came.
    pub fn write<E>(&self, after: Option<S>, persist: impl FnOnce() -> Result<(), E>) -> Result<(), E> {
        self.forget();
        persist()?;
        self.0.replace(Memory::Read(after.map(Rc::new)));
        Ok(())
    }

    /// Forgets the state: it is read again when it is asked for.
    pub fn forget(&self) {
        self.0.replace(Memory::Unread);
    }
}

#[cfg(test)]
mod tests;
