//! The browser's API: a checkout session for the holder of its client secret.

use crate::http::{Answer, address, body, header, idempotency_key, json_answer, replayed, shopper};
use crate::objects::calls::{self, Redeem, ViewSession};
use checkout_core::config::Config;
use checkout_core::session::parse_request;
use worker::{Env, Request};

/// Answers `GET /v1/checkout/{id}`.
pub async fn view_session(request: &Request, env: &Env, config: &Config, id: &str) -> Answer {
    let (id, secret) = shopper(request.headers(), config, id)?;
    json_answer(200, &calls::checkout(env, &id, &ViewSession { secret }).await?)
}

/// Answers `POST /v1/checkout/{id}/redemptions`: 200 with a known outcome, 202 with an unknown one.
pub async fn redeem(mut request: Request, env: &Env, config: &Config, id: &str) -> Answer {
    let (id, secret) = shopper(request.headers(), config, id)?;
    let key = idempotency_key(request.headers())?;
    let address = address(request.headers(), config);
    let proof = header(request.headers(), "proof-of-work");
    let request = parse_request(&body(&mut request, "application/json").await?)?;
    let call = Redeem { secret, key, request, address, proof };
    let redeemed = calls::checkout(env, &id, &call).await?;
    let answer = json_answer(if redeemed.is_settled { 200 } else { 202 }, &redeemed.answer)?;
    if redeemed.is_replay { replayed(answer) } else { Ok(answer) }
}
