//! The `Gate` object: keeps to a provider's own limit on calls, one object per provider account.

use crate::border::json_answer;
use crate::calls::{self, GateCall};
use checkout_core::gate::{Pass, Window};
use worker::{Date, DurableObject, Env, Request, Response, Result, State, durable_object};

/// Lets calls through, or says how long to wait.
#[durable_object]
pub struct Gate {
    state: State,
}

impl DurableObject for Gate {
    fn new(state: State, _env: Env) -> Self {
        Self { state }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let call: GateCall = calls::call(&mut request).await?;
        let now = Date::now().as_millis() as i64;
        let storage = self.state.storage();
        // Between reading and writing nothing else runs in this object: its storage holds other events back.
        let kept: Option<String> = storage.get("window").await?;
        let mut window: Window = kept.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        let pass = match call.calls {
            0 => {
                window.close(call.limit, call.period_ms, now);
                Pass::Granted
            }
            calls => window.pass(calls, call.limit, call.period_ms, now),
        };
        storage.put("window", serde_json::to_string(&window)?).await?;
        json_answer(200, &pass)
    }
}
