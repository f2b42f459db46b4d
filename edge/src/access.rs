//! The callers of the merchant's API: the merchant's server by its API key, and the staff by their sign-in at Cloudflare Access.
//!
//! Cloudflare adds a token to every request that passes through an Access application, and browsers add its cookie to every request to our
//! origin, from any page. Therefore a token counts only if the request cannot come from a page of another origin.

use crate::http::{bearer, check_origin, header};
use crate::log;
use crate::objects::alarm::delay;
use crate::outgoing::request;
use crate::problem::Problem;
use crate::runtime::{now, timeout};
use checkout_core::Config;
use checkout_core::access::keys::{self, FETCH_TIMEOUT, KeyCache, KeyLookup, MAX_DOCUMENT, PublicKey};
use checkout_core::access::{Access, Token, TokenError};
use checkout_core::actor::Actor;
use checkout_core::credential::cookie;
use checkout_core::secret::Secret;
use checkout_wire::{ErrorCode, Millis};
use futures_util::StreamExt;
use js_sys::{JSON, Object, Reflect, Uint8Array};
use serde_json::json;
use std::cell::RefCell;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use worker::{Fetch, Headers};

/// The header with the token, which Cloudflare adds behind Access.
const TOKEN_HEADER: &str = "cf-access-jwt-assertion";
/// The cookie with the token, which Access sets for the whole host.
const TOKEN_COOKIE: &str = "CF_Authorization";
/// The value of `X-Requested-With` with which the operations page marks its requests. Neither a form nor a link can send it.
const OPERATIONS: &str = "operations";
/// The pause of a request that waits while another request fetches the keys.
const LOOK_AGAIN: Millis = Millis(20);

thread_local! {
    static KEYS: RefCell<KeyCache> = const { RefCell::new(KeyCache::new()) };
}

/// Authenticates the caller by the API key or by a sign-in at Cloudflare Access.
pub async fn authenticate(headers: &Headers, config: &Config) -> Result<Actor, Problem> {
    match &config.access {
        Some(access) if bearer(headers).is_none() => match token(headers, config)? {
            Some(token) => verify(access, &token).await,
            None => Err(Problem::of(ErrorCode::ApiKeyMissing)),
        },
        _ => authenticate_server(headers, config),
    }
}

/// Authenticates the merchant's server by the API key: for calls that staff may not make.
pub fn authenticate_server(headers: &Headers, config: &Config) -> Result<Actor, Problem> {
    key_among(headers, &config.merchant_keys)
}

/// Authenticates the merchant's server by the key that issues vouchers. The API key is refused, so that a leaked one cannot spend money.
pub fn authenticate_issuer(headers: &Headers, config: &Config) -> Result<Actor, Problem> {
    match key_among(headers, &config.issuing_keys) {
        Err(problem) if authenticate_server(headers, config).is_err() => Err(problem),
        Err(_) if config.issuing_keys.is_empty() => Err(Problem::of(ErrorCode::IssuingOff)),
        Err(problem) => Err(problem.detail("POST /v1/vouchers takes ISSUING_API_KEY.")),
        actor => actor,
    }
}

/// Returns the caller if its key is one of these.
fn key_among(headers: &Headers, keys: &[Secret]) -> Result<Actor, Problem> {
    let key = bearer(headers).ok_or_else(|| Problem::of(ErrorCode::ApiKeyMissing))?;
    // Every key is compared, so that the response time reveals nothing.
    let matches = keys.iter().filter(|known| known.is(key.reveal())).count();
    if matches > 0 { Ok(Actor::key(&key)) } else { Err(Problem::of(ErrorCode::ApiKeyInvalid)) }
}

