//! Days as statements write them.

use core::fmt;

/// The months, by the beginning of their English names.
const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// A day of the calendar.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Day {
    year: u16,
    month: u8,
    day: u8,
}

impl Day {
    /// Returns this day; `None` if it does not exist.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let is_leap = year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
        let last = match month {
            2 if is_leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => 0,
        };
        ((1970..=2999).contains(&year) && (1..=last).contains(&day)).then_some(Self { year, month, day })
    }

    /// Returns the next day.
    pub fn next(self) -> Option<Self> {
        let Self { year, month, day } = self;
        Self::new(year, month, day + 1).or(Self::new(year, month + 1, 1)).or(Self::new(year + 1, 1, 1))
    }

    /// Returns the day before.
    pub fn previous(self) -> Option<Self> {
        let Self { year, month, day } = self;
        let (year, month) = match (day, month) {
            (2.., _) => return Self::new(year, month, day - 1),
            (_, 1) => (year - 1, 12),
            (_, month) => (year, month - 1),
        };
        (28..=31).rev().find_map(|day| Self::new(year, month, day))
    }

    /// Reads `YYYY-MM-DD`.
    pub fn parse(text: &str) -> Option<Self> {
        match read(text) {
            Some(Written::Certain(day, None)) if text.len() == 10 => Some(day),
            _ => None,
        }
    }
}

/// Writes `YYYY-MM-DD`.
impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// The order of day and month before the year.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    /// As in `30/11/2026`.
    DayFirst,
    /// As in `11/30/2026`.
    MonthFirst,
}

/// A day as written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Written {
    /// A day that can be read in one way, with its order of day and month, if it shows one.
    Certain(Day, Option<Order>),
    /// A day that can be read in two ways, such as `05/11/2026`.
    Unclear {
        /// The day if the first number is the day.
        day_first: Day,
        /// The day if the first number is the month.
        month_first: Day,
    },
}

impl Written {
    /// Returns the day, with day and month in this order.
    pub const fn with(self, order: Order) -> Day {
        match (self, order) {
            (Self::Certain(day, _), _) => day,
            (Self::Unclear { day_first, .. }, Order::DayFirst) => day_first,
            (Self::Unclear { month_first, .. }, Order::MonthFirst) => month_first,
        }
    }
}

/// Reads the day at the beginning of a text: `2026-11-30T08:00:00Z`, `20261130`, `30/11/2026 08:00`, `30 Nov 2026`, `Nov 30, 2026`.
pub fn read(text: &str) -> Option<Written> {
    let mut parts =
        parts(text).into_iter().skip_while(|part| part.number().is_none() && part.month().is_none());
    let first = parts.next()?;
    if let (8, Some(number)) = (first.0.len(), first.number()) {
        let day =
            Day::new(u16::try_from(number / 10_000).ok()?, (number / 100 % 100) as u8, (number % 100) as u8);
        return day.map(|day| Written::Certain(day, None));
    }
    let (second, third) = (parts.next()?, parts.next()?);
    let small = |part: &Part| {
        part.number().filter(|_| part.0.len() <= 2).and_then(|number| u8::try_from(number).ok())
    };
    let day = |year: Option<u16>, month: Option<u8>, day: Option<u8>| Day::new(year?, month?, day?);
    let certain = |day: Option<Day>| day.map(|day| Written::Certain(day, None));
    if first.0.len() == 4 {
        return certain(day(first.year(), second.month().or_else(|| small(&second)), small(&third)));
    }
    let year = third.year();
    match (first.month(), second.month()) {
        (Some(month), None) => return certain(day(year, Some(month), small(&second))),
        (None, Some(month)) => return certain(day(year, Some(month), small(&first))),
        (Some(_), Some(_)) => return None,
        (None, None) => {}
    }
    let (one, other) = (small(&first), small(&second));
    match (day(year, other, one), day(year, one, other)) {
        (Some(day_first), Some(month_first)) if day_first == month_first => certain(Some(day_first)),
        (Some(day_first), Some(month_first)) => Some(Written::Unclear { day_first, month_first }),
        (Some(day), None) => Some(Written::Certain(day, Some(Order::DayFirst))),
        (None, Some(day)) => Some(Written::Certain(day, Some(Order::MonthFirst))),
        (None, None) => None,
    }
}

/// Digits, or letters.
struct Part(String);

impl Part {
    fn number(&self) -> Option<u32> {
        self.0.parse().ok()
    }

    fn month(&self) -> Option<u8> {
        let begin = self.0.get(..3)?;
        let place = MONTHS.iter().position(|month| *month == begin)?;
        u8::try_from(place + 1).ok()
    }

    /// Returns the year in full: one of two digits is in this century.
    fn year(&self) -> Option<u16> {
        let year = u16::try_from(self.number()?).ok()?;
        match self.0.len() {
            4 => Some(year),
            2 => Some(2000 + year),
            _ => None,
        }
    }
}

/// Splits a text into its numbers and words, in lower case. The separators do not matter.
fn parts(text: &str) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let mut kind = 0;
    for character in text.trim().trim_start_matches('\'').chars() {
        let new = match character {
            '0'..='9' => 1,
            _ if character.is_alphabetic() => 2,
            _ => 0,
        };
        if new != kind && new != 0 {
            parts.push(Part(String::new()));
        }
        if let (true, Some(part)) = (new != 0, parts.last_mut()) {
            part.0.extend(character.to_lowercase());
        }
        kind = new;
    }
    parts
}

#[cfg(test)]
mod tests;
