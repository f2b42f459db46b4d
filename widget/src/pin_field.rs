//! The PIN field: its text is grouped while it is typed, with an undo history of its own.

use crate::dom;
use crate::model::history::History;
use crate::model::pin_input::regroup;
use checkout_present::Field;
use std::cell::RefCell;
use web_sys::HtmlInputElement;

thread_local! {
    static HISTORY: RefCell<History> = const { RefCell::new(History::new()) };
}

/// Puts this text into the field, and forgets the values before it.
pub fn set(text: &str) {
    if let Some(input) = field() {
        input.set_value(text);
    }
    HISTORY.with_borrow_mut(|history| history.reset(text));
}

/// Groups the text of the field. `forward` is whether the last edit was a forward deletion.
pub fn group(forward: bool) {
    let Some(input) = field() else {
        return;
    };
    let typed = input.value();
    let caret = input.selection_start().ok().flatten().unwrap_or(u32::MAX);
    let (shown, caret) = regroup(&typed, caret as usize, forward);
    if shown != typed {
        input.set_value(&shown);
        _ = input.set_selection_range(caret as u32, caret as u32);
    }
    HISTORY.with_borrow_mut(|history| history.record(&shown));
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
    }
}

fn field() -> Option<HtmlInputElement> {
    dom::input(Field::Pin.as_str())
}
