//! The actions of the merchant's POSTs, once they are admitted. Issuing a voucher has its own ledger
//! ([`super::issuance`]).

use super::calls::{
    self, CancelSession, CreateSession, Json, MerchantAction, Perform, PerformOnVoucher, Performed, Redeliver,
};
use crate::index::archive;
use crate::problem::Problem;
use crate::provider::call;
use crate::provider::gate::{self, CallResult};
use checkout_core::fields::Fields;
use checkout_core::issuance;
use checkout_core::provider::Op;
use checkout_core::secret::Secret;
use checkout_core::session::Parameters;
use checkout_core::{Config, provider::Provider};
use checkout_wire::{ActId, ErrorCode, Pin};
use worker::Env;

/// Checks an action before it is carried out, as far as possible.
pub fn check(config: &Config, action: &MerchantAction) -> Result<(), Problem> {
    match action {
        MerchantAction::CreateSession { body } => {
            Parameters::parse(body.as_bytes(), config)?;
        }
        MerchantAction::LookUpVoucher { body } => {
            lookup(config, body)?;
        }
        MerchantAction::CancelSession { .. }
        | MerchantAction::Manual { .. }
        | MerchantAction::ManualOrder { .. }
        | MerchantAction::Redeliver { .. }
        | MerchantAction::IssueVoucher { .. } => {}
    }
    Ok(())
}

/// Carries out an action. `id` is 32 hexadecimal digits: an action that is repeated with the same id creates nothing twice.
pub async fn perform(
    env: &Env,
    config: &Config,
    action: &MerchantAction,
    id: &str,
) -> Result<Performed, Problem> {
    let (status, body) = match action {
        MerchantAction::CreateSession { body } => {
            let (parameters, expires_in) = Parameters::parse(body.as_bytes(), config)?;
            let id = config.keyring.session_id(id).ok_or(Problem::of(ErrorCode::Internal))?;
            let call = CreateSession { id: id.clone(), parameters, expires_in_ms: expires_in };
            (201, calls::checkout(env, &id, &call).await?)
        }
        MerchantAction::CancelSession { id } => (200, archive::call(env, id, &CancelSession).await?),
        MerchantAction::Manual { id: session, by, request } => {
            let id = ActId::of(id).ok_or(Problem::of(ErrorCode::Internal))?;
            let call = Perform { id, by: by.clone(), request: request.clone() };
            (200, archive::call(env, session, &call).await?)
        }
        MerchantAction::ManualOrder { id: voucher, by, request } => {
            let id = ActId::of(id).ok_or(Problem::of(ErrorCode::Internal))?;
            let (by, request) = (by.clone(), request.clone());
            let call = PerformOnVoucher { voucher: voucher.clone(), id, by, request };
            (200, calls::ordered(env, voucher, &call).await?)
        }
        MerchantAction::Redeliver { id, event } => {
            (200, archive::call(env, id, &Redeliver { event: event.clone() }).await?)
        }
        MerchantAction::LookUpVoucher { body } => {
            let (provider, typed, pin) = lookup(config, body)?;
            gate::look(env, provider).await?;
            let op = Op::View { pin: &pin, metadata: &[] };
            let answer = call::perform(provider, "", &op, config.limits.provider_timeout_ms).await;
            gate::report(env, provider, None, CallResult::of(&answer)).await;
            (200, Json::of(&issuance::viewed(provider, &typed, answer)?)?)
        }
        // Issuing requires a key. Calls with a key are handled by the key's object.
        MerchantAction::IssueVoucher { .. } => return Err(Problem::of(ErrorCode::IdempotencyKeyInvalid)),
    };
    Ok(Performed { status, body })
}

fn lookup<'a>(config: &'a Config, body: &Secret) -> Result<(&'a dyn Provider, Secret, Pin), Problem> {
    let not_allowed = || Problem::of(ErrorCode::ProviderNotAllowed).about("provider");
    let mut fields = Fields::parse(body.reveal().as_bytes())?;
    let name = fields.required_text("provider", 40)?;
    let provider = config.provider(&name).ok_or_else(not_allowed)?;
    let rule = provider.features().views.ok_or_else(not_allowed)?;
    let typed = fields.required_raw("voucher_number")?;
    fields.finish()?;
    let pin =
        Pin::parse(&typed, &rule).map_err(|_| Problem::of(ErrorCode::PinInvalid).about("voucher_number"))?;
    Ok((provider, Secret::new(typed.trim().to_owned()), pin))
}
