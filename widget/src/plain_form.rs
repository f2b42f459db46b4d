//! The plain form in the Worker's page: its values move into the widget's form when that replaces it.

use crate::{
    dom, state,
    view::{group_pin, read_part},
};
use checkout_present::Field;
use leptos::prelude::document;
use std::cell::RefCell;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

thread_local! {
    static SAVED: RefCell<PlainForm> = const { RefCell::new(PlainForm::EMPTY) };
}

/// The values of the plain form.
#[derive(Clone)]
pub struct PlainForm {
    /// The key of the chosen offer: `provider` or `provider:provider_code`.
    pub offer: String,
    /// The phone number.
    pub phone: String,
    /// The e-mail address.
    pub email: String,
    /// The PIN. It moves into the widget's input as soon as there is one and is not kept here.
    pin: String,
    /// The amount, which moves in the same way.
    amount: String,
}

impl PlainForm {
    const EMPTY: Self = Self {
        offer: String::new(),
        phone: String::new(),
        email: String::new(),
        pin: String::new(),
        amount: String::new(),
    };
}

/// Returns the saved values.
pub fn saved() -> PlainForm {
    SAVED.with_borrow(Clone::clone)
}

/// Saves the values of the plain form. The returned function moves PIN, amount, focus and caret into the widget's form.
pub fn save() -> impl FnOnce() {
    let value = |selector: &str| query_input(selector).map(|input| input.value()).unwrap_or_default();
    if query_input("#checkout [name=phone]").is_some() {
        SAVED.set(PlainForm {
            offer: value("#checkout [name=offer]:checked"),
            phone: value("#checkout [name=phone]"),
            email: value("#checkout [name=email]"),
            pin: value("#checkout [name=pin]"),
            amount: value("#checkout [name=amount]"),
        });
    }
    let focus = query_input("#checkout input:focus")
        .map(|input| (input.name(), input.selection_start().ok().flatten()));
    move || {
        SAVED.with_borrow_mut(|saved| {
            for (field, typed) in [(Field::Pin, &mut saved.pin), (Field::Amount, &mut saved.amount)] {
                let Some(input) = dom::input(field.as_str()) else {
                    return;
                };
                let typed = std::mem::take(typed);
                // A PIN belongs to the offer it was typed for. That offer's provider may be down now.
                if field == Field::Amount || saved.offer.is_empty() || saved.offer == state::untracked().offer
                {
                    input.set_value(&typed);
                }
            }
        });
        read_part();
        if let Some((name, caret)) = focus
            // The radio buttons have no id: their name is `offer`.
            && let Some(input) = dom::input(&name).or_else(|| query_input("#checkout :checked"))
        {
            _ = input.focus();
            if let Some(caret) = caret {
                // Throws for an e-mail input, which has no selection.
                _ = input.set_selection_range(caret, caret);
            }
        }
        group_pin(false);
    }
}

fn query_input(selector: &str) -> Option<HtmlInputElement> {
    document().query_selector(selector).ok()??.dyn_into().ok()
}
