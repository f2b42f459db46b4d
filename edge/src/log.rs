//! The log: one JSON line per event worth a person's time. There is no way to hand it a PIN, a secret, an address with a
//! key in it or a provider's raw answer: it takes only what is named here.

use checkout_core::ConfigError;
use serde_json::{Value, json};
use worker::{console_error, console_log, console_warn};

/// The Worker does not run: a variable is missing or wrong.
pub fn misconfigured(error: &ConfigError) {
    console_error!(
        "{}",
        json!({"event": "misconfigured", "variable": error.variable, "problem": error.problem})
    );
}

/// Something of ours failed that should not. `place` is a fixed text of the program.
pub fn failed(place: &'static str, error: &worker::Error) {
    // The error's own text can repeat an address or a value: only its kind is told.
    let kind = match error {
        worker::Error::JsError(_) => "js",
        worker::Error::Internal(_) => "internal",
        worker::Error::SerdeJsonError(_) => "json",
        _ => "other",
    };
    console_error!("{}", json!({"event": "failed", "place": place, "kind": kind}));
}

/// A provider was called: how long it took, in milliseconds, and what came of it, in our own words.
pub fn provider_call(
    provider: &str,
    about: &str,
    op: &'static str,
    status: Option<u16>,
    heard: &str,
    ms: i64,
) {
    let line = json!({
        "event": "provider_call", "provider": provider, "about": about, "op": op,
        "status": status, "heard": heard, "ms": ms,
    });
    console_log!("{line}");
}

/// A provider has not answered a payment, or answers again. `down` is whether it is no longer offered.
pub fn provider_health(provider: &str, answered: bool, down: bool) {
    let line = json!({"event": "provider_health", "provider": provider, "answered": answered, "down": down});
    console_warn!("{line}");
}

/// The provider took another fee than it is configured to take.
pub fn fee_differs(provider: &str, redemption: &str, expected: i64, taken: i64) {
    let line = json!({
        "event": "fee_differs", "provider": provider, "redemption": redemption, "expected": expected, "taken": taken,
    });
    console_warn!("{line}");
}

/// A voucher for the shop reached another state. `words` are the provider's, scrubbed.
pub fn voucher(id: &str, provider: &str, status: &'static str, words: Option<&str>) {
    let words = words.map_or(Value::Null, Value::from);
    console_log!(
        "{}",
        json!({"event": "voucher", "id": id, "provider": provider, "status": status, "words": words})
    );
}

/// An event was sent to the shop's server; `status` is what it answered.
pub fn event(id: &str, kind: &str, status: Option<u16>, tries: usize) {
    console_log!(
        "{}",
        json!({"event": "delivery", "id": id, "type": kind, "status": status, "tries": tries})
    );
}

/// A webhook came, and what was done about it.
pub fn webhook(provider: &str, result: &'static str) {
    console_log!("{}", json!({"event": "webhook", "provider": provider, "result": result}));
}

/// A sealed secret cannot be opened: the key that sealed it stands no longer in SEALING_KEY.
pub fn unreadable_secret(kind: &'static str, about: &str) {
    console_error!("{}", json!({"event": "unreadable_secret", "kind": kind, "about": about}));
}

/// A payment reached another state. `words` are the provider's, scrubbed.
pub fn redemption(id: &str, provider: &str, status: &'static str, words: Option<&str>) {
    let words = words.map_or(Value::Null, Value::from);
    console_log!(
        "{}",
        json!({"event": "redemption", "id": id, "provider": provider, "status": status, "words": words})
    );
}
