//! The features and requirements of a provider.

use checkout_wire::money::Currency;
use checkout_wire::{Country, Millis, PinRule};

/// The features and requirements of a provider.
#[derive(Clone, Debug)]
pub struct Features {
    /// The provider's id in the API and in `tests/golden/`.
    pub id: &'static str,
    /// The currency of its vouchers.
    pub currency: Currency,
    /// The country of the phone numbers that it accepts.
    pub country: Country,
    /// The terms of its vouchers at checkout; `None` when they are not accepted there.
    pub checkout: Option<CheckoutFeatures>,
    /// The recovery of a lost answer to issuing a voucher ([`super::Op::Issue`]); `None` when it issues none.
    pub issues: Option<IssueRecovery>,
    /// The rule for the numbers of vouchers that the merchant can view ([`super::Op::View`]); `None` when it cannot.
    pub views: Option<PinRule>,
    /// Whether a charge can be reversed ([`super::Op::Reverse`]).
    pub reverses: bool,
    /// The provider's rate limit, when it states one.
    pub rate: Option<Rate>,
}

/// The terms of a provider's vouchers at checkout.
#[derive(Clone, Debug)]
pub struct CheckoutFeatures {
    /// Whether the provider needs the shopper's e-mail address.
    pub needs_email: bool,
    /// The provider's voucher brands; at least one.
    pub brands: Vec<Brand>,
    /// Whether the voucher's value is queried before every charge ([`super::Op::Balance`]).
    pub checks_balance_first: bool,
    /// Whether the voucher's owner confirms each payment by a code ([`super::Op::Challenge`]).
    pub sends_code: bool,
    /// Whether a success is confirmed by a look-up before it is credited ([`super::Op::Lookup`]).
    pub confirms_success: bool,
    /// The way to find out the outcome of a charge when its answer is lost.
    pub outcome_check: OutcomeCheck,
}

/// A voucher brand of a provider.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Brand {
    /// The provider's code for the brand; `None` where there is only one.
    pub code: Option<String>,
    /// The brand's name for the shopper.
    pub label: String,
    /// The rule for its PINs.
    pub pin: PinRule,
}

/// The way to find out the outcome of a charge when its answer is lost.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OutcomeCheck {
    /// Look up the charge by our reference ([`super::Op::Lookup`]).
    Lookup,
    /// Compare the voucher's balance with what it was before the charge ([`super::Op::Balance`]).
    Balance,
}

/// The way to find out whether a voucher was issued when the answer is lost.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IssueRecovery {
    /// Look up the order by our reference ([`super::Op::Lookup`]).
    Lookup,
    /// Send the same order again under the same reference: the provider carries it out once ([`super::Op::Issue`]).
    Resend,
}

/// A provider's rate limit on one account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rate {
    /// The account that the limit applies to; it names the gate.
    pub account: String,
    /// The calls allowed within the period.
    pub calls: u32,
    /// The period.
    pub period: Millis,
}

impl Features {
    /// Returns the voucher brands at checkout; empty when the provider's vouchers are not accepted there.
    pub fn brands(&self) -> &[Brand] {
        self.checkout.as_ref().map_or(&[], |checkout| &checkout.brands)
    }
}

impl CheckoutFeatures {
    /// Returns how many calls a payment makes: a gate admits all of them or none.
    pub fn calls(&self) -> usize {
        1 + usize::from(self.checks_balance_first) + usize::from(self.confirms_success)
    }
}

impl OutcomeCheck {
    /// Returns whether the PIN must be kept, sealed, while an outcome is unknown.
    pub const fn needs_pin(self) -> bool {
        matches!(self, OutcomeCheck::Balance)
    }
}
