//! The parts that both renderers of the checkout share, the Worker's pages and the widget: the shopper's texts, the rules for
//! fields and messages, and formats.
//!
//! This crate builds no HTML and uses no DOM. Every shopper loads it as part of the widget, so it uses neither serde nor the
//! standard library's formatting.
#![forbid(unsafe_code)]

/// Whether a voucher's owner can be sent a code. `false` in the widget for most sessions, which leaves out the code that depends on it.
pub const WITH_CODE: bool = cfg!(any(test, feature = "code"));

#[cfg(any(test, feature = "fixture"))]
pub mod fixture;
pub mod form_values;
pub mod formats;
pub mod ids;
pub mod language;
pub mod notice;
pub mod page_rules;
pub mod phone;
pub mod pin;
pub mod state;
pub mod typed;
pub mod typed_amount;
pub mod words;

pub use form_values::FormValues;
pub use language::Language;
pub use notice::{Notice, NoticeTexts, Place, Tone};
pub use page_rules::{CheckoutRules, OfferRules, RedemptionRules};
pub use state::{LoadError, NotCharged, PageState, Screen, Wait};
pub use typed::Field;
pub use words::Word;
