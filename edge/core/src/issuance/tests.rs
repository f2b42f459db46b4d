//! Tests of issued vouchers. `NOW` is the time of the order.

mod again;
mod answers;
mod hints;
mod index;
mod manual;
mod model;
mod news;
mod orders;
mod payout;
mod world;

use super::*;
use crate::actor::Actor;
use crate::config::tests::config_of;
use crate::manual::{ManualError, ManualKind, ManualRequest};
use crate::provider::{OrderError, Refusal};
use crate::secret::Secret;
use checkout_wire::money::Currency;
use checkout_wire::{DeclineCode, EventType, Pin};
use serde_json::json;
use std::sync::OnceLock;

const NOW: Millis = Millis(1_777_464_000_000);
/// Its last four digits keep the pauses between look-ups as they are configured.
const ID: &str = "vo_0f8fad5bd9cb469fa165708677280000";
const REFERENCE: &str = "vo-0f8fad5bd9cb469fa165708677280000";
const NUMBER: &str = "168-78439-48310";

fn buyer() -> Actor {
    Actor::email("thandi@shop.example").unwrap()
}

fn id() -> VoucherId {
    VoucherId::parse(ID).unwrap()
}

/// Returns a configuration of one provider with look-ups of orders, one that is sent orders again, and two that do not issue.
fn config() -> Config {
    config_of(&["kora", "wipay", "celbux", "odm"], &[]).unwrap()
}

fn ordered() -> Step {
    // Computed once, because the property tests need it thousands of times.
    static ORDERED: OnceLock<Step> = OnceLock::new();
    let body = r#"{"provider":"celbux","recipient":"27648302057","voucher_type":"168Cash","amount":2000,"currency":"ZAR","reference":"order-1"}"#;
    ORDERED.get_or_init(|| Step::order(body.as_bytes(), &buyer(), &id(), &config()).unwrap()).clone()
}

/// Returns the first step of an order with a provider that is sent the order again when its answer is lost.
fn ordered_resent() -> Step {
    static ORDERED: OnceLock<Step> = OnceLock::new();
    let body = r#"{"provider":"odm","denomination_id":4,"merchant_id":12,"recipient_phone":"+251911234567","restricted":true,"originating_country":"US","foreign_currency_amount":"8.85","exchange_rate":"56.5"}"#;
    ORDERED.get_or_init(|| Step::order(body.as_bytes(), &buyer(), &id(), &config()).unwrap()).clone()
}

/// Returns the order of R 20.00 after these steps, one second apart.
fn order_after(steps: impl IntoIterator<Item = Step>) -> Issuance {
    let times = (0..).map(|i| NOW + Millis::SECOND.times(i));
    Issuance::replay(times.zip([ordered()].into_iter().chain(steps))).unwrap()
}

/// Returns an order with a provider that is sent the order again, after these steps, one second apart.
fn resent_after(steps: impl IntoIterator<Item = Step>) -> Issuance {
    let times = (0..).map(|i| NOW + Millis::SECOND.times(i));
    Issuance::replay(times.zip([ordered_resent()].into_iter().chain(steps))).unwrap()
}

fn doubted(doubt: Doubt) -> Step {
    Step::Doubted { doubt, words: None, conflict: false }
}

fn doubted_by(words: &str, conflict: bool) -> Step {
    let doubt = if conflict { Doubt::Pending } else { Doubt::Unreadable };
    Step::Doubted { doubt, words: Some(words.into()), conflict }
}

fn asked() -> Step {
    Step::Asked { words: None, conflict: false }
}

fn asked_by(words: &str, conflict: bool) -> Step {
    Step::Asked { words: Some(words.into()), conflict }
}

fn issued(amount: Option<Minor>) -> Step {
    Step::Issued {
        amount,
        transaction: Some("14975698673".into()),
        finalization_pending: false,
        shown: Map::new(),
    }
}

fn refused(words: &str) -> Step {
    Step::Refused { words: words.into(), not_found: false }
}

/// Returns the step for an order that a look-up did not find.
fn not_found() -> Step {
    Step::Refused { words: "The provider knows nothing of this order.".into(), not_found: true }
}

fn refusal(code: DeclineCode) -> Refusal {
    Refusal { code, words: "their words".into() }
}

/// Returns a provider's answer for an issued voucher.
fn voucher(amount: Option<Minor>) -> Reply {
    let secret = Some(("voucher_number", Pin::from_provider(NUMBER.into())));
    Reply::Issued(Issued { secret, amount, transaction: Some("14975698673".into()), ..Issued::default() })
}
