//! What a provider can do, and what it needs.

use checkout_wire::money::Currency;
use checkout_wire::{Country, PinRule};

/// What a provider can do, and what it needs.
#[derive(Clone, Debug)]
pub struct Features {
    /// Its name in the API and in `tests/golden/`.
    pub id: &'static str,
    /// The currency of its vouchers.
    pub currency: Currency,
    /// Whose phone numbers it takes.
    pub country: Country,
    /// How its vouchers are taken at checkout; `None` when they are not.
    pub checkout: Option<Checkout>,
    /// Whether it issues vouchers for the shop ([`super::Op::Issue`]), and how a lost answer to that is found out.
    pub issues: Option<IssueRecovery>,
    /// What the numbers of vouchers look like that the shop can have looked at ([`super::Op::View`]); `None` when it cannot.
    pub views: Option<PinRule>,
    /// Whether a charge can be given back ([`super::Op::Reverse`]).
    pub reverses: bool,
    /// How many calls it takes, when it says so.
    pub rate: Option<Rate>,
}

/// How vouchers are taken at checkout.
#[derive(Clone, Debug)]
pub struct Checkout {
    /// Whether it needs an e-mail address.
    pub needs_email: bool,
    /// Its voucher brands; at least one.
    pub brands: Vec<Brand>,
    /// Whether the voucher's value is asked before every charge ([`super::Op::Balance`]).
    pub checks_balance_first: bool,
    /// Whether a success is asked about once more before it is credited ([`super::Op::Lookup`]).
    pub confirms_success: bool,
    /// How the outcome of a charge is found out when its answer is lost.
    pub outcome_check: OutcomeCheck,
}

/// A kind of voucher of a provider.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Brand {
    /// The provider's code for it; `None` where there is only one kind.
    pub code: Option<String>,
    /// Its name for a shopper.
    pub label: String,
    /// What its PINs look like.
    pub pin: PinRule,
}

/// How the outcome of a charge is found out when its answer is lost.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OutcomeCheck {
    /// Ask for the charge by our reference ([`super::Op::Lookup`]).
    Lookup,
    /// Compare the voucher's balance with what it was before the charge ([`super::Op::Balance`]).
    Balance,
}

/// How it is found out whether a voucher was issued when the answer is lost.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IssueRecovery {
    /// Ask for the order by our reference ([`super::Op::Lookup`]).
    Lookup,
    /// Send the same order again under the same reference: it is carried out once ([`super::Op::Issue`]).
    Resend,
}

/// How many calls an account may make.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rate {
    /// The account the limit holds for; names the gate.
    pub account: String,
    /// Calls within the period.
    pub calls: u32,
    /// The period in milliseconds.
    pub period_ms: i64,
}

impl Features {
    /// Its voucher brands at checkout; none when its vouchers are not taken there.
    pub fn brands(&self) -> &[Brand] {
        self.checkout.as_ref().map_or(&[], |checkout| &checkout.brands)
    }
}

impl Checkout {
    /// How many calls a payment makes: a gate lets all of them through, or none.
    pub fn calls(&self) -> usize {
        1 + usize::from(self.checks_balance_first) + usize::from(self.confirms_success)
    }
}

impl OutcomeCheck {
    /// Whether the PIN must be kept, sealed, while an outcome is unknown.
    pub const fn needs_pin(self) -> bool {
        matches!(self, OutcomeCheck::Balance)
    }
}
