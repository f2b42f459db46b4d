//! The `Gate` object, one per provider account: enforces the provider's rate limit, contains its circuit
//! breaker, and keeps its daily issuing limit.

use super::calls::{AskGate, Call, Received, ReserveIssue, SettleIssue, answer, internal, refuse};
use crate::problem::Problem;
use crate::runtime::{self, now};
use checkout_core::allowance::Allowance;
use checkout_core::gate::{GateState, Pass};
use checkout_core::stored;
use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

/// Admits calls, or returns the time to wait.
#[durable_object(fetch)]
pub struct Gate {
    state: State,
    env: Env,
}

impl DurableObject for Gate {
    fn new(state: State, env: Env) -> Self {
        Self { state, env }
    }

    async fn fetch(&self, request: Request) -> Result<Response> {
        let received = Received::receive(request).await?;
        match received.name() {
            AskGate::NAME => answer::<AskGate>(self.ask(received.call()?).await),
            ReserveIssue::NAME => {
                let ReserveIssue { voucher, amount } = received.call()?;
                let limits = &runtime::config(&self.env).map_err(|_| "no configuration")?.limits;
                let wait = self.allow(|day| day.reserve(&voucher, amount, limits, now())).await;
                answer::<ReserveIssue>(wait.map_err(internal("allowance")))
            }
            SettleIssue::NAME => {
                let SettleIssue { voucher, amount } = received.call()?;
                let settled = self.allow(|day| day.settle(&voucher, amount)).await;
                answer::<SettleIssue>(settled.map_err(internal("allowance")))
            }
            _ => refuse(),
        }
    }
}

impl Gate {
    /// Changes the record of the vouchers issued within the last day. An unreadable record is an error, and then nothing is issued.
    async fn allow<T>(&self, change: impl FnOnce(&mut Allowance) -> T) -> Result<T> {
        let storage = self.state.storage();
        let text: Option<String> = storage.get("allowance").await?;
        let before: Allowance = match text {
            Some(text) => stored::read(&text).ok_or("an allowance of another shape")?,
            None => Allowance::default(),
        };
        let mut after = before.clone();
        let result = change(&mut after);
        if after != before {
            storage.put("allowance", serde_json::to_string(&after)?).await?;
        }
        Ok(result)
    }

    async fn ask(&self, call: AskGate) -> core::result::Result<Pass, Problem> {
        let config = runtime::config(&self.env)?;
        let rate = config.provider(&call.provider).and_then(|provider| provider.features().rate.as_ref());
        let storage = self.state.storage();
        // Nothing else runs in this object between reading and writing: its storage blocks other events.
        let text: Option<String> = storage.get("gate").await.map_err(internal("gate"))?;
        // An unreadable state can be dropped: it covers the calls of one minute.
        let before: GateState = text.and_then(|text| stored::read(&text)).unwrap_or_default();
        let mut account = before.clone();
        let pass = account.ask(call.ask, rate, &config.limits, now());
        if account != before {
            let text = serde_json::to_string(&account).map_err(worker::Error::from);
            storage.put("gate", text.map_err(internal("gate"))?).await.map_err(internal("gate"))?;
        }
        Ok(pass)
    }
}
