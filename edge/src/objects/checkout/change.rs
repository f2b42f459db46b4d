//! The PINs of change vouchers, for a shopper who types the phone number of the payment. A wrong number counts as a failed try.

use super::Checkout;
use super::throttled::ThrottledTry;
use crate::problem::Problem;
use checkout_core::throttle::Admission;
use checkout_core::{Config, Session};
use checkout_wire::{ErrorCode, RedemptionId};

impl Checkout {
    /// Returns the payments with a change voucher that were made with this phone number. Where there are none, the answer is the same as
    /// for a wrong number.
    pub(super) async fn prove(
        &self,
        config: &Config,
        session: &Session,
        phone: &str,
        address: Option<String>,
    ) -> Result<Vec<RedemptionId>, Problem> {
        // The throttle of a phone number counts by the session here: a guesser changes the number.
        let attempt = ThrottledTry::new(&self.env, config, &session.id, address, "", session.id.as_str())?;
        if let Admission::After(wait) = attempt.ask_throttles(true).await.admission {
            attempt.release(false).await;
            return Err(Problem::of(ErrorCode::TooManyAttempts).wait(wait));
        }
        let paid = self.paid_with_phone(config, phone)?;
        attempt.release(paid.is_empty()).await;
        if paid.is_empty() {
            return Err(Problem::of(ErrorCode::PhoneUnconfirmed).about("phone"));
        }
        Ok(paid)
    }
}
