//! A page request: its address, cookie and languages.

use super::text::Texts;
use super::theme::Theme;
use crate::client_secret::{self, known_session};
use crate::http::{HttpResult, address, header};
use crate::objects::calls::{self, internal};
use crate::problem::Problem;
use crate::runtime::now;
use checkout_core::config::Config;
use checkout_core::credential::{self, Credential};
use checkout_core::secret::Secret;
use checkout_wire::{CheckoutView, ErrorCode, PageMode, SessionId};
use std::rc::Rc;
use worker::{Env, Headers, Request, Response, ResponseBuilder};

/// The name of the client secret in the query.
const KEY: &str = "key";
/// The name in the query of the state of the browser's cookies.
const COOKIES: &str = "c";
/// Its value for a browser that keeps no cookies.
const NO_COOKIES: &str = "0";

/// A page request: its query, cookies and preferred languages.
pub struct PageRequest<'a> {
    /// The Worker's bindings.
    pub env: &'a Env,
    /// The configuration.
    pub config: &'a Config,
    /// The whole query, as received.
    query: String,
    /// The client secret in its query.
    key: Option<Secret>,
    /// The state of the browser's cookies in its query: a ticket, or [`NO_COOKIES`].
    cookies: Option<String>,
    /// The credential in the browser's cookie.
    kept: Option<Credential>,
    /// The name of the throttle of the shopper's address.
    pub address: Option<String>,
    /// The language that the address names.
    locale: Option<String>,
    /// The languages that the browser prefers.
    languages: Option<String>,
    /// The look that the address names.
    pub theme: Theme,
    /// Whether to leave the widget out, because it could not run.
    pub plain: bool,
}

impl<'a> PageRequest<'a> {
    pub fn of(request: &Request, env: &'a Env, config: &'a Config, id: &str) -> Self {
        let url = request.inner().url();
        let (_, query) = url.split_once('?').unwrap_or_default();
        let mut asked = Self {
            env,
            config,
            query: query.to_owned(),
            key: None,
            cookies: None,
            kept: client_secret::of_cookie(request.headers(), id),
            address: address(request.headers(), config),
            locale: None,
            languages: header(request.headers(), "accept-language"),
            theme: Theme::default(),
            plain: false,
        };
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*name {
                KEY => _ = asked.key.get_or_insert_with(|| Secret::new(value.into_owned())),
                COOKIES => asked.cookies = Some(value.into_owned()),
                "locale" => _ = asked.locale.get_or_insert_with(|| value.into_owned()),
                "plain" => asked.plain = true,
                wish => asked.theme.wish(wish, &value),
            }
        }
        asked.key = asked.key.filter(|key| !key.reveal().is_empty());
        asked
    }

    /// Returns the credential for the hosted page.
    pub fn credential(&self) -> Option<Credential> {
        let of_key = |key: &Secret| Credential { secret: key.clone(), ..Credential::default() };
        self.key.as_ref().map(of_key).or_else(|| self.kept.clone())
    }

    /// Returns the client secret that the page must contain: in an iframe the one that its form sent, on the hosted page the one in its
    /// address. A hosted page without one works by the cookie.
    pub fn shown_secret<'b>(&'b self, mode: PageMode, brought: &'b Secret) -> &'b str {
        match mode {
            PageMode::Hosted => self.key.as_ref().map_or("", |key| key.reveal()),
            PageMode::Embed => brought.reveal(),
        }
    }

    /// Chooses the language of the texts: that of the address, else of the shop, else of the browser.
    pub async fn texts(&self, shop: Option<&str>) -> Rc<Texts> {
        Texts::choose(self.env, &[self.locale.as_deref(), shop, self.languages.as_deref()]).await
    }

    /// Returns the session and its credential.
    pub async fn session(
        &self,
        id: &str,
        opens: Option<Credential>,
    ) -> Result<(CheckoutView, Credential), Problem> {
        let opened = opens
            .filter(|opens| !opens.secret.reveal().is_empty())
            .ok_or_else(|| Problem::of(ErrorCode::ClientSecretMissing))?;
        let id = known_session(self.config, id, &opened.secret)?;
        let view = calls::checkout(self.env, &id, &client_secret::view(&opened, None, None)).await?;
        Ok((view.read()?, opened))
    }

    /// Returns the policy for forms and frames: only the shop's pages show the iframe.
    pub fn policy(&self, mode: PageMode, form_action: &str) -> String {
        let ancestors = match mode {
            PageMode::Embed if !self.config.allowed_origins.is_empty() => {
                self.config.allowed_origins.join(" ")
            }
            PageMode::Embed | PageMode::Hosted => "'none'".to_owned(),
        };
        format!("form-action {form_action}; frame-ancestors {ancestors}")
    }

    /// Exchanges the key in the address for the cookie, and redirects to the address without it. A browser that has not taken the cookie
    /// is redirected to the address with the key, where the page works without a cookie.
    pub fn exchange(&self, headers: &Headers, id: &str) -> Option<HttpResult> {
        let session = SessionId::parse(id)?;
        match (&self.key, self.cookies.as_deref()) {
            (Some(key), cookies) if cookies != Some(NO_COOKIES) => {
                known_session(self.config, id, key).ok()?;
                let ticket = self.kept.is_none().then(|| credential::ticket(key, now()));
                let query = self.query_with(&[(COOKIES, ticket.as_deref().unwrap_or_default())]);
                let cookies = client_secret::set_cookies(headers, self.config, &session, key);
                Some(cookies.and_then(|cookies| see_other(id, &query, &cookies)))
            }
            (None, Some(ticket)) if self.kept.is_none() => {
                let key = credential::of_ticket(&self.config.keyring, &session, ticket, now())?;
                Some(see_other(id, &self.query_with(&[(KEY, key.reveal()), (COOKIES, NO_COOKIES)]), &[]))
            }
            _ => None,
        }
    }

    /// Returns the query for another address of the page.
    pub fn own_query(&self) -> String {
        if self.key.is_some() { self.query.clone() } else { self.query_with(&[]) }
    }

    /// Returns the query with these values in place of those that open the page. An empty value is left out.
    fn query_with(&self, values: &[(&str, &str)]) -> String {
        let is_kept = |pair: &&str| {
            let mut parsed = form_urlencoded::parse(pair.as_bytes());
            parsed.next().is_some_and(|(name, _)| ![KEY, COOKIES].contains(&&*name))
        };
        let others = self.query.split('&').filter(is_kept).map(str::to_owned);
        let values = values.iter().filter(|(_, value)| !value.is_empty());
        others.chain(values.map(|(name, value)| format!("{name}={value}"))).collect::<Vec<_>>().join("&")
    }
}

/// Redirects to the hosted page.
pub fn see_other(id: &str, query: &str, cookies: &[String]) -> HttpResult {
    let mark = if query.is_empty() { "" } else { "?" };
    let redirect = || -> worker::Result<Response> {
        let location = format!("/pay/{id}{mark}{query}");
        let answer = ResponseBuilder::new().with_status(303).with_header("location", &location)?.empty();
        for cookie in cookies {
            answer.headers().append("set-cookie", cookie)?;
        }
        Ok(answer)
    };
    redirect().map_err(internal("redirect"))
}
