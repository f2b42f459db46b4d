//! Amounts as providers write them.

use checkout_wire::Minor;
use checkout_wire::money::parse;
use serde::{Deserialize, Deserializer, de};
use serde_json::value::RawValue;

/// A provider's amount in major units, read exactly from a JSON number or string.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Major(pub Minor);

impl<'de> Deserialize<'de> for Major {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <Box<RawValue>>::deserialize(deserializer)?;
        let text = raw.get();
        let text = text.strip_prefix('"').and_then(|t| t.strip_suffix('"')).unwrap_or(text);
        parse(text).map(Major).ok_or_else(|| de::Error::custom("not an amount with two decimals"))
    }
}

#[cfg(test)]
mod tests;
