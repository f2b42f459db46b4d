//! ODM's keys, and the signature of its requests. Source: ODM's "Authentication".

use crate::http::{HttpRequest, Method};
use crate::seal::sha256_base64;
use crate::secret::Secret;
use crate::time::rfc3339;
use crate::vars::{ConfigError, Vars};
use base64::{Engine, prelude::BASE64_STANDARD};
use checkout_wire::Millis;
use ed25519_dalek::{Signer, SigningKey};

/// The keys of one of ODM's APIs.
pub(super) struct Keys {
    api_key: Secret,
    signing_key: Secret<SigningKey>,
}

impl Keys {
    pub(super) fn configure(
        vars: &Vars<'_>,
        api: &'static str,
        signing: &'static str,
    ) -> Result<Self, ConfigError> {
        let api_key = vars.required(api)?;
        if !api_key.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(ConfigError::new(api, "has a character that no API key has"));
        }
        let signing_key = signing_key(&vars.required(signing)?).ok_or_else(|| {
            ConfigError::new(
                signing,
                "must be an Ed25519 private key: the base64 of its 32 bytes, or PKCS#8 PEM",
            )
        })?;
        Ok(Self { api_key: Secret::new(api_key), signing_key })
    }

    /// Builds a signed request. `key` makes it safe to repeat; each repetition has its own timestamp, and so its own signature.
    pub(super) fn post(&self, url: String, key: &str, body: String, now: Millis) -> HttpRequest {
        let timestamp = rfc3339(now);
        let canonical = canonical(Method::Post, &url, &timestamp, key, &body);
        let signature =
            BASE64_STANDARD.encode(self.signing_key.reveal().sign(canonical.as_bytes()).to_bytes());
        HttpRequest {
            method: Method::Post,
            headers: vec![
                ("Content-Type", "application/json".to_owned()),
                ("X-API-Key", self.api_key.reveal().to_owned()),
                ("X-Timestamp", timestamp),
                ("X-Signature", signature),
                ("Idempotency-Key", key.to_owned()),
                ("User-Agent", "voucher-checkout".to_owned()),
            ],
            url,
            body,
        }
    }
}

/// Parses the key from the base64 of its seed, or from PKCS#8 PEM. A PEM whose line ends are written as `\n`, as is
/// common in settings, is accepted too.
pub(super) fn signing_key(text: &str) -> Option<Secret<SigningKey>> {
    let (begin, end) = ("-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----");
    let text = text.replace("\\n", "\n");
    let seed = match text.strip_prefix(begin) {
        None => BASE64_STANDARD.decode(text).ok()?,
        Some(rest) => {
            let base64 = rest.trim_end().strip_suffix(end)?;
            let der = BASE64_STANDARD.decode(base64.split_whitespace().collect::<String>()).ok()?;
            pkcs8_seed(&der)?.to_vec()
        }
    };
    Some(Secret::new(SigningKey::from_bytes(&seed.try_into().ok()?)))
}

/// Returns the seed in a PKCS#8 Ed25519 key. RFC 8410 (section 7) leaves one form for it, apart from the version and
/// what may follow the seed; an ASN.1 library would cost the Worker 9 KB for that.
fn pkcs8_seed(der: &[u8]) -> Option<&[u8]> {
    const ED25519: [u8; 11] = [0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
    let rest = der.strip_prefix(&[0x30])?.get(1..)?;
    let rest = rest.strip_prefix(&[2, 1, 0]).or_else(|| rest.strip_prefix(&[2, 1, 1]))?;
    rest.strip_prefix(&ED25519)?.get(..32)
}

/// Returns the text that ODM signs: method, path, timestamp, key and the hash of the body, a line each. The path begins
/// after the `/api` of the public address, wherever a relay puts that.
pub(super) fn canonical(method: Method, url: &str, timestamp: &str, key: &str, body: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/");
    let path = match path.split_once("/api/") {
        Some((_, rest)) => format!("/{rest}"),
        None => path.to_owned(),
    };
    [method.as_str(), &path, timestamp, key, &sha256_base64(body)].join("\n")
}
