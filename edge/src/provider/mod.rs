//! Calls to voucher providers: the one place that sends them, and the gate in front of it.

pub mod call;
pub mod gate;
