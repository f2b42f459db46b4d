//! The browser's API: a checkout session for the holder of its client secret.

use crate::http::{Answer, body, client_secret, idempotency_key, json_answer, replayed, session_id};
use crate::objects::calls::{self, Redeem, ViewSession};
use checkout_core::config::Config;
use checkout_core::session::parse_request;
use worker::{Env, Request};

/// Answers `GET /v1/checkout/{id}`.
pub async fn view_session(request: &Request, env: &Env, config: &Config, id: &str) -> Answer {
    let secret = client_secret(request.headers(), config)?;
    json_answer(200, &calls::checkout(env, &session_id(id)?, &ViewSession { secret }).await?)
}

/// Answers `POST /v1/checkout/{id}/redemptions`: 200 with a known outcome, 202 with an unknown one.
pub async fn redeem(mut request: Request, env: &Env, config: &Config, id: &str) -> Answer {
    let secret = client_secret(request.headers(), config)?;
    let key = idempotency_key(request.headers())?;
    let request = parse_request(&body(&mut request, "application/json").await?)?;
    let redeemed = calls::checkout(env, &session_id(id)?, &Redeem { secret, key, request }).await?;
    let answer = json_answer(if redeemed.is_settled { 200 } else { 202 }, &redeemed.answer)?;
    if redeemed.is_replay { replayed(answer) } else { Ok(answer) }
}
