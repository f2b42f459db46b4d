//! The merchant's endpoint for events, which are signed as Standard Webhooks (standardwebhooks.com).

use crate::address::is_web_address;
use crate::seal::hmac;
use crate::secret::Secret;
use crate::vars::{ConfigError, Vars};
use base64::{Engine, prelude::BASE64_STANDARD};
use checkout_wire::{EventType, Millis};
use ed25519_dalek::{Signer, SigningKey};

/// The merchant's endpoint and the keys that sign its events; while a key is replaced, both sign.
#[derive(Debug)]
pub struct Endpoint {
    /// The URL of the endpoint.
    pub url: String,
    /// The types of the events that it receives.
    types: Vec<EventType>,
    secrets: Vec<Secret<Vec<u8>>>,
    keys: Vec<Secret<SigningKey>>,
}

impl Endpoint {
    /// Reads the endpoint of `WEBHOOK_URL`, `WEBHOOK_SECRET` (`whsec_…`) and `WEBHOOK_SIGNING_KEY` (`whsk_…`), each one
    /// or two separated by a space, and of `WEBHOOK_EVENTS`; `None` when none of them is set.
    pub fn read(vars: &Vars<'_>) -> Result<Option<Self>, ConfigError> {
        if vars.none_of(&["WEBHOOK_URL", "WEBHOOK_SECRET", "WEBHOOK_SIGNING_KEY", "WEBHOOK_EVENTS"]) {
            return Ok(None);
        }
        let url = vars.required("WEBHOOK_URL")?;
        if !is_web_address(&url) || url.contains('#') {
            return Err(ConfigError::new(
                "WEBHOOK_URL",
                "must be an https:// address (http:// only for localhost)",
            ));
        }
        let secrets = keys(&vars.required("WEBHOOK_SECRET")?, |word| {
            let bytes = BASE64_STANDARD.decode(word.strip_prefix("whsec_")?).ok()?;
            (24..=64).contains(&bytes.len()).then_some(bytes)
        });
        let secrets = secrets.ok_or_else(|| {
            ConfigError::new(
                "WEBHOOK_SECRET",
                "must be whsec_ and the base64 of 24 to 64 bytes, or two of them separated by a space",
            )
        })?;
        let keys = keys(&vars.required("WEBHOOK_SIGNING_KEY")?, |word| {
            let bytes = BASE64_STANDARD.decode(word.strip_prefix("whsk_")?).ok()?;
            // Either the seed alone, or the seed with the public key after it.
            let key = SigningKey::from_bytes(bytes.get(..32)?.try_into().ok()?);
            let rest = bytes.get(32..)?;
            (rest.is_empty() || rest == key.verifying_key().as_bytes()).then_some(key)
        });
        let keys = keys.ok_or_else(|| {
            ConfigError::new(
                "WEBHOOK_SIGNING_KEY",
                "must be whsk_ and the base64 of an Ed25519 private key, or two of them separated by a space",
            )
        })?;
        let types = match vars.optional("WEBHOOK_EVENTS") {
            None => EventType::ALL.to_vec(),
            Some(names) => types(&names)?,
        };
        Ok(Some(Self { url, types, secrets, keys }))
    }

    /// Returns whether the endpoint receives events of this type.
    pub fn wants(&self, kind: EventType) -> bool {
        self.types.contains(&kind)
    }

    /// Builds the headers of a delivery at `now`: the id is the event's, so that a receiver recognizes a
    /// repeated one.
    pub fn headers(&self, id: &str, now: Millis, body: &str) -> [(&'static str, String); 4] {
        let timestamp = now.to_whole_seconds().0.to_string();
        let signed = format!("{id}.{timestamp}.{body}");
        let shared =
            self.secrets.iter().map(|secret| ("v1", hmac(secret.reveal(), &[signed.as_bytes()]).to_vec()));
        let public =
            self.keys.iter().map(|key| ("v1a", key.reveal().sign(signed.as_bytes()).to_bytes().to_vec()));
        let signatures: Vec<String> = shared
            .chain(public)
            .map(|(version, bytes)| format!("{version},{}", BASE64_STANDARD.encode(bytes)))
            .collect();
        [
            ("content-type", "application/json".to_owned()),
            ("webhook-id", id.to_owned()),
            ("webhook-timestamp", timestamp),
            ("webhook-signature", signatures.join(" ")),
        ]
    }
}

fn types(names: &str) -> Result<Vec<EventType>, ConfigError> {
    let one = |name: &str| {
        EventType::from_text(name).ok_or_else(|| {
            let all = EventType::ALL.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", ");
            ConfigError::new(
                "WEBHOOK_EVENTS",
                &format!("has an unknown type of event; it must be types separated by spaces: {all}"),
            )
        })
    };
    names.split_whitespace().map(one).collect()
}

fn keys<T>(text: &str, key: impl Fn(&str) -> Option<T>) -> Option<Vec<Secret<T>>> {
    let keys: Vec<Secret<T>> =
        text.split_whitespace().map(|word| key(word).map(Secret::new)).collect::<Option<_>>()?;
    (1..=2).contains(&keys.len()).then_some(keys)
}

#[cfg(test)]
mod tests;
