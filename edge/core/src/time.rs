//! The RFC 3339 text of a time.

use checkout_wire::Millis;

/// Formats a time as RFC 3339 in UTC with milliseconds: `2026-04-29T12:00:00.000Z`. Years 1970 to 9999; a time outside
/// reads as the nearest of them.
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

#[cfg(test)]
mod tests;
