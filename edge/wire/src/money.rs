//! Amounts: integer minor units inside, exact decimal text at the border. No floats.

use crate::ascii::digits;
use crate::{Node, Read};
use core::fmt;
use core::iter::Sum;
use core::ops::{Add, AddAssign, Sub, SubAssign};

/// An amount of money in minor units (cents) of a currency that its context determines. The JSON form is the number alone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
pub struct Minor(pub i64);

impl Minor {
    /// No money.
    pub const ZERO: Self = Self(0);
    /// The largest accepted amount: 2^53 - 1 minor units, which every JSON reader represents exactly.
    pub const MAX: Self = Self(9_007_199_254_740_991);

    /// Adds an amount. A sum that does not fit becomes the largest number, far above [`Minor::MAX`].
    pub const fn saturating_add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Add for Minor {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for Minor {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl AddAssign for Minor {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl SubAssign for Minor {
    fn sub_assign(&mut self, other: Self) {
        self.0 -= other.0;
    }
}

impl Sum for Minor {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

/// Writes the number alone.
impl fmt::Debug for Minor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl Read for Minor {
    fn take<N: Node>(node: &N, whole: &mut bool) -> Self {
        Self(i64::take(node, whole))
    }
}

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

/// Returns the amount as text with exactly two decimals, without rounding: `12345` is `123.45`.
pub fn decimal(Minor(minor): Minor) -> String {
    let cents = minor % 100;
    let sign = if minor < 0 { "-" } else { "" };
    let zero = if -10 < cents && cents < 10 { "0" } else { "" };
    [sign, &digits(minor / 100), ".", zero, &digits(cents)].concat()
}

/// Returns the amount as the shortest JSON number: `10000` is `100`, `1050` is `10.5`.
pub fn number(amount: Minor) -> String {
    let text = decimal(amount);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Parses decimal text: digits with at most two significant decimals (zeros may follow). Returns `None` for signs, exponents,
/// separators, spaces and amounts above [`Minor::MAX`].
pub fn parse(text: &str) -> Option<Minor> {
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
    Some(Minor(minor)).filter(|amount| *amount <= Minor::MAX)
}

#[cfg(test)]
mod tests;
