//! The takings of a period, by day and by provider.

use crate::api;
use crate::components::chart::BarChart;
use crate::components::context::Shop;
use crate::components::list::{Filter, FilterField, Kind};
use crate::components::load::{FailureNote, Section};
use crate::components::text::Heading;
use crate::format::{date, days, days_ago, money, query};
use crate::words;
use checkout_wire::Minor;
use checkout_wire::merchant::{Takings, TakingsRow};
use checkout_wire::money::Currency;
use leptos::prelude::*;
use leptos_router::components::Form;
use leptos_router::hooks::use_query_map;

/// The number of days of the default period.
const USUAL_DAYS: u32 = 29;

/// Renders the takings screen.
#[component]
pub fn TakingsScreen() -> impl IntoView {
    let shop = Shop::current();
    let given = use_query_map();
    let period = Memo::new(move |_| {
        let zone = shop.zone.get();
        let day = |name: &str, days| {
            let typed = given.with(|given| given.get(name)).filter(|day| !day.is_empty());
            typed.unwrap_or_else(|| days_ago(days, &zone))
        };
        (day("from", USUAL_DAYS), day("to", 0))
    });
    let report = move |group: &str| {
        let (from, to) = period.get();
        let members = [("from", from), ("to", to), ("group", group.to_owned())];
        api::get::<Takings>(format!("/v1/reports/takings{}", query(members)))
    };
    let days = LocalResource::new(move || report("day"));
    let providers = LocalResource::new(move || report("provider"));
    Effect::new(move || {
        if let Some(Ok(takings)) = days.get() {
            shop.zone.set(takings.timezone);
        }
    });
    let save = Action::new_local(move |(): &()| {
        let (from, to) = period.get_untracked();
        let name = format!("redemptions-{from}-{to}.csv");
        let path = format!("/v1/exports/redemptions.csv{}", query([("from", from), ("to", to)]));
        async move { api::download(path, &name).await }
    });
    view! {
        <Heading text="Takings"/>
        <Form method="GET" action="/operations/takings">
            <div class="filters">
                <FilterField filter=Filter("from", "From", Kind::Day) usual=Signal::derive(move || period.get().0)/>
                <FilterField filter=Filter("to", "To", Kind::Day) usual=Signal::derive(move || period.get().1)/>
                <button type="submit" class="main">"Show"</button>
            </div>
        </Form>
        <p>
            {move || {
                let (from, to) = period.get();
                format!("{} to {}. A day begins and ends in the time zone {}.", date(&from), date(&to), shop.zone.get())
            }}
        </p>
        <p>
            <button type="button" on:click=move |_| drop(save.dispatch_local(()))>
                {move || if save.pending().get() { "Fetching the payments…" } else { "Download the payments (CSV)" }}
            </button>
        </p>
        {move || save.value().get().and_then(Result::err).map(|failure| view! { <FailureNote failure/> })}
        <Section title="By day" resource=days let:takings>
            {charts(&takings.data, period.get_untracked())}
            <TakingsTable rows=takings.data group="Day" name=|day: &str| day.to_owned()/>
        </Section>
        <Section title="By provider" resource=providers let:takings>
            <TakingsTable rows=takings.data group="Provider" name=words::provider/>
        </Section>
    }
}

/// Returns a chart for each currency, with a bar for every day of the period.
fn charts(rows: &[TakingsRow], (from, to): (String, String)) -> impl IntoView + use<> {
    let days = days(&from, &to);
    let mut shown = Vec::new();
    for currency in [Currency::Zar, Currency::Ttd, Currency::Etb] {
        let of = |day: &str| rows.iter().find(|row| row.currency == currency && row.group == day);
        if rows.iter().all(|row| row.currency != currency) {
            continue;
        }
        let taken = |day: &String| (day.clone(), of(day).map_or(Minor::ZERO, |row| row.taken));
        let bars: Vec<(String, Minor)> = days.iter().map(taken).collect();
        let title = format!("Taken by day, {}", currency.code());
        shown.push(view! { <BarChart title bars currency/> });
    }
    shown
}

/// Renders the table of the takings.
#[component]
fn TakingsTable(
    rows: Vec<TakingsRow>,
    group: &'static str,
    /// Returns the name of a group.
    name: fn(&str) -> String,
) -> impl IntoView {
    if rows.is_empty() {
        return view! { <p class="empty">"Nothing was taken in this period."</p> }.into_any();
    }
    let line = move |row: TakingsRow| {
        let cell = |amount: Minor| view! { <td class="number">{money(amount, row.currency)}</td> };
        view! {
            <tr>
                <th scope="row">{name(&row.group)}</th>
                <td class="number">{row.count}</td>
                {cell(row.taken)}
                {cell(row.fees)}
                {cell(row.reversed)}
                {cell(row.refunded)}
                {cell(row.paid_out)}
                {cell(row.net)}
            </tr>
        }
    };
    view! {
        <div class="wide" role="region" aria-label=format!("Takings by {}", group.to_lowercase()) tabindex="0">
            <table>
                <thead>
                    <tr>
                        <th scope="col">{group}</th>
                        <th scope="col">"Payments"</th>
                        <th scope="col">"Taken"</th>
                        <th scope="col">"Fees"</th>
                        <th scope="col">"Reversed"</th>
                        <th scope="col">"Refunded"</th>
                        <th scope="col">"Paid out"</th>
                        <th scope="col">"Net"</th>
                    </tr>
                </thead>
                <tbody>{rows.into_iter().map(line).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}
