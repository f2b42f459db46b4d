//! The credential of a session: the client secret and the payer key, from the `Authorization` header, the form of an iframe or the cookie of
//! the hosted page. A script on the shop's page can read the client secret. Only our own page has its payer key, which shows the change
//! vouchers of the payments that were made with it.
//!
//! The hosted page exchanges the key in its address for the cookie at the first visit, so that the key stands in no history. A redirect
//! does not tell whether the browser has taken the cookie. It therefore leads to an address with a ticket, which is of use for a minute
//! and brings a browser without cookies back to the page with its key.

use crate::http::{self, bearer, check_origin, cookies, header, session_id};
use crate::objects::calls::ViewSession;
use crate::problem::Problem;
use crate::runtime::random_hex;
use checkout_core::Config;
use checkout_core::seal::{hmac_hex, same, sha256};
use checkout_core::secret::Secret;
use checkout_core::session::LONGEST_SESSION;
use checkout_wire::{ErrorCode, Millis, Seconds, SessionId};
use worker::{Headers, Request};

/// The start of the cookies' names. The digits of the session follow: a cookie with the prefix `__Host-`, which no other host can set, has
/// the path `/`, so that only its name can tell the sessions of a browser apart.
const COOKIE: &str = "__Host-pay-";
/// The most cookies in a browser. Beyond it the oldest ones are removed; their sessions still open by their links.
const MOST_COOKIES: usize = 30;
/// The time that a browser has to follow a redirect.
const REDIRECT: Millis = Millis::MINUTE;

/// A credential for a session.
#[derive(Clone, Default)]
pub struct Credential {
    /// The client secret.
    pub secret: Secret,
    /// The payer key; empty if the page has none.
    pub payer: Secret,
}

impl Credential {
    /// Parses a client secret, with the payer key after a point if the page has one.
    pub fn parse(text: &str) -> Self {
        let (secret, payer) = text.split_once('.').unwrap_or((text, ""));
        let [secret, payer] = [secret, payer].map(|part| Secret::new(part.to_owned()));
        Self { secret, payer }
    }

    /// Returns the call that reads the session; with the phone number of a payment, typed at this address, also the PIN of its change
    /// voucher.
    pub fn view(&self, phone: Option<String>, address: Option<String>) -> ViewSession {
        ViewSession { secret: self.secret.clone(), payer: self.payer_hash(), phone, address }
    }

    /// Returns the SHA-256 of the payer key, as a session stores it.
    pub fn payer_hash(&self) -> Option<String> {
        let payer = self.payer.reveal();
        (!payer.is_empty()).then(|| sha256(payer))
    }
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
    Some(Credential::parse(&http::cookie(headers, &name(&SessionId::parse(id)?))?))
}

/// Returns the values of `Set-Cookie` that keep the client secret for as long as it can be of use, with the payer key that the browser has
/// or a new one, and remove the cookies that are too many.
pub fn cookie(
    headers: &Headers,
    config: &Config,
    id: &SessionId,
    secret: &Secret,
) -> Result<Vec<String>, Problem> {
    let kept = of_cookie(headers, id.as_str()).map(|kept| kept.payer.into_revealed());
    let payer = kept.filter(|payer| !payer.is_empty()).map_or_else(random_hex::<16>, Ok)?;
    let name = name(id);
    // A browser sends the oldest one first (RFC 6265, section 5.4).
    let mut others = cookies(headers);
    others.retain(|(other, _)| other.starts_with(COOKIE) && *other != name);
    others.truncate(others.len().saturating_sub(MOST_COOKIES - 1));
    let time = Millis::DAY.times(config.limits.secret_kept_days).saturating_add(LONGEST_SESSION.to_millis());
    let set = |name: &str, value: &str, time: Millis| {
        let age = time.to_whole_seconds().0.to_string();
        [name, "=", value, "; Max-Age=", &age, "; Path=/; Secure; HttpOnly; SameSite=Lax"].concat()
    };
    let mut lines: Vec<_> = others.iter().map(|(other, _)| set(other, "", Millis::ZERO)).collect();
    lines.push(set(&name, &[secret.reveal(), ".", &payer].concat(), time));
    Ok(lines)
}

/// Returns a ticket for the way back to the page with its key.
pub fn ticket(secret: &Secret, now: Millis) -> String {
    let Seconds(at) = now.to_whole_seconds();
    format!("{at}-{}", hmac_hex(secret, &format!("redirected at {at}")))
}

/// Returns the client secret of the session that a ticket of the last minute is for.
pub fn of_ticket(config: &Config, id: &SessionId, ticket: &str, now: Millis) -> Option<Secret> {
    let at = Seconds(ticket.split('-').next()?.parse().ok()?).to_millis();
    let is_recent = at <= now && now - at <= REDIRECT;
    config.keyring.client_secrets(id).find(|secret| is_recent && same(&self::ticket(secret, at), ticket))
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

fn name(id: &SessionId) -> String {
    [COOKIE, id.digits()].concat()
}
