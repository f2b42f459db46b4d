//! The confirmation codes of a payment, computed from its ledger.

mod steps;

pub use steps::{NoCode, Repeat, code_names};

use crate::Limits;
use checkout_wire::Millis;

/// The number of wrong codes after which a payment ends.
const WRONG_CODES: usize = 3;

/// The confirmation codes of a payment.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Challenge {
    /// The time at which the last code was requested.
    pub wanted_at: Millis,
    /// The number of codes requested.
    pub wanted: usize,
    /// The browser's idempotency keys of the requests for another code.
    pub resent: Vec<String>,
    /// The last two digits of the phone number that the codes are sent to.
    pub sent_to: Option<String>,
    /// The provider's id of the last code; `None` until the provider has sent it.
    pub id: Option<String>,
    /// The codes that the shopper has typed, oldest first.
    pub answers: Vec<TypedCode>,
    /// The times at which the provider refused a code and another one could be typed.
    pub refused_at: Vec<Millis>,
}

/// A code that the shopper has typed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TypedCode {
    /// The browser's idempotency key.
    pub key: String,
    /// The keyed hash of the code.
    pub code: String,
}

impl Challenge {
    pub(super) fn begin(&mut self, at: Millis, sent_to: Option<String>, key: Option<String>) {
        self.wanted_at = at;
        self.wanted += 1;
        self.resent.extend(key);
        self.id = None;
        self.sent_to = sent_to;
    }

    /// Returns when its code expires.
    pub fn ends_at(&self, limits: &Limits) -> Millis {
        self.wanted_at + limits.challenge_ms
    }

    /// Returns when another code can be requested; `None` after the last one.
    pub fn resends_at(&self, limits: &Limits) -> Option<Millis> {
        (self.wanted < limits.challenges_per_payment).then_some(self.wanted_at + limits.challenge_resend_ms)
    }

    /// Returns how many more codes can be typed.
    pub const fn tries_left(&self) -> usize {
        WRONG_CODES.saturating_sub(self.refused_at.len())
    }
}
