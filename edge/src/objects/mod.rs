//! The Durable Objects, one file or folder each, and their common code.

pub mod alarm;
pub mod attention;
pub mod calls;
pub mod checkout;
#[cfg(feature = "crash-points")]
pub mod crash_points;
pub mod gate;
pub mod idempotency;
mod issuance;
pub mod lease;
pub mod ledger_object;
pub mod merchant_action;
pub mod outbox;
pub mod store;
pub mod throttle;
pub mod voucher_lock;
