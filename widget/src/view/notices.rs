//! The notices, and what screen readers announce.

use super::bind::Bind;
use crate::dom;
use crate::model::{Copied, Model};
use crate::page::{Texts, is_hosted};
use checkout_present::{Language, Notice, NoticeTexts, PageState, Place, Screen, Word, ids};
use std::cell::RefCell;

/// Binds the notices and the announcements.
pub fn attach(bind: &Bind) {
    for place in Place::ALL {
        if let Some(notice) = dom::by_id(place.id()) {
            // The live region announces a notice; the page without JavaScript needs the role.
            _ = notice.remove_attribute("role");
        }
    }
    bind.text(ids::COPIED, |model| model.copied.map(copied_text).unwrap_or_default());
    // A screen reader reads the initial state with the page. In the iframe the state arrives later.
    let loading = || Announced::of(&PageState::without_session(Screen::Loading), None);
    let last = RefCell::new((!is_hosted()).then(loading));
    say("");
    bind.effect(move |model: &Model| {
        let now = Announced::of(&model.flow.state(), model.copied);
        let before = last.borrow_mut().replace(now.clone());
        let mut old = before.iter().flat_map(|before| &before.notices);
        for (place, notice) in Place::ALL.into_iter().zip(&now.notices) {
            if old.next().is_none_or(|old| old.1 != notice.1) {
                show(place, &notice.1);
            }
        }
        if let Some(before) = before {
            announce(&before, &now);
        }
    });
}

/// Shows the notice at that place.
fn show(place: Place, texts: &NoticeTexts) {
    let Some(notice) = dom::by_id(place.id()) else {
        return;
    };
    notice.set_class_name(if texts.is_empty() { "" } else { texts.tone.class() });
    _ = notice.toggle_attribute_with_force("hidden", texts.is_empty());
    // The first part receives the focus when the state changes.
    let first_at = usize::from(texts.title.is_empty());
    let children = notice.children();
    for (index, text) in texts.parts().iter().enumerate() {
        if let Some(part) = children.item(index as u32) {
            match index == first_at && !text.is_empty() {
                true => part.set_id(place.focus_id()),
                false => _ = part.remove_attribute("id"),
            }
            dom::set_text(&part, text);
        }
    }
}

/// The texts that are announced when they change.
#[derive(Clone)]
struct Announced {
    notices: [(Option<Notice>, NoticeTexts); Place::ALL.len()],
    copied: Option<Copied>,
}

impl Announced {
    fn of(state: &PageState<'_>, copied: Option<Copied>) -> Self {
        let notice = |place| (Notice::at(place, state), NoticeTexts::at(place, state, &Texts));
        Self { notices: Place::ALL.map(notice), copied }
    }
}

/// Announces changed texts.
fn announce(before: &Announced, now: &Announced) {
    let (mut changed, mut spoken) = (false, String::new());
    for (place, (old, new)) in Place::ALL.into_iter().zip(before.notices.iter().zip(&now.notices)) {
        // A new amount is announced, a new number of seconds is not.
        if if place == Place::Order { old.1 != new.1 } else { old.0 != new.0 } {
            changed = true;
            spoken = [spoken.as_str(), &new.1.spoken()].join(" ");
        }
    }
    if changed {
        say(spoken.trim());
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
    Texts.text(if copied.succeeded { Word::Copied } else { Word::CopyFailed })
}
