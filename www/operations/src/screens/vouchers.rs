//! All vouchers that were issued for the shop.

use crate::api;
use crate::components::list::{CheckFilter, Paging, SelectFilter, list_path};
use crate::components::load::Load;
use crate::components::rows::VoucherRow;
use crate::components::text::Heading;
use checkout_wire::merchant::{List, ShopVoucher};
use leptos::prelude::*;
use leptos_router::components::Form;
use leptos_router::hooks::use_query_map;

const FILTERS: &[&str] = &["status", "provider", "needs_review"];

/// The list of issued vouchers.
#[component]
pub fn Vouchers() -> impl IntoView {
    let given = use_query_map();
    let list = LocalResource::new(move || {
        api::get::<List<ShopVoucher>>(list_path("/v1/vouchers", &given.get(), FILTERS))
    });
    view! {
        <Heading text="Issued vouchers"/>
        <Form method="GET" action="/operations/vouchers">
            <div class="filters">
                <SelectFilter
                    label="Status"
                    name="status"
                    options=vec![("", "All"), ("issued", "Issued"), ("processing", "Under way"), ("unknown", "Unknown"), ("refused", "Not issued")]
                />
                <SelectFilter label="Provider" name="provider" options=vec![("", "All"), ("celbux", "Celbux"), ("odm", "ODM")]/>
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
                    <ul class="rows">{page.data.into_iter().map(|voucher| view! { <VoucherRow voucher/> }).collect_view()}</ul>
                    {is_empty.then(|| view! { <p class="empty">"No voucher matches."</p> })}
                    <Paging filters=FILTERS ends has_more=page.has_more/>
                }
            }
        </Load>
    }
}
