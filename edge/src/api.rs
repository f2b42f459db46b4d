//! The shop's API and the browser's API: check who asks and what, then ask the session's object.

use crate::border::{self, body, client_secret, idempotency_key, json_answer, merchant};
use crate::calls::{self, CheckoutCall, internal};
use checkout_core::config::Config;
use checkout_core::seal::hex;
use checkout_core::session::{Terms, TypedAttempt, provider_view};
use checkout_wire::{ErrorCode, Problem};
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
    let body = body(&mut request, "application/json").await?;
    let (terms, expires_in_ms) = Terms::parse(&body, config)?;
    let id = format!("cs_{}", random_hex::<16>()?);
    ask_checkout(env, &id, &CheckoutCall::Create { id: id.clone(), terms, expires_in_ms }).await
}

/// `GET /v1/checkout_sessions/{id}`.
pub async fn show_session(request: &Request, env: &Env, config: &Config, id: &str) -> Answer {
    merchant(request.headers(), config)?;
    ask_checkout(env, id, &CheckoutCall::Show).await
}

/// `POST /v1/checkout_sessions/{id}/cancel`.
pub async fn cancel_session(request: &Request, env: &Env, config: &Config, id: &str) -> Answer {
    merchant(request.headers(), config)?;
    ask_checkout(env, id, &CheckoutCall::Cancel).await
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
    let hex = id.strip_prefix("cs_").filter(|hex| hex.len() == 32);
    if !hex.is_some_and(|hex| hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))) {
        return Err(ErrorCode::SessionNotFound.problem());
    }
    let stub = calls::checkout(env, id).map_err(internal("checkout stub"))?;
    let answer = calls::ask(&stub, call).await.map_err(internal("checkout"))?;
    // Answers of an object come with headers that cannot be added to; the copy's can.
    let copy = copied(answer).await.map_err(internal("checkout answer"))?;
    Ok(copy)
}

async fn copied(mut answer: Response) -> worker::Result<Response> {
    let mut builder = worker::ResponseBuilder::new().with_status(answer.status_code());
    for name in ["content-type", "retry-after", "www-authenticate", "idempotent-replayed"] {
        if let Some(value) = border::header(answer.headers(), name) {
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
        Err(_) => Err(ErrorCode::Internal.problem()),
    }
}
