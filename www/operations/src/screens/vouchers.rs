//! All vouchers that were issued for the shop.

use crate::components::list::{Filter, Kind, ListScreen};
use crate::components::rows::voucher_row;
use leptos::prelude::*;

const FILTERS: &[Filter] = &[
    Filter(
        "status",
        "Status",
        Kind::Choice(&[
            ("issued", "Issued"),
            ("processing", "Under way"),
            ("unknown", "Unknown"),
            ("refused", "Not issued"),
        ]),
    ),
    Filter("provider", "Provider", Kind::Choice(&[("celbux", "Celbux"), ("odm", "ODM")])),
    Filter("needs_review", "Needs review", Kind::Check),
];

/// Renders the list of issued vouchers.
#[component]
pub fn Vouchers() -> impl IntoView {
    view! {
        <ListScreen
            row=voucher_row
            id=|one| &one.id
            title="Issued vouchers"
            path="/v1/vouchers"
            filters=FILTERS
            none="No voucher matches."
        />
    }
}
