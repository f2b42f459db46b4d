//! Events for the merchant's server, signed as Standard Webhooks (standardwebhooks.com).

use crate::address::is_web_address;
use crate::seal::hmac;
use crate::secret::Secret;
use crate::time::rfc3339;
use crate::vars::{ConfigError, Vars};
use base64::{Engine, prelude::BASE64_STANDARD};
use checkout_wire::Millis;
use ed25519_dalek::{Signer, SigningKey};
use serde_json::{Value, json};

/// The type of an event.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EventType {
    /// The session is paid in full.
    SessionCompleted,
    /// The session expired.
    SessionExpired,
    /// The merchant canceled the session.
    SessionCanceled,
    /// A voucher's payment succeeded and is credited.
    RedemptionSucceeded,
    /// A voucher was declined.
    RedemptionDeclined,
    /// A voucher's outcome is unknown.
    RedemptionUnknown,
    /// A person has to decide about a voucher's payment or its reversal.
    RedemptionNeedsReview,
    /// An unknown or wrongly recorded outcome is now known.
    RedemptionResolved,
    /// A charge of a complete session, or a part of it, was given back.
    RedemptionRefunded,
    /// The merchant has paid out money that it owed.
    PayoutRecorded,
    /// A voucher was issued for the merchant.
    VoucherIssued,
    /// A person has to decide about a voucher that the merchant ordered.
    VoucherNeedsReview,
    /// Something has waited for a person for too long, or has failed.
    Attention,
}

impl EventType {
    /// All types.
    pub const ALL: [Self; 13] = [
        EventType::SessionCompleted,
        EventType::SessionExpired,
        EventType::SessionCanceled,
        EventType::RedemptionSucceeded,
        EventType::RedemptionDeclined,
        EventType::RedemptionUnknown,
        EventType::RedemptionNeedsReview,
        EventType::RedemptionResolved,
        EventType::RedemptionRefunded,
        EventType::PayoutRecorded,
        EventType::VoucherIssued,
        EventType::VoucherNeedsReview,
        EventType::Attention,
    ];

    /// Returns the type with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// Returns its name in the event's `type`.
    pub const fn as_str(self) -> &'static str {
        match self {
            EventType::SessionCompleted => "checkout_session.completed",
            EventType::SessionExpired => "checkout_session.expired",
            EventType::SessionCanceled => "checkout_session.canceled",
            EventType::RedemptionSucceeded => "redemption.succeeded",
            EventType::RedemptionDeclined => "redemption.declined",
            EventType::RedemptionUnknown => "redemption.unknown",
            EventType::RedemptionNeedsReview => "redemption.needs_review",
            EventType::RedemptionResolved => "redemption.resolved",
            EventType::RedemptionRefunded => "redemption.refunded",
            EventType::PayoutRecorded => "payout.recorded",
            EventType::VoucherIssued => "voucher.issued",
            EventType::VoucherNeedsReview => "voucher.needs_review",
            EventType::Attention => "operations.attention",
        }
    }
}

/// Builds the body of an event. `sequence` counts the events of one session from 1.
pub fn body(id: &str, kind: EventType, sequence: i64, at: Millis, object: &Value) -> String {
    json!({
        "id": id,
        "type": kind.as_str(),
        "sequence": sequence,
        "created_at": rfc3339(at),
        "data": {"object": object},
    })
    .to_string()
}

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
        EventType::parse(name).ok_or_else(|| {
            let all = EventType::ALL.map(EventType::as_str).join(", ");
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
