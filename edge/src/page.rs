//! The pages that start the widget: the iframe, and the hosted page with its plain form.

mod document;
mod form;
mod states;
mod text;

use crate::api::{Answer, ask_checkout, random_hex};
use crate::border::{body, header, own_origin};
use crate::calls::{CheckoutCall, internal, told};
use checkout_core::config::Config;
use checkout_wire::{CheckoutView, ErrorCode, Page, PageMode, Problem, SessionStatus};
use document::Document;
use form::Typed;
use worker::{Env, Request, ResponseBuilder};

/// `GET /embed/{id}`: the page in the iframe. It is the same for every session and knows no secret: the loader hands that
/// over by message, and the widget asks for the session with it.
pub fn embed(config: &Config, id: &str) -> Answer {
    let page = Page {
        mode: PageMode::Embed,
        session: id.to_owned(),
        locale: text::LOCALE.to_owned(),
        shop_name: config.shop_name.clone(),
        origins: config.allowed_origins.clone(),
        client_secret: None,
        checkout: None,
    };
    let ancestors = if config.allowed_origins.is_empty() {
        "'none'".to_owned()
    } else {
        config.allowed_origins.join(" ")
    };
    Document { page: Some(&page), main: states::skeleton(), refresh: None, shop_name: &config.shop_name }
        .answer(200, &format!("form-action 'none'; frame-ancestors {ancestors}"))
}

/// `GET /pay/{id}?key={client_secret}`: the hosted page.
pub async fn pay(request: &Request, env: &Env, config: &Config, id: &str) -> Answer {
    match checkout(request, env, id).await {
        Ok((view, key)) => hosted(config, 200, &view, &key, &Typed::default(), None),
        Err(problem) => gone(config, &problem),
    }
}

/// `POST /pay/{id}?key={client_secret}`: the plain form of the hosted page. Ends in a redirect to the page itself, so
/// that reloading it pays nothing; on a mistake the form comes back with it, and without the PIN.
pub async fn pay_by_form(mut request: Request, env: &Env, config: &Config, id: &str) -> Answer {
    let (view, key) = match checkout(&request, env, id).await {
        Ok(found) => found,
        Err(problem) => return gone(config, &problem),
    };
    let typed = match read_form(&mut request, config).await {
        Ok(typed) => typed,
        Err(problem) => {
            return hosted(config, problem.code.status(), &view, &key, &Typed::default(), Some(&problem));
        }
    };
    let again = |problem: &Problem| hosted(config, problem.code.status(), &view, &key, &typed, Some(problem));
    let attempt = match typed.to_attempt(&view) {
        Ok(Some(attempt)) => attempt,
        // The page tells what became of the change voucher.
        Ok(None) => return see_other(id, &key),
        Err(problem) => return again(&problem),
    };
    let call = CheckoutCall::Redeem { secret: key.clone(), key: typed.attempt.clone(), attempt };
    let Ok(mut answer) = ask_checkout(env, id, &call).await else {
        // Money may be on its way: the page tells how far it got.
        return see_other(id, &key);
    };
    if answer.status_code() < 300 {
        return see_other(id, &key);
    }
    let problem: Problem = told(&mut answer).await.map_err(internal("problem"))?;
    match problem.code {
        // The page tells the truth; after a failure of ours, nothing else can.
        ErrorCode::Internal
        | ErrorCode::SessionComplete
        | ErrorCode::PaymentInProgress
        | ErrorCode::SessionExpired
        | ErrorCode::SessionCanceled
        | ErrorCode::TooManyVouchers => see_other(id, &key),
        // Sent again after it has paid: what it asks for follows from the view, and is less now.
        ErrorCode::IdempotencyMismatch if typed.change.is_some() => see_other(id, &key),
        // Only now is it known that the provider does not answer.
        ErrorCode::ProviderDown => match checkout(&request, env, id).await {
            Ok((view, key)) => hosted(config, problem.code.status(), &view, &key, &typed, Some(&problem)),
            Err(problem) => gone(config, &problem),
        },
        _ => again(&problem),
    }
}

