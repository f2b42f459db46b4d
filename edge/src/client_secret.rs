//! The client secret that a request carries: in its `Authorization` header, or in the cookie of the hosted page.
//!
//! The hosted page exchanges the key in its address for the cookie at the first visit, so that the key stands in no history. A redirect
//! does not tell whether the browser has taken the cookie. It therefore leads to an address with a ticket, which is of use for a minute
//! and brings a browser without cookies back to the page with its key.

use crate::http::{bearer, check_origin, cookies, header, session_id};
use crate::problem::Problem;
use checkout_core::Config;
use checkout_core::seal::{hmac_hex, same};
use checkout_core::secret::Secret;
use checkout_core::session::LONGEST_SESSION;
use checkout_wire::{ErrorCode, Millis, Seconds, SessionId};
use worker::{Headers, Request};

/// The start of the cookies' names. The digits of the session follow: a cookie with the prefix `__Host-`, which no other host can set, has
/// the path `/`, so that only its name can tell the sessions of a browser apart.
const COOKIE: &str = "__Host-pay-";
/// The most cookies in a browser. The oldest ones give way, whose sessions open by their links again.
const MOST_COOKIES: usize = 30;
/// The time that a browser has to follow a redirect.
const REDIRECT: Millis = Millis::MINUTE;

/// Returns the id and the client secret of the session that the browser asks for, after a check that the request comes from one of
/// our pages.
pub fn shopper(request: &Request, config: &Config, id: &str) -> Result<(SessionId, Secret), Problem> {
    let headers = request.headers();
    check_origin(headers, config)?;
    let secret = match bearer(headers) {
        Some(secret) => secret,
        None => {
            let secret = of_cookie(headers, id).ok_or(Problem::of(ErrorCode::ClientSecretMissing))?;
            check_own_page(request)?;
            secret
        }
    };
    Ok((known_session(config, id, &secret)?, secret))
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

/// Returns the client secret in the cookie of a session.
pub fn of_cookie(headers: &Headers, id: &str) -> Option<Secret> {
    let name = name(&SessionId::parse(id)?);
    cookies(headers).find(|(known, _)| *known == name).map(|(_, value)| Secret::new(value))
}

/// Returns the values of `Set-Cookie` that keep the client secret for as long as it can be of use, and remove the cookies that are too
/// many.
pub fn cookie(headers: &Headers, config: &Config, id: &SessionId, secret: &Secret) -> Vec<String> {
    let name = name(id);
    let is_other = |(other, _): &(String, String)| other.starts_with(COOKIE) && *other != name;
    // A browser sends the oldest one first (RFC 6265, section 5.4).
    let others: Vec<_> = cookies(headers).filter(is_other).collect();
    let too_many = others.len().saturating_sub(MOST_COOKIES - 1);
    let kept = Millis::DAY.times(config.limits.secret_kept_days).saturating_add(LONGEST_SESSION.to_millis());
    let set = |name: &str, value: &str, Seconds(age)| {
        format!("{name}={value}; Max-Age={age}; Path=/; Secure; HttpOnly; SameSite=Lax")
    };
    let removed = others.iter().take(too_many).map(|(other, _)| set(other, "", Seconds(0)));
    removed.chain([set(&name, secret.reveal(), kept.to_whole_seconds())]).collect()
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
