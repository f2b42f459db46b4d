//! The notices, and what screen readers announce.

use super::bind::Bind;
use crate::dom;
use crate::model::flow::Flow;
use crate::model::screen::{Notice, Tone};
use crate::model::{Copied, Model};
use crate::page::{is_hosted, text};
use crate::wording::Told;
use checkout_present::{Place, Word, ids};
use std::cell::RefCell;

/// Binds the notices and the announcements.
pub fn attach(bind: &Bind) {
    for place in Place::ALL {
        if let Some(notice) = dom::by_id(place.id()) {
            // The live region announces a notice; the page without JavaScript needs the role.
            _ = notice.remove_attribute("role");
        }
        bind.effect(move |model| show(place, model));
    }
    bind.text(ids::COPIED, |model| model.copied.map(copied_text).unwrap_or_default());
    // A page that shows its state from the start is read with it. In the iframe the state comes later.
    let loading = Model::new(Flow::new(None, true), String::new(), String::new());
    let last = RefCell::new((!is_hosted()).then(|| Announced::of(&loading)));
    say("");
    bind.effect(move |model| {
        let now = Announced::of(model);
        if let Some(before) = last.borrow_mut().replace(now.clone()) {
            announce(&before, &now);
        }
    });
}

/// Shows the notice at that place.
fn show(place: Place, model: &Model) {
    let Some(notice) = dom::by_id(place.id()) else {
        return;
    };
    let told = Told::at(place, &model.flow);
    let tone = Notice::at(place, &model.flow).map(|notice| notice.tone);
    notice.set_class_name(match tone {
        _ if told.is_empty() => "",
        Some(Tone::Good) => "notice good",
        Some(Tone::Bad) => "notice bad",
        Some(Tone::Wait) | None => "notice wait",
    });
    _ = notice.toggle_attribute_with_force("hidden", told.is_empty());
    let (first, more) =
        told.texts.split_first().map_or(("", &[][..]), |(first, more)| (first.as_str(), more));
    // The first part receives the focus when the state changes.
    let first_at = usize::from(told.title.is_empty());
    let parts = [told.title.as_str(), first, &more.join("\n")];
    let children = notice.children();
    for (index, text) in parts.into_iter().enumerate() {
        if let Some(part) = children.item(index as u32) {
            match index == first_at && !text.is_empty() {
                true => part.set_id(place.focus_id()),
                false => _ = part.remove_attribute("id"),
            }
            dom::set_text(&part, text);
        }
    }
}

/// What is announced when it changes.
#[derive(Clone, PartialEq)]
struct Announced {
    notices: [(Option<Notice>, String); Place::ALL.len()],
    copied: Option<Copied>,
}

impl Announced {
    fn of(model: &Model) -> Self {
        let notice = |place| (Notice::at(place, &model.flow), Told::at(place, &model.flow).spoken());
        Self { notices: Place::ALL.map(notice), copied: model.copied }
    }
}

/// Announces what has changed.
fn announce(before: &Announced, now: &Announced) {
    let (mut changed, mut spoken) = (false, String::new());
    for (place, (old, new)) in Place::ALL.into_iter().zip(before.notices.iter().zip(&now.notices)) {
        // A new amount is announced, a new number of seconds is not.
        let same = if place == Place::Order { old.1 == new.1 } else { old.0 == new.0 };
        if !same {
            changed = true;
            spoken = if spoken.is_empty() { new.1.clone() } else { [spoken, new.1.clone()].join(" ") };
        }
    }
    if changed {
        say(&spoken);
    }
    if let Some(copied) = now.copied.filter(|_| before.copied != now.copied) {
        // Cleared first: a screen reader does not repeat an unchanged text.
        say("");
        dom::after(100, move || say(&copied_text(copied)));
    }
}

fn say(spoken: &str) {
    if let Some(region) = dom::by_id(ids::LIVE) {
        dom::set_text(&region, spoken);
    }
}

fn copied_text(copied: Copied) -> String {
    text(if copied.succeeded { Word::Copied } else { Word::CopyFailed })
}
