//! One voucher that was issued for the shop.

use crate::api;
use crate::components::act::{Act, Ask, Note};
use crate::components::fields::Choice;
use crate::components::load::Load;
use crate::components::text::{Badge, Fact, Heading, When};
use crate::format::money;
use crate::words;
use checkout_wire::merchant::MerchantVoucher;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use serde_json::Map;

/// Renders the screen of an issued voucher.
#[component]
pub fn VoucherScreen() -> impl IntoView {
    let params = use_params_map();
    let id = move || params.with(|params| params.get("id").unwrap_or_default());
    let voucher = LocalResource::new(move || api::get::<MerchantVoucher>(format!("/v1/vouchers/{}", id())));
    let done = Callback::new(move |()| voucher.refetch());
    view! {
        <Heading text=Signal::derive(move || format!("Issued voucher {}", words::short(&id())))/>
        <Load resource=voucher let:voucher>
            <VoucherView voucher done/>
        </Load>
    }
}

/// Renders an issued voucher with its acts.
#[component]
fn VoucherView(voucher: MerchantVoucher, done: Callback<()>) -> impl IntoView {
    let MerchantVoucher { id, provider, status, amount, currency, needs_review, created_at, .. } = voucher;
    let path = format!("/v1/vouchers/{id}");
    let name = words::provider(&provider);
    view! {
        <p class="badges"><Badge look=words::voucher(&status, needs_review)/></p>
        <dl class="facts">
            {amount
                .map(|amount| view! { <Fact name="Amount">{money(amount, currency)}</Fact> })}
            <Fact name="Provider">{name}</Fact>
            <Fact name="Ordered"><When at=created_at/></Fact>
            {voucher.reference.map(|text| view! { <Fact name="Reference">{text}</Fact> })}
            {voucher.provider_reference.map(|text| view! { <Fact name="Reference at the provider"><code>{text}</code></Fact> })}
            {voucher.provider_transaction.map(|text| view! { <Fact name="Transaction"><code>{text}</code></Fact> })}
            {voucher.provider_message.map(|text| view! { <Fact name="The provider’s words">{text}</Fact> })}
            <Fact name="Number"><code>{id}</code></Fact>
        </dl>
        {needs_review
            .then(|| {
                let outcome = RwSignal::new("issued");
                let settle = Callback::new(move |()| {
                    Ok(Map::from_iter([("outcome".to_owned(), outcome.get_untracked().into())]))
                });
                let consequence = move || match outcome.get() {
                    "issued" => "The order counts as issued: its money is spent. The shop’s server is told.",
                    _ => "The order counts as not issued: its money was not spent. The shop’s server is told.",
                };
                view! {
                    <div class="buttons">
                        <Act
                            title="Settle"
                            consequence=Signal::derive(move || consequence().to_owned())
                            confirm="Settle the order"
                            success="The order is settled."
                            note=Note::Required
                            path=format!("{path}/resolve")
                            body=settle
                            done
                        >
                            <Choice
                                legend="What does the provider say?"
                                name="outcome"
                                value=outcome
                                options=vec![("issued", "The voucher was issued"), ("not_issued", "The voucher was not issued")]
                            />
                        </Act>
                        <Ask subject="order" path=format!("{path}/ask") provider done/>
                    </div>
                }
            })}
    }
}
