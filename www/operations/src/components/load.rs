//! Views of data that is loading, loaded, or could not be loaded.

use crate::api::Failure;
use crate::components::context::Shop;
use leptos::either::EitherOf3;
use leptos::prelude::*;

/// Renders a resource once it is loaded, and keeps it while it loads again.
#[component]
pub fn Load<T, F, V>(
    /// The resource.
    resource: LocalResource<Result<T, Failure>>,
    /// Its view.
    children: F,
) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
    F: Fn(T) -> V + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let shop = Shop::current();
    let pending = RwSignal::new(false);
    view! {
        <Transition fallback=|| view! { <p class="pending">"Loading…"</p> } set_pending=pending>
            {move || {
                resource
                    .get()
                    .map(|result| match result {
                        Ok(value) => EitherOf3::A(children(value)),
                        // The frame of the page explains once how to sign in.
                        Err(Failure { is_signed_out: true, .. }) => {
                            shop.signed_out.set(true);
                            EitherOf3::B(view! { <p class="empty">"Shown after you have signed in."</p> })
                        }
                        Err(failure) => {
                            let retry = Callback::new(move |()| resource.refetch());
                            EitherOf3::C(view! { <FailureNote failure retry/> })
                        }
                    })
            }}
        </Transition>
        <p class="updating" role="status">{move || pending.get().then_some("Updating…")}</p>
    }
}

/// Renders a section of a screen: a heading and a resource.
#[component]
pub fn Section<T, F, V>(
    /// The heading.
    title: &'static str,
    /// The resource.
    resource: LocalResource<Result<T, Failure>>,
    /// Its view.
    children: F,
) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
    F: Fn(T) -> V + Send + Sync + 'static,
    V: IntoView + 'static,
{
    view! {
        <section>
            <h2>{title}</h2>
            <Load resource children/>
        </section>
    }
}

/// Renders the reason why something could not be loaded or done.
#[component]
pub fn FailureNote(
    /// The failure.
    failure: Failure,
    /// Tries again.
    #[prop(optional, into)]
    retry: Option<Callback<()>>,
) -> impl IntoView {
    let Failure { title, detail, is_signed_out } = failure;
    if is_signed_out {
        Shop::current().signed_out.set(true);
    }
    view! {
        <div class="note bad" role="alert">
            <p><strong>{title} "."</strong></p>
            {detail.map(|detail| view! { <p>{detail}</p> })}
            {retry
                .map(|retry| {
                    view! { <p><button type="button" on:click=move |_| retry.run(())>"Try again"</button></p> }
                })}
        </div>
    }
}
