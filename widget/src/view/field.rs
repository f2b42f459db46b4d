//! A field of the form: label, hint, input and error.

use super::form::chosen;
use super::tag::{Tag, tag};
use crate::flow::Refusal;
use crate::intl::money;
use crate::page::{filled, plural, text};
use crate::state;
use crate::{dom, pin_input::regroup};
use checkout_present::{Field, Word, phone, pin, typed};
use checkout_wire::{Alphabet, DeclineCode, Minor, money::decimal};
use wasm_bindgen::JsCast;
use web_sys::{Event, InputEvent};

/// Creates the field with that value.
pub fn field(field: Field, value: &str) -> Tag {
    let name = field.as_str();
    let (word, kind, autocomplete) = match field {
        Field::Pin => (Word::Pin, "text", "off"),
        Field::Phone => (Word::Phone, "tel", "tel"),
        Field::Email => (Word::Email, "email", "email"),
        Field::Amount => (Word::Amount, "text", "off"),
    };
    let mode = move || match field {
        Field::Pin if !takes_letters() => Some("numeric"),
        Field::Amount => Some("decimal"),
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
        ("autocomplete", autocomplete),
        ("autocapitalize", "none"),
        ("spellcheck", "false"),
        ("enterkeyhint", "go"),
        ("dir", "ltr"),
        ("aria-describedby", &described),
    ] {
        input = input.attr(attribute, value);
    }
    let input = input
        .bind_attr("inputmode", mode)
        .bind_attr("required", move || (field != Field::Amount).then_some(""))
        .bind_attr("aria-invalid", move || (!state::tracked().errors.at(field).is_empty()).then_some("true"))
        .on("input", move |event| on_input(field, event))
        .on("blur", move |_| on_blur(field));
    tag("div")
        .class("field")
        .bind_attr("hidden", move || (field == Field::Email && !needs_email()).then_some(""))
        .child(tag("label").attr("for", name).word(word))
        .child(tag("p").class("hint").attr("id", &hint_id).bind_text(move || hint(field)))
        .child(input)
        .child(
            tag("p")
                .class("error")
                .attr("id", &error_id)
                .bind_text(move || state::tracked().errors.at(field).to_owned()),
        )
}

/// Validates the value of that field and shows its error; returns whether the value is valid.
pub fn validate(field: Field) -> bool {
    let state = state::untracked();
    let Some((view, offer)) = state.flow.view.as_ref().zip(chosen(&state)) else {
        return false;
    };
    let word = field.mistake(&dom::value(field.as_str()), offer, view);
    show_error(field, word);
    word.is_none()
}

/// Shows the error of that field; `None` clears it.
pub fn show_error(field: Field, word: Option<Word>) {
    let state = state::untracked();
    let Some((view, offer)) = state.flow.view.as_ref().zip(chosen(&state)) else {
        return;
    };
    let fill = |word| {
        let remaining = money(view.amount_remaining, &view.currency);
        let example = phone::example(offer.phone_country);
        let gaps = [("count", &*pin::length(&offer.pin)), ("example", example), ("amount", &remaining)];
        match word {
            Word::PinTooShort | Word::PinTooLong => plural(word, offer.pin.max, &gaps),
            _ => filled(word, &gaps),
        }
    };
    if field == Field::Amount && word.is_some() {
        dom::set_open("part", true);
    }
    let error = word.map(fill).unwrap_or_default();
    if error != state.errors.at(field) {
        state::update(|state| state.errors.set(field, error));
    }
}

/// Focuses the field.
pub fn focus_field(field: Field) {
    dom::focus(field.as_str());
}

/// Opens the amount field when the last voucher was declined for insufficient funds before this page was opened, and fills in
/// the usable part of its value.
pub fn suggest_part() {
    match state::untracked().flow.refusal {
        Some(Refusal::Short(_, usable)) if dom::value(Field::Amount.as_str()).is_empty() => {
            set_part(Some(usable))
        }
        Some(Refusal::Declined(DeclineCode::InsufficientFunds)) => dom::set_open("part", true),
        _ => {}
    }
}

/// Fills that part into the amount field; `None` clears the field, for the whole remaining amount.
pub fn set_part(part: Option<Minor>) {
    if let Some(input) = dom::input(Field::Amount.as_str()) {
        input.set_value(&part.map(decimal).unwrap_or_default());
        dom::set_open("part", false);
        read_part();
    }
}

/// Reads the part from the amount field into the state.
pub fn read_part() {
    let state = state::untracked();
    let typed = dom::value(Field::Amount.as_str());
    if !typed.is_empty() {
        dom::set_open("part", true);
    }
    let part = state.flow.view.as_ref().and_then(|view| typed::part(view, &typed).ok().flatten());
    if part != state.part {
        state::update(|state| state.part = part);
    }
}

fn on_input(field: Field, event: Event) {
    let event: InputEvent = event.unchecked_into();
    match field {
        Field::Pin if !event.is_composing() => group_pin(event.input_type() == "deleteContentForward"),
        Field::Amount => read_part(),
        _ => {}
    }
}

fn on_blur(field: Field) {
    if field == Field::Pin {
        group_pin(false);
    }
    // Delayed: an error that appears while the shopper presses the pay button would move the button away.
    let validate_typed = move || {
        if !dom::value(field.as_str()).is_empty() {
            validate(field);
        }
    };
    dom::after(200, validate_typed);
}

fn hint(field: Field) -> String {
    match field {
        Field::Pin => {
            let word = if takes_letters() { Word::PinHintAlphanumeric } else { Word::PinHintDigits };
            let state = state::tracked();
            let rule = chosen(&state).map(|offer| &offer.pin);
            rule.map(|rule| plural(word, rule.max, &[("count", &pin::length(rule))])).unwrap_or_default()
        }
        Field::Phone => text(Word::PhoneHint),
        Field::Email => text(Word::EmailHint),
        Field::Amount => text(Word::AmountHint),
    }
}

fn takes_letters() -> bool {
    chosen(&state::tracked()).is_some_and(|offer| offer.pin.alphabet == Alphabet::Alphanumeric)
}

fn needs_email() -> bool {
    chosen(&state::tracked()).is_some_and(|offer| offer.needs_email)
}

/// Groups the value of the PIN input. `forward` is whether the last edit was a forward deletion.
pub fn group_pin(forward: bool) {
    let Some(input) = dom::input(Field::Pin.as_str()) else {
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
