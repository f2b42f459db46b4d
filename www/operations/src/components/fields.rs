//! Fields of forms.

use leptos::prelude::*;

/// Renders a text field.
#[component]
pub fn TextField(
    /// The label.
    #[prop(into)]
    label: String,
    /// The text.
    value: RwSignal<String>,
    /// A hint below the label.
    #[prop(optional, into)]
    hint: String,
    /// The type of the input.
    #[prop(default = "text")]
    kind: &'static str,
    /// The keyboard of a phone.
    #[prop(default = "text")]
    mode: &'static str,
    /// Whether it must be filled in.
    #[prop(optional, into)]
    required: Signal<bool>,
    /// The largest number of characters.
    #[prop(default = 100)]
    longest: u32,
) -> impl IntoView {
    view! {
        <label class="field">
            <span>{label} {move || (!required.get()).then_some(" (optional)")}</span>
            {(!hint.is_empty()).then(|| view! { <small>{hint}</small> })}
            <input
                type=kind
                inputmode=mode
                autocomplete="off"
                spellcheck="false"
                maxlength=longest.to_string()
                required=move || required.get()
                bind:value=value
            />
        </label>
    }
}

/// Renders radio buttons.
#[component]
pub fn Choice(
    /// The question.
    #[prop(into)]
    legend: String,
    /// The name of the group.
    #[prop(into)]
    name: String,
    /// The chosen value.
    value: RwSignal<&'static str>,
    /// The values with their texts.
    options: Vec<(&'static str, &'static str)>,
) -> impl IntoView {
    let radio = move |(option, text): (&'static str, &'static str)| {
        view! {
            <label class="radio">
                <input
                    type="radio"
                    name=name.clone()
                    value=option
                    prop:checked=move || value.get() == option
                    on:change=move |_| value.set(option)
                />
                <span>{text}</span>
            </label>
        }
    };
    view! {
        <fieldset>
            <legend>{legend}</legend>
            {options.into_iter().map(radio).collect_view()}
        </fieldset>
    }
}

/// Renders a select box.
#[component]
pub fn Select(
    /// The label.
    label: &'static str,
    /// The chosen value.
    #[prop(into)]
    value: Signal<String>,
    /// Called with the new value.
    #[prop(into)]
    change: Callback<String>,
    /// The values with their texts.
    options: Signal<Vec<(String, String)>>,
) -> impl IntoView {
    let option = move |(option, text): (String, String)| {
        let shown = option.clone();
        view! { <option value=option selected=move || value.get() == shown>{text}</option> }
    };
    view! {
        <label class="field">
            <span>{label}</span>
            <select on:change=move |event| change.run(event_target_value(&event))>
                {move || options.get().into_iter().map(option).collect_view()}
            </select>
        </label>
    }
}

/// Renders a checkbox.
#[component]
pub fn Tick(
    /// The label.
    label: &'static str,
    /// Whether it is on.
    value: Signal<bool>,
    /// Called with the new value.
    change: Callback<bool>,
) -> impl IntoView {
    view! {
        <label class="radio">
            <input type="checkbox" prop:checked=move || value.get() on:change=move |event| change.run(event_target_checked(&event))/>
            <span>{label}</span>
        </label>
    }
}
