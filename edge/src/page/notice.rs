//! A notice on the page.

use super::text::Texts;
use checkout_present::{NoticeTexts, PageState, Place};
use maud::{Markup, html};

/// Renders the notice at that place, hidden when it has no texts. The widget fills the same elements later.
pub fn notice(t: &Texts, place: Place, state: &PageState<'_>) -> Markup {
    let notice = NoticeTexts::at(place, state, t);
    let shown = !notice.is_empty();
    let role = if notice.tone == checkout_present::Tone::Bad { "alert" } else { "status" };
    let [title, first, more] = notice.parts();
    html! {
        div id=(place.id()) class=[shown.then_some(notice.tone.class())] role=[shown.then_some(role)] hidden[!shown] {
            h2 tabindex="-1" { (title) }
            p tabindex="-1" { (first) }
            // One line for each text (style.css).
            p { (more) }
        }
    }
}
