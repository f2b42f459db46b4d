//! The comparison: reads the statement, fetches our payments, and matches both in steps that keep the page responsive.

use super::opened::Opened;
use crate::api::{self, Failure};
use crate::files::yield_to_browser;
use crate::format::{day_in, query};
use crate::reconciliation::day::Day;
use crate::reconciliation::matching::{Matching, Period};
use crate::reconciliation::ours::{BACK_EVENTS, Ours, RedemptionEvent};
use crate::reconciliation::report::Report;
use crate::reconciliation::statement::{Columns, Statement};
use checkout_wire::merchant::{List, MerchantRedemption};
use leptos::prelude::*;
use serde::de::DeserializeOwned;

/// The number of objects on a page of the API.
const PER_PAGE: &str = "100";
/// The lines that are matched without a pause.
const STEP: usize = 20_000;

/// The progress of a comparison.
#[derive(Clone, PartialEq)]
pub enum Progress {
    /// The number of bytes read, and of all bytes.
    Reading(u64, u64),
    /// The number of objects fetched.
    Fetching(usize),
    /// The number of lines matched, and of all lines.
    Matching(usize, usize),
}

impl Progress {
    /// Returns the announced text, which changes only with the kind of work.
    pub const fn title(&self) -> &'static str {
        match self {
            Self::Reading(..) => "Reading the statement…",
            Self::Fetching(_) => "Fetching the payments…",
            Self::Matching(..) => "Comparing…",
        }
    }

    /// Returns its view.
    pub fn view(&self) -> AnyView {
        let (done, all) = match *self {
            Self::Reading(done, all) => (done.to_string(), all.to_string()),
            Self::Matching(done, all) => (done.to_string(), all.to_string()),
            Self::Fetching(count) => return view! { <p class="updating">{count} " fetched"</p> }.into_any(),
        };
        view! { <progress aria-label=self.title() value=done max=all></progress> }.into_any()
    }
}

/// The parameters of a comparison.
pub struct Wish {
    /// The provider's id.
    pub provider: String,
    /// How the statement is read.
    pub columns: Columns,
    /// The first day; without one, the first one of the statement.
    pub from: Option<Day>,
    /// The last day; without one, the last one of the statement.
    pub to: Option<Day>,
    /// The shop's time zone.
    pub zone: String,
}

impl Wish {
    /// Returns the first missing parameter.
    pub fn problem(&self) -> Option<&'static str> {
        let Columns { reference, transaction, amount, day, .. } = &self.columns;
        if self.provider.is_empty() {
            return Some("Choose the provider.");
        }
        if reference.is_none() && transaction.is_none() {
            return Some(
                "Choose the column of our reference or of the provider’s transaction: a line is recognised by it.",
            );
        }
        if amount.is_none() {
            return Some("Choose the column of the amount.");
        }
        match (self.from, self.to) {
            (Some(from), Some(to)) if from > to => Some("The last day is before the first one."),
            (Some(_), Some(_)) => None,
            _ if day.is_none() => Some("Choose the column of the day, or both days."),
            _ => None,
        }
    }

    /// Returns the days to compare.
    fn period(&self, statement: &Statement) -> Result<Period, Failure> {
        let own = statement.period();
        let (from, to) = (self.from.or(own.map(|days| days.0)), self.to.or(own.map(|days| days.1)));
        match from.zip(to) {
            Some((from, to)) if from <= to => Ok(Period { from, to }),
            _ => Err(Failure::of(
                "The statement has no such days",
                "Choose both days, or the column of the day.",
            )),
        }
    }
}

/// Compares a statement with our payments, and reports the progress to `go_on`. Returns the result and the days that were compared;
/// `None` if `go_on` abandons the work.
pub async fn compare(
    opened: &Opened,
    wish: &Wish,
    go_on: &impl Fn(Progress) -> bool,
) -> Result<Option<(Report, Period)>, Failure> {
    let Some(statement) =
        opened.statement(&wish.columns, |done, all| go_on(Progress::Reading(done, all))).await?
    else {
        return Ok(None);
    };
    if statement.lines.is_empty() && statement.unreadable.is_empty() {
        return Err(Failure::of("The statement has no lines", "It ends with the names of its columns."));
    }
    let period = wish.period(&statement)?;
    let Some(ours) = fetch(wish, period, go_on).await? else { return Ok(None) };
    let mut matching = Matching::new(&statement.lines, &ours.movements);
    let count = statement.lines.len();
    for round in 0..2 {
        for begin in (0..count).step_by(STEP) {
            if !go_on(Progress::Matching(round * count + begin, 2 * count)) {
                return Ok(None);
            }
            yield_to_browser().await;
            let range = begin..begin + STEP;
            if round == 0 { matching.same(range) } else { matching.others(range) }
        }
    }
    let matches = matching.finish(period);
    Ok(Some((Report::new(statement, ours, matches), period)))
}

/// Fetches our payments of a period, with one more day at each end, because a statement may use another time zone.
async fn fetch(
    wish: &Wish,
    period: Period,
    go_on: &impl Fn(Progress) -> bool,
) -> Result<Option<Ours>, Failure> {
    let begin = period.from.previous().unwrap_or(period.from);
    // The API's days begin at midnight UTC, and the last one is not included.
    let end = period.to.next().and_then(Day::next).and_then(Day::next).unwrap_or(period.to);
    let begin = begin.previous().unwrap_or(begin);
    let days = [("created_after", begin.to_string()), ("created_before", end.to_string())];
    let with = |name, value: &str| [(name, value.to_owned())].into_iter().chain(days.clone()).collect();
    let id = |payment: &MerchantRedemption| payment.id.clone();
    let filters = with("provider", &wish.provider);
    let Some(payments) = pages("/v1/redemptions", filters, id, 0, go_on).await? else { return Ok(None) };
    let mut events: Vec<RedemptionEvent> = Vec::new();
    for kind in BACK_EVENTS {
        let count = payments.len() + events.len();
        let id = |event: &RedemptionEvent| event.id.clone();
        let Some(more) = pages("/v1/events", with("type", kind), id, count, go_on).await? else {
            return Ok(None);
        };
        events.extend(more);
    }
    events.sort_by(|one, other| one.created_at.cmp(&other.created_at));
    let day_of = day_in(&wish.zone);
    let day = |at: &str| Day::parse(&day_of(at));
    Ok(Some(Ours::new(payments, events, &wish.provider, wish.columns.with_fee, day)))
}

/// Reads all pages of a list, the oldest first, after `before` objects of other lists.
async fn pages<T: DeserializeOwned>(
    path: &str,
    filters: Vec<(&'static str, String)>,
    id: impl Fn(&T) -> String,
    before: usize,
    go_on: &impl Fn(Progress) -> bool,
) -> Result<Option<Vec<T>>, Failure> {
    let mut all: Vec<T> = Vec::new();
    loop {
        if !go_on(Progress::Fetching(before + all.len())) {
            return Ok(None);
        }
        let last = all.last().map(&id).unwrap_or_default();
        let page = [("order", "asc".to_owned()), ("limit", PER_PAGE.to_owned()), ("starting_after", last)];
        let path = format!("{path}{}", query(filters.iter().cloned().chain(page)));
        let List { data, has_more } = api::get::<List<T>>(path).await?;
        let is_over = !has_more || data.is_empty();
        all.extend(data);
        if is_over {
            return Ok(Some(all));
        }
    }
}
