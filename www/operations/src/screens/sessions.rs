//! All checkout sessions.

use crate::components::list::{Filter, Kind, ListScreen};
use crate::components::rows::session_row;
use crate::words::PROVIDERS;
use leptos::prelude::*;

const FILTERS: &[Filter] = &[
    Filter("reference", "Order reference", Kind::Text),
    Filter(
        "status",
        "Status",
        Kind::Choice(&[
            ("open", "Open"),
            ("processing", "Being checked"),
            ("complete", "Paid"),
            ("expired", "Expired"),
            ("canceled", "Canceled"),
        ]),
    ),
    Filter("provider", "Provider", Kind::Choice(&PROVIDERS)),
    Filter("created_after", "Created from", Kind::Day),
    Filter("created_before", "Created before", Kind::Day),
    Filter("needs_review", "Needs review", Kind::Check),
    Filter("owed", "Money owed", Kind::Check),
];

/// Renders the list of sessions.
#[component]
pub fn Sessions() -> impl IntoView {
    view! {
        <ListScreen
            row=session_row
            id=|one| &one.id
            title="Sessions"
            path="/v1/checkout_sessions"
            filters=FILTERS
            none="No session matches."
        />
    }
}
