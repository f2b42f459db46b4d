//! The outbox: events for the merchant's server. Each is written to the object's storage in the same step as
//! the change that it reports, and delivered by the object's alarm. [`checkout_core::outbox`] has the order:
//! an event that the merchant's server refuses holds up no other.

use crate::log;
use crate::objects::alarm::delay;
use crate::objects::calls::internal;
use crate::objects::store::{Event, Store};
use crate::outgoing::request;
use crate::problem::Problem;
use crate::runtime::{now, random, random_hex, timeout};
use checkout_core::Config;
use checkout_core::endpoint::Endpoint;
use checkout_core::event::body;
use checkout_core::index::{EventRow, StoredEvent};
use checkout_core::outbox::{Delivery, DeliveryAttempt, HEAD_START, next, next_due, tried};
use checkout_core::time::rfc3339;
use checkout_wire::{EventType, Millis};
use core::pin::pin;
use futures_util::StreamExt;
use futures_util::future::{Either, select};
use futures_util::stream::FuturesUnordered;
use serde_json::{Value, json};
use worker::{Fetch, Headers};

/// The timeout of the merchant's server.
const TIMEOUT: Millis = Millis::SECOND.times(15);

/// Returns when the next event is due; `None` without an event or without an endpoint.
pub fn due_at(store: &Store, config: &Config) -> worker::Result<Option<Millis>> {
    if config.endpoint.is_none() {
        return Ok(None);
    }
    Ok(next_due(&store.undelivered()?, &config.limits.webhook_backoff_ms))
}

/// Builds the events of these changes, numbered after the existing ones.
pub fn events(
    store: &Store,
    config: &Config,
    news: Vec<(EventType, Value)>,
    at: Millis,
) -> Result<Vec<Event>, Problem> {
    if news.is_empty() {
        return Ok(Vec::new());
    }
    let last = store.last_sequence().map_err(internal("events"))?;
    let numbered = (last + 1..).zip(news);
    numbered
        .map(|(sequence, (kind, object))| {
            let id = format!("evt_{}", random_hex::<16>()?);
            let body = body(&id, kind, sequence, at, &object);
            let wanted = config.endpoint.as_ref().is_none_or(|endpoint| endpoint.wants(kind));
            let delivery = if wanted { Delivery::Pending(at) } else { Delivery::NotWanted };
            Ok(Event { sequence, id, kind: kind.as_str().to_owned(), at, body, delivery })
        })
        .collect()
}

/// Delivers the events that are due; `complete` adds sealed personal data to a body. Not generic, so that the Worker
/// contains it once. The start of each attempt is on disk before it is sent, so that an event cannot hold up the others even if the process
/// stops at each of its attempts.
pub async fn deliver(
    store: &Store,
    config: &Config,
    complete: &dyn Fn(String) -> Result<String, Problem>,
) -> Result<(), Problem> {
    let Some(endpoint) = &config.endpoint else {
        return Ok(());
    };
    let pauses = &config.limits.webhook_backoff_ms;
    let mut in_flight: Vec<DeliveryAttempt> = Vec::new();
    let mut answers = FuturesUnordered::new();
    loop {
        loop {
            let undelivered = store.undelivered().map_err(internal("outbox"))?;
            let Some(due) = next(&undelivered, &in_flight, pauses, now()) else {
                break;
            };
            let attempt = due.attempt(now());
            let number = store.begin_try(due.sequence, attempt.at).map_err(internal("begin try"))?;
            store.on_disk().await.map_err(internal("sync"))?;
            let event = store.event(due.sequence).map_err(internal("event"))?;
            let mut event = event.ok_or_else(|| internal("event")("an event is gone".into()))?;
            event.body = complete(event.body)?;
            #[cfg(feature = "crash-points")]
            reached(&event, crate::objects::crash_points::Point::Trying).await;
            in_flight.push(attempt);
            answers.push(async move {
                let status = send(endpoint, &event).await;
                (attempt, number, event, status)
            });
        }
        // Continues with an event that was written since, or whose turn comes after the head start of another.
        let answer = match select(answers.next(), pin!(delay(HEAD_START))).await {
            Either::Left((Some(answer), _)) => answer,
            Either::Left((None, _)) => return Ok(()),
            Either::Right(_) => continue,
        };
        let (attempt, number, event, status) = answer;
        in_flight.retain(|other| *other != attempt);
        let mut before = store.tries(event.sequence).map_err(internal("tries"))?;
        before.pop();
        let before: Vec<Option<u16>> = before.into_iter().map(|(_, status)| status).collect();
        // Without randomness the pause is slightly shorter.
        let chance = random().unwrap_or_default();
        let delivery = tried(status, &before, event.at, now(), pauses, u32::from_le_bytes(chance));
        let ended = store.end_try((event.sequence, &event.id), number, attempt.at, status, delivery);
        ended.map_err(internal("end try"))?;
        #[cfg(feature = "crash-points")]
        reached(&event, crate::objects::crash_points::Point::Tried).await;
        log::event(&event.id, &event.kind, status, before.len() + 1);
    }
}

