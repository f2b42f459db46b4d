//! Only in the test build with the feature `crash-points`: after each step that is on disk the Worker tells a test of it, and goes
//! on when the test has answered. A test that ends the process instead stops it at exactly that point.

use checkout_core::idempotency::Record;
use checkout_core::issuance::Step;
use checkout_core::session::Entry;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::cell::RefCell;
use wasm_bindgen::JsValue;
use worker::{Env, Fetch, Method, Request, RequestInit};

thread_local! {
    static URL: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// What goes to disk and is no entry of a ledger.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Point {
    /// A payment has the voucher.
    Held,
    /// An event was tried to be delivered.
    Tried,
    /// A call of the shop that was refused has given its key back.
    Forgotten,
    /// Something sealed was kept or erased by itself.
    Secrets,
}

/// Takes up whom to tell, from the variable `CRASH_POINTS_URL`.
pub fn configure(env: &Env) {
    let url = env.var("CRASH_POINTS_URL").ok().map(|url| url.to_string());
    URL.with_borrow_mut(|known| *known = url);
}

/// Tells the test that these entries are on disk, in an object of this kind; `about` names what they belong to, `is_kept` whether
/// the object's state in memory is what its ledger adds up to.
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
    let mut init = RequestInit::new();
    init.with_method(Method::Post).with_body(Some(JsValue::from_str(&body)));
    if let Ok(request) = Request::new_with_init(&url, &init) {
        let _ = Fetch::Request(request).send().await;
    }
}

/// Returns the names of all steps by kind of object. They come from serde, so that a new one cannot be left out.
fn every() -> Value {
    let records = names::<Record>().into_iter().filter(|name| name != VOUCHER).chain(names::<Step>());
    json!({
        "checkout": names::<Entry>(),
        "idempotency": records.collect::<Vec<_>>(),
        "any": names::<Point>(),
    })
}

/// The record of a voucher's order holds the step inside.
const VOUCHER: &str = "voucher";

/// Returns the names of an enum's values, out of serde's refusal of an unknown one: it lists them.
fn names<T: DeserializeOwned>() -> Vec<String> {
    let refusal = serde_json::from_str::<T>("\"?\"").err().map(|error| error.to_string()).unwrap_or_default();
    refusal.split('`').skip(3).step_by(2).map(str::to_owned).collect()
}

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
