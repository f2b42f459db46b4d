use super::*;

#[test]
fn amounts_have_their_currency_and_groups() {
    for (minor, text) in [
        (0, "ZAR\u{a0}0.00"),
        (7, "ZAR\u{a0}0.07"),
        (24_900, "ZAR\u{a0}249.00"),
        (124_900, "ZAR\u{a0}1,249.00"),
        (123_456_789, "ZAR\u{a0}1,234,567.89"),
        (-124_950, "ZAR\u{a0}-1,249.50"),
    ] {
        assert_eq!(money(Minor(minor), Currency::Zar), text);
    }
    assert_eq!(money(Minor(24_900), None), "249.00");
}

#[test]
fn a_query_has_only_the_members_with_a_value_and_escapes_them() {
    let members =
        [("status", String::new()), ("reference", " a&b=c é ".to_owned()), ("limit", "25".to_owned())];
    assert_eq!(query(members), "?reference=a%26b%3Dc%20%C3%A9&limit=25");
    assert_eq!(query([("status", "  ".to_owned())]), "");
}
