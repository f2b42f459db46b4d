//! The result of a reconciliation.

use crate::api;
use crate::components::context::Shop;
use crate::components::load::FailureNote;
use crate::components::text::{Badge, Fact};
use crate::files::yield_to_browser;
use crate::format::{date, money};
use crate::reconciliation::day::Day;
use crate::reconciliation::matching::{Period, Sum};
use crate::reconciliation::report::{Part, Report};
use crate::reconciliation::statement::{Line, Unreadable};
use crate::words::{self, Tone};
use checkout_wire::merchant::MerchantRedemption;
use checkout_wire::money::Currency;
use js_sys::Array;
use leptos::html;
use leptos::prelude::*;
use leptos_router::components::A;
use std::sync::Arc;

/// The number of rows shown of a part; the file contains all of them.
const SHOWN: usize = 100;
/// The lines of the file that are written without a pause.
const STEP: usize = 20_000;

/// A finished comparison.
#[derive(Clone)]
pub struct Done {
    /// The result.
    pub report: Arc<Report>,
    /// The provider's id.
    pub provider: String,
    /// The days that were compared.
    pub period: Period,
}

/// Renders the result.
#[component]
pub fn ReportView(done: Done) -> impl IntoView {
    let Done { report, provider, period: Period { from, to } } = done;
    let name = words::provider(&provider);
    let file = format!("reconciliation-{provider}-{from}-{to}.csv");
    let currency = Shop::current().currencies.with_untracked(|known| known.get(&provider).copied());
    let heading = NodeRef::<html::H2>::new();
    Effect::new(move || {
        if let Some(heading) = heading.get() {
            // If the heading cannot take the focus, the focus stays where it is.
            let _ = heading.focus();
        }
    });
    let parts = parts(&report, currency);
    let save = Action::new_local(move |(): &()| {
        let (report, file) = (report.clone(), file.clone());
        async move {
            let pieces = Array::new();
            for piece in report.file(STEP) {
                pieces.push(&piece.into());
                yield_to_browser().await;
            }
            api::save(&pieces, &file)
        }
    });
    view! {
        <section>
            <h2 tabindex="-1" node_ref=heading>{format!("{name}, {}", period(from, to))}</h2>
            {parts}
            <p class="after">
                <button type="button" on:click=move |_| drop(save.dispatch_local(()))>
                    {move || if save.pending().get() { "Writing the file…" } else { "Save the result (CSV)" }}
                </button>
            </p>
            {move || save.value().get().and_then(Result::err).map(|failure| view! { <FailureNote failure/> })}
        </section>
    }
}

fn period(from: Day, to: Day) -> String {
    let [first, last] = [from, to].map(|day| date(&day.to_string()));
    if from == to { first } else { format!("{first} to {last}") }
}

fn parts(report: &Report, currency: Option<Currency>) -> impl IntoView + use<> {
    let shown = move |amount| money(amount, currency);
    let different = report.lines(Part::Different).take(SHOWN).filter_map(|(_, line, movement)| {
        let movement = movement?;
        let (there, here) = (shown(line.amount), shown(movement.amount));
        let difference = shown(line.amount - movement.amount);
        let amounts = view! {
            <Fact name="On the statement">{there}</Fact>
            <Fact name="Here">{here}</Fact>
            <Fact name="Difference"><strong>{difference}</strong></Fact>
            {facts(line)}
        };
        Some(row(link(report.payment(movement)), (), amounts))
    });
    let extra = report.lines(Part::Missing).take(SHOWN).map(|(place, line, _)| {
        let payment = report.named(line);
        let known = payment.map(|payment| {
            let (tone, word) = words::redemption(payment.status, payment.needs_review);
            view! { <Badge look=(tone, format!("Here: {}", word.to_lowercase()))/> }
        });
        let repeated = report.matches.repeated.contains(&place).then(|| {
            view! { <Badge look=(Tone::Alert, "More than once on the statement".to_owned())/> }
        });
        let order = link(payment).map(|link| view! { <Fact name="Order">{link}</Fact> });
        row(shown(line.amount), (known, repeated), (facts(line), order))
    });
    let missing = report.movements(Part::Missing).take(SHOWN).map(|movement| {
        let (amount, day) = (movement.amount, movement.day);
        let back = (amount.0 < 0).then(|| view! { <Badge look=(Tone::Plain, "Given back".to_owned())/> });
        let payment = report.payment(movement);
        let reference = movement.names.first().cloned().unwrap_or_default();
        let transaction =
            payment.and_then(|payment| payment.provider_transaction.clone()).unwrap_or_default();
        let facts = view! {
            <Fact name="Amount">{shown(amount)}</Fact>
            {day.map(|day| view! { <Fact name="Day">{date(&day.to_string())}</Fact> })}
            {names(reference, transaction)}
        };
        row(link(payment), back, facts)
    });
    let unreadable = report.statement.unreadable.iter().take(SHOWN).map(|one| {
        let Unreadable { number, reference, transaction, reason } = one.clone();
        let facts = view! { <Fact name="Reason">{reason}</Fact> {names(reference, transaction)} };
        row(format!("Line {number}"), (), facts)
    });
    let (there, here) = report.sums(Part::Missing);
    let different_count = report.sums(Part::Different).0.count;
    let agrees = report.agrees().then(|| {
        view! { <p class="note">"Everything agrees: the statement and the payments here are the same."</p> }
    });
    view! {
        {agrees}
        {summary(report, currency)}
        {part("Different amounts", different_count, None, different.collect_view())}
        {part("Only on the statement", there.count, Some(shown(there.amount)), extra.collect_view())}
        {part("Only here", here.count, Some(shown(here.amount)), missing.collect_view())}
        {part("Lines that cannot be read", report.statement.unreadable.len(), None, unreadable.collect_view())}
    }
}

