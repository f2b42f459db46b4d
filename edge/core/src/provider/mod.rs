//! What a voucher provider is: it turns an operation into an HTTP request value, and an HTTP answer into a reply. It
//! never performs the call, keeps nothing, and decides nothing about sessions.
//!
//! To add one: write its file, name it once in [`REGISTRY`], and give it a folder of goldens in `tests/golden/`.

mod kora;
mod wipay;

#[cfg(test)]
mod golden;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod mutations;

use crate::config::{ConfigError, Vars};
use crate::http::{HttpRequest, HttpResponse};
use crate::money::Currency;
use checkout_wire::{Country, DeclineCode, Pin, PinRule};
use serde::Deserialize;

/// Every provider: reads its own variables, and is there when they are.
pub const REGISTRY: &[Configure] = &[kora::configure, wipay::configure];

/// The provider as configured; `None` when none of its variables is set; an error when they are incomplete or
/// contradict each other.
pub type Configure = fn(&Vars<'_>) -> Result<Option<Box<dyn Provider>>, ConfigError>;

/// A voucher provider, configured.
pub trait Provider {
    /// What it can do, and what it needs from a shopper.
    fn features(&self) -> &Features;

    /// What it takes from the voucher on top of `amount`, in minor units; an estimate until it has been taken.
    fn fee(&self, _amount: i64) -> i64 {
        0
    }

    /// The request for an operation, or why there can be none. The body may hold the PIN; address and headers never do.
    fn request(&self, op: &Op<'_>) -> Result<HttpRequest, BuildError>;

    /// What the answer says. Only an explicit word of the provider is a success or a refusal: everything else is
    /// [`Unreadable`], and money may have moved.
    fn reply(&self, op: &Op<'_>, answer: &HttpResponse) -> Result<Reply, Unreadable>;
}

/// What a provider can do, and what it needs from a shopper.
#[derive(Clone, Debug)]
pub struct Features {
    /// Its name in the API and in `tests/golden/`.
    pub id: &'static str,
    /// The currency of its vouchers.
    pub currency: Currency,
    /// Whose phone numbers it takes.
    pub country: Country,
    /// Whether it needs an e-mail address.
    pub needs_email: bool,
    /// Its voucher brands; at least one.
    pub brands: Vec<Brand>,
    /// How the outcome of a charge is found out when its answer is lost.
    pub recovery: Recovery,
    /// How many calls it takes, when it says so.
    pub rate: Option<Rate>,
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
pub enum Recovery {
    /// Ask for the charge by our reference ([`Op::Lookup`]).
    Lookup,
    /// Compare the voucher's balance with what it was ([`Op::Balance`], also asked before every charge).
    Balance,
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

/// What a provider is asked.
#[derive(Clone, Copy, Debug)]
pub enum Op<'a> {
    /// Take money from a voucher. The one operation that moves money.
    Charge(&'a Charge<'a>),
    /// What a charge sent under this reference came to.
    Lookup {
        /// Our reference of the charge.
        reference: &'a str,
    },
    /// What a voucher is worth.
    Balance {
        /// The voucher.
        pin: &'a Pin,
    },
}

/// Money to take from a voucher. All of it but PIN and contact comes from the session.
#[derive(Clone, Debug)]
pub struct Charge<'a> {
    /// The voucher.
    pub pin: &'a Pin,
    /// The voucher brand, where the provider takes several.
    pub brand: Option<&'a str>,
    /// Minor units to credit to the shop.
    pub amount: i64,
    /// Ours, unique worldwide, at most 36 characters out of letters, digits and `-`.
    pub reference: &'a str,
    /// E.164 with plus.
    pub phone: &'a str,
    /// The shopper's address, where the provider needs one.
    pub email: Option<&'a str>,
    /// The shopper's name, when the shop gave one.
    pub name: Option<&'a str>,
    /// What is paid for.
    pub description: &'a str,
    /// Where the provider sends its webhooks.
    pub notification_url: &'a str,
    /// Words for the provider's dashboard: at most 5, keys of at most 20 characters.
    pub metadata: &'a [(&'a str, &'a str)],
}

/// What a provider said.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Reply {
    /// The money was taken.
    Paid(Paid),
    /// The provider refused; nothing was taken.
    Declined(Refusal),
    /// The provider is still working on it.
    Pending,
    /// The provider knows no charge of this reference (yet).
    NotFound,
    /// Too many calls; this one did nothing.
    Busy,
    /// What the voucher is worth, in minor units.
    Balance(i64),
}

/// Money taken from a voucher.
#[derive(Clone, PartialEq, Eq, Debug)]
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

/// A new voucher with the rest of the value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ChangeVoucher {
    /// Its PIN.
    pub pin: Pin,
    /// Its value in minor units, when the provider tells it.
    pub amount: Option<i64>,
    /// Until when it can be used, in the provider's words.
    pub expires_at: Option<String>,
}

/// Why a provider took nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// For the shopper.
    pub code: DeclineCode,
    /// The provider's words for the shop's log, without the PIN and without any number.
    pub words: String,
}

impl Refusal {
    /// A refusal in the provider's words, scrubbed: the PIN and every word with a digit in it become `#`.
    pub fn new(code: DeclineCode, words: &str, op: &Op<'_>) -> Self {
        let pin = match op {
            Op::Charge(charge) => Some(charge.pin),
            Op::Balance { pin } => Some(*pin),
            Op::Lookup { .. } => None,
        };
        let scrubbed = |word: &str| {
            let is_pin = pin.is_some_and(|pin| word.to_lowercase().contains(&pin.reveal().to_lowercase()));
            if is_pin || word.chars().any(char::is_numeric) { "#".to_owned() } else { word.to_owned() }
        };
        let words = words.split_whitespace().take(30).map(scrubbed).collect::<Vec<_>>().join(" ");
        Self { code, words: words.chars().filter(|c| !c.is_control()).take(200).collect() }
    }
}

/// Why there is no request: nothing was sent, nothing can have moved.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BuildError(pub &'static str);

/// An answer that says nothing certain; why, in our own words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unreadable(pub &'static str);

/// The base address of a provider from its variable: `https`, or `http` on this machine, without a trailing slash.
pub(crate) fn base_url(vars: &Vars<'_>, name: &'static str) -> Result<String, ConfigError> {
    let url = vars.required(name)?;
    let base = url.trim_end_matches('/');
    if crate::config::is_web_address(base) && !base.contains(['?', '#']) {
        Ok(base.to_owned())
    } else {
        Err(ConfigError::new(
            name,
            "must be an https:// address (http:// only for localhost), without a query",
        ))
    }
}

/// A JSON object out of an answer. serde alone would also take a list for a struct, member by member in their order.
pub(crate) fn object<'a, T: Deserialize<'a>>(json: &'a [u8]) -> Result<T, Unreadable> {
    if !json.trim_ascii_start().starts_with(b"{") {
        return Err(Unreadable("not a JSON object"));
    }
    // serde skips over members that nobody asked for without looking whether they are text.
    let json = core::str::from_utf8(json).map_err(|_| Unreadable("not UTF-8"))?;
    serde_json::from_str(json).map_err(|_| Unreadable("not the agreed JSON"))
}
