//! The state that the view renders, behind one signal.

use crate::flow::Flow;
use checkout_present::Field;
use checkout_wire::Minor;
use leptos::prelude::*;
use std::{cell::RefCell, rc::Rc};

/// The state that the view renders.
#[derive(Clone)]
pub struct State {
    /// The state of the checkout.
    pub flow: Flow,
    /// The key of the chosen offer: `provider` or `provider:provider_code`.
    pub offer: String,
    /// The part that this voucher shall pay; `None` for the whole remaining amount.
    pub part: Option<Minor>,
    /// The error text of each field.
    pub errors: FieldErrors,
    /// The last announcement to screen readers.
    pub announcement: String,
    /// The result of the last copy to the clipboard, as a text.
    pub copy_result: String,
}

/// The error text of each field; empty for a field without an error.
#[derive(Clone, Default)]
pub struct FieldErrors {
    pin: String,
    phone: String,
    email: String,
    amount: String,
}

impl FieldErrors {
    /// Returns the error text of that field.
    pub fn at(&self, field: Field) -> &str {
        match field {
            Field::Pin => &self.pin,
            Field::Phone => &self.phone,
            Field::Email => &self.email,
            Field::Amount => &self.amount,
        }
    }

    /// Sets the error text of that field.
    pub fn set(&mut self, field: Field, text: String) {
        match field {
            Field::Pin => self.pin = text,
            Field::Phone => self.phone = text,
            Field::Email => self.email = text,
            Field::Amount => self.amount = text,
        }
    }
}

/// Sets the state of the checkout at the start.
pub fn init(flow: Flow) {
    update(|state| state.flow = flow);
}

/// Returns the state and tracks it: the calling effect runs again when the state changes.
pub fn tracked() -> Rc<State> {
    CHANGED.with(Track::track);
    untracked()
}

/// Returns the state without tracking it.
pub fn untracked() -> Rc<State> {
    STATE.with_borrow(Rc::clone)
}

/// Updates the state and notifies every effect that tracks it.
pub fn update(update: impl FnOnce(&mut State)) {
    let mut state = untracked();
    update(Rc::make_mut(&mut state));
    STATE.set(state);
    CHANGED.with(Notify::notify);
}

thread_local! {
    static STATE: RefCell<Rc<State>> = RefCell::new(Rc::new(State {
        flow: Flow::new(None, true),
        offer: String::new(),
        part: None,
        errors: FieldErrors::default(),
        announcement: String::new(),
        copy_result: String::new(),
    }));
    // One trigger for the whole state: every type in a signal of its own adds a kilobyte to the download.
    static CHANGED: ArcTrigger = ArcTrigger::new();
}
