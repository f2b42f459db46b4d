//! Lists with filters and pages. The address contains both, so that it can be bookmarked and shared.

use crate::api;
use crate::components::load::Load;
use crate::components::rows::Rows;
use crate::components::text::Heading;
use crate::format::query;
use checkout_wire::merchant::List;
use leptos::prelude::*;
use leptos_router::components::{A, Form};
use leptos_router::hooks::{use_location, use_query_map};
use leptos_router::params::ParamsMap;
use serde::de::DeserializeOwned;

/// The number of items on a page.
const PER_PAGE: &str = "25";

/// A filter of a list: its name in the address, its label and its kind.
#[derive(Clone, Copy)]
pub struct Filter(pub &'static str, pub &'static str, pub Kind);

/// The kind of a filter.
#[derive(Clone, Copy)]
pub enum Kind {
    /// Any text.
    Text,
    /// A day.
    Day,
    /// All, or one of these values with their texts.
    Choice(&'static [(&'static str, &'static str)]),
    /// All, or one of these values, which are their own texts.
    Word(fn() -> Vec<&'static str>),
    /// On or off.
    Check,
}

/// Renders a screen with a list of the API, the newest first.
#[component]
pub fn ListScreen<T>(
    /// Returns the view of an item.
    row: fn(T) -> AnyView,
    /// Returns the id of an item.
    id: fn(&T) -> &String,
    /// The heading.
    title: &'static str,
    /// A sentence below the heading.
    #[prop(optional)]
    explanation: Option<&'static str>,
    /// The list of the API.
    path: &'static str,
    /// The filters.
    filters: &'static [Filter],
    /// The text when nothing matches.
    none: &'static str,
) -> impl IntoView
where
    T: DeserializeOwned + Clone + Send + Sync + 'static,
{
    let given = use_query_map();
    let list = LocalResource::new(move || api::get::<List<T>>(list_path(path, &given.get(), filters)));
    let (checks, fields): (Vec<Filter>, Vec<Filter>) =
        filters.iter().partition(|one| matches!(one.2, Kind::Check));
    let shown = |filters: Vec<Filter>| {
        filters.into_iter().map(|filter| view! { <FilterField filter/> }).collect_view()
    };
    view! {
        <Heading text=title/>
        {explanation.map(|text| view! { <p>{text}</p> })}
        <Form method="GET" action=use_location().pathname.get_untracked()>
            <div class="filters">
                {shown(fields)}
                {(!checks.is_empty()).then(|| view! { <div class="checks">{shown(checks)}</div> })}
                <button type="submit" class="main">"Show"</button>
            </div>
        </Form>
        <Load resource=list let:page>
            {
                let ends = page.data.first().zip(page.data.last()).map(|(first, last)| (id(first).clone(), id(last).clone()));
                view! {
                    <Rows items=page.data none row/>
                    <Paging filters ends has_more=page.has_more/>
                }
            }
        </Load>
    }
}

/// Returns the address of a list of the API, with these filters and the page of our own address.
fn list_path(path: &str, given: &ParamsMap, filters: &[Filter]) -> String {
    let names = filters.iter().map(|one| one.0).chain(["starting_after", "ending_before"]);
    let members = names.map(|name| (name, given.get(name).unwrap_or_default()));
    let fixed = [("order", "desc".to_owned()), ("limit", PER_PAGE.to_owned())];
    format!("{path}{}", query(members.chain(fixed)))
}

/// Renders the links to the previous and the next page.
#[component]
fn Paging(
    /// The filters to keep.
    filters: &'static [Filter],
    /// The ids of the first and the last item.
    ends: Option<(String, String)>,
    /// Whether the API has more in the direction of the page.
    has_more: bool,
) -> impl IntoView {
    let given = use_query_map().get_untracked();
    let is_backward = given.get("ending_before").is_some_and(|id| !id.is_empty());
    let is_later = given.get("starting_after").is_some_and(|id| !id.is_empty());
    let path = use_location().pathname.get_untracked();
    let link = move |name: &'static str, id: String| {
        let kept = filters.iter().map(|one| (one.0, given.get(one.0).unwrap_or_default()));
        format!("{path}{}", query(kept.chain([(name, id)])))
    };
    let (first, last) = ends.map_or((None, None), |(first, last)| (Some(first), Some(last)));
    let before = first.filter(|_| if is_backward { has_more } else { is_later });
    let after = last.filter(|_| is_backward || has_more);
    let before = before.map(|id| link("ending_before", id));
    let after = after.map(|id| link("starting_after", id));
    (before.is_some() || after.is_some()).then(|| {
        view! {
            <nav class="paging" aria-label="Pages">
                {before.map(|href| view! { <A href=href>"← Previous page"</A> })}
                {after.map(|href| view! { <A href=href>"Next page →"</A> })}
            </nav>
        }
    })
}

/// Renders the field of a filter.
#[component]
pub fn FilterField(
    /// The filter.
    filter: Filter,
    /// The value of a text or day filter that the address leaves out.
    #[prop(optional, into)]
    usual: Signal<String>,
) -> impl IntoView {
    let Filter(name, label, kind) = filter;
    let given = use_query_map();
    let chosen = move || given.with(|given| given.get(name)).filter(|typed| !typed.is_empty());
    let typed = |kind| {
        let value = move || chosen().unwrap_or_else(|| usual.get());
        view! { <input type=kind name=name autocomplete="off" prop:value=value/> }.into_any()
    };
    let option = move |(value, text): (&'static str, &'static str)| {
        let is_chosen = move || chosen().unwrap_or_default() == value;
        view! { <option value=value selected=is_chosen>{text}</option> }
    };
    let select = |options: Vec<(&'static str, &'static str)>| {
        let options = [("", "All")].into_iter().chain(options).map(option).collect_view();
        view! { <select name=name>{options}</select> }.into_any()
    };
    let field = match kind {
        Kind::Text => typed("text"),
        Kind::Day => typed("date"),
        Kind::Choice(options) => select(options.to_vec()),
        Kind::Word(values) => select(values().into_iter().map(|value| (value, value)).collect()),
        Kind::Check => {
            return view! {
                <label class="radio">
                    <input type="checkbox" name=name value="true" prop:checked=move || chosen().is_some()/>
                    <span>{label}</span>
                </label>
            }
            .into_any();
        }
    };
    view! { <label class="field"><span>{label}</span> {field}</label> }.into_any()
}
