//! Amounts, dates and durations in the page's language.

use crate::page::{plural, text};
use checkout_present::{Word, intl::Formats, words};
use checkout_wire::ascii::digits;

/// Formats an amount in minor units, for example `R 249,00`.
pub fn money(minor: i64, currency: &str) -> String {
    Formats::new(&text(Word::Formats), currency).money(minor)
}

/// Formats the date of a timestamp that begins with `YYYY-MM-DD`.
pub fn date(at: &str, currency: &str) -> String {
    Formats::new(&text(Word::Formats), currency).date(at)
}

/// Formats a number of seconds in words.
pub fn duration(seconds: i64) -> String {
    let (word, count) = words::span(seconds);
    plural(word, count, &[("count", &digits(count))])
}
