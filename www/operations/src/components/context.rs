//! The state that all screens share.

use checkout_wire::money::Currency;
use checkout_wire::pin::PinRule;
use core::time::Duration;
use leptos::prelude::*;
use std::collections::BTreeMap;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// The time for which a message about an act is shown.
const NOTICE_TIME: Duration = Duration::from_secs(12);

/// The shop's settings, and messages that outlive a screen.
#[derive(Clone, Copy)]
pub struct Shop {
    /// The time zone of all times shown, as an IANA name.
    pub zone: RwSignal<String>,
    /// The currency of each provider.
    pub currencies: RwSignal<BTreeMap<String, Currency>>,
    /// The rules for the PINs of the vouchers that the shop takes.
    pub pins: RwSignal<Vec<PinRule>>,
    /// The latest message about an act.
    pub notice: RwSignal<String>,
    /// Whether the sign-in is missing or has expired.
    pub signed_out: RwSignal<bool>,
}

impl Shop {
    /// Provides the state to all components below.
    pub fn provide() -> Self {
        let shop = Self {
            zone: RwSignal::new("UTC".to_owned()),
            currencies: RwSignal::new(BTreeMap::new()),
            pins: RwSignal::new(Vec::new()),
            notice: RwSignal::new(String::new()),
            signed_out: RwSignal::new(false),
        };
        provide_context(shop);
        shop
    }

    /// Shows the message about an act, and moves the focus to the content, because the act's button may be gone.
    pub fn announce(self, message: String) {
        self.notice.set(message.clone());
        let is_over = move || {
            // A later message has its own timer.
            if self.notice.try_with_untracked(|shown| *shown == message) == Some(true) {
                self.notice.set(String::new());
            }
        };
        set_timeout(is_over, NOTICE_TIME);
        if let Some(main) =
            document().get_element_by_id("main").and_then(|main| main.dyn_into::<HtmlElement>().ok())
        {
            // Without the focus, the message is still announced.
            let _ = main.focus();
        }
    }

    /// Returns the state.
    pub fn current() -> Self {
        use_context().unwrap_or_else(Self::provide)
    }
}
