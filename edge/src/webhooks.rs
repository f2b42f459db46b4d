//! `POST /webhooks/{provider}`: what a provider tells by itself is proved to come from it, and then handed to whoever it is
//! about as a hint. Nothing is credited on its word; a look-up decides.

use crate::api::{Answer, ask_checkout};
use crate::http::{body, header, json_answer};
use crate::log;
use crate::objects::calls::{self, CheckoutCall, IdempotencyCall, internal};
use crate::problem::Problem;
use checkout_core::Config;
use checkout_core::provider::{Hint, Message, WebhookError};
use checkout_core::reference::{self, Owner};
use checkout_wire::{Change, ErrorCode};
use serde::Deserialize;
use serde_json::json;
use worker::{Env, Request};

/// Takes a webhook. 200 means that it need not be sent again: it was noted, says what is known, or is none of ours. Any
/// other answer makes the provider try again.
pub async fn receive(mut request: Request, env: &Env, config: &Config, id: &str) -> Answer {
    let not_found = || Problem::of(ErrorCode::NotFound);
    let provider = config.provider(id).ok_or_else(not_found)?;
    let body = body(&mut request, "application/json").await?;
    let headers = request.headers();
    let message = Message { header: &|name| header(headers, name), body: &body, rewritten: &rewritten };
    let name = provider.features().id;
    let hint = provider.webhook(&message).map_err(|error| {
        log::webhook(name, refusal(error));
        match error {
            WebhookError::NotOffered => not_found(),
            WebhookError::Unsigned => Problem::of(ErrorCode::WebhookUnsigned),
            WebhookError::Unreadable => {
                Problem::of(ErrorCode::BodyNotJson).detail("The webhook is not one of this provider.")
            }
        }
    })?;
    let mut result = "unknown";
    for reference in &hint.references {
        result = hand_over(env, reference, &hint).await?;
        if result != "unknown" {
            break;
        }
    }
    log::webhook(name, result);
    json_answer(200, &json!({"result": result})).map_err(internal("webhook answer"))
}

/// As the runtime's own JavaScript writes it.
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

/// Hands a hint to the object it is about: "noted", "known", or "unknown" when there is none.
async fn hand_over(env: &Env, reference: &str, hint: &Hint) -> Result<&'static str, Problem> {
    #[derive(Deserialize)]
    struct Told {
        result: String,
    }
    let mut answer = match reference::owner(reference) {
        None => return Ok("unknown"),
        Some(Owner::Session(id)) => {
            let change = hint.change.as_ref().map(|change| Change {
                pin: change.pin.reveal().to_owned(),
                amount: change.amount,
                expires_at: change.expires_at.clone(),
            });
            let call = CheckoutCall::Hint { reference: reference.to_owned(), success: hint.success, change };
            ask_checkout(env, &id, &call).await?
        }
        Some(Owner::Voucher(id)) => {
            let name: String = id.trim_start_matches("vo_").chars().take(20).collect();
            let stub = calls::idempotency(env, &name).map_err(internal("idempotency stub"))?;
            calls::ask(&stub, &IdempotencyCall::Hint).await.map_err(internal("idempotency hint"))?
        }
    };
    let told: Told = calls::told(&mut answer).await.map_err(internal("hint"))?;
    Ok(match told.result.as_str() {
        "noted" => "noted",
        "known" => "known",
        _ => "unknown",
    })
}
