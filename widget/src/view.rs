//! The view: shows the model in the elements of the Worker's page, and turns the shopper's actions into intents.

mod bind;
mod form;
mod notices;
mod receipts;

use crate::model::{Intent, Model};
use crate::page::{Texts, is_hosted};
use crate::{dom, pin_field};
use bind::Bind;
use checkout_present::typed::time_left;
use checkout_present::{CheckoutRules, Field, FormValues, Language, LoadError, Screen, WITH_CODE, Word, ids};
use checkout_wire::{CheckoutView, Minor, Pin};
use leptos::mount::mount_to;
use leptos::prelude::*;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlInputElement, InputEvent, KeyboardEvent};

/// A function that dispatches an intent to the app.
pub type Emit = Rc<dyn Fn(Intent)>;

/// Returns the key of the offer chosen on the page, and the typed amount.
pub fn typed() -> (String, String) {
    let offer = document().query_selector("[name=offer]:checked").ok().flatten();
    let offer = offer.map(|radio| radio.unchecked_into::<HtmlInputElement>().value());
    (offer.unwrap_or_default(), dom::value(Field::Amount.as_str()))
}

/// Shows the model on the page from now on.
pub fn mount(model: &ArcRwSignal<Model>, emit: Emit) {
    if let Some(main) = dom::by_id("checkout") {
        let (root, model) = (main.clone().unchecked_into(), model.clone());
        mount_to(root, move || attach(&main, &model, &emit)).forget();
    }
}

/// Binds the page to the model.
fn attach(main: &Element, model: &ArcRwSignal<Model>, emit: &Emit) {
    // For the style sheet and widget/entry.js: from here on the page is the widget's.
    if let Some(body) = document().body() {
        _ = body.class_list().add_1("enhanced");
    }
    let bind = Bind::new(model);
    bind.text(ids::HEADLINE_LABEL, |model| of_headline(model, |_, word, _| Texts.text(word)));
    bind.text(ids::HEADLINE_AMOUNT, |model| of_headline(model, |view, _, minor| Texts.money(view, minor)));
    bind.hidden(ids::HEADLINE, |model| model.view().and_then(|view| view.headline()).is_none());
    bind.text(ids::TIME_LEFT, |model| time_left(model.flow.time_left, &Texts));
    notices::attach(&bind);
    bind.content(ids::RECEIPTS, receipts::receipts);
    form::attach(&bind);
    attach_exit(&bind);
    listen(main, emit);
    pin_field::group(false);
}

/// Returns a text of the headline; empty when there is none.
fn of_headline(model: &Model, text: fn(&CheckoutView, Word, Minor) -> String) -> String {
    let headline = model.view().and_then(|view| Some((view, view.headline()?)));
    headline.map(|(view, (word, minor))| text(view, word, minor)).unwrap_or_default()
}

/// Binds the way back to the shop, a link on the hosted page and a button in the iframe, and the button that loads the session
/// again. Both are hidden while an outcome is awaited.
fn attach_exit(bind: &Bind) {
    let failed = |model: &Model| model.screen() == Screen::LoadError(LoadError::Failed);
    bind.hidden(ids::RETRY, move |model| !failed(model));
    bind.hidden(ids::EXIT, move |model| {
        let screen = model.screen();
        let leads_nowhere = match is_hosted() {
            true => exit_url(model).is_none(),
            false => screen == Screen::Paid && !model.flow.has_something_to_keep(),
        };
        screen.is_waiting() || failed(model) || leads_nowhere
    });
    // Without a form it is the main button.
    bind.attribute(ids::EXIT, "class", |model| {
        let has_form = model.flow.state().form().is_some();
        Some(if has_form { "button secondary scripted" } else { "button scripted" })
    });
    // Before that it keeps the Worker's text.
    bind.text(ids::EXIT, |model| match model.view().filter(|_| model.screen() == Screen::Paid) {
        Some(_) if !is_hosted() => Texts.text(Word::ContinueButton).to_string(),
        Some(view) => Texts.filled(Word::ReturnButton, &[("shop", &view.shop_name)]),
        None => String::new(),
    });
    bind.effect(|model| {
        let leads_back = is_hosted() && model.screen() == Screen::Paid;
        if let Some((exit, url)) = dom::by_id(ids::EXIT).filter(|_| leads_back).zip(exit_url(model)) {
            _ = exit.set_attribute("href", url);
        }
    });
}

/// Returns the address that the hosted page leads back to.
fn exit_url(model: &Model) -> Option<&str> {
    let view = model.view()?;
    let url = if model.screen() == Screen::Paid { &view.success_url } else { &view.cancel_url };
    // Only these schemes: a `javascript:` link would run in our origin.
    let is_http = |url: &&str| url.starts_with("https://") || url.starts_with("http://");
    url.as_deref().filter(is_http)
}

