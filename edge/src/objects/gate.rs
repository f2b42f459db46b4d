//! The `Gate` object: keeps to a provider's own limit on calls and notices when it does not answer, one object per provider
//! account.

use crate::http::json_answer;
use crate::objects::calls::{self, GateCall};
use crate::runtime::{self, now};
use checkout_core::gate::Gate as Kept;
use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

/// Lets calls through, or says how long to wait.
#[durable_object]
pub struct Gate {
    state: State,
    env: Env,
}

impl DurableObject for Gate {
    fn new(state: State, env: Env) -> Self {
        Self { state, env }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let call: GateCall = calls::call(&mut request).await?;
        let config = runtime::config(&self.env).map_err(|problem| problem.code.title())?;
        let rate = config.provider(&call.provider).and_then(|provider| provider.features().rate.as_ref());
        let storage = self.state.storage();
        // Between reading and writing nothing else runs in this object: its storage holds other events back.
        let text: Option<String> = storage.get("gate").await?;
        // What cannot be read is of no use any more: it counts a minute's calls.
        let before: Kept = text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        let mut kept = before.clone();
        let pass = kept.ask(call.ask, rate, &config.limits, now());
        if kept != before {
            storage.put("gate", serde_json::to_string(&kept)?).await?;
        }
        json_answer(200, &pass)
    }
}
