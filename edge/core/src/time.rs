//! The RFC 3339 text of a time, and calendar dates.

use checkout_wire::Millis;

/// Formats a time as RFC 3339 in UTC with milliseconds: `2026-04-29T12:00:00.000Z`. Years 1970 to 9999; a time outside this range is
/// written as the nearest one within it.
pub fn rfc3339(Millis(ms): Millis) -> String {
    let ms = ms.clamp(0, 253_402_300_799_999);
    let (days, in_day) = (ms / 86_400_000, ms % 86_400_000);
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (in_day / 3_600_000, in_day / 60_000 % 60, in_day / 1000 % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{:03}Z", in_day % 1000)
}

/// Converts a day number since 1970-01-01 to year, month and day in the Gregorian calendar: years are counted from
/// March, so that the leap day ends a year, in eras of 400 years.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days / 146_097;
    let day_of_era = days % 146_097;
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// Parses a time in RFC 3339 with an offset or `Z`, such as `2026-04-29T12:00:00Z` or `2026-04-29T14:00:00.5+02:00`, or a date,
/// which stands for its beginning in UTC. Fractions of a millisecond are dropped.
pub fn parse_rfc3339(text: &str) -> Option<Millis> {
    let (date, rest) = text.split_at_checked(10)?;
    let midnight = Date::parse(date)?.midnight();
    if rest.is_empty() {
        return Some(midnight);
    }
    let rest = rest.strip_prefix(['T', 't'])?;
    let (clock, rest) = rest.split_at_checked(8)?;
    let [hour, minute, second] = numbers(clock, ':', [2, 2, 2])?;
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let digits = rest.strip_prefix('.').map_or(0, |rest| rest.bytes().take_while(u8::is_ascii_digit).count());
    let (fraction, offset) = match rest.strip_prefix('.') {
        None => ("", rest),
        Some(_) if digits == 0 => return None,
        Some(rest) => rest.split_at_checked(digits)?,
    };
    let millis: i64 = fraction.chars().chain("000".chars()).take(3).collect::<String>().parse().ok()?;
    let ahead = match offset {
        "Z" | "z" => 0,
        offset => {
            let sign = if offset.starts_with('-') { -1 } else { 1 };
            let [hours, minutes] = numbers(offset.strip_prefix(['+', '-'])?, ':', [2, 2])?;
            if hours > 23 || minutes > 59 {
                return None;
            }
            sign * (hours * 60 + minutes)
        }
    };
    Some(midnight + Millis((hour * 3_600 + minute * 60 + second - ahead * 60) * 1_000 + millis))
}

/// A date of the Gregorian calendar, as the days since 1970-01-01.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Date(pub i64);

impl Date {
    /// Parses `YYYY-MM-DD`, of the years 1970 to 9999.
    pub fn parse(text: &str) -> Option<Self> {
        let [year, month, day] = numbers(text, '-', [4, 2, 2])?;
        if year < 1970 || !(1..=12).contains(&month) {
            return None;
        }
        // Years are counted from March, as in `civil`.
        let (march_year, march_month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
        let (era, year_of_era) = (march_year / 400, march_year % 400);
        let day_of_year = (153 * march_month + 2) / 5 + day - 1;
        let days =
            era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468;
        // A day beyond the end of the month becomes another date.
        (civil(days) == (year, month, day)).then_some(Self(days))
    }

    /// Returns its beginning in UTC.
    pub const fn midnight(self) -> Millis {
        Millis::DAY.times(self.0)
    }

    /// Returns the date as `YYYY-MM-DD`.
    pub fn text(self) -> String {
        let (year, month, day) = civil(self.0);
        format!("{year:04}-{month:02}-{day:02}")
    }
}

/// Parses numbers of fixed numbers of digits, with a separator between them.
fn numbers<const N: usize>(text: &str, separator: char, digits: [usize; N]) -> Option<[i64; N]> {
    let parts: Vec<&str> = text.split(separator).collect();
    let fits =
        |(part, digits): (&&str, &usize)| part.len() == *digits && part.bytes().all(|b| b.is_ascii_digit());
    if parts.len() != N || !parts.iter().zip(&digits).all(fits) {
        return None;
    }
    let numbers: Option<Vec<i64>> = parts.iter().map(|part| part.parse().ok()).collect();
    numbers?.try_into().ok()
}

#[cfg(test)]
mod tests;
