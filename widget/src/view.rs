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
use crate::screen::{Message, Screen, Told, Tone};
use crate::state;
use checkout_wire::Word;
pub use field::{ask_for, check_now, go_to, group, read_part, wrong};
pub use form::keys;
use tag::{Tag, tag};
use web_sys::Element;

/// Puts the whole view into `root`. Built again when the session or its ways to pay become others, so what is static in it
/// may come from them.
pub fn checkout(root: Element) {
    Tag::at(root)
        .child(tag("section").class("summary").holds(move || summary::summary(&state::now().flow)))
        .child(tag("div").retells(move || notice(&state::now().flow)))
        .maybe(form::form())
        .child(tag("div").holds(move || change::receipts(&state::now().flow)))
        .child(tag("p").class("said").attr("aria-hidden", "true").words(move || state::now().said.clone()))
        .child(tag("div").holds(move || way_on(&state::now().flow)))
        .child(tag("p").class("live").attr("role", "status").words(move || state::now().live.clone()));
}

/// The message as a screen reader says it.
pub fn spoken(message: Message, flow: &Flow) -> String {
    let mut spoken = String::new();
    for (_, text) in parts(message, flow) {
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

fn notice(flow: &Flow) -> Option<Tag> {
    let message = Message::of(flow)?;
    let class = match message.tone {
        Tone::Good => "notice good",
        Tone::Bad => "notice bad",
        Tone::Wait => "notice wait",
    };
    let mut notice = tag("div").class(class);
    for (place, (name, text)) in parts(message, flow).iter().enumerate() {
        let mut part = tag(name).text(text);
        if place == 0 {
            // What the focus goes to when the state changes.
            part = part.attr("id", "state").attr("tabindex", "-1");
        }
        notice = notice.child(part);
    }
    Some(notice)
}

/// The elements of a message, by name and text: title, words, and what is to be said of money that does not pay for the order.
fn parts(message: Message, flow: &Flow) -> Vec<(&'static str, String)> {
    let mut parts = Vec::new();
    parts.extend(message.title.map(|word| ("h2", text(word))));
    // A pause before the next try is told beside why the last one was in vain.
    let wait = flow.wait.map(|wait| wait.word).filter(|_| Screen::of(flow) == Screen::Form && !flow.busy());
    let words = message.text.into_iter().chain(wait.filter(|word| message.text != Some(*word)));
    parts.extend(words.map(|word| ("p", said(word, flow))));
    if let Some(view) = &flow.view {
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
    if flow.busy() || screen.waits() || (paid && !hosted()) {
        return None;
    }
    if !hosted() {
        return Some(button("button secondary", Word::CancelButton, || run::tell(Told::Cancel)));
    }
    let view = flow.view.as_ref()?;
    let (url, class, label) = if paid {
        (&view.success_url, "button", filled(Word::ReturnButton, &[("shop", &view.shop_name)]))
    } else {
        (&view.cancel_url, "button secondary", text(Word::CancelButton))
    };
    // No other scheme: `javascript:` would run on our own origin.
    let web = |url: &&String| url.starts_with("https://") || url.starts_with("http://");
    let url = url.as_ref().filter(web)?;
    Some(tag("a").class(class).attr("href", url).text(&label))
}
