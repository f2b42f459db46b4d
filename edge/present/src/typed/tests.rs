use super::*;
use crate::fixture::{offer, view};
use checkout_wire::SessionStatus;

#[test]
fn each_mistake_has_its_text() {
    let session = view(SessionStatus::Open, Vec::new());
    let plain = offer("celbux", None);
    let with_email = Offer { needs_email: true, ..plain.clone() };
    for (field, typed, offer, word) in [
        (Field::Pin, "1168 6480 9679 2943", &plain, None),
        (Field::Pin, " ", &plain, Some(Word::Required)),
        (Field::Pin, "1168", &plain, Some(Word::PinTooShort)),
        (Field::Pin, "1168 6480 9679 2943 1", &plain, Some(Word::PinTooLong)),
        (Field::Pin, "1168 6480 9679 294x", &plain, Some(Word::PinWrongCharacter)),
        (Field::Phone, "082 123 4567", &plain, None),
        (Field::Phone, "", &plain, Some(Word::Required)),
        (Field::Phone, "12", &plain, Some(Word::PhoneInvalid)),
        (Field::Email, "", &plain, None),
        (Field::Email, "", &with_email, Some(Word::Required)),
        (Field::Email, "a@b", &with_email, Some(Word::EmailInvalid)),
        (Field::Email, "a@b.co", &with_email, None),
        (Field::Amount, "", &plain, None),
        (Field::Amount, "249", &plain, None),
        (Field::Amount, "249.01", &plain, Some(Word::AmountTooMuch)),
        (Field::Amount, "half", &plain, Some(Word::AmountInvalid)),
    ] {
        assert_eq!(field.mistake(typed, offer, &session), word, "{typed}");
    }
}

#[test]
fn a_part_is_at_most_the_remaining_amount() {
    let view = view(SessionStatus::Open, Vec::new());
    for (typed, expected) in [
        ("", Ok(None)),
        (" ", Ok(None)),
        ("50", Ok(Some(Minor(5_000)))),
        ("249.00", Ok(None)),
        ("249.01", Err(Word::AmountTooMuch)),
        ("0", Err(Word::AmountInvalid)),
        ("-1", Err(Word::AmountInvalid)),
        ("ten", Err(Word::AmountInvalid)),
    ] {
        assert_eq!(part(&view, typed), expected, "{typed}");
    }
}

#[test]
fn the_last_voucher_pays_all_that_remains() {
    let last = CheckoutView { vouchers_left: 1, ..view(SessionStatus::Open, Vec::new()) };
    assert_eq!(part(&last, "50"), Err(Word::LastVoucher));
    assert_eq!((part(&last, "249.00"), part(&last, "")), (Ok(None), Ok(None)));
}

#[test]
fn a_pin_of_another_kind_of_voucher_is_named() {
    let mut session = view(SessionStatus::Open, Vec::new());
    let rule = session.providers[0].pin;
    let celbux = Offer { pin: checkout_wire::PinRule { min: 13, max: 13, ..rule }, ..offer("celbux", None) };
    session.providers.push(celbux.clone());
    let mistake = |typed, session: &CheckoutView| Field::Pin.mistake(typed, &session.providers[0], session);
    assert_eq!(mistake("168-03000-00101", &session), Some(Word::PinOfOther));
    assert_eq!(mistake("168-03000-0010", &session), Some(Word::PinTooShort));
    session.providers.push(Offer { provider: "third".to_owned(), ..celbux });
    assert_eq!(mistake("168-03000-00101", &session), Some(Word::PinTooShort), "of which one is not known");
    session.providers[2].retry_after = Some(checkout_wire::Seconds(9));
    assert_eq!(mistake("168-03000-00101", &session), Some(Word::PinOfOther));
}

#[test]
fn a_code_has_six_digits() {
    let (offer, view) = (offer("odm", None), view(SessionStatus::Processing, Vec::new()));
    for (typed, mistake) in [
        ("", None),
        ("123456", None),
        (" 123 456 ", None),
        ("١٢٣٤٥٦", None),
        ("12345", Some(Word::CodeInvalid)),
        ("1234567", Some(Word::CodeInvalid)),
        ("12345a", Some(Word::CodeInvalid)),
    ] {
        assert_eq!(Field::Code.mistake(typed, &offer, &view), mistake, "{typed}");
    }
}
