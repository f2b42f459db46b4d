//! What the shopper sees, from what is known. Everything is in one document, ours; the classes are those of `style.css`.

mod change;
mod field;
mod form;
mod summary;
mod tag;

use crate::flow::{Flow, Notice, Trouble};
use crate::intl::{money, span};
use crate::page::{filled, hosted, text};
use crate::run;
use crate::screen::{Message, Place, Screen, Told, Tone};
use crate::{dom, state};
use checkout_present::{CheckoutRules, Word};
pub use field::{ask_for, check_now, go_to, group, read_part, suggest, wrong};
pub use form::stay_up;
use tag::{Tag, tag};
use web_sys::Element;

/// The id of what holds the message of a try.
const NOTICE: &str = "notice";

/// Puts the whole view into `root`. Built again when the session or its ways to pay become others, so what is static in it
/// may come from them.
pub fn checkout(root: Element) {
    Tag::at(root)
        .child(tag("section").class("summary").holds(move || summary::summary(&state::now().flow)))
        .child(tag("div").retells(move || notice(Place::Order, &state::now().flow)))
        .child(tag("div").holds(move || change::receipts(&state::now().flow)))
        .child(tag("p").class("said").attr("aria-hidden", "true").words(move || state::now().said.clone()))
        .child(tag("div").attr("id", NOTICE).retells(move || notice(Place::Try, &state::now().flow)))
        .maybe(form::form())
        .child(tag("div").holds(move || way_on(&state::now().flow)))
        .child(tag("div").holds(move || notice(Place::Connection, &state::now().flow)))
        .child(tag("p").class("live").attr("role", "status").words(move || state::now().live.clone()));
}

/// Keeps the room of what is about to go, where what stays in sight would move. To be called before the view follows.
pub fn keep_room(before: &Flow, after: &Flow) {
    let (had, has) = (Screen::has_form(before), Screen::has_form(after));
    if had && !has && Screen::of(after).waits() {
        // Until the form comes back, below what is said then.
        dom::keep_room(NOTICE, form::ID);
    } else if has || !Screen::of(after).waits() {
        // What is said goes by itself once the wait for the next try is over; the form stays where it is.
        dom::keep_room(NOTICE, if had && has { NOTICE } else { "" });
    }
}

/// The message there as a screen reader says it; empty where there is none.
pub fn spoken(place: Place, flow: &Flow) -> String {
    let mut spoken = String::new();
    for (_, text) in parts(place, flow) {
        if !spoken.is_empty() {
            spoken.push_str(if spoken.ends_with('.') { " " } else { ". " });
        }
        spoken.push_str(&text);
    }
    spoken
}

/// A line of text.
fn line(class: &str, text: &str) -> Tag {
    tag("p").class(class).text(text)
}

/// A button that is not the form's own.
fn button(class: &str, label: Word, press: impl FnMut() + 'static) -> Tag {
    let mut press = press;
    tag("button").attr("type", "button").class(class).say(label).on("click", move |_| press())
}

fn notice(place: Place, flow: &Flow) -> Option<Tag> {
    let class = match Message::at(place, flow).map(|message| message.tone) {
        Some(Tone::Good) => "notice good",
        Some(Tone::Bad) => "notice bad",
        Some(Tone::Wait) | None => "notice wait",
    };
    let mut notice = None;
    for (name, text) in parts(place, flow) {
        let part = tag(name).text(&text);
        notice = Some(match notice {
            // What the focus goes to when the state changes.
            None => tag("div").class(class).child(part.attr("id", place.id()).attr("tabindex", "-1")),
            Some(notice) => Tag::child(notice, part),
        });
    }
    notice
}

/// The elements of the message there, by name and text: title, words, and at the top what is to be said of money that does not
/// pay for the order.
fn parts(place: Place, flow: &Flow) -> Vec<(&'static str, String)> {
    let mut parts = Vec::new();
    if let Some(message) = Message::at(place, flow) {
        parts.extend(message.title.map(|word| ("h2", text(word))));
        // A pause before the next try is told beside why the last one was in vain.
        let wait = flow.wait.map(|wait| wait.word);
        let wait = wait.filter(|_| place == Place::Try && Screen::of(flow) == Screen::Form);
        let words = message.text.into_iter().chain(wait.filter(|word| message.text != Some(*word)));
        parts.extend(words.map(|word| ("p", said(word, flow))));
    }
    if let Some(view) = flow.view.as_ref().filter(|_| place == Place::Order) {
        view.beside(|word, minor| {
            let amount = money(minor, &view.currency);
            parts.push(("p", filled(word, &[("shop", &view.shop_name), ("amount", &amount)])));
        });
    }
    parts
}

/// The text of a message, with everything it can name.
fn said(word: Word, flow: &Flow) -> String {
    let Some(view) = &flow.view else {
        return text(word);
    };
    let (balance, amount) = match flow.notice {
        Some(Notice::Short(balance, usable)) if word == Word::DeclinedUsable => (balance, usable),
        _ => (0, view.amount_received),
    };
    let money = |minor| money(minor, &view.currency);
    let time = flow.wait.map(|wait| span(wait.seconds.max(1))).unwrap_or_default();
    let gaps = [
        ("shop", &view.shop_name),
        ("amount", &money(amount)),
        ("balance", &money(balance)),
        ("remaining", &money(view.amount_remaining)),
        ("time", &time),
    ];
    filled(word, &gaps.map(|(gap, value)| (gap, value.as_str())))
}

/// What can be done beside the form: try again to open the checkout, or go back to the shop by a link on the hosted page
/// and by an event in the iframe. Nothing while a voucher's outcome is not known.
fn way_on(flow: &Flow) -> Option<Tag> {
    let screen = Screen::of(flow);
    if screen == Screen::Trouble(Trouble::Failed) {
        return Some(button("button", Word::RetryButton, run::ask));
    }
    let paid = screen == Screen::Paid;
    if screen.waits() || (paid && !hosted()) {
        return None;
    }
    // Where there is no form it is all that can be done.
    let class = if Screen::has_form(flow) { "button secondary" } else { "button" };
    if !hosted() {
        return Some(button(class, Word::CancelButton, || run::tell(Told::Cancel)));
    }
    let view = flow.view.as_ref()?;
    let (url, word) =
        if paid { (&view.success_url, Word::ReturnButton) } else { (&view.cancel_url, Word::CancelButton) };
    // No other scheme: `javascript:` would run on our own origin.
    let web = |url: &&String| url.starts_with("https://") || url.starts_with("http://");
    let url = url.as_ref().filter(web)?;
    Some(tag("a").class(class).attr("href", url).text(&filled(word, &[("shop", &view.shop_name)])))
}
