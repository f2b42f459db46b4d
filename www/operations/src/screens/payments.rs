//! All payments by voucher.

use crate::components::list::{Filter, Kind, ListScreen};
use crate::components::rows::payment_row;
use crate::words::PROVIDERS;
use leptos::prelude::*;

const FILTERS: &[Filter] = &[
    Filter("provider_reference", "Reference at the provider", Kind::Text),
    Filter(
        "status",
        "Status",
        Kind::Choice(&[
            ("processing", "Under way"),
            ("succeeded", "Taken"),
            ("declined", "Declined"),
            ("unknown", "Unknown"),
            ("not_sent", "Not charged"),
            ("reversed", "Reversed"),
        ]),
    ),
    Filter("provider", "Provider", Kind::Choice(&PROVIDERS)),
    Filter("created_after", "Paid from", Kind::Day),
    Filter("created_before", "Paid before", Kind::Day),
    Filter("needs_review", "Needs review", Kind::Check),
];

/// Renders the list of payments.
#[component]
pub fn Payments() -> impl IntoView {
    view! {
        <ListScreen
            row=payment_row
            id=|one| &one.id
            title="Payments"
            path="/v1/redemptions"
            filters=FILTERS
            none="No payment matches."
        />
    }
}
