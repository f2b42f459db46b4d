//! The shop's API and the browser's API: check who asks and what, then ask the session's object.

use crate::http::{self, body, client_secret, idempotency_key, json_answer, merchant};
use crate::objects::calls::{self, Action, CheckoutCall, IdempotencyCall, internal};
use crate::objects::merchant_action;
use crate::problem::Problem;
use checkout_core::config::Config;
use checkout_core::reference;
use checkout_core::seal::{hex, sha256};
use checkout_core::session::{TypedAttempt, provider_view};
use checkout_wire::ErrorCode;
use serde_json::json;
use worker::{Env, Request, Response};

/// The answer, or what is wrong with the request.
pub type Answer = Result<Response, Problem>;

/// `GET /v1/providers`.
pub fn providers(request: &Request, config: &Config) -> Answer {
    merchant(request.headers(), config)?;
    let providers: Vec<_> =
        config.providers.iter().map(|provider| provider_view(provider.as_ref())).collect();
    json_answer(200, &json!({"object": "list", "data": providers})).map_err(internal("providers"))
}

/// `POST /v1/checkout_sessions`.
pub async fn create_session(mut request: Request, env: &Env, config: &Config) -> Answer {
    merchant(request.headers(), config)?;
    let body = text_body(&mut request).await?;
    once(&request, env, config, &body.clone(), Action::CreateSession { body }).await
}

/// `POST /v1/vouchers`. The key is what keeps a repeated call from issuing a second voucher: it must be there.
pub async fn issue_voucher(mut request: Request, env: &Env, config: &Config) -> Answer {
    merchant(request.headers(), config)?;
    idempotency_key(request.headers())?;
    let body = text_body(&mut request).await?;
    once(&request, env, config, &body.clone(), Action::IssueVoucher { body }).await
}

/// `POST /v1/vouchers/lookup`.
pub async fn look_up_voucher(mut request: Request, env: &Env, config: &Config) -> Answer {
    merchant(request.headers(), config)?;
    let body = text_body(&mut request).await?;
    once(&request, env, config, &body.clone(), Action::LookUpVoucher { body }).await
}

/// `GET /v1/checkout_sessions/{id}`.
pub async fn show_session(request: &Request, env: &Env, config: &Config, id: &str) -> Answer {
    merchant(request.headers(), config)?;
    ask_checkout(env, id, &CheckoutCall::Show).await
}

/// `POST /v1/checkout_sessions/{id}/cancel`.
pub async fn cancel_session(request: Request, env: &Env, config: &Config, id: &str) -> Answer {
    merchant(request.headers(), config)?;
    once(&request, env, config, "", Action::CancelSession { id: id.to_owned() }).await
}

/// `GET /v1/checkout_sessions/{id}/events`.
pub async fn list_events(request: &Request, env: &Env, config: &Config, id: &str) -> Answer {
    merchant(request.headers(), config)?;
    ask_checkout(env, id, &CheckoutCall::Events).await
}

/// `POST /v1/checkout_sessions/{id}/events/{event}/redeliver`.
pub async fn redeliver(request: Request, env: &Env, config: &Config, id: &str, event: &str) -> Answer {
    merchant(request.headers(), config)?;
    let action = Action::Redeliver { id: id.to_owned(), event: event.to_owned() };
    once(&request, env, config, "", action).await
}

/// Performs a call of the shop: once per `Idempotency-Key`, when it carries one.
async fn once(request: &Request, env: &Env, config: &Config, body: &str, action: Action) -> Answer {
    if http::header(request.headers(), "idempotency-key").is_none() {
        return merchant_action::perform(env, config, &action, &random_hex::<16>()?).await;
    }
    let key = idempotency_key(request.headers())?;
    // Two bodies are the same when they say the same, however they are spaced and ordered.
    let said = serde_json::from_str::<serde_json::Value>(body).map(|value| value.to_string());
    let said = format!("{}\n{}", request.path(), said.unwrap_or_default());
    let name: String = sha256(&key).chars().take(20).collect();
    let stub = calls::idempotency(env, &name).map_err(internal("idempotency stub"))?;
    let call = IdempotencyCall::Perform { name, request: said, action };
    let answer = calls::ask(&stub, &call).await.map_err(internal("idempotency"))?;
    copied(answer).await.map_err(internal("idempotency answer"))
}

/// A JSON body as text; what is no JSON object is refused where it is read.
async fn text_body(request: &mut Request) -> Result<String, Problem> {
    String::from_utf8(body(request, "application/json").await?)
        .map_err(|_| Problem::of(ErrorCode::BodyNotJson))
}

/// `GET /v1/checkout/{id}`.
pub async fn view_checkout(request: &Request, env: &Env, config: &Config, id: &str) -> Answer {
    let secret = client_secret(request.headers(), config)?;
    ask_checkout(env, id, &CheckoutCall::View { secret }).await
}

/// `POST /v1/checkout/{id}/redemptions`.
pub async fn redeem(mut request: Request, env: &Env, config: &Config, id: &str) -> Answer {
    let secret = client_secret(request.headers(), config)?;
    let key = idempotency_key(request.headers())?;
    let attempt = TypedAttempt::parse(&body(&mut request, "application/json").await?)?;
    ask_checkout(env, id, &CheckoutCall::Redeem { secret, key, attempt }).await
}

/// The answer of the session's object. An id that cannot be one is not looked for: asking would make an object of it.
pub async fn ask_checkout(env: &Env, id: &str, call: &CheckoutCall) -> Answer {
    if !id.strip_prefix("cs_").is_some_and(reference::is_id) {
        return Err(Problem::of(ErrorCode::SessionNotFound));
    }
    let stub = calls::checkout(env, id).map_err(internal("checkout stub"))?;
    let answer = calls::ask(&stub, call).await.map_err(internal("checkout"))?;
    // Answers of an object come with headers that cannot be added to; the copy's can.
    let copy = copied(answer).await.map_err(internal("checkout answer"))?;
    Ok(copy)
}

pub async fn copied(mut answer: Response) -> worker::Result<Response> {
    let mut builder = worker::ResponseBuilder::new().with_status(answer.status_code());
    for name in ["content-type", "retry-after", "www-authenticate", "idempotent-replayed"] {
        if let Some(value) = http::header(answer.headers(), name) {
            builder = builder.with_header(name, &value)?;
        }
    }
    Ok(builder.fixed(answer.bytes().await?))
}

/// `2 N` hexadecimal digits nobody can guess.
pub fn random_hex<const N: usize>() -> Result<String, Problem> {
    Ok(hex(&random::<N>()?))
}

/// Random bytes of the runtime.
pub fn random<const N: usize>() -> Result<[u8; N], Problem> {
    let mut bytes = [0; N];
    match getrandom::fill(&mut bytes) {
        Ok(()) => Ok(bytes),
        Err(_) => Err(Problem::of(ErrorCode::Internal)),
    }
}
