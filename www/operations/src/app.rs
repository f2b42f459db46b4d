//! The frame of the page: its navigation, and the screen of each address.

use crate::api;
use crate::components::context::Shop;
use crate::screens::{
    events::Events, payments::Payments, reconciliation::ReconciliationScreen, search::Search,
    session::SessionScreen, sessions::Sessions, takings::TakingsScreen, voucher::VoucherScreen,
    vouchers::Vouchers, waiting::WaitingScreen,
};
use checkout_wire::merchant::{List, ProviderInfo, Status};
use leptos::prelude::*;
use leptos_router::components::{A, ParentRoute, Route, Router, Routes};
use leptos_router::nested_router::Outlet;
use leptos_router::path;

/// The addresses in the navigation.
const PLACES: [(&str, &str); 8] = [
    ("/operations/", "Waiting"),
    ("/operations/search", "Search"),
    ("/operations/sessions", "Sessions"),
    ("/operations/payments", "Payments"),
    ("/operations/vouchers", "Issued vouchers"),
    ("/operations/events", "Events"),
    ("/operations/takings", "Takings"),
    ("/operations/reconciliation", "Reconciliation"),
];

/// Renders the operations page.
#[component]
pub fn App() -> impl IntoView {
    let shop = Shop::provide();
    let status = LocalResource::new(|| api::get::<Status>("/v1/status".to_owned()));
    Effect::new(move || match status.get() {
        Some(Ok(Status { timezone: Some(zone), .. })) => shop.zone.set(zone),
        Some(Err(failure)) => shop.signed_out.set(failure.is_signed_out),
        _ => {}
    });
    let providers = LocalResource::new(|| api::get::<List<ProviderInfo>>("/v1/providers".to_owned()));
    Effect::new(move || {
        if let Some(Ok(List { data, .. })) = providers.get() {
            let rules = data.iter().flat_map(|one| &one.brands).map(|brand| brand.pin);
            shop.pins.set(rules.collect());
            let currency = |one: ProviderInfo| Some((one.id, *one.currencies.first()?));
            shop.currencies.set(data.into_iter().filter_map(currency).collect());
        }
    });
    view! {
        <Router>
            <Routes fallback=NotFound>
                <ParentRoute path=path!("/operations") view=Frame>
                    <Route path=path!("") view=WaitingScreen/>
                    <Route path=path!("search") view=Search/>
                    <Route path=path!("sessions") view=Sessions/>
                    <Route path=path!("sessions/:id") view=SessionScreen/>
                    <Route path=path!("payments") view=Payments/>
                    <Route path=path!("vouchers") view=Vouchers/>
                    <Route path=path!("vouchers/:id") view=VoucherScreen/>
                    <Route path=path!("events") view=Events/>
                    <Route path=path!("takings") view=TakingsScreen/>
                    <Route path=path!("reconciliation") view=ReconciliationScreen/>
                </ParentRoute>
            </Routes>
        </Router>
    }
}

/// Renders the frame of every screen: the navigation and messages.
#[component]
fn Frame() -> impl IntoView {
    let shop = Shop::current();
    view! {
        <a class="skip" href="#main">"Skip to the content"</a>
        <header class="top">
            <p class="name">"Voucher Checkout"</p>
            <nav aria-label="Operations">
                <ul>
                    {PLACES
                        .into_iter()
                        .map(|(href, title)| {
                            view! { <li><A href=href exact={href == "/operations/"}>{title}</A></li> }
                        })
                        .collect_view()}
                </ul>
            </nav>
        </header>
        <main id="main" tabindex="-1">
            <Show when=move || shop.signed_out.get()>
                <div class="note bad" role="alert">
                    <p><strong>"You are not signed in."</strong></p>
                    <p>
                        "Your sign-in has ended or was not accepted. " <a href="/operations/" rel="external">"Sign in again"</a>
                        ", then repeat what you were doing."
                    </p>
                </div>
            </Show>
            <Outlet/>
        </main>
        <div class="toast" role="status">{move || shop.notice.get()}</div>
    }
}

/// Renders the screen of an unknown address.
#[component]
fn NotFound() -> impl IntoView {
    view! {
        <main id="main">
            <h1>"There is no such screen"</h1>
            <p><a href="/operations/" rel="external">"Go to what is waiting"</a></p>
        </main>
    }
}
