//! Amounts as statements write them, read exactly.

use checkout_wire::Minor;
use checkout_wire::money::parse;

/// The currencies beside an amount.
const CURRENCIES: [&str; 8] = ["ZAR", "TTD", "ETB", "BIRR", "BR", "TT$", "R", "$"];

/// The largest amount, in minor units: the sums of a statement of 100 MB stay exact.
const LARGEST: Minor = Minor(1_000_000_000_000);

/// The sign before the cents.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Decimals {
    /// As in `1,234.50`.
    Point,
    /// As in `1.234,50`.
    Comma,
}

/// An amount as it is written, such as `1.000`, which is one or a thousand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Written {
    /// An amount that can be read in one way at least.
    Amount {
        /// The amount if the sign before the cents is a point.
        point: Option<Minor>,
        /// The amount if it is a comma.
        comma: Option<Minor>,
        /// Whether cents are written.
        has_cents: bool,
    },
    /// Nothing is written.
    Empty,
}

impl Written {
    /// Returns the amount in a file with this sign before the cents; `None` if it can be read in no way, or in two.
    pub fn with(self, decimals: Option<Decimals>) -> Option<Minor> {
        let Self::Amount { point, comma, .. } = self else { return None };
        match decimals {
            Some(Decimals::Point) => point,
            Some(Decimals::Comma) => comma,
            None if point.is_some() && comma.is_some() && point != comma => None,
            None => point.or(comma),
        }
    }

    /// Returns whether it is nothing or zero.
    pub fn is_nothing(self) -> bool {
        match self {
            Self::Amount { point, comma, .. } => {
                [point, comma].into_iter().flatten().all(|amount| amount == Minor::ZERO)
            }
            Self::Empty => true,
        }
    }
}

/// What the amounts of a file show of the sign before the cents. Cents show more than groups of digits do: in a file with `249.00`,
/// `249.001` is no whole number of cents.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Evidence {
    /// Whether points are before cents, and commas.
    by_cents: (bool, bool),
    /// Whether groups of digits leave points to the cents, and commas.
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

    /// Returns the sign before the cents, if the file shows one and not both.
    pub const fn decimals(self) -> Option<Decimals> {
        let shown = if self.by_cents.0 || self.by_cents.1 { self.by_cents } else { self.by_groups };
        match shown {
            (true, false) => Some(Decimals::Point),
            (false, true) => Some(Decimals::Comma),
            _ => None,
        }
    }
}

/// Reads an amount: `1,234.50`, `1 234,50`, `R 249.00`, `-249`, `(249.00)`, `249.00-`, `249.00 DR`. Whole numbers are minor units where
/// `in_cents` says so. Returns `None` for what is no amount, and for one that is not whole in minor units.
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

/// Takes the currency and the sign off an amount in upper case. Returns `None` if it has two signs.
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

/// Reads digits with this sign before the cents. Returns the amount, and whether cents are written.
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

/// Takes the separators out of digits in groups of three. Returns `None` for other groups and other characters.
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
