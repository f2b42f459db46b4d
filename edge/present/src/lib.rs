//! What both renderers of the checkout share, the Worker's pages and the widget: the shopper's words, when a field or a message
//! shows, and formats.
//!
//! Builds no HTML and touches no document. Every shopper loads it as part of the widget, so it does without serde and without
//! the standard library's formatting.
#![forbid(unsafe_code)]

pub mod amount;
pub mod intl;
pub mod phone;
pub mod pin;
pub mod shown;
pub mod typed;
pub mod words;

pub use shown::{CheckoutRules, OfferRules, RedemptionRules};
pub use typed::Field;
pub use words::Word;
