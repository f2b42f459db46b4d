//! Amounts, dates and durations in the page's language.

use crate::page::{plural, text};
use checkout_present::{Word, intl::Formats, words};
use checkout_wire::{Minor, Seconds, ascii::digits};

/// Formats an amount, for example `R 249,00`.
pub fn money(amount: Minor, currency: &str) -> String {
    Formats::new(&text(Word::Formats), currency).money(amount)
}

/// Formats the date of a timestamp that begins with `YYYY-MM-DD`.
pub fn date(at: &str, currency: &str) -> String {
    Formats::new(&text(Word::Formats), currency).date(at)
}

/// Formats a duration in words.
pub fn duration(seconds: Seconds) -> String {
    let (word, count) = words::span(seconds);
    plural(word, count, &[("count", &digits(count))])
}
