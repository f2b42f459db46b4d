//! ASCII forms of typed text and of numbers.

/// Cleans what a person typed or pasted: drops invisible characters, replaces compatibility forms by the ASCII characters that they
/// stand for, then drops the separators of this kind of text.
pub fn clean(typed: &str, is_separator: fn(char) -> bool) -> String {
    typed.chars().filter(|c| !is_invisible(*c)).map(fold).filter(|c| !is_separator(*c)).collect()
}

/// Returns the ASCII character that a full-width, Arabic-Indic or mathematical one, a dash or a space stands for, and any other
/// character as it is.
pub fn fold(c: char) -> char {
    let code = c as u32;
    let ascii = match c {
        '\u{660}'..='\u{669}' => code - 0x660 + 0x30,
        '\u{6f0}'..='\u{6f9}' => code - 0x6f0 + 0x30,
        '\u{1d7ce}'..='\u{1d7ff}' => (code - 0x1d7ce) % 10 + 0x30,
        '\u{ff01}'..='\u{ff5e}' => code - 0xff01 + 0x21,
        '\u{2010}'..='\u{2015}' | '\u{2212}' => 0x2d,
        // The decimal and the thousands mark.
        '\u{66b}' | '\u{60c}' => 0x2c,
        '\u{66c}' => 0x2e,
        c if c.is_whitespace() => 0x20,
        _ => code,
    };
    char::from_u32(ascii).unwrap_or(c)
}

/// Returns whether a character has no shape and no width (Unicode: Default_Ignorable_Code_Point).
const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'
            ..='\u{180f}'
    ) || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}')
        || matches!(c, '\u{fe00}'..='\u{fe0f}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
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
