//! The widget: the checkout form in the browser, in our own iframe on a shop's page or on the hosted page.
//!
//! The Worker decides everything about money: the amount comes from the session, the outcome from the Worker's answer, and an
//! unknown outcome is shown as pending ([`flow`]). The widget writes nothing to browser storage. A PIN is held only in its
//! input and in the submission that carries it.

mod api;
mod backoff;
mod bridge;
mod dom;
mod flow;
mod host;
mod intl;
mod json;
mod page;
mod pin_input;
mod plain_form;
mod run;
mod screen;
mod state;
#[cfg(test)]
mod types;
mod view;

use wasm_bindgen::prelude::wasm_bindgen;

/// A small allocator: the standard one adds 2 KB, and a form does not need its speed.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: lol_alloc::LockedAllocator<lol_alloc::FreeListAllocator> =
    lol_alloc::LockedAllocator::new(lol_alloc::FreeListAllocator::new());

/// Starts the widget on the current page. If the page data is missing or invalid, the page keeps the Worker's plain form,
/// which works without JavaScript.
#[wasm_bindgen(start)]
pub fn start() {
    if let Some(page) = page::read() {
        run::start(page);
    }
}
