//! One field of the form: label, hint, input and what is wrong with it.

use super::form::chosen;
use super::tag::{Tag, tag};
use crate::flow::Field;
use crate::intl::{count, phone_example};
use crate::page::{filled, text};
use crate::state;
use crate::{check, dom, pin_input::regroup};
use checkout_wire::{Alphabet, Word};
use wasm_bindgen::JsCast;
use web_sys::{Event, InputEvent};

/// The field, with that text in it.
pub fn field(field: Field, value: &str) -> Tag {
    let name = field.name();
    let (word, kind, fill_in) = match field {
        Field::Pin => (Word::Pin, "text", "off"),
        Field::Phone => (Word::Phone, "tel", "tel"),
        Field::Email => (Word::Email, "email", "email"),
    };
    let mode = move || match field {
        Field::Pin if !letters() => Some("numeric"),
        _ => Some(kind),
    };
    let error_id = [name, "-error"].concat();
    let hint_id = [name, "-hint"].concat();
    let described = [&error_id, " ", &hint_id].concat();
    let mut input = tag("input");
    for (attribute, value) in [
        ("id", name),
        ("name", name),
        ("type", kind),
        ("value", value),
        ("autocomplete", fill_in),
        ("autocapitalize", "none"),
        ("spellcheck", "false"),
        ("enterkeyhint", "go"),
        ("dir", "ltr"),
        ("required", ""),
        ("aria-describedby", &described),
    ] {
        input = input.attr(attribute, value);
    }
    let input = input
        .follow("inputmode", mode)
        .follow("readonly", move || state::now().flow.busy().then_some(""))
        .follow("aria-invalid", move || (!state::now().wrong.at(field).is_empty()).then_some("true"))
        .on("input", move |event| typed(field, event))
        .on("blur", move |_| left(field));
    tag("div")
        .class("field")
        .follow("hidden", move || (field == Field::Email && !needs_email()).then_some(""))
        .child(tag("label").attr("for", name).text(&text(word)))
        .child(tag("p").class("hint").attr("id", &hint_id).words(move || hint(field)))
        .child(input)
        .child(
            tag("p")
                .class("error")
                .attr("id", &error_id)
                .words(move || state::now().wrong.at(field).to_owned()),
        )
}

/// Whether what is typed there will do; says what is wrong when it will not.
pub fn check_now(field: Field) -> bool {
    let state = state::peek();
    let Some(offer) = chosen(&state) else {
        return false;
    };
    let word = check::problem(field, &dom::value(field.name()), offer);
    let example = phone_example(offer.phone_country);
    let said = word.map(|word| filled(word, &[("count", &count(&offer.pin)), ("example", example)]));
    let said = said.unwrap_or_default();
    if said != state.wrong.at(field) {
        state::change(|state| state.wrong.set(field, said));
    }
    word.is_none()
}

fn typed(field: Field, event: Event) {
    let event: InputEvent = event.unchecked_into();
    if field == Field::Pin && !event.is_composing() {
        group(event.input_type() == "deleteContentForward");
    }
}

fn left(field: Field) {
    if field == Field::Pin {
        group(false);
    }
    // Later, or a message that appears while the shopper presses the button would move the button away.
    let look = move || {
        if !dom::value(field.name()).is_empty() {
            check_now(field);
        }
    };
    dom::after(200, look);
}

fn hint(field: Field) -> String {
    match field {
        Field::Pin => {
            let word = if letters() { Word::PinHintAlphanumeric } else { Word::PinHintDigits };
            let count = chosen(&state::now()).map(|offer| count(&offer.pin)).unwrap_or_default();
            filled(word, &[("count", &count)])
        }
        Field::Phone => text(Word::PhoneHint),
        Field::Email => text(Word::EmailHint),
    }
}

fn letters() -> bool {
    chosen(&state::now()).is_some_and(|offer| offer.pin.alphabet == Alphabet::Alphanumeric)
}

fn needs_email() -> bool {
    chosen(&state::now()).is_some_and(|offer| offer.needs_email)
}

/// Groups what stands in the PIN input.
fn group(forward: bool) {
    let Some(input) = dom::input(Field::Pin.name()) else {
        return;
    };
    let typed = input.value();
    let caret = input.selection_start().ok().flatten().unwrap_or(u32::MAX);
    let (shown, caret) = regroup(&typed, caret as usize, forward);
    if shown != typed {
        input.set_value(&shown);
        _ = input.set_selection_range(caret as u32, caret as u32);
    }
}
