//! The pages with the checkout: the iframe and the hosted page. Both work without the widget, by a form.

mod content;
mod form;
mod known;
mod layout;
mod notice;
mod operations;
mod receipts;
mod states;
mod text;
mod theme;
mod typed;

use crate::api::shopper::code_of;
use crate::client_secret::{self, Credential, known_session};
use crate::http::{HttpResult, address, body, check_origin, header, session_id, status};
use crate::objects::calls::{self, AnswerChallenge, Outline, PaidBack, Redeem, ShowPaidBack, internal};
use crate::problem::Problem;
use crate::runtime::{now, random_hex};
use checkout_core::config::Config;
use checkout_core::provider::Features;
use checkout_core::secret::Secret;
use checkout_core::turnstile::Turnstile;
use checkout_present::{CheckoutRules, LoadError, RedemptionRules, Screen, Word};
use checkout_wire::{
    CheckoutView, ErrorCode, Page, PageMode, RedemptionId, RedemptionView, Seconds, SessionId,
};
use content::Content;
use known::Known;
use layout::{Data, Document};
use maud::{DOCTYPE, html};
use std::rc::Rc;
use text::Texts;
use theme::Theme;
use typed::Typed;
use worker::{Env, Headers, Request, Response, ResponseBuilder};

pub use operations::operations;

/// The name of the client secret in the query.
const KEY: &str = "key";
/// The name in the query of the state of the browser's cookies.
const COOKIES: &str = "c";
/// Its value for a browser that keeps no cookies.
const NO_COOKIES: &str = "0";

/// A page request: its query, cookies and preferred languages.
struct PageRequest<'a> {
    env: &'a Env,
    config: &'a Config,
    /// The whole query, as received.
    query: String,
    /// The client secret in its query.
    key: Option<Secret>,
    /// The state of the browser's cookies in its query: a ticket, or [`NO_COOKIES`].
    cookies: Option<String>,
    /// What the browser's cookie has.
    kept: Option<Credential>,
    /// The bucket of the shopper's address.
    address: Option<String>,
    /// The language that the address names.
    locale: Option<String>,
    /// The languages that the browser prefers.
    languages: Option<String>,
    theme: Theme,
    /// Whether to leave the widget out, because it could not run.
    plain: bool,
}

