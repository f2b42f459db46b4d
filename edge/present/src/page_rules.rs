//! The rules by which the shopper's page shows a view, with JavaScript and without.

use crate::{Language, WITH_CODE, Word};
use checkout_wire::{
    Challenge, ChangeVoucher, CheckoutView, DeclineCode, Minor, Offer, RedemptionStatus, RedemptionView,
    Seconds, SessionStatus,
};

/// The time before the end of a session from which its page shows the time left.
pub const FEW: Seconds = Seconds(600);

/// The rules for a way to pay.
pub trait OfferRules {
    /// Returns its name in the form: `provider`, or `provider:provider_code`.
    fn key(&self) -> String;
}

/// The rules for a redemption.
pub trait RedemptionRules {
    /// Returns the name in the form of the way to pay that was used.
    fn key(&self) -> String;

    /// Returns whether its outcome, or that of its reversal, is not known yet.
    fn is_open(&self) -> bool;

    /// Returns the reason why nothing was taken; `None` if money was taken or the outcome is open.
    fn refused(&self) -> Option<DeclineCode>;

    /// Returns the balance of a voucher declined for insufficient funds, and how much of it can be used; `None`
    /// if that is not known.
    fn usable_balance(&self) -> Option<(Minor, Minor)>;
}

/// The rules for a session.
pub trait CheckoutRules {
    /// Returns whether it takes another voucher.
    fn takes_vouchers(&self) -> bool;

    /// Returns whether the page waits for an outcome: of a payment or of a reversal.
    fn awaits_outcome(&self) -> bool;

    /// Returns whether the outcome of a payment is pending without waiting for a code.
    fn is_checking(&self) -> bool;

    /// Returns the redemption that waits for the code that its voucher's owner was sent.
    fn challenged(&self) -> Option<(&RedemptionView, &Challenge)>;

    /// Returns whether the outcome of a payment waits for a person.
    fn is_reviewed(&self) -> bool;

    /// Returns the redemptions whose money has an uncertain outcome.
    fn uncertain(&self) -> impl Iterator<Item = &RedemptionView>;

    /// Returns the amount at the head of the page, and its text; `None` for a session that ended unpaid.
    fn headline(&self) -> Option<(Word, Minor)>;

    /// Returns whether it ended before it was paid.
    fn has_ended(&self) -> bool;

    /// Returns whether the next voucher is the last one that it takes, after earlier ones have paid.
    fn is_last_voucher(&self) -> bool;

    /// Returns the way to pay with this name, or another one if it does not exist or its provider does not answer. Without a name, returns
    /// that of a voucher just declined for insufficient funds, which can still pay a part.
    fn offer_for(&self, key: &str) -> Option<&Offer>;

    /// Returns the last redemption, if its voucher was declined for insufficient funds.
    fn last_short(&self) -> Option<&RedemptionView>;

    /// Returns the time until the next query while no provider answers, at most 15 seconds: another shopper's payment may show earlier
    /// that a provider is back.
    fn all_down(&self) -> Option<Seconds>;

    /// Returns the time left to pay, when it is short.
    fn time_left(&self) -> Option<Seconds>;

    /// Returns whether the shopper has something to keep from the page of a paid session: a change voucher, or the number of a payment
    /// whose money has an uncertain outcome.
    fn has_something_to_keep(&self) -> bool;

    /// Returns the redemptions that have paid.
    fn paid_with(&self) -> Vec<&RedemptionView>;

    /// Returns the name of the voucher's kind, with the end of its PIN where another voucher of this kind has paid, too.
    fn label(&self, one: &RedemptionView) -> String;

    /// Returns how the redemption's change voucher can pay for the rest: the way to pay, the voucher, and the part if it is worth less than
    /// the remaining amount. `None` if it cannot.
    fn change_payment<'a>(
        &'a self,
        one: &'a RedemptionView,
    ) -> Option<(&'a Offer, &'a ChangeVoucher, Option<Minor>)>;

    /// Calls `say` with the text and the amount of money that does not pay for the order.
    fn other_amounts(&self, say: impl FnMut(Word, Minor));
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

    fn is_open(&self) -> bool {
        matches!(self.status, RedemptionStatus::Processing | RedemptionStatus::Unknown)
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

    fn usable_balance(&self) -> Option<(Minor, Minor)> {
        self.voucher_balance.zip(self.usable)
    }
}

