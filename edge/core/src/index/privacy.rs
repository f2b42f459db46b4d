//! What the rows leave out of the views: personal data, and in an archive all but the amounts and references.

use crate::json;
use serde_json::{Map, Value};

/// The members of an issued voucher's view that go into the index. The others are the provider's own and can name the recipient.
const VOUCHER_MEMBERS: [&str; 15] = [
    "id",
    "object",
    "provider",
    "status",
    "amount",
    "currency",
    "reference",
    "provider_reference",
    "provider_transaction",
    "provider_message",
    "finalization_pending",
    "needs_review",
    "created_at",
    "payout_for",
    "payout_message",
];

/// The members of a session or redemption, at any depth, that can contain personal data.
const PERSONAL: [&str; 4] = ["metadata", "note", "by", "resolved"];

/// The members of a session's view that its archive keeps. Amounts that went back are kept only if they are not
/// zero.
pub const ARCHIVED_SESSION: [&str; 12] = [
    "id",
    "object",
    "status",
    "amount",
    "currency",
    "amount_received",
    "amount_remaining",
    "amount_refunded",
    "amount_paid_out",
    "reference",
    "created_at",
    "expires_at",
];
/// The same, of a redemption.
pub const ARCHIVED_REDEMPTION: [&str; 13] = [
    "id",
    "object",
    "checkout_session",
    "provider",
    "provider_code",
    "status",
    "amount",
    "amount_refunded",
    "fee",
    "provider_reference",
    "provider_transaction",
    "decline_code",
    "created_at",
];

/// Removes personal data from an object of the API: the merchant's metadata, and the notes with their authors.
pub fn without_personal_data(object: &mut Value) {
    if object.get("object").and_then(Value::as_str) == Some("voucher") {
        return keep_voucher_members(object);
    }
    match object {
        Value::Object(members) => {
            members.retain(|name, _| !PERSONAL.contains(&name.as_str()));
            members.values_mut().for_each(without_personal_data);
        }
        Value::Array(items) => items.iter_mut().for_each(without_personal_data),
        _ => {}
    }
}

/// Returns a view with only these members and one more.
pub fn archived(view: &str, kept: &[&str], added: Option<(&str, Value)>) -> String {
    let mut members: Map<String, Value> = json::read(view).unwrap_or_default();
    let is_nothing = |name: &str, value: &Value| {
        matches!(name, "amount_paid_out" | "amount_refunded") && value.as_i64() == Some(0)
    };
    members.retain(|name, value| kept.contains(&name.as_str()) && !is_nothing(name, value));
    members.extend(added.map(|(name, value)| (name.to_owned(), value)));
    Value::Object(members).to_string()
}

/// Removes the provider's own members from the view of an issued voucher.
pub fn keep_voucher_members(view: &mut Value) {
    if let Value::Object(members) = view {
        let all = core::mem::take(members);
        let kept = all.into_iter().filter(|(name, _)| VOUCHER_MEMBERS.contains(&name.as_str()));
        *members = kept.collect::<Map<_, _>>();
    }
}
