//! The merchant's API.

use crate::access::{authenticate, authenticate_issuer, authenticate_server};
use crate::http::{self, HttpResult, header, idempotency_key, json_answer, json_body, replayed, session_id};
use crate::index::archive;
use crate::objects::calls::{
    self, Json, ListEvents, MerchantAction, PerformOnce, ShowLedger, ShowSession, ShowVoucher, internal,
};
use crate::objects::merchant_action;
use crate::problem::Problem;
use crate::runtime::random_hex;
use checkout_core::config::Config;
use checkout_core::issuance::OrderAct;
use checkout_core::json;
use checkout_core::manual::{ManualKind, ManualRequest};
use checkout_core::seal::sha256;
use checkout_core::secret::Secret;
use checkout_core::session::{ManualAct, provider_view};
use checkout_wire::{ErrorCode, RedemptionId, VoucherId};
use serde_json::json;
use worker::{Env, Request};

/// Answers `GET /v1/providers`.
pub async fn providers(request: &Request, config: &Config) -> HttpResult {
    authenticate(request.headers(), config).await?;
    let providers: Vec<_> =
        config.providers.iter().map(|provider| provider_view(provider.as_ref())).collect();
    json_answer(200, &Json::of(&json!({"object": "list", "data": providers}))?)
}

/// Answers `POST /v1/checkout_sessions`.
pub async fn create_session(mut request: Request, env: &Env, config: &Config) -> HttpResult {
    authenticate_server(request.headers(), config)?;
    let body = json_body(&mut request).await?;
    perform(&request, env, config, &body.clone(), MerchantAction::CreateSession { body }).await
}

/// Answers `POST /v1/vouchers`, for the key that issues vouchers. It requires an `Idempotency-Key`, so that a repeated call never issues a
/// second voucher.
pub async fn issue_voucher(mut request: Request, env: &Env, config: &Config) -> HttpResult {
    let by = authenticate_issuer(request.headers(), config)?;
    idempotency_key(request.headers())?;
    let body = json_body(&mut request).await?;
    perform(&request, env, config, &body.clone(), MerchantAction::IssueVoucher { by, body }).await
}

/// Answers `GET /v1/vouchers/{id}`.
pub async fn show_voucher(request: &Request, env: &Env, config: &Config, id: &str) -> HttpResult {
    authenticate(request.headers(), config).await?;
    let voucher = voucher_id(id)?;
    json_answer(200, &calls::ordered(env, &voucher.clone(), &ShowVoucher { voucher }).await?)
}

/// Answers the POST of a manual act on an issued voucher.
pub async fn act_on_voucher(
    mut request: Request,
    env: &Env,
    config: &Config,
    id: &str,
    kind: ManualKind,
) -> HttpResult {
    let by = authenticate(request.headers(), config).await?;
    let id = voucher_id(id)?;
    let body = json_body(&mut request).await?;
    let act = ManualRequest { kind, redemption: None, body: Secret::new(body.clone()) };
    OrderAct::parse(&act)?;
    perform(&request, env, config, &body, MerchantAction::ManualOrder { id, by, request: act }).await
}

/// Parses the id of a voucher in an address.
fn voucher_id(text: &str) -> Result<VoucherId, Problem> {
    VoucherId::parse(text).ok_or(Problem::of(ErrorCode::VoucherNotFound))
}

/// Answers `POST /v1/vouchers/lookup`.
pub async fn look_up_voucher(mut request: Request, env: &Env, config: &Config) -> HttpResult {
    authenticate(request.headers(), config).await?;
    let body = json_body(&mut request).await?;
    perform(&request, env, config, &body, MerchantAction::LookUpVoucher { body: Secret::new(body.clone()) })
        .await
}

/// Answers `GET /v1/checkout_sessions/{id}`.
pub async fn show_session(request: &Request, env: &Env, config: &Config, id: &str) -> HttpResult {
    authenticate(request.headers(), config).await?;
    let id = session_id(id)?;
    let session = match calls::checkout(env, &id, &ShowSession).await {
        Err(problem) if problem.code == ErrorCode::SessionNotFound => {
            archive::session(env, &id).await?.ok_or(problem)?
        }
        session => session?,
    };
    json_answer(200, &session)
}

/// Answers `POST /v1/checkout_sessions/{id}/cancel`.
pub async fn cancel_session(request: Request, env: &Env, config: &Config, id: &str) -> HttpResult {
    authenticate(request.headers(), config).await?;
    perform(&request, env, config, "", MerchantAction::CancelSession { id: session_id(id)? }).await
}

/// Answers `GET /v1/checkout_sessions/{id}/ledger`.
pub async fn show_ledger(request: &Request, env: &Env, config: &Config, id: &str) -> HttpResult {
    authenticate(request.headers(), config).await?;
    json_answer(200, &archive::call(env, &session_id(id)?, &ShowLedger).await?)
}

/// Answers the POST of a manual act, about a session or about one of its redemptions.
pub async fn act(
    mut request: Request,
    env: &Env,
    config: &Config,
    id: &str,
    redemption: Option<&str>,
    kind: ManualKind,
) -> HttpResult {
    let by = authenticate(request.headers(), config).await?;
    let id = session_id(id)?;
    let not_found = || Problem::of(ErrorCode::RedemptionNotFound);
    let redemption = redemption.map(|id| RedemptionId::parse(id).ok_or_else(not_found)).transpose()?;
    let body = json_body(&mut request).await?;
    let act = ManualRequest { kind, redemption, body: Secret::new(body.clone()) };
    ManualAct::parse(&act)?;
    perform(&request, env, config, &body, MerchantAction::Manual { id, by, request: act }).await
}

/// Answers `GET /v1/checkout_sessions/{id}/events`.
pub async fn list_events(request: &Request, env: &Env, config: &Config, id: &str) -> HttpResult {
    authenticate(request.headers(), config).await?;
    json_answer(200, &archive::call(env, &session_id(id)?, &ListEvents).await?)
}

/// Answers `POST /v1/checkout_sessions/{id}/events/{event}/redeliver`.
pub async fn redeliver(request: Request, env: &Env, config: &Config, id: &str, event: &str) -> HttpResult {
    authenticate(request.headers(), config).await?;
    let action = MerchantAction::Redeliver { id: session_id(id)?, event: event.to_owned() };
    perform(&request, env, config, "", action).await
}

/// Performs an action, once per `Idempotency-Key` if the request carries one.
async fn perform(
    request: &Request,
    env: &Env,
    config: &Config,
    body: &str,
    action: MerchantAction,
) -> HttpResult {
    if header(request.headers(), "idempotency-key").is_none() {
        let performed = merchant_action::perform(env, config, &action, &random_hex::<16>()?).await?;
        return json_answer(performed.status, &performed.body);
    }
    let key = idempotency_key(request.headers())?;
    // Two bodies are equal when they have the same content, whatever their white space and order.
    let said = json::read::<serde_json::Value>(body).map(|value| value.to_string());
    let request = format!("{}\n{}", request.path(), said.unwrap_or_default());
    let name: String = sha256(&key).chars().take(20).collect();
    let call = PerformOnce { name: name.clone(), request: Secret::new(request), action };
    let once = calls::idempotency(env, &name, &call).await?;
    let answer = match &once.result {
        Ok(performed) => json_answer(performed.status, &performed.body)?,
        Err(wrong) => http::problem(wrong).map_err(internal("problem"))?,
    };
    if once.is_replay { replayed(answer) } else { Ok(answer) }
}
