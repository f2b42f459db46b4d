//! Events for the merchant's server.

use crate::time::rfc3339;
use checkout_wire::Millis;
use serde_json::{Value, json};

/// The type of an event.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EventType {
    /// The session is paid in full.
    SessionCompleted,
    /// The session expired.
    SessionExpired,
    /// The merchant canceled the session.
    SessionCanceled,
    /// A voucher's payment succeeded and is credited.
    RedemptionSucceeded,
    /// A voucher was declined.
    RedemptionDeclined,
    /// A voucher's outcome is unknown.
    RedemptionUnknown,
    /// A person has to decide about a voucher's payment or its reversal.
    RedemptionNeedsReview,
    /// An unknown or wrongly recorded outcome is now known.
    RedemptionResolved,
    /// A charge of a complete session, or a part of it, was given back.
    RedemptionRefunded,
    /// The merchant has paid out money that it owed.
    PayoutRecorded,
    /// A voucher was issued for the merchant.
    VoucherIssued,
    /// A person has to decide about a voucher that the merchant ordered.
    VoucherNeedsReview,
    /// Something has waited for a person for too long, or has failed.
    Attention,
}

impl EventType {
    /// All types.
    pub const ALL: [Self; 13] = [
        EventType::SessionCompleted,
        EventType::SessionExpired,
        EventType::SessionCanceled,
        EventType::RedemptionSucceeded,
        EventType::RedemptionDeclined,
        EventType::RedemptionUnknown,
        EventType::RedemptionNeedsReview,
        EventType::RedemptionResolved,
        EventType::RedemptionRefunded,
        EventType::PayoutRecorded,
        EventType::VoucherIssued,
        EventType::VoucherNeedsReview,
        EventType::Attention,
    ];

    /// Returns the type with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// Returns its name in the event's `type`.
    pub const fn as_str(self) -> &'static str {
        match self {
            EventType::SessionCompleted => "checkout_session.completed",
            EventType::SessionExpired => "checkout_session.expired",
            EventType::SessionCanceled => "checkout_session.canceled",
            EventType::RedemptionSucceeded => "redemption.succeeded",
            EventType::RedemptionDeclined => "redemption.declined",
            EventType::RedemptionUnknown => "redemption.unknown",
            EventType::RedemptionNeedsReview => "redemption.needs_review",
            EventType::RedemptionResolved => "redemption.resolved",
            EventType::RedemptionRefunded => "redemption.refunded",
            EventType::PayoutRecorded => "payout.recorded",
            EventType::VoucherIssued => "voucher.issued",
            EventType::VoucherNeedsReview => "voucher.needs_review",
            EventType::Attention => "operations.attention",
        }
    }
}

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
