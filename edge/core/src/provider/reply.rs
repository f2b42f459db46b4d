//! The replies of providers.

use super::Op;
use checkout_wire::{ChangeVoucher, DeclineCode, Minor, Pin};
use serde_json::{Map, Value};

/// A reply of a provider.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Reply {
    /// The money was taken.
    Paid(Paid),
    /// The provider declined this call and did nothing.
    Declined(Refusal),
    /// To a look-up: the charge was tried and took nothing.
    Failed,
    /// The provider is still working on it.
    Pending,
    /// The provider does not know this reference (yet).
    NotFound,
    /// To a look-up: the money was taken and reversed. To a reversal: it is reversed now.
    Reversed,
    /// The provider received too many calls; this one had no effect.
    Busy,
    /// The call conflicts with an earlier one or meets another obstacle: whether it was carried out is unknown.
    Conflict(Refusal),
    /// The voucher's value; the remainder after a charge stays on it.
    Balance(Minor),
    /// The voucher's value; the remainder after a charge goes to its owner by message, under a new number.
    Renewing(Minor),
    /// The voucher's value; its owner confirms each payment by a code.
    Guarded {
        /// The value. The remainder after a charge stays on the voucher.
        balance: Minor,
        /// The last two digits of the owner's phone number.
        owner: Option<String>,
    },
    /// The provider has sent a code. The shopper's answer is sent under this id.
    Challenged(String),
    /// The code is wrong, or no longer valid. Nothing was taken.
    CodeRefused,
    /// The voucher is issued.
    Issued(Issued),
    /// The details of a voucher, for the merchant.
    Viewed(Viewed),
}

/// Money taken from a voucher.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Paid {
    /// The amount the merchant receives, when the provider states it.
    pub amount: Option<Minor>,
    /// The provider's own transaction number.
    pub transaction: Option<String>,
    /// The value left on the same voucher, where its PIN stays valid.
    pub balance: Option<Minor>,
    /// The change voucher.
    pub change: Option<ChangeVoucher>,
    /// Whether there may be a change voucher that is missing from the answer.
    pub change_unknown: bool,
}

/// A voucher that was issued for the merchant.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Issued {
    /// The PIN or code that spends it, with its name in our API; `None` when only the recipient knows it.
    pub secret: Option<(&'static str, Pin)>,
    /// Its value, when the provider states it.
    pub amount: Option<Minor>,
    /// The provider's own transaction number.
    pub transaction: Option<String>,
    /// Whether it was delivered, while the provider has not finalized the order.
    pub finalization_pending: bool,
    /// The other members that the merchant is shown. None of them can spend the voucher.
    pub shown: Map<String, Value>,
}

/// A voucher as the merchant sees it; its number is known to the caller.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Viewed {
    /// Its value.
    pub amount: Minor,
    /// Whether it can be spent now.
    pub spendable: bool,
    /// The provider's other members.
    pub shown: Map<String, Value>,
}

/// The provider's reason for a refusal or a conflict.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// The reason in our own codes, for the shopper.
    pub code: DeclineCode,
    /// The provider's words for the merchant and our log, without the PIN and without any number.
    pub words: String,
}

impl Paid {
    /// Returns the provider's number of the transaction, unless it repeats the PIN of the charge.
    pub fn transaction(number: Option<String>, op: &Op<'_>) -> Option<String> {
        number.filter(|number| match op {
            Op::Charge(charge) => !repeats(number, charge.pin),
            _ => true,
        })
    }
}

/// Returns whether a word contains the PIN, in any case.
pub(super) fn repeats(word: &str, pin: &Pin) -> bool {
    word.to_ascii_lowercase().contains(&pin.reveal().to_ascii_lowercase())
}

impl Refusal {
    /// Builds a refusal from the provider's words, scrubbed: the PIN and every word with a digit in it become `#`.
    pub fn new(code: DeclineCode, words: &str, op: &Op<'_>) -> Self {
        let pin = match op {
            Op::Charge(charge) => Some(charge.pin),
            Op::Balance { pin, .. } | Op::View { pin, .. } | Op::Challenge { pin, .. } => Some(*pin),
            Op::VerifyCode { code, .. } => Some(*code),
            Op::Lookup { .. } | Op::Reverse { .. } | Op::Issue(_) => None,
        };
        let scrubbed = |word: &str| {
            let is_pin = pin.is_some_and(|pin| repeats(word, pin));
            if is_pin || word.chars().any(char::is_numeric) { "#".to_owned() } else { word.to_owned() }
        };
        let words = words.split_whitespace().take(30).map(scrubbed).collect::<Vec<_>>().join(" ");
        Self { code, words: words.chars().filter(|c| !c.is_control()).take(200).collect() }
    }
}

/// An ambiguous answer, with the reason in our own words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unreadable(pub &'static str);
