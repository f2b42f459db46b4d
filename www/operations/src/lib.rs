//! The operations page: the tools of the shop's staff for payments, in the browser. It calls the merchant's API as the person signed in at
//! Cloudflare Access. The Worker decides whether an act is allowed, and records it with its actor.

mod api;
mod app;
mod components;
mod files;

mod format;
mod ledger;
mod pins;
mod reconciliation;
mod screens;
mod words;

use wasm_bindgen::prelude::wasm_bindgen;

/// Starts the page.
#[wasm_bindgen(start)]
pub fn start() {
    leptos::mount::mount_to_body(app::App);
}