impl<'a> PageRequest<'a> {
    fn of(request: &Request, env: &'a Env, config: &'a Config, id: &str) -> Self {
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

    /// Returns what opens the hosted page.
    fn credential(&self) -> Option<Credential> {
        let of_key = |key: &Secret| Credential { secret: key.clone(), ..Credential::default() };
        self.key.as_ref().map(of_key).or_else(|| self.kept.clone())
    }

    /// Returns what opens the session as far as the page has to contain it: what the form of an iframe has brought. The hosted page
    /// works by the cookie.
    fn shown_secret<'b>(&'b self, mode: PageMode, brought: &'b Secret) -> &'b str {
        match mode {
            PageMode::Hosted => self.key.as_ref().map_or("", |key| key.reveal()),
            PageMode::Embed => brought.reveal(),
        }
    }

    /// Chooses the language of the texts: that of the address, else of the shop, else of the browser.
    async fn texts(&self, shop: Option<&str>) -> Rc<Texts> {
        Texts::choose(self.env, &[self.locale.as_deref(), shop, self.languages.as_deref()]).await
    }

    /// Returns the policy for forms and frames: only the shop's pages show the iframe.
    fn policy(&self, mode: PageMode, form_action: &str) -> String {
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
    fn exchange(&self, headers: &Headers, id: &str) -> Option<HttpResult> {
        let session = SessionId::parse(id)?;
        match (&self.key, self.cookies.as_deref()) {
            (Some(key), cookies) if cookies != Some(NO_COOKIES) => {
                known_session(self.config, id, key).ok()?;
                let ticket = self.kept.is_none().then(|| client_secret::ticket(key, now()));
                let query = self.query_with(&[(COOKIES, ticket.as_deref().unwrap_or_default())]);
                let cookies = client_secret::cookie(headers, self.config, &session, key);
                Some(cookies.and_then(|cookies| see_other(id, &query, &cookies)))
            }
            (None, Some(ticket)) if self.kept.is_none() => {
                let key = client_secret::of_ticket(self.config, &session, ticket, now())?;
                Some(see_other(id, &self.query_with(&[(KEY, key.reveal()), (COOKIES, NO_COOKIES)]), &[]))
            }
            _ => None,
        }
    }

    /// Returns the query for another address of the page.
    fn own_query(&self) -> String {
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
fn see_other(id: &str, query: &str, cookies: &[String]) -> HttpResult {
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

/// Answers `GET /embed/{id}`: the page in the iframe. It has no secret, so it shows only the fields to fill in. The
/// shop's page sends the secret to widget/entry.js by message. The address may contain `locale` and the properties of [`Theme`].
pub async fn embed(request: &Request, env: &Env, config: &Config, id: &str) -> HttpResult {
    let asked = PageRequest::of(request, env, config, id);
    let outline = match session_id(id) {
        Ok(id) if config.keyring.has_named(&id) => {
            Some(calls::checkout(env, &id, &Outline).await.and_then(|outline| outline.read()).ok())
        }
        _ => None,
    };
    // The widget may load a session whose outline could not be read.
    let with_code = outline.as_ref().is_some_and(|outline| sends_code(config, outline.as_ref()));
    // A session that takes no voucher at the moment shows no ways to pay.
    let outline = outline.flatten().filter(|view| !view.providers.is_empty());
    let known = outline.as_ref().map_or(Known::Nothing, Known::Outline);
    checkout_page(&asked, PageMode::Embed, id, &Shown { with_code, ..Shown::of(known, "") }).await
}

/// Answers `GET /pay/{id}`: the hosted page, for the browser with its cookie. `GET /pay/{id}?key={client_secret}` leads there. The address
/// may contain the same parameters as that of the iframe, and `plain` for a page without the widget.
pub async fn pay(request: &Request, env: &Env, config: &Config, id: &str) -> HttpResult {
    let asked = PageRequest::of(request, env, config, id);
    if let Some(answer) = asked.exchange(request.headers(), id) {
        return answer;
    }
    match checkout(&asked, id, asked.credential()).await {
        Ok((view, opened)) => {
            let paid_back = paid_back(env, &view).await;
            let secret = asked.shown_secret(PageMode::Hosted, &opened.secret);
            let shown = Shown { paid_back, ..Shown::of(Known::Session(&view), secret) };
            checkout_page(&asked, PageMode::Hosted, id, &shown).await
        }
        Err(problem) => gone(&asked, PageMode::Hosted, &problem).await,
    }
}

/// Answers the form: `POST /pay/{id}` of the hosted page, or `POST /embed/{id}` of the iframe, sent before the widget runs, with the
/// client secret in its field `key`. The hosted page redirects to itself, so that a reload does not send the form
/// again; the iframe shows the page in the session's new state. On a mistake or a decline both show the form and the error, without
/// the PIN.
pub async fn pay_by_form(
    mut request: Request,
    env: &Env,
    config: &Config,
    mode: PageMode,
    id: &str,
) -> HttpResult {
    let asked = PageRequest::of(&request, env, config, id);
    let (typed, unreadable) = match read_form(&mut request, config).await {
        Ok(typed) => (typed, None),
        Err(problem) if mode == PageMode::Embed => return gone(&asked, mode, &problem).await,
        Err(problem) => (Typed::default(), Some(problem)),
    };
    let opens = match mode {
        PageMode::Embed => Some(Credential::parse(typed.key.reveal())),
        PageMode::Hosted => asked.credential(),
    };
    let (view, opened) = match checkout(&asked, id, opens).await {
        Ok(found) => found,
        Err(problem) => return gone(&asked, mode, &problem).await,
    };
    let submitted = match unreadable {
        Some(problem) => Submitted::Refused(Box::new(view), problem),
        None => submit(&asked, id, &opened, view, &typed).await,
    };
    let empty = Shown::of(Known::Nothing, asked.shown_secret(mode, &typed.key));
    let (view, shown) = match &submitted {
        Submitted::Unclear if mode == PageMode::Hosted => return see_other(id, &asked.own_query(), &[]),
        // It becomes the iframe's first page again, which shows the session.
        Submitted::Unclear => return message(&asked, mode, Screen::Pending, 200, Some(Seconds(4))).await,
        Submitted::Done(view, redemption) => {
            let is_ours = |one: &&RedemptionView| Some(&one.id) == redemption.as_ref();
            let is_refused = |one: &RedemptionView| {
                one.refused().is_some() || (one.challenge.is_some() && typed.code.is_some())
            };
            let is_refused = view.redemptions.iter().find(is_ours).is_some_and(is_refused);
            if mode == PageMode::Hosted && !is_refused {
                return see_other(id, &asked.own_query(), &[]);
            }
            let redemption = redemption.clone();
            (view, Shown { typed: is_refused.then_some(&typed), redemption, ..empty })
        }
        Submitted::Refused(view, problem) => {
            (view, Shown { typed: Some(&typed), problem: Some(problem), ..empty })
        }
        Submitted::Asked(view, problem) => {
            let refused = typed.shows.as_deref().zip(problem.as_ref());
            (view, Shown { typed: typed.wants_another.then_some(&typed), refused, ..empty })
        }
    };
    checkout_page(&asked, mode, id, &Shown { known: Known::Session(view), ..shown }).await
}

/// The result of a submitted form.
enum Submitted {
    /// The session shows the outcome. Holds the id of the redemption, if the form made one.
    Done(Box<CheckoutView>, Option<RedemptionId>),
    /// Nothing was charged, and the form can be corrected.
    Refused(Box<CheckoutView>, Problem),
    /// A payment may be under way, and the session does not show it yet.
    Unclear,
    /// The form has asked for another page only. Holds why that does not show the PIN of a change voucher.
    Asked(Box<CheckoutView>, Option<Problem>),
}

/// Does what a form asks for: mostly to pay with what the shopper typed.
async fn submit(
    asked: &PageRequest<'_>,
    id: &str,
    opened: &Credential,
    view: CheckoutView,
    typed: &Typed,
) -> Submitted {
    let refused = |view, problem| Submitted::Refused(Box::new(view), problem);
    if typed.wants_another {
        return Submitted::Asked(Box::new(view), None);
    }
    if typed.shows.is_some() {
        let call = opened.view(Some(typed.paid_phone.clone()), asked.address.clone());
        return match calls::checkout(asked.env, &view.id, &call).await.and_then(|shown| shown.read()) {
            Ok(view) => Submitted::Asked(Box::new(view), None),
            Err(problem) => Submitted::Asked(Box::new(view), Some(problem)),
        };
    }
    let (address, proof) = (asked.address.clone(), typed.proof.clone());
    let (secret, payer, attempt) = (opened.secret.clone(), opened.payer_hash(), typed.attempt.clone());
    let done = if let Some(challenged) = &typed.challenged {
        // Shows the session if the payment does not exist or needs no code.
        let Some(redemption) = RedemptionId::parse(challenged) else {
            return Submitted::Done(Box::new(view), None);
        };
        let code = match code_of(typed.answer()) {
            Ok(code) => code,
            Err(problem) => return refused(view, problem),
        };
        let call = AnswerChallenge { secret, payer, redemption, key: attempt, code, address, proof };
        calls::checkout(asked.env, &view.id, &call).await
    } else {
        let request = match typed.to_request(&view) {
            Ok(Some(request)) => request,
            // The session shows where the change voucher went.
            Ok(None) => return Submitted::Done(Box::new(view), None),
            Err(problem) => return refused(view, problem),
        };
        let call = Redeem { secret, payer, key: attempt, request, address, proof };
        calls::checkout(asked.env, &view.id, &call).await
    };
    let problem = match done.and_then(|done| done.answer.read()) {
        Ok(answer) => return Submitted::Done(Box::new(answer.session), Some(answer.redemption.id)),
        Err(problem) => problem,
    };
    let reads_session = match problem.code {
        ErrorCode::Internal | ErrorCode::PaymentInProgress => return Submitted::Unclear,
        // A mismatch: another form with this key was carried out.
        ErrorCode::IdempotencyMismatch
        | ErrorCode::SessionComplete
        | ErrorCode::SessionExpired
        | ErrorCode::SessionCanceled
        | ErrorCode::RedemptionNotFound
        | ErrorCode::TooManyVouchers => true,
        _ => false,
    };
    // The session also shows that the provider is down.
    if !reads_session && problem.code != ErrorCode::ProviderDown {
        return refused(view, problem);
    }
    match checkout(asked, id, Some(opened.clone())).await {
        Ok((view, _)) if reads_session => Submitted::Done(Box::new(view), None),
        Ok((view, _)) => refused(view, problem),
        Err(_) => Submitted::Unclear,
    }
}

/// Answers `GET /problems`: the meaning of each `code`; a problem document's `type` links here.
pub fn problems() -> HttpResult {
    let html = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "Error codes" }
                link rel="icon" href="data:,";
                link rel="stylesheet" href="/site.css";
            }
            body {
                main {
                    h1 { "Error codes" }
                    @for code in ErrorCode::ALL {
                        h2 id=(code.as_str()) { code { (code.as_str()) } }
                        p { (code.title()) ". HTTP " (status(*code)) "." }
                    }
                }
            }
        }
    };
    layout::html_answer(200, "style-src 'self'; form-action 'none'; frame-ancestors 'none'", html)
}

/// Returns the session and what opens it.
async fn checkout(
    asked: &PageRequest<'_>,
    id: &str,
    opens: Option<Credential>,
) -> Result<(CheckoutView, Credential), Problem> {
    let opened = opens
        .filter(|opens| !opens.secret.reveal().is_empty())
        .ok_or_else(|| Problem::of(ErrorCode::ClientSecretMissing))?;
    let id = known_session(asked.config, id, &opened.secret)?;
    let view = calls::checkout(asked.env, &id, &opened.view(None, None)).await?;
    Ok((view.read()?, opened))
}

async fn read_form(request: &mut Request, config: &Config) -> Result<Typed, Problem> {
    check_own_form(request, config)?;
    let body = body(request, "application/x-www-form-urlencoded").await?;
    let mut typed = Typed::default();
    for (name, value) in form_urlencoded::parse(&body) {
        typed.set(&name, value.into_owned());
    }
    let is_key =
        |text: &str| (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric());
    if typed.shows.is_none() && !typed.wants_another && !is_key(&typed.attempt) {
        return Err(Problem::of(ErrorCode::FieldMissing).about("attempt"));
    }
    Ok(typed)
}

/// Checks that a form comes from our own page. With `Referrer-Policy: no-referrer` a browser sends `Origin: null`, also to ourselves. A
/// browser that does not send `Sec-Fetch-Site` either keeps foreign forms out by `SameSite` of the cookie.
fn check_own_form(request: &Request, config: &Config) -> Result<(), Problem> {
    match header(request.headers(), "sec-fetch-site").as_deref() {
        // A browser sends "none" for a request that it repeats itself, as on a reload.
        None | Some("same-origin" | "none") => {}
        Some(_) => return Err(Problem::of(ErrorCode::OriginNotAllowed)),
    }
    match header(request.headers(), "origin").as_deref() {
        Some("null") => Ok(()),
        _ => check_origin(request.headers(), config),
    }
}

/// Returns the payouts of money owed to the shopper. Only some sessions can have a payout.
async fn paid_back(env: &Env, view: &CheckoutView) -> Option<PaidBack> {
    if !view.has_ended() && view.amount_received <= view.amount {
        return None;
    }
    calls::checkout(env, &view.id, &ShowPaidBack).await.ok().flatten()
}

/// Returns whether a voucher's owner can be sent a code in this session or, if the session is not known, in any session.
fn sends_code(config: &Config, view: Option<&CheckoutView>) -> bool {
    let is_its = |features: &Features| view.is_none_or(|view| features.currency.code() == view.currency);
    let sends_code =
        |features: &Features| features.checkout.as_ref().is_some_and(|checkout| checkout.sends_code);
    config.checkout().any(|features| sends_code(features) && is_its(features))
}

/// The data of a session for its page.
struct Shown<'a> {
    known: Known<'a>,
    typed: Option<&'a Typed>,
    problem: Option<&'a Problem>,
    /// The redemption whose change voucher is not shown, and why.
    refused: Option<(&'a str, &'a Problem)>,
    /// The redemption that the submitted form made.
    redemption: Option<RedemptionId>,
    /// The client secret; empty in an iframe whose form has not brought it, and on a hosted page that works by the cookie.
    secret: &'a str,
    /// The owed money that the merchant has paid out.
    paid_back: Option<PaidBack>,
    /// Whether a voucher's owner can be sent a code, for a page without the session.
    with_code: bool,
}

