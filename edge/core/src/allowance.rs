//! The most that may be issued at a provider within a day, so that a leaked key cannot drain the merchant's wallet there.

use crate::Limits;
use crate::{stored_newtype, stored_struct};
use checkout_wire::{Millis, Minor, VoucherId};

stored_newtype! {
    /// The vouchers ordered at a provider within the last day, oldest first.
    #[derive(Clone, PartialEq, Eq, Debug, Default)]
    pub struct Allowance(Vec<Ordered>);
}

stored_struct! {
    /// One of them. Stored: add, never change a name.
    #[derive(Clone, PartialEq, Eq, Debug)]
    struct Ordered {
        voucher: VoucherId,
        at: Millis,
        /// Zero as long as only the provider knows it.
        amount: Minor,
    }
}

impl Allowance {
    /// Reserves room for an order; the same order twice changes nothing. Returns how long to wait if there is none.
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

    /// Records what an order has come to: the amount of its voucher, or `None` when none is issued.
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
