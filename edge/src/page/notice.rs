//! A message on the page.

use super::text::Texts;
use checkout_present::Word;
use maud::{Markup, html};

/// Returns a message of these texts, with a title when it is what the page is about; nothing without texts.
pub fn notice(t: &Texts, kind: &str, title: Option<Word>, texts: &[String]) -> Markup {
    if texts.is_empty() {
        return Markup::default();
    }
    html! {
        div class={ "notice " (kind) } role=(if kind == "bad" { "alert" } else { "status" }) {
            @if let Some(title) = title { h2 { (t.text(title)) } }
            @for text in texts { p { (text) } }
        }
    }
}
