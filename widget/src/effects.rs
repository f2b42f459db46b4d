//! Performs the effects: requests, timers, events for the shop's page, and changes of the document.

use crate::api::{self, Access, Submission};
use crate::model::backoff::Backoff;
use crate::model::flow::{FlowEvent, NextRequest};
use crate::model::{Effect, Message};
use crate::{dom, host, pin_field};
use checkout_present::{Field, WITH_CODE, ids, page_rules::FEW};
use checkout_wire::{Millis, Seconds};
use leptos::prelude::{document, window};
use leptos::task::spawn_local;
use std::cell::RefCell;
use std::rc::Rc;

/// A function that dispatches a message to the app.
pub type Dispatch = Rc<dyn Fn(Message)>;

thread_local! {
    static STATE: RefCell<State> = const { RefCell::new(State::new()) };
}

/// The state of the effects between two messages.
struct State {
    access: Option<Rc<Access>>,
    /// The submission whose outcome is unknown. Holds the PIN.
    submission: Option<Rc<Submission>>,
    backoff: Backoff,
    timer: Option<i32>,
    /// Incremented when a `POST` is sent and when it ends: the answer to a `GET` from an earlier epoch is out of date.
    epoch: u32,
    loading: bool,
    /// The end of the wait that the Worker asked for.
    wait_until: Millis,
    ticking: bool,
    /// The end of the session.
    ends_at: Millis,
    awaits_end: bool,
}

impl State {
    const fn new() -> Self {
        Self {
            access: None,
            submission: None,
            backoff: Backoff::new(),
            timer: None,
            epoch: 0,
            loading: false,
            wait_until: Millis::ZERO,
            ticking: false,
            ends_at: Millis::ZERO,
            awaits_end: false,
        }
    }
}

/// Sets the session that every request is for.
pub fn allow(access: Access) {
    STATE.with_borrow_mut(|state| state.access = Some(Rc::new(access)));
}

/// Performs the effects in order.
pub fn perform(effects: Vec<Effect>, dispatch: &Dispatch) {
    for effect in effects {
        match effect {
            Effect::Submit(body) => submit(Submission::new(dom::take_value(ids::ATTEMPT), body), dispatch),
            Effect::Answer(path, body) if WITH_CODE => {
                _ = dom::take_value(Field::Code.as_str());
                submit(Submission::new(None, body).to(path), dispatch);
            }
            Effect::Answer(..) => {}
            Effect::Resend => send(dispatch),
            Effect::Load => load(dispatch),
            Effect::Schedule(next) => schedule(next, dispatch),
            Effect::Forget => STATE.with_borrow_mut(|state| state.submission = None),
            Effect::CountDown(wait) => count_down(wait, dispatch),
            Effect::EndIn(left) => end_in(left, dispatch),
            Effect::Notify(event) => {
                let session =
                    STATE.with_borrow(|state| state.access.as_ref().map(|access| access.session.clone()));
                host::notify(event, &session.unwrap_or_default());
            }
            Effect::SetPin(pin) => pin_field::set(pin.reveal()),
            Effect::SelectPin => _ = dom::after(0, pin_field::select),
            Effect::Fill(field, text) => {
                if let Some(input) = dom::input(field.as_str()).filter(|input| input.value().is_empty()) {
                    input.set_value(&text);
                }
            }
            Effect::OpenPart(open) => dom::set_open(ids::PART, open),
            Effect::KeepRoom(down_to) => dom::reserve_height(ids::ROOM, down_to),
            // After the view has been updated.
            Effect::Focus(id) => _ = dom::after(0, move || dom::focus(id)),
            Effect::Copy(id, pin) => {
                let dispatch = Rc::clone(dispatch);
                dom::copy(pin.reveal(), move |copied| dispatch(Message::Copied(id.clone(), copied)));
            }
            Effect::Select(id) => dom::select(&id),
            Effect::Print => _ = window().print(),
        }
    }
}

/// Sends a new submission.
fn submit(submission: Submission, dispatch: &Dispatch) {
    STATE.with_borrow_mut(|state| {
        state.submission = Some(Rc::new(submission));
        state.backoff.reset();
    });
    send(dispatch);
}

/// Follows the connection, and sends the next request as soon as it is back or the page is visible again.
pub fn watch(dispatch: &Dispatch) {
    for event in ["online", "offline"] {
        let dispatch = Rc::clone(dispatch);
        dom::listen(&window(), event, move |_| {
            dispatch(Message::Event(FlowEvent::Online(dom::is_online())));
            STATE.with_borrow_mut(|state| state.backoff.reset());
            if dom::is_online() {
                dispatch(Message::Due);
            }
        });
    }
    let dispatch = Rc::clone(dispatch);
    dom::listen(&document(), "visibilitychange", move |_| {
        if !document().hidden() {
            dispatch(Message::Due);
        }
    });
}

