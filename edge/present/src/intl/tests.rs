use super::*;

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
        assert_eq!(decimal(minor), text);
    }
}

#[test]
fn the_currency_names_the_country() {
    assert_eq!(Formats::new("af", "ZAR").tag(), "af-ZA-u-nu-latn");
    assert_eq!(Formats::new("en", "").tag(), "en-001-u-nu-latn");
}