/// `GET /problems`: what each `code` of a problem document means; a document's `type` leads to its place here.
pub fn problems() -> Answer {
    let entry = |code: &ErrorCode| {
        let (id, title, status) = (code.as_str(), text::escape(code.title()), code.status());
        format!("<h2 id=\"{id}\"><code>{id}</code></h2><p>{title}. HTTP {status}.</p>")
    };
    let entries: String = ErrorCode::ALL.iter().map(entry).collect();
    let html = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>Error codes</title>\
         <link rel=\"icon\" href=\"data:,\"><link rel=\"stylesheet\" href=\"/site.css\"></head>\
         <body><main><h1>Error codes</h1>{entries}</main></body></html>"
    );
    document::html_answer(200, "form-action 'none'; frame-ancestors 'none'", html)
}

/// The session and its client secret, out of the address.
async fn checkout(request: &Request, env: &Env, id: &str) -> Result<(CheckoutView, String), Problem> {
    let secret = key(request).ok_or_else(|| ErrorCode::ClientSecretMissing.problem())?;
    let mut answer = ask_checkout(env, id, &CheckoutCall::View { secret: secret.clone() }).await?;
    if answer.status_code() == 200 {
        Ok((told(&mut answer).await.map_err(internal("view"))?, secret))
    } else {
        Err(told(&mut answer).await.map_err(internal("problem"))?)
    }
}

fn key(request: &Request) -> Option<String> {
    let url = request.inner().url();
    let (_, query) = url.split_once('?')?;
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    pairs
        .find(|(name, _)| name == "key")
        .map(|(_, value)| value.into_owned())
        .filter(|value| !value.is_empty())
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
        return Err(ErrorCode::FieldMissing.problem().about("attempt"));
    }
    Ok(typed)
}

/// With `Referrer-Policy: no-referrer` a browser sends a form with `Origin: null`, also to ourselves. That is let
/// through: what authorises a form is the client secret in its address, which no foreign page knows.
fn own_origin_or_none(request: &Request, config: &Config) -> Result<(), Problem> {
    match header(request.headers(), "origin").as_deref() {
        Some("null") => Ok(()),
        _ => own_origin(request.headers(), config),
    }
}

fn see_other(id: &str, key: &str) -> Answer {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("key", key);
    let location = format!("/pay/{id}?{}", query.finish());
    let answer = ResponseBuilder::new().with_status(303).with_header("location", &location);
    answer.map(|answer| answer.empty()).map_err(internal("redirect"))
}

fn hosted(
    config: &Config,
    status: u16,
    view: &CheckoutView,
    key: &str,
    typed: &Typed,
    problem: Option<&Problem>,
) -> Answer {
    let page = Page {
        mode: PageMode::Hosted,
        session: view.id.clone(),
        locale: text::LOCALE.to_owned(),
        shop_name: view.shop_name.clone(),
        origins: Vec::new(),
        client_secret: Some(key.to_owned()),
        checkout: Some(view.clone()),
    };
    let attempt = random_hex::<16>()?;
    Document {
        page: Some(&page),
        main: states::main(view, &attempt, typed, problem),
        refresh: match view.status {
            SessionStatus::Processing => Some(4),
            _ if view.takes_vouchers() => view.down(),
            _ => None,
        },
        shop_name: &config.shop_name,
    }
    .answer(status, "form-action 'self'; frame-ancestors 'none'")
}

/// A page that says that there is nothing to pay here; after a failure of ours, one that looks again.
fn gone(config: &Config, problem: &Problem) -> Answer {
    let ours = problem.code.status() >= 500;
    let refresh = ours.then_some(4);
    Document { page: None, main: states::gone(ours), refresh, shop_name: &config.shop_name }
        .answer(problem.code.status(), "form-action 'none'; frame-ancestors 'none'")
}
