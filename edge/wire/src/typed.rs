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
mod tests;
