//! Money, dates and numbers in the page's language.

use crate::page::{counted, text};
use checkout_present::{Word, intl::Formats, words};
use checkout_wire::ascii::digits;

/// An amount in the shopper's language: `R 249,00`.
pub fn money(minor: i64, currency: &str) -> String {
    Formats::new(&text(Word::Formats), currency).money(minor)
}

/// The date in `at`, which begins with `YYYY-MM-DD`, in the shopper's language.
pub fn date(at: &str, currency: &str) -> String {
    Formats::new(&text(Word::Formats), currency).date(at)
}

/// So many seconds in words.
pub fn span(seconds: i64) -> String {
    let (word, count) = words::span(seconds);
    counted(word, count, &[("count", &digits(count))])
}
