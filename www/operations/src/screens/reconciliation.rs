//! The comparison of a provider's own statement with our payments. It is computed here: the statement never leaves the browser.

mod compare;
mod opened;
mod result;

use crate::api::Failure;
use crate::components::context::Shop;
use crate::components::fields::{Select, TextField, Tick};
use crate::components::load::FailureNote;
use crate::components::text::Heading;
use crate::reconciliation::day::Day;
use crate::reconciliation::statement::{Column, Columns};
use crate::words::PROVIDERS;
use compare::{Progress, Wish};
use leptos::ev::{Event, SubmitEvent};
use leptos::prelude::*;
use opened::Opened;
use result::{Done, ReportView};
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

/// Returns the name under which the browser stores the settings for a provider's statements: column names, without any line.
fn kept_as(provider: &str) -> String {
    format!("reconciliation.{provider}")
}

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok()?
}

/// Returns the last settings for a provider's statements.
fn kept(provider: &str) -> Option<Columns> {
    serde_json::from_str(&storage()?.get_item(&kept_as(provider)).ok()??).ok()
}

fn keep(provider: &str, columns: &Columns) {
    if let (Some(storage), Ok(text)) = (storage(), serde_json::to_string(columns)) {
        // If the browser stores nothing, the settings are chosen again the next time.
        let _ = storage.set_item(&kept_as(provider), &text);
    }
}

/// Renders the reconciliation screen.
#[component]
pub fn ReconciliationScreen() -> impl IntoView {
    let shop = Shop::current();
    let provider = RwSignal::new(String::new());
    let opened = RwSignal::new_local(None::<Opened>);
    let wrong = RwSignal::new(None::<Failure>);
    let progress = RwSignal::new(None::<Progress>);
    let report = RwSignal::new(None::<Done>);
    // Work with an earlier number is abandoned.
    let latest = StoredValue::new(0_u32);
    let begin = move || {
        latest.update_value(|number| *number += 1);
        wrong.set(None);
        report.set(None);
        let number = latest.get_value();
        move || latest.try_get_value() == Some(number)
    };
    let end = move |failure: Option<Failure>| {
        progress.set(None);
        wrong.set(failure);
    };

    let choose = move |event: Event| {
        let file = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        let file = file.and_then(|input| input.files()).and_then(|files| files.item(0));
        let is_current = begin();
        opened.set(None);
        progress.set(None);
        leptos::task::spawn_local(async move {
            let Some(file) = file else { return };
            let head = Opened::read(file).await;
            match head {
                _ if !is_current() => {}
                Ok(head) => opened.set(Some(head)),
                Err(failure) => end(Some(failure)),
            }
        });
    };
    let columns = RwSignal::new(Columns::default());
    let (from, to) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    // The choices follow the file and the provider until the person changes them.
    Effect::new(move || {
        let provider = provider.get();
        if let Some(opened) = opened.get() {
            let all = &opened.columns;
            columns.set(kept(&provider).map_or_else(|| Columns::guess(all), |kept| kept.among(all)));
        }
    });

    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(opened) = opened.get_untracked() else {
            let title = if wrong.get_untracked().is_some() { "Choose another file" } else { "Choose a file" };
            return wrong.set(Some(Failure::of(title, "The statement is a CSV file of the provider.")));
        };
        let day = |text: RwSignal<String>| Day::parse(&text.get_untracked());
        let wish = Wish {
            provider: provider.get_untracked(),
            columns: columns.get_untracked(),
            from: day(from),
            to: day(to),
            zone: shop.zone.get_untracked(),
        };
        if let Some(problem) = wish.problem() {
            return wrong.set(Some(Failure::of("Something is missing", problem)));
        }
        keep(&wish.provider, &wish.columns);
        let is_current = begin();
        leptos::task::spawn_local(async move {
            let go_on = |now: Progress| {
                let goes_on = is_current();
                if goes_on {
                    progress.set(Some(now));
                }
                goes_on
            };
            let compared = compare::compare(&opened, &wish, &go_on).await;
            if !is_current() {
                return;
            }
            match compared {
                Ok(Some((made, period))) => {
                    end(None);
                    let provider = wish.provider;
                    report.set(Some(Done { report: Arc::new(made), provider, period }));
                }
                // The work was abandoned.
                Ok(None) => {}
                Err(failure) => end(Some(failure)),
            }
        });
    };
    let stop = move |_| {
        // There is nothing more to do.
        let _ = begin();
        progress.set(None);
    };

    let providers = PROVIDERS.map(|(id, name)| (id.to_owned(), name.to_owned())).to_vec();
    let options = [(String::new(), "Choose".to_owned())].into_iter().chain(providers).collect::<Vec<_>>();
    view! {
        <Heading text="Reconciliation"/>
        <p>
            "Compares a provider’s own statement with the payments here, and shows what is missing on either side or differs. \
             The statement is read in this browser and sent nowhere."
        </p>
        <form class="reconcile" on:submit=submit>
            <div class="filters">
                <Select label="Provider" value=provider change=move |id| provider.set(id) options=Signal::stored(options)/>
                <label class="field long">
                    <span>"Statement (CSV)"</span>
                    <input type="file" accept=".csv,.txt,.tsv,text/csv" on:change=choose/>
                </label>
            </div>
            {move || opened.get().map(|opened| view! { <Choices opened columns from to/> })}
            {move || wrong.get().map(|failure| view! { <FailureNote failure/> })}
            <div class="buttons">
                <button type="submit" class="main">"Compare"</button>
                {move || progress.with(Option::is_some).then(|| view! { <button type="button" on:click=stop>"Stop"</button> })}
            </div>
        </form>
        <p class="updating" role="status">{move || progress.with(|now| now.as_ref().map(Progress::title))}</p>
        {move || progress.get().map(|now| now.view())}
        {move || report.get().map(|done| view! { <ReportView done/> })}
    }
}

