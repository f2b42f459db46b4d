//! A provider's own limit on calls, asked of its `Gate` object before anything is sent.

use crate::calls::{GateCall, ask, gate, internal, told};
use checkout_core::Config;
use checkout_core::gate::Pass;
use checkout_core::provider::{Provider, Reply};
use checkout_core::session::Heard;
use checkout_wire::{ErrorCode, Problem};
use worker::Env;

/// Nothing, when the provider's own limit leaves room for so many calls.
pub async fn pass(env: &Env, config: &Config, provider: &dyn Provider, calls: usize) -> Result<(), Problem> {
    match ask_gate(env, config, provider, calls).await? {
        Pass::Granted => Ok(()),
        Pass::Wait(ms) => Err(ErrorCode::ProviderBusy.problem().wait(ms)),
    }
}

/// Closes the gate for a while when the provider has said that it had too many calls.
pub async fn close_if_busy(env: &Env, config: &Config, provider: &dyn Provider, heard: &Heard) {
    if matches!(heard, Ok(Reply::Busy)) {
        // Should this fail, the next call is told by the provider itself.
        let _ = ask_gate(env, config, provider, 0).await;
    }
}

async fn ask_gate(
    env: &Env,
    config: &Config,
    provider: &dyn Provider,
    calls: usize,
) -> Result<Pass, Problem> {
    let Some(rate) = &provider.features().rate else {
        return Ok(Pass::Granted);
    };
    let limit = config.limits.gate_calls.unwrap_or(rate.calls) as usize;
    let call = GateCall { calls, limit, period_ms: rate.period_ms };
    let stub = gate(env, &rate.account).map_err(internal("gate stub"))?;
    let mut answer = ask(&stub, &call).await.map_err(internal("gate"))?;
    told(&mut answer).await.map_err(internal("gate answer"))
}
