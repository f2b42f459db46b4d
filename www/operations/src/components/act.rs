//! Manual acts: a button that opens a dialog, which describes the effect and takes the reason.

use crate::api::{self, Call, Failure};
use crate::components::context::Shop;
use crate::components::fields::TextField;
use crate::components::load::FailureNote;
use crate::pins::has_pin;
use crate::words;
use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;
use serde_json::{Map, Value};

/// The longest note of the API.
const LONGEST_NOTE: u32 = 500;

/// Whether an act takes a note.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Note {
    /// It needs one.
    Required,
    /// It may have one.
    Optional,
    /// The API takes none.
    Without,
}

/// Renders a button with the dialog of an act.
#[component]
pub fn Act(
    /// The text of the button, and the title of the dialog.
    #[prop(into)]
    title: String,
    /// The effect of the act, with the current values of the fields.
    #[prop(into)]
    consequence: Signal<String>,
    /// The text of the button that performs the act.
    #[prop(into)]
    confirm: Signal<String>,
    /// The message after the act.
    #[prop(into)]
    success: String,
    /// Whether it takes a note.
    note: Note,
    /// The address of the call.
    #[prop(into)]
    path: String,
    /// Returns the members of the body, or an error about the fields.
    #[prop(default = Callback::new(|()| Ok(Map::new())))]
    body: Callback<(), Result<Map<String, Value>, String>>,
    /// Called after the act.
    #[prop(into)]
    done: Callback<()>,
    /// Whether the act cannot be undone.
    #[prop(optional)]
    danger: bool,
    /// The fields.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let shop = Shop::current();
    let dialog = NodeRef::<html::Dialog>::new();
    let reason = RwSignal::new(String::new());
    let wrong = RwSignal::new(None::<Failure>);
    let latest = StoredValue::new(None::<Call>);
    let path = StoredValue::new(path);
    let perform = Action::new_local(|call: &Call| api::perform(call.clone()));
    let pending = perform.pending();

    let open = move |_| {
        wrong.set(None);
        shop.notice.set(String::new());
        if let Some(dialog) = dialog.get() {
            // A dialog that is already open stays open.
            let _ = dialog.show_modal();
        }
    };
    let close = move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if pending.get_untracked() {
            return;
        }
        match body.run(()) {
            Err(problem) => {
                let title = "Something is missing".to_owned();
                wrong.set(Some(Failure { title, detail: Some(problem), is_signed_out: false }));
            }
            Ok(mut members) => {
                let reason = reason.get_untracked().trim().to_owned();
                if note != Note::Without && !reason.is_empty() {
                    members.insert("note".to_owned(), reason.into());
                }
                let body = if note == Note::Without { Value::Null } else { Value::Object(members) };
                // The same act keeps its key, so that it is carried out once however often it is sent.
                let before = latest.get_value().filter(|call| call.body == body);
                let key = before.map_or_else(api::fresh_key, |call| call.key);
                let call = Call { path: path.get_value(), body, key };
                latest.set_value(Some(call.clone()));
                wrong.set(None);
                perform.dispatch_local(call);
            }
        }
    };
    Effect::new(move || match perform.value().get() {
        Some(Ok(())) => {
            latest.set_value(None);
            reason.set(String::new());
            close();
            shop.announce(success.clone());
            done.run(());
        }
        Some(Err(failure)) => wrong.set(Some(failure)),
        None => {}
    });

    let class = if danger { "danger" } else { "" };
    let (heading, shown) = (title.clone(), title.clone());
    view! {
        <button type="button" class=class on:click=open>{title}</button>
        <dialog node_ref=dialog aria-label=heading>
            <form on:submit=submit>
                <h2>{shown}</h2>
                {children.map(|children| children())}
                {(note != Note::Without)
                    .then(|| {
                        view! {
                            <TextField
                                label="Note for the ledger"
                                hint="The reason, and how you know it. Your colleagues read it, the shopper does not."
                                value=reason
                                required={note == Note::Required}
                                longest=LONGEST_NOTE
                            />
                        }
                    })}
                <div aria-live="polite">
                    {move || {
                        let is_kept = note != Note::Without && shop.pins.with(|rules| has_pin(&reason.get(), rules));
                        is_kept.then(|| view! { <p class="note bad">"This looks like a PIN. Notes are kept in the ledger."</p> })
                    }}
                </div>
                <div class="note" aria-live="polite"><p>{move || consequence.get()}</p></div>
                {move || wrong.get().map(|failure| view! { <FailureNote failure/> })}
                <div class="buttons">
                    <button type="submit" class=if danger { "main danger" } else { "main" } aria-busy=move || pending.get().to_string()>
                        {move || if pending.get() { "Working…".to_owned() } else { confirm.get() }}
                    </button>
                    <button type="button" on:click=move |_| close()>"Cancel"</button>
                </div>
            </form>
        </dialog>
    }
}

/// Renders the act that asks the provider once more.
#[component]
pub fn Ask(
    /// The payment, reversal or order to ask about.
    subject: &'static str,
    /// The address of the call.
    path: String,
    /// The provider's id.
    provider: String,
    /// Called after the act.
    done: Callback<()>,
) -> impl IntoView {
    view! {
        <Act
            title="Ask the provider again"
            consequence=format!("{} is asked now what became of this {subject}. Nothing else changes.", words::provider(&provider))
            confirm="Ask now"
            success="The provider was asked."
            note=Note::Optional
            path
            done
        />
    }
}
