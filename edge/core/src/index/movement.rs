//! The movements of a session's money.

use crate::session::{RedemptionState, RefundWay, Session};
use checkout_wire::{Millis, Minor};
use serde::Serialize;

/// Money that was taken from a voucher (`taken`) or went back: `reversed` by the provider because the session ended, `refunded`
/// after it was complete, or `paid_out` by the merchant who owed it.
#[derive(Serialize, Debug)]
pub struct Movement {
    id: String,
    seq: i64,
    session: String,
    redemption: Option<String>,
    provider: Option<String>,
    kind: &'static str,
    amount: Minor,
    fee: Minor,
    currency: &'static str,
    at: Millis,
    reference: String,
    provider_reference: Option<String>,
    provider_transaction: Option<String>,
}

/// Returns the movements of a session; `seq` is the version of its rows.
pub(super) fn movements(session: &Session, seq: i64) -> Vec<Movement> {
    let movement = |id: String, kind: &'static str, amount: Minor, at: Millis| Movement {
        id: format!("{id}.{kind}"),
        seq,
        session: session.id.as_str().to_owned(),
        redemption: None,
        provider: None,
        kind,
        amount,
        fee: Minor::ZERO,
        currency: session.parameters.currency.code(),
        at,
        reference: session.parameters.reference.clone(),
        provider_reference: None,
        provider_transaction: None,
    };
    let payouts = session.payouts.iter().map(|payout| {
        movement(format!("po_{}", payout.act.id.digits()), "paid_out", payout.amount, payout.at)
    });
    let mut movements: Vec<Movement> = payouts.collect();
    for payment in &session.redemptions {
        let RedemptionState::Succeeded { amount, fee, transaction, .. } = &payment.state else {
            continue;
        };
        let id = payment.begun.id.as_str();
        let mut add = |movement: Movement, reference: Option<&str>| {
            movements.push(Movement {
                redemption: Some(id.to_owned()),
                provider: Some(payment.begun.provider.clone()),
                provider_reference: reference.map(str::to_owned),
                provider_transaction: transaction.clone(),
                ..movement
            });
        };
        let taken = movement(id.to_owned(), "taken", *amount, payment.recovery.changed_at);
        add(Movement { fee: fee.unwrap_or_default(), ..taken }, Some(&payment.begun.reference));
        let reversal = payment.reversal.as_ref().filter(|_| payment.is_reversed());
        if let Some(reversal) = reversal.filter(|_| !payment.has_provider_refund()) {
            let reversed = movement(id.to_owned(), "reversed", *amount, reversal.recovery.changed_at);
            add(reversed, Some(&reversal.reference));
        }
        for refund in &payment.refunds {
            let id = format!("rf_{}", refund.act.id.digits());
            match (&refund.way, reversal) {
                (RefundWay::Merchant { .. }, _) => {
                    add(movement(id, "refunded", refund.amount, refund.at), None);
                }
                (RefundWay::Provider, Some(reversal)) => {
                    let refunded = movement(id, "refunded", refund.amount, reversal.recovery.changed_at);
                    add(refunded, Some(&reversal.reference));
                }
                // The provider has not given it back yet.
                (RefundWay::Provider, None) => {}
            }
        }
    }
    movements
}
