//! What the shopper's page makes of a view, with JavaScript and without: the rules that both sides follow.

use crate::Word;
use checkout_wire::{
    ChangeVoucher, CheckoutView, DeclineCode, Offer, RedemptionStatus, RedemptionView, SessionStatus,
};

/// What the page makes of a way to pay.
pub trait OfferRules {
    /// Its name in the form: `provider`, or `provider:provider_code`.
    fn key(&self) -> String;
}

/// What the page makes of one voucher's payment.
pub trait RedemptionRules {
    /// The name in the form of the way to pay that was used.
    fn key(&self) -> String;

    /// Why it took nothing, if it took nothing.
    fn refused(&self) -> Option<DeclineCode>;

    /// What is on a voucher that was refused for too little value, and how much of that can be used; `None` where that is not
    /// known.
    fn short_of(&self) -> Option<(i64, i64)>;

    /// Whether it was refused for too little value.
    fn is_short(&self) -> bool;
}

/// What the page makes of a session.
pub trait CheckoutRules {
    /// Whether it takes another voucher.
    fn takes_vouchers(&self) -> bool;

    /// Whether an outcome is still being found out that this page is to show: of a payment, or of giving one back.
    fn awaits_outcome(&self) -> bool;

    /// The amount that the page is about, and what it is; none of a session that ended unpaid.
    fn headline(&self) -> Option<(Word, i64)>;

    /// Whether it ended before it was paid.
    fn has_ended(&self) -> bool;

    /// Whether the voucher that is asked for now is the last one that it takes.
    fn asks_for_last(&self) -> bool;

    /// The way to pay of that name; another one where there is none, or where its provider does not answer.
    fn pick(&self, key: &str) -> Option<&Offer>;

    /// Seconds until it makes sense to ask again, when no provider answers. Not many: another shopper's payment may show sooner
    /// that one is back.
    fn down(&self) -> Option<i64>;

    /// The vouchers that have paid, when a shopper could ask which: several, or not yet enough.
    fn paid_with(&self) -> Vec<&RedemptionView>;

    /// The name of the kind of voucher that was used.
    fn label<'a>(&'a self, one: &'a RedemptionView) -> &'a str;

    /// How the change voucher of that payment pays for the rest, if it can: the way to pay, the voucher, and the part where it
    /// is worth less than what remains.
    fn rest_by<'a>(&'a self, one: &'a RedemptionView) -> Option<(&'a Offer, &'a ChangeVoucher, Option<i64>)>;

    /// What to say of money that does not pay for the order: each text with its amount.
    fn beside(&self, say: impl FnMut(Word, i64));
}

impl OfferRules for Offer {
    fn key(&self) -> String {
        key(&self.provider, self.provider_code.as_deref())
    }
}

impl RedemptionRules for RedemptionView {
    fn key(&self) -> String {
        key(&self.provider, self.provider_code.as_deref())
    }

    fn refused(&self) -> Option<DeclineCode> {
        let unsaid = match self.status {
            RedemptionStatus::Declined => DeclineCode::VoucherRefused,
            RedemptionStatus::NotSent => DeclineCode::ProviderUnavailable,
            RedemptionStatus::Reversed => DeclineCode::NotCharged,
            _ => return None,
        };
        Some(self.decline_code.unwrap_or(unsaid))
    }

    fn short_of(&self) -> Option<(i64, i64)> {
        self.voucher_balance.zip(self.usable)
    }

    fn is_short(&self) -> bool {
        self.status == RedemptionStatus::Declined && self.decline_code == Some(DeclineCode::InsufficientFunds)
    }
}

impl CheckoutRules for CheckoutView {
    fn takes_vouchers(&self) -> bool {
        self.status == SessionStatus::Open && self.vouchers_left > 0
    }

    fn awaits_outcome(&self) -> bool {
        let open = |one: &RedemptionView| one.status == RedemptionStatus::Processing;
        self.status == SessionStatus::Processing || self.redemptions.iter().any(open)
    }

    fn headline(&self) -> Option<(Word, i64)> {
        match self.status {
            SessionStatus::Complete => Some((Word::AlreadyPaid, self.amount_received)),
            _ => Some((Word::ToPay, self.amount_remaining)).filter(|_| !self.has_ended()),
        }
    }

    fn has_ended(&self) -> bool {
        matches!(self.status, SessionStatus::Expired | SessionStatus::Canceled)
    }

