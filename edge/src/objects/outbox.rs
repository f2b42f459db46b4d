//! The outbox: events for the merchant's server. Each is written to the object's storage in the same step as
//! the change that it reports, and delivered by the object's alarm, in order: an event waits for the one
//! before it.

use crate::log;
use crate::objects::calls::internal;
use crate::objects::store::{Event, Store};
use crate::problem::Problem;
use crate::runtime::{now, random, random_hex, timeout};
use checkout_core::Config;
use checkout_core::event::{Delivery, Endpoint, EventType, body, tried};
use checkout_core::time::rfc3339;
use checkout_wire::Millis;
use serde_json::{Value, json};
use wasm_bindgen::JsValue;
use worker::{Fetch, Headers, Method, Request, RequestInit, RequestRedirect};

/// The time that the merchant's server has to answer.
const TIMEOUT: Millis = Millis::SECOND.times(15);

/// Returns when the next event is due; `None` without an event or without an endpoint.
pub fn due_at(store: &Store, config: &Config) -> worker::Result<Option<Millis>> {
    if config.endpoint.is_none() {
        return Ok(None);
    }
    Ok(store.next_event()?.map(|(_, at)| at))
}

/// Builds the events of these changes, numbered after the existing ones.
pub fn events(store: &Store, news: Vec<(EventType, Value)>, at: Millis) -> Result<Vec<Event>, Problem> {
    if news.is_empty() {
        return Ok(Vec::new());
    }
    let last = store.events().map_err(internal("events"))?.last().map_or(0, |(event, _)| event.sequence);
    let numbered = (last + 1..).zip(news);
    numbered
        .map(|(sequence, (kind, object))| {
            let id = format!("evt_{}", random_hex::<16>()?);
            let body = body(&id, kind, sequence, at, &object);
            Ok(Event { sequence, id, kind: kind.as_str().to_owned(), at, body })
        })
        .collect()
}

/// Delivers the events that are due, until one is not accepted.
pub async fn deliver(store: &Store, config: &Config) -> Result<(), Problem> {
    let Some(endpoint) = &config.endpoint else {
        return Ok(());
    };
    while let Some((event, at)) = store.next_event().map_err(internal("outbox"))? {
        if at > now() {
            break;
        }
        let status = send(endpoint, &event).await;
        let before = store.tries(event.sequence).map_err(internal("tries"))?;
        let before: Vec<Option<u16>> = before.into_iter().map(|(_, status)| status).collect();
        // Without randomness the pause is slightly shorter.
        let chance = random().unwrap_or_default();
        let pauses = &config.limits.webhook_backoff_ms;
        let delivery = tried(status, &before, event.at, now(), pauses, u32::from_le_bytes(chance));
        store.note_try(event.sequence, now(), status, delivery).map_err(internal("note try"))?;
        #[cfg(feature = "crash-points")]
        {
            use crate::objects::crash_points::{Point, reached};
            reached("event", std::slice::from_ref(&event.id), &[Point::Tried], true).await;
        }
        log::event(&event.id, &event.kind, status, before.len() + 1);
    }
    Ok(())
}

/// Returns the HTTP status of the answer; `None` without an answer in time. Redirects are not followed.
async fn send(endpoint: &Endpoint, event: &Event) -> Option<u16> {
    let headers = Headers::new();
    for (name, value) in endpoint.headers(&event.id, now(), &event.body) {
        headers.set(name, &value).ok()?;
    }
    let mut init = RequestInit::new();
    init.with_method(Method::Post)
        .with_headers(headers)
        .with_redirect(RequestRedirect::Manual)
        .with_body(Some(JsValue::from_str(&event.body)));
    let request = Request::new_with_init(&endpoint.url, &init).ok()?;
    Some(Fetch::Request(request).send_with_signal(&timeout(TIMEOUT)).await.ok()?.status_code())
}

/// Lists the events as the merchant's API shows them, oldest first, with every delivery attempt.
pub fn list(store: &Store) -> worker::Result<Value> {
    let mut events = Vec::new();
    for (event, delivery) in store.events()? {
        let tries = store.tries(event.sequence)?;
        let tries = tries.iter().map(|(at, status)| json!({"at": rfc3339(*at), "status": status}));
        let (state, next) = match delivery {
            Delivery::Pending(at) => ("pending", Some(rfc3339(at))),
            Delivery::Delivered => ("delivered", None),
            Delivery::GivenUp => ("given_up", None),
            Delivery::Gone => ("gone", None),
        };
        events.push(json!({
            "id": event.id,
            "object": "event",
            "type": event.kind,
            "sequence": event.sequence,
            "created_at": rfc3339(event.at),
            "delivery": {"status": state, "next_try_at": next, "tries": tries.collect::<Vec<_>>()},
        }));
    }
    Ok(json!({"object": "list", "data": events}))
}
