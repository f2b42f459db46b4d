use super::*;
use proptest::prelude::*;

fn certain(text: &str) -> Option<i64> {
    read(text, false)?.with(None).map(|Minor(amount)| amount)
}

#[test]
fn an_amount_is_read_exactly() {
    for (text, expected) in [
        ("249.00", 24_900),
        ("249", 24_900),
        ("249.5", 24_950),
        ("1234.5", 123_450),
        ("1,234.50", 123_450),
        ("1.234,50", 123_450),
        ("1 234,50", 123_450),
        ("1\u{a0}234.50", 123_450),
        ("1\u{202f}234,50", 123_450),
        ("1'234.50", 123_450),
        ("12,345,678.90", 1_234_567_890),
        ("1,234", 123_400),
        ("249.0000", 24_900),
        ("0.500", 50),
        ("R 249.00", 24_900),
        ("R249", 24_900),
        ("ZAR 1,249.00", 124_900),
        ("TT$120.00", 12_000),
        ("120.00 TTD", 12_000),
        ("100.00 Birr", 10_000),
        ("'249.00", 24_900),
        (" +249.00 ", 24_900),
        ("-249.00", -24_900),
        ("−249.00", -24_900),
        ("249.00-", -24_900),
        ("(249.00)", -24_900),
        ("R -249.00", -24_900),
        ("-R 249.00", -24_900),
        ("249.00 DR", -24_900),
        ("249.00 CR", 24_900),
        ("0.00", 0),
        ("0.07", 7),
        ("10000000000.00", 1_000_000_000_000),
    ] {
        assert_eq!(certain(text), Some(expected), "{text}");
    }
}

#[test]
fn invalid_amounts_are_refused() {
    for text in [
        "abc",
        "N/A",
        "12a",
        "1.2.3",
        "1,23,456.00",
        "12,34.50",
        "249.0012",
        "1e3",
        ".",
        ",",
        "-",
        "R",
        "--5",
        "(-5)",
        "-5 DR",
        "1 2",
        "٢٤٩",
        "249.",
        ".50",
        "1,234.5,6",
        "10000000000.01",
        "99999999999999999999",
    ] {
        assert_eq!(read(text, false), None, "{text}");
    }
    assert_eq!(read("  ", false), Some(Written::Empty));
}

#[test]
fn an_amount_that_means_two_things_needs_the_rest_of_the_file() {
    let with = |text: &str, others: &[&str]| {
        let mut evidence = Evidence::default();
        let written = read(text, false)?;
        [text].iter().chain(others).filter_map(|text| read(text, false)).for_each(|one| evidence.add(one));
        written.with(evidence.decimals()).map(|Minor(amount)| amount)
    };
    for (text, others, expected) in [
        ("-1.000", &[][..], None),
        ("-1.000", &["249"], None),
        ("-1.000", &["249.50"], Some(-100)),
        ("-1.000", &["249,50"], Some(-100_000)),
        ("-1.000", &["1,234"], Some(-100)),
        ("-1.000", &["1.234"], Some(-100_000)),
        ("-1.000", &["249.50", "249,50"], None),
        ("1.234", &[], Some(123_400)),
        ("249.001", &["249.50"], None),
        ("249.001", &["249,50"], Some(24_900_100)),
        ("249.50", &["249,50"], Some(24_950)),
    ] {
        assert_eq!(with(text, others), expected, "{text} among {others:?}");
    }
}

#[test]
fn whole_numbers_are_minor_units_where_the_statement_says_so() {
    for (text, expected) in [
        ("24900", Some(24_900)),
        ("24,900", Some(24_900)),
        ("24900.00", Some(24_900)),
        ("-7", Some(-7)),
        ("249.50", None),
    ] {
        let amount = read(text, true).and_then(|written| written.with(Some(Decimals::Point)));
        assert_eq!(amount, expected.map(Minor), "{text}");
    }
}

proptest! {
    /// Checks that every way to write an amount is read as that amount.
    #[test]
    fn a_written_amount_is_read_back(minor in -1_000_000_000_000_i64..=1_000_000_000_000, mark in 0_usize..4) {
        let (group, decimals) = [(",", "."), (".", ","), (" ", ","), ("", ".")].get(mark).copied().unwrap_or_default();
        let whole = (minor.abs() / 100).to_string();
        let mut grouped = String::new();
        for (place, digit) in whole.chars().enumerate() {
            if place > 0 && (whole.len() - place).is_multiple_of(3) {
                grouped.push_str(group);
            }
            grouped.push(digit);
        }
        let sign = if minor < 0 { "-" } else { "" };
        let text = format!("{sign}{grouped}{decimals}{:02}", minor.abs() % 100);
        prop_assert_eq!(certain(&text), Some(minor), "{}", text);
    }

    /// Checks that no text makes the reader panic.
    #[test]
    fn any_text_is_read(text in "[-+()0-9., R$'DC]{0,12}") {
        for in_cents in [false, true] {
            if let Some(written @ Written::Amount { point, comma, .. }) = read(&text, in_cents) {
                prop_assert_eq!(written.with(Some(Decimals::Point)), point);
                prop_assert!(point.is_some() || comma.is_some());
            }
        }
    }
}
