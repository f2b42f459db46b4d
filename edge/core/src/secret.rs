//! Keys, tokens, client secrets and sealed texts: values that grant access to whoever holds them.

use core::fmt;
use subtle::ConstantTimeEq;

/// A key, a token, a client secret or a text that was sealed; a text unless another type is named. It has no `Display` and
/// no JSON form, and its `Debug` shows nothing: [`Secret::reveal`] and [`Secret::into_revealed`] are the only ways to the
/// value.
#[derive(Clone, Default)]
pub struct Secret<T = String>(T);

impl<T> Secret<T> {
    /// Creates a secret from the value as it is.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// Returns the value, for the request that it authorises, a signature or a hash.
    pub const fn reveal(&self) -> &T {
        &self.0
    }

    /// Returns the value itself, for its next owner to protect.
    pub fn into_revealed(self) -> T {
        self.0
    }
}

impl Secret {
    /// Returns whether `text` is this secret, in a time that reveals nothing but its length.
    pub fn is(&self, text: &str) -> bool {
        self.0.as_bytes().ct_eq(text.as_bytes()).into()
    }
}

impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// A secret that can be rotated without downtime: one value, or two while the newer one replaces the older one.
#[derive(Clone, Debug)]
pub struct Replaceable(Vec<Secret>);

impl Replaceable {
    /// Parses one value, or two separated by white space with the newer one first.
    pub fn parse(text: &str) -> Option<Self> {
        let values: Vec<Secret> =
            text.split_whitespace().map(|value| Secret::new(value.to_owned())).collect();
        (1..=2).contains(&values.len()).then_some(Self(values))
    }

    /// Returns the values, the newest first.
    pub fn values(&self) -> &[Secret] {
        &self.0
    }

    /// Returns the newest value, for the requests that it authorises.
    pub fn newest(&self) -> &str {
        self.0.first().map_or("", |value| value.reveal())
    }

    /// Returns whether `matches` is true of a value. Every value is tried, so that the time does not reveal which one matches.
    pub fn any(&self, matches: impl Fn(&Secret) -> bool) -> bool {
        self.0.iter().filter(|value| matches(value)).count() > 0
    }
}

/// The JSON form of a secret, for `#[serde(with = "secret::revealed")]` in a call to one of our objects.
pub mod revealed {
    use super::Secret;
    use serde::{Deserialize, Deserializer, Serializer};

    /// Writes the secret's characters.
    pub fn serialize<S: Serializer>(secret: &Secret, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(secret.reveal())
    }

    /// Reads a secret as it is.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Secret, D::Error> {
        String::deserialize(deserializer).map(Secret)
    }
}

#[cfg(test)]
mod tests;
