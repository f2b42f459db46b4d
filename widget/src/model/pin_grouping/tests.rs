use super::*;

/// Checks the text and the caret, which `|` marks, of a PIN in groups of four.
fn check(typed: &str, forward: bool, shown: &str) {
    check_by(None, typed, forward, shown);
}

fn check_by(rule: Option<&PinRule>, typed: &str, forward: bool, shown: &str) {
    let caret = typed.find('|').unwrap();
    let units = typed.get(..caret).unwrap().encode_utf16().count();
    let (text, caret) = regroup(&typed.replace('|', ""), units, forward, rule);
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
    assert_eq!(regroup("12345", 99, false, None), ("1234 5".to_owned(), 6));
    assert_eq!(regroup("12", 99, true, None), ("12".to_owned(), 2));
}

#[test]
fn the_pin_of_a_celbux_slip_has_its_dashes() {
    let rule = PinRule { alphabet: checkout_wire::Alphabet::Digits, min: 13, max: 13 };
    check_by(Some(&rule), "1680|", false, "168-0|");
    check_by(Some(&rule), "168|0300000101", true, "168-|03000-00101");
    check_by(Some(&rule), "168-03000-00101|", false, "168-03000-00101|");
    check_by(Some(&rule), "168-0X|3000", false, "168-0X|300-0");
}
