//! Checks of the shopper's input: one rule for the widget and the plain form. The Worker checks the submitted request again.

use crate::{CheckoutRules, Language, WITH_CODE, Word, phone, pin, typed_amount};
use checkout_wire::{
    CheckoutView, Minor, Offer, Pin, PinProblem, Seconds, ascii::clean, ascii::digits, contact, pin::CODE,
    text_enum,
};

text_enum! {
    /// A field of the form, in the order of the page. Its text is its name in the request, and the name and id of its input.
    pub enum Field {
        /// The voucher's PIN.
        Pin = "pin",
        /// The part of the remaining amount that this voucher is to pay.
        Amount = "amount",
        /// The phone number.
        Phone = "phone",
        /// The e-mail address.
        Email = "email",
        /// The code that the voucher's owner was sent, in a form of its own.
        Code = "code",
    }
}

impl Field {
    /// Returns the error text for the typed value with this way to pay; `None` if the value is acceptable.
    pub fn mistake(self, typed: &str, offer: &Offer, view: &CheckoutView) -> Option<Word> {
        match self {
            Field::Pin => Pin::parse(typed, &offer.pin).err().map(|problem| match problem {
                PinProblem::Empty => Word::Required,
                _ if other_offer(typed, offer, view).is_some() => Word::PinOfOther,
                PinProblem::TooShort => Word::PinTooShort,
                PinProblem::TooLong => Word::PinTooLong,
                PinProblem::WrongCharacter => Word::PinWrongCharacter,
            }),
            Field::Amount => part(view, typed).err(),
            Field::Email if !offer.needs_email => None,
            // An empty one is reported when it is sent.
            Field::Code if !WITH_CODE || is_blank(typed) => None,
            Field::Code => Pin::parse(typed, &CODE).is_err().then_some(Word::CodeInvalid),
            _ if is_blank(typed) => Some(Word::Required),
            Field::Phone => offer.phone_country.phone(typed).is_none().then_some(Word::PhoneInvalid),
            Field::Email => contact::email(typed).is_none().then_some(Word::EmailInvalid),
        }
    }

    /// Returns the error text for a value that the Worker rejected.
    pub const fn refused(self) -> Word {
        match self {
            Field::Pin => Word::PinWrongCharacter,
            Field::Amount => Word::AmountTooMuch,
            Field::Phone => Word::PhoneInvalid,
            Field::Email => Word::EmailInvalid,
            Field::Code => Word::CodeInvalid,
        }
    }
}

/// Returns the only other way to pay whose PINs look like the typed one; `offer` is one of the view's offers.
fn other_offer<'a>(typed: &str, offer: &Offer, view: &'a CheckoutView) -> Option<&'a Offer> {
    let fits = |other: &&Offer| {
        !std::ptr::eq(*other, offer) && other.retry_after.is_none() && Pin::parse(typed, &other.pin).is_ok()
    };
    let mut others = view.providers.iter().filter(fits);
    others.next().filter(|_| others.next().is_none())
}

/// Returns the text of an error at a field with that value, with its gaps filled.
pub fn error_text(
    word: Word,
    typed: &str,
    view: &CheckoutView,
    offer: &Offer,
    language: &impl Language,
) -> String {
    let gaps = [
        ("count", &*pin::length(&offer.pin)),
        ("example", phone::example(offer.phone_country)),
        ("amount", &language.money(view, view.amount_remaining)),
        ("provider", other_offer(typed, offer, view).map_or("", |other| &other.label)),
    ];
    match word {
        Word::CodeWrong if WITH_CODE => {
            let tries_left = view.challenged().map_or(0, |(_, challenge)| challenge.tries_left);
            language.filled(word, &[("tries", &digits(tries_left))])
        }
        Word::PinTooShort | Word::PinTooLong => language.counted(word, offer.pin.max, &gaps),
        _ => language.filled(word, &gaps),
    }
}

/// Returns the text about the fee that the provider of an offer takes: for all that remains, or (`FeeNotePart`) for a part, whose fee is
/// not known.
pub fn fee_note(word: Word, view: &CheckoutView, offer: &Offer, language: &impl Language) -> String {
    let total = view.amount_remaining.saturating_add(offer.fee);
    let (fee, total) = (language.money(view, offer.fee), language.money(view, total));
    language.filled(word, &[("provider", &offer.label), ("fee", &fee), ("total", &total)])
}

/// Returns the text of the button that pays all that remains, with the fee of the way to pay, or a part, whose fee is not known.
pub fn pay_label(
    view: &CheckoutView,
    offer: Option<&Offer>,
    part: Option<Minor>,
    language: &impl Language,
) -> String {
    let fee = offer.map_or(Minor::ZERO, |offer| offer.fee);
    let amount = part.unwrap_or_else(|| view.amount_remaining.saturating_add(fee));
    language.filled(Word::PayButton, &[("amount", &language.money(view, amount))])
}

/// Returns the line that asks for another voucher, with the time left and what happens to the part that is paid; empty before a voucher has
/// paid.
pub fn next_voucher(view: &CheckoutView, language: &impl Language) -> String {
    if view.amount_received <= Minor::ZERO {
        return String::new();
    }
    let gaps = [("shop", &*view.shop_name), ("time", &language.time(view, &view.expires_at))];
    [language.text(Word::NextVoucherText), language.filled(Word::PartUntil, &gaps)].join(" ")
}

/// Returns the text about the time left to pay; empty if there is enough.
pub fn time_left(left: Option<Seconds>, language: &impl Language) -> String {
    let text = |left| language.filled(Word::TimeLeft, &[("time", &language.duration(left))]);
    left.map(text).unwrap_or_default()
}

/// Parses the part that a shopper wants to pay; `None` for all that remains. An error is the text to show.
pub fn part(view: &CheckoutView, typed: &str) -> Result<Option<Minor>, Word> {
    if is_blank(typed) {
        return Ok(None);
    }
    match typed_amount::parse(typed) {
        None => Err(Word::AmountInvalid),
        Some(part) if part > view.amount_remaining => Err(Word::AmountTooMuch),
        Some(part) if part == view.amount_remaining => Ok(None),
        // No further voucher could pay the remaining amount.
        Some(_) if view.vouchers_left == 1 => Err(Word::LastVoucher),
        part => Ok(part),
    }
}

/// Returns whether the text has no visible character.
fn is_blank(typed: &str) -> bool {
    clean(typed, |c| c == ' ').is_empty()
}

#[cfg(test)]
mod tests;
