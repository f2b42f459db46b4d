//! The chart of the takings: a bar for each day, as an SVG of our own.

use crate::format::{day, money};
use checkout_wire::Minor;
use checkout_wire::money::Currency;
use leptos::prelude::*;

/// The height of the bars, in units of the drawing.
const HEIGHT: i64 = 160;
/// The space of a bar, and its width.
const STEP: i64 = 24;
const BAR: i64 = 16;

/// Renders the bars of one currency.
#[component]
pub fn BarChart(
    /// The name of the drawing.
    title: String,
    /// The days `YYYY-MM-DD`, with their amounts.
    bars: Vec<(String, Minor)>,
    /// The currency.
    currency: Currency,
) -> impl IntoView {
    let most = bars.iter().map(|(_, Minor(amount))| *amount).max().unwrap_or_default().max(1);
    let width = STEP * bars.len() as i64;
    let ends = bars.first().zip(bars.last()).map(|((first, _), (last, _))| (day(first), day(last)));
    let shown = bars.into_iter().enumerate().map(|(place, (date, amount))| {
        let x = place as i64 * STEP + (STEP - BAR) / 2;
        let height = bar_height(amount, Minor(most));
        let label = format!("{}: {}", day(&date), money(amount, currency));
        view! {
            <rect x=x.to_string() y=(HEIGHT - height).to_string() width=BAR.to_string() height=height.to_string()>
                <title>{label}</title>
            </rect>
        }
    });
    view! {
        <figure class="chart">
            <figcaption>{title} ", highest " {money(Minor(most), currency)}</figcaption>
            // The table below has the same numbers.
            <svg viewBox=format!("0 0 {width} {HEIGHT}") aria-hidden="true" preserveAspectRatio="none">
                {shown.collect_view()}
            </svg>
            {ends.map(|(first, last)| view! { <p class="ends"><span>{first}</span> <span>{last}</span></p> })}
        </figure>
    }
}

/// Returns the height of a bar: the largest amount fills the drawing, and any amount above zero is visible.
fn bar_height(Minor(amount): Minor, Minor(most): Minor) -> i64 {
    if amount <= 0 {
        return 0;
    }
    let height = i128::from(amount) * i128::from(HEIGHT) / i128::from(most.max(1));
    i64::try_from(height).unwrap_or(HEIGHT).clamp(2, HEIGHT)
}

#[cfg(test)]
mod tests;
