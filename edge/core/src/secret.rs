//! Keys, tokens and client secrets: text that grants access to its holder.

use core::fmt;
use subtle::ConstantTimeEq;

/// A key, a token or a client secret. It has no `Display` and no JSON form, and its `Debug` shows nothing:
/// [`Secret::reveal`] is the only way to its characters.
#[derive(Clone, Default)]
pub struct Secret(String);

impl Secret {
    /// Creates a secret from the text as it is.
    pub const fn new(text: String) -> Self {
        Self(text)
    }

    /// Returns the characters, for the request that they authorise and for a hash.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Returns whether `text` is this secret, in a time that reveals nothing but its length.
    pub fn is(&self, text: &str) -> bool {
        self.0.as_bytes().ct_eq(text.as_bytes()).into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
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
