use super::*;

#[test]
fn every_form_in_use_is_one_number() {
    let forms = [
        (
            Country::SouthAfrica,
            "+27821234567",
            &[
                "0821234567",
                "27821234567",
                "+270821234567",
                "0027 82 123 4567",
                "+27 (0)82 123-4567",
                "821234567",
                "٠٨٢١٢٣٤٥٦٧",
            ][..],
        ),
        (Country::SouthAfrica, "+27576847568", &["+270576847568"]),
        (Country::SouthAfrica, "+27271234567", &["271234567", "0271234567"]),
        (
            Country::TrinidadAndTobago,
            "+18686221234",
            &["622-1234", "868 622 1234", "18686221234", "+1 (868) 622-1234", "0018686221234"],
        ),
        (Country::TrinidadAndTobago, "+18688681234", &["868-1234"]),
        (Country::Ethiopia, "+251911234567", &["0911234567", "251911234567", "+2510911234567"]),
    ];
    for (country, number, typed) in forms {
        for typed in typed.iter().chain([&number]) {
            assert_eq!(country.phone(typed).as_deref(), Some(number), "{typed}");
        }
    }
}

#[test]
fn invalid_phone_numbers_are_refused() {
    for typed in [
        "",
        "12",
        "082123456",
        "08212345678",
        "+44 7700 900123",
        "082 123 456x",
        "0000000000",
        "++27821234567 or so",
    ] {
        assert_eq!(Country::SouthAfrica.phone(typed), None, "{typed}");
    }
    assert_eq!(Country::TrinidadAndTobago.phone("+1 212 555 0123"), None);
}

#[test]
fn addresses() {
    for good in ["a@b.co", " thandi.m+shop@example.co.za ", "x@sub.example.com"] {
        assert_eq!(email(good).as_deref(), Some(good.trim()), "{good}");
    }
    for bad in ["", "a", "a@b", "@b.co", "a@.co", "a@b.", "a b@c.de", "a@b@c.de", "a@b..de", "\"a\"@b.de"] {
        assert_eq!(email(bad), None, "{bad}");
    }
    assert_eq!(email(&format!("{}@b.co", "a".repeat(260))), None);
}

#[test]
fn invisible_characters_are_dropped_from_phone_numbers_and_addresses() {
    for typed in [
        "082\u{2060}123\u{ad}4567",
        "\u{feff}0821234567\u{200b}",
        "082\u{3000}123 4567",
        "０８２–１２３−４５６７",
    ] {
        assert_eq!(Country::SouthAfrica.phone(typed).as_deref(), Some("+27821234567"), "{typed:?}");
    }
    for typed in [
        "thandi\u{200b}@example.com",
        "\u{feff}thandi@example.com\u{a0}",
        "thandi\u{ad}@exam\u{2060}ple.com",
        "ｔｈａｎｄｉ＠ｅｘａｍｐｌｅ．ｃｏｍ",
    ] {
        assert_eq!(email(typed).as_deref(), Some("thandi@example.com"), "{typed:?}");
    }
}
