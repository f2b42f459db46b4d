//! All events for the shop's server.

use crate::api;
use crate::components::list::{Paging, SelectFilter, list_path};
use crate::components::load::Load;
use crate::components::rows::EventRow;
use crate::components::text::Heading;
use checkout_wire::merchant::{List, ShopEvent};
use leptos::prelude::*;
use leptos_router::components::Form;
use leptos_router::hooks::use_query_map;

const FILTERS: &[&str] = &["type", "delivery"];

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

/// The list of events, the newest first.
#[component]
pub fn Events() -> impl IntoView {
    let given = use_query_map();
    let list = LocalResource::new(move || {
        let path = list_path("/v1/events", &given.get(), FILTERS);
        api::get::<List<ShopEvent>>(format!("{path}&order=desc"))
    });
    let types = [("", "All")].into_iter().chain(TYPES.map(|name| (name, name))).collect();
    view! {
        <Heading text="Events"/>
        <p>"The messages to the shop’s server. Open an event’s session to send it again."</p>
        <Form method="GET" action="/operations/events">
            <div class="filters">
                <SelectFilter label="Type" name="type" options=types/>
                <SelectFilter
                    label="Delivery"
                    name="delivery"
                    options=vec![
                        ("", "All"),
                        ("pending", "Being delivered"),
                        ("delivered", "Delivered"),
                        ("given_up", "Given up"),
                        ("gone", "Stopped"),
                        ("not_wanted", "Not wanted"),
                    ]
                />
                <button type="submit" class="main">"Show"</button>
            </div>
        </Form>
        <Load resource=list let:page>
            {
                let ends = page.data.first().zip(page.data.last()).map(|(first, last)| (first.id.clone(), last.id.clone()));
                let is_empty = page.data.is_empty();
                view! {
                    <ul class="rows">{page.data.into_iter().map(|event| view! { <EventRow event/> }).collect_view()}</ul>
                    {is_empty.then(|| view! { <p class="empty">"No event matches."</p> })}
                    <Paging filters=FILTERS ends has_more=page.has_more/>
                }
            }
        </Load>
    }
}

#[cfg(test)]
mod tests;
