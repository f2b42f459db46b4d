//! What a provider is asked.

use crate::fields::{BodyError, FieldError};
use checkout_wire::Pin;
use checkout_wire::money::Currency;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What a provider is asked.
#[derive(Clone, Copy, Debug)]
pub enum Op<'a> {
    /// Take money from a voucher.
    Charge(&'a Charge<'a>),
    /// What a charge or an order sent under this reference came to.
    Lookup {
        /// Our reference of it.
        reference: &'a str,
    },
    /// What a voucher is worth to a shopper who wants to pay with it.
    Balance {
        /// The voucher.
        pin: &'a Pin,
    },
    /// Give a charge back.
    Reverse {
        /// Our reference of the charge.
        charge: &'a str,
        /// Our reference of giving it back.
        reference: &'a str,
    },
    /// Issue a voucher out of the shop's own money. Sent again, it is the same order to the byte.
    Issue(&'a Order),
    /// Everything that the provider tells the shop about a voucher.
    View {
        /// The voucher.
        pin: &'a Pin,
        /// Words that the provider keeps with the call.
        metadata: &'a [(&'a str, &'a str)],
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

/// A voucher to issue, in the provider's own words. Stored before it is sent: a name here is a storage format.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Order {
    /// Ours, unique worldwide. Tells a repeated order from a new one.
    pub reference: String,
    /// The request body, to the byte.
    pub body: String,
    /// What the voucher will be worth, in minor units, where the order says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<i64>,
    /// What the shop is shown of the order, beside what it is shown of every voucher.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub shown: Map<String, Value>,
}

/// Why no order can be made of a request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum OrderError {
    /// Its body is wrong.
    Body(BodyError),
    /// The provider named does not issue vouchers, or is not configured.
    NoIssuer {
        /// The ids of those that do.
        issuers: Vec<&'static str>,
    },
    /// The provider issues no vouchers.
    NotOffered,
    /// The provider issues vouchers of another currency.
    Currency {
        /// That one.
        issued: Currency,
    },
    /// The order has no JSON form: our own fault.
    NoJson,
}

impl From<BodyError> for OrderError {
    fn from(error: BodyError) -> Self {
        OrderError::Body(error)
    }
}

impl From<FieldError> for OrderError {
    fn from(error: FieldError) -> Self {
        OrderError::Body(error.into())
    }
}

/// Why there is no request: nothing was sent, nothing can have moved.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BuildError(pub &'static str);
