//! A PIN in groups of four while it is typed, with the caret where the shopper left it.

use checkout_wire::pin;

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
    let text = pin::grouped(&pin::clean(typed));
    let mut kept: usize = pin::clean(&before).chars().map(char::len_utf16).sum();
    kept += kept.saturating_sub(1) / 4;
    if forward && text.chars().nth(kept) == Some(' ') {
        kept += 1;
    }
    (text, kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `|` is the caret.
    fn check(typed: &str, forward: bool, shown: &str) {
        let caret = typed.find('|').unwrap();
        let units = typed.get(..caret).unwrap().encode_utf16().count();
        let (text, caret) = regroup(&typed.replace('|', ""), units, forward);
        let mut with_caret: Vec<char> = text.chars().collect();
        with_caret.insert(caret, '|');
        assert_eq!(with_caret.into_iter().collect::<String>(), shown, "{typed}");
    }

    #[test]
    fn typing_at_the_end() {
        check("|", false, "|");
        check("1234|", false, "1234|");
        check("12345|", false, "1234 5|");
        check("1234 56789|", false, "1234 5678 9|");
    }

    #[test]
    fn typing_in_the_middle() {
        check("1234X| 5678", false, "1234 X|567 8");
        check("12X|34 5678", false, "12X|3 4567 8");
    }

    #[test]
    fn deleting() {
        check("1234 |", false, "1234|");
        check("123| 5678", false, "123|5 678");
        check("1234|5678", false, "1234| 5678");
        check("1234|5678", true, "1234 |5678");
        check("1234|", true, "1234|");
    }

    #[test]
    fn pasting() {
        check("1168-6480-9679-2943|", false, "1168 6480 9679 2943|");
        check("\u{a0}1168\u{2011}6480\n|", false, "1168 6480|");
        check("１１６８６４|", false, "1168 64|");
        check("٠٨٢١٢|", false, "0821 2|");
        check("0|x99999", false, "0|x99 999");
    }

    #[test]
    fn a_caret_beyond_the_text_stays_in_it() {
        assert_eq!(regroup("12345", 99, false), ("1234 5".to_owned(), 6));
        assert_eq!(regroup("12", 99, true), ("12".to_owned(), 2));
    }
}
