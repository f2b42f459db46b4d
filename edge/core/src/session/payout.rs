//! Payouts of owed money. For a payout by voucher it is reserved before the voucher is ordered, and counts as paid out once the voucher is
//! issued.

use super::{Entry, Session};
use crate::actor::{Act, Actor};
use crate::manual::ManualError;
use crate::{stored_enum, stored_struct};
use checkout_wire::money::{Currency, decimal};
use checkout_wire::{ActId, Minor, VoucherId};

stored_struct! {
    /// A voucher that is ordered for owed money.
    #[derive(Clone, PartialEq, Eq, Debug)]
    pub struct PayoutVoucher {
        /// `vo_…`.
        pub voucher: VoucherId,
        /// Its amount.
        pub amount: Minor,
        /// Its currency.
        pub currency: Currency,
        /// Who ordered it.
        pub by: Actor,
    }
}

stored_enum! {
    /// A step of a payout by voucher.
    #[derive(Clone, Copy, PartialEq, Eq, Debug)]
    pub enum PayoutStep or PayoutStep::Release;

    /// The voucher is about to be ordered.
    "Reserve" = Reserve,
    /// It is issued.
    "Record" = Record,
    /// It is not issued.
    "Release" = Release,
}

impl Session {
    /// Returns the entry for a payout that the merchant has made, with the voucher if it was one. The amount must be owed and not reserved.
    pub(super) fn pay_out(
        &self,
        amount: Minor,
        voucher: Option<VoucherId>,
        act: Act,
    ) -> Result<Entry, ManualError> {
        self.may_pay_out(amount)?;
        Ok(Entry::PaidOut { amount, voucher, act })
    }

    /// Returns the entry for a step of a payout by voucher; `None` if it is recorded already. The amount must be owed and not reserved.
    pub fn pay_out_by_voucher(
        &self,
        paid: &PayoutVoucher,
        step: PayoutStep,
    ) -> Result<Option<Entry>, ManualError> {
        let PayoutVoucher { voucher, amount, currency, by } = paid.clone();
        let is_reserved = self.reserved.iter().any(|(reserved, _)| *reserved == voucher);
        if self.payouts.iter().any(|payout| payout.voucher.as_ref() == Some(&voucher)) {
            return Ok(None);
        }
        if step == PayoutStep::Release {
            return Ok(is_reserved.then_some(Entry::PayoutReleased { voucher }));
        }
        if currency != self.parameters.currency {
            let owed = self.parameters.currency.code();
            return Err(ManualError::NotOwed(format!(
                "The money is owed in {owed}, not in {}.",
                currency.code()
            )));
        }
        if !is_reserved {
            self.may_pay_out(amount)?;
        }
        // The act gets the voucher's digits, so that the payout has them, too.
        let id = ActId::of(voucher.digits());
        let act = Act { id: id.ok_or(ManualError::NoRedemption)?, by, note: None };
        Ok(match step {
            PayoutStep::Reserve if is_reserved => None,
            PayoutStep::Reserve => Some(Entry::PayoutReserved { amount, voucher, act }),
            _ => Some(Entry::PaidOut { amount, voucher: Some(voucher), act }),
        })
    }

    /// Returns the amount that is already being given back: by the provider, or by a voucher that is being ordered.
    pub(super) fn pending_return(&self) -> Minor {
        self.reversals_open() + self.reserved()
    }

    /// Checks that this amount is owed, and not already being given back.
    pub(super) fn may_pay_out(&self, amount: Minor) -> Result<(), ManualError> {
        let owed = (self.owed() - self.pending_return()).max(Minor::ZERO);
        if amount <= owed {
            return Ok(());
        }
        let also = match (self.reversals_open() > Minor::ZERO, self.reserved() > Minor::ZERO) {
            (true, _) => " The provider is still being asked to give back the rest.",
            (false, true) => " A voucher is being ordered for the rest.",
            (false, false) => "",
        };
        Err(ManualError::NotOwed(format!(
            "{} is more than is owed: {}.{also}",
            self.money(amount),
            self.money(owed)
        )))
    }

    pub(super) fn money(&self, amount: Minor) -> String {
        format!("{} {}", self.parameters.currency.code(), decimal(amount))
    }
}
