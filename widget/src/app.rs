//! The app: turns each message into a new model and its effects, and connects model, view and effects.

use crate::model::dom_event::DomEvent;
use crate::model::flow::{Flow, FlowEvent, NextRequest};
use crate::model::{Copied, Effect, Intent, Message, Model};
use crate::{effects, view};
use checkout_present::{
    CheckoutRules, Field, FormValues, NotCharged, Notice, OfferRules, Place, Screen, WITH_CODE, Word, ids,
    pin::grouped,
};
use checkout_wire::money::decimal;
use checkout_wire::{
    ChallengeAnswer, DeclineCode, Minor, Pin, RedemptionRequest, RedemptionStatus, Seconds, SessionStatus,
    pin::CODE,
};
use leptos::prelude::*;
use std::rc::Rc;

/// Starts the checkout: shows this state, and handles every message from then on.
pub fn start(flow: Flow) {
    let (offer, amount) = view::typed();
    let loading = Flow::new(None, flow.online);
    let mut model = Model::new(flow, offer, amount);
    let effects = begin(&mut model, &loading);
    let model = ArcRwSignal::new(model);
    view::mount(&model, emitter(&model));
    effects::watch(&dispatcher(&model));
    effects::poll(&dispatcher(&model));
    effects::perform(effects, &dispatcher(&model));
}

/// Returns a function that dispatches messages to this model.
fn dispatcher(model: &ArcRwSignal<Model>) -> effects::Dispatch {
    let model = model.clone();
    Rc::new(move |message| dispatch(&model, message))
}

/// Returns a function that dispatches the shopper's intents to this model.
fn emitter(model: &ArcRwSignal<Model>) -> view::Emit {
    let model = model.clone();
    Rc::new(move |intent| dispatch(&model, Message::Intent(intent)))
}

/// Applies a message to the model, and performs the effects.
fn dispatch(model: &ArcRwSignal<Model>, message: Message) {
    let mut effects = Vec::new();
    model.update(|model| effects = update(model, message));
    effects::perform(effects, &dispatcher(model));
}

/// Applies a message to the model, and returns the effects.
pub fn update(model: &mut Model, message: Message) -> Vec<Effect> {
    match message {
        Message::Event(event) => apply(model, event),
        Message::Intent(intent) => intend(model, intent),
        Message::Due => match model.flow.next_request() {
            NextRequest::Resend => {
                let mut effects = apply(model, FlowEvent::Resent);
                effects.push(Effect::Resend);
                effects
            }
            // Also when no request is due: another window may have paid, or the merchant canceled the session.
            _ => vec![Effect::Load],
        },
        // Nothing else loads the session in the meantime.
        Message::Poll
            if model.flow.state().form().is_some() && model.flow.next_request() == NextRequest::Nothing =>
        {
            vec![Effect::Load]
        }
        Message::Poll => Vec::new(),
        Message::OutOfDate => vec![Effect::Schedule(model.flow.next_request())],
        Message::Copied(id, succeeded) => {
            let attempts = model.copied.map_or(1, |copied| copied.attempts + 1);
            model.copied = Some(Copied { attempts, succeeded });
            if succeeded { Vec::new() } else { vec![Effect::Select(id)] }
        }
    }
}

/// Returns the effects of a checkout that has just been opened; `before` is the state of a page that is still loading.
fn begin(model: &mut Model, before: &Flow) -> Vec<Effect> {
    let mut effects = after(model, before, false);
    if !model.amount.is_empty() {
        effects.push(Effect::OpenPart(true));
    }
    effects
}

