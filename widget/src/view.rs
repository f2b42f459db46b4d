//! Renders the state as elements of the page. The class names are those of `style.css`.

mod field;
mod form;
mod receipts;
mod summary;
mod tag;

use crate::flow::{Flow, LoadError, Refusal};
use crate::intl::{duration, money};
use crate::page::{filled, is_hosted, text};
use crate::run;
use crate::screen::{Notice, Place, Screen, ShopEvent, Tone};
use crate::{dom, state};
use checkout_present::{CheckoutRules, Word};
use checkout_wire::{Minor, Seconds};
pub use field::{focus_field, group_pin, read_part, set_part, show_error, suggest_part, validate};
pub use form::leave_down_offer;
use tag::{Tag, tag};
use web_sys::Element;

/// The id of the container of the notice about the last payment attempt.
const NOTICE: &str = "notice";

/// Builds the whole view inside `root`. It is built again when the session or its list of offers changes, so static parts may
/// depend on these.
pub fn checkout(root: Element) {
    Tag::from_element(root)
        .child(tag("section").class("summary").bind_child(move || summary::summary(&state::tracked().flow)))
        .child(tag("div").bind_texts(move || notice(Place::Order, &state::tracked().flow)))
        .child(tag("div").bind_child(move || receipts::receipts(&state::tracked().flow)))
        .child(
            tag("p")
                .class("said")
                .attr("aria-hidden", "true")
                .bind_text(move || state::tracked().copy_result.clone()),
        )
        .child(
            tag("div").attr("id", NOTICE).bind_texts(move || notice(Place::Attempt, &state::tracked().flow)),
        )
        .maybe_child(form::form())
        .child(tag("div").bind_child(move || exit_or_retry(&state::tracked().flow)))
        .child(tag("div").bind_child(move || notice(Place::Connection, &state::tracked().flow)))
        .child(
            tag("p")
                .class("live")
                .attr("role", "status")
                .bind_text(move || state::tracked().announcement.clone()),
        );
}

/// Reserves the height of elements that are about to be hidden, so that the rest of the page does not move. Has to be called
/// before the view is updated.
pub fn reserve_height(before: &Flow, after: &Flow) {
    let (had, has) = (Screen::has_form(before), Screen::has_form(after));
    if had && !has && Screen::of(after).is_waiting() {
        // While the form is hidden, the notice in its place is at least as high as the form.
        dom::reserve_height(NOTICE, form::ID);
    } else if has || !Screen::of(after).is_waiting() {
        // The notice disappears by itself at the end of a wait: it keeps its height, so the form stays in place.
        dom::reserve_height(NOTICE, if had && has { NOTICE } else { "" });
    }
}

/// Returns the notice at that place as one text for screen readers; empty where there is no notice.
pub fn spoken(place: Place, flow: &Flow) -> String {
    let mut spoken = String::new();
    for (_, text) in notice_parts(place, flow) {
        if !spoken.is_empty() {
            spoken.push_str(if spoken.ends_with('.') { " " } else { ". " });
        }
        spoken.push_str(&text);
    }
    spoken
}

/// Creates a paragraph with that class and text.
fn line(class: &str, text: &str) -> Tag {
    tag("p").class(class).text(text)
}

/// Creates a button that does not submit the form.
fn button(class: &str, label: Word, press: impl FnMut() + 'static) -> Tag {
    let mut press = press;
    tag("button").attr("type", "button").class(class).word(label).on("click", move |_| press())
}

fn notice(place: Place, flow: &Flow) -> Option<Tag> {
    let class = match Notice::at(place, flow).map(|notice| notice.tone) {
        Some(Tone::Good) => "notice good",
        Some(Tone::Bad) => "notice bad",
        Some(Tone::Wait) | None => "notice wait",
    };
    let mut notice = None;
    for (name, text) in notice_parts(place, flow) {
        let part = tag(name).text(&text);
        notice = Some(match notice {
            // The first part receives the focus when the state changes.
            None => tag("div").class(class).child(part.attr("id", place.id()).attr("tabindex", "-1")),
            Some(notice) => Tag::child(notice, part),
        });
    }
    notice
}

/// Returns the parts of the notice at that place, as pairs of element name and text: title, texts, and for the order also the
/// amounts that do not pay for it.
fn notice_parts(place: Place, flow: &Flow) -> Vec<(&'static str, String)> {
    let mut parts = Vec::new();
    if let Some(notice) = Notice::at(place, flow) {
        parts.extend(notice.title.map(|word| ("h2", text(word))));
        // The wait before the next attempt is shown below the reason why the last one was refused.
        let wait = flow.wait.map(|wait| wait.word);
        let wait = wait.filter(|_| place == Place::Attempt && Screen::of(flow) == Screen::Form);
        let words = notice.text.into_iter().chain(wait.filter(|word| notice.text != Some(*word)));
        parts.extend(words.map(|word| ("p", notice_text(word, flow))));
    }
    if let Some(view) = flow.view.as_ref().filter(|_| place == Place::Order) {
        view.beside(|word, minor| {
            let amount = money(minor, &view.currency);
            parts.push(("p", filled(word, &[("shop", &view.shop_name), ("amount", &amount)])));
        });
    }
    parts
}

/// Returns a text of a notice with its placeholders filled in.
fn notice_text(word: Word, flow: &Flow) -> String {
    let Some(view) = &flow.view else {
        return text(word);
    };
    let (balance, amount) = match flow.refusal {
        Some(Refusal::Short(balance, usable)) if word == Word::DeclinedUsable => (balance, usable),
        _ => (Minor::ZERO, view.amount_received),
    };
    let money = |minor| money(minor, &view.currency);
    let time = flow.wait.map(|wait| duration(wait.seconds.max(Seconds(1)))).unwrap_or_default();
    let gaps = [
        ("shop", &view.shop_name),
        ("amount", &money(amount)),
        ("balance", &money(balance)),
        ("remaining", &money(view.amount_remaining)),
        ("time", &time),
    ];
    filled(word, &gaps.map(|(gap, value)| (gap, value.as_str())))
}

/// Returns the button below the form: retry after a failed load, or go back to the shop, by a link on the hosted page and by an
/// event in the iframe. There is none while an outcome is awaited.
fn exit_or_retry(flow: &Flow) -> Option<Tag> {
    let screen = Screen::of(flow);
    if screen == Screen::LoadError(LoadError::Failed) {
        return Some(button("button", Word::RetryButton, run::load_session));
    }
    let paid = screen == Screen::Paid;
    if screen.is_waiting() || (paid && !is_hosted()) {
        return None;
    }
    // Without a form it is the main button.
    let class = if Screen::has_form(flow) { "button secondary" } else { "button" };
    if !is_hosted() {
        return Some(button(class, Word::CancelButton, || run::notify_shop(ShopEvent::Cancel)));
    }
    let view = flow.view.as_ref()?;
    let (url, word) =
        if paid { (&view.success_url, Word::ReturnButton) } else { (&view.cancel_url, Word::CancelButton) };
    // Only these schemes: a `javascript:` link would run in our origin.
    let is_http = |url: &&String| url.starts_with("https://") || url.starts_with("http://");
    let url = url.as_ref().filter(is_http)?;
    Some(tag("a").class(class).attr("href", url).text(&filled(word, &[("shop", &view.shop_name)])))
}
