//! Runs the checkout: applies every event to the [`Flow`], updates the view and sends the next request.

use crate::api::{self, Access, Submission};
use crate::flow::{Event, Flow, NextRequest, Refusal};
use crate::screen::{Notice, Place, Screen, ShopEvent, field_error};
use crate::{backoff::Backoff, dom, host, plain_form, state, view};
use checkout_present::Field;
use checkout_wire::{Millis, Minor, Page, RedemptionStatus, Seconds};
use leptos::mount::{UnmountHandle, mount_to};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;

thread_local! {
    static RUN: RefCell<Run> = const { RefCell::new(Run::new()) };
}

/// The part of the running checkout that the view does not render.
struct Run {
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
    /// Keeps the view mounted.
    mounted: Option<UnmountHandle<web_sys::Comment>>,
}

impl Run {
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
            mounted: None,
        }
    }
}

/// Starts the checkout on this page.
pub fn start(page: Page) {
    let Page { session, origins, client_secret, checkout, .. } = page;
    state::init(Flow::new(checkout, dom::is_online()));
    mount();
    view::suggest_part();
    watch_connection();
    let open = move |secret| {
        RUN.with_borrow_mut(|run| run.access = Some(Rc::new(Access { session: session.clone(), secret })));
        host::ready();
        notify_transition(&Flow::new(None, true), &state::untracked().flow);
        schedule_next();
    };
    match client_secret {
        Some(secret) => open(secret),
        None => host::listen(origins, open),
    }
}

/// Applies an event, updates the view, notifies the shop's page and schedules the next request.
pub fn apply(event: Event) {
    let is_tick = matches!(event, Event::WaitLeft(_));
    let (before, after) = (state::untracked(), {
        state::update(|state| state.flow.on(event));
        state::untracked()
    });
    let (before, after) = (&before.flow, &after.flow);
    view::reserve_height(before, after);
    let has_outcome = before.outcome.is_none() && after.outcome.is_some();
    if !after.in_doubt() {
        RUN.with_borrow_mut(|run| run.submission = None);
    }
    if has_outcome && after.outcome != Some(RedemptionStatus::NotSent) && !after.is_short() {
        clear_pin();
    }
    let new_load_error = before.view.is_none() && after.load_error != before.load_error;
    let offers = |flow: &Flow| flow.view.as_ref().map(|view| view.providers.len());
    if new_load_error || offers(before) != offers(after) {
        mount();
    }
    if before.view.is_none() {
        view::suggest_part();
    }
    view::leave_down_offer();
    if !is_tick && after.wait != before.wait {
        start_countdown(after);
    }
    if let Some((field, word)) = field_error(after).filter(|_| after.refusal != before.refusal) {
        view::show_error(field, Some(word));
    }
    match after.refusal {
        Some(Refusal::Short(_, usable)) if has_outcome => view::set_part(Some(usable)),
        // The part is paid: the next voucher may pay all that remains.
        _ if has_outcome && after.outcome == Some(RedemptionStatus::Succeeded) => view::set_part(None),
        // The amount typed may exceed the remaining amount now.
        _ if remaining(before) != remaining(after) => {
            view::read_part();
            view::validate(Field::Amount);
        }
        _ => {}
    }
    notify_transition(before, after);
    announce(before, after);
    schedule_next();
}

/// Submits a redemption request. Repeats the same request until its outcome is known.
pub fn submit(body: String) {
    RUN.with_borrow_mut(|run| {
        run.submission = Some(Rc::new(Submission::new(body)));
        run.backoff.reset();
    });
    apply(Event::Submitted);
    send();
}

/// Loads the session, unless a load is under way.
pub fn load_session() {
    let call = RUN.with_borrow_mut(|run| {
        let access = run.access.clone().filter(|_| !run.loading)?;
        run.loading = true;
        if let Some(timer) = run.timer.take() {
            dom::cancel(timer);
        }
        Some((access, run.epoch))
    });
    let Some((access, epoch)) = call else {
        return;
    };
    spawn_local(async move {
        let event = api::load_session(&access).await;
        let current = RUN.with_borrow_mut(|run| {
            run.loading = false;
            run.epoch == epoch
        });
        if current {
            apply(event);
        } else {
            schedule_next();
        }
    });
}

fn send() {
    let call = RUN.with_borrow_mut(|run| {
        run.epoch += 1;
        run.access.clone().zip(run.submission.clone())
    });
    let Some((access, submission)) = call else {
        return;
    };
    spawn_local(async move {
        let event = api::redeem(&access, &submission).await;
        RUN.with_borrow_mut(|run| run.epoch += 1);
        apply(event);
    });
}

