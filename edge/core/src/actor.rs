//! The caller of the merchant's API as recorded in the ledgers, and the record of a manual act.

use crate::json::Part;
use crate::secret::Secret;
use crate::time::rfc3339;
use crate::{stored::Stored, stored_struct};
use checkout_wire::{ActId, Millis};
use core::fmt;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// The caller of a change: `key:` and the last four characters of the API key, or the e-mail address of a member of staff.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Actor(String);

impl Stored for Actor {
    fn take(part: Part<'_>, whole: &mut bool) -> Self {
        Self(String::take(part, whole))
    }
}

impl Actor {
    /// Names the merchant's server by its API key.
    pub fn key(key: &Secret) -> Self {
        let end = key.reveal().char_indices().rev().nth(3).map_or(0, |(place, _)| place);
        Self(format!("key:{}", key.reveal().get(end..).unwrap_or_default()))
    }

    /// Names a member of staff by their e-mail address. Returns `None` for text that is not an e-mail address.
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

stored_struct! {
    /// The record of a manual act.
    #[derive(Clone, PartialEq, Eq, Debug)]
    pub struct Act {
        /// `act_…`. The same request has the same id, however often it is sent.
        pub id: ActId,
        /// Who acted.
        pub by: Actor,
        /// The reason, in their own words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub note: Option<String>,
    }
}

impl Act {
    /// Returns the view of an act at this time: who, when and why.
    pub fn view(&self, at: Millis) -> Value {
        let mut view = json!({"by": self.by, "at": rfc3339(at)});
        if let (Some(note), Value::Object(members)) = (&self.note, &mut view) {
            members.insert("note".into(), note.as_str().into());
        }
        view
    }
}

#[cfg(test)]
mod tests;
