//! The form: offer, PIN, amount and contact data. While an outcome is awaited it stays in the document, hidden, with its values.

use super::field::{field, focus_field, read_part, set_part, validate};
use super::line;
use super::tag::{Tag, tag};
use crate::flow::Flow;
use crate::intl::money;
use crate::page::{filled, text};
use crate::screen::{Notice, Place, Screen};
use crate::state::{self, State};
use crate::{dom, plain_form, run};
use checkout_present::{CheckoutRules, Field, OfferRules, RedemptionRules, Word, pin::grouped};
use checkout_wire::{CheckoutView, Minor, Offer, Pin, RedemptionRequest, RedemptionView};

/// The form's id.
pub const ID: &str = "form";

/// Creates the form. Phone and e-mail come from the plain form, or else from the merchant's session.
pub fn form() -> Option<Tag> {
    let state = state::untracked();
    let view = state.flow.view.as_ref()?;
    let saved = plain_form::saved();
    let or_known = |typed: String, known: &Option<String>| {
        if typed.is_empty() { known.clone().unwrap_or_default() } else { typed }
    };
    // Selects the offer of a voucher that was declined for insufficient funds: it can still pay a part.
    let short = view.redemptions.last().filter(|last| last.is_short()).map(RedemptionView::key);
    let selected = view.pick(&short.filter(|_| saved.offer.is_empty()).unwrap_or(saved.offer))?.key();
    state::update(|state| state.offer = selected.clone());
    let form = tag("form")
        .attr("id", ID)
        .attr("novalidate", "")
        .bind_attr("hidden", move || (!Screen::has_form(&state::tracked().flow)).then_some(""))
        .on("submit", move |event| {
            event.prevent_default();
            pay();
        })
        .child(line("line", "").bind_text(move || match is_part_paid(&state::tracked().flow) {
            true => text(Word::NextVoucherText),
            false => String::new(),
        }))
        .maybe_child(offer_choice(&view.providers))
        .child(field(Field::Pin, ""))
        .child(
            tag("details")
                .attr("id", "part")
                .child(tag("summary").word(Word::PartButton))
                .child(field(Field::Amount, "")),
        )
        .child(field(Field::Phone, &or_known(saved.phone, &view.phone)))
        .child(field(Field::Email, &or_known(saved.email, &view.email)))
        .child(tag("div").bind_child(move || fee_note(&state::tracked())))
        .child(line("fee", "").bind_text(move || match is_last_voucher(&state::tracked().flow) {
            true => text(Word::LastVoucher),
            false => String::new(),
        }))
        .child(
            // Not `disabled`, which would take the keyboard focus away.
            tag("button")
                .class("button")
                .bind_attr("aria-disabled", move || is_disabled(&state::tracked().flow).then_some("true"))
                .bind_text(move || pay_label(&state::tracked())),
        );
    Some(form)
}

/// Returns the chosen offer.
pub fn chosen(state: &State) -> Option<&Offer> {
    state.flow.view.as_ref()?.pick(&state.offer)
}

fn offer_choice(offers: &[Offer]) -> Option<Tag> {
    if offers.len() < 2 {
        return None;
    }
    let mut choice = tag("fieldset").class("choice").child(tag("legend").word(Word::VoucherKind));
    for (index, offer) in offers.iter().enumerate() {
        // The index stays valid: the view is built again when the number of offers changes.
        let is_down = move || {
            let state = state::tracked();
            let offer = state.flow.view.as_ref().and_then(|view| view.providers.get(index));
            offer.is_some_and(|offer| offer.retry_after.is_some())
        };
        let (key, chosen) = (offer.key(), offer.key());
        let radio = tag("input")
            .attr("type", "radio")
            .attr("name", "offer")
            .attr("value", &key)
            .bind_attr("disabled", move || is_down().then_some(""))
            .bind_checked(move || state::tracked().offer == chosen)
            .on("change", move |_| choose(&key));
        let down = tag("small").bind_text(move || match is_down() {
            true => text(Word::OfferDown),
            false => String::new(),
        });
        let label = tag("span").text(&offer.label).text(" ").child(down);
        choice = choice.child(tag("label").child(radio).child(label));
    }
    Some(choice)
}

/// Chooses another offer when the provider of the chosen one is down.
pub fn leave_down_offer() {
    let state = state::untracked();
    if let Some(key) = chosen(&state).map(Offer::key).filter(|key| *key != state.offer) {
        choose(&key);
        // The PIN typed belongs to the previous offer.
        if let Some(input) = dom::input(Field::Pin.as_str()) {
            input.set_value("");
        }
    }
}

fn choose(key: &str) {
    state::update(|state| {
        state.offer = key.to_owned();
        state.errors.set(Field::Pin, String::new());
    });
}

fn fee_note(state: &State) -> Option<Tag> {
    let view = state.flow.view.as_ref()?;
    let offer = chosen(state).filter(|offer| offer.fee > Minor::ZERO)?;
    if state.part.is_some() {
        // The offer's fee applies to the whole remaining amount only.
        return Some(line("fee", &filled(Word::FeeNotePart, &[("provider", &offer.label)])));
    }
    let fee = money(offer.fee, &view.currency);
    let total = money(view.amount_remaining + offer.fee, &view.currency);
    let note = filled(Word::FeeNote, &[("provider", &offer.label), ("fee", &fee), ("total", &total)]);
    Some(line("fee", &note))
}

fn is_last_voucher(flow: &Flow) -> bool {
    flow.view.as_ref().is_some_and(|view| view.asks_for_last())
}

fn is_part_paid(flow: &Flow) -> bool {
    flow.view.as_ref().is_some_and(|view| view.amount_received > Minor::ZERO)
}

fn is_disabled(flow: &Flow) -> bool {
    flow.wait.is_some() || !flow.online || !Screen::has_form(flow)
}

fn pay_label(state: &State) -> String {
    let amount = |view: &CheckoutView| money(state.part.unwrap_or(view.amount_remaining), &view.currency);
    let amount = state.flow.view.as_deref().map(amount);
    filled(Word::PayButton, &[("amount", &amount.unwrap_or_default())])
}

/// Pays with the change voucher of that redemption as if its PIN had been typed. While nothing can be paid, focuses the notice
/// that says why.
pub fn use_change_voucher(id: &str) {
    let state = state::untracked();
    if is_disabled(&state.flow) {
        let has_notice = |place: &Place| Notice::at(*place, &state.flow).is_some();
        let place = [Place::Connection, Place::Attempt].into_iter().find(has_notice);
        return place.map_or((), |place| dom::focus(place.id()));
    }
    let view = state.flow.view.as_deref();
    let one = view
        .and_then(|view| view.redemptions.iter().find(|one| one.id.as_str() == id).map(|one| (view, one)));
    if let Some((offer, change, part)) = one.and_then(|(view, one)| view.rest_by(one)) {
        choose(&offer.key());
        if let Some(input) = dom::input(Field::Pin.as_str()) {
            input.set_value(&grouped(change.pin.reveal()));
        }
        set_part(part);
        pay();
    }
}

/// Submits the form if every field is valid, otherwise focuses the first invalid field.
fn pay() {
    if is_disabled(&state::untracked().flow) {
        return;
    }
    read_part();
    let mut invalid = None;
    for field in Field::ALL.iter().copied() {
        if !validate(field) {
            invalid = invalid.or(Some(field));
        }
    }
    if let Some(field) = invalid {
        return focus_field(field);
    }
    let typed = |field: Field| dom::value(field.as_str());
    let state = state::untracked();
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
