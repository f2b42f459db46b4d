//! An amount of money as a shopper types it.

use crate::pin::fold;

/// The minor units of typed text: `50`, `R 1 249,50`, `1,249.50`, in any digits a keyboard writes. Every currency taken has two
/// decimals. `None` where two readings are possible (`1,249`) and for anything that is not one amount above zero.
pub fn typed(text: &str) -> Option<i64> {
    let text: String =
        text.chars().map(fold).map(mark).filter(|c| !c.is_whitespace() && !is_invisible(*c)).collect();
    let text = text.trim_matches(|c: char| c.is_alphabetic() || c == '$');
    let (whole, fraction) = match text.rfind(['.', ',']) {
        Some(at) => (text.get(..at)?, text.get(at + 1..)?),
        None => (text, "00"),
    };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(fraction) || fraction.len() > 2 {
        return None;
    }
    // What is left of marks groups thousands, by the other mark than that of the decimals.
    let decimal = text.as_bytes().get(whole.len()).copied().unwrap_or(b'.');
    let group = if decimal == b',' { '.' } else { ',' };
    let mut groups = whole.split(group);
    let first = groups.next()?;
    let mut number = first.to_owned();
    for group in groups {
        if group.len() != 3 || first.len() > 3 {
            return None;
        }
        number.push_str(group);
    }
    // More digits than this would not be exact in JSON (2^53 minor units).
    if !digits(&number) || number.len() > 13 {
        return None;
    }
    let cents =
        if fraction.len() == 1 { fraction.parse::<i64>().ok()? * 10 } else { fraction.parse().ok()? };
    let minor = number.parse::<i64>().ok()? * 100 + cents;
    (minor > 0).then_some(minor)
}

/// The decimal marks of other scripts as their ASCII ones.
const fn mark(c: char) -> char {
    match c {
        '\u{66b}' | '\u{60c}' => ',',
        '\u{66c}' => '.',
        c => c,
    }
}

const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::typed;

    #[test]
    fn what_people_type_is_an_amount() {
        for (text, minor) in [
            ("50", 5_000),
            ("50.5", 5_050),
            (" 50,05 ", 5_005),
            ("R50", 5_000),
            ("R\u{a0}1 249,00", 124_900),
            ("TT$1,249.00", 124_900),
            ("1.249,00", 124_900),
            ("1,234,567.89", 123_456_789),
            ("ZAR 75.00", 7_500),
            ("0.01", 1),
            ("٥٠٫٢٥", 5_025),
            ("９９", 9_900),
            ("\u{200e}50\u{200f}", 5_000),
            ("9999999999999.99", 999_999_999_999_999),
        ] {
            assert_eq!(typed(text), Some(minor), "{text}");
        }
    }

    #[test]
    fn what_is_none_or_could_be_two_is_refused() {
        for text in [
            "",
            " ",
            "0",
            "0.00",
            "R",
            "-5",
            "+5",
            "1e3",
            "5.",
            ".5",
            "1,249",
            "1.249",
            "1,24,9.00",
            "1234,567.00",
            "1.2.3",
            "5.123",
            "50 or so 3",
            "٥٠٬",
            "99999999999999",
            "5..0",
            "1,,000.00",
        ] {
            assert_eq!(typed(text), None, "{text}");
        }
    }
}
