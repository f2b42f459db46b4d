//! The members of a JSON object, taken one by one, so that every error in a request names its member.

use crate::json;
use checkout_wire::Minor;
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The largest accepted body, in bytes.
pub const MAX_BODY: usize = 16 * 1024;

/// An error in the body of a request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum BodyError {
    /// The body is longer than [`MAX_BODY`].
    TooLarge,
    /// The body is not JSON.
    NotJson,
    /// The body is JSON, but not an object.
    NotObject,
    /// One of the members is wrong.
    Field(FieldError),
}

impl From<FieldError> for BodyError {
    fn from(error: FieldError) -> Self {
        BodyError::Field(error)
    }
}

/// A wrong member of a request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FieldError {
    /// The member's path, such as `customer.email`.
    pub path: String,
    /// The fault of the member.
    pub fault: Fault,
}

/// A fault of a member of a request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Fault {
    /// The member is required and missing.
    Missing,
    /// The member is unknown.
    Unknown,
    /// The value is invalid.
    Invalid {
        /// The requirement, to be read after "must be".
        must_be: Cow<'static, str>,
    },
    /// The value is not a whole number of minor units from 1 to [`Minor::MAX`].
    NotAmount,
}

/// A JSON object whose members are taken one by one; [`Fields::finish`] refuses the rest. `null` counts as absent.
/// Errors name the member by its path (`customer.email`).
pub struct Fields {
    prefix: String,
    members: Map<String, Value>,
}

impl Fields {
    /// Parses the object in a request body.
    pub fn parse(body: &[u8]) -> Result<Self, BodyError> {
        if body.len() > MAX_BODY {
            return Err(BodyError::TooLarge);
        }
        match json::read_bytes(body) {
            Some(Value::Object(members)) => Ok(Self { prefix: String::new(), members }),
            Some(_) => Err(BodyError::NotObject),
            None => Err(BodyError::NotJson),
        }
    }

    fn take(&mut self, name: &str) -> Option<Value> {
        self.members.remove(name).filter(|value| !value.is_null())
    }