fn intend(model: &mut Model, intent: Intent) -> Vec<Effect> {
    match intent {
        Intent::Choose(key) => {
            choose(model, key);
            Vec::new()
        }
        Intent::Amount(amount) => {
            model.amount = amount;
            Vec::new()
        }
        Intent::EditPin => {
            if shows_outcome(model, Field::Pin) {
                model.set_error(Field::Pin, None);
            }
            Vec::new()
        }
        // An empty field is reported when the shopper pays, and a declined value stays declined.
        Intent::Leave(field, value) if value.is_empty() || shows_outcome(model, field) => Vec::new(),
        Intent::Leave(field, value) => validate(model, field, &value),
        Intent::Pay(inputs) => pay(model, &inputs),
        Intent::Answer(code) => answer(model, code.as_deref()),
        Intent::UseAnother if !WITH_CODE => Vec::new(),
        Intent::UseAnother => {
            let before = model.flow.clone();
            model.flow.given_up = before.view.as_ref().map_or(0, |view| view.redemptions.len());
            (model.flow.error, model.flow.wait) = (None, None);
            after(model, &before, false)
        }
        Intent::UseChange(id, inputs) => use_change(model, &id, inputs),
        Intent::CopyPin(id) => {
            let redemptions = model.view().into_iter().flat_map(|view| &view.redemptions);
            let change = redemptions.filter(|one| one.id.as_str() == id).find_map(|one| one.change.as_ref());
            let pin = change.map(|change| change.pin.clone());
            pin.map(|pin| Effect::Copy(id, pin)).into_iter().collect()
        }
        Intent::Print => vec![Effect::Print],
        Intent::Retry => vec![Effect::Load],
        Intent::Exit => {
            let paid = model.screen() == Screen::Paid;
            vec![Effect::Notify(if paid { DomEvent::Done } else { DomEvent::Cancel })]
        }
    }
}

/// Applies an event, and returns the effects of the change.
fn apply(model: &mut Model, event: FlowEvent) -> Vec<Effect> {
    let is_tick = matches!(event, FlowEvent::WaitLeft(_) | FlowEvent::TimeLeft(_));
    let before = model.flow.clone();
    model.flow.on(event);
    after(model, &before, is_tick)
}

/// Returns the effects of the change of the flow since `before`; `is_tick` is whether only the clock has moved.
fn after(model: &mut Model, before: &Flow, is_tick: bool) -> Vec<Effect> {
    let mut effects = Vec::new();
    effects.extend(room_down_to(before, &model.flow).map(Effect::KeepRoom));
    let has_outcome = before.outcome.is_none() && model.flow.outcome.is_some();
    if !model.flow.in_doubt() {
        effects.push(Effect::Forget);
    }
    let is_used = has_outcome && model.flow.outcome == Some(RedemptionStatus::Succeeded);
    if is_used || (is_final(&model.flow) && !is_final(before)) {
        effects.push(Effect::SetPin(Pin::default()));
    }
    if before.view.is_none() && model.view().is_some() {
        open(model, &mut effects);
    }
    leave_down_offer(model, &mut effects);
    if let Some(wait) = model.flow.wait.filter(|_| !is_tick && model.flow.wait != before.wait) {
        effects.push(Effect::CountDown(wait.seconds));
    }
    if let Some((field, word)) = model.flow.state().field_error().filter(|_| model.flow.error != before.error)
    {
        show_error(model, field, Some(word), &mut effects);
        if field == Field::Pin {
            effects.push(Effect::SelectPin);
        }
    }
    let remaining = |flow: &Flow| flow.view.as_ref().map(|view| view.amount_remaining);
    match model.flow.error {
        Some(NotCharged::Short(_, usable)) if has_outcome => set_part(model, Some(usable), &mut effects),
        // The part is paid: the next voucher may pay all that remains.
        _ if has_outcome && model.flow.outcome == Some(RedemptionStatus::Succeeded) => {
            set_part(model, None, &mut effects);
        }
        // The typed amount may now exceed the remaining amount.
        _ if remaining(before) != remaining(&model.flow) => {
            let amount = model.amount.clone();
            effects.extend(validate(model, Field::Amount, &amount));
        }
        _ => {}
    }
    if !is_tick && let Some(left) = model.view().and_then(|view| view.expires_in) {
        effects.push(Effect::EndIn(left));
    }
    let event = DomEvent::between(before, &model.flow);
    effects.extend(event.map(Effect::Notify));
    if event == Some(DomEvent::Paid(false)) {
        // The shopper has nothing to keep.
        effects.push(Effect::Notify(DomEvent::Done));
    }
    effects.extend(focus(before, &model.flow).map(Effect::Focus));
    effects.push(Effect::Schedule(model.flow.next_request()));
    effects
}

