//! All events for the shop's server.

use crate::components::list::{Filter, Kind, ListScreen};
use crate::components::rows::event_row;
use leptos::prelude::*;

const FILTERS: &[Filter] = &[
    Filter("type", "Type", Kind::Word(&TYPES)),
    Filter(
        "delivery",
        "Delivery",
        Kind::Choice(&[
            ("pending", "Being delivered"),
            ("delivered", "Delivered"),
            ("given_up", "Given up"),
            ("gone", "Stopped"),
            ("not_wanted", "Not wanted"),
        ]),
    ),
];

/// The values of the filter by type.
const TYPES: [&str; 13] = [
    "checkout_session.completed",
    "checkout_session.expired",
    "checkout_session.canceled",
    "redemption.succeeded",
    "redemption.declined",
    "redemption.unknown",
    "redemption.needs_review",
    "redemption.resolved",
    "redemption.refunded",
    "payout.recorded",
    "voucher.issued",
    "voucher.needs_review",
    "operations.attention",
];

/// Renders the list of events.
#[component]
pub fn Events() -> impl IntoView {
    view! {
        <ListScreen
            row=event_row
            id=|one| &one.id
            title="Events"
            explanation="The messages to the shop’s server. Open an event’s session to send it again."
            path="/v1/events"
            filters=FILTERS
            none="No event matches."
        />
    }
}

#[cfg(test)]
mod tests;
