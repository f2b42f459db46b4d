//! All payments by voucher.

use crate::api;
use crate::components::list::{CheckFilter, Paging, SelectFilter, TextFilter, list_path};
use crate::components::load::Load;
use crate::components::rows::PaymentRow;
use crate::components::text::Heading;
use crate::screens::sessions::PROVIDERS;
use checkout_wire::merchant::{List, ShopRedemption};
use leptos::prelude::*;
use leptos_router::components::Form;
use leptos_router::hooks::use_query_map;

const FILTERS: &[&str] =
    &["status", "provider", "provider_reference", "created_after", "created_before", "needs_review"];

/// The list of payments.
#[component]
pub fn Payments() -> impl IntoView {
    let given = use_query_map();
    let list = LocalResource::new(move || {
        api::get::<List<ShopRedemption>>(list_path("/v1/redemptions", &given.get(), FILTERS))
    });
    view! {
        <Heading text="Payments"/>
        <Form method="GET" action="/operations/payments">
            <div class="filters">
                <TextFilter label="Reference at the provider" name="provider_reference"/>
                <SelectFilter
                    label="Status"
                    name="status"
                    options=vec![
                        ("", "All"),
                        ("processing", "Under way"),
                        ("succeeded", "Taken"),
                        ("declined", "Declined"),
                        ("unknown", "Unknown"),
                        ("not_sent", "Not charged"),
                        ("reversed", "Reversed"),
                    ]
                />
                <SelectFilter label="Provider" name="provider" options=PROVIDERS.to_vec()/>
                <TextFilter label="Paid from" name="created_after" kind="date"/>
                <TextFilter label="Paid before" name="created_before" kind="date"/>
                <div class="checks">
                    <CheckFilter label="Needs review" name="needs_review"/>
                </div>
                <button type="submit" class="main">"Show"</button>
            </div>
        </Form>
        <Load resource=list let:page>
            {
                let ends = page.data.first().zip(page.data.last()).map(|(first, last)| (first.id.clone(), last.id.clone()));
                let is_empty = page.data.is_empty();
                view! {
                    <ul class="rows">{page.data.into_iter().map(|payment| view! { <PaymentRow payment/> }).collect_view()}</ul>
                    {is_empty.then(|| view! { <p class="empty">"No payment matches."</p> })}
                    <Paging filters=FILTERS ends has_more=page.has_more/>
                }
            }
        </Load>
    }
}
