//! Amounts: integer minor units inside, exact decimal text at the border. No floats.

use crate::ascii::digits;

/// The largest accepted amount: 2^53 - 1 minor units, which every JSON reader carries exactly.
pub const MAX_MINOR: i64 = 9_007_199_254_740_991;

/// A currency of at least one provider (ISO 4217). Each of them has two decimals.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "UPPERCASE"))]
pub enum Currency {
    /// South African rand.
    Zar,
    /// Trinidad and Tobago dollar.
    Ttd,
    /// Ethiopian birr.
    Etb,
}

impl Currency {
    const ALL: [Currency; 3] = [Currency::Zar, Currency::Ttd, Currency::Etb];

    /// Returns the ISO 4217 code.
    pub const fn code(self) -> &'static str {
        match self {
            Currency::Zar => "ZAR",
            Currency::Ttd => "TTD",
            Currency::Etb => "ETB",
        }
    }

    /// Returns the currency of an ISO 4217 code in upper case; `None` for any other text.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|currency| currency.code() == code)
    }
}

/// Returns minor units as text with exactly two decimals, without rounding: `12345` is `123.45`.
pub fn decimal(minor: i64) -> String {
    let cents = minor % 100;
    let sign = if minor < 0 { "-" } else { "" };
    let zero = if -10 < cents && cents < 10 { "0" } else { "" };
    [sign, &digits(minor / 100), ".", zero, &digits(cents)].concat()
}

/// Returns minor units as the shortest JSON number: `10000` is `100`, `1050` is `10.5`.
pub fn number(minor: i64) -> String {
    let text = decimal(minor);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Parses decimal text into minor units: digits with at most two significant decimals (zeros may follow). Returns `None` for
/// signs, exponents, separators, spaces and amounts above [`MAX_MINOR`].
pub fn parse(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(fraction) {
        return None;
    }
    let mut cents = fraction.bytes();
    let tens = i64::from(cents.next().unwrap_or(b'0') - b'0');
    let ones = i64::from(cents.next().unwrap_or(b'0') - b'0');
    if cents.any(|rest| rest != b'0') {
        return None;
    }
    let minor = whole.parse::<i64>().ok()?.checked_mul(100)?.checked_add(tens * 10 + ones)?;
    (minor <= MAX_MINOR).then_some(minor)
}

#[cfg(test)]
mod tests;
