//! The credential of a session: the client secret and the payer key, as one text, as the cookie of the hosted page, and as the ticket of
//! its redirect.

use crate::Limits;
use crate::seal::{Keyring, hmac_hex, same, sha256};
use crate::secret::Secret;
use crate::session::LONGEST_SESSION;
use checkout_wire::{Millis, Seconds, SessionId};

/// The start of the cookies' names. The digits of the session follow: a cookie with the prefix `__Host-`, which no other host can set, has
/// the path `/`, so that only its name can tell the sessions of a browser apart.
const COOKIE: &str = "__Host-pay-";
/// The most cookies in a browser. Beyond it the oldest are removed; their sessions still open by their links.
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

    /// Returns the credential in the session's cookie; `sent` is the value of the header `Cookie`.
    pub fn of_cookie(sent: &str, id: &SessionId) -> Option<Self> {
        Some(Self::parse(cookie(sent, &name(id))?))
    }

    /// Returns the SHA-256 of the payer key, as a session stores it.
    pub fn payer_hash(&self) -> Option<String> {
        let payer = self.payer.reveal();
        (!payer.is_empty()).then(|| sha256(payer))
    }

    /// Returns the values of `Set-Cookie` that keep the credential for as long as it can be of use, and remove the cookies that are too
    /// many; `sent` is the value of the header `Cookie`.
    pub fn set_cookies(&self, sent: &str, id: &SessionId, limits: &Limits) -> Vec<String> {
        let name = name(id);
        // A browser sends the oldest one first (RFC 6265, section 5.4).
        let mut others: Vec<_> = cookies(sent).map(|(other, _)| other).collect();
        others.retain(|other| other.starts_with(COOKIE) && *other != name);
        others.truncate(others.len().saturating_sub(MOST_COOKIES - 1));
        let time = Millis::DAY.times(limits.secret_kept_days).saturating_add(LONGEST_SESSION.to_millis());
        let set = |name: &str, value: &str, time: Millis| {
            let age = time.to_whole_seconds().0.to_string();
            [name, "=", value, "; Max-Age=", &age, "; Path=/; Secure; HttpOnly; SameSite=Lax"].concat()
        };
        let mut lines: Vec<_> = others.iter().map(|other| set(other, "", Millis::ZERO)).collect();
        lines.push(set(&name, &[self.secret.reveal(), ".", self.payer.reveal()].concat(), time));
        lines
    }
}

/// Returns the cookies in a header `Cookie` as names and values, in the order in which the browser sends them.
pub fn cookies(sent: &str) -> impl Iterator<Item = (&str, &str)> {
    sent.split(';').filter_map(|cookie| cookie.trim().split_once('='))
}

/// Returns the value of a cookie.
pub fn cookie<'a>(sent: &'a str, name: &str) -> Option<&'a str> {
    cookies(sent).find(|(known, _)| *known == name).map(|(_, value)| value)
}

/// Returns a ticket for the way back to the page with its key.
pub fn ticket(secret: &Secret, now: Millis) -> String {
    let Seconds(at) = now.to_whole_seconds();
    format!("{at}-{}", hmac_hex(secret, &format!("redirected at {at}")))
}

/// Returns the client secret of the session that a ticket of the last minute is for.
pub fn of_ticket(keyring: &Keyring, id: &SessionId, ticket: &str, now: Millis) -> Option<Secret> {
    let at: i64 = ticket.split('-').next()?.parse().ok()?;
    let (Seconds(now), Seconds(most)) = (now.to_whole_seconds(), REDIRECT.to_whole_seconds());
    // A made-up time can be too large for milliseconds.
    if !(now - most..=now).contains(&at) {
        return None;
    }
    let at = Seconds(at).to_millis();
    keyring.client_secrets(id).find(|secret| same(&self::ticket(secret, at), ticket))
}

fn name(id: &SessionId) -> String {
    [COOKIE, id.digits()].concat()
}

#[cfg(test)]
mod tests;
