//! The PIN field: its text is grouped while it is typed, with an undo history of its own.

use crate::dom;
use crate::model::history::History;
use crate::model::pin_grouping::regroup;
use crate::page::Texts;
use checkout_present::{Field, ids, pin};
use checkout_wire::PinRule;
use std::cell::{Cell, RefCell};
use web_sys::HtmlInputElement;

thread_local! {
    static RULE: Cell<Option<PinRule>> = const { Cell::new(None) };
    static HISTORY: RefCell<History> = const { RefCell::new(History::new()) };
}

/// Groups and counts the field's text by this rule from now on.
pub fn follow(rule: Option<PinRule>) {
    if RULE.replace(rule) != rule {
        group(false);
    }
}

/// Puts this text into the field, and clears its history.
pub fn set(text: &str) {
    show(Some(text.to_owned()));
    HISTORY.with_borrow_mut(|history| history.reset(text));
}

/// Selects the text of the field, so that typing replaces it.
pub fn select() {
    if let Some(input) = field() {
        input.select();
    }
}

/// Groups the text of the field. `forward` is whether the last edit was a forward deletion.
pub fn group(forward: bool) {
    let Some(input) = field() else {
        return;
    };
    let typed = input.value();
    let caret = input.selection_start().ok().flatten().unwrap_or(u32::MAX);
    let (shown, caret) = regroup(&typed, caret as usize, forward, RULE.get().as_ref());
    if shown != typed {
        input.set_value(&shown);
        _ = input.set_selection_range(caret as u32, caret as u32);
    }
    count(&shown);
    HISTORY.with_borrow_mut(|history| history.record(&shown));
}

/// Shows how many characters are typed.
fn count(typed: &str) {
    if let Some((element, rule)) = dom::by_id(ids::PIN_COUNT).zip(RULE.get()) {
        dom::set_text(&element, &pin::count(typed, &rule, &Texts));
    }
}

/// Returns to the value before the last edit.
pub fn undo() {
    show(HISTORY.with_borrow_mut(History::undo));
}

/// Returns to the value that was undone last.
pub fn redo() {
    show(HISTORY.with_borrow_mut(History::redo));
}

/// Shows that value with the caret at its end.
fn show(value: Option<String>) {
    if let (Some(input), Some(value)) = (field(), value) {
        input.set_value(&value);
        count(&value);
    }
}

fn field() -> Option<HtmlInputElement> {
    dom::input(Field::Pin.as_str())
}