/// Returns whether the session takes no more vouchers.
fn is_final(flow: &Flow) -> bool {
    flow.status().is_some_and(|status| !matches!(status, SessionStatus::Open | SessionStatus::Processing))
}

/// Completes the model when the session is known for the first time.
fn open(model: &mut Model, effects: &mut Vec<Effect>) {
    let Some(view) = model.flow.view.clone() else {
        return;
    };
    let Some(chosen) = view.offer_for(&model.offer).map(OfferRules::key) else {
        return;
    };
    // A PIN belongs to the offer that it was typed for, whose provider may be down now.
    if !model.offer.is_empty() && model.offer != chosen {
        effects.push(Effect::SetPin(Pin::default()));
    }
    model.offer = chosen;
    for (field, known) in [(Field::Phone, &view.phone), (Field::Email, &view.email)] {
        effects.extend(known.iter().map(|known| Effect::Fill(field, known.clone())));
    }
    match model.flow.error {
        Some(NotCharged::Short(_, usable)) if model.amount.is_empty() => {
            set_part(model, Some(usable), effects)
        }
        Some(NotCharged::Declined(DeclineCode::InsufficientFunds)) => effects.push(Effect::OpenPart(true)),
        _ => {}
    }
}

/// Returns the id of the element whose bottom edge marks the space to reserve, so that the rest of the page does not move; empty to reserve
/// none.
fn room_down_to(before: &Flow, after: &Flow) -> Option<&'static str> {
    let (had, has) = (before.state().form(), after.state().form());
    match had {
        // The notice disappears by itself at the end of a wait: its space stays reserved, so the form stays in place.
        Some(_) if had == has => Some(ids::ROOM),
        _ if !after.screen().is_waiting() => Some(""),
        // While the form is hidden, the notice in its place is at least as high as the form.
        form => form,
    }
}

/// Returns the element to focus after that change: the field to correct, or else the notice about the change.
fn focus(before: &Flow, after: &Flow) -> Option<&'static str> {
    let (before, after) = (before.state(), after.state());
    let form_closed = before.has_form() && !after.has_form();
    if !((before.screen != after.screen && before.screen != Screen::Loading) || form_closed) {
        return None;
    }
    let field = after.field_error().map(|(field, _)| field);
    let field = field.or((WITH_CODE && after.screen == Screen::Code).then_some(Field::Code));
    let notice = Place::ALL.into_iter().find(|place| Notice::at(*place, &after).is_some());
    Some(match (field, notice) {
        (None, Some(place)) => place.focus_id(),
        (field, _) => field.unwrap_or(Field::Pin).as_str(),
    })
}

fn choose(model: &mut Model, key: String) {
    model.offer = key;
    model.set_error(Field::Pin, None);
}

/// Chooses another offer when the provider of the chosen one is down.
fn leave_down_offer(model: &mut Model, effects: &mut Vec<Effect>) {
    let other = model.chosen().map(OfferRules::key).filter(|key| *key != model.offer);
    if let Some(key) = other {
        choose(model, key);
        // The PIN typed belongs to the previous offer.
        effects.push(Effect::SetPin(Pin::default()));
    }
}

/// Fills in that part; `None` clears the field, for the whole remaining amount.
fn set_part(model: &mut Model, part: Option<Minor>, effects: &mut Vec<Effect>) {
    model.amount = part.map(decimal).unwrap_or_default();
    effects.push(Effect::OpenPart(part.is_some()));
}

/// Validates the value of that field and shows its error.
fn validate(model: &mut Model, field: Field, value: &str) -> Vec<Effect> {
    let mut effects = Vec::new();
    if let Some((view, offer)) = model.view().zip(model.chosen()) {
        let word = field.mistake(value, offer, view);
        show_error(model, field, word, &mut effects);
    }
    effects
}

