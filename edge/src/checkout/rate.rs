//! The provider's own limit on calls, asked of its `Gate` object before anything is sent.

use super::Checkout;
use crate::calls::{GateCall, ask, gate, internal};
use checkout_core::Config;
use checkout_core::gate::Pass;
use checkout_core::provider::{Provider, Recovery, Reply};
use checkout_core::session::Heard;
use checkout_wire::{ErrorCode, Problem};

impl Checkout {
    /// Nothing, when the provider's own limit leaves room for so many calls.
    pub(super) async fn pass_gate(
        &self,
        provider: &dyn Provider,
        config: &Config,
        calls: usize,
    ) -> Result<(), Problem> {
        match self.ask_gate(provider, config, calls).await? {
            Pass::Granted => Ok(()),
            Pass::Wait(ms) => Err(ErrorCode::ProviderBusy.problem().wait(ms)),
        }
    }

    pub(super) async fn close_gate_if_busy(&self, provider: &dyn Provider, config: &Config, heard: &Heard) {
        if matches!(heard, Ok(Reply::Busy)) {
            // Should this fail, the next call is told by the provider itself.
            let _ = self.ask_gate(provider, config, 0).await;
        }
    }

    pub(super) async fn ask_gate(
        &self,
        provider: &dyn Provider,
        config: &Config,
        calls: usize,
    ) -> Result<Pass, Problem> {
        let Some(rate) = &provider.features().rate else {
            return Ok(Pass::Granted);
        };
        let limit = config.limits.gate_calls.unwrap_or(rate.calls) as usize;
        let call = GateCall { calls, limit, period_ms: rate.period_ms };
        let stub = gate(&self.env, &rate.account).map_err(internal("gate stub"))?;
        let mut answer = ask(&stub, &call).await.map_err(internal("gate"))?;
        answer.json().await.map_err(internal("gate answer"))
    }
}

/// How many calls a payment makes: the gate lets all of them through, or none.
pub(super) fn calls_to_pay(provider: &dyn Provider) -> usize {
    match provider.features().recovery {
        Recovery::Lookup => 1,
        Recovery::Balance => 2,
    }
}
