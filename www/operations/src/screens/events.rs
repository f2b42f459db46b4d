//! All events for the shop's server.

use crate::components::list::{Filter, Kind, ListScreen};
use crate::components::rows::event_row;
use checkout_wire::EventType;
use leptos::prelude::*;

const FILTERS: &[Filter] = &[
    Filter("type", "Type", Kind::Word(|| EventType::ALL.iter().map(|kind| kind.as_str()).collect())),
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
