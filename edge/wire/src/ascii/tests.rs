use super::*;

#[test]
fn characters_of_other_keyboards_become_ascii() {
    let folded = |text: &str| text.chars().map(fold).collect::<String>();
    assert_eq!(folded("٠١٢٣٤٥٦٧٨٩"), "0123456789");
    assert_eq!(folded("۰۱۲۳۴۵۶۷۸۹"), "0123456789");
    assert_eq!(folded("！０９ＡＺａｚ～"), "!09AZaz~");
    assert_eq!(folded("09 Az-éЖ٪ﾟ"), "09 Az-éЖ٪ﾟ");
}

#[test]
fn a_number_has_all_its_digits() {
    for (number, text) in
        [(0, "0"), (7, "7"), (10, "10"), (-1_249, "1249"), (i64::MAX, "9223372036854775807")]
    {
        assert_eq!(digits(number), text);
    }
    assert_eq!(digits(i64::MIN), "9223372036854775808");
}
