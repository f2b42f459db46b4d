//! Runs the checkout: hands every event to [`Flow`], shows the outcome and does what is to be done next.

use crate::api::{self, Access, Submission};
use crate::flow::{Event, Flow, Notice, Todo};
use crate::screen::{Message, Place, Screen, Told, field_error};
use crate::{dom, draft, host, pauses::Pauses, state, view};
use checkout_present::Field;
use checkout_wire::{Page, RedemptionStatus};
use leptos::mount::{UnmountHandle, mount_to};
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;

thread_local! {
    static RUN: RefCell<Run> = const { RefCell::new(Run::new()) };
}

/// What has no place in the view.
struct Run {
    access: Option<Rc<Access>>,
    /// Kept until its outcome is known; holds the PIN.
    submission: Option<Rc<Submission>>,
    pauses: Pauses,
    timer: Option<i32>,
    /// Counts the calls that change what a `GET` may show: an answer from before one of them is old.
    epoch: u32,
    asking: bool,
    /// When the pause that the Worker asked for is over, in the clock's milliseconds.
    wait_until: i64,
    ticking: bool,
    /// Keeps the view.
    mounted: Option<UnmountHandle<web_sys::Comment>>,
}

impl Run {
    const fn new() -> Self {
        Self {
            access: None,
            submission: None,
            pauses: Pauses::new(),
            timer: None,
            epoch: 0,
            asking: false,
            wait_until: 0,
            ticking: false,
            mounted: None,
        }
    }
}

/// Starts on this page.
pub fn start(page: Page) {
    let Page { session, origins, client_secret, checkout, .. } = page;
    state::open(Flow::new(checkout, dom::online()));
    mount();
    view::suggest();
    watch();
    let open = move |secret| {
        RUN.with_borrow_mut(|run| run.access = Some(Rc::new(Access { session: session.clone(), secret })));
        host::ready();
        tell_change(&Flow::new(None, true), &state::peek().flow);
        next();
    };
    match client_secret {
        Some(secret) => open(secret),
        None => host::listen(origins, open),
    }
}

/// Takes an event in, tells everyone who should know, and goes on.
pub fn apply(event: Event) {
    let counted = matches!(event, Event::WaitLeft(_));
    let (before, after) = (state::peek(), {
        state::change(|state| state.flow.on(event));
        state::peek()
    });
    let (before, after) = (&before.flow, &after.flow);
    view::keep_room(before, after);
    let ended = before.ended.is_none() && after.ended.is_some();
    if !after.in_doubt() {
        RUN.with_borrow_mut(|run| run.submission = None);
    }
    if ended && after.ended != Some(RedemptionStatus::NotSent) && !after.is_short() {
        forget_pin();
    }
    let unknown = before.view.is_none() && after.trouble != before.trouble;
    let offers = |flow: &Flow| flow.view.as_ref().map(|view| view.providers.len());
    if unknown || offers(before) != offers(after) {
        mount();
    }
    if before.view.is_none() {
        view::suggest();
    }
    view::stay_up();
    if !counted && after.wait != before.wait {
        count_down(after);
    }
    if let Some((field, word)) = field_error(after).filter(|_| after.notice != before.notice) {
        view::wrong(field, Some(word));
    }
    match after.notice {
        Some(Notice::Short(_, usable)) if ended => view::ask_for(Some(usable)),
        // What it was to pay, it has paid.
        _ if ended && after.ended == Some(RedemptionStatus::Succeeded) => view::ask_for(None),
        // What was typed may be more than remains now.
        _ if remaining(before) != remaining(after) => {
            view::read_part();
            view::check_now(Field::Amount);
        }
        _ => {}
    }
    tell_change(before, after);
    announce(before, after);
    next();
}

/// Pays: sends this body, once, and repeats exactly this until its outcome is known.
pub fn submit(body: String) {
    RUN.with_borrow_mut(|run| {
        run.submission = Some(Rc::new(Submission::new(body)));
        run.pauses.restart();
    });
    apply(Event::Submitted);
    send();
}

