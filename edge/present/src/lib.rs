//! The parts that both renderers of the checkout share, the Worker's pages and the widget: the shopper's texts, the rules for
//! fields and messages, and formats.
//!
//! This crate builds no HTML and uses no DOM. Every shopper loads it as part of the widget, so it uses neither serde nor the
//! standard library's formatting.
#![forbid(unsafe_code)]

pub mod amount;
pub mod ids;
pub mod intl;
pub mod phone;
pub mod pin;
pub mod place;
pub mod shown;
pub mod typed;
pub mod words;

pub use place::Place;
pub use shown::{CheckoutRules, OfferRules, RedemptionRules};
pub use typed::Field;
pub use words::Word;
