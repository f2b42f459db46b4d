//! Small pieces of text: headings, times, badges, ids.

use crate::components::context::Shop;
use crate::format;
use crate::words::Tone;
use leptos::html;
use leptos::prelude::*;

/// Renders the heading of a screen. It takes the focus, so that a screen reader announces the new screen, and is the document's title.
#[component]
pub fn Heading(
    /// Its text.
    #[prop(into)]
    text: Signal<String>,
) -> impl IntoView {
    let heading = NodeRef::<html::H1>::new();
    Effect::new(move |before: Option<()>| {
        if let Some(document) = web_sys::window().and_then(|window| window.document()) {
            document.set_title(&format!("{} – Operations", text.get()));
        }
        if let (None, Some(heading)) = (before, heading.get()) {
            // If the heading cannot take the focus, the focus stays where it is.
            let _ = heading.focus();
        }
    });
    view! { <h1 tabindex="-1" node_ref=heading>{move || text.get()}</h1> }
}

/// Renders a time in the shop's time zone.
#[component]
pub fn When(
    /// RFC 3339 in UTC.
    #[prop(into)]
    at: String,
) -> impl IntoView {
    let zone = Shop::current().zone;
    let shown = at.clone();
    view! { <time datetime=at>{move || zone.with(|zone| format::time(&shown, zone))}</time> }
}

/// Renders a status as a badge.
#[component]
pub fn Badge(
    /// Its tone and its word.
    look: (Tone, String),
) -> impl IntoView {
    let (tone, word) = look;
    view! { <span class=tone.class()>{word}</span> }
}

/// Renders a term and its value, in a `dl`.
#[component]
pub fn Fact(
    /// The term.
    #[prop(into)]
    name: String,
    /// The value.
    children: Children,
) -> impl IntoView {
    view! { <div><dt>{name}</dt><dd>{children()}</dd></div> }
}