/// Derives the index's row of the event with this id; `seq` is its version. `None` for an unknown id.
pub fn row(store: &Store, config: &Config, id: &str, seq: i64) -> worker::Result<Option<EventRow>> {
    let Some(event) = store.event_named(id)? else {
        return Ok(None);
    };
    let pauses = &config.limits.webhook_backoff_ms;
    let undelivered = store.undelivered()?;
    let next = undelivered.iter().find(|pending| pending.sequence == event.sequence);
    let tries = store.tries(event.sequence)?;
    let stored = StoredEvent {
        id: &event.id,
        kind: &event.kind,
        sequence: event.sequence,
        at: event.at,
        body: &event.body,
        delivery: event.delivery,
        next_at: next.map(|pending| pending.due_at(pauses)),
        tries: &tries,
    };
    Ok(Some(stored.row(seq)))
}

/// Reports to a test that a step of a delivery is on disk.
#[cfg(feature = "crash-points")]
async fn reached(event: &Event, point: crate::objects::crash_points::Point) {
    let read: Value = checkout_core::json::read(&event.body).unwrap_or_default();
    let object = &read["data"]["object"];
    let about = object["checkout_session"]["id"].as_str().or(object["id"].as_str()).unwrap_or_default();
    crate::objects::crash_points::reached("event", &[about.to_owned()], &[point], true).await;
}

/// Returns the HTTP status of the answer; `None` without an answer in time. Redirects are not followed.
async fn send(endpoint: &Endpoint, event: &Event) -> Option<u16> {
    let headers = Headers::new();
    for (name, value) in endpoint.headers(&event.id, now(), &event.body) {
        headers.set(name, &value).ok()?;
    }
    let request = request("POST", &endpoint.url, &headers, Some(&event.body)).ok()?;
    Some(Fetch::Request(request).send_with_signal(&timeout(TIMEOUT)).await.ok()?.status_code())
}

/// Lists the events as the merchant's API shows them, oldest first, with every delivery attempt.
pub fn list(store: &Store, config: &Config) -> worker::Result<Value> {
    let mut events = Vec::new();
    let pauses = &config.limits.webhook_backoff_ms;
    let due: Vec<(i64, Millis)> =
        store.undelivered()?.iter().map(|pending| (pending.sequence, pending.due_at(pauses))).collect();
    for event in store.events()? {
        let tries = store.tries(event.sequence)?;
        let tries = tries.iter().map(|(at, status)| json!({"at": rfc3339(*at), "status": status}));
        let next = due.iter().find(|(sequence, _)| *sequence == event.sequence).map(|(_, at)| rfc3339(*at));
        events.push(json!({
            "id": event.id,
            "object": "event",
            "type": event.kind,
            "sequence": event.sequence,
            "created_at": rfc3339(event.at),
            "delivery": {"status": event.delivery.as_str(), "next_try_at": next, "tries": tries.collect::<Vec<_>>()},
        }));
    }
    Ok(json!({"object": "list", "data": events}))
}
