//! ASCII forms of characters from keyboards of other scripts, and of numbers.

/// Returns the ASCII character that a full-width or Arabic-Indic one stands for, and any other character as it is.
pub fn fold(c: char) -> char {
    let code = c as u32;
    let ascii = match c {
        '\u{660}'..='\u{669}' => code - 0x660 + 0x30,
        '\u{6f0}'..='\u{6f9}' => code - 0x6f0 + 0x30,
        '\u{ff01}'..='\u{ff5e}' => code - 0xff01 + 0x21,
        _ => code,
    };
    char::from_u32(ascii).unwrap_or(c)
}

/// Returns the number's digits, without a sign. `to_string` would add the standard library's formatting to every shopper's
/// download.
pub fn digits(number: i64) -> String {
    let mut digits = Vec::new();
    let mut rest = number.unsigned_abs();
    loop {
        digits.push(char::from(b'0' + (rest % 10) as u8));
        rest /= 10;
        if rest == 0 {
            return digits.into_iter().rev().collect();
        }
    }
}

#[cfg(test)]
mod tests;
