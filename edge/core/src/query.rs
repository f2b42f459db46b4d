//! The parameters in the address of a request, taken one by one, so that every error names its parameter.

use crate::fields::{Fault, FieldError};
use crate::time::{Date, parse_rfc3339};
use checkout_wire::Millis;
use std::borrow::Cow;

/// The longest value of a parameter, in characters.
const LONGEST: usize = 200;

/// The parameters of an address. [`Query::finish`] refuses those that were not taken.
pub struct Query(Vec<(String, String)>);

impl Query {
    /// Parses the query of an address. An address without a query has no parameters.
    pub fn of(url: &str) -> Result<Self, FieldError> {
        let query = url.split('#').next().and_then(|url| url.split_once('?')).map(|(_, query)| query);
        Self::parse(query.unwrap_or_default())
    }

    /// Parses a query. A repeated parameter is refused.
    pub fn parse(query: &str) -> Result<Self, FieldError> {
        let mut all: Vec<(String, String)> = Vec::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            if all.iter().any(|(known, _)| *known == name) {
                return Err(invalid(&plain(&name), "stated once"));
            }
            all.push((name.into_owned(), value.into_owned()));
        }
        Ok(Self(all))
    }

    /// Takes text of 1 to 200 characters without control characters.
    pub fn text(&mut self, name: &str) -> Result<Option<String>, FieldError> {
        let fits =
            |text: &str| (1..=LONGEST).contains(&text.chars().count()) && !text.chars().any(char::is_control);
        match self.take(name) {
            Some(text) if !fits(&text) => Err(invalid(name, "text of 1 to 200 characters")),
            text => Ok(text),
        }
    }

    /// Takes text that is one of these words.
    pub fn word(&mut self, name: &str, words: &[&'static str]) -> Result<Option<&'static str>, FieldError> {
        let Some(text) = self.take(name) else {
            return Ok(None);
        };
        let word = words.iter().find(|word| **word == text);
        word.copied().map(Some).ok_or_else(|| invalid(name, format!("one of: {}", words.join(", "))))
    }

    /// Takes a whole number between these two, both included.
    pub fn number(&mut self, name: &str, least: i64, most: i64) -> Result<Option<i64>, FieldError> {
        let Some(text) = self.take(name) else {
            return Ok(None);
        };
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        let number = text.parse().ok().filter(|number| digits && (least..=most).contains(number));
        number.map(Some).ok_or_else(|| invalid(name, format!("a whole number from {least} to {most}")))
    }

    /// Takes a time or a date.
    pub fn time(&mut self, name: &str) -> Result<Option<Millis>, FieldError> {
        let must_be = "a time such as 2026-04-29T12:00:00Z, or a date";
        let Some(text) = self.take(name) else {
            return Ok(None);
        };
        parse_rfc3339(&text).map(Some).ok_or_else(|| invalid(name, must_be))
    }

    /// Takes a required date.
    pub fn date(&mut self, name: &str) -> Result<Date, FieldError> {
        let text = self.take(name).ok_or_else(|| wrong(name, Fault::Missing))?;
        Date::parse(&text).ok_or_else(|| invalid(name, "a date such as 2026-04-29"))
    }

    /// Refuses the parameters that were not taken.
    pub fn finish(self) -> Result<(), FieldError> {
        match self.0.first() {
            None => Ok(()),
            Some((name, _)) => Err(wrong(&plain(name), Fault::Unknown)),
        }
    }

    fn take(&mut self, name: &str) -> Option<String> {
        let place = self.0.iter().position(|(known, _)| known == name)?;
        Some(self.0.remove(place).1)
    }
}

/// Returns the error of a parameter with an invalid value.
pub fn invalid(name: &str, must_be: impl Into<Cow<'static, str>>) -> FieldError {
    wrong(name, Fault::Invalid { must_be: must_be.into() })
}

fn wrong(name: &str, fault: Fault) -> FieldError {
    FieldError { path: name.to_owned(), fault }
}

/// Returns a parameter name sent by the caller, if it may be repeated in an error.
fn plain(name: &str) -> String {
    let is_plain = name.len() <= 40 && name.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_');
    if is_plain { name.to_owned() } else { "(a name)".to_owned() }
}

#[cfg(test)]
mod tests;
