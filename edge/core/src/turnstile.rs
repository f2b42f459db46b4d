//! Cloudflare Turnstile: while a provider's brake is on, a shopper whom it takes for a person need not wait
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

    /// Returns what the widget has to solve: the address of the script, with the site key as its fragment.
    pub fn puzzle(&self) -> String {
        [&self.origin, "/turnstile/v0/api.js?render=explicit#", &self.site_key].concat()
    }

    /// Returns the request that asks Cloudflare about a token; `None` for a text that is none, such as a puzzle sent back or a proof of
    /// work.
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

/// Returns whether the answer of `siteverify` says that a person solved the check on this session's page.
pub fn is_person(answer: &[u8], session: &SessionId) -> bool {
    let Some(verdict) = json::read_bytes::<Value>(answer) else {
        return false;
    };
    let member = |name| verdict.get(name);
    member("success").and_then(Value::as_bool) == Some(true)
        && member("cdata").and_then(Value::as_str) == Some(session.as_str())
}

/// The longest token, in bytes.
const MAX_TOKEN: usize = 2048;

#[cfg(test)]
mod tests;
