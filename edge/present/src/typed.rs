//! What a shopper types, and what is wrong with it: one rule for the widget and the plain form. The Worker looks again at what was sent.

use crate::{Word, amount};
use checkout_wire::{CheckoutView, Offer, Pin, PinProblem, contact, text_enum};

text_enum! {
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
            Field::Amount => part(view, typed).err(),
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

/// The part that a shopper wants to pay, as typed; `None` for all that remains. An error is the text that says what is wrong.
pub fn part(view: &CheckoutView, typed: &str) -> Result<Option<i64>, Word> {
    if is_blank(typed) {
        return Ok(None);
    }
    match amount::typed(typed) {
        None => Err(Word::AmountInvalid),
        Some(minor) if minor > view.amount_remaining => Err(Word::AmountTooMuch),
        Some(minor) if minor == view.amount_remaining => Ok(None),
        // Nothing could pay what would then remain.
        Some(_) if view.vouchers_left == 1 => Err(Word::LastVoucher),
        part => Ok(part),
    }
}

/// Whether nothing was typed but spaces.
fn is_blank(typed: &str) -> bool {
    typed.chars().all(char::is_whitespace)
}

#[cfg(test)]
mod tests;
