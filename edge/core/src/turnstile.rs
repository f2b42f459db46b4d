//! Cloudflare Turnstile: while a provider's brake is on, a shopper whom it verifies does not have to wait
//! (https://developers.cloudflare.com/turnstile/). Off unless configured.

use crate::address::is_origin;
use crate::http::{HttpRequest, Method};
use crate::json;
use crate::secret::Secret;
use crate::vars::{ConfigError, Vars};
use checkout_wire::SessionId;
use serde::Serialize;
use serde_json::Value;

/// Where Cloudflare serves it.
const CLOUDFLARE: &str = "https://challenges.cloudflare.com";

/// The merchant's Turnstile widget.
#[derive(Clone, Debug)]
pub struct Turnstile {
    site_key: String,
    secret: Secret,
    origin: String,
}

#[derive(Serialize)]
struct Question<'a> {
    secret: &'a str,
    response: &'a str,
}

impl Turnstile {
    /// Reads `TURNSTILE_SITE_KEY`, `TURNSTILE_SECRET_KEY` and, for tests, `TURNSTILE_BASE_URL`; `None` when neither key is set.
    pub fn read(vars: &Vars<'_>) -> Result<Option<Self>, ConfigError> {
        if vars.none_of(&["TURNSTILE_SITE_KEY", "TURNSTILE_SECRET_KEY"]) {
            return Ok(None);
        }
        let site_key = vars.required("TURNSTILE_SITE_KEY")?;
        if !site_key.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b)) {
            return Err(ConfigError::new("TURNSTILE_SITE_KEY", "must be the site key of a Turnstile widget"));
        }
        let secret = Secret::new(vars.required("TURNSTILE_SECRET_KEY")?);
        let origin = vars.optional("TURNSTILE_BASE_URL").unwrap_or_else(|| CLOUDFLARE.to_owned());
        if !is_origin(&origin) {
            return Err(ConfigError::new(
                "TURNSTILE_BASE_URL",
                "must be an origin such as https://challenges.cloudflare.com",
            ));
        }
        Ok(Some(Self { site_key, secret, origin }))
    }

    /// Returns the origin of its script and frames.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Returns the widget's puzzle: the address of the script, with the site key as its fragment.
    pub fn puzzle(&self) -> String {
        [&self.origin, "/turnstile/v0/api.js?render=explicit#", &self.site_key].concat()
    }

    /// Returns the request that asks Cloudflare about a token; `None` if the text is not a Turnstile token, but a puzzle sent back or a proof
    /// of work.
    pub fn question(&self, token: &str) -> Option<HttpRequest> {
        let is_token = (1..=MAX_TOKEN).contains(&token.len()) && !token.contains(':');
        let question = Question { secret: self.secret.reveal(), response: token };
        is_token.then_some(HttpRequest {
            method: Method::Post,
            url: [&self.origin, "/turnstile/v0/siteverify"].concat(),
            headers: vec![("Content-Type", "application/json".to_owned())],
            body: serde_json::to_string(&question).ok()?,
        })
    }
}

/// Returns why the answer of `siteverify` is not accepted; `None` if it says that a person solved the check on this session's page.
pub fn refusal(answer: &[u8], session: &SessionId) -> Option<String> {
    let Some(verdict) = json::read_bytes::<Value>(answer) else {
        return Some("no JSON".to_owned());
    };
    if verdict.get("success") != Some(&Value::Bool(true)) {
        let codes = verdict.get("error-codes").map(Value::to_string).unwrap_or_default();
        // Words such as `invalid-input-secret`.
        let words = codes.chars().filter(|c| c.is_ascii_lowercase() || "-,".contains(*c));
        return Some(words.take(LONGEST).collect());
    }
    let is_ours = verdict.get("cdata").and_then(Value::as_str) == Some(session.as_str());
    (!is_ours).then(|| "of another session, or of none".to_owned())
}

/// The longest text of error codes that is logged.
const LONGEST: usize = 100;

/// The longest token, in bytes.
const MAX_TOKEN: usize = 2048;

#[cfg(test)]
mod tests;