impl CheckoutRules for CheckoutView {
    fn takes_vouchers(&self) -> bool {
        self.status == SessionStatus::Open && self.vouchers_left > 0
    }

    fn awaits_outcome(&self) -> bool {
        let found_out = |one: &RedemptionView| one.is_open() && !one.needs_review;
        self.is_checking() || self.redemptions.iter().any(found_out)
    }

    fn is_checking(&self) -> bool {
        self.status == SessionStatus::Processing && self.challenged().is_none()
    }

    fn challenged(&self) -> Option<(&RedemptionView, &Challenge)> {
        if !WITH_CODE {
            return None;
        }
        self.redemptions.iter().find_map(|one| Some((one, one.challenge.as_ref()?)))
    }

    fn is_reviewed(&self) -> bool {
        self.redemptions.iter().any(|one| one.is_open() && one.needs_review)
    }

    fn uncertain(&self) -> impl Iterator<Item = &RedemptionView> {
        self.redemptions.iter().filter(|one| one.is_open() || one.change_unknown)
    }

    fn headline(&self) -> Option<(Word, Minor)> {
        match self.status {
            SessionStatus::Complete => Some((Word::AmountPaid, self.amount_received)),
            _ => Some((Word::ToPay, self.amount_remaining)).filter(|_| !self.has_ended()),
        }
    }

    fn has_ended(&self) -> bool {
        matches!(self.status, SessionStatus::Expired | SessionStatus::Canceled)
    }

    fn is_last_voucher(&self) -> bool {
        self.vouchers_left == 1 && self.amount_received > Minor::ZERO
    }

    fn offer_for(&self, key: &str) -> Option<&Offer> {
        let short = self.last_short().filter(|_| key.is_empty()).map(RedemptionView::key);
        let key = short.unwrap_or_else(|| key.to_owned());
        let up = || self.providers.iter().filter(|offer| offer.retry_after.is_none());
        let named = |offer: &&Offer| offer.key() == key;
        let any = || self.providers.iter().find(named).or(self.providers.first());
        up().find(named).or_else(|| up().next()).or_else(any)
    }

    fn last_short(&self) -> Option<&RedemptionView> {
        self.redemptions.last().filter(|last| {
            last.status == RedemptionStatus::Declined
                && last.decline_code == Some(DeclineCode::InsufficientFunds)
        })
    }

    fn all_down(&self) -> Option<Seconds> {
        const MOST: Seconds = Seconds(15);
        // A provider that answers has `None`, which sorts first.
        let first = self.providers.iter().map(|offer| offer.retry_after).min().flatten();
        first.map(|wait| wait.min(MOST))
    }

    fn time_left(&self) -> Option<Seconds> {
        self.expires_in.filter(|left| *left <= FEW && self.takes_vouchers())
    }

    fn has_something_to_keep(&self) -> bool {
        self.redemptions.iter().any(|one| one.change.is_some() || one.change_unknown || one.is_open())
    }

    fn paid_with(&self) -> Vec<&RedemptionView> {
        let paid = self.redemptions.iter().filter(|one| one.status == RedemptionStatus::Succeeded);
        paid.collect()
    }

    fn label(&self, one: &RedemptionView) -> String {
        let kind = offer_of(self, one).map_or(&one.provider, |offer| &offer.label);
        match &one.pin_end {
            Some(end) => [kind, " …", end].concat(),
            None => kind.clone(),
        }
    }

