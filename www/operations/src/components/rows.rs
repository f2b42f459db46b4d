//! Rows of lists: one item each, readable on a phone.

use crate::components::context::Shop;
use crate::components::text::{Badge, Fact, When};
use crate::format::money;
use crate::words;
use checkout_wire::merchant::{MerchantEvent, MerchantRedemption, MerchantSession, MerchantVoucher};
use leptos::either::Either;
use leptos::prelude::*;
use leptos_router::components::A;

/// Renders the items of a list.
#[component]
pub fn Rows<T: 'static>(
    /// Returns the view of an item.
    row: fn(T) -> AnyView,
    /// The items.
    items: Vec<T>,
    /// The text when there are none.
    none: &'static str,
) -> impl IntoView {
    match items.is_empty() {
        true => Either::Left(view! { <p class="empty">{none}</p> }),
        false => Either::Right(view! { <ul class="rows">{items.into_iter().map(row).collect_view()}</ul> }),
    }
}

/// Returns the row of a session.
pub fn session_row(session: MerchantSession) -> AnyView {
    let MerchantSession {
        id, status, amount, currency, amount_owed, reference, created_at, redemptions, ..
    } = session;
    let (tone, word) = words::session(status);
    let waits = redemptions.iter().any(|one| one.needs_review);
    view! {
        <li class="row">
            <p class="what"><A href=format!("/operations/sessions/{id}")>{reference}</A></p>
            <p class="badges">
                <Badge look=(tone, word.to_owned())/>
                {waits.then(|| view! { <Badge look=(words::Tone::Alert, "Needs review".to_owned())/> })}
            </p>
            <dl>
                <Fact name="Amount">{money(amount, currency)}</Fact>
                {(amount_owed.0 > 0).then(|| view! { <Fact name="Owed">{money(amount_owed, currency)}</Fact> })}
                <Fact name="Created"><When at=created_at/></Fact>
                <Fact name="Number"><code>{words::short(&id)}</code></Fact>
            </dl>
        </li>
    }
    .into_any()
}

/// Returns the row of a payment.
pub fn payment_row(payment: MerchantRedemption) -> AnyView {
    let MerchantRedemption {
        id, checkout_session, provider, status, amount, created_at, needs_review, ..
    } = payment;
    let (tone, word) = words::redemption(status, needs_review);
    let (session, reference) = checkout_session.map_or_else(Default::default, |one| (one.id, one.reference));
    let shop = Shop::current();
    let name = provider.clone();
    // Lists state no currency: each provider has one.
    let currency = Signal::derive(move || shop.currencies.with(|known| known.get(&name).copied()));
    view! {
        <li class="row">
            <p class="what"><A href=format!("/operations/sessions/{session}#{id}")>{reference}</A></p>
            <p class="badges"><Badge look=(tone, word.to_owned())/></p>
            <dl>
                <Fact name="Amount">{move || money(amount, currency.get())}</Fact>
                <Fact name="Provider">{words::provider(&provider)}</Fact>
                <Fact name="Paid">
                    <When at=created_at/>
                </Fact>
                <Fact name="Payment number"><code>{words::short(&id)}</code></Fact>
            </dl>
        </li>
    }
    .into_any()
}

/// Returns the row of an issued voucher.
pub fn voucher_row(voucher: MerchantVoucher) -> AnyView {
    let MerchantVoucher {
        id, provider, status, amount, currency, reference, created_at, needs_review, ..
    } = voucher;
    let title = reference.unwrap_or_else(|| words::short(&id));
    view! {
        <li class="row">
            <p class="what"><A href=format!("/operations/vouchers/{id}")>{title}</A></p>
            <p class="badges"><Badge look=words::voucher(&status, needs_review)/></p>
            <dl>
                {amount
                    .map(|amount| {
                        view! { <Fact name="Amount">{money(amount, currency)}</Fact> }
                    })}
                <Fact name="Provider">{words::provider(&provider)}</Fact>
                <Fact name="Ordered"><When at=created_at/></Fact>
                <Fact name="Number"><code>{words::short(&id)}</code></Fact>
            </dl>
        </li>
    }
    .into_any()
}

/// Returns the row of an event.
pub fn event_row(event: MerchantEvent) -> AnyView {
    view! { <EventRow event/> }.into_any()
}

/// Renders an event in a list, with `children` as its buttons.
#[component]
pub fn EventRow(
    /// The event.
    event: MerchantEvent,
    /// Buttons.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let MerchantEvent { id, kind, created_at, data, delivery, .. } = event;
    let number: String = id.chars().take(12).collect();
    let object = data.map(|data| data.object);
    let session = object.as_ref().and_then(|object| {
        let named = object.checkout_session.as_ref().map(|session| session.id.clone());
        named.or_else(|| object.id.starts_with("cs_").then(|| object.id.clone()))
    });
    let title = view! { <code>{kind}</code> };
    let is_tried = !delivery.tries.is_empty();
    // The first attempt follows at once if the shop's server has an address; otherwise there is none.
    let next_try = delivery.next_try_at.filter(|_| is_tried);
    let last = delivery
        .tries
        .last()
        .map(|one| one.status.map_or_else(|| "no answer".to_owned(), |status| format!("answer {status}")));
    let tries = match (delivery.tries.len(), last) {
        (0, _) => "none yet".to_owned(),
        (1, Some(last)) => format!("one, {last}"),
        (count, last) => format!("{count}, the last with {}", last.unwrap_or_default()),
    };
    view! {
        <li class="row" id=id>
            <p class="what">
                {match session {
                    Some(session) => view! { <A href=format!("/operations/sessions/{session}")>{title}</A> }.into_any(),
                    None => title.into_any(),
                }}
            </p>
            <p class="badges"><Badge look=words::delivery(&delivery.status, is_tried)/></p>
            <dl>
                <Fact name="Created"><When at=created_at/></Fact>
                <Fact name="Tries">{tries}</Fact>
                {next_try.map(|at| view! { <Fact name="Next try"><When at=at/></Fact> })}
                <Fact name="Number"><code>{number}</code></Fact>
            </dl>
            {children.map(|children| view! { <div class="buttons">{children()}</div> })}
        </li>
    }
}
