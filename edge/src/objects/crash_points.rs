//! Only in the test build with the feature `crash-points`: after each step that is on disk, the Worker reports the step to a test and waits
//! for the answer. A test can end the process instead, and so stop it at exactly this point.

use crate::outgoing::request;
use checkout_core::idempotency::Record;
use checkout_core::issuance::Step;
use checkout_core::session::Entry;
use serde::Serialize;
use serde_json::{Value, json};
use std::cell::RefCell;
use worker::{Env, Fetch, Headers};

thread_local! {
    static URL: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// The writes to disk that are not entries of a ledger.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Point {
    /// A payment holds the voucher.
    Held,
    /// An attempt to deliver an event begins.
    Trying,
    /// An attempt to deliver an event has ended.
    Tried,
    /// A refused call of the merchant has freed its key.
    Forgotten,
    /// A sealed secret was stored or erased without an entry.
    Secrets,
}

impl Point {
    const ALL: [Self; 5] = [Self::Held, Self::Trying, Self::Tried, Self::Forgotten, Self::Secrets];
}

/// Reads the address of the test from the variable `CRASH_POINTS_URL`.
pub fn configure(env: &Env) {
    let url = env.var("CRASH_POINTS_URL").ok().map(|url| url.to_string());
    URL.with_borrow_mut(|known| *known = url);
}

/// Reports to the test that these entries are on disk, in an object of this kind. `about` names the session
/// or voucher that they belong to, `is_kept` is whether the object's state in memory equals the state
/// computed from its ledger.
pub async fn reached<T: Serialize>(kind: &str, about: &[String], entries: &[T], is_kept: bool) {
    let Some(url) = URL.with_borrow(Clone::clone) else {
        return;
    };
    let mut steps: Vec<String> =
        entries.iter().filter_map(|entry| name(&serde_json::to_value(entry).ok()?)).collect();
    if steps.is_empty() {
        steps.extend(name(&json!(Point::Secrets)));
    }
    let body = json!({"object": kind, "about": about, "steps": steps, "every": every(), "is_kept": is_kept})
        .to_string();
    if let Ok(request) = request("POST", &url, &Headers::new(), Some(&body)) {
        let _ = Fetch::Request(request).send().await;
    }
}

/// Returns the names of all steps by kind of object.
fn every() -> Value {
    let records = Record::NAMES.iter().filter(|name| **name != VOUCHER).chain(Step::NAMES);
    json!({"checkout": Entry::NAMES, "idempotency": records.collect::<Vec<_>>(), "any": Point::ALL.map(|point| name(&json!(point)))})
}

/// The record of a voucher's order, which contains the step.
const VOUCHER: &str = "voucher";

/// Returns the name of an entry as stored in the ledger.
fn name(entry: &Value) -> Option<String> {
    match entry {
        Value::String(name) => Some(name.clone()),
        Value::Object(members) => {
            let (name, inner) = members.iter().next()?;
            if name == VOUCHER { self::name(inner) } else { Some(name.clone()) }
        }
        _ => None,
    }
}
