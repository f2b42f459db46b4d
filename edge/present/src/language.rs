//! A language of the shopper: its texts, and amounts, dates and durations in its formats.

use crate::{Word, formats::Formats, words};
use checkout_wire::{CheckoutView, Minor, Seconds, ascii::digits};

/// The texts of a page, in one language.
pub trait Language {
    /// Returns a text as it is.
    fn text(&self, word: Word) -> String;

    /// Returns the form of a text for a plural category (CLDR); `None` if it has no such form.
    fn form(&self, word: Word, category: &str) -> Option<String>;

    /// Returns a text with its gaps filled.
    fn filled(&self, word: Word, gaps: &[(&str, &str)]) -> String {
        self.fill(&self.text(word), gaps)
    }

    /// Returns the form of a text for that number, with its gaps filled.
    fn counted(&self, word: Word, count: i64, gaps: &[(&str, &str)]) -> String {
        let category = Formats::new(&self.text(Word::Formats), "").plural(count);
        let form = self.form(word, &category).or_else(|| self.form(word, "other"));
        self.fill(&form.unwrap_or_default(), gaps)
    }

    /// Formats an amount in the session's currency: `R 249,00`.
    fn money(&self, view: &CheckoutView, amount: Minor) -> String {
        Formats::new(&self.text(Word::Formats), &view.currency).money(amount)
    }

    /// Formats the date of a timestamp that begins with `YYYY-MM-DD`.
    fn date(&self, view: &CheckoutView, at: &str) -> String {
        Formats::new(&self.text(Word::Formats), &view.currency).date(at)
    }

    /// Formats a timestamp as date and time.
    fn time(&self, view: &CheckoutView, at: &str) -> String {
        Formats::new(&self.text(Word::Formats), &view.currency).time(at)
    }

    /// Formats a duration in words.
    fn duration(&self, seconds: Seconds) -> String {
        let (word, count) = words::span(seconds);
        self.counted(word, count, &[("count", &digits(count))])
    }

    /// Fills the gaps of a text in this language.
    fn fill(&self, text: &str, gaps: &[(&str, &str)]) -> String {
        words::fill(text, gaps, self.text(Word::Direction) == "rtl")
    }
}
