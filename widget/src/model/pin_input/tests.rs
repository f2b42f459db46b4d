use super::*;

/// Checks the text and the caret, which `|` marks.
fn check(typed: &str, forward: bool, shown: &str) {
    let caret = typed.find('|').unwrap();
    let units = typed.get(..caret).unwrap().encode_utf16().count();
    let (text, caret) = regroup(&typed.replace('|', ""), units, forward);
    let mut with_caret: Vec<char> = text.chars().collect();
    with_caret.insert(caret, '|');
    assert_eq!(with_caret.into_iter().collect::<String>(), shown, "{typed}");
}

#[test]
fn typing_at_the_end_groups_the_digits() {
    check("|", false, "|");
    check("1234|", false, "1234|");
    check("12345|", false, "1234 5|");
    check("1234 56789|", false, "1234 5678 9|");
}

#[test]
fn typing_in_the_middle_keeps_the_caret_behind_the_typed_character() {
    check("1234X| 5678", false, "1234 X|567 8");
    check("12X|34 5678", false, "12X|3 4567 8");
}

#[test]
fn deleting_keeps_the_caret_in_place() {
    check("1234 |", false, "1234|");
    check("123| 5678", false, "123|5 678");
    check("1234|5678", false, "1234| 5678");
    check("1234|5678", true, "1234 |5678");
    check("1234|", true, "1234|");
}

#[test]
fn pasting_removes_separators_and_folds_digits() {
    check("1168-6480-9679-2943|", false, "1168 6480 9679 2943|");
    check("\u{a0}1168\u{2011}6480\n|", false, "1168 6480|");
    check("１１６８６４|", false, "1168 64|");
    check("٠٨٢١٢|", false, "0821 2|");
    check("0|x99999", false, "0|x99 999");
}

#[test]
fn a_caret_beyond_the_text_moves_to_its_end() {
    assert_eq!(regroup("12345", 99, false), ("1234 5".to_owned(), 6));
    assert_eq!(regroup("12", 99, true), ("12".to_owned(), 2));
}
