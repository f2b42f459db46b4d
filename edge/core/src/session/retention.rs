//! The retention of a session: when its secrets and personal data are erased, and when it is archived.

use super::{Redemption, Session};
use crate::Limits;
use crate::idempotency;
use checkout_wire::{Millis, Minor, RedemptionId};

impl Session {
    /// Returns when this redemption's change voucher is to be erased.
    pub fn forget_change_at(&self, redemption: &RedemptionId, limits: &Limits) -> Option<Millis> {
        self.redemption(redemption)
            .map(|payment| payment.recovery.changed_at.saturating_add(limits.change_voucher_kept_ms))
    }

    /// Returns when this redemption's PIN is to be erased, even if its outcome is still unknown.
    pub fn forget_pin_at(&self, redemption: &RedemptionId, limits: &Limits) -> Option<Millis> {
        self.redemption(redemption)
            .map(|payment| payment.created_at.saturating_add(Millis::DAY.times(limits.pin_kept_days)))
    }

    /// Returns when the session was paid or has ended, and its last payment had an outcome; `None` while it is open.
    fn settled_at(&self) -> Option<Millis> {
        let is_paid = self.remaining() == Minor::ZERO;
        if self.redemptions.iter().any(Redemption::is_open) || !(is_paid || self.ended_at().is_some()) {
            return None;
        }
        let outcomes = self.redemptions.iter().map(|payment| payment.recovery.changed_at);
        outcomes.chain(self.ended_at()).chain([self.created_at]).max()
    }

    /// Returns when the personal data is to be erased; `None` while the session is open.
    pub fn forget_customer_at(&self, limits: &Limits) -> Option<Millis> {
        Some(self.settled_at()?.saturating_add(Millis::DAY.times(limits.personal_kept_days)))
    }

    /// Returns when the client secret no longer opens the session; `None` while it is open, or owes the shopper money.
    pub fn secret_ends_at(&self, limits: &Limits) -> Option<Millis> {
        let settled = self.settled_at().filter(|_| self.owed() == Minor::ZERO)?;
        Some(settled.saturating_add(Millis::DAY.times(limits.secret_kept_days)))
    }

    /// Returns when the session is to be archived: its personal data is erased, every outcome is known, no money is owed, and no repeated
    /// call can create it again. `None` until then.
    pub fn archive_at(&self, limits: &Limits) -> Option<Millis> {
        let forgotten = self.forget_customer_at(limits)?;
        let is_needed = self.owed() + self.reserved() > Minor::ZERO
            || self.next_due(limits).is_some()
            || self.redemptions.iter().any(|payment| payment.needs_review(limits));
        (!is_needed).then(|| forgotten.max(self.created_at.saturating_add(idempotency::KEPT)))
    }
}
