//! The log: one JSON line per event, with the request and the session that it belongs to. Its functions take named values
//! only, so that no PIN, secret, address with a key or raw provider answer can reach it.

pub mod context;

use checkout_core::ConfigError;
use checkout_wire::{Millis, Minor};
use serde_json::{Value, json};
use worker::{console_error, console_log, console_warn};

enum Level {
    Log,
    Warn,
    Error,
}

/// Writes a line, with the request and the session that it belongs to.
fn write(level: Level, mut line: Value) {
    if let Value::Object(members) = &mut line {
        context::add_to(members);
    }
    match level {
        Level::Log => console_log!("{line}"),
        Level::Warn => console_warn!("{line}"),
        Level::Error => console_error!("{line}"),
    }
}

/// Logs a configuration variable that is missing or wrong. The Worker then refuses to work.
pub fn misconfigured(error: &ConfigError) {
    write(
        Level::Error,
        json!({"event": "misconfigured", "variable": error.variable, "problem": error.problem}),
    );
}

/// Logs a failure of the Worker itself. `place` is a fixed text of the program.
pub fn failed(place: &'static str, error: &worker::Error) {
    // The error's own text can contain an address or a value, so only its kind is logged.
    let kind = match error {
        worker::Error::JsError(_) => "js",
        worker::Error::Internal(_) => "internal",
        worker::Error::SerdeJsonError(_) => "json",
        _ => "other",
    };
    write(Level::Error, json!({"event": "failed", "place": place, "kind": kind}));
}

/// Logs a call to a provider: its duration, and its result in our own words.
pub fn provider_call(
    provider: &str,
    about: &str,
    op: &'static str,
    status: Option<u16>,
    heard: &str,
    took: Millis,
) {
    write(
        Level::Log,
        json!({
            "event": "provider_call", "provider": provider, "about": about, "op": op,
            "status": status, "heard": heard, "ms": took,
        }),
    );
}

/// Logs that a provider has stopped or resumed answering payments. `down` is whether it is no longer offered.
pub fn provider_health(provider: &str, answered: bool, down: bool) {
    write(
        Level::Warn,
        json!({"event": "provider_health", "provider": provider, "answered": answered, "down": down}),
    );
}

/// Logs why a token of Turnstile was not accepted.
pub fn turnstile(reason: &str) {
    write(Level::Warn, json!({"event": "turnstile", "reason": reason}));
}

/// Logs a fee that differs from the configured one.
pub fn fee_differs(provider: &str, redemption: &str, expected: Minor, taken: Minor) {
    write(
        Level::Warn,
        json!({
            "event": "fee_differs", "provider": provider, "redemption": redemption, "expected": expected, "taken": taken,
        }),
    );
}

/// Logs the new status of an issued voucher. `words` are the provider's, scrubbed.
pub fn voucher(id: &str, provider: &str, status: &'static str, words: Option<&str>) {
    let words = words.map_or(Value::Null, Value::from);
    write(
        Level::Log,
        json!({"event": "voucher", "id": id, "provider": provider, "status": status, "words": words}),
    );
}

/// Logs a delivery to the merchant's server; `status` is the HTTP status of its answer.
pub fn event(id: &str, kind: &str, status: Option<u16>, tries: usize) {
    write(Level::Log, json!({"event": "delivery", "id": id, "type": kind, "status": status, "tries": tries}));
}

/// Logs an inbound webhook and its result.
pub fn webhook(provider: &str, result: &'static str) {
    write(Level::Log, json!({"event": "webhook", "provider": provider, "result": result}));
}

/// Logs a call to the index that failed, with our own word for the failure.
pub fn index(failed: &'static str) {
    console_warn!("{}", json!({"event": "index", "failed": failed}));
}

/// Logs a sealed secret that cannot be opened: SEALING_KEY no longer holds the key that sealed it.
pub fn unreadable_secret(kind: &'static str, about: &str) {
    write(Level::Error, json!({"event": "unreadable_secret", "kind": kind, "about": about}));
}

/// Logs the new status of a redemption. `words` are the provider's, scrubbed.
pub fn redemption(id: &str, provider: &str, status: &'static str, words: Option<&str>) {
    let words = words.map_or(Value::Null, Value::from);
    write(
        Level::Log,
        json!({"event": "redemption", "id": id, "provider": provider, "status": status, "words": words}),
    );
}
