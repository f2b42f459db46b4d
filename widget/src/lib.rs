//! What a shopper sees and types into: the checkout form, in our own iframe on a shop's page or on the hosted page.
//!
//! Decides nothing about money: the amount comes from the session, the outcome from the Worker, and what is not known is
//! shown as not known ([`flow`]). Keeps nothing in browser storage; a PIN lives in its input and in the one request that
//! carries it.

mod api;
mod bridge;
mod dom;
mod draft;
mod flow;
mod host;
mod intl;
mod json;
mod page;
mod pauses;
mod pin_input;
mod run;
mod screen;
mod state;
#[cfg(test)]
mod types;
mod view;

use wasm_bindgen::prelude::wasm_bindgen;

/// The standard one weighs 2 KB more, for a speed that a form has no use for.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: lol_alloc::LockedAllocator<lol_alloc::FreeListAllocator> =
    lol_alloc::LockedAllocator::new(lol_alloc::FreeListAllocator::new());

/// Takes the page over. When anything it needs is missing, the page stays as the Worker made it: the plain form there
/// works without us.
#[wasm_bindgen(start)]
pub fn start() {
    if let Some(page) = page::open() {
        run::start(page);
    }
}
