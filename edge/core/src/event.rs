//! Events for the merchant's server.

use crate::time::rfc3339;
use checkout_wire::{EventType, Millis};
use serde_json::{Value, json};

/// Builds the body of an event. `sequence` counts the events of one session from 1.
pub fn body(id: &str, kind: EventType, sequence: i64, at: Millis, object: &Value) -> String {
    json!({
        "id": id,
        "type": kind.as_str(),
        "sequence": sequence,
        "created_at": rfc3339(at),
        "data": {"object": object},
    })
    .to_string()
}
