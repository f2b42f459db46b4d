//! Amounts as statements write them, read exactly.

use checkout_wire::Minor;
use checkout_wire::money::parse;

/// The currency names that may stand beside an amount.
const CURRENCIES: [&str; 8] = ["ZAR", "TTD", "ETB", "BIRR", "BR", "TT$", "R", "$"];

/// The largest amount, in minor units: the sums of a statement of 100 MB stay exact.
const LARGEST: Minor = Minor(1_000_000_000_000);

/// The decimal mark.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Decimals {
    /// As in `1,234.50`.
    Point,
    /// As in `1.234,50`.
    Comma,
}

/// An amount as written. `1.000`, for example, can be one or a thousand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Written {
    /// An amount that can be read in at least one way.
    Amount {
        /// The amount if the decimal mark is a point.
        point: Option<Minor>,
        /// The amount if the decimal mark is a comma.
        comma: Option<Minor>,
        /// Whether cents are written.
        has_cents: bool,
    },
    /// Nothing is written.
    Empty,
}

impl Written {
    /// Returns the amount in a file with this decimal mark; `None` if it is unreadable or ambiguous.
    pub fn with(self, decimals: Option<Decimals>) -> Option<Minor> {
        let Self::Amount { point, comma, .. } = self else { return None };
        match decimals {
            Some(Decimals::Point) => point,
            Some(Decimals::Comma) => comma,
            None if point.is_some() && comma.is_some() && point != comma => None,
            None => point.or(comma),
        }
    }

    /// Returns whether the amount is empty or zero.
    pub fn is_nothing(self) -> bool {
        match self {
            Self::Amount { point, comma, .. } => {
                [point, comma].into_iter().flatten().all(|amount| amount == Minor::ZERO)
            }
            Self::Empty => true,
        }
    }
}

/// The evidence for a file's decimal mark in its amounts. Cents are stronger evidence than groups of digits: in a file with `249.00`,
/// `249.001` is not a whole number of cents.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Evidence {
    /// Whether an amount has cents after a point, and after a comma.
    by_cents: (bool, bool),
    /// Whether groups of digits imply a point as the decimal mark, and a comma.
    by_groups: (bool, bool),
}

impl Evidence {
    /// Adds an amount of the file.
    pub const fn add(&mut self, written: Written) {
        let Written::Amount { point, comma, has_cents } = written else { return };
        let shown = if has_cents { &mut self.by_cents } else { &mut self.by_groups };
        match (point, comma) {
            (Some(_), None) => shown.0 = true,
            (None, Some(_)) => shown.1 = true,
            _ => {}
        }
    }

    /// Returns the decimal mark, if the evidence is for one only.
    pub const fn decimals(self) -> Option<Decimals> {
        let shown = if self.by_cents.0 || self.by_cents.1 { self.by_cents } else { self.by_groups };
        match shown {
            (true, false) => Some(Decimals::Point),
            (false, true) => Some(Decimals::Comma),
            _ => None,
        }
    }
}

/// Reads an amount: `1,234.50`, `1 234,50`, `R 249.00`, `-249`, `(249.00)`, `249.00-`, `249.00 DR`. With `in_cents`, whole numbers are
/// minor units. Returns `None` for text that is not an amount, and for an amount with a fraction of a minor unit.
pub fn read(text: &str, in_cents: bool) -> Option<Written> {
    let text = text.trim().trim_start_matches('\'').to_uppercase();
    if text.is_empty() {
        return Some(Written::Empty);
    }
    let (text, is_negative) = without_sign(&text)?;
    let signed = |Minor(amount)| Minor(if is_negative { -amount } else { amount });
    let [point, comma] = [Decimals::Point, Decimals::Comma].map(|decimals| number(text, decimals, in_cents));
    let has_cents = point.or(comma)?.1;
    let amount = |read: Option<(Minor, bool)>| read.map(|(amount, _)| signed(amount));
    Some(Written::Amount { point: amount(point), comma: amount(comma), has_cents })
}

/// Strips the currency and the sign from an amount in upper case. Returns `None` if it has two signs.
fn without_sign(text: &str) -> Option<(&str, bool)> {
    let mut text = text;
    let mut signs = 0;
    let mut is_negative = false;
    loop {
        let before = text;
        if let Some(inner) = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
            (text, signs, is_negative) = (inner, signs + 1, true);
        }
        for minus in ["-", "−", "DR"] {
            let rest = text.strip_prefix(minus).or_else(|| text.strip_suffix(minus));
            if let Some(rest) = rest {
                (text, signs, is_negative) = (rest, signs + 1, true);
            }
        }
        for plus in ["+", "CR"] {
            if let Some(rest) = text.strip_prefix(plus).or_else(|| text.strip_suffix(plus)) {
                (text, signs) = (rest, signs + 1);
            }
        }
        for currency in CURRENCIES {
            text = text.strip_prefix(currency).or_else(|| text.strip_suffix(currency)).unwrap_or(text);
        }
        text = text.trim();
        if text == before {
            return (signs < 2).then_some((text, is_negative));
        }
    }
}

/// Reads digits with this decimal mark. Returns the amount, and whether cents are written.
fn number(text: &str, decimals: Decimals, in_cents: bool) -> Option<(Minor, bool)> {
    let (mark, other) = match decimals {
        Decimals::Point => ('.', ','),
        Decimals::Comma => (',', '.'),
    };
    let (whole, fraction) = text.split_once(mark).map_or((text, None), |(whole, cents)| (whole, Some(cents)));
    let has_cents = fraction.is_some();
    let whole = ungrouped(whole, other)?;
    let fraction = fraction.unwrap_or("0");
    if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let decimal = format!("{whole}.{fraction}");
    let Minor(amount) = parse(&decimal)?;
    let amount = match in_cents {
        false => Minor(amount),
        true if amount % 100 == 0 => Minor(amount / 100),
        true => return None,
    };
    (amount <= LARGEST).then_some((amount, has_cents))
}

/// Removes the separators from digits in groups of three. Returns `None` for other groups and other characters.
fn ungrouped(text: &str, separator: char) -> Option<String> {
    let is_separator = |one: char| one == separator || one == '\'' || one == '’' || one.is_whitespace();
    let groups: Vec<&str> = text.split(is_separator).collect();
    let is_whole = |group: &&str| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit());
    let (first, rest) = groups.split_first()?;
    let fits = rest.iter().all(|group| group.len() == 3)
        && (rest.is_empty() || first.len() <= 3 && !first.starts_with('0'));
    (groups.iter().all(is_whole) && fits).then(|| groups.concat())
}

#[cfg(test)]
mod tests;
