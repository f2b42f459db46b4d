//! One checkout session: its money, its payments, its ledger in plain words, its events, and its manual acts.

mod acts;

use crate::api;
use crate::components::act::Ask;
use crate::components::load::{Load, Section};
use crate::components::rows::EventRow;
use crate::components::text::{Badge, Fact, Heading, When};
use crate::format::money;
use crate::ledger::sentence_of;
use crate::words;
use acts::{Erase, PayOut, Redeliver, RefundAct, Settle, SettleReversal, StateChange};
use checkout_wire::merchant::{LedgerEntry, List, MerchantEvent, MerchantRedemption, MerchantSession};
use checkout_wire::money::Currency;
use checkout_wire::{Minor, RedemptionStatus, SessionStatus};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

/// Renders the screen of a session.
#[component]
pub fn SessionScreen() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let path = move || format!("/v1/checkout_sessions/{}", id.get());
    let session = LocalResource::new(move || api::get::<MerchantSession>(path()));
    let ledger = LocalResource::new(move || api::get::<List<LedgerEntry>>(format!("{}/ledger", path())));
    let events = LocalResource::new(move || api::get::<List<MerchantEvent>>(format!("{}/events", path())));
    let done = Callback::new(move |()| {
        session.refetch();
        ledger.refetch();
        events.refetch();
    });
    let is_archived = Memo::new(move |_| {
        session.map(|session| session.as_ref().is_ok_and(|one| one.archived)) == Some(true)
    });
    let currency = move || session.map(|session| session.as_ref().ok().map(|one| one.currency));
    view! {
        <Heading text=Signal::derive(move || format!("Session {}", words::short(&id.get())))/>
        <Load resource=session let:session>
            <SessionView session done/>
        </Load>
        <Show
            when=move || !is_archived.get()
            fallback=|| view! { <p class="empty">"This session is archived. Its ledger, its events and the shopper’s data are erased."</p> }
        >
            <Section title="What happened" resource=ledger let:list>
                <ol class="ledger">
                    {list
                        .data
                        .into_iter()
                        .map(|entry| {
                            let currency = currency().flatten();
                            view! { <EntryRow entry currency/> }
                        })
                        .collect_view()}
                </ol>
            </Section>
            <Section title="Events for the shop’s server" resource=events let:list>
                {list.data.is_empty().then(|| view! { <p class="empty">"None yet."</p> })}
                <ul class="rows">
                    {list
                        .data
                        .into_iter()
                        .map(|event| {
                            let path = format!("{}/events/{}/redeliver", path(), event.id);
                            let kind = event.kind.clone();
                            view! {
                                <EventRow event>
                                    <Redeliver path kind done/>
                                </EventRow>
                            }
                        })
                        .collect_view()}
                </ul>
            </Section>
            <Show when=move || session.map(Result::is_ok) == Some(true)>
                <section>
                    <h2>"Personal data"</h2>
                    <Erase path=format!("{}/erase", path()) done/>
                </section>
            </Show>
        </Show>
    }
}

/// Renders a session with its payments, acts and events.
#[component]
fn SessionView(session: MerchantSession, done: Callback<()>) -> impl IntoView {
    let path = format!("/v1/checkout_sessions/{}", session.id);
    let currency = session.currency;
    let amount = move |amount: Minor| money(amount, currency);
    let some = |amount: Minor| Some(amount).filter(|amount| *amount > Minor::ZERO);
    let (tone, word) = words::session(session.status);
    let is_empty = session.redemptions.is_empty();
    // An archived session has no acts.
    let is_complete = session.status == SessionStatus::Complete && !session.archived;
    let owed_path = format!("{path}/payouts");
    view! {
        <p class="badges"><Badge look=(tone, word.to_owned())/></p>
        <dl class="facts">
            <Fact name="Order reference">{session.reference}</Fact>
            <Fact name="Price">{amount(session.amount)}</Fact>
            <Fact name="Received">{amount(session.amount_received)}</Fact>
            <Fact name="Remaining">{amount(session.amount_remaining)}</Fact>
            {some(session.amount_owed).map(|owed| view! { <Fact name="Owed to the shopper"><strong>{amount(owed)}</strong></Fact> })}
            {some(session.amount_refunded).map(|back| view! { <Fact name="Refunded">{amount(back)}</Fact> })}
            {some(session.amount_paid_out).map(|back| view! { <Fact name="Paid out">{amount(back)}</Fact> })}
            <Fact name="Created"><When at=session.created_at/></Fact>
            <Fact name="Expires"><When at=session.expires_at/></Fact>
            {session.metadata.into_iter().map(|(name, text)| view! { <Fact name=name>{text}</Fact> }).collect_view()}
            <Fact name="Number"><code>{session.id}</code></Fact>
        </dl>
        {some(session.amount_owed)
            .map(|owed| view! { <div class="buttons"><PayOut path=owed_path owed currency done/></div> })}
        <section>
            <h2>"Payments"</h2>
            {is_empty.then(|| view! { <p class="empty">"No voucher was tried."</p> })}
            {session
                .redemptions
                .into_iter()
                .map(|payment| {
                    let path = format!("{path}/redemptions/{}", payment.id);
                    view! { <PaymentView payment path currency remaining=session.amount_remaining is_complete done/> }
                })
                .collect_view()}
        </section>
        {(!session.payouts.is_empty())
            .then(|| {
                view! {
                    <section>
                        <h2>"Payouts"</h2>
                        <ul class="rows">
                            {session
                                .payouts
                                .into_iter()
                                .map(|one| view! { <Given amount=amount(one.amount) by=one.by at=one.at note=one.note voucher=one.voucher/> })
                                .collect_view()}
                        </ul>
                    </section>
                }
            })}
    }
}

