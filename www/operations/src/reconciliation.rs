//! The comparison of a provider's statement with our own payments. It is independent of screens and the network.

pub mod amount;
pub mod csv;
pub mod day;
pub mod matching;
pub mod ours;
pub mod report;
pub mod statement;
