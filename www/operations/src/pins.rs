//! Recognises voucher PINs in texts that are stored, such as notes.

use checkout_wire::pin::{Pin, PinRule, clean};

/// The least number of digits of a possible PIN.
const FEWEST: usize = 8;

/// Returns whether a text contains a possible PIN: at least eight digits and few other characters, in one piece or in groups separated by
/// spaces or dashes.
pub fn has_pin(text: &str, rules: &[PinRule]) -> bool {
    let groups: Vec<&str> =
        text.split(|one: char| !one.is_alphanumeric()).filter(|group| !group.is_empty()).collect();
    let has_digit = |group: &&&str| group.bytes().any(|byte| byte.is_ascii_digit());
    (0..groups.len()).any(|first| {
        let mut joined = String::new();
        // A word ends the groups of a PIN.
        groups.iter().skip(first).take_while(has_digit).any(|group| {
            joined.push_str(group);
            is_pin(&joined, rules)
        })
    })
}

fn is_pin(text: &str, rules: &[PinRule]) -> bool {
    let text = clean(text);
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    digits >= FEWEST && 2 * digits > text.len() && rules.iter().any(|rule| Pin::parse(&text, rule).is_ok())
}

#[cfg(test)]
mod tests;
