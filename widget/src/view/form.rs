//! The form: which voucher, its PIN, and whom to reach about it. It stays in the document while an outcome is waited for,
//! hidden, with what was typed in it.

use super::field::{ask_for, check_now, field, go_to, read_part};
use super::line;
use super::tag::{Tag, tag};
use crate::flow::Flow;
use crate::intl::money;
use crate::page::{filled, text};
use crate::screen::{Message, Place, Screen};
use crate::state::{self, State};
use crate::{dom, draft, run};
use checkout_present::{CheckoutRules, Field, OfferRules, RedemptionRules, Word, pin::grouped};
use checkout_wire::{CheckoutView, Offer, Pin, RedemptionRequest, RedemptionView};

/// The form's id.
pub const ID: &str = "form";

/// The form, with what was typed before, else with what the shop knows.
pub fn form() -> Option<Tag> {
    let state = state::peek();
    let view = state.flow.view.as_ref()?;
    let draft = draft::kept();
    let known = |typed: String, known: &Option<String>| {
        if typed.is_empty() { known.clone().unwrap_or_default() } else { typed }
    };
    // A voucher that is worth too little can pay a part.
    let short = view.redemptions.last().filter(|last| last.is_short()).map(RedemptionView::key);
    let picked = view.pick(&short.filter(|_| draft.offer.is_empty()).unwrap_or(draft.offer))?.key();
    state::change(|state| state.offer = picked.clone());
    let form = tag("form")
        .attr("id", ID)
        .attr("novalidate", "")
        .follow("hidden", move || (!Screen::has_form(&state::now().flow)).then_some(""))
        .on("submit", move |event| {
            event.prevent_default();
            pay();
        })
        .child(line("line", "").words(move || match is_part_paid(&state::now().flow) {
            true => text(Word::NextVoucherText),
            false => String::new(),
        }))
        .maybe(choice(&view.providers))
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
                .class("button")
                .follow("aria-disabled", move || closed(&state::now().flow).then_some("true"))
                .words(move || label(&state::now())),
        );
    Some(form)
}

/// The offer that is chosen.
pub fn chosen(state: &State) -> Option<&Offer> {
    state.flow.view.as_ref()?.pick(&state.offer)
}

fn choice(offers: &[Offer]) -> Option<Tag> {
    if offers.len() < 2 {
        return None;
    }
    let mut choice = tag("fieldset").class("choice").child(tag("legend").say(Word::VoucherKind));
    for (place, offer) in offers.iter().enumerate() {
        // The view is built again when there are more of them, or less, so each keeps its place.
        let is_down = move || {
            let state = state::now();
            let offer = state.flow.view.as_ref().and_then(|view| view.providers.get(place));
            offer.is_some_and(|offer| offer.retry_after.is_some())
        };
        let (key, chosen) = (offer.key(), offer.key());
        let radio = tag("input")
            .attr("type", "radio")
            .attr("name", "offer")
            .attr("value", &key)
            .follow("disabled", move || is_down().then_some(""))
            .checked(move || state::now().offer == chosen)
            .on("change", move |_| choose(&key));
        let down = tag("small").words(move || match is_down() {
            true => text(Word::OfferDown),
            false => String::new(),
        });
        let label = tag("span").text(&offer.label).text(" ").child(down);
        choice = choice.child(tag("label").child(radio).child(label));
    }
    Some(choice)
}

/// Chooses another offer where that of the shopper's choice does not answer any more.
pub fn stay_up() {
    let state = state::peek();
    if let Some(key) = chosen(&state).map(Offer::key).filter(|key| *key != state.offer) {
        choose(&key);
        // That is the other one's.
        if let Some(input) = dom::input(Field::Pin.as_str()) {
            input.set_value("");
        }
    }
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

fn is_part_paid(flow: &Flow) -> bool {
    flow.view.as_ref().is_some_and(|view| view.amount_received > 0)
}

fn closed(flow: &Flow) -> bool {
    flow.wait.is_some() || !flow.online || !Screen::has_form(flow)
}

fn label(state: &State) -> String {
    let amount = |view: &CheckoutView| money(state.part.unwrap_or(view.amount_remaining), &view.currency);
    let amount = state.flow.view.as_deref().map(amount);
    filled(Word::PayButton, &[("amount", &amount.unwrap_or_default())])
}

/// Pays with the change voucher of that redemption as if its PIN had been typed. Where nothing can be paid just now, goes to where it
/// is said why.
pub fn use_change(id: &str) {
    let state = state::peek();
    if closed(&state.flow) {
        let said = |place: &Place| Message::at(*place, &state.flow).is_some();
        let why = [Place::Connection, Place::Try].into_iter().find(said);
        return why.map_or((), |place| dom::focus(place.id()));
    }
    let view = state.flow.view.as_deref();
    let one = view.and_then(|view| view.redemptions.iter().find(|one| one.id == id).map(|one| (view, one)));
    if let Some((offer, change, part)) = one.and_then(|(view, one)| view.rest_by(one)) {
        choose(&offer.key());
        if let Some(input) = dom::input(Field::Pin.as_str()) {
            input.set_value(&grouped(change.pin.reveal()));
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
    for field in Field::ALL.iter().copied() {
        if !check_now(field) {
            wrong = wrong.or(Some(field));
        }
    }
    if let Some(field) = wrong {
        return go_to(field);
    }
    let typed = |field: Field| dom::value(field.as_str());
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
