//! What a voucher PIN is: how typed text becomes one, and that it never shows itself.

use crate::ascii::fold;
use core::fmt;

wire_enum! {
    /// The characters a PIN is made of.
    pub enum Alphabet {
        /// `0` to `9`.
        Digits = "digits",
        /// `0` to `9`, `a` to `z`, `A` to `Z`; case is kept as typed.
        Alphanumeric = "alphanumeric",
    }
}

wire_struct! {
    /// Which PINs a voucher brand has. No check digit is assumed: none of the known sample PINs has one.
    #[derive(Clone, Copy, PartialEq, Eq, Debug)]
    pub struct PinRule {
        /// The characters allowed.
        pub alphabet: Alphabet,
        /// The fewest characters, without separators.
        pub min: i64,
        /// The most characters, without separators.
        pub max: i64,
    }
}

/// Why typed text is not a PIN.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PinProblem {
    /// Nothing was typed.
    Empty,
    /// Fewer characters than the brand's PINs have.
    TooShort,
    /// More characters than the brand's PINs have.
    TooLong,
    /// A character that the brand's PINs never hold.
    WrongCharacter,
}

/// A voucher PIN: a string from end to end, since 16 digits exceed 2^53. It is money, so it has no `Display` and its
/// `Debug` shows nothing; [`Pin::reveal`] is the one way to its characters.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Pin(String);

impl Pin {
    /// The PIN in what a shopper typed or pasted, or why there is none.
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

    /// Takes what a shopper typed as it is, not yet held against the rule of a voucher brand.
    pub const fn as_typed(text: String) -> Self {
        Self(text)
    }

    /// A PIN that a provider or our own sealed store handed out, taken as it is.
    pub const fn from_provider(pin: String) -> Self {
        Self(pin)
    }

    /// The characters. For the request to the provider, the seal and the shopper's own screen only.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl crate::Read for Pin {
    fn take<N: crate::Node>(node: &N, whole: &mut bool) -> Self {
        Self(<String as crate::Read>::take(node, whole))
    }
}

/// The JSON form of a PIN, for `#[serde(with = "pin::revealed")]`: in the shopper's own view, in a call to one of our objects, and
/// in what is sealed. A type that holds a PIN has no JSON form unless it names this one.
#[cfg(feature = "serde")]
pub mod revealed {
    use super::Pin;
    use serde::{Deserialize, Deserializer, Serializer};

    /// Writes the PIN's characters.
    pub fn serialize<S: Serializer>(pin: &Pin, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(pin.reveal())
    }

    /// Reads a PIN as it is.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Pin, D::Error> {
        String::deserialize(deserializer).map(Pin)
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(..)")
    }
}

/// The text without spaces, dashes and invisible marks, and with full-width and Arabic-Indic characters as ASCII:
/// what people paste from an SMS, a slip or a keyboard of another script.
pub fn clean(typed: &str) -> String {
    typed.chars().filter(|c| !is_separator(*c)).map(fold).collect()
}

fn is_separator(c: char) -> bool {
    c.is_whitespace()
        || c == '-'
        || matches!(c, '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{ad}')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests;
