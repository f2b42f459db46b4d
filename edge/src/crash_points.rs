//! Only in the test build with the feature `crash-points`: after each step that is on disk the Worker tells a test of it, and goes
//! on when the test has answered. A test that ends the process instead stops it at exactly that point.

use serde::Serialize;
use serde_json::{Value, json};
use std::cell::RefCell;
use wasm_bindgen::JsValue;
use worker::{Env, Fetch, Method, Request, RequestInit};

thread_local! {
    static URL: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Takes up whom to tell, from the variable `CRASH_POINTS_URL`.
pub fn configure(env: &Env) {
    let url = env.var("CRASH_POINTS_URL").ok().map(|url| url.to_string());
    URL.with_borrow_mut(|known| *known = url);
}

/// These entries of the object `kind` are on disk; `about` is the session or the voucher they belong to.
pub async fn reached<T: Serialize>(kind: &str, about: &str, entries: &[T]) {
    let names: Vec<String> =
        entries.iter().filter_map(|entry| name(&serde_json::to_value(entry).ok()?)).collect();
    let Some(url) = URL.with_borrow(Clone::clone) else {
        return;
    };
    let mut init = RequestInit::new();
    let body = json!({"object": kind, "about": about, "steps": names}).to_string();
    init.with_method(Method::Post).with_body(Some(JsValue::from_str(&body)));
    if let Ok(request) = Request::new_with_init(&url, &init) {
        let _ = Fetch::Request(request).send().await;
    }
}

/// The name of an entry, as it stands in the ledger.
fn name(entry: &Value) -> Option<String> {
    match entry {
        Value::String(name) => Some(name.clone()),
        Value::Object(members) => {
            let (name, inner) = members.iter().next()?;
            // The step of a voucher's order stands inside.
            if name == "voucher" { self::name(inner) } else { Some(name.clone()) }
        }
        _ => None,
    }
}
