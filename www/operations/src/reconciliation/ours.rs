//! Our side of a reconciliation: the money that a provider took and gave back, according to our ledgers.

use super::day::Day;
use super::matching::Movement;
use checkout_wire::merchant::MerchantRedemption;
use checkout_wire::{Minor, RedemptionStatus};
use serde::Deserialize;
use std::collections::HashMap;

/// The types of the events that report when a provider has given money back.
pub const BACK_EVENTS: [&str; 2] = ["redemption.refunded", "redemption.resolved"];

/// An event about a redemption.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct RedemptionEvent {
    /// `evt_…`.
    pub id: String,
    /// The time of its creation, RFC 3339 in UTC.
    pub created_at: String,
    /// The redemption.
    pub data: RedemptionData,
}

/// The data of such an event.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct RedemptionData {
    /// The redemption at that time.
    pub object: MerchantRedemption,
}

/// Our payments, with the money that they moved.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Ours {
    /// The payments begun in the period, and those whose money went back in it.
    pub payments: Vec<MerchantRedemption>,
    /// The movements of money at the provider.
    pub movements: Vec<Movement>,
}

impl Ours {
    /// Collects the movements of the payments begun on the days of a period, and of the events of these days, the oldest first.
    /// `day` returns the day of a time. With `with_fee`, the statement's amounts contain the provider's fee.
    pub fn new(
        payments: Vec<MerchantRedemption>,
        events: Vec<RedemptionEvent>,
        provider: &str,
        with_fee: bool,
        day: impl Fn(&str) -> Option<Day>,
    ) -> Self {
        let mut ours = Self { payments, movements: Vec::new() };
        for (place, payment) in ours.payments.iter().enumerate() {
            ours.movements.extend(taken(place, payment, with_fee, day(&payment.created_at)));
        }
        let mut back: HashMap<String, Option<Day>> = HashMap::new();
        let known: HashMap<String, usize> =
            ours.payments.iter().map(|payment| payment.id.clone()).zip(0..).collect();
        for RedemptionEvent { created_at, data: RedemptionData { object }, .. } in events {
            if object.provider != provider || !is_given_back(&object) || back.contains_key(&object.id) {
                continue;
            }
            back.insert(object.id.clone(), day(&created_at));
            // It was begun before the period.
            if !known.contains_key(&object.id) {
                ours.payments.push(object);
            }
        }
        for (place, payment) in ours.payments.iter().enumerate() {
            // Without an event of these days, it went back on a later one.
            let day = back.get(&payment.id).copied().flatten();
            ours.movements.extend(is_given_back(payment).then(|| given_back(place, payment, day)));
        }
        ours
    }
}

/// Returns whether the provider has given the money back.
fn is_given_back(payment: &MerchantRedemption) -> bool {
    payment.reversal.as_ref().is_some_and(|reversal| reversal.status == "succeeded")
}

fn names(payment: &MerchantRedemption, more: Option<&String>) -> Vec<String> {
    let names = [more, payment.provider_reference.as_ref(), payment.provider_transaction.as_ref()];
    names.into_iter().flatten().cloned().collect()
}

fn taken(place: usize, payment: &MerchantRedemption, with_fee: bool, day: Option<Day>) -> Option<Movement> {
    let is_taken = matches!(payment.status, RedemptionStatus::Succeeded | RedemptionStatus::Reversed);
    let fee = payment.fee.filter(|_| with_fee).unwrap_or_default();
    is_taken.then(|| Movement {
        payment: place,
        amount: payment.amount + fee,
        day,
        names: names(payment, None),
    })
}

fn given_back(place: usize, payment: &MerchantRedemption, day: Option<Day>) -> Movement {
    let reference = payment.reversal.as_ref().and_then(|reversal| reversal.provider_reference.as_ref());
    let amount = Minor(-payment.amount.0);
    Movement { payment: place, amount, day, names: names(payment, reference) }
}

#[cfg(test)]
mod tests;