    fn asks_for_last(&self) -> bool {
        self.vouchers_left == 1 && self.amount_received > 0
    }

    fn pick(&self, key: &str) -> Option<&Offer> {
        let up = || self.providers.iter().filter(|offer| offer.retry_after.is_none());
        let named = |offer: &&Offer| offer.key() == key;
        let any = || self.providers.iter().find(named).or(self.providers.first());
        up().find(named).or_else(|| up().next()).or_else(any)
    }

    fn down(&self) -> Option<i64> {
        const MOST: i64 = 15;
        // One that answers has no seconds, and that is the least.
        let first = self.providers.iter().map(|offer| offer.retry_after).min().flatten();
        first.map(|seconds| seconds.min(MOST))
    }

    fn paid_with(&self) -> Vec<&RedemptionView> {
        let paid = self.redemptions.iter().filter(|one| one.status == RedemptionStatus::Succeeded);
        let paid: Vec<_> = paid.collect();
        if paid.len() > 1 || self.amount_remaining > 0 { paid } else { Vec::new() }
    }

    fn label<'a>(&'a self, one: &'a RedemptionView) -> &'a str {
        offer_of(self, one).map_or(&one.provider, |offer| &offer.label)
    }

    fn rest_by<'a>(&'a self, one: &'a RedemptionView) -> Option<(&'a Offer, &'a ChangeVoucher, Option<i64>)> {
        let change = one.change.as_ref().filter(|_| self.takes_vouchers() && one.usable != Some(0))?;
        let offer = offer_of(self, one).filter(|offer| offer.retry_after.is_none())?;
        let part = change.amount.filter(|minor| *minor < self.amount_remaining);
        // After the last voucher nothing could pay what then remains.
        (part.is_none() || self.vouchers_left > 1).then_some((offer, change, part))
    }

    fn beside(&self, mut say: impl FnMut(Word, i64)) {
        let ended = self.has_ended();
        for one in &self.redemptions {
            match one.status {
                RedemptionStatus::Reversed => say(Word::GivenBackText, one.amount),
                RedemptionStatus::Processing | RedemptionStatus::Unknown if ended => {
                    say(Word::StillCheckedText, one.amount);
                }
                _ => {}
            }
        }
        if self.amount_owed > 0 {
            say(Word::OwedText, self.amount_owed);
        }
    }
}

/// What a voucher's payment leaves in the shopper's hand.
pub struct Receipt<'a> {
    /// The redemption.
    pub id: &'a str,
    /// The new voucher with the rest of the value.
    pub change: Option<&'a ChangeVoucher>,
    /// Whether that can pay for the rest of this order.
    pub usable: bool,
    /// What is left on the same voucher.
    pub balance: Option<i64>,
    /// What comes to the voucher's owner by message.
    pub rest: Option<i64>,
    /// What the provider took on top.
    pub fee: Option<i64>,
}

impl<'a> Receipt<'a> {
    /// The receipts of a session. A change voucher is money, so it is there whatever became of the rest.
    pub fn all(view: &'a CheckoutView) -> Vec<Self> {
        let receipt = |redemption: &'a RedemptionView| {
            let taken = redemption.status == RedemptionStatus::Succeeded;
            let receipt = Self {
                id: &redemption.id,
                change: redemption.change.as_ref(),
                usable: view.rest_by(redemption).is_some(),
                balance: redemption.voucher_balance.filter(|balance| taken && *balance > 0),
                rest: redemption.rest_by_message.filter(|_| taken),
                fee: redemption.fee.filter(|fee| taken && *fee > 0),
            };
            let amounts = [receipt.balance, receipt.rest, receipt.fee];
            let empty = receipt.change.is_none() && amounts == [None; 3];
            (!empty).then_some(receipt)
        };
        view.redemptions.iter().filter_map(receipt).collect()
    }
}

/// The way to pay that was used, if it is still offered.
fn offer_of<'a>(view: &'a CheckoutView, one: &RedemptionView) -> Option<&'a Offer> {
    let took = |offer: &&Offer| offer.provider == one.provider && offer.provider_code == one.provider_code;
    view.providers.iter().find(took)
}

fn key(provider: &str, code: Option<&str>) -> String {
    match code {
        Some(code) => [provider, ":", code].concat(),
        None => provider.to_owned(),
    }
}

#[cfg(test)]
#[allow(missing_docs)]
pub mod tests;
