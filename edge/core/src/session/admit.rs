//! Whether a session takes another try now: its status, and the limits on failed ones.

use super::{Redemption, Session};
use crate::Limits;
use checkout_wire::SessionStatus;

const MINUTE_MS: i64 = 60_000;
/// The most tries of a session, whatever came of them.
const MOST_TRIES: usize = 99;

/// Why a session takes no other voucher now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NotAdmitted {
    /// It is paid.
    Complete,
    /// A voucher's outcome is still to come.
    PaymentInProgress,
    /// The shop canceled it.
    Canceled,
    /// Its time is up.
    Expired,
    /// As many vouchers as it takes have paid.
    NoVoucherLeft,
    /// Too many tries.
    TooManyAttempts {
        /// Milliseconds until it takes another one.
        wait_ms: i64,
    },
}

impl Session {
    /// Nothing, when another voucher may be tried now; else why not.
    pub fn admit(&self, now: i64, limits: &Limits) -> Result<(), NotAdmitted> {
        match self.status(now) {
            SessionStatus::Complete => return Err(NotAdmitted::Complete),
            SessionStatus::Processing => return Err(NotAdmitted::PaymentInProgress),
            SessionStatus::Canceled => return Err(NotAdmitted::Canceled),
            SessionStatus::Expired => return Err(NotAdmitted::Expired),
            SessionStatus::Open => {}
        }
        if self.vouchers_left(limits) == 0 {
            return Err(NotAdmitted::NoVoucherLeft);
        }
        if self.redemptions.len() >= MOST_TRIES {
            return Err(NotAdmitted::TooManyAttempts { wait_ms: self.expires_at - now });
        }
        match self.pause(now, limits) {
            Some(wait_ms) => Err(NotAdmitted::TooManyAttempts { wait_ms }),
            None => Ok(()),
        }
    }

    /// How many vouchers more can be used.
    pub fn vouchers_left(&self, limits: &Limits) -> usize {
        let used = self.redemptions.iter().filter(|one| one.is_success()).count();
        limits.vouchers_per_session.saturating_sub(used)
    }

    /// How many milliseconds until another try is taken, after too many failed ones; `None` when one is taken now.
    pub fn pause(&self, now: i64, limits: &Limits) -> Option<i64> {
        let failed: Vec<i64> = self.failed_tries().map(|one| one.recovery.changed_at).collect();
        let minute =
            failed.iter().rev().nth(limits.failed_per_minute.saturating_sub(1)).map(|at| at + MINUTE_MS);
        let session = failed
            .last()
            .filter(|_| failed.len() >= limits.failed_per_session)
            .map(|at| at + limits.failed_session_pause_ms);
        minute.max(session).map(|until| until - now).filter(|ms| *ms > 0)
    }

    /// Whether a guesser could learn from the difference between "no such voucher" and "already used".
    pub fn masks_declines(&self, limits: &Limits) -> bool {
        self.failed_tries().count() >= limits.mask_declines_after
    }

    /// The payment that uses this idempotency key.
    pub fn by_key(&self, key: &str) -> Option<&Redemption> {
        self.redemptions.iter().find(|one| one.begun.key == key)
    }

    fn failed_tries(&self) -> impl Iterator<Item = &Redemption> {
        self.redemptions.iter().filter(|one| one.is_failed_try())
    }
}
