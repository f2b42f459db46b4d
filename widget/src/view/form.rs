//! The form: the choice of voucher, the fields and the pay button.

use super::bind::{Bind, append};
use crate::dom;
use crate::model::Model;
use crate::page::Texts;
use crate::pin_field;
use checkout_present::page_rules::resend_label;
use checkout_present::typed::{error_text, fee_note, next_voucher, pay_label};
use checkout_present::{CheckoutRules, Field, Language, OfferRules, Screen, WITH_CODE, Word, ids, pin};
use checkout_wire::{Alphabet, CheckoutView, Minor, Seconds};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};

/// Binds the form.
pub fn attach(bind: &Bind) {
    bind.hidden(ids::FORM, |model| !model.has_form());
    if WITH_CODE {
        attach_code(bind);
    }
    bind.hidden(ids::SKELETON, |_| true);
    bind.text(ids::NEXT_VOUCHER, |model| {
        model.view().map(|view| next_voucher(view, &Texts)).unwrap_or_default()
    });
    for radio in radios() {
        // The state of the radio buttons is bound, and not part of the content.
        let is_checked = radio.checked();
        _ = radio.remove_attribute("checked");
        radio.set_checked(is_checked);
        set_down(&radio, false);
    }
    bind.content(ids::CHOICE, choice);
    bind.effect(show_offers);
    for field in Field::ALL.iter().copied() {
        let name = field.as_str();
        bind.text(&[name, "-error"].concat(), move |model| error(model, field));
        bind.attribute(name, "aria-invalid", move |model| model.error(field).map(|_| "true"));
    }
    bind.text("pin-hint", pin_hint);
    bind.effect(|model| pin_field::follow(model.chosen().map(|offer| offer.pin)));
    bind.attribute(Field::Pin.as_str(), "aria-describedby", |_| Some("pin-error pin-hint"));
    bind.attribute(Field::Pin.as_str(), "inputmode", |model| {
        Some(if takes_letters(model) { "text" } else { "numeric" })
    });
    bind.hidden(ids::EMAIL_FIELD, |model| !needs_email(model));
    bind.attribute(Field::Email.as_str(), "required", |model| needs_email(model).then_some(""));
    bind.effect(|model| {
        if let Some(input) = dom::input(Field::Amount.as_str()).filter(|input| input.value() != model.amount)
        {
            input.set_value(&model.amount);
        }
    });
    if let Some(fees) = dom::by_id(ids::EACH_FEE) {
        fees.remove();
    }
    bind.text(ids::FEE, fee);
    bind.text(ids::LAST_VOUCHER, |model| {
        word_if(model.view().is_some_and(|view| view.is_last_voucher()), Word::LastVoucher)
    });
    bind.text(ids::PAY, pay_text);
    // Not `disabled`, which would take the keyboard focus away.
    bind.attribute(ids::PAY, "disabled", |_| None);
    bind.attribute(ids::PAY, "aria-disabled", |model| (!model.can_pay()).then_some("true"));
}

/// Binds the form for the code that the voucher's owner was sent.
fn attach_code(bind: &Bind) {
    bind.hidden(ids::CODE_FORM, |model| model.screen() != Screen::Code);
    bind.text(ids::RESEND, |model| resend_label(model.resend_in(), &Texts));
    bind.attribute(ids::RESEND, "aria-disabled", |model| {
        (model.resend_in() != Some(Seconds(0))).then_some("true")
    });
    bind.attribute(ids::CODE_BUTTON, "aria-disabled", |model| model.answerable().is_none().then_some("true"));
}

/// Builds the choice among the offers; there is none for a single one.
fn choice(view: &CheckoutView, parent: &Element) {
    if view.providers.len() > 1 {
        append(parent, view! { <legend>{Texts.text(Word::VoucherKind)}</legend> });
        for offer in &view.providers {
            append(parent, view! { <OfferChoice key=offer.key() label=offer.label.clone()/> });
        }
    }
}

/// Renders an offer to choose.
#[component]
fn OfferChoice(
    /// Its key.
    key: String,
    /// Its name.
    label: String,
) -> impl IntoView {
    view! {
        <label>
            <input type="radio" name="offer" value=key/>
            <span>{label}" "<small>""</small></span>
        </label>
    }
}

/// Checks the radio button of the chosen offer, and disables those whose provider does not answer.
fn show_offers(model: &Model) {
    let offers = model.view().map_or(&[][..], |view| &view.providers);
    for (radio, offer) in radios().iter().zip(offers) {
        set_down(radio, offer.retry_after.is_some());
        // Checking one radio button unchecks the others.
        if radio.value() == model.offer {
            radio.set_checked(true);
        }
    }
}

/// Shows whether the provider of that radio button answers. Nothing else is compared with the page, whose texts may be translated.
fn set_down(radio: &HtmlInputElement, is_down: bool) {
    if radio.disabled() == is_down {
        return;
    }
    radio.set_disabled(is_down);
    if let Some(note) = radio.next_element_sibling().and_then(|label| label.last_element_child()) {
        dom::set_text(&note, &word_if(is_down, Word::OfferDown));
    }
}

/// Returns the radio buttons of the choice.
fn radios() -> Vec<HtmlInputElement> {
    let found = dom::by_id(ids::CHOICE).and_then(|choice| choice.query_selector_all("input").ok());
    let radios =
        found.into_iter().flat_map(|list| (0..list.length()).filter_map(move |index| list.item(index)));
    radios.map(JsCast::unchecked_into).collect()
}

/// Returns the error of that field; empty if there is none.
fn error(model: &Model, field: Field) -> String {
    let Some(((view, offer), word)) = model.view().zip(model.chosen()).zip(model.error(field)) else {
        return String::new();
    };
    error_text(word, &dom::value(field.as_str()), view, offer, &Texts)
}

fn pin_hint(model: &Model) -> String {
    model.chosen().map(|offer| pin::hint(&offer.pin, &Texts)).unwrap_or_default()
}

fn takes_letters(model: &Model) -> bool {
    model.chosen().is_some_and(|offer| offer.pin.alphabet == Alphabet::Alphanumeric)
}

fn needs_email(model: &Model) -> bool {
    model.chosen().is_some_and(|offer| offer.needs_email)
}

fn fee(model: &Model) -> String {
    let offer = model.chosen().filter(|offer| offer.fee > Minor::ZERO);
    // The offer's fee applies to the whole remaining amount only.
    let word = if model.part().is_some() { Word::FeeNotePart } else { Word::FeeNote };
    model.view().zip(offer).map(|(view, offer)| fee_note(word, view, offer, &Texts)).unwrap_or_default()
}

fn pay_text(model: &Model) -> String {
    model.view().map(|view| pay_label(view, model.chosen(), model.part(), &Texts)).unwrap_or_default()
}

fn word_if(shown: bool, word: Word) -> String {
    if shown { Texts.text(word) } else { String::new() }
}
