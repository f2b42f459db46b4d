//! A PIN in groups of four while it is typed, with the caret where the shopper left it.

use checkout_present::pin::grouped;
use checkout_wire::pin::clean;

/// The input's new text and caret, from what stands in it and where its caret is (both as the browser counts them, in
/// UTF-16 units). The caret stays behind the same character. At the edge of two groups it stands before the space;
/// after a forward deletion behind it, or that key would delete the same space for ever.
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
