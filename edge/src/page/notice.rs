//! A notice on the page.

use super::text::Texts;
use checkout_present::{Place, Word};
use maud::{Markup, html};

/// The look of a notice.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Success.
    Good,
    /// A refusal or an error.
    Bad,
    /// Waiting.
    Wait,
}

/// Renders the notice at that place; it is hidden when it has no texts. The widget fills the same elements later.
pub fn notice(t: &Texts, place: Place, tone: Tone, title: Option<Word>, texts: &[String]) -> Markup {
    let (class, role) = match tone {
        Tone::Good => ("notice good", "status"),
        Tone::Bad => ("notice bad", "alert"),
        Tone::Wait => ("notice wait", "status"),
    };
    let (first, more) = texts.split_first().map_or(("", &[][..]), |(first, more)| (first.as_str(), more));
    let shown = !texts.is_empty();
    html! {
        div id=(place.id()) class=[shown.then_some(class)] role=[shown.then_some(role)] hidden[!shown] {
            h2 tabindex="-1" { (title.map(|word| t.text(word)).unwrap_or_default()) }
            p tabindex="-1" { (first) }
            // One line for each text (style.css).
            p { (more.join("\n")) }
        }
    }
}
