//! What a shopper types, and what is wrong with it: one rule for the widget and the plain form. The Worker looks again at what was sent.

use crate::{CheckoutView, Offer, Pin, PinProblem, Word, contact, is_blank};

wire_enum! {
    /// A field of the form, in the order of the page. Its text is its name in the request, and the name and id of its input.
    pub enum Field {
        /// The voucher's PIN.
        Pin = "pin",
        /// The part of what remains that this voucher is to pay.
        Amount = "amount",
        /// The phone number.
        Phone = "phone",
        /// The e-mail address.
        Email = "email",
    }
}

impl Field {
    /// The text that says what is wrong with what was typed there, to pay that way; `None` when it will do.
    pub fn mistake(self, typed: &str, offer: &Offer, view: &CheckoutView) -> Option<Word> {
        match self {
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

    /// The text for what only the Worker finds wrong.
    pub const fn refused(self) -> Word {
        match self {
            Field::Pin => Word::PinWrongCharacter,
            Field::Amount => Word::AmountTooMuch,
            Field::Phone => Word::PhoneInvalid,
            Field::Email => Word::EmailInvalid,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SessionStatus;
    use crate::shown::tests::{offer, view};

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
            (Field::Amount, "149", &plain, None),
            (Field::Amount, "149.01", &plain, Some(Word::AmountTooMuch)),
            (Field::Amount, "half", &plain, Some(Word::AmountInvalid)),
        ] {
            assert_eq!(field.mistake(typed, offer, &session), word, "{typed}");
        }
    }
}
