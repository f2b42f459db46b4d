use super::*;

#[test]
fn the_currency_names_the_country() {
    assert_eq!(Formats::new("af", "ZAR").tag(), "af-ZA-u-nu-latn");
    assert_eq!(Formats::new("en", "").tag(), "en-001-u-nu-latn");
}
