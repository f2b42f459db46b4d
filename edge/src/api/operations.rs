//! The state of the deployment, for the merchant's server.

use crate::access::authenticate;
use crate::http::{Answer, json_answer};
use crate::objects::calls::Json;
use crate::provider::gate;
use checkout_core::config::Config;
use serde_json::json;
use worker::{Env, Request};

/// Answers `GET /v1/status`.
pub async fn status(request: &Request, env: &Env, config: &Config) -> Answer {
    authenticate(request.headers(), env, config).await?;
    let mut providers = Vec::new();
    for provider in &config.providers {
        let id = provider.features().id;
        providers.push(match gate::health(env, provider.as_ref()).await {
            Ok(None) => json!({"id": id, "breaker": "closed"}),
            Ok(Some(wait)) => {
                json!({"id": id, "breaker": "open", "retry_after": wait.to_seconds_rounded_up()})
            }
            Err(_) => json!({"id": id, "breaker": "unknown"}),
        });
    }
    let keys = config.keyring.ids().enumerate().map(|(place, id)| json!({"id": id, "seals": place == 0}));
    let keys: Vec<_> = keys.collect();
    json_answer(200, &Json::of(&json!({"object": "status", "providers": providers, "sealing_keys": keys}))?)
}
