use super::*;
use proptest::prelude::*;

#[test]
fn text_is_exact() {
    for (minor, two, short) in [
        (1, "0.01", "0.01"),
        (10, "0.10", "0.1"),
        (10_000, "100.00", "100"),
        (1_050, "10.50", "10.5"),
        (0, "0.00", "0"),
        (Minor::MAX.0, "90071992547409.91", "90071992547409.91"),
    ] {
        assert_eq!(decimal(Minor(minor)), two);
        assert_eq!(number(Minor(minor)), short);
        assert_eq!(parse(two), Some(Minor(minor)));
        assert_eq!(parse(short), Some(Minor(minor)));
    }
    assert_eq!(parse("75.0000"), Some(Minor(7_500)));
}

#[test]
fn decimals_are_exact() {
    for (minor, text) in [
        (0, "0.00"),
        (5, "0.05"),
        (50, "0.50"),
        (24_900, "249.00"),
        (-1, "-0.01"),
        (-12_345, "-123.45"),
        (9_007_199_254_740_991, "90071992547409.91"),
        (i64::MIN, "-92233720368547758.08"),
    ] {
        assert_eq!(decimal(Minor(minor)), text);
    }
}

#[test]
fn invalid_amounts_are_refused() {
    for text in [
        "",
        ".",
        "1.",
        ".5",
        "-1",
        "+1",
        "1e3",
        "1,000",
        "0.001",
        "1.005",
        " 1",
        "NaN",
        "90071992547409.92",
        "99999999999999999999",
        "1.2.3",
        "٣",
    ] {
        assert_eq!(parse(text), None, "{text}");
    }
}

// Ledgers hold the number, and goldens show it.
#[test]
fn an_amount_is_its_number() {
    assert_eq!(serde_json::to_string(&[Minor(24_900), Minor(-1)]).unwrap(), "[24900,-1]");
    assert_eq!(serde_json::from_str::<Option<Minor>>("24900").unwrap(), Some(Minor(24_900)));
    assert_eq!(format!("{:#?}", Minor(24_900)), "24900");
}

#[test]
fn amounts_add_up() {
    let mut sum: Minor = [Minor(24_900), Minor(100)].into_iter().sum();
    sum += Minor(500);
    sum -= Minor(1);
    assert_eq!((sum, sum - Minor(25_500)), (Minor(25_499), Minor(-1)));
    assert_eq!(Minor::MAX.saturating_add(Minor(i64::MAX)), Minor(i64::MAX));
}

proptest! {
    #[test]
    fn every_amount_survives_its_text(minor in 0..=Minor::MAX.0) {
        let amount = Minor(minor);
        prop_assert_eq!(parse(&decimal(amount)), Some(amount));
        prop_assert_eq!(parse(&number(amount)), Some(amount));
    }

    #[test]
    fn no_text_panics(text in ".*") {
        let _ = parse(&text);
    }
}
