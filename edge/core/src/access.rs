//! Sign-ins of the merchant's staff: parses and checks the JSON Web Tokens (RFC 7519) of Cloudflare Access. The caller verifies the
//! signature.

pub mod keys;

use crate::actor::Actor;
use crate::address::is_origin;
use crate::json;
use crate::vars::{ConfigError, Vars};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use checkout_wire::{Millis, Seconds};
use core::fmt;
use serde_json::{Map, Value};

/// The largest token, in bytes. A cookie has at most 4,096.
pub const MAX_TOKEN: usize = 8 * 1024;
/// The largest difference between our clock and that of Access.
const LEEWAY: Seconds = Seconds(30);

/// The application at Cloudflare Access that signs the staff in.
#[derive(Clone, Debug)]
pub struct Access {
    issuer: String,
    audience: String,
}

impl Access {
    /// Reads `ACCESS_TEAM_DOMAIN` and `ACCESS_AUD`; `None` when neither is set.
    pub fn read(vars: &Vars<'_>) -> Result<Option<Self>, ConfigError> {
        if vars.none_of(&["ACCESS_TEAM_DOMAIN", "ACCESS_AUD"]) {
            return Ok(None);
        }
        let issuer = team_domain(&vars.required("ACCESS_TEAM_DOMAIN")?)?;
        let audience = vars.required("ACCESS_AUD")?;
        if audience.len() > 128 || !audience.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Err(ConfigError::new("ACCESS_AUD", "must be the AUD tag of the Access application"));
        }
        Ok(Some(Self { issuer, audience }))
    }

    /// Returns the address of the public keys.
    pub fn keys_url(&self) -> String {
        format!("{}/cdn-cgi/access/certs", self.issuer)
    }

    /// Returns the person named by a token with a verified signature, if it was issued for this application and is valid now.
    pub fn actor(&self, token: &Token<'_>, now: Millis) -> Result<Actor, TokenError> {
        let text = |name: &str| token.claims.get(name).and_then(Value::as_str);
        let ends = token.claims.get("exp").and_then(Value::as_i64).map(Seconds);
        if text("iss") != Some(&self.issuer) {
            return Err(TokenError::Issuer);
        }
        let is_ours = match token.claims.get("aud") {
            Some(Value::Array(all)) => all.iter().any(|one| one.as_str() == Some(&self.audience)),
            Some(one) => one.as_str() == Some(&self.audience),
            None => false,
        };
        if !is_ours {
            return Err(TokenError::Audience);
        }
        let now = now.to_whole_seconds();
        let latest = now.0.saturating_add(LEEWAY.0);
        // Access writes times as whole numbers; no other time can be compared.
        let has_begun = |name: &str| match token.claims.get(name) {
            None | Some(Value::Null) => true,
            Some(begins) => begins.as_i64().is_some_and(|begins| begins <= latest),
        };
        if !has_begun("nbf") || !has_begun("iat") {
            return Err(TokenError::NotYetValid);
        }
        if ends.is_none_or(|ends| ends <= now) {
            return Err(TokenError::Expired);
        }
        text("email").and_then(Actor::email).ok_or(TokenError::NoEmail)
    }
}

/// Returns the origin of a team domain: `acme.cloudflareaccess.com`, or an origin.
fn team_domain(value: &str) -> Result<String, ConfigError> {
    let origin = if value.contains("://") { value.to_owned() } else { format!("https://{value}") };
    let origin = origin.trim_end_matches('/');
    if is_origin(origin) {
        Ok(origin.to_owned())
    } else {
        let problem = "must be your team's domain at Cloudflare Access, such as acme.cloudflareaccess.com";
        Err(ConfigError::new("ACCESS_TEAM_DOMAIN", problem))
    }
}

/// A parsed token. Its claims count only after its signature is verified.
pub struct Token<'a> {
    /// The id of the signing key.
    pub key: String,
    /// The signed text.
    pub signed: &'a str,
    /// The signature.
    pub signature: Vec<u8>,
    claims: Map<String, Value>,
}

impl<'a> Token<'a> {
    /// Parses a token, and refuses every algorithm except RS256.
    pub fn parse(text: &'a str) -> Result<Self, TokenError> {
        if text.len() > MAX_TOKEN {
            return Err(TokenError::TooLong);
        }
        let (signed, signature) = text.rsplit_once('.').ok_or(TokenError::Malformed)?;
        let (header, claims) = signed.split_once('.').ok_or(TokenError::Malformed)?;
        let header = object(header)?;
        let text = |name: &str| header.get(name).and_then(Value::as_str);
        // A critical extension that the reader does not know makes a token invalid (RFC 7515, section 4.1.11).
        if text("alg") != Some("RS256") || header.contains_key("crit") {
            return Err(TokenError::Algorithm);
        }
        Ok(Self {
            key: text("kid").ok_or(TokenError::UnknownKey)?.to_owned(),
            signed,
            signature: BASE64_URL_SAFE_NO_PAD.decode(signature).map_err(|_| TokenError::Malformed)?,
            claims: object(claims)?,
        })
    }
}

fn object(part: &str) -> Result<Map<String, Value>, TokenError> {
    let json = BASE64_URL_SAFE_NO_PAD.decode(part).map_err(|_| TokenError::Malformed)?;
    match json::read_bytes(&json) {
        Some(Value::Object(members)) => Ok(members),
        _ => Err(TokenError::Malformed),
    }
}

/// The reason why a token is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TokenError {
    /// It is longer than [`MAX_TOKEN`].
    TooLong,
    /// It is not a JSON Web Token.
    Malformed,
    /// It is not signed with RS256.
    Algorithm,
    /// Its signing key is not published by Access.
    UnknownKey,
    /// Its signature is wrong.
    Signature,
    /// It was issued by another team.
    Issuer,
    /// It was issued for another application.
    Audience,
    /// It is not valid yet.
    NotYetValid,
    /// It has expired.
    Expired,
    /// It names no e-mail address, as the token of a service does.
    NoEmail,
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TokenError::TooLong => "The token is longer than 8 KB.",
            TokenError::Malformed => "The token is not a JSON Web Token.",
            TokenError::Algorithm => "The token is not signed with RS256.",
            TokenError::UnknownKey => "Cloudflare Access does not publish the key that signed the token.",
            TokenError::Signature => "The signature of the token is wrong.",
            TokenError::Issuer => "The token comes from another team than ACCESS_TEAM_DOMAIN.",
            TokenError::Audience => "The token is for another application than ACCESS_AUD.",
            TokenError::NotYetValid => "The token is not valid yet.",
            TokenError::Expired => "The token has expired. Sign in again.",
            TokenError::NoEmail => "The token names no e-mail address.",
        })
    }
}

#[cfg(test)]
mod tests;
