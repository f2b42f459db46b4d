//! PINs for display.

use crate::{Language, Word};
use checkout_wire::{Alphabet, PinRule, ascii::digits};

/// Returns the PIN in groups of four.
pub fn grouped(pin: &str) -> String {
    let mut out = String::with_capacity(pin.len() + pin.len() / 4);
    for (i, c) in pin.chars().enumerate() {
        if i > 0 && i % 4 == 0 {
            out.push(' ');
        }
        out.push(c);
    }
    out
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
