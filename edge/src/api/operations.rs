//! The state of the deployment, and the care of its index.

use crate::access::authenticate;
use crate::http::{Answer, body, json_answer};
use crate::index::{self, Statement};
use crate::objects::calls::{self, Json, ReindexSession, ReindexVoucher};
use crate::problem::Problem;
use crate::provider::gate;
use checkout_core::config::Config;
use checkout_core::fields::Fields;
use checkout_core::time::rfc3339;
use checkout_wire::{Millis, SessionId, VoucherId};
use futures_util::future::join;
use serde_json::{Value, json};
use worker::{Env, Request};

/// Answers `GET /v1/status`.
pub async fn status(request: &Request, env: &Env, config: &Config) -> Answer {
    authenticate(request.headers(), env, config).await?;
    let (providers, waiting) = join(breakers(env, config), waiting(env, config)).await;
    let index = match &waiting {
        Ok((_, newest)) => json!({"status": "ok", "newest_change_at": newest}),
        Err(_) => json!({"status": "unavailable", "newest_change_at": null}),
    };
    let waiting = waiting.map(|(waiting, _)| waiting).unwrap_or_default();
    let keys = config.keyring.ids().enumerate().map(|(place, id)| json!({"id": id, "seals": place == 0}));
    let keys: Vec<_> = keys.collect();
    json_answer(
        200,
        &Json::of(&json!({
            "object": "status", "providers": providers, "sealing_keys": keys, "index": index, "waiting": waiting,
            "timezone": config.timezone,
        }))?,
    )
}

/// Returns each provider with the state of its circuit breaker.
async fn breakers(env: &Env, config: &Config) -> Vec<Value> {
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
    providers
}

/// Answers `POST /v1/search`.
pub async fn search(mut request: Request, env: &Env, config: &Config) -> Answer {
    authenticate(request.headers(), env, config).await?;
    let body = body(&mut request, "application/json").await?;
    json_answer(200, &index::search::search(env, config, &body).await?)
}

/// Answers `POST /v1/reindex`: has these objects send all their rows to the index again.
pub async fn reindex(mut request: Request, env: &Env, config: &Config) -> Answer {
    authenticate(request.headers(), env, config).await?;
    let mut fields = Fields::parse(&body(&mut request, "application/json").await?)?;
    let ids = fields.texts("ids")?.ok_or_else(|| fields.missing("ids"))?;
    let is_known = |id: &String| SessionId::parse(id).is_some() || VoucherId::parse(id).is_some();
    if ids.is_empty() || ids.len() > MOST_REINDEXED || !ids.iter().all(is_known) {
        return Err(fields.invalid("ids", "a list of 1 to 100 ids of sessions and vouchers").into());
    }
    fields.finish()?;
    let mut data = Vec::new();
    for id in ids {
        let found = match (SessionId::parse(&id), VoucherId::parse(&id)) {
            (Some(session), _) => calls::checkout(env, &session, &ReindexSession).await?,
            (_, Some(voucher)) => {
                let name: String = voucher.digits().chars().take(20).collect();
                calls::idempotency(env, &name, &ReindexVoucher { voucher }).await?
            }
            _ => false,
        };
        data.push(json!({"id": id, "found": found}));
    }
    json_answer(200, &Json::of(&json!({"object": "reindex", "data": data}))?)
}

/// Returns what waits for a person or for the merchant's server, and the time of the newest change that the index has received.
async fn waiting(env: &Env, config: &Config) -> Result<(Value, Option<String>), Problem> {
    let statements = [REDEMPTIONS, VOUCHERS, OWED, UNDELIVERED, NEWEST].map(Statement::new).into();
    let found = index::perform(env, statements).await?;
    let read = |place: usize, name: &str| found.get(place)?.first()?.get(name)?.as_i64();
    let count = |place: usize| read(place, "count").unwrap_or_default();
    let oldest = |place: usize| read(place, "oldest");
    let time = |at: Option<i64>| at.map(|at| rfc3339(Millis(at)));
    // Without an endpoint no event is ever delivered.
    let delivers = config.endpoint.is_some();
    let waiting = json!({
        "redemptions_needing_review": count(0),
        "vouchers_needing_review": count(1),
        "oldest_at": time(oldest(0).into_iter().chain(oldest(1)).min()),
        "owed_sessions": count(2),
        "oldest_owed_at": time(oldest(2)),
        "undelivered_events": if delivers { count(3) } else { 0 },
        "oldest_undelivered_at": time(oldest(3).filter(|_| delivers)),
    });
    Ok((waiting, time(read(4, "newest"))))
}

/// The most objects of one call.
const MOST_REINDEXED: usize = 100;

const REDEMPTIONS: &str =
    "SELECT COUNT(*) AS count, MIN(review_since) AS oldest FROM redemptions WHERE needs_review = 1";
const VOUCHERS: &str =
    "SELECT COUNT(*) AS count, MIN(review_since) AS oldest FROM vouchers WHERE needs_review = 1";
const OWED: &str = "SELECT COUNT(*) AS count, MIN(owed_since) AS oldest FROM sessions WHERE owed > 0";
const UNDELIVERED: &str =
    "SELECT COUNT(*) AS count, MIN(created_at) AS oldest FROM events WHERE delivery = 'pending'";
const NEWEST: &str = "SELECT MAX(changed_at) AS newest FROM sessions";