/// Renders a payment with its acts.
#[component]
fn PaymentView(
    payment: MerchantRedemption,
    path: String,
    currency: Currency,
    /// The remaining amount of the session.
    remaining: Minor,
    /// Whether the session is paid.
    is_complete: bool,
    done: Callback<()>,
) -> impl IntoView {
    let (tone, word) = words::redemption(payment.status, payment.needs_review);
    let left = payment.amount - payment.amount_refunded;
    let is_refundable = is_complete
        && payment.status == RedemptionStatus::Succeeded
        && payment.reversal.is_none()
        && left > Minor::ZERO;
    let ask_path = format!("{path}/ask");
    let resolve = format!("{path}/resolve");
    let is_uncertain = matches!(payment.status, RedemptionStatus::Unknown | RedemptionStatus::Processing);
    let is_open = payment.needs_review && is_uncertain;
    let is_reversal_open = payment.needs_review && payment.reversal.is_some();
    let shown = move |amount: Minor| money(amount, currency);
    let number = words::short(&payment.id);
    view! {
        <article class="payment" id=payment.id>
            <h3>{shown(payment.amount)} " by " {words::provider(&payment.provider)}</h3>
            <p class="badges">
                <Badge look=(tone, word.to_owned())/>
                {payment.inferred.then(|| view! { <Badge look=(words::Tone::Busy, "Inferred from the balance".to_owned())/> })}
                {payment.change_unknown.then(|| view! { <Badge look=(words::Tone::Alert, "Change voucher not known".to_owned())/> })}
            </p>
            <dl class="facts">
                {payment.fee.map(|fee| view! { <Fact name="Fee">{shown(fee)}</Fact> })}
                <Fact name="Paid"><When at=payment.created_at/></Fact>
                {payment.decline_code.map(|code| view! { <Fact name="Reason">{words::spoken(&code)}</Fact> })}
                {payment.provider_message.map(|text| view! { <Fact name="The provider’s words">{text}</Fact> })}
                {payment.provider_reference.map(|text| view! { <Fact name="Reference at the provider"><code>{text}</code></Fact> })}
                {payment.provider_transaction.map(|text| view! { <Fact name="Transaction"><code>{text}</code></Fact> })}
                {payment.reversal.map(|one| view! { <Fact name="Reversal">{words::spoken(&one.status)}</Fact> })}
                {(payment.amount_refunded > Minor::ZERO)
                    .then(|| view! { <Fact name="Refunded">{shown(payment.amount_refunded)}</Fact> })}
                {payment
                    .resolved
                    .map(|one| {
                        view! {
                            <Fact name="Settled">{one.by} ", " <When at=one.at/> {one.note.map(|note| view! { " " <q>{note}</q> })}</Fact>
                        }
                    })}
                <Fact name="Payment number"><code>{number}</code></Fact>
            </dl>
            <div class="buttons">
                {is_open
                    .then(|| {
                        view! {
                            <Settle
                                path=resolve.clone()
                                provider=payment.provider.clone()
                                asked=payment.amount
                                remaining
                                currency
                                done
                            />
                        }
                    })}
                {is_reversal_open
                    .then(|| {
                        view! {
                            <SettleReversal
                                path=resolve.clone()
                                provider=payment.provider.clone()
                                amount=payment.amount
                                currency
                                done
                            />
                        }
                    })}
                {payment.change_unknown.then(|| view! { <StateChange path=resolve.clone() done/> })}
                {(payment.needs_review || is_uncertain)
                    .then(|| view! { <Ask subject="payment" path=ask_path provider=payment.provider.clone() done/> })}
                {is_refundable
                    .then(|| {
                        view! {
                            <RefundAct
                                path=format!("{path}/refunds")
                                provider=payment.provider.clone()
                                left
                                is_whole={payment.amount_refunded == Minor::ZERO}
                                currency
                                done
                            />
                        }
                    })}
            </div>
            {(!payment.refunds.is_empty())
                .then(|| {
                    view! {
                        <h4>"Refunds"</h4>
                        <ul class="rows">
                            {payment
                                .refunds
                                .into_iter()
                                .map(|one| {
                                    let amount = format!("{}, {}", money(one.amount, currency), words::spoken(&one.status).to_lowercase());
                                    view! { <Given amount by=one.by at=one.at note=one.note voucher=one.voucher/> }
                                })
                                .collect_view()}
                        </ul>
                    }
                })}
        </article>
    }
}

/// Renders money that was given back.
#[component]
fn Given(
    amount: String,
    by: Option<String>,
    at: Option<String>,
    note: Option<String>,
    voucher: Option<String>,
) -> impl IntoView {
    view! {
        <li class="row">
            <p class="what">{amount}</p>
            <dl>
                {by.map(|by| view! { <Fact name="By">{by}</Fact> })}
                {at.map(|at| view! { <Fact name="At"><When at/></Fact> })}
                {note.map(|note| view! { <Fact name="Note">{note}</Fact> })}
                {voucher.map(|id| view! { <Fact name="Voucher"><code>{id}</code></Fact> })}
            </dl>
        </li>
    }
}

/// Renders an entry of the ledger.
#[component]
fn EntryRow(entry: LedgerEntry, currency: Option<Currency>) -> impl IntoView {
    let sentence = sentence_of(&entry, currency);
    let LedgerEntry { at, redemption, by, note, .. } = entry;
    view! {
        <li>
            <p>
                <When at/> " " {sentence} {by.map(|by| view! { " By " <strong>{by}</strong> "." })}
                {redemption.map(|id| view! { " " <code>{words::short(&id)}</code> })}
            </p>
            {note.map(|note| view! { <p><q>{note}</q></p> })}
        </li>
    }
}
