//! The state of the deployment, and the maintenance of its index.

use crate::access::authenticate;
use crate::http::{HttpResult, body, json_answer};
use crate::index::keys::needed_keys;
use crate::index::search;
use crate::index::waiting::{Waiting, waiting};
use crate::objects::calls::{self, AskNotes, Json, Notes, ReindexSession, ReindexVoucher, Reindexing};
use crate::provider::gate;
use checkout_core::config::Config;
use checkout_core::fields::Fields;
use checkout_core::index::NeededKey;
use checkout_core::time::rfc3339;
use checkout_core::violation::Violation;
use checkout_wire::{SessionId, VoucherId};
use futures_util::future::{join, join4};
use serde_json::{Value, json};
use worker::{Env, Request};

/// Answers `GET /v1/status`.
pub async fn status(request: &Request, env: &Env, config: &Config) -> HttpResult {
    authenticate(request.headers(), config).await?;
    let asked = join4(
        breakers(env, config),
        waiting(env, config),
        calls::attention(env, &AskNotes),
        needed_keys(env),
    );
    let (providers, waiting, notes, needed) = asked.await;
    let newest = waiting.as_ref().ok().and_then(|waiting| waiting.newest);
    let status = if waiting.is_ok() { "ok" } else { "unavailable" };
    let index = match &notes {
        Ok(Notes { behind, .. }) => json!({
            "status": status, "newest_change_at": newest.map(rfc3339), "behind_since": behind.oldest.map(rfc3339),
        }),
        // `null` would mean that the index is up to date.
        Err(_) => json!({"status": status, "newest_change_at": newest.map(rfc3339)}),
    };
    let waiting = waiting.as_ref().map(shown).unwrap_or_default();
    let keys = sealing_keys(config, needed.ok().as_deref());
    json_answer(
        200,
        &Json::of(&json!({
            "object": "status", "providers": providers, "sealing_keys": keys, "index": index, "waiting": waiting,
            "timezone": config.timezone, "violations": notes.ok().map(|notes| violations(&notes.violations)),
        }))?,
    )
}

/// Returns the violations of our pages' policy, as the API shows them.
fn violations(violations: &[Violation]) -> Vec<Value> {
    let shown = |violation: &Violation| {
        json!({
            "page": violation.page, "directive": violation.directive, "blocked": violation.blocked, "count": violation.count,
            "last_at": rfc3339(violation.last_at),
        })
    };
    violations.iter().map(shown).collect()
}

/// Returns each provider with the state of its circuit breaker, and of its brake.
async fn breakers(env: &Env, config: &Config) -> Vec<Value> {
    let mut providers = Vec::new();
    for provider in &config.providers {
        let (health, braking) =
            join(gate::health(env, provider.as_ref()), gate::is_braking(env, provider.as_ref())).await;
        let (breaker, wait) = match health {
            Ok(None) => ("closed", None),
            Ok(Some(wait)) => ("open", Some(wait)),
            Err(_) => ("unknown", None),
        };
        let brake = braking.map_or("unknown", |on| if on { "on" } else { "off" });
        let mut shown = json!({"id": provider.features().id, "breaker": breaker, "brake": brake});
        if let (Some(wait), Value::Object(members)) = (wait, &mut shown) {
            members.insert("retry_after".into(), json!(wait.to_seconds_rounded_up()));
        }
        providers.push(shown);
    }
    providers
}

/// Answers `POST /v1/search`.
pub async fn search(mut request: Request, env: &Env, config: &Config) -> HttpResult {
    authenticate(request.headers(), config).await?;
    let body = body(&mut request, "application/json").await?;
    json_answer(200, &search::search(env, config, &body).await?)
}

/// Answers `POST /v1/reindex`: has these objects send all their rows to the index again.
pub async fn reindex(mut request: Request, env: &Env, config: &Config) -> HttpResult {
    authenticate(request.headers(), config).await?;
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
            _ => Reindexing::NotFound,
        };
        data.push(json!({"id": id, "found": found == Reindexing::Begun}));
    }
    json_answer(200, &Json::of(&json!({"object": "reindex", "data": data}))?)
}

/// Returns the sealing keys, including lost ones, with the number of objects that need each; `needed` is `None` while the index is
/// unavailable.
fn sealing_keys(config: &Config, needed: Option<&[NeededKey]>) -> Vec<Value> {
    let needs = |id: &str| {
        let key = needed?.iter().find(|key| key.id == id);
        Some(json!({
            "sessions": key.map_or(0, |key| key.sessions),
            "vouchers": key.map_or(0, |key| key.vouchers),
        }))
    };
    let held = config.keyring.ids().enumerate();
    let held = held.map(|(place, id)| json!({"id": id, "seals": place == 0, "needed_by": needs(id)}));
    let lost = config.lost_keys.iter();
    let lost = lost.map(|id| json!({"id": id, "seals": false, "lost": true, "needed_by": needs(id)}));
    held.chain(lost).collect()
}

/// Returns the counts of waiting items as the API shows them.
fn shown(waiting: &Waiting) -> Value {
    let Waiting { redemptions, vouchers, owed, undelivered, .. } = waiting;
    json!({
        "redemptions_needing_review": redemptions.count,
        "vouchers_needing_review": vouchers.count,
        "oldest_at": redemptions.oldest.into_iter().chain(vouchers.oldest).min().map(rfc3339),
        "owed_sessions": owed.count,
        "oldest_owed_at": owed.oldest.map(rfc3339),
        "undelivered_events": undelivered.count,
        "oldest_undelivered_at": undelivered.oldest.map(rfc3339),
    })
}

/// The most objects in one call.
const MOST_REINDEXED: usize = 100;
