//! The caller of the merchant's API, as the ledger names them.

use crate::secret::Secret;
use core::fmt;
use serde::{Deserialize, Serialize};

/// The caller of a change: `key:` and the last four characters of the API key, or the e-mail address of a member of staff.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Actor(String);

impl Actor {
    /// Names the merchant's server by its API key.
    pub fn key(key: &Secret) -> Self {
        let end = key.reveal().char_indices().rev().nth(3).map_or(0, |(place, _)| place);
        Self(format!("key:{}", key.reveal().get(end..).unwrap_or_default()))
    }

    /// Names a member of staff by their e-mail address. Returns `None` for text that cannot be one.
    pub fn email(address: &str) -> Option<Self> {
        checkout_wire::contact::email(address).map(Self)
    }

    /// Returns the name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests;
