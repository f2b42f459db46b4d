//! What a provider said.

use super::Op;
use checkout_wire::{ChangeVoucher, DeclineCode, Pin};
use serde_json::{Map, Value};

/// What a provider said.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Reply {
    /// The money was taken.
    Paid(Paid),
    /// The provider refused this call; it did nothing.
    Declined(Refusal),
    /// To a look-up: it was tried, and came to nothing.
    Failed,
    /// The provider is still working on it.
    Pending,
    /// The provider knows nothing of this reference (yet).
    NotFound,
    /// To a look-up: the money was taken and given back. To a reversal: it is given back now.
    Reversed,
    /// Too many calls; this one did nothing.
    Busy,
    /// The call clashes with an earlier one, or something stands in its way: no word on whether it was done.
    Conflict(Refusal),
    /// What the voucher is worth, in minor units; what is left after a charge stays on it.
    Balance(i64),
    /// The same, but what is left after a charge comes to its owner by message, under a new number.
    Renewing(i64),
    /// The voucher is issued.
    Issued(Issued),
    /// The voucher, for the shop.
    Viewed(Viewed),
}

/// Money taken from a voucher.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Paid {
    /// What the shop gets, in minor units, as far as the provider says it.
    pub amount: Option<i64>,
    /// The provider's own number of the transaction.
    pub transaction: Option<String>,
    /// What is left on the same voucher, where its PIN stays good.
    pub balance: Option<i64>,
    /// The new voucher with the rest.
    pub change: Option<ChangeVoucher>,
}

/// A voucher that was issued for the shop.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Issued {
    /// What it is spent with, and the name of that in our API; `None` when only its recipient knows it.
    pub secret: Option<(&'static str, Pin)>,
    /// What it is worth, in minor units, as far as the provider says it.
    pub amount: Option<i64>,
    /// The provider's own number of the transaction.
    pub transaction: Option<String>,
    /// Delivered, but the provider has not closed its own books on it.
    pub finalization_pending: bool,
    /// What else the shop is told. Holds nothing that the voucher could be spent with.
    pub shown: Map<String, Value>,
}

/// A voucher as the shop sees it; its number is known to whoever asked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Viewed {
    /// Minor units.
    pub amount: i64,
    /// Whether it can be spent now.
    pub spendable: bool,
    /// What else the provider tells.
    pub shown: Map<String, Value>,
}

/// Why a provider did nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// For the shopper.
    pub code: DeclineCode,
    /// The provider's words for the shop and its log, without the PIN and without any number.
    pub words: String,
}

impl Refusal {
    /// A refusal in the provider's words, scrubbed: the PIN and every word with a digit in it become `#`.
    pub fn new(code: DeclineCode, words: &str, op: &Op<'_>) -> Self {
        let pin = match op {
            Op::Charge(charge) => Some(charge.pin),
            Op::Balance { pin } | Op::View { pin, .. } => Some(*pin),
            Op::Lookup { .. } | Op::Reverse { .. } | Op::Issue(_) => None,
        };
        let scrubbed = |word: &str| {
            let is_pin =
                pin.is_some_and(|pin| word.to_ascii_lowercase().contains(&pin.reveal().to_ascii_lowercase()));
            if is_pin || word.chars().any(char::is_numeric) { "#".to_owned() } else { word.to_owned() }
        };
        let words = words.split_whitespace().take(30).map(scrubbed).collect::<Vec<_>>().join(" ");
        Self { code, words: words.chars().filter(|c| !c.is_control()).take(200).collect() }
    }
}

/// An answer that says nothing certain; why, in our own words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unreadable(pub &'static str);
