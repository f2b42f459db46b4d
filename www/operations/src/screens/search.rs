//! Search by details that a shopper can give. A phone number, an e-mail address and a PIN go to the Worker in a body, never in an address.

use crate::api::{self, Failure};
use crate::components::fields::{Choice, TextField};
use crate::components::load::FailureNote;
use crate::components::rows::{payment_row, session_row};
use crate::components::text::Heading;
use crate::format::query;
use checkout_wire::merchant::{List, MerchantRedemption, MerchantSession, SearchResult};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use serde_json::json;

/// The length of a complete id.
const WHOLE_ID: usize = 35;

/// The kind and the text of a search.
#[derive(Clone)]
struct Wish {
    kind: &'static str,
    text: String,
}

/// Renders the search screen.
#[component]
pub fn Search() -> impl IntoView {
    let kind = RwSignal::new("order");
    let text = RwSignal::new(String::new());
    let find = Action::new_local(|wish: &Wish| found(wish.clone()));
    let pending = find.pending();
    let navigate = use_navigate();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let typed = text.get_untracked().trim().to_owned();
        let is_whole = |prefix| typed.len() == WHOLE_ID && typed.starts_with(prefix);
        if is_whole("cs_") {
            navigate(&format!("/operations/sessions/{typed}"), NavigateOptions::default());
        } else if is_whole("vo_") {
            navigate(&format!("/operations/vouchers/{typed}"), NavigateOptions::default());
        } else {
            find.dispatch_local(Wish { kind: kind.get_untracked(), text: typed });
        }
    };
    // The text typed for one kind is not searched as another.
    Effect::new(move |before: Option<()>| {
        kind.track();
        if before.is_some() {
            text.set(String::new());
        }
    });
    view! {
        <Heading text="Search"/>
        <form class="search" on:submit=submit>
            <Choice
                legend="What do you have?"
                name="kind"
                value=kind
                options=vec![
                    ("order", "Order reference"),
                    ("number", "Payment number or another number (rd_…, cs_…)"),
                    ("provider", "The provider’s reference"),
                    ("phone", "Phone number"),
                    ("email", "E-mail address"),
                    ("pin", "PIN of a voucher"),
                ]
            />
            {move || {
                let (label, mode) = match kind.get() {
                    "phone" => ("Phone number", "tel"),
                    "email" => ("E-mail address", "email"),
                    "pin" => ("PIN", "text"),
                    "provider" => ("The provider’s reference", "text"),
                    "number" => ("Number", "text"),
                    _ => ("Order reference", "text"),
                };
                view! { <TextField label value=text mode required=true longest=254/> }
            }}
            <button type="submit" class="main" aria-busy=move || pending.get().to_string()>
                {move || if pending.get() { "Searching…" } else { "Search" }}
            </button>
        </form>
        <div aria-live="polite">
            {move || find.value().get().map(|result| match result {
                Ok(result) => view! { <Found result/> }.into_any(),
                Err(failure) => view! { <FailureNote failure/> }.into_any(),
            })}
        </div>
    }
}

/// Renders the results of a search.
#[component]
fn Found(result: SearchResult) -> impl IntoView {
    let SearchResult { sessions, redemptions } = result;
    let count = sessions.len() + redemptions.len();
    let told = match count {
        0 => "Nothing was found.".to_owned(),
        1 => "Found one.".to_owned(),
        count => format!("Found {count}."),
    };
    view! {
        <p>{told}</p>
        {(!sessions.is_empty()).then(|| view! { <h2>"Sessions"</h2> })}
        <ul class="rows">{sessions.into_iter().map(session_row).collect_view()}</ul>
        {(!redemptions.is_empty()).then(|| view! { <h2>"Payments"</h2> })}
        <ul class="rows">{redemptions.into_iter().map(payment_row).collect_view()}</ul>
    }
}

async fn found(Wish { kind, text }: Wish) -> Result<SearchResult, Failure> {
    match kind {
        "order" => sessions(("reference", text)).await,
        "number" if text.starts_with("cs_") => sessions(("number", text)).await,
        "number" => payments(("number", text)).await,
        "provider" => payments(("provider_reference", text)).await,
        other => api::search(json!({other: text})).await,
    }
}

async fn sessions(filter: (&str, String)) -> Result<SearchResult, Failure> {
    let path = format!("/v1/checkout_sessions{}", query([filter]));
    let List { data: sessions, .. } = api::get::<List<MerchantSession>>(path).await?;
    Ok(SearchResult { sessions, redemptions: Vec::new() })
}

async fn payments(filter: (&str, String)) -> Result<SearchResult, Failure> {
    let path = format!("/v1/redemptions{}", query([filter]));
    let List { data: redemptions, .. } = api::get::<List<MerchantRedemption>>(path).await?;
    Ok(SearchResult { sessions: Vec::new(), redemptions })
}