/// Loads the session every 25 seconds while the page is visible, to show changes made elsewhere.
pub fn poll(dispatch: &Dispatch) {
    let dispatch = Rc::clone(dispatch);
    dom::after(25_000, move || {
        if !document().hidden() {
            dispatch(Message::Poll);
        }
        poll(&dispatch);
    });
}

/// Updates the time left, and loads the session at its end.
fn end_in(left: Seconds, dispatch: &Dispatch) {
    let is_awaited = STATE.with_borrow_mut(|state| {
        state.ends_at = now() + left.to_millis();
        std::mem::replace(&mut state.awaits_end, true)
    });
    if !is_awaited {
        await_end(Rc::clone(dispatch));
    }
}

fn await_end(dispatch: Dispatch) {
    const STEP: i64 = 15_000;
    const DAY: i64 = 86_400_000;
    let left = || STATE.with_borrow(|state| state.ends_at - now());
    let Millis(wait) = left();
    let wait = if wait <= FEW.to_millis().0 { wait.min(STEP) } else { wait - FEW.to_millis().0 };
    dom::after(wait.clamp(0, DAY) as i32, move || match left().to_seconds_rounded_up() {
        left if left > Seconds(0) => {
            dispatch(Message::Event(FlowEvent::TimeLeft(left)));
            await_end(Rc::clone(&dispatch));
        }
        _ => {
            STATE.with_borrow_mut(|state| state.awaits_end = false);
            dispatch(Message::Due);
        }
    });
}

/// Loads the session, unless a load is under way.
fn load(dispatch: &Dispatch) {
    let call = STATE.with_borrow_mut(|state| {
        let access = state.access.clone().filter(|_| !state.loading)?;
        state.loading = true;
        if let Some(timer) = state.timer.take() {
            dom::cancel(timer);
        }
        Some((access, state.epoch))
    });
    let Some((access, epoch)) = call else {
        return;
    };
    let dispatch = Rc::clone(dispatch);
    spawn_local(async move {
        let event = api::load_session(&access).await;
        let current = STATE.with_borrow_mut(|state| {
            state.loading = false;
            state.epoch == epoch
        });
        dispatch(if current { Message::Event(event) } else { Message::OutOfDate });
    });
}

/// Sends the submission, again with a proof of work if the Worker asks for one.
fn send(dispatch: &Dispatch) {
    let call = STATE.with_borrow_mut(|state| {
        state.epoch += 1;
        if let Some(timer) = state.timer.take() {
            dom::cancel(timer);
        }
        state.access.clone().zip(state.submission.clone())
    });
    let Some((access, submission)) = call else {
        return;
    };
    let dispatch = Rc::clone(dispatch);
    spawn_local(async move {
        let (mut proof, mut proofs) = (None, 0);
        let event = loop {
            let event = api::redeem(&access, &submission, proof.as_deref()).await;
            let Some((puzzle, wait)) = api::proof_asked(&event, proofs) else {
                break event;
            };
            proofs += 1;
            dispatch(Message::Event(FlowEvent::ProofAsked(wait)));
            proof = Some(api::prove(puzzle, wait).await);
        };
        STATE.with_borrow_mut(|state| state.epoch += 1);
        dispatch(Message::Event(event));
    });
}

/// Schedules the next request.
fn schedule(next: NextRequest, dispatch: &Dispatch) {
    if next == NextRequest::LoadNow {
        return load(dispatch);
    }
    STATE.with_borrow_mut(|state| {
        if next == NextRequest::Nothing {
            if let Some(timer) = state.timer.take() {
                dom::cancel(timer);
            }
        } else if !state.loading && state.timer.is_none() {
            let dispatch = Rc::clone(dispatch);
            let due = move || {
                STATE.with_borrow_mut(|state| state.timer = None);
                dispatch(Message::Due);
            };
            state.timer = Some(dom::after(state.backoff.next(), due));
        }
    });
}

/// Counts down the wait that the Worker asked for. It follows the clock, because timers run late in a background tab.
fn count_down(wait: Seconds, dispatch: &Dispatch) {
    let ticking = STATE.with_borrow_mut(|state| {
        state.wait_until = now() + wait.to_millis();
        std::mem::replace(&mut state.ticking, true)
    });
    if !ticking {
        tick(Rc::clone(dispatch));
    }
}

fn tick(dispatch: Dispatch) {
    let second = move || {
        let left = STATE.with_borrow_mut(|state| {
            let left = (state.wait_until - now()).to_seconds_rounded_up();
            state.ticking = left > Seconds(0);
            if !state.ticking {
                state.backoff.reset();
            }
            left
        });
        dispatch(Message::Event(FlowEvent::WaitLeft(left)));
        if left > Seconds(0) {
            tick(Rc::clone(&dispatch));
        }
    };
    dom::after(1000, second);
}

fn now() -> Millis {
    Millis(js_sys::Date::now() as i64)
}
