//! The credential of a session: the client secret and the payer key, from the `Authorization` header, the form of an iframe or the cookie of
//! the hosted page. A script on the shop's page can read the client secret. Only our own page has its payer key, which shows the change
//! vouchers of the payments that were made with it.
//!
//! The hosted page exchanges the key in its address for the cookie at the first visit, so that the key stands in no history. A redirect
//! does not tell whether the browser has taken the cookie. It therefore leads to an address with a ticket, which is of use for a minute
//! and brings a browser without cookies back to the page with its key.

use crate::http::{bearer, check_origin, header, session_id};
use crate::objects::calls::ViewSession;
use crate::problem::Problem;
use crate::runtime::random_hex;
use checkout_core::Config;
use checkout_core::credential::Credential;
use checkout_core::secret::Secret;
use checkout_wire::{ErrorCode, SessionId};
use worker::{Headers, Request};

/// Returns the call that reads the session; with the phone number of a payment, typed at this address, also the PIN of its change
/// voucher.
pub fn view(opened: &Credential, phone: Option<String>, address: Option<String>) -> ViewSession {
    ViewSession { secret: opened.secret.clone(), payer: opened.payer_hash(), phone, address }
}

/// Returns the session's id and credential, after checking that the request comes from one of our pages.
pub fn shopper(request: &Request, config: &Config, id: &str) -> Result<(SessionId, Credential), Problem> {
    let headers = request.headers();
    check_origin(headers, config)?;
    let credential = match bearer(headers) {
        Some(secret) => Credential::parse(secret.reveal()),
        None => {
            let credential = of_cookie(headers, id).ok_or(Problem::of(ErrorCode::ClientSecretMissing))?;
            check_own_page(request)?;
            credential
        }
    };
    Ok((known_session(config, id, &credential.secret)?, credential))
}

/// Parses the id of a session in an address, if this is its client secret: a made-up id or secret reaches no object.
pub fn known_session(config: &Config, id: &str, secret: &Secret) -> Result<SessionId, Problem> {
    let id = session_id(id)?;
    if config.keyring.is_client_secret(&id, secret) {
        Ok(id)
    } else if config.keyring.has_named(&id) {
        Err(Problem::of(ErrorCode::ClientSecretInvalid))
    } else {
        Err(Problem::of(ErrorCode::SessionNotFound))
    }
}

/// Returns the credential in the session's cookie.
pub fn of_cookie(headers: &Headers, id: &str) -> Option<Credential> {
    Credential::of_cookie(&header(headers, "cookie")?, &SessionId::parse(id)?)
}

/// Returns the values of `Set-Cookie` that keep the client secret, with the payer key that the browser has or a new one.
pub fn set_cookies(
    headers: &Headers,
    config: &Config,
    id: &SessionId,
    secret: &Secret,
) -> Result<Vec<String>, Problem> {
    let sent = header(headers, "cookie").unwrap_or_default();
    let kept = Credential::of_cookie(&sent, id).map(|kept| kept.payer.into_revealed());
    let payer = kept.filter(|payer| !payer.is_empty()).map_or_else(random_hex::<16>, Ok)?;
    let credential = Credential { secret: secret.clone(), payer: Secret::new(payer) };
    Ok(credential.set_cookies(&sent, id, &config.limits))
}

/// Checks that a request with the cookie comes from our own page: browsers that do not say so send the origin with each POST, and no
/// page can read the answer to a GET of another origin.
fn check_own_page(request: &Request) -> Result<(), Problem> {
    let headers = request.headers();
    let is_ours = match header(headers, "sec-fetch-site").as_deref() {
        Some(site) => site == "same-origin",
        None => header(headers, "origin").is_some() || request.inner().method() != "POST",
    };
    if is_ours { Ok(()) } else { Err(Problem::of(ErrorCode::OriginNotAllowed)) }
}
