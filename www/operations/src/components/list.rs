//! Lists with filters and pages. The address holds both, so that it can be kept and sent to a colleague.

use crate::format::query;
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::{use_location, use_query_map};
use leptos_router::params::ParamsMap;

/// The number of items on a page.
const PER_PAGE: &str = "25";

/// Returns the address of a list of the API, with these filters and the page of our own address.
pub fn list_path(path: &str, given: &ParamsMap, filters: &[&str]) -> String {
    let names = filters.iter().copied().chain(["starting_after", "ending_before"]);
    let members = names.map(|name| (name, given.get(name).unwrap_or_default()));
    format!("{path}{}", query(members.chain([("limit", PER_PAGE.to_owned())])))
}

/// The links to the pages before and after.
#[component]
pub fn Paging(
    /// The filters to keep.
    filters: &'static [&'static str],
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
        let kept = filters.iter().map(|filter| (*filter, given.get(filter).unwrap_or_default()));
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

/// A filter with fixed values.
#[component]
pub fn SelectFilter(
    /// The label.
    label: &'static str,
    /// The name in the address.
    name: &'static str,
    /// The values with their texts; the first one is for all.
    options: Vec<(&'static str, &'static str)>,
) -> impl IntoView {
    let given = use_query_map();
    let option = move |(value, text): (&'static str, &'static str)| {
        let chosen = move || given.with(|given| given.get(name).unwrap_or_default() == value);
        view! { <option value=value selected=chosen>{text}</option> }
    };
    view! {
        <label class="field">
            <span>{label}</span>
            <select name=name>{options.into_iter().map(option).collect_view()}</select>
        </label>
    }
}

/// A filter that is typed.
#[component]
pub fn TextFilter(
    /// The label.
    label: &'static str,
    /// The name in the address.
    name: &'static str,
    /// The type of the input.
    #[prop(default = "text")]
    kind: &'static str,
    /// The value where the address has none.
    #[prop(optional, into)]
    usual: Signal<String>,
) -> impl IntoView {
    let given = use_query_map();
    let value = move || {
        given.with(|given| given.get(name)).filter(|typed| !typed.is_empty()).unwrap_or_else(|| usual.get())
    };
    view! {
        <label class="field">
            <span>{label}</span>
            <input type=kind name=name autocomplete="off" prop:value=value/>
        </label>
    }
}

/// A filter that is on or off.
#[component]
pub fn CheckFilter(
    /// The label.
    label: &'static str,
    /// The name in the address.
    name: &'static str,
) -> impl IntoView {
    let given = use_query_map();
    view! {
        <label class="radio">
            <input type="checkbox" name=name value="true" prop:checked=move || given.with(|given| given.get(name).is_some())/>
            <span>{label}</span>
        </label>
    }
}
