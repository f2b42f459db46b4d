//! Voucher PINs: parsing of typed text, and a type that never prints its value.

use crate::ascii;
use core::fmt;

wire_enum! {
    /// The characters of a PIN.
    pub enum Alphabet {
        /// `0` to `9`.
        Digits = "digits",
        /// `0` to `9`, `a` to `z`, `A` to `Z`; case is kept as typed.
        Alphanumeric = "alphanumeric",
    }
}

wire_struct! {
    /// The rule for a voucher brand's PINs. No check digit is assumed: none of the known sample PINs has one.
    #[derive(Clone, Copy, PartialEq, Eq, Debug)]
    pub struct PinRule {
        /// The allowed characters.
        pub alphabet: Alphabet,
        /// The least number of characters, without separators.
        pub min: i64,
        /// The greatest number of characters, without separators.
        pub max: i64,
    }
}

/// The rule for the codes that a provider sends to a voucher's owner.
pub const CODE: PinRule = PinRule { alphabet: Alphabet::Digits, min: 6, max: 6 };

/// The reason why typed text is not a PIN.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PinProblem {
    /// Nothing was typed.
    Empty,
    /// Fewer characters than the brand's PINs have.
    TooShort,
    /// More characters than the brand's PINs have.
    TooLong,
    /// A character that the brand's PINs never contain.
    WrongCharacter,
}

/// A voucher PIN: a string from end to end, because 16 digits exceed 2^53. A PIN is money, so it has no `Display` and its `Debug`
/// output hides it; only [`Pin::reveal`] returns its characters.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Pin(String);

impl Pin {
    /// Parses a PIN from text that a shopper typed or pasted.
    pub fn parse(typed: &str, rule: &PinRule) -> Result<Self, PinProblem> {
        let pin = clean(typed);
        let allowed = |c: char| match rule.alphabet {
            Alphabet::Digits => c.is_ascii_digit(),
            Alphabet::Alphanumeric => c.is_ascii_alphanumeric(),
        };
        let length = pin.chars().count() as i64;
        if pin.is_empty() {
            Err(PinProblem::Empty)
        } else if !pin.chars().all(allowed) {
            Err(PinProblem::WrongCharacter)
        } else if length < rule.min {
            Err(PinProblem::TooShort)
        } else if length > rule.max {
            Err(PinProblem::TooLong)
        } else {
            Ok(Self(pin))
        }
    }

    /// Wraps typed text as it is, before it is checked against the rule of a voucher brand.
    pub const fn as_typed(text: String) -> Self {
        Self(text)
    }

    /// Wraps a PIN from a provider or from our own sealed storage as it is.
    pub const fn from_provider(pin: String) -> Self {
        Self(pin)
    }

    /// Returns the characters: only for the request to the provider, for sealing, and for the shopper's own screen.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Returns the last four characters, which distinguish two vouchers; `None` for a PIN so short that they would help to guess the rest.
    pub fn end(&self) -> Option<&str> {
        const SHORTEST: usize = 12;
        let end = self.0.len().checked_sub(4).filter(|_| self.0.len() >= SHORTEST)?;
        self.0.get(end..)
    }
}

impl crate::Read for Pin {
    fn take<N: crate::Node>(node: &N, whole: &mut bool) -> Self {
        Self(<String as crate::Read>::take(node, whole))
    }
}

/// The JSON form of a PIN, for `#[serde(with = "pin::revealed")]`: in the shopper's own view, in a call to one of our objects,
/// and in sealed data. A type that contains a PIN has no JSON form unless it names this one.
#[cfg(feature = "serde")]
pub mod revealed {
    use super::Pin;
    use serde::{Deserialize, Deserializer, Serializer};

    /// Writes the PIN's characters.
    pub fn serialize<S: Serializer>(pin: &Pin, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(pin.reveal())
    }

    /// Reads a PIN as it is, without checks.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Pin, D::Error> {
        String::deserialize(deserializer).map(Pin)
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(..)")
    }
}

/// Returns the text without spaces, dashes and invisible characters, as people paste it from an SMS, a slip or a keyboard of another
/// script.
pub fn clean(typed: &str) -> String {
    ascii::clean(typed, |c| matches!(c, ' ' | '-'))
}

#[cfg(test)]
mod tests;
