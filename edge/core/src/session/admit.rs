//! Admission of another redemption: the session's status, and the limits on failed attempts.

use super::{Redemption, Session};
use crate::Limits;
use checkout_wire::{Millis, RedemptionId, SessionStatus};

/// The most redemptions of a session, whatever their outcome.
const MOST_TRIES: usize = 99;

/// The reason why a session does not take another voucher now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NotAdmitted {
    /// It is paid.
    Complete,
    /// A redemption is still without a final outcome.
    PaymentInProgress,
    /// The merchant canceled it.
    Canceled,
    /// It has expired.
    Expired,
    /// The maximum number of vouchers has paid.
    NoVoucherLeft,
    /// Too many attempts.
    TooManyAttempts {
        /// The time until it takes another one.
        wait: Millis,
    },
}

impl Session {
    /// Checks that the session takes another voucher at `now`.
    pub fn admit(&self, now: Millis, limits: &Limits) -> Result<(), NotAdmitted> {
        match self.status(now) {
            SessionStatus::Complete => return Err(NotAdmitted::Complete),
            // Another voucher may replace one whose code was not typed.
            SessionStatus::Processing if self.waiting_for_code().is_some() => {}
            SessionStatus::Processing => return Err(NotAdmitted::PaymentInProgress),
            SessionStatus::Canceled => return Err(NotAdmitted::Canceled),
            SessionStatus::Expired => return Err(NotAdmitted::Expired),
            SessionStatus::Open => {}
        }
        if self.vouchers_left(limits) == 0 {
            return Err(NotAdmitted::NoVoucherLeft);
        }
        if self.redemptions.len() >= MOST_TRIES {
            return Err(NotAdmitted::TooManyAttempts { wait: self.expires_at - now });
        }
        match self.pause(now, limits) {
            Some(wait) => Err(NotAdmitted::TooManyAttempts { wait }),
            None => Ok(()),
        }
    }

    /// Returns how many more vouchers the session takes.
    pub fn vouchers_left(&self, limits: &Limits) -> usize {
        let used = self.redemptions.iter().filter(|redemption| redemption.is_success()).count();
        limits.vouchers_per_session.saturating_sub(used)
    }

    /// Returns the time until the next attempt is allowed, after too many failed ones; `None` if one is allowed now.
    pub fn pause(&self, now: Millis, limits: &Limits) -> Option<Millis> {
        let failed = self.failures();
        let minute = failed
            .iter()
            .rev()
            .nth(limits.failed_per_minute.saturating_sub(1))
            .map(|at| *at + Millis::MINUTE);
        let session = failed
            .last()
            .filter(|_| failed.len() >= limits.failed_per_session)
            .map(|at| *at + limits.failed_session_pause_ms);
        minute.max(session).map(|until| until - now).filter(|wait| *wait > Millis::ZERO)
    }

    /// Returns whether every decline reads the same, because a guesser could learn from the difference (law 8).
    pub fn masks_declines(&self, limits: &Limits) -> bool {
        self.failures().len() >= limits.mask_declines_after
    }

    /// Returns the redemption with this idempotency key.
    pub fn by_key(&self, key: &str) -> Option<&Redemption> {
        self.redemptions.iter().find(|redemption| redemption.begun.key == key)
    }

    /// Returns whether any try has failed.
    pub fn has_failures(&self) -> bool {
        !self.failures().is_empty()
    }

    /// Returns whether the redemption counts as a failed try.
    pub fn has_failed(&self, id: &RedemptionId) -> bool {
        self.failed_tries().any(|redemption| redemption.begun.id == *id)
    }

    /// Returns the times of the failed tries and of the wrong codes, in order.
    fn failures(&self) -> Vec<Millis> {
        let codes = self.redemptions.iter().filter_map(|redemption| redemption.challenge.as_ref());
        let codes = codes.flat_map(|challenge| challenge.refused_at.iter().copied());
        let mut failures: Vec<Millis> =
            self.failed_tries().map(|redemption| redemption.recovery.changed_at).chain(codes).collect();
        failures.sort_unstable();
        failures
    }

    /// Returns the declined vouchers and the repeated tries that were not sent: a guesser can cause both. Masked declines all count, because
    /// a limit that comes later for one of them would tell its reason.
    fn failed_tries(&self) -> impl Iterator<Item = &Redemption> {
        let mut unsent = 0;
        self.redemptions.iter().filter(move |redemption| {
            let is_masked = redemption.begun.masked && redemption.is_voucher_refused();
            unsent += usize::from(redemption.is_unsent_try() && !is_masked);
            redemption.is_failed_try() || is_masked || redemption.is_unsent_try() && unsent > 1
        })
    }
}
