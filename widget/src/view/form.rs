//! The form: which voucher, its PIN, and whom to reach about it. It stays in the document while an outcome is waited for,
//! hidden, with what was typed in it.

use super::field::{check_now, field};
use super::line;
use super::tag::{Tag, tag};
use crate::flow::{Field, Flow};
use crate::intl::money;
use crate::page::{filled, text};
use crate::screen::Screen;
use crate::state::{self, State};
use crate::{dom, draft, run};
use checkout_wire::{Offer, Pin, RedemptionRequest, Word};

/// The form, with what was typed before, else with what the shop knows.
pub fn form() -> Option<Tag> {
    let state = state::peek();
    let view = state.flow.view.as_ref()?;
    let draft = draft::kept();
    let known = |typed: String, known: &Option<String>| {
        if typed.is_empty() { known.clone().unwrap_or_default() } else { typed }
    };
    let picked = key(pick(&view.providers, &draft.offer)?);
    state::change(|state| state.offer = picked.clone());
    let form = tag("form")
        .attr("novalidate", "")
        .follow("hidden", move || (Screen::of(&state::now().flow) != Screen::Form).then_some(""))
        .on("submit", move |event| {
            event.prevent_default();
            pay();
        })
        .maybe(choice(&view.providers, &picked))
        .child(field(Field::Pin, ""))
        .child(field(Field::Phone, &known(draft.phone, &view.phone)))
        .child(field(Field::Email, &known(draft.email, &view.email)))
        .child(tag("div").holds(move || fee(&state::now())))
        .child(
            // Not `disabled`: a keyboard would lose its place.
            tag("button")
                .follow("class", move || {
                    Some(if state::now().flow.busy() { "button busy" } else { "button" })
                })
                .follow("aria-disabled", move || closed(&state::now().flow).then_some("true"))
                .words(move || label(&state::now().flow)),
        )
        .child(line("hint", "").words(move || match state::now().flow.busy() {
            true => text(Word::BusyText),
            false => String::new(),
        }));
    Some(form)
}

/// The offer that is chosen.
pub fn chosen(state: &State) -> Option<&Offer> {
    pick(&state.flow.view.as_ref()?.providers, &state.offer)
}

/// The offers' names in the form.
pub fn keys(flow: &Flow) -> Vec<String> {
    flow.view.iter().flat_map(|view| &view.providers).map(key).collect()
}

/// The offer of that name, or the first where there is none.
fn pick<'a>(offers: &'a [Offer], name: &str) -> Option<&'a Offer> {
    offers.iter().find(|offer| key(offer) == name).or(offers.first())
}

/// The offer's name in the form: `provider` or `provider:provider_code`.
fn key(offer: &Offer) -> String {
    match &offer.provider_code {
        Some(code) => [&offer.provider, ":", code].concat(),
        None => offer.provider.clone(),
    }
}

fn choice(offers: &[Offer], picked: &str) -> Option<Tag> {
    if offers.len() < 2 {
        return None;
    }
    let mut choice = tag("fieldset")
        .class("choice")
        .follow("disabled", move || state::now().flow.busy().then_some(""))
        .child(tag("legend").text(&text(Word::VoucherKind)));
    for offer in offers {
        let key = key(offer);
        let mut radio = tag("input").attr("type", "radio").attr("name", "offer").attr("value", &key);
        if key == picked {
            radio = radio.attr("checked", "");
        }
        let radio = radio.on("change", move |_| {
            state::change(|state| {
                state.offer = key.clone();
                state.wrong.set(Field::Pin, String::new());
            });
        });
        choice = choice.child(tag("label").child(radio).child(tag("span").text(&offer.label)));
    }
    Some(choice)
}

fn fee(state: &State) -> Option<Tag> {
    let view = state.flow.view.as_ref()?;
    let offer = chosen(state).filter(|offer| offer.fee > 0)?;
    let fee = money(offer.fee, &view.currency);
    let total = money(view.amount_remaining + offer.fee, &view.currency);
    let note = filled(Word::FeeNote, &[("provider", &offer.label), ("fee", &fee), ("total", &total)]);
    Some(line("fee", &note))
}

fn closed(flow: &Flow) -> bool {
    flow.in_doubt() || flow.wait.is_some()
}

fn label(flow: &Flow) -> String {
    if flow.busy() {
        return text(Word::BusyTitle);
    }
    let amount = flow.view.as_ref().map(|view| money(view.amount_remaining, &view.currency));
    filled(Word::PayButton, &[("amount", &amount.unwrap_or_default())])
}

/// Sends what was typed, if it will do; else goes to the first field that will not.
fn pay() {
    if closed(&state::peek().flow) {
        return;
    }
    let mut wrong = None;
    for field in [Field::Pin, Field::Phone, Field::Email] {
        if !check_now(field) {
            wrong = wrong.or(Some(field));
        }
    }
    if let Some(field) = wrong {
        return dom::focus(field.name());
    }
    let typed = |field: Field| dom::value(field.name());
    let state = state::peek();
    if let Some(offer) = chosen(&state)
        && let Ok(pin) = Pin::parse(&typed(Field::Pin), &offer.pin)
    {
        let request = RedemptionRequest {
            provider: offer.provider.clone(),
            provider_code: offer.provider_code.clone(),
            pin,
            phone: typed(Field::Phone),
            email: offer.needs_email.then(|| typed(Field::Email)),
            amount: None,
        };
        run::submit(request.to_json());
    }
}