    fn change_payment<'a>(
        &'a self,
        one: &'a RedemptionView,
    ) -> Option<(&'a Offer, &'a ChangeVoucher, Option<Minor>)> {
        let change =
            one.change.as_ref().filter(|_| self.takes_vouchers() && one.usable != Some(Minor::ZERO))?;
        let change = Some(change).filter(|change| !change.pin.reveal().is_empty())?;
        let offer = offer_of(self, one).filter(|offer| offer.retry_after.is_none())?;
        let part = change.amount.filter(|worth| *worth < self.amount_remaining);
        // After the last voucher, nothing could pay the remaining amount.
        (part.is_none() || self.vouchers_left > 1).then_some((offer, change, part))
    }

    fn other_amounts(&self, mut say: impl FnMut(Word, Minor)) {
        let ended = self.has_ended();
        for one in &self.redemptions {
            match one.status {
                RedemptionStatus::Reversed => say(Word::GivenBackText, one.amount),
                _ if one.is_open() && ended => {
                    say(if one.needs_review { Word::ReviewText } else { Word::StillCheckedText }, one.amount);
                }
                _ if one.change_unknown => say(Word::ChangeUnknownText, one.amount),
                _ => {}
            }
        }
        if self.amount_owed > Minor::ZERO {
            say(Word::OwedText, self.amount_owed);
        }
    }
}

/// Returns the time until another code can be sent, while the current one is valid for the time `left`; `None` if none can be sent.
pub fn resend_in(challenge: &Challenge, left: Seconds) -> Option<Seconds> {
    let passed = challenge.expires_in.0 - left.0;
    challenge.resend_in.map(|Seconds(wait)| Seconds((wait - passed).max(0)))
}

/// Returns the text of the button that sends another code after that time; empty if none can be sent.
pub fn resend_label(wait: Option<Seconds>, language: &impl Language) -> String {
    let Some(wait) = wait else {
        return String::new();
    };
    let label = language.text(Word::CodeAgain);
    if wait == Seconds(0) { label } else { [&label, " (", &language.duration(wait), ")"].concat() }
}

/// Returns the number of a payment and its time, by which the merchant finds it: the id up to its eighth digit, which can be read out on
/// the telephone.
pub fn payment_number(view: &CheckoutView, one: &RedemptionView, language: &impl Language) -> String {
    let id = one.id.as_str();
    let time = language.time(view, &one.created_at);
    language.filled(Word::PaymentNumber, &[("number", id.get(..11).unwrap_or(id)), ("time", &time)])
}

/// The money that a redemption leaves to the shopper, and its fee.
pub struct Receipt<'a> {
    /// The redemption's id.
    pub id: &'a str,
    /// The change voucher.
    pub change: Option<&'a ChangeVoucher>,
    /// Whether the change voucher can pay for the rest of this order.
    pub usable: bool,
    /// The balance left on the same voucher.
    pub balance: Option<Minor>,
    /// The rest that the provider sends to the voucher's owner by message.
    pub rest: Option<Minor>,
    /// The fee that the provider took on top.
    pub fee: Option<Minor>,
}

impl<'a> Receipt<'a> {
    /// Returns the receipts of a session. A change voucher is money, so it is included whatever the outcome.
    pub fn all(view: &'a CheckoutView) -> Vec<Self> {
        let receipt = |redemption: &'a RedemptionView| {
            let taken = redemption.status == RedemptionStatus::Succeeded;
            let receipt = Self {
                id: redemption.id.as_str(),
                change: redemption.change.as_ref(),
                usable: view.change_payment(redemption).is_some(),
                balance: redemption.voucher_balance.filter(|balance| taken && *balance > Minor::ZERO),
                rest: redemption.rest_by_message.filter(|_| taken),
                fee: redemption.fee.filter(|fee| taken && *fee > Minor::ZERO),
            };
            let amounts = [receipt.balance, receipt.rest, receipt.fee];
            let empty = receipt.change.is_none() && amounts == [None; 3];
            (!empty).then_some(receipt)
        };
        view.redemptions.iter().filter_map(receipt).collect()
    }
}

/// Returns the way to pay that was used, if it is still offered.
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
mod tests;