/// Schedules the request that the flow makes next.
fn schedule_next() {
    let next = state::untracked().flow.next_request();
    if next == NextRequest::LoadNow {
        return load_session();
    }
    RUN.with_borrow_mut(|run| {
        if next == NextRequest::Nothing {
            if let Some(timer) = run.timer.take() {
                dom::cancel(timer);
            }
        } else if !run.loading && run.timer.is_none() {
            let due = move || send_next();
            run.timer = Some(dom::after(run.backoff.next(), due));
        }
    });
}

/// Sends the next request now instead of after its delay. Loads the session even when no request is due: another window may have
/// paid, or the merchant canceled the session.
fn send_next() {
    match state::untracked().flow.next_request() {
        NextRequest::Resend => {
            RUN.with_borrow_mut(|run| run.timer.take().map(dom::cancel));
            apply(Event::Resent);
            send();
        }
        _ => load_session(),
    }
}

/// Sends the next request as soon as the connection is back or the page is visible again.
fn watch_connection() {
    for event in ["online", "offline"] {
        dom::listen(&window(), event, move |_| {
            apply(Event::Online(dom::is_online()));
            RUN.with_borrow_mut(|run| run.backoff.reset());
            if dom::is_online() {
                send_next();
            }
        });
    }
    dom::listen(&document(), "visibilitychange", move |_| {
        if !document().hidden() {
            send_next();
        }
    });
}

/// Builds the view and puts it into the page once there is something to show. Until then, and if building fails, the page keeps
/// the Worker's plain form.
fn mount() {
    let Ok(root) = document().create_element("div") else {
        return;
    };
    let restore = plain_form::save();
    let container = root.clone();
    let mounted = mount_to(root.clone().unchecked_into(), move || view::checkout(container));
    drop(RUN.with_borrow_mut(|run| run.mounted.replace(mounted)));
    let is_loading = Screen::of(&state::untracked().flow) == Screen::Loading;
    if let Some(main) = dom::by_id("checkout").filter(|_| !is_loading) {
        main.replace_children_with_node_1(&root);
        restore();
        start_countdown(&state::untracked().flow);
    }
}

/// Sends an event of this session to the shop's page.
pub fn notify_shop(event: ShopEvent) {
    let session = RUN.with_borrow(|run| run.access.as_ref().map(|access| access.session.clone()));
    host::notify(event, &session.unwrap_or_default());
}

fn notify_transition(before: &Flow, after: &Flow) {
    if let Some(event) = ShopEvent::between(before, after) {
        notify_shop(event);
    }
}

/// Announces what changed to screen readers and moves the focus to the notice, or to the field to correct.
fn announce(before: &Flow, after: &Flow) {
    let (mut changed, mut announcement) = (false, String::new());
    for place in Place::ALL {
        let spoken = view::spoken(place, after);
        // A new amount is announced, a new number of seconds is not.
        let same = match place {
            Place::Order => spoken == view::spoken(place, before),
            _ => Notice::at(place, after) == Notice::at(place, before),
        };
        if !same {
            changed = true;
            announcement = if announcement.is_empty() { spoken } else { [announcement, spoken].join(" ") };
        }
    }
    if changed {
        state::update(|state| state.announcement = announcement);
    }
    let (old, new) = (Screen::of(before), Screen::of(after));
    let form_closed = Screen::has_form(before) && !Screen::has_form(after);
    if (old != new && old != Screen::Loading) || form_closed {
        let field = field_error(after).map(|(field, _)| field);
        let notice = Place::ALL.into_iter().find(|place| Notice::at(*place, after).is_some());
        // Waits until the effects have updated the view.
        dom::after(0, move || match (field, notice) {
            (Some(field), _) => view::focus_field(field),
            (None, Some(place)) => dom::focus(place.id()),
            (None, None) => view::focus_field(Field::Pin),
        });
    }
}

fn remaining(flow: &Flow) -> Option<Minor> {
    flow.view.as_ref().map(|view| view.amount_remaining)
}

/// Clears the PIN input once the outcome of its voucher is known.
fn clear_pin() {
    if let Some(input) = dom::input(Field::Pin.as_str()) {
        input.set_value("");
    }
}

/// Starts the countdown of the wait that the Worker asked for. It follows the clock, because timers run late in a background tab.
fn start_countdown(flow: &Flow) {
    let Some(wait) = flow.wait else {
        return;
    };
    let ticking = RUN.with_borrow_mut(|run| {
        run.wait_until = now() + wait.seconds.to_millis();
        std::mem::replace(&mut run.ticking, true)
    });
    if !ticking {
        tick();
    }
}

fn tick() {
    let second = move || {
        let left = RUN.with_borrow_mut(|run| {
            let left = (run.wait_until - now()).to_seconds_rounded_up();
            run.ticking = left > Seconds(0);
            if !run.ticking {
                run.backoff.reset();
            }
            left
        });
        apply(Event::WaitLeft(left));
        if left > Seconds(0) {
            tick();
        }
    };
    dom::after(1000, second);
}

fn now() -> Millis {
    Millis(js_sys::Date::now() as i64)
}
