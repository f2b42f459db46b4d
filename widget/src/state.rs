//! All that the view shows, and the one signal that says it has changed.

use crate::flow::Flow;
use checkout_present::Field;
use leptos::prelude::*;
use std::{cell::RefCell, rc::Rc};

/// What the view shows.
#[derive(Clone)]
pub struct State {
    /// What is known about the checkout.
    pub flow: Flow,
    /// The way to pay that is chosen, as `provider` or `provider:provider_code`.
    pub offer: String,
    /// The part that this voucher is to pay, where that is not all that remains.
    pub part: Option<i64>,
    /// What is wrong at each field; empty when nothing is.
    pub wrong: Wrong,
    /// The last change of state in words, for a screen reader.
    pub live: String,
    /// What became of the last copying.
    pub said: String,
}

/// What is wrong at each field; empty when nothing is.
#[derive(Clone, Default)]
pub struct Wrong {
    pin: String,
    phone: String,
    email: String,
    amount: String,
}

impl Wrong {
    /// What is wrong there.
    pub fn at(&self, field: Field) -> &str {
        match field {
            Field::Pin => &self.pin,
            Field::Phone => &self.phone,
            Field::Email => &self.email,
            Field::Amount => &self.amount,
        }
    }

    /// Says what is wrong there.
    pub fn set(&mut self, field: Field, text: String) {
        match field {
            Field::Pin => self.pin = text,
            Field::Phone => self.phone = text,
            Field::Email => self.email = text,
            Field::Amount => self.amount = text,
        }
    }
}

/// Replaces what is known at the start.
pub fn open(flow: Flow) {
    change(|state| state.flow = flow);
}

/// What it is now; an effect that asks is run again when it changes.
pub fn now() -> Rc<State> {
    CHANGED.with(Track::track);
    peek()
}

/// What it is now, for those who act on it once.
pub fn peek() -> Rc<State> {
    STATE.with_borrow(Rc::clone)
}

/// Changes it.
pub fn change(change: impl FnOnce(&mut State)) {
    let mut state = peek();
    change(Rc::make_mut(&mut state));
    STATE.set(state);
    CHANGED.with(Notify::notify);
}

thread_local! {
    static STATE: RefCell<Rc<State>> = RefCell::new(Rc::new(State {
        flow: Flow::new(None, true),
        offer: String::new(),
        part: None,
        wrong: Wrong::default(),
        live: String::new(),
        said: String::new(),
    }));
    // A trigger for everything: each type in a signal of its own costs a shopper a kilobyte.
    static CHANGED: ArcTrigger = ArcTrigger::new();
}