/// Listens to the shopper's actions on all elements.
fn listen(main: &Element, emit: &Emit) {
    on(main, "submit", emit, |event, form, emit| {
        // The browser itself sends the form that proves a phone number: its answer is another page.
        let intent = match form.id() {
            id if id == ids::FORM => Intent::Pay(inputs()),
            id if WITH_CODE && id == ids::CODE_FORM => Intent::Answer(Some(dom::value(Field::Code.as_str()))),
            _ => return,
        };
        event.prevent_default();
        emit(intent);
    });
    on(main, "click", emit, |event, target, emit| {
        let within = |selector| target.closest(selector).ok().flatten();
        if let Some(button) = within("[name=change]") {
            event.prevent_default();
            emit(Intent::UseChange(button.get_attribute("value").unwrap_or_default(), inputs()));
        } else if WITH_CODE && within("[name=resend]").is_some() {
            event.prevent_default();
            emit(Intent::Answer(None));
        } else if WITH_CODE && within("[name=another]").is_some() {
            event.prevent_default();
            emit(Intent::UseAnother);
        } else if let Some(id) = within("[data-copy]").and_then(|button| button.get_attribute("data-copy")) {
            emit(Intent::CopyPin(id));
        } else if within("[data-print]").is_some() {
            emit(Intent::Print);
        } else if within("#retry").is_some() {
            emit(Intent::Retry);
        } else if within("button#exit").is_some() {
            emit(Intent::Exit);
        }
    });
    on(main, "change", emit, |_, target, emit| {
        if let Some(radio) = input(target).filter(|radio| radio.name() == "offer") {
            emit(Intent::Choose(radio.value()));
        }
    });
    on(main, "input", emit, |event, target, emit| match field(target) {
        Some((Field::Pin, _)) => {
            // An event created by a script may not be an `InputEvent`.
            let event = event.dyn_ref::<InputEvent>();
            if !event.is_some_and(InputEvent::is_composing) {
                pin_field::group(event.is_some_and(|event| event.input_type() == "deleteContentForward"));
            }
            emit(Intent::EditPin);
        }
        Some((Field::Amount, amount)) => emit(Intent::Amount(amount)),
        _ => {}
    });
    on(main, "focusout", emit, |_, target, emit| {
        if let Some((field, _)) = field(target) {
            if field == Field::Pin {
                pin_field::group(false);
            }
            let emit = Rc::clone(emit);
            // Delayed: an error that appears while the shopper presses the pay button would move the button away.
            dom::after(200, move || emit(Intent::Leave(field, dom::value(field.as_str()))));
        }
    });
    // From the keyboard, and from the browser's menu.
    on(main, "keydown", emit, |event, target, _| {
        let key = event.dyn_ref::<KeyboardEvent>().filter(|key| key.ctrl_key() || key.meta_key());
        let is_pin = matches!(field(target), Some((Field::Pin, _)));
        if let Some(key) = key.filter(|key| is_pin && !key.alt_key()) {
            match (key.key().to_ascii_lowercase().as_str(), key.shift_key()) {
                ("z", false) => change_back(event, pin_field::undo),
                ("z", true) | ("y", false) => change_back(event, pin_field::redo),
                _ => {}
            }
        }
    });
    on(main, "beforeinput", emit, |event, target, _| {
        let kind = event.dyn_ref::<InputEvent>().map(InputEvent::input_type);
        if matches!(field(target), Some((Field::Pin, _))) {
            match kind.as_deref() {
                Some("historyUndo") => change_back(event, pin_field::undo),
                Some("historyRedo") => change_back(event, pin_field::redo),
                _ => {}
            }
        }
    });
}

fn change_back(event: &Event, change: fn()) {
    event.prevent_default();
    change();
}

/// Adds a listener for an event of any element on the page.
fn on(main: &Element, event: &str, emit: &Emit, listener: fn(&Event, &Element, &Emit)) {
    let emit = Rc::clone(emit);
    dom::listen(main, event, move |event| {
        let event: Event = event.unchecked_into();
        if let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) {
            listener(&event, &target, &emit);
        }
    });
}

fn input(target: &Element) -> Option<&HtmlInputElement> {
    target.dyn_ref()
}

/// Returns the field that the element is, and its value.
fn field(target: &Element) -> Option<(Field, String)> {
    let input = input(target)?;
    Some((Field::from_text(&input.name())?, input.value()))
}

/// Returns the values of the form.
fn inputs() -> FormValues {
    let value = |field: Field| dom::value(field.as_str());
    FormValues {
        pin: Pin::as_typed(value(Field::Pin)),
        amount: value(Field::Amount),
        phone: value(Field::Phone),
        email: value(Field::Email),
    }
}