/// Renders a row with its title, badges and facts.
fn row(title: impl IntoView, badges: impl IntoView, facts: impl IntoView) -> impl IntoView {
    view! {
        <li class="row">
            <p class="what">{title}</p>
            <p class="badges">{badges}</p>
            <dl>{facts}</dl>
        </li>
    }
}

/// Renders a part with its rows; nothing if it is empty.
fn part(
    title: &'static str,
    count: usize,
    sum: Option<String>,
    rows: impl IntoView,
) -> Option<impl IntoView> {
    (count > 0).then(|| {
        let sum = sum.map_or_else(String::new, |sum| format!(", {sum}"));
        let more = (count > SHOWN).then(|| {
            view! { <p>{format!("The first {SHOWN} are shown. Save the result to see all of them.")}</p> }
        });
        view! {
            <section>
                <h3>{format!("{title}: {count}{sum}")}</h3>
                <ul class="rows">{rows}</ul>
                {more}
            </section>
        }
    })
}

/// Renders the table of all parts with their sums, and remarks on them.
fn summary(report: &Report, currency: Option<Currency>) -> impl IntoView + use<> {
    let row = |(title, part)| {
        let (there, here) = report.sums(part);
        let cells = [there, here].map(|Sum { count, amount }| {
            let lines = if count == 1 { "1 line".to_owned() } else { format!("{count} lines") };
            view! { <td class="number">{money(amount, currency)} <small>{lines}</small></td> }
        });
        view! { <tr><th scope="row">{title}</th>{cells.into_iter().collect_view()}</tr> }
    };
    let rows = [
        ("The same", Part::Same),
        ("Different amounts", Part::Different),
        ("On one side only", Part::Missing),
        ("Outside of these days", Part::Outside),
    ];
    let (there, here) = report.sums(Part::Outside);
    let outside = (there.count + here.count > 0).then_some(
        "A statement may be of another time zone, so the payments of the day before and the day after are compared, too. Of \
         what is outside of these days and only on one side, only the sums are told here.",
    );
    let bad_days = report.statement.bad_days;
    let bad_days = (bad_days > 0)
        .then(|| format!("Lines with a day that cannot be read: {bad_days}. They count to these days."));
    let month_first =
        report.statement.month_first.then_some("Days are read with the month first, as in 11/30/2026.");
    let said = |text: String| view! { <p>{text}</p> };
    view! {
        <div class="wide" role="region" aria-label="Sums" tabindex="0">
            <table class="sums">
                <thead>
                    <tr>
                        <td></td>
                        <th scope="col">"Statement"</th>
                        <th scope="col">"Here"</th>
                    </tr>
                </thead>
                <tbody>{rows.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
        {outside.map(str::to_owned).map(said)}
        {bad_days.map(said)}
        {month_first.map(str::to_owned).map(said)}
    }
}

/// Renders the link to a payment, by the reference of its order.
fn link(payment: Option<&MerchantRedemption>) -> Option<impl IntoView + use<>> {
    let payment = payment?;
    let session = payment.checkout_session.clone()?;
    let href = format!("/operations/sessions/{}#{}", session.id, payment.id);
    Some(view! { <A href=href>{session.reference}</A> })
}

/// Renders the facts of a line.
fn facts(line: &Line) -> impl IntoView + use<> {
    let Line { number, reference, transaction, day, .. } = line.clone();
    view! {
        <Fact name="Line">{number}</Fact>
        {day.map(|day| view! { <Fact name="Day">{date(&day.to_string())}</Fact> })}
        {names(reference, transaction)}
    }
}

fn names(reference: String, transaction: String) -> impl IntoView {
    let fact = |name: &'static str, text: String| {
        (!text.is_empty()).then(|| view! { <Fact name=name><code>{text}</code></Fact> })
    };
    view! { {fact("Reference", reference)} {fact("Transaction", transaction)} }
}
