//! The daily issuing limit of a provider, so that a leaked key cannot drain the merchant's wallet there.

use crate::Limits;
use crate::{stored_newtype, stored_struct};
use checkout_wire::{Millis, Minor, VoucherId};

stored_newtype! {
    /// The vouchers ordered at a provider within the last day, oldest first.
    #[derive(Clone, PartialEq, Eq, Debug, Default)]
    pub struct Allowance(Vec<Ordered>);
}

stored_struct! {
    /// An ordered voucher. Stored: add, never change a name.
    #[derive(Clone, PartialEq, Eq, Debug)]
    struct Ordered {
        voucher: VoucherId,
        at: Millis,
        /// The voucher's amount; zero as long as only the provider knows it.
        amount: Minor,
    }
}

impl Allowance {
    /// Reserves part of the limit for an order; reserving twice for the same order changes nothing. Returns the time to wait if the limit
    /// is used up.
    pub fn reserve(
        &mut self,
        voucher: &VoucherId,
        amount: Minor,
        limits: &Limits,
        now: Millis,
    ) -> Option<Millis> {
        self.0.retain(|known| known.at + Millis::DAY > now);
        if self.0.iter().any(|known| known.voucher == *voucher) {
            return None;
        }
        let fits = |orders: &[Ordered]| {
            let sum: Minor = orders.iter().map(|known| known.amount).sum();
            orders.len() < limits.issued_per_day && sum + amount <= limits.issued_per_day_up_to
        };
        if fits(&self.0) {
            self.0.push(Ordered { voucher: voucher.clone(), at: now, amount });
            return None;
        }
        let enough = (1..=self.0.len()).find(|gone| fits(self.0.get(*gone..).unwrap_or_default()));
        let last = enough.and_then(|gone| self.0.get(gone - 1));
        Some(last.map_or(Millis::DAY, |last| last.at + Millis::DAY - now))
    }

    /// Records the outcome of an order: the amount of its voucher, or `None` if no voucher is issued.
    pub fn settle(&mut self, voucher: &VoucherId, issued: Option<Minor>) {
        match issued {
            None => self.0.retain(|known| known.voucher != *voucher),
            Some(amount) => {
                let order = self.0.iter_mut().find(|known| known.voucher == *voucher);
                order.into_iter().for_each(|known| known.amount = amount);
            }
        }
    }
}

#[cfg(test)]
mod tests;
