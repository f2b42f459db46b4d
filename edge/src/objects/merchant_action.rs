//! What the shop's POSTs do, once they are let through. Issuing a voucher is not here: that is a ledger of its own
//! ([`crate::objects::idempotency`]).

use crate::api::{Answer, ask_checkout};
use crate::http::json_answer;
use crate::objects::calls::{Action, CheckoutCall, internal};
use crate::problem::Problem;
use crate::provider::{
    call,
    gate::{self, News},
};
use checkout_core::fields::Fields;
use checkout_core::issuance;
use checkout_core::provider::Op;
use checkout_core::session::Terms;
use checkout_core::{Config, provider::Provider};
use checkout_wire::{ErrorCode, Pin};
use worker::Env;

/// Nothing, if the call can be carried out as far as its own words go.
pub fn check(config: &Config, action: &Action) -> Result<(), Problem> {
    match action {
        Action::CreateSession { body } => {
            Terms::parse(body.as_bytes(), config).map(|_| ()).map_err(Problem::from)
        }
        Action::LookUpVoucher { body } => lookup(config, body).map(|_| ()),
        Action::CancelSession { .. } | Action::Redeliver { .. } | Action::IssueVoucher { .. } => Ok(()),
    }
}

/// Carries a call out. `id` is 32 hexadecimal digits: with the same ones, the same call makes nothing twice.
pub async fn perform(env: &Env, config: &Config, action: &Action, id: &str) -> Answer {
    match action {
        Action::CreateSession { body } => {
            let (terms, expires_in_ms) = Terms::parse(body.as_bytes(), config)?;
            let id = format!("cs_{id}");
            ask_checkout(env, &id, &CheckoutCall::Create { id: id.clone(), terms, expires_in_ms }).await
        }
        Action::CancelSession { id } => ask_checkout(env, id, &CheckoutCall::Cancel).await,
        Action::Redeliver { id, event } => {
            ask_checkout(env, id, &CheckoutCall::Redeliver { event: event.clone() }).await
        }
        Action::LookUpVoucher { body } => {
            let (provider, typed, pin) = lookup(config, body)?;
            gate::look(env, provider).await?;
            let op = Op::View { pin: &pin, metadata: &[] };
            let heard = call::perform(provider, "", &op, config.limits.provider_timeout_ms).await;
            gate::tell(env, provider, None, News::of(&heard)).await;
            let view = issuance::viewed(provider, &typed, heard)?;
            json_answer(200, &view).map_err(internal("voucher"))
        }
        // It needs a key, and with a key it does not come here.
        Action::IssueVoucher { .. } => Err(Problem::of(ErrorCode::IdempotencyKeyInvalid)),
    }
}

fn lookup<'a>(config: &'a Config, body: &str) -> Result<(&'a dyn Provider, String, Pin), Problem> {
    let mut fields = Fields::parse(body.as_bytes())?;
    let name = fields.required_text("provider", 40)?;
    let provider = config.provider(&name).filter(|provider| provider.features().views.is_some());
    let provider = provider.ok_or_else(|| Problem::of(ErrorCode::ProviderNotAllowed).about("provider"))?;
    let typed = fields.required_raw("voucher_number")?;
    fields.finish()?;
    let rule = provider.features().views.ok_or_else(|| Problem::of(ErrorCode::ProviderNotAllowed))?;
    let pin =
        Pin::parse(&typed, &rule).map_err(|_| Problem::of(ErrorCode::PinInvalid).about("voucher_number"))?;
    Ok((provider, typed.trim().to_owned(), pin))
}
