//! `POST /webhooks/{provider}`: authenticates a provider's webhook and passes it as a hint to the object that it is
//! about. A hint credits nothing; a look-up decides.

use crate::http::{HttpResult, body, header, json_answer};
use crate::log;
use crate::objects::calls::{self, HintResult, Json, PaymentHint, VoucherHint};
use crate::problem::Problem;
use checkout_core::Config;
use checkout_core::provider::{Hint, WebhookError, WebhookMessage};
use checkout_core::reference::{self, Owner};
use checkout_wire::ErrorCode;
use serde_json::json;
use worker::{Env, Request};

/// Answers a webhook. 200 means that the provider does not have to repeat it: it is stored, reports an outcome that is already known, or
/// names a payment that does not exist. After any other answer the provider sends it again.
pub async fn receive(mut request: Request, env: &Env, config: &Config, id: &str) -> HttpResult {
    let provider = config.provider(id).ok_or_else(|| Problem::of(ErrorCode::NotFound))?;
    let body = body(&mut request, "application/json").await?;
    let headers = request.headers();
    let message =
        WebhookMessage { header: &|name| header(headers, name), body: &body, rewritten: &rewritten };
    let name = provider.features().id;
    let hint = provider.webhook(&message).map_err(|error| {
        log::webhook(name, refusal(error));
        Problem::from(error)
    })?;
    let mut result = HintResult::NotFound;
    for reference in &hint.references {
        result = hand_over(env, reference, &hint).await?;
        if result != HintResult::NotFound {
            break;
        }
    }
    log::webhook(name, result.as_str());
    json_answer(200, &Json::of(&json!({"result": result}))?)
}

/// Converts JSON text to the form that the runtime's own JavaScript writes.
fn rewritten(json: &str) -> Option<String> {
    js_sys::JSON::stringify(&js_sys::JSON::parse(json).ok()?).ok()?.as_string()
}

const fn refusal(error: WebhookError) -> &'static str {
    match error {
        WebhookError::NotOffered => "not offered",
        WebhookError::Unsigned => "not signed",
        WebhookError::Unreadable => "not readable",
    }
}

/// Passes a hint to the object that it is about.
async fn hand_over(env: &Env, reference: &str, hint: &Hint) -> Result<HintResult, Problem> {
    match reference::owner(reference) {
        None => Ok(HintResult::NotFound),
        Some(Owner::Session(id)) => {
            let change = hint.change.clone();
            let reference = reference.to_owned();
            let call = PaymentHint { reference, success: hint.success, change };
            calls::checkout(env, &id, &call).await
        }
        Some(Owner::Voucher(id)) => calls::ordered(env, &id, &VoucherHint).await,
    }
}
