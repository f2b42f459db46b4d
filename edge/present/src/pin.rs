//! PINs for display.

use crate::{Language, Word};
use checkout_wire::{Alphabet, PinRule, ascii::digits, pin::clean};

/// Returns the PIN in groups, as its slip shows it.
pub fn grouped(pin: &str, rule: Option<&PinRule>) -> String {
    let mut out = String::with_capacity(pin.len() + pin.len() / 4);
    for (at, c) in pin.chars().enumerate() {
        out.extend(separator(rule, at));
        out.push(c);
    }
    out
}

/// Returns the separator before the character at that place. Celbux prints its 13 digits as `168-03000-00101`; the other PINs are in
/// groups of four.
pub fn separator(rule: Option<&PinRule>, at: usize) -> Option<char> {
    match rule {
        Some(PinRule { alphabet: Alphabet::Digits, min: 13, max: 13 }) => matches!(at, 3 | 8).then_some('-'),
        _ => (at > 0 && at.is_multiple_of(4)).then_some(' '),
    }
}

/// Returns the count of typed characters of a PIN: `8 of 16`; empty when there are none.
pub fn count(typed: &str, rule: &PinRule, language: &impl Language) -> String {
    match clean(typed).chars().count() {
        0 => String::new(),
        typed => {
            language.filled(Word::PinCount, &[("typed", &digits(typed as i64)), ("count", &length(rule))])
        }
    }
}

/// Returns the length of a PIN as text: `16`, or `12–16`.
pub fn length(rule: &PinRule) -> String {
    let mut out = digits(rule.min);
    if rule.max != rule.min {
        out.push('–');
        out.push_str(&digits(rule.max));
    }
    out
}

/// Returns the hint for the field of a PIN with this rule.
pub fn hint(rule: &PinRule, language: &impl Language) -> String {
    let word = match rule.alphabet {
        Alphabet::Digits => Word::PinHintDigits,
        Alphabet::Alphanumeric => Word::PinHintAlphanumeric,
    };
    language.counted(word, rule.max, &[("count", &length(rule))])
}

#[cfg(test)]
mod tests;
