use super::*;
use crate::Minor;

const DIGITS: PinRule = PinRule { alphabet: Alphabet::Digits, min: 16, max: 16 };
const WIPAY: PinRule = PinRule { alphabet: Alphabet::Alphanumeric, min: 12, max: 12 };

#[test]
fn pasted_text_becomes_the_pin() {
    for typed in [
        "1168648096792943",
        " 1168 6480 9679 2943\n",
        "1168-6480-9679-2943",
        "1168\u{a0}6480\u{2011}9679\u{200b}2943",
        "١١٦٨٦٤٨٠٩٦٧٩٢٩٤٣",
        "１１６８６４８０９６７９２９４３",
    ] {
        assert_eq!(
            Pin::parse(typed, &DIGITS).map(|p| p.reveal().to_owned()),
            Ok("1168648096792943".to_owned()),
            "{typed}"
        );
    }
    assert_eq!(Pin::parse("uyr8 vmap 230t", &WIPAY).unwrap().reveal(), "uyr8vmap230t");
}

#[test]
fn an_invalid_pin_is_refused_by_name() {
    assert_eq!(Pin::parse(" - ", &DIGITS), Err(PinProblem::Empty));
    assert_eq!(Pin::parse("116864809679294", &DIGITS), Err(PinProblem::TooShort));
    assert_eq!(Pin::parse("11686480967929433", &DIGITS), Err(PinProblem::TooLong));
    assert_eq!(Pin::parse("116864809679294x", &DIGITS), Err(PinProblem::WrongCharacter));
    assert_eq!(Pin::parse("uyr8vmap230é", &WIPAY), Err(PinProblem::WrongCharacter));
}

#[test]
fn leading_zeros_and_sixteen_digits_survive() {
    assert_eq!(Pin::parse("0000 0000 0000 0001", &DIGITS).unwrap().reveal(), "0000000000000001");
    assert_eq!(Pin::parse("9876543210987655", &DIGITS).unwrap().reveal(), "9876543210987655");
}

#[test]
fn debug_shows_nothing() {
    assert_eq!(format!("{:?}", Pin::parse("1168648096792943", &DIGITS)), "Ok(Pin(..))");
}

#[test]
fn law_6_a_pin_has_a_json_form_only_on_request() {
    let change = crate::ChangeVoucher {
        pin: Pin::from_provider("0168648096792943".into()),
        amount: Some(Minor(1_000)),
        expires_at: None,
    };
    let json = serde_json::to_string(&change).unwrap();
    assert_eq!(json, r#"{"pin":"0168648096792943","amount":1000}"#);
    assert_eq!(serde_json::from_str::<crate::ChangeVoucher>(&json).unwrap(), change);
    let shown = format!("{change:?} {:?}", Pin::as_typed("0168 6480".into()));
    assert!(shown.contains("1000") && !shown.contains("0168"), "{shown}");
}

#[test]
fn the_end_of_a_pin_is_shown_unless_it_helps_to_guess_the_rest() {
    let end = |pin: &str| Pin::from_provider(pin.into()).end().map(str::to_owned);
    assert_eq!(end("1680300000101").as_deref(), Some("0101"));
    assert_eq!(end("uyr8vmap230t").as_deref(), Some("230t"));
    assert_eq!(end("1168648096"), None);
    assert_eq!(end(""), None);
}
