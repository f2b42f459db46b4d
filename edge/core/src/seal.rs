//! The keys: sealing, keyed hashes, and the comparison of secrets.
//!
//! Sealing is XChaCha20-Poly1305 with a random nonce of 192 bits; the purpose of the sealed text is bound in, so that
//! one sealed text cannot replace another.

use crate::secret::Secret;
use base64::{
    Engine,
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use checkout_wire::SessionId;
use core::fmt;
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// The random bytes for one sealed text.
pub type Nonce = [u8; 24];

/// The digits of a session's id that are random: 80 bits.
const RANDOM_DIGITS: usize = 20;

/// The keys of `SEALING_KEY`: the first one seals and hashes, all of them open.
pub struct Keyring(Vec<SealingKey>);

struct SealingKey {
    id: String,
    bytes: Secret<[u8; 32]>,
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keyring({} keys)", self.0.len())
    }
}

impl Keyring {
    /// Parses one key, or two separated by white space with the newer one first, each the base64 of 32 bytes.
    pub fn parse(text: &str) -> Option<Self> {
        let key = |word: &str| {
            let bytes: [u8; 32] = BASE64_STANDARD.decode(word).ok()?.try_into().ok()?;
            let id = hex(Sha256::digest(bytes).get(..4)?);
            Some(SealingKey { id, bytes: Secret::new(bytes) })
        };
        let keys: Vec<SealingKey> = text.split_whitespace().map(key).collect::<Option<_>>()?;
        (1..=2).contains(&keys.len()).then_some(Self(keys))
    }

    /// Returns the ids of the keys, as they stand before a sealed text, the newest first.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|key| key.id.as_str())
    }

    /// Returns the id of the key under which a text is sealed.
    pub fn key_of(sealed: &str) -> &str {
        sealed.split('.').next().unwrap_or_default()
    }

    /// Seals the text for this purpose, and puts the key's id before it.
    pub fn seal(&self, purpose: &str, nonce: Nonce, text: &str) -> Option<String> {
        let key = self.0.first()?;
        let payload = Payload { msg: text.as_bytes(), aad: purpose.as_bytes() };
        let sealed = key.cipher()?.encrypt(&XNonce::from(nonce), payload).ok()?;
        Some(format!(
            "{}.{}.{}",
            key.id,
            BASE64_URL_SAFE_NO_PAD.encode(nonce),
            BASE64_URL_SAFE_NO_PAD.encode(sealed)
        ))
    }

    /// Opens a text sealed for this purpose; `None` if the key is missing, or a single bit has changed.
    pub fn open(&self, purpose: &str, sealed: &str) -> Option<Secret> {
        let mut parts = sealed.split('.');
        let (id, nonce, text) = (parts.next()?, parts.next()?, parts.next()?);
        let key = self.0.iter().find(|key| key.id == id)?;
        let nonce: Nonce = BASE64_URL_SAFE_NO_PAD.decode(nonce).ok()?.try_into().ok()?;
        let text = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
        let payload = Payload { msg: &text, aad: purpose.as_bytes() };
        String::from_utf8(key.cipher()?.decrypt(&XNonce::from(nonce), payload).ok()?).ok().map(Secret::new)
    }

    /// Returns the keyed hash of `data` for this purpose, in hex. A bare hash of 16 digits could be guessed in minutes.
    pub fn hash(&self, purpose: &str, data: &str) -> String {
        self.hashes(purpose, data).next().unwrap_or_default()
    }

    /// Returns the keyed hash under each key, the newest first: for hashes that outlast a change of key.
    pub fn hashes(&self, purpose: &str, data: &str) -> impl Iterator<Item = String> {
        self.0.iter().map(move |key| hex(&key.mac(purpose, data)))
    }

    /// Names a session by the first 20 of these hexadecimal digits and 12 that only a holder of the key can compute, so that a made-up id
    /// is detected without a call to the session.
    pub fn session_id(&self, random: &str) -> Option<SessionId> {
        let random = random.get(..RANDOM_DIGITS)?;
        SessionId::of(&[random, &self.0.first()?.id_mac(random)].concat())
    }

    /// Returns whether the session's id was made with one of the keys.
    pub fn has_named(&self, session: &SessionId) -> bool {
        let Some((random, mac)) = session.digits().split_at_checked(RANDOM_DIGITS) else {
            return false;
        };
        self.0.iter().any(|key| same(&key.id_mac(random), mac))
    }

    /// Returns the id of the key from which a session's client secret with this SHA-256 is derived.
    pub fn client_secret_key(&self, session: &SessionId, hash: &str) -> Option<&str> {
        let mut keys = self.ids().zip(self.client_secrets(session));
        keys.find(|(_, secret)| same(&sha256(secret.reveal()), hash)).map(|(id, _)| id)
    }

    /// Returns whether this is the session's client secret.
    pub fn is_client_secret(&self, session: &SessionId, secret: &Secret) -> bool {
        self.client_secrets(session).any(|known| known.is(secret.reveal()))
    }

    /// Returns the client secret of a session under each key, the newest first: it is derived from key and session, so
    /// that it can be returned again without being stored. 192 bits.
    pub fn client_secrets(&self, session: &SessionId) -> impl Iterator<Item = Secret> {
        self.0.iter().map(move |key| {
            let mac = key.mac("client-secret", session.as_str());
            Secret::new(BASE64_URL_SAFE_NO_PAD.encode(mac.get(..24).unwrap_or_default()))
        })
    }
}

impl SealingKey {
    fn cipher(&self) -> Option<XChaCha20Poly1305> {
        XChaCha20Poly1305::new_from_slice(self.derived("seal").reveal()).ok()
    }

    /// Derives a separate key for each use.
    fn derived(&self, usage: &str) -> Secret<[u8; 32]> {
        Secret::new(hmac(self.bytes.reveal(), &[usage.as_bytes()]))
    }

    /// Computes the digits of a session's id that follow these random ones.
    fn id_mac(&self, random: &str) -> String {
        hex(self.mac("session-id", random).get(..6).unwrap_or_default())
    }

    fn mac(&self, purpose: &str, data: &str) -> [u8; 32] {
        hmac(self.derived("hash").reveal(), &[purpose.as_bytes(), &[0], data.as_bytes()])
    }
}

/// Computes the HMAC-SHA256 of the parts, one after the other.
pub fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    // HMAC takes a key of any length (RFC 2104): this error cannot occur.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return [0; 32];
    };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// Computes the HMAC-SHA256 in hex, as providers sign their webhooks.
pub fn hmac_hex(key: &Secret, text: &str) -> String {
    hex(&hmac(key.reveal().as_bytes(), &[text.as_bytes()]))
}

/// Computes the SHA-256 in base64, as a signed request names its body.
pub fn sha256_base64(text: &str) -> String {
    BASE64_STANDARD.encode(Sha256::digest(text.as_bytes()))
}

/// Computes the SHA-256 in hex, as a client secret is stored.
pub fn sha256(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

/// Returns whether two secrets are equal, in a time that reveals nothing but their length.
pub fn same(a: &str, b: &str) -> bool {
    a.as_bytes().ct_eq(b.as_bytes()).into()
}

/// Writes the bytes as lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;
