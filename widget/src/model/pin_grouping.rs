//! Groups a PIN while it is typed and keeps the caret in place.

use checkout_present::pin::{grouped, separator};
use checkout_wire::{PinRule, pin::clean};

/// Returns the input's new text and caret position. Positions count UTF-16 units, as in the browser. The caret stays behind the
/// same character. Between two groups it stands before the separator; after a forward deletion it stands behind it, so that
/// the next press of the delete key removes a character.
pub fn regroup(typed: &str, caret: usize, forward: bool, rule: Option<&PinRule>) -> (String, usize) {
    let mut units = 0;
    let before: String = typed
        .chars()
        .take_while(|c| {
            units += c.len_utf16();
            units <= caret
        })
        .collect();
    let text = grouped(&clean(typed), rule);
    let mut kept: usize = clean(&before).chars().map(char::len_utf16).sum();
    let between = (1..kept).filter(|at| separator(rule, *at).is_some()).count();
    // A separator appears only when a character follows a complete group.
    kept += between + usize::from(forward && separator(rule, kept).is_some() && text.len() > kept + between);
    (text, kept)
}

#[cfg(test)]
mod tests;