/// Returns whether the error at that field is the outcome of the last payment attempt.
fn shows_outcome(model: &Model, field: Field) -> bool {
    let error = model.flow.state().field_error();
    error.is_some_and(|(wrong, word)| wrong == field && model.error(field) == Some(word))
}

fn show_error(model: &mut Model, field: Field, word: Option<Word>, effects: &mut Vec<Effect>) {
    if field == Field::Amount && word.is_some() {
        effects.push(Effect::OpenPart(true));
    }
    model.set_error(field, word);
}

/// Pays with these values if each is valid; otherwise focuses the first invalid field.
fn pay(model: &mut Model, inputs: &FormValues) -> Vec<Effect> {
    let mut effects = Vec::new();
    if !model.can_pay() {
        return effects;
    }
    model.amount.clone_from(&inputs.amount);
    for field in Field::ALL.iter().copied() {
        effects.extend(validate(model, field, inputs.at(field)));
    }
    if let Some(field) = Field::ALL.iter().copied().find(|field| model.error(*field).is_some()) {
        effects.push(Effect::Focus(field.as_str()));
        return effects;
    }
    let request = model.chosen().and_then(|offer| {
        Some(RedemptionRequest {
            provider: offer.provider.clone(),
            provider_code: offer.provider_code.clone(),
            pin: Pin::parse(inputs.pin.reveal(), &offer.pin).ok()?,
            phone: inputs.phone.clone(),
            email: offer.needs_email.then(|| inputs.email.clone()),
            amount: model.part(),
        })
    });
    if let Some(request) = request {
        effects.extend(apply(model, FlowEvent::Submitted));
        effects.push(Effect::Submit(request.to_json()));
    }
    effects
}

/// Pays with this code, or requests another one.
fn answer(model: &mut Model, code: Option<&str>) -> Vec<Effect> {
    let Some(id) = model.answerable().cloned() else {
        return Vec::new();
    };
    let answer = match code.map(|typed| Pin::parse(typed, &CODE)) {
        Some(Ok(code)) => ChallengeAnswer::Code(code),
        None if model.resend_in() == Some(Seconds(0)) => ChallengeAnswer::Resend,
        None => return Vec::new(),
        Some(Err(_)) => {
            model.set_error(Field::Code, Some(Word::CodeInvalid));
            return vec![Effect::Focus(Field::Code.as_str())];
        }
    };
    model.set_error(Field::Code, None);
    let sent = if code.is_some() { FlowEvent::CodeSubmitted } else { FlowEvent::Submitted };
    let mut effects = apply(model, sent);
    effects.push(Effect::Answer(["/redemptions/", id.as_str(), "/challenge"].concat(), answer.to_json()));
    effects
}

/// Pays with the change voucher of that redemption as if its PIN had been typed. While nothing can be paid, focuses the notice
/// that says why.
fn use_change(model: &mut Model, id: &str, inputs: FormValues) -> Vec<Effect> {
    if !model.can_pay() {
        let has_notice = |place: &Place| Notice::at(*place, &model.flow.state()).is_some();
        let place = [Place::Connection, Place::Attempt].into_iter().find(has_notice);
        return place.map(|place| Effect::Focus(place.focus_id())).into_iter().collect();
    }
    let Some(view) = model.flow.view.clone() else {
        return Vec::new();
    };
    let one = view.redemptions.iter().find(|one| one.id.as_str() == id);
    let Some((offer, change, part)) = one.and_then(|one| view.change_payment(one)) else {
        return Vec::new();
    };
    choose(model, offer.key());
    let pin = Pin::as_typed(grouped(change.pin.reveal(), Some(&offer.pin)));
    let mut effects = vec![Effect::SetPin(pin.clone())];
    set_part(model, part, &mut effects);
    let inputs = FormValues { pin, amount: model.amount.clone(), ..inputs };
    effects.extend(pay(model, &inputs));
    effects
}

#[cfg(test)]
mod tests;
