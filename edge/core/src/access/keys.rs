//! The public keys of Cloudflare Access: how they are read, and when they are fetched again.

use crate::json;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use checkout_wire::Millis;
use serde_json::Value;

/// The largest document with keys, in bytes.
pub const MAX_DOCUMENT: usize = 64 * 1024;
/// The timeout of a fetch.
pub const FETCH_TIMEOUT: Millis = Millis::SECOND.times(5);
/// The largest number of keys. Access publishes two.
const MAX_KEYS: usize = 16;
/// The age at which keys are fetched again.
const FRESH: Millis = Millis::HOUR;
/// The age up to which keys are used while new ones cannot be fetched.
const USABLE: Millis = Millis::DAY;
/// The pause between two fetches: for an unknown key, and after a failure.
const PAUSE: Millis = Millis::MINUTE;
/// The pause after a failure while no key is known.
const SHORT_PAUSE: Millis = Millis::SECOND.times(5);

/// An RSA key as a JSON Web Key (RFC 7517).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PublicKey {
    /// Its id.
    pub id: String,
    /// The modulus, base64url.
    pub modulus: String,
    /// The exponent, base64url.
    pub exponent: String,
}

impl PublicKey {
    /// Reads a key for RS256 of 2,048 to 8,192 bits; `None` for any other key.
    fn read(key: &Value) -> Option<Self> {
        let text = |name: &str| key.get(name).and_then(Value::as_str);
        let fits = text("kty") == Some("RSA")
            && text("alg").is_none_or(|algorithm| algorithm == "RS256")
            && text("use").is_none_or(|purpose| purpose == "sig");
        let (id, modulus, exponent) = (text("kid")?, text("n")?, text("e")?);
        let bytes = |text: &str| BASE64_URL_SAFE_NO_PAD.decode(text).ok().map(|bytes| bytes.len());
        let is_safe = (256..=1024).contains(&bytes(modulus)?) && (1..=8).contains(&bytes(exponent)?);
        (fits && is_safe).then(|| Self {
            id: id.to_owned(),
            modulus: modulus.to_owned(),
            exponent: exponent.to_owned(),
        })
    }
}

/// Reads the keys of a JSON Web Key Set. Keys of another kind are left out; `None` when no key is left.
pub fn parse(document: &[u8]) -> Option<Vec<PublicKey>> {
    let set: Value = json::read_bytes(document)?;
    let keys: Vec<_> =
        set.get("keys")?.as_array()?.iter().filter_map(PublicKey::read).take(MAX_KEYS).collect();
    (!keys.is_empty()).then_some(keys)
}

/// The known keys, and the latest fetch of them.
#[derive(Default)]
pub struct KeyCache {
    keys: Vec<PublicKey>,
    fetched_at: Option<Millis>,
    asked_at: Option<Millis>,
    is_asking: bool,
}

/// The next step on the way to a key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum KeyLookup {
    /// Verify with this key.
    Use(PublicKey),
    /// Fetch the keys, report the result to [`KeyCache::fetched`], and ask again.
    Fetch,
    /// Another request is fetching them: ask again in a moment.
    Wait,
    /// Access publishes no such key.
    Unknown,
    /// The keys could not be fetched.
    Unavailable,
}

impl KeyCache {
    /// Creates an empty cache.
    pub const fn new() -> Self {
        Self { keys: Vec::new(), fetched_at: None, asked_at: None, is_asking: false }
    }

    /// Returns the next step on the way to the key with this id.
    pub fn step(&mut self, id: &str, now: Millis) -> KeyLookup {
        let age = |since: Option<Millis>| since.map(|since| now - since);
        let is_known = age(self.fetched_at).is_some_and(|age| age < USABLE);
        let key = self.keys.iter().find(|key| is_known && key.id == id);
        let use_or = |otherwise| key.cloned().map_or(otherwise, KeyLookup::Use);
        if key.is_some() && age(self.fetched_at).is_some_and(|age| age < FRESH) {
            return use_or(KeyLookup::Unknown);
        }
        // If the fetching request is canceled, only this time shows that the fetch began.
        if self.is_asking && age(self.asked_at).is_some_and(|age| age < FETCH_TIMEOUT.times(2)) {
            return use_or(KeyLookup::Wait);
        }
        let pause = if is_known { PAUSE } else { SHORT_PAUSE };
        if age(self.asked_at).is_some_and(|age| age < pause) {
            return use_or(if is_known { KeyLookup::Unknown } else { KeyLookup::Unavailable });
        }
        self.asked_at = Some(now);
        self.is_asking = true;
        KeyLookup::Fetch
    }

    /// Records the result of a fetch. After a failure the known keys stay.
    pub fn fetched(&mut self, keys: Option<Vec<PublicKey>>, now: Millis) {
        self.is_asking = false;
        if let Some(keys) = keys {
            self.keys = keys;
            self.fetched_at = Some(now);
        }
    }
}

#[cfg(test)]
mod tests;
