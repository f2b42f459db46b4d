//! The core of voucher payments: money, providers, the session and its laws.
//!
//! It is pure: no Worker, no I/O, no clock and no randomness of its own. The shell (`edge/src`) passes in the time, the
//! random bytes and the providers' answers, and stores the results.
#![forbid(unsafe_code)]

pub mod access;
pub mod actor;
pub mod address;
pub mod allowance;
pub mod attention;
pub mod brake;
pub mod config;
pub mod credential;
pub mod endpoint;
pub mod event;
pub mod fields;
pub mod gate;
pub mod http;
pub mod idempotency;
pub mod index;
pub mod issuance;
pub mod json;
pub mod ledger;
pub mod limits;
pub mod manual;
pub mod outbox;
pub mod proof_of_work;
pub mod provider;
pub mod query;
pub mod recovery;
pub mod reference;
pub mod seal;
pub mod secret;
pub mod session;
pub mod stored;
pub mod throttle;
pub mod time;
pub mod turnstile;
pub mod vars;
pub mod violation;

pub use config::Config;
pub use issuance::Issuance;
pub use limits::Limits;
pub use session::Session;
pub use vars::ConfigError;
