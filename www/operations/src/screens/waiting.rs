//! The items that wait for a person, the oldest first, and the health of the providers.

use crate::api;
use crate::components::load::Section;
use crate::components::rows::{Rows, event_row, payment_row, session_row, voucher_row};
use crate::components::text::{Badge, Fact, Heading, When};
use crate::words::{self, Tone};
use checkout_wire::Seconds;
use checkout_wire::merchant::{List, MerchantEvent, ProviderStatus, Status, Violation};
use leptos::prelude::*;
use leptos_router::components::A;
use serde::de::DeserializeOwned;

/// The number of items shown of each kind; the list has all of them.
const SHOWN: usize = 10;

/// Renders the first screen.
#[component]
pub fn WaitingScreen() -> impl IntoView {
    view! {
        <Heading text="What is waiting"/>
        <Queue
            row=payment_row
            title="Payments that a person has to settle"
            explanation="The look-ups did not tell whether the money was taken. Ask the provider, then settle the payment."
            none="No payment waits for you."
            path="/v1/redemptions?needs_review=true&order=asc"
            all="/operations/payments?needs_review=true"
        />
        <Queue
            row=voucher_row
            title="Issued vouchers that a person has to settle"
            explanation="It is not known whether the provider issued them."
            none="No issued voucher waits for you."
            path="/v1/vouchers?needs_review=true&order=asc"
            all="/operations/vouchers?needs_review=true"
        />
        <Queue
            row=session_row
            title="Money owed to shoppers"
            explanation="It was taken and pays for nothing. Give it back, then record the payout."
            none="No money is owed."
            path="/v1/checkout_sessions?owed=true&order=asc"
            all="/operations/sessions?owed=true"
        />
        <Queue
            row=event_row
            title="Events that are sent again"
            explanation="The shop’s server did not take them. They are sent again with growing pauses."
            none="The shop’s server has refused no event."
            path="/v1/events?delivery=pending&order=asc"
            all="/operations/events?delivery=pending"
            // Without an address of the shop's server, no event waits for delivery.
            waits=|event: &MerchantEvent| !event.delivery.tries.is_empty()
        />
        <Queue
            row=event_row
            title="Events that were given up"
            explanation="The shop’s server did not take them for 30 days. Open the session to send one again."
            none="No event was given up."
            path="/v1/events?delivery=given_up&order=asc"
            all="/operations/events?delivery=given_up"
        />
        <Health/>
    }
}

/// Renders the oldest items of a kind.
#[component]
fn Queue<T>(
    /// Returns the view of an item.
    row: fn(T) -> AnyView,
    title: &'static str,
    explanation: &'static str,
    /// The text when there are none.
    none: &'static str,
    /// The list of the API.
    path: &'static str,
    /// The screen with all of them.
    all: &'static str,
    /// Whether an item of the list waits.
    #[prop(default = |_| true)]
    waits: fn(&T) -> bool,
) -> impl IntoView
where
    T: DeserializeOwned + Clone + Send + Sync + 'static,
{
    let list = LocalResource::new(move || api::get::<List<T>>(format!("{path}&limit={SHOWN}")));
    view! {
        <Section title resource=list let:page>
            {
                let items: Vec<T> = page.data.into_iter().filter(waits).collect();
                let is_empty = items.is_empty();
                view! {
                    {(!is_empty).then(|| view! { <p>{explanation}</p> })}
                    <Rows items none row/>
                    {(page.has_more && !is_empty).then(|| view! { <p><A href=all>"Show all of them"</A></p> })}
                }
            }
        </Section>
    }
}

/// Renders the health of the providers, and the violations of our pages' policy.
#[component]
fn Health() -> impl IntoView {
    let status = LocalResource::new(|| api::get::<Status>("/v1/status".to_owned()));
    view! {
        <Section title="Providers" resource=status let:status>
            <ul class="rows">
                {status.providers.into_iter().map(|provider| view! { <ProviderRow provider/> }).collect_view()}
            </ul>
            {status
                .index
                .filter(|index| index.status != "ok")
                .map(|_| {
                    view! {
                        <p class="note bad">
                            "The lists are not available at the moment. Payments go on, and the lists catch up afterwards."
                        </p>
                    }
                })}
        </Section>
        <Section title="Kept out of our pages" resource=status let:status>
            {
                let none = match status.violations {
                    Some(_) => "No browser has reported anything in the last 30 days.",
                    None => "The reports cannot be read at the moment.",
                };
                let violations = status.violations.unwrap_or_default();
                view! {
                    {(!violations.is_empty()).then(|| view! { <p>{VIOLATIONS}</p> })}
                    <Rows items=violations none row=violation_row/>
                }
            }
        </Section>
    }
}

/// Returns the row of a violation.
fn violation_row(violation: Violation) -> AnyView {
    let Violation { page, directive, blocked, count, last_at } = violation;
    let reports = if count == 1 { "1 report".to_owned() } else { format!("{count} reports") };
    view! {
        <li class="row">
            <p class="what"><code>{blocked}</code></p>
            <p class="badges"><Badge look=(Tone::Busy, reports)/></p>
            <dl>
                <Fact name="Page"><code>{format!("/{page}/")}</code></Fact>
                <Fact name="Rule"><code>{directive}</code></Fact>
                <Fact name="Last reported"><When at=last_at/></Fact>
            </dl>
        </li>
    }
    .into_any()
}

/// The advice about these reports.
const VIOLATIONS: &str = "Browsers have reported that they refused this, usually what an extension of the browser adds. Anybody can make such \
    reports up. Many reports of the same can be an attack: compare the scripts with /.well-known/checkout-scripts.json.";

/// Renders the state of a provider.
#[component]
fn ProviderRow(provider: ProviderStatus) -> impl IntoView {
    let ProviderStatus { id, breaker, brake, retry_after } = provider;
    let look = match (breaker.as_str(), retry_after) {
        ("closed", _) => (Tone::Good, "Answers".to_owned()),
        ("open", Some(Seconds(wait))) => (Tone::Alert, format!("Does not answer, next try in {wait} s")),
        ("open", None) => (Tone::Alert, "Does not answer".to_owned()),
        _ => (Tone::Busy, "Not known".to_owned()),
    };
    view! {
        <li class="row">
            <p class="what">{words::provider(&id)}</p>
            <p class="badges">
                {(brake == "on")
                    .then(|| {
                        let look = (Tone::Alert, "Most tries fail: somebody is guessing".to_owned());
                        view! { <Badge look/> }
                    })}
                <Badge look/>
            </p>
        </li>
    }
}
