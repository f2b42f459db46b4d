//! What the shopper has typed into the plain form that the Worker made, carried over into ours.

use crate::{
    dom, state,
    view::{group, read_part},
};
use checkout_present::Field;
use leptos::prelude::document;
use std::cell::RefCell;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

thread_local! {
    static DRAFT: RefCell<Draft> = const { RefCell::new(Draft::EMPTY) };
}

/// What was typed.
#[derive(Clone)]
pub struct Draft {
    /// The way to pay, as `provider` or `provider:provider_code`.
    pub offer: String,
    /// The phone number.
    pub phone: String,
    /// The e-mail address.
    pub email: String,
    /// What concerns this one voucher goes into our inputs as soon as there are any, and is not kept then.
    pin: String,
    amount: String,
}

impl Draft {
    const EMPTY: Self = Self {
        offer: String::new(),
        phone: String::new(),
        email: String::new(),
        pin: String::new(),
        amount: String::new(),
    };
}

/// What was typed.
pub fn kept() -> Draft {
    DRAFT.with_borrow(Clone::clone)
}

/// Keeps what stands in the plain form. What it returns puts PIN, amount, focus and caret into the new one.
pub fn keep() -> impl FnOnce() {
    let value = |selector: &str| plain(selector).map(|input| input.value()).unwrap_or_default();
    if plain("#checkout [name=phone]").is_some() {
        DRAFT.set(Draft {
            offer: value("#checkout [name=offer]:checked"),
            phone: value("#checkout [name=phone]"),
            email: value("#checkout [name=email]"),
            pin: value("#checkout [name=pin]"),
            amount: value("#checkout [name=amount]"),
        });
    }
    let focus =
        plain("#checkout input:focus").map(|input| (input.name(), input.selection_start().ok().flatten()));
    move || {
        DRAFT.with_borrow_mut(|draft| {
            for (field, typed) in [(Field::Pin, &mut draft.pin), (Field::Amount, &mut draft.amount)] {
                let Some(input) = dom::input(field.as_str()) else {
                    return;
                };
                let typed = std::mem::take(typed);
                // A PIN is for the way to pay that it was typed for: its provider may have gone down meanwhile.
                if field == Field::Amount || draft.offer.is_empty() || draft.offer == state::peek().offer {
                    input.set_value(&typed);
                }
            }
        });
        read_part();
        if let Some((name, caret)) = focus
            // The name of a kind of voucher is no id.
            && let Some(input) = dom::input(&name).or_else(|| plain("#checkout :checked"))
        {
            _ = input.focus();
            if let Some(caret) = caret {
                // An e-mail input has no caret to set and says so by an exception.
                _ = input.set_selection_range(caret, caret);
            }
        }
        group(false);
    }
}

fn plain(selector: &str) -> Option<HtmlInputElement> {
    document().query_selector(selector).ok()??.dyn_into().ok()
}
