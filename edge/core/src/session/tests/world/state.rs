//! The state of the simulation.

use super::desk::{Desk, Payment, Question};
use super::provider::Provider;
use crate::Limits;
use checkout_wire::Millis;

/// The sessions, the providers, and the calls between them.
pub(super) struct World {
    pub(super) now: Millis,
    pub(super) limits: Limits,
    pub(super) desks: Vec<Desk>,
    pub(super) provider: Provider,
    /// The payment that each voucher is locked for.
    pub(super) holders: Vec<Option<Payment>>,
    /// The last payment before it that may have taken money from the voucher.
    pub(super) used_by: Vec<Option<Payment>>,
    pub(super) strays: Vec<Stray>,
}

/// A call that no task waits for and that may still arrive.
pub(super) struct Stray {
    pub(super) desk: usize,
    pub(super) payment: usize,
    pub(super) until: Millis,
    pub(super) question: Question,
}
