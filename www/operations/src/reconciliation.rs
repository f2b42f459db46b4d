//! The comparison of a provider's statement with our own payments. It knows no screen and no network.

pub mod amount;
pub mod csv;
pub mod day;
pub mod matching;
pub mod ours;
pub mod report;
pub mod statement;
