//! Groups a PIN in fours while it is typed and keeps the caret in place.

use checkout_present::pin::grouped;
use checkout_wire::pin::clean;

/// Returns the input's new text and caret position. Positions count UTF-16 units, as in the browser. The caret stays behind the
/// same character. Between two groups it stands before the space; after a forward deletion it stands behind the space, so that
/// the next press of the delete key removes a character.
pub fn regroup(typed: &str, caret: usize, forward: bool) -> (String, usize) {
    let mut units = 0;
    let before: String = typed
        .chars()
        .take_while(|c| {
            units += c.len_utf16();
            units <= caret
        })
        .collect();
    let text = grouped(&clean(typed));
    let mut kept: usize = clean(&before).chars().map(char::len_utf16).sum();
    kept += kept.saturating_sub(1) / 4;
    if forward && text.chars().nth(kept) == Some(' ') {
        kept += 1;
    }
    (text, kept)
}

#[cfg(test)]
mod tests;