impl<'a> Shown<'a> {
    /// Shows a session as it is.
    const fn of(known: Known<'a>, secret: &'a str) -> Self {
        Self {
            known,
            typed: None,
            problem: None,
            refused: None,
            redemption: None,
            secret,
            paid_back: None,
            with_code: false,
        }
    }
}

/// Answers with the page of a session.
async fn checkout_page(asked: &PageRequest<'_>, mode: PageMode, id: &str, shown: &Shown<'_>) -> HttpResult {
    let Shown { known, problem, refused, .. } = *shown;
    let is_embed = mode == PageMode::Embed;
    let texts = asked.texts(known.view().and_then(|view| view.locale.as_deref())).await;
    let with_code =
        shown.with_code || known.session().is_some_and(|view| sends_code(asked.config, Some(view)));
    // The widget can neither show the errors of a form that it has not sent, nor continue after a form that asked for another voucher.
    let is_challenged = known.session().is_some_and(|view| view.challenged().is_some());
    let status_of = problem.or(refused.map(|(_, problem)| problem));
    let is_answer = status_of.is_some() || (is_challenged && shown.typed.is_some());
    let widget = !is_answer && (is_embed || !asked.plain);
    let page = Page {
        mode,
        session: id.to_owned(),
        checkout: known.session().cloned(),
        redemption: shown.redemption.clone(),
    };
    let data = Data {
        page: &page,
        origins: if is_embed { &asked.config.allowed_origins } else { &[] },
        secret: (!is_embed && !shown.secret.is_empty()).then_some(shown.secret),
        refused: problem.is_some() && !is_challenged,
    };
    let query = (!is_embed).then(|| asked.own_query());
    let empty = Typed::default();
    // A puzzle is valid for one try.
    let again = problem.filter(|problem| problem.puzzle.is_some()).and(shown.typed);
    let attempt = again.map_or_else(random_hex::<16>, |typed| Ok(typed.attempt.clone()))?;
    let needs_email =
        |features: &&Features| features.checkout.as_ref().is_some_and(|checkout| checkout.needs_email);
    let emailed = asked.config.checkout().find(needs_email).and_then(|features| features.brands().first());
    let content = Content {
        t: &texts,
        mode,
        shop_name: &asked.config.shop_name,
        email_for: emailed.map_or("", |brand| &brand.label),
        known,
        attempt: &attempt,
        secret: shown.secret,
        refused,
        typed: shown.typed.unwrap_or(&empty),
        problem,
        has_outcome: shown.redemption.is_some(),
        with_code,
        paid_back: shown.paid_back.as_ref(),
    };
    let code_left = content.state().wait.filter(|wait| wait.word == Word::CodeLeft).map(|wait| wait.seconds);
    Document {
        texts: &texts,
        theme: &asked.theme,
        mode,
        page: (is_embed || widget).then_some(data),
        widget,
        with_code,
        main: content.html(),
        refresh: known.session().and_then(|view| match view.awaits_outcome() {
            true => Some(Seconds(4)),
            // Reloads when a provider's wait, the session or the code ends.
            false => view
                .all_down()
                .filter(|_| view.takes_vouchers())
                .or_else(|| view.time_left())
                .or_else(|| code_left.and(view.expires_in.min(code_left))),
        }),
        shop_name: &asked.config.shop_name,
        turnstile: asked.config.turnstile.as_ref().map(Turnstile::origin),
        query: query.as_deref(),
    }
    .answer(status_of.map_or(200, |problem| status(problem.code)), &asked.policy(mode, "'self'"))
}

/// Answers with a page that reports a missing session; after a failure of the Worker, the page reloads itself.
async fn gone(asked: &PageRequest<'_>, mode: PageMode, problem: &Problem) -> HttpResult {
    let (error, refresh) = match problem.is_failure() {
        true => (LoadError::Failed, Some(Seconds(4))),
        false => (LoadError::NotFound, None),
    };
    message(asked, mode, Screen::LoadError(error), status(problem.code), refresh).await
}

/// Answers with a page without a session.
async fn message(
    asked: &PageRequest<'_>,
    mode: PageMode,
    screen: Screen,
    status: u16,
    refresh: Option<Seconds>,
) -> HttpResult {
    let texts = asked.texts(None).await;
    Document {
        texts: &texts,
        theme: &asked.theme,
        mode,
        page: None,
        widget: false,
        with_code: false,
        main: states::message(&texts, screen),
        refresh,
        shop_name: &asked.config.shop_name,
        turnstile: None,
        query: None,
    }
    .answer(status, &asked.policy(mode, "'none'"))
}
