//! The pages that start the widget: the iframe, and the hosted page with its plain form.

mod form;
mod layout;
mod notice;
mod receipts;
mod states;
mod text;
mod theme;

use crate::http::{Answer, body, check_origin, header, session_id, status};
use crate::objects::calls::{self, Outline, Redeem, ViewSession, internal};
use crate::problem::Problem;
use crate::runtime::random_hex;
use checkout_core::config::Config;
use checkout_core::secret::Secret;
use checkout_present::CheckoutRules;
use checkout_wire::{CheckoutView, ErrorCode, Page, PageMode, Seconds};
use form::Typed;
use layout::Document;
use maud::{DOCTYPE, html};
use std::rc::Rc;
use text::Texts;
use theme::Theme;
use worker::{Env, Request, ResponseBuilder};

/// A page that is asked for: what its address and its reader's browser say about it.
struct Asked<'a> {
    env: &'a Env,
    config: &'a Config,
    /// All of its query, as it came.
    query: String,
    /// The client secret.
    key: Option<Secret>,
    /// The language that the address names.
    locale: Option<String>,
    /// The languages that the browser prefers.
    languages: Option<String>,
    theme: Theme,
    /// Whether to do without the widget: it could not run.
    plain: bool,
}

impl<'a> Asked<'a> {
    fn of(request: &Request, env: &'a Env, config: &'a Config) -> Self {
        let url = request.inner().url();
        let (_, query) = url.split_once('?').unwrap_or_default();
        let mut asked = Self {
            env,
            config,
            query: query.to_owned(),
            key: None,
            locale: None,
            languages: header(request.headers(), "accept-language"),
            theme: Theme::default(),
            plain: false,
        };
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*name {
                "key" => _ = asked.key.get_or_insert_with(|| Secret::new(value.into_owned())),
                "locale" => _ = asked.locale.get_or_insert_with(|| value.into_owned()),
                "plain" => asked.plain = true,
                wish => asked.theme.wish(wish, &value),
            }
        }
        asked
    }

    /// Chooses the texts: in the language of the address, else of the shop, else of the browser.
    async fn texts(&self, shop: Option<&str>) -> Rc<Texts> {
        Texts::choose(self.env, &[self.locale.as_deref(), shop, self.languages.as_deref()]).await
    }

    /// Redirects back to the page.
    fn see_other(&self, id: &str) -> Answer {
        let location = format!("/pay/{id}?{}", self.query);
        let answer = ResponseBuilder::new().with_status(303).with_header("location", &location);
        answer.map(|answer| answer.empty()).map_err(internal("redirect"))
    }
}

/// Answers `GET /embed/{id}`: the page in the iframe. It knows no secret, so of the session it shows no more than the fields to fill in;
/// the loader hands the secret over by message, and the widget asks for the rest with it. The address may name `locale` and the
/// wishes of [`Theme`].
pub async fn embed(request: &Request, env: &Env, config: &Config, id: &str) -> Answer {
    let page = Page {
        mode: PageMode::Embed,
        session: id.to_owned(),
        origins: config.allowed_origins.clone(),
        client_secret: None,
        checkout: None,
    };
    let ancestors = if config.allowed_origins.is_empty() {
        "'none'".to_owned()
    } else {
        config.allowed_origins.join(" ")
    };
    let asked = Asked::of(request, env, config);
    let known = match session_id(id) {
        Ok(id) => calls::checkout(env, &id, &Outline).await.and_then(|outline| outline.read()).ok(),
        Err(_) => None,
    };
    let texts = asked.texts(known.as_ref().and_then(|view| view.locale.as_deref())).await;
    Document {
        texts: &texts,
        theme: &asked.theme,
        page: Some(&page),
        main: states::waiting(&texts, known.as_ref()),
        refresh: None,
        shop_name: &config.shop_name,
    }
    .answer(200, &format!("form-action 'none'; frame-ancestors {ancestors}"))
}

/// Answers `GET /pay/{id}?key={client_secret}`: the hosted page. The address may name the same as that of the iframe, and `plain` for a
/// page without the widget.
pub async fn pay(request: &Request, env: &Env, config: &Config, id: &str) -> Answer {
    let asked = Asked::of(request, env, config);
    match checkout(&asked, id).await {
        Ok((view, key)) => hosted(&asked, 200, &view, &key, &Typed::default(), None).await,
        Err(problem) => gone(&asked, &problem).await,
    }
}

