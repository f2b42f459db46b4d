//! The JSON between browser and Worker, the error codes, money, times, and the parsing of PINs, phone numbers and e-mail addresses.
//!
//! This crate has no HTTP, user interface, storage or providers. The Worker reads and writes these types through serde (feature
//! `serde`); the widget reads them through [`Node`], because serde_json would add 15 KB to every shopper's download.
#![forbid(unsafe_code)]

#[macro_use]
mod codec;
pub mod ascii;
pub mod contact;
pub mod csv;
pub mod error_code;
pub mod event_type;
pub mod ids;
#[cfg(feature = "serde")]
pub mod merchant;
pub mod money;
pub mod pin;
pub mod request;
pub mod time;
pub mod view;

#[cfg(test)]
mod tests;

pub use codec::{Node, Read};
pub use contact::Country;
pub use error_code::{ErrorCode, PROBLEM_TYPE, Problem};
pub use event_type::EventType;
pub use ids::{ActId, RedemptionId, SessionId, VoucherId};
pub use money::Minor;
pub use pin::{Alphabet, Pin, PinProblem, PinRule};
pub use request::{ChallengeAnswer, RedemptionRequest};
pub use time::{Millis, Seconds};
pub use view::{
    Challenge, ChangeVoucher, CheckoutView, DeclineCode, Offer, Page, PageMode, RedemptionAnswer,
    RedemptionStatus, RedemptionView, SessionStatus,
};
