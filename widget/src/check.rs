//! What is wrong with what was typed, before it is sent. The Worker applies the same rules again.

use crate::flow::Field;
use checkout_wire::{CheckoutView, Offer, Pin, PinProblem, Word, contact, is_blank};

/// The text that says what is wrong with that field for that way to pay, if something is.
pub fn problem(field: Field, typed: &str, offer: &Offer, view: &CheckoutView) -> Option<Word> {
    match field {
        Field::Pin => Pin::parse(typed, &offer.pin).err().map(|problem| match problem {
            PinProblem::Empty => Word::Required,
            PinProblem::TooShort => Word::PinTooShort,
            PinProblem::TooLong => Word::PinTooLong,
            PinProblem::WrongCharacter => Word::PinWrongCharacter,
        }),
        Field::Amount => view.part(typed).err(),
        Field::Email if !offer.needs_email => None,
        _ if is_blank(typed) => Some(Word::Required),
        Field::Phone => offer.phone_country.phone(typed).is_none().then_some(Word::PhoneInvalid),
        Field::Email => contact::email(typed).is_none().then_some(Word::EmailInvalid),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::tests::view;
    use checkout_wire::SessionStatus;

    #[test]
    fn each_mistake_has_its_text() {
        let mut session = view(SessionStatus::Open, Vec::new());
        let plain = session.providers.remove(0);
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
            assert_eq!(problem(field, typed, offer, &session), word, "{typed}");
        }
    }
}
