//! The JSON that browser and Worker speak, the error codes, and the input rules both apply.
//!
//! Knows nothing of HTTP, storage or providers. The Worker reads and writes these types through serde (feature `serde`);
//! the widget reads the same types through [`Node`], because serde_json would cost a shopper 15 KB.
#![forbid(unsafe_code)]

#[macro_use]
mod codec;
pub mod amount;
pub mod ascii;
pub mod contact;
pub mod intl;
pub mod pin;
pub mod problem;
pub mod request;
pub mod shown;
pub mod typed;
pub mod view;
pub mod words;

#[cfg(test)]
mod tests;

pub use codec::{Node, Read};
pub use contact::Country;
pub use pin::{Alphabet, Pin, PinProblem, PinRule};
pub use problem::{ErrorCode, Problem};
pub use request::RedemptionRequest;
pub use typed::Field;
pub use view::{
    Change, CheckoutView, DeclineCode, Offer, Page, PageMode, RedemptionAnswer, RedemptionStatus,
    RedemptionView, SessionStatus,
};
pub use words::Word;

/// Whether nothing was typed but spaces.
pub fn is_blank(typed: &str) -> bool {
    typed.chars().all(char::is_whitespace)
}
