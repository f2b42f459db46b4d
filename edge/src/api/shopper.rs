//! The browser's API: a checkout session for the holder of its client secret.

use crate::client_secret::{self, shopper};
use crate::http::{HttpResult, address, body, header, idempotency_key, json_answer, replayed};
use crate::objects::calls::{self, AnswerChallenge, Redeem, Redeemed};
use crate::problem::Problem;
use checkout_core::config::Config;
use checkout_core::fields::Fields;
use checkout_core::session::{parse_challenge, parse_request};
use checkout_wire::{ChallengeAnswer, ErrorCode, Pin, RedemptionId, pin};
use worker::{Env, Request};

/// Answers `GET /v1/checkout/{id}`.
pub async fn view_session(request: &Request, env: &Env, config: &Config, id: &str) -> HttpResult {
    let (id, credential) = shopper(request, config, id)?;
    json_answer(200, &calls::checkout(env, &id, &client_secret::view(&credential, None, None)).await?)
}

/// Answers `POST /v1/checkout/{id}/change_vouchers`: the view, with the PINs of the change vouchers that were paid with the phone number of
/// the body.
pub async fn show_change(mut request: Request, env: &Env, config: &Config, id: &str) -> HttpResult {
    let (id, credential) = shopper(&request, config, id)?;
    let address = address(request.headers(), config);
    let mut fields = Fields::parse(&body(&mut request, "application/json").await?)?;
    let phone = fields.required_raw("phone")?;
    fields.finish()?;
    json_answer(
        200,
        &calls::checkout(env, &id, &client_secret::view(&credential, Some(phone), address)).await?,
    )
}

/// Answers `POST /v1/checkout/{id}/redemptions`: 200 with a known outcome, 202 with an unknown one.
pub async fn redeem(mut request: Request, env: &Env, config: &Config, id: &str) -> HttpResult {
    let (id, credential) = shopper(&request, config, id)?;
    let key = idempotency_key(request.headers())?;
    let address = address(request.headers(), config);
    let proof = header(request.headers(), "proof-of-work");
    let request = parse_request(&body(&mut request, "application/json").await?)?;
    let payer = credential.payer_hash();
    let call = Redeem { secret: credential.secret, payer, key, request, address, proof };
    redeemed(&calls::checkout(env, &id, &call).await?)
}

/// Answers `POST /v1/checkout/{id}/redemptions/{rd}/challenge`: sends the shopper's code to the provider, or has another one sent. 200
/// with a known outcome, 202 with an unknown one and while another code can be typed.
pub async fn answer_challenge(
    mut request: Request,
    env: &Env,
    config: &Config,
    id: &str,
    payment: &str,
) -> HttpResult {
    let (id, credential) = shopper(&request, config, id)?;
    let redemption = RedemptionId::parse(payment).ok_or(Problem::of(ErrorCode::RedemptionNotFound))?;
    let key = idempotency_key(request.headers())?;
    let address = address(request.headers(), config);
    let proof = header(request.headers(), "proof-of-work");
    let answer = checked(parse_challenge(&body(&mut request, "application/json").await?)?)?;
    let payer = credential.payer_hash();
    let call = AnswerChallenge { secret: credential.secret, payer, redemption, key, answer, address, proof };
    redeemed(&calls::checkout(env, &id, &call).await?)
}

/// Checks the code of an answer to a challenge.
pub fn checked(answer: ChallengeAnswer) -> Result<ChallengeAnswer, Problem> {
    match answer {
        ChallengeAnswer::Resend => Ok(ChallengeAnswer::Resend),
        ChallengeAnswer::Code(typed) => match Pin::parse(typed.reveal(), &pin::CODE) {
            Ok(code) => Ok(ChallengeAnswer::Code(code)),
            Err(_) => Err(Problem::of(ErrorCode::CodeInvalid).about("code")),
        },
    }
}

fn redeemed(redeemed: &Redeemed) -> HttpResult {
    let answer = json_answer(if redeemed.is_settled { 200 } else { 202 }, &redeemed.answer)?;
    if redeemed.is_replay { replayed(answer) } else { Ok(answer) }
}
