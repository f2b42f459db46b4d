//! One field of the form: label, hint, input and what is wrong with it.

use super::form::chosen;
use super::tag::{Tag, tag};
use crate::flow::Notice;
use crate::intl::money;
use crate::page::{counted, filled, text};
use crate::state;
use crate::{dom, pin_input::regroup};
use checkout_present::{Field, Word, phone, pin, typed};
use checkout_wire::{Alphabet, DeclineCode, money::decimal};
use wasm_bindgen::JsCast;
use web_sys::{Event, InputEvent};

/// The field, with that text in it.
pub fn field(field: Field, value: &str) -> Tag {
    let name = field.as_str();
    let (word, kind, fill_in) = match field {
        Field::Pin => (Word::Pin, "text", "off"),
        Field::Phone => (Word::Phone, "tel", "tel"),
        Field::Email => (Word::Email, "email", "email"),
        Field::Amount => (Word::Amount, "text", "off"),
    };
    let mode = move || match field {
        Field::Pin if !letters() => Some("numeric"),
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
        ("autocomplete", fill_in),
        ("autocapitalize", "none"),
        ("spellcheck", "false"),
        ("enterkeyhint", "go"),
        ("dir", "ltr"),
        ("aria-describedby", &described),
    ] {
        input = input.attr(attribute, value);
    }
    let input = input
        .follow("inputmode", mode)
        .follow("required", move || (field != Field::Amount).then_some(""))
        .follow("aria-invalid", move || (!state::now().wrong.at(field).is_empty()).then_some("true"))
        .on("input", move |event| typed(field, event))
        .on("blur", move |_| left(field));
    tag("div")
        .class("field")
        .follow("hidden", move || (field == Field::Email && !needs_email()).then_some(""))
        .child(tag("label").attr("for", name).say(word))
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
    let Some((view, offer)) = state.flow.view.as_ref().zip(chosen(&state)) else {
        return false;
    };
    let word = field.mistake(&dom::value(field.as_str()), offer, view);
    wrong(field, word);
    word.is_none()
}

/// Says beside the field what is wrong there, if something is.
pub fn wrong(field: Field, word: Option<Word>) {
    let state = state::peek();
    let Some((view, offer)) = state.flow.view.as_ref().zip(chosen(&state)) else {
        return;
    };
    let gaps = |word| {
        let most = money(view.amount_remaining, &view.currency);
        let example = phone::example(offer.phone_country);
        let gaps = [("count", &*pin::length(&offer.pin)), ("example", example), ("amount", &most)];
        match word {
            Word::PinTooShort | Word::PinTooLong => counted(word, offer.pin.max, &gaps),
            _ => filled(word, &gaps),
        }
    };
    if field == Field::Amount && word.is_some() {
        dom::unfold("part", true);
    }
    let said = word.map(gaps).unwrap_or_default();
    if said != state.wrong.at(field) {
        state::change(|state| state.wrong.set(field, said));
    }
}

/// Goes with the focus to the field.
pub fn go_to(field: Field) {
    dom::focus(field.as_str());
}

/// Offers the field for a part where the voucher that was tried before this page was opened is worth too little, with what can be used
/// of it.
pub fn suggest() {
    match state::peek().flow.notice {
        Some(Notice::Short(_, usable)) if dom::value(Field::Amount.as_str()).is_empty() => {
            ask_for(Some(usable))
        }
        Some(Notice::Declined(DeclineCode::InsufficientFunds)) => dom::unfold("part", true),
        _ => {}
    }
}

/// Puts that part into its field, or nothing for all that remains.
pub fn ask_for(part: Option<i64>) {
    if let Some(input) = dom::input(Field::Amount.as_str()) {
        input.set_value(&part.map(decimal).unwrap_or_default());
        dom::unfold("part", false);
        read_part();
    }
}

/// Takes up what stands in the field for the part.
pub fn read_part() {
    let state = state::peek();
    let typed = dom::value(Field::Amount.as_str());
    if !typed.is_empty() {
        dom::unfold("part", true);
    }
    let part = state.flow.view.as_ref().and_then(|view| typed::part(view, &typed).ok().flatten());
    if part != state.part {
        state::change(|state| state.part = part);
    }
}

fn typed(field: Field, event: Event) {
    let event: InputEvent = event.unchecked_into();
    match field {
        Field::Pin if !event.is_composing() => group(event.input_type() == "deleteContentForward"),
        Field::Amount => read_part(),
        _ => {}
    }
}

fn left(field: Field) {
    if field == Field::Pin {
        group(false);
    }
    // Later, or a message that appears while the shopper presses the button would move the button away.
    let look = move || {
        if !dom::value(field.as_str()).is_empty() {
            check_now(field);
        }
    };
    dom::after(200, look);
}

fn hint(field: Field) -> String {
    match field {
        Field::Pin => {
            let word = if letters() { Word::PinHintAlphanumeric } else { Word::PinHintDigits };
            let state = state::now();
            let rule = chosen(&state).map(|offer| &offer.pin);
            rule.map(|rule| counted(word, rule.max, &[("count", &pin::length(rule))])).unwrap_or_default()
        }
        Field::Phone => text(Word::PhoneHint),
        Field::Email => text(Word::EmailHint),
        Field::Amount => text(Word::AmountHint),
    }
}

fn letters() -> bool {
    chosen(&state::now()).is_some_and(|offer| offer.pin.alphabet == Alphabet::Alphanumeric)
}

fn needs_email() -> bool {
    chosen(&state::now()).is_some_and(|offer| offer.needs_email)
}

/// Groups what stands in the PIN input.
pub fn group(forward: bool) {
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