/// Answers `POST /pay/{id}?key={client_secret}`: the plain form of the hosted page. Ends in a redirect to the page itself, so
/// that reloading it pays nothing; on a mistake the form comes back with it, and without the PIN.
pub async fn pay_by_form(mut request: Request, env: &Env, config: &Config, id: &str) -> Answer {
    let asked = Asked::of(&request, env, config);
    let (view, key) = match checkout(&asked, id).await {
        Ok(found) => found,
        Err(problem) => return gone(&asked, &problem).await,
    };
    let again = async |view: &CheckoutView, typed: &Typed, problem: &Problem| {
        hosted(&asked, status(problem.code), view, &key, typed, Some(problem)).await
    };
    let typed = match read_form(&mut request, config).await {
        Ok(typed) => typed,
        Err(problem) => return again(&view, &Typed::default(), &problem).await,
    };
    let request = match typed.to_request(&view) {
        Ok(Some(request)) => request,
        // The page tells what became of the change voucher.
        Ok(None) => return asked.see_other(id),
        Err(problem) => return again(&view, &typed, &problem).await,
    };
    let call = Redeem { secret: key.clone(), key: typed.attempt.clone(), request };
    let problem = match calls::checkout(env, &session_id(id)?, &call).await {
        Ok(_) => return asked.see_other(id),
        Err(problem) => problem,
    };
    match problem.code {
        // The page tells how far it got; after a failure of ours, nothing else can.
        ErrorCode::Internal
        | ErrorCode::SessionComplete
        | ErrorCode::PaymentInProgress
        | ErrorCode::SessionExpired
        | ErrorCode::SessionCanceled
        | ErrorCode::TooManyVouchers => asked.see_other(id),
        // Sent again after it has paid: what it asks for follows from the view, and is less now.
        ErrorCode::IdempotencyMismatch if typed.change.is_some() => asked.see_other(id),
        // Only now is it known that the provider does not answer.
        ErrorCode::ProviderDown => match checkout(&asked, id).await {
            Ok((view, _)) => again(&view, &typed, &problem).await,
            Err(problem) => gone(&asked, &problem).await,
        },
        _ => again(&view, &typed, &problem).await,
    }
}

/// Answers `GET /problems`: the meaning of each `code`; a problem document's `type` links here.
pub fn problems() -> Answer {
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
    layout::html_answer(200, "'self'", "form-action 'none'; frame-ancestors 'none'", html)
}

/// Returns the session and its client secret, which the address holds.
async fn checkout(asked: &Asked<'_>, id: &str) -> Result<(CheckoutView, Secret), Problem> {
    let secret = asked
        .key
        .clone()
        .filter(|key| !key.reveal().is_empty())
        .ok_or_else(|| Problem::of(ErrorCode::ClientSecretMissing))?;
    let view = calls::checkout(asked.env, &session_id(id)?, &ViewSession { secret: secret.clone() }).await?;
    Ok((view.read()?, secret))
}

async fn read_form(request: &mut Request, config: &Config) -> Result<Typed, Problem> {
    own_origin_or_none(request, config)?;
    let body = body(request, "application/x-www-form-urlencoded").await?;
    let mut typed = Typed::default();
    for (name, value) in form_urlencoded::parse(&body) {
        typed.set(&name, value.into_owned());
    }
    if typed.attempt.is_empty()
        || typed.attempt.len() > 64
        || !typed.attempt.bytes().all(|b| b.is_ascii_alphanumeric())
    {
        return Err(Problem::of(ErrorCode::FieldMissing).about("attempt"));
    }
    Ok(typed)
}

/// Checks the origin of a form. With `Referrer-Policy: no-referrer` a browser sends `Origin: null`, also to ourselves. That is let
/// through: what authorises a form is the client secret in its address, which no foreign page knows.
fn own_origin_or_none(request: &Request, config: &Config) -> Result<(), Problem> {
    match header(request.headers(), "origin").as_deref() {
        Some("null") => Ok(()),
        _ => check_origin(request.headers(), config),
    }
}

async fn hosted(
    asked: &Asked<'_>,
    status: u16,
    view: &CheckoutView,
    key: &Secret,
    typed: &Typed,
    problem: Option<&Problem>,
) -> Answer {
    let page = Page {
        mode: PageMode::Hosted,
        session: view.id.as_str().to_owned(),
        origins: Vec::new(),
        client_secret: Some(key.reveal().to_owned()),
        checkout: Some(view.clone()),
    };
    let attempt = random_hex::<16>()?;
    let texts = asked.texts(view.locale.as_deref()).await;
    Document {
        texts: &texts,
        theme: &asked.theme,
        // The widget does not know what was wrong with what the plain form sent.
        page: (!asked.plain && problem.is_none()).then_some(&page),
        main: states::main(&texts, view, &attempt, typed, problem),
        refresh: if view.awaits_outcome() {
            Some(Seconds(4))
        } else {
            view.down().filter(|_| view.takes_vouchers())
        },
        shop_name: &asked.config.shop_name,
    }
    .answer(status, "form-action 'self'; frame-ancestors 'none'")
}

/// Answers with a page that says that there is nothing to pay here; after a failure of the Worker it reloads itself.
async fn gone(asked: &Asked<'_>, problem: &Problem) -> Answer {
    let ours = status(problem.code) >= 500;
    let texts = asked.texts(None).await;
    Document {
        texts: &texts,
        theme: &asked.theme,
        page: None,
        main: states::gone(&texts, ours),
        refresh: ours.then_some(Seconds(4)),
        shop_name: &asked.config.shop_name,
    }
    .answer(status(problem.code), "form-action 'none'; frame-ancestors 'none'")
}