    fn path(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    fn wrong(&self, name: &str, fault: Fault) -> FieldError {
        FieldError { path: self.path(name), fault }
    }

    /// Builds the error of a member with an invalid value.
    pub fn invalid(&self, name: &str, must_be: impl Into<Cow<'static, str>>) -> FieldError {
        self.wrong(name, Fault::Invalid { must_be: must_be.into() })
    }

    /// Builds the error of a missing member.
    pub fn missing(&self, name: &str) -> FieldError {
        self.wrong(name, Fault::Missing)
    }

    /// Takes text of 1 to `longest` characters without control characters, trimmed.
    pub fn text(&mut self, name: &str, longest: usize) -> Result<Option<String>, FieldError> {
        let invalid = |fields: &Self| fields.invalid(name, format!("text of 1 to {longest} characters"));
        match self.take(name) {
            None => Ok(None),
            Some(Value::String(text)) => {
                let text = text.trim();
                let fits =
                    (1..=longest).contains(&text.chars().count()) && !text.chars().any(char::is_control);
                if fits { Ok(Some(text.to_owned())) } else { Err(invalid(self)) }
            }
            Some(_) => Err(invalid(self)),
        }
    }

    /// Takes required text, as [`Fields::text`] does.
    pub fn required_text(&mut self, name: &str, longest: usize) -> Result<String, FieldError> {
        self.text(name, longest)?.ok_or_else(|| self.missing(name))
    }

    /// Takes required text unchanged, of any length: for a PIN, which its brand's rule checks.
    pub fn required_raw(&mut self, name: &str) -> Result<String, FieldError> {
        match self.take(name) {
            None => Err(self.missing(name)),
            Some(Value::String(text)) => Ok(text),
            Some(_) => Err(self.invalid(name, "text in quotes")),
        }
    }

    /// Takes an amount.
    pub fn amount(&mut self, name: &str) -> Result<Option<Minor>, FieldError> {
        let Some(value) = self.take(name) else {
            return Ok(None);
        };
        let whole = value.as_i64().map(Minor).filter(|amount| (Minor(1)..=Minor::MAX).contains(amount));
        whole.map(Some).ok_or_else(|| self.wrong(name, Fault::NotAmount))
    }

    /// Takes a whole number from `least` to `most`.
    pub fn number(&mut self, name: &str, least: i64, most: i64) -> Result<Option<i64>, FieldError> {
        let Some(value) = self.take(name) else {
            return Ok(None);
        };
        let whole = value.as_i64().filter(|number| (least..=most).contains(number));
        whole.map(Some).ok_or_else(|| self.invalid(name, format!("a whole number from {least} to {most}")))
    }

    /// Takes a boolean.
    pub fn flag(&mut self, name: &str) -> Result<Option<bool>, FieldError> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(flag)),
            Some(_) => Err(self.invalid(name, "true or false")),
        }
    }

    /// Takes a required number above zero, as decimal text in quotes, to be passed on digit by digit. At most 12 digits
    /// before the point and 8 after it, in the form that JSON gives numbers.
    pub fn required_decimal(&mut self, name: &str) -> Result<String, FieldError> {
        let text = match self.take(name) {
            None => return Err(self.missing(name)),
            Some(Value::String(text)) => text,
            Some(_) => String::new(),
        };
        let (whole, part) = text.split_once('.').unwrap_or((&text, "0"));
        let digits =
            |text: &str, most| (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        let plain = digits(whole, 12) && digits(part, 8) && (whole == "0" || !whole.starts_with('0'));
        let positive = text.bytes().any(|b| matches!(b, b'1'..=b'9'));
        if plain && positive {
            Ok(text)
        } else {
            Err(self.invalid(name, "a decimal number above 0 in quotes, such as \"8.85\""))
        }
    }

    /// Takes an object of short texts: at most 20, with names of at most 40 characters and 500 characters each.
    pub fn words(&mut self, name: &str) -> Result<BTreeMap<String, String>, FieldError> {
        let Some(mut object) = self.object(name)? else {
            return Ok(BTreeMap::new());
        };
        let names: Vec<String> = object.members.keys().cloned().collect();
        if names.len() > 20 || names.iter().any(|name| name.is_empty() || name.len() > 40) {
            let must = "an object of at most 20 texts with names of at most 40 characters";
            return Err(self.invalid(name, must));
        }
        let mut words = BTreeMap::new();
        for name in names {
            if let Some(text) = object.text(&name, 500)? {
                words.insert(name, text);
            }
        }
        object.finish()?;
        Ok(words)
    }

    /// Takes a list of texts.
    pub fn texts(&mut self, name: &str) -> Result<Option<Vec<String>>, FieldError> {
        let Some(value) = self.take(name) else {
            return Ok(None);
        };
        let texts = match value {
            Value::Array(items) => items.into_iter().map(|item| item.as_str().map(str::to_owned)).collect(),
            _ => None,
        };
        texts.map(Some).ok_or_else(|| self.invalid(name, "a list of texts"))
    }

    /// Takes an object within this one.
    pub fn object(&mut self, name: &str) -> Result<Option<Fields>, FieldError> {
        match self.take(name) {
            None => Ok(None),
            Some(Value::Object(members)) => {
                Ok(Some(Fields { prefix: format!("{}.", self.path(name)), members }))
            }
            Some(_) => Err(self.invalid(name, "an object")),
        }
    }

    /// Refuses the members that were not taken.
    pub fn finish(self) -> Result<(), FieldError> {
        match self.members.keys().next() {
            None => Ok(()),
            Some(name) => {
                // An unknown name is repeated only if it is short and plain.
                let plain = name.len() <= 40 && name.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_');
                Err(self.wrong(if plain { name } else { "(a name)" }, Fault::Unknown))
            }
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
