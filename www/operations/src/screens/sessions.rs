//! All checkout sessions.

use crate::api;
use crate::components::list::{CheckFilter, Paging, SelectFilter, TextFilter, list_path};
use crate::components::load::Load;
use crate::components::rows::SessionRow;
use crate::components::text::Heading;
use checkout_wire::merchant::{List, ShopSession};
use leptos::prelude::*;
use leptos_router::components::Form;
use leptos_router::hooks::use_query_map;

const FILTERS: &[&str] =
    &["status", "reference", "provider", "created_after", "created_before", "needs_review", "owed"];

/// The values of the filter by provider.
pub const PROVIDERS: [(&str, &str); 5] =
    [("", "All"), ("kora", "Kora"), ("wipay", "WiPay"), ("celbux", "Celbux"), ("odm", "ODM")];

/// The list of sessions.
#[component]
pub fn Sessions() -> impl IntoView {
    let given = use_query_map();
    let list = LocalResource::new(move || {
        api::get::<List<ShopSession>>(list_path("/v1/checkout_sessions", &given.get(), FILTERS))
    });
    view! {
        <Heading text="Sessions"/>
        <Form method="GET" action="/operations/sessions">
            <div class="filters">
                <TextFilter label="Order reference" name="reference"/>
                <SelectFilter
                    label="Status"
                    name="status"
                    options=vec![
                        ("", "All"),
                        ("open", "Open"),
                        ("processing", "Being checked"),
                        ("complete", "Paid"),
                        ("expired", "Expired"),
                        ("canceled", "Canceled"),
                    ]
                />
                <SelectFilter label="Provider" name="provider" options=PROVIDERS.to_vec()/>
                <TextFilter label="Created from" name="created_after" kind="date"/>
                <TextFilter label="Created before" name="created_before" kind="date"/>
                <div class="checks">
                    <CheckFilter label="Needs review" name="needs_review"/>
                    <CheckFilter label="Money owed" name="owed"/>
                </div>
                <button type="submit" class="main">"Show"</button>
            </div>
        </Form>
        <Load resource=list let:page>
            {
                let ends = page.data.first().zip(page.data.last()).map(|(first, last)| (first.id.clone(), last.id.clone()));
                let is_empty = page.data.is_empty();
                view! {
                    <ul class="rows">{page.data.into_iter().map(|session| view! { <SessionRow session/> }).collect_view()}</ul>
                    {is_empty.then(|| view! { <p class="empty">"No session matches."</p> })}
                    <Paging filters=FILTERS ends has_more=page.has_more/>
                }
            }
        </Load>
    }
}
