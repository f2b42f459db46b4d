//! PINs for display.

use checkout_wire::{PinRule, ascii::digits};

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

#[cfg(test)]
mod tests;