/// Asks for the session, unless that is being done.
pub fn ask() {
    let call = RUN.with_borrow_mut(|run| {
        let access = run.access.clone().filter(|_| !run.asking)?;
        run.asking = true;
        if let Some(timer) = run.timer.take() {
            dom::stop(timer);
        }
        Some((access, run.epoch))
    });
    let Some((access, epoch)) = call else {
        return;
    };
    spawn_local(async move {
        let event = api::view(&access).await;
        let current = RUN.with_borrow_mut(|run| {
            run.asking = false;
            run.epoch == epoch
        });
        if current {
            apply(event);
        } else {
            next();
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

/// Arranges what the flow wants done next.
fn next() {
    let todo = state::peek().flow.todo();
    if todo == Todo::AskNow {
        return ask();
    }
    RUN.with_borrow_mut(|run| {
        if todo == Todo::Nothing {
            if let Some(timer) = run.timer.take() {
                dom::stop(timer);
            }
        } else if !run.asking && run.timer.is_none() {
            let due = move || wake();
            run.timer = Some(dom::after(run.pauses.next(), due));
        }
    });
}

/// Does now what may wait for its pause to end. Asks in any case: another window may have paid, or the shop canceled.
fn wake() {
    match state::peek().flow.todo() {
        Todo::Resend => {
            RUN.with_borrow_mut(|run| run.timer.take().map(dom::stop));
            apply(Event::Resent);
            send();
        }
        _ => ask(),
    }
}

/// Listens for what makes a pause pointless: the connection is back, the shopper looks again.
fn watch() {
    for event in ["online", "offline"] {
        dom::listen(&window(), event, move |_| {
            apply(Event::Online(dom::online()));
            RUN.with_borrow_mut(|run| run.pauses.restart());
            if dom::online() {
                wake();
            }
        });
    }
    dom::listen(&document(), "visibilitychange", move |_| {
        if !document().hidden() {
            wake();
        }
    });
}

/// Builds the view, and puts it into the page once there is something to show: until then, and if building fails, the
/// page stays as the Worker made it.
fn mount() {
    let Ok(root) = document().create_element("div") else {
        return;
    };
    let restore = draft::keep();
    let inside = root.clone();
    let mounted = mount_to(root.clone().unchecked_into(), move || view::checkout(inside));
    drop(RUN.with_borrow_mut(|run| run.mounted.replace(mounted)));
    let nothing = Screen::of(&state::peek().flow) == Screen::Loading;
    if let Some(main) = dom::by_id("checkout").filter(|_| !nothing) {
        main.replace_children_with_node_1(&root);
        restore();
        count_down(&state::peek().flow);
    }
}

/// Tells the shop's page what happened to this session.
pub fn tell(told: Told) {
    let session = RUN.with_borrow(|run| run.access.as_ref().map(|access| access.session.clone()));
    host::tell(told, &session.unwrap_or_default());
}

fn tell_change(before: &Flow, after: &Flow) {
    if let Some(told) = Told::of(before, after) {
        tell(told);
    }
}

/// Says what changed, and goes with the focus to where it can be read or mended.
fn announce(before: &Flow, after: &Flow) {
    let (mut changed, mut said) = (false, String::new());
    for place in Place::ALL {
        let spoken = view::spoken(place, after);
        // The amounts of an order count, the seconds of a wait do not.
        let same = match place {
            Place::Order => spoken == view::spoken(place, before),
            _ => Message::at(place, after) == Message::at(place, before),
        };
        if !same {
            changed = true;
            said = if said.is_empty() { spoken } else { [said, spoken].join(" ") };
        }
    }
    if changed {
        state::change(|state| state.live = said);
    }
    let (old, new) = (Screen::of(before), Screen::of(after));
    let gone = Screen::has_form(before) && !Screen::has_form(after);
    if (old != new && old != Screen::Loading) || gone {
        let field = field_error(after).map(|(field, _)| field);
        let message = Place::ALL.into_iter().find(|place| Message::at(*place, after).is_some());
        // After the view has followed the signals.
        dom::after(0, move || match (field, message) {
            (Some(field), _) => view::go_to(field),
            (None, Some(place)) => dom::focus(place.id()),
            (None, None) => view::go_to(Field::Pin),
        });
    }
}

fn remaining(flow: &Flow) -> Option<i64> {
    flow.view.as_ref().map(|view| view.amount_remaining)
}

/// The outcome is known, so the PIN has no business here any more.
fn forget_pin() {
    if let Some(input) = dom::input(Field::Pin.as_str()) {
        input.set_value("");
    }
}

/// Counts the pause that the Worker asked for down, by the clock: a timer alone runs late in the background.
fn count_down(flow: &Flow) {
    let Some(wait) = flow.wait else {
        return;
    };
    let ticking = RUN.with_borrow_mut(|run| {
        run.wait_until = now() + wait.seconds * 1000;
        std::mem::replace(&mut run.ticking, true)
    });
    if !ticking {
        tick();
    }
}

fn tick() {
    let second = move || {
        let left = RUN.with_borrow_mut(|run| {
            let left = (run.wait_until - now() + 999) / 1000;
            run.ticking = left > 0;
            if !run.ticking {
                run.pauses.restart();
            }
            left
        });
        apply(Event::WaitLeft(left));
        if left > 0 {
            tick();
        }
    };
    dom::after(1000, second);
}

fn now() -> i64 {
    js_sys::Date::now() as i64
}
