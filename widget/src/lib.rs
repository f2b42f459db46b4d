//! The widget: the checkout form in the browser, in our own iframe on a shop's page or on the hosted page.
//!
//! The Worker decides everything about money: the amount comes from the session, the outcome from the Worker's answer, and an unknown
//! outcome is shown as pending ([`model::flow`]). The widget writes nothing to browser storage; widget/entry.js
//! keeps the payer key there. A PIN is held only in its input and in the
//! submission that carries it.

mod api;
mod app;
mod dom;
mod effects;
mod host;
mod json;
mod model;
mod page;
mod pin_field;
mod view;

use crate::json::JsonNode;
use crate::model::flow::Flow;
use checkout_wire::{Node, Page};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};

/// A small allocator: the standard one adds 2 KB, and a form does not need its speed.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: lol_alloc::LockedAllocator<lol_alloc::FreeListAllocator> =
    lol_alloc::LockedAllocator::new(lol_alloc::FreeListAllocator::new());

/// Starts the widget on the current page. In the iframe, `received` is what widget/entry.js has received: `{secret, port, status,
/// text}`, the client secret with the payer key, the message port to the shop's page, and the answer with the session, with a status of
/// 0 if there was none. A hosted page without a cookie has `secret` alone. If the page data is missing or invalid, the page stays as the
/// Worker rendered it.
#[wasm_bindgen]
pub fn start(received: JsValue) {
    let received = JsonNode::from(received);
    let Some(Page { session, checkout, redemption, .. }) = page::read() else {
        return;
    };
    let secret = received.field("secret").text();
    effects::allow(api::Access { session, secret });
    if let Ok(port) = received.field("port").value().dyn_into() {
        host::ready(port);
    }
    let online = dom::is_online();
    let flow = match (checkout, redemption) {
        (Some(view), Some(redemption)) => Flow::after_form(view, redemption, online),
        (Some(view), None) => Flow::new(Some(view), online),
        (None, _) => {
            let mut flow = Flow::new(None, online);
            flow.on(api::first_event(&received));
            flow
        }
    };
    app::start(flow);
}
