//! The form: which voucher, its PIN, and whom to reach about it. It stays in the document while an outcome is waited for,
//! hidden, with what was typed in it.

use super::field::{ask_for, check_now, field, go_to, read_part};
use super::line;
use super::tag::{Tag, tag};
use crate::flow::{Field, Flow};
use crate::intl::money;
use crate::page::{filled, text};
use crate::screen::Screen;
use crate::state::{self, State};
use crate::{dom, draft, run};
use checkout_wire::{CheckoutView, Offer, Pin, RedemptionRequest, Word, pin};

/// The form, with what was typed before, else with what the shop knows.
pub fn form() -> Option<Tag> {
    let state = state::peek();
    let view = state.flow.view.as_ref()?;
    let draft = draft::kept();
    let known = |typed: String, known: &Option<String>| {
        if typed.is_empty() { known.clone().unwrap_or_default() } else { typed }
    };
    let picked = view.pick(&draft.offer)?.key();
    state::change(|state| state.offer = picked.clone());
    let form = tag("form")
        .attr("novalidate", "")
        .follow("hidden", move || hidden(&state::now().flow).then_some(""))
        .on("submit", move |event| {
            event.prevent_default();
            pay();
        })
        .maybe(choice(&view.providers, &picked))
        .child(field(Field::Pin, ""))
        .child(
            tag("details")
                .attr("id", "part")
                .child(tag("summary").say(Word::PartButton))
                .child(field(Field::Amount, "")),
        )
        .child(field(Field::Phone, &known(draft.phone, &view.phone)))
        .child(field(Field::Email, &known(draft.email, &view.email)))
        .child(tag("div").holds(move || fee(&state::now())))
        .child(line("fee", "").words(move || match last(&state::now().flow) {
            true => text(Word::LastVoucher),
            false => String::new(),
        }))
        .child(
            // Not `disabled`: a keyboard would lose its place.
            tag("button")
                .follow("class", move || {
                    Some(if state::now().flow.busy() { "button busy" } else { "button" })
                })
                .follow("aria-disabled", move || closed(&state::now().flow).then_some("true"))
                .words(move || label(&state::now())),
        )
        .child(line("hint", "").words(move || match state::now().flow.busy() {
            true => text(Word::BusyText),
            false => String::new(),
        }));
    Some(form)
}

/// The offer that is chosen.
pub fn chosen(state: &State) -> Option<&Offer> {
    state.flow.view.as_ref()?.pick(&state.offer)
}

/// The offers' names in the form, and which of them cannot be chosen.
pub fn keys(flow: &Flow) -> String {
    let mut keys = String::new();
    for offer in flow.view.iter().flat_map(|view| &view.providers) {
        keys.push_str(&offer.key());
        keys.push(if offer.retry_after.is_some() { '!' } else { ' ' });
    }
    keys
}

fn choice(offers: &[Offer], picked: &str) -> Option<Tag> {
    if offers.len() < 2 {
        return None;
    }
    let mut choice = tag("fieldset")
        .class("choice")
        .follow("disabled", move || state::now().flow.busy().then_some(""))
        .child(tag("legend").say(Word::VoucherKind));
    for offer in offers {
        let key = offer.key();
        let down = offer.retry_after.is_some();
        let mut radio = tag("input").attr("type", "radio").attr("name", "offer").attr("value", &key);
        for (state, holds) in [("checked", key == picked), ("disabled", down)] {
            if holds {
                radio = radio.attr(state, "");
            }
        }
        let down = down.then(|| tag("small").say(Word::OfferDown));
        let radio = radio.attr("id", &key).on("change", move |_| choose(&key));
        let label = tag("span").text(&offer.label).text(" ").maybe(down);
        choice = choice.child(tag("label").child(radio).child(label));
    }
    Some(choice)
}

fn choose(key: &str) {
    state::change(|state| {
        state.offer = key.to_owned();
        state.wrong.set(Field::Pin, String::new());
    });
}

fn fee(state: &State) -> Option<Tag> {
    let view = state.flow.view.as_ref()?;
    let offer = chosen(state).filter(|offer| offer.fee > 0)?;
    if state.part.is_some() {
        // The fee that was told is that for all that remains.
        return Some(line("fee", &filled(Word::FeeNotePart, &[("provider", &offer.label)])));
    }
    let fee = money(offer.fee, &view.currency);
    let total = money(view.amount_remaining + offer.fee, &view.currency);
    let note = filled(Word::FeeNote, &[("provider", &offer.label), ("fee", &fee), ("total", &total)]);
    Some(line("fee", &note))
}

fn last(flow: &Flow) -> bool {
    flow.view.as_ref().is_some_and(|view| view.asks_for_last())
}

fn hidden(flow: &Flow) -> bool {
    let asked = |view: &CheckoutView| view.vouchers_left > 0 && view.down().is_none();
    Screen::of(flow) != Screen::Form || !flow.view.as_deref().is_some_and(asked)
}

fn closed(flow: &Flow) -> bool {
    flow.in_doubt() || flow.is_held() || flow.wait.is_some() || !flow.online || hidden(flow)
}

fn label(state: &State) -> String {
    if state.flow.busy() {
        return text(Word::BusyTitle);
    }
    let amount = |view: &CheckoutView| money(state.part.unwrap_or(view.amount_remaining), &view.currency);
    let amount = state.flow.view.as_deref().map(amount);
    filled(Word::PayButton, &[("amount", &amount.unwrap_or_default())])
}

/// Pays with the change voucher of that redemption as if its PIN had been typed.
pub fn use_change(id: &str) {
    let state = state::peek();
    let view = state.flow.view.as_deref().filter(|_| !closed(&state.flow));
    let one = view.and_then(|view| view.redemptions.iter().find(|one| one.id == id).map(|one| (view, one)));
    if let Some((offer, change, part)) = one.and_then(|(view, one)| view.rest_by(one)) {
        let key = offer.key();
        if let Some(radio) = dom::input(&key) {
            radio.set_checked(true);
        }
        choose(&key);
        if let Some(input) = dom::input(Field::Pin.name()) {
            input.set_value(&pin::grouped(&change.pin));
        }
        ask_for(part);
        pay();
    }
}

/// Sends what was typed, if it will do; else goes to the first field that will not.
fn pay() {
    if closed(&state::peek().flow) {
        return;
    }
    read_part();
    let mut wrong = None;
    for field in [Field::Pin, Field::Amount, Field::Phone, Field::Email] {
        if !check_now(field) {
            wrong = wrong.or(Some(field));
        }
    }
    if let Some(field) = wrong {
        return go_to(field);
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
            amount: state.part,
        };
        run::submit(request.to_json());
    }
}
