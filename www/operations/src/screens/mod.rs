//! The screens, one for each address.

pub mod events;
pub mod payments;
pub mod reconciliation;
pub mod search;
pub mod session;
pub mod sessions;
pub mod takings;
pub mod voucher;
pub mod vouchers;
pub mod waiting;