/// Renders the choice of the columns and the days.
#[component]
fn Choices(
    opened: Opened,
    columns: RwSignal<Columns>,
    from: RwSignal<String>,
    to: RwSignal<String>,
) -> impl IntoView {
    let all = StoredValue::new(opened.columns.clone());
    let options: Vec<(String, String)> = opened.options();
    let options =
        Signal::stored([(String::new(), "None".to_owned())].into_iter().chain(options).collect::<Vec<_>>());
    let select = move |label: &'static str, field: fn(&mut Columns) -> &mut Option<Column>| {
        let value = Signal::derive(move || {
            let mut columns = columns.get();
            let chosen = field(&mut columns).as_ref();
            let place = all.with_value(|all| all.iter().position(|one| Some(one) == chosen));
            place.map_or_else(String::new, |place| place.to_string())
        });
        let change = Callback::new(move |place: String| {
            let chosen = all.with_value(|all| all.get(place.parse::<usize>().ok()?).cloned());
            columns.update(|columns| *field(columns) = chosen);
        });
        view! { <Select label value change options/> }
    };
    let tick = move |label: &'static str, field: fn(&mut Columns) -> &mut bool| {
        let value = Signal::derive(move || *field(&mut columns.get()));
        let change = Callback::new(move |is_on| columns.update(|columns| *field(columns) = is_on));
        view! { <Tick label value change/> }
    };
    view! {
        <p>{opened.description()}</p>
        <fieldset>
            <legend>"What are its columns?"</legend>
            <div class="filters">
                {select("Our reference", |columns| &mut columns.reference)}
                {select("The provider’s transaction", |columns| &mut columns.transaction)}
                {select("Amount", |columns| &mut columns.amount)}
                {select("Amount given back, if apart", |columns| &mut columns.debit)}
                {select("Day", |columns| &mut columns.day)}
                <div class="checks">
                    {tick("Amounts are in cents", |columns| &mut columns.in_cents)}
                    {tick("Amounts contain the provider’s fee", |columns| &mut columns.with_fee)}
                </div>
            </div>
        </fieldset>
        <fieldset>
            <legend>"Which days?"</legend>
            <p>"Without days, those of the statement are compared, from the first to the last one."</p>
            <div class="filters">
                <TextField label="From" value=from kind="date"/>
                <TextField label="To" value=to kind="date"/>
            </div>
        </fieldset>
    }
}