/// Returns the token that a request carries. Refuses a request with a token that may come from a foreign page.
fn token(headers: &Headers, config: &Config) -> Result<Option<String>, Problem> {
    if let Some(token) = header(headers, TOKEN_HEADER) {
        check_origin(headers, config)?;
        return match header(headers, "sec-fetch-site").as_deref() {
            None | Some("same-origin") => Ok(Some(token)),
            Some(_) => Err(foreign()),
        };
    }
    let cookies = header(headers, "cookie").unwrap_or_default();
    let Some(token) = cookie(&cookies, TOKEN_COOKIE).map(str::to_owned) else {
        return Ok(None);
    };
    check_origin(headers, config)?;
    // Browsers send no Origin with a GET to the page's own origin.
    let is_ours = header(headers, "origin").is_some()
        || header(headers, "sec-fetch-site").is_some_and(|site| site == "same-origin");
    let is_marked = header(headers, "x-requested-with").is_some_and(|by| by == OPERATIONS);
    if is_ours && is_marked { Ok(Some(token)) } else { Err(foreign()) }
}

fn foreign() -> Problem {
    Problem::of(ErrorCode::OriginNotAllowed).detail(
        "A sign-in counts only in requests of our own pages, with Origin or Sec-Fetch-Site and X-Requested-With: operations.",
    )
}

async fn verify(access: &Access, token: &str) -> Result<Actor, Problem> {
    let token = Token::parse(token)?;
    let key = public_key(access, &token.key).await?;
    // WebCrypto fails only on a malformed key or signature.
    if !is_signed(&key, &token).await.unwrap_or(false) {
        return Err(TokenError::Signature.into());
    }
    Ok(access.actor(&token, now())?)
}

async fn public_key(access: &Access, id: &str) -> Result<PublicKey, Problem> {
    loop {
        match KEYS.with_borrow_mut(|cache| cache.step(id, now())) {
            KeyLookup::Use(key) => return Ok(key),
            KeyLookup::Unknown => return Err(TokenError::UnknownKey.into()),
            KeyLookup::Unavailable => return Err(Problem::of(ErrorCode::AccessUnavailable)),
            KeyLookup::Wait => delay(LOOK_AGAIN).await,
            KeyLookup::Fetch => {
                let keys = fetch_keys(access).await;
                if let Err(error) = &keys {
                    log::failed("access keys", error);
                }
                KEYS.with_borrow_mut(|cache| cache.fetched(keys.ok(), now()));
            }
        }
    }
}

async fn fetch_keys(access: &Access) -> worker::Result<Vec<PublicKey>> {
    let request = request("GET", &access.keys_url(), &Headers::new(), None)?;
    let mut answer = Fetch::Request(request).send_with_signal(&timeout(FETCH_TIMEOUT)).await?;
    let mut document = Vec::new();
    let mut stream = answer.stream()?;
    while let Some(piece) = stream.next().await {
        document.extend(piece?);
        if document.len() > MAX_DOCUMENT {
            return Err("the keys of Access are too long".into());
        }
    }
    let keys = keys::parse(&document).filter(|_| answer.status_code() == 200);
    keys.ok_or_else(|| "Access sent no keys".into())
}

/// Returns whether this key has signed the token, by the runtime's WebCrypto.
async fn is_signed(key: &PublicKey, token: &Token<'_>) -> Result<bool, JsValue> {
    let crypto: web_sys::Crypto = Reflect::get(&js_sys::global(), &"crypto".into())?.unchecked_into();
    let object =
        |value: serde_json::Value| JSON::parse(&value.to_string()).map(JsCast::unchecked_into::<Object>);
    let algorithm = object(json!({"name": "RSASSA-PKCS1-v1_5", "hash": "SHA-256"}))?;
    let key = object(json!({"kty": "RSA", "alg": "RS256", "n": key.modulus, "e": key.exponent}))?;
    let usages = js_sys::Array::of1(&"verify".into());
    let subtle = crypto.subtle();
    let key = subtle.import_key_with_object("jwk", &key, &algorithm, false, &usages)?;
    let key = JsFuture::from(key).await?.unchecked_into();
    let signature = Uint8Array::from(token.signature.as_slice());
    let signed = Uint8Array::from(token.signed.as_bytes());
    let good =
        subtle.verify_with_object_and_js_u8_array_and_js_u8_array(&algorithm, &key, &signature, &signed)?;
    Ok(JsFuture::from(good).await?.is_truthy())
}
