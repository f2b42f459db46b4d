//! The operations of a provider.

use crate::fields::{BodyError, FieldError};
use crate::stored_struct;
use checkout_wire::money::Currency;
use checkout_wire::{Minor, Pin};
use serde_json::{Map, Value};

/// An operation of a provider.
#[derive(Clone, Copy, Debug)]
pub enum Op<'a> {
    /// Take money from a voucher.
    Charge(&'a Charge<'a>),
    /// Look up the outcome of a charge or an order by its reference.
    Lookup {
        /// Our reference of the charge or order.
        reference: &'a str,
    },
    /// Query the value of a voucher that a shopper wants to pay with.
    Balance {
        /// The voucher.
        pin: &'a Pin,
        /// Our reference of the charge.
        reference: &'a str,
    },
    /// Have the provider send a code to the voucher's owner. That takes nothing.
    Challenge {
        /// The voucher.
        pin: &'a Pin,
        /// The amount that the code is for.
        amount: Minor,
        /// Our reference of the code, unique worldwide.
        reference: &'a str,
    },
    /// Take the money with the code that the voucher's owner received. A repeated request differs only in its signature, and is carried out
    /// once.
    VerifyCode {
        /// The provider's id of the code.
        challenge: &'a str,
        /// The code.
        code: &'a Pin,
        /// Our reference of this answer, unique worldwide.
        reference: &'a str,
    },
    /// Reverse a charge.
    Reverse {
        /// Our reference of the charge.
        charge: &'a str,
        /// Our reference of the reversal.
        reference: &'a str,
    },
    /// Issue a voucher, paid for by the merchant. A repeated request is the same to the byte.
    Issue(&'a Order),
    /// Query all details of a voucher that the provider shows to the merchant.
    View {
        /// The voucher.
        pin: &'a Pin,
        /// Metadata that the provider stores with the call.
        metadata: &'a [(&'a str, &'a str)],
    },
}

impl Op<'_> {
    /// Returns its name, in the log and in `tests/golden/`.
    pub const fn name(&self) -> &'static str {
        match self {
            Op::Charge(_) => "charge",
            Op::Lookup { .. } => "lookup",
            Op::Balance { .. } => "balance",
            Op::Challenge { .. } => "challenge",
            Op::VerifyCode { .. } => "answer",
            Op::View { .. } => "view",
            Op::Reverse { .. } => "reverse",
            Op::Issue(_) => "issue",
        }
    }
}

/// An amount to take from a voucher. All but PIN and contact comes from the session.
#[derive(Clone, Debug)]
pub struct Charge<'a> {
    /// The voucher.
    pub pin: &'a Pin,
    /// The voucher brand, where the provider takes several.
    pub brand: Option<&'a str>,
    /// The amount to credit to the merchant.
    pub amount: Minor,
    /// Our reference, unique worldwide: at most 36 characters out of letters, digits and `-`.
    pub reference: &'a str,
    /// The shopper's phone number in E.164, with the plus.
    pub phone: &'a str,
    /// The shopper's e-mail address, where the provider needs one.
    pub email: Option<&'a str>,
    /// The shopper's name, when the merchant gave one.
    pub name: Option<&'a str>,
    /// The description of the purchase.
    pub description: &'a str,
    /// The URL that the provider sends its webhooks to.
    pub notification_url: &'a str,
    /// Metadata for the provider's dashboard: at most 5, with keys of at most 20 characters.
    pub metadata: &'a [(&'a str, &'a str)],
}

stored_struct! {
    /// An order for a voucher in the provider's own format. It is stored before it is sent: a name here is a storage
    /// format.
    #[derive(Clone, PartialEq, Eq, Debug)]
    pub struct Order {
        /// Our reference, unique worldwide. It distinguishes a repeated order from a new one.
        pub reference: String,
        /// The request body, to the byte.
        pub body: String,
        /// The value of the voucher, where the order states it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub amount: Option<Minor>,
        /// The provider's own members in the merchant's view of the order.
        #[serde(default, skip_serializing_if = "Map::is_empty")]
        pub shown: Map<String, Value>,
        /// The members that name the recipient. Orders of earlier releases have them in `shown`.
        #[serde(default, skip_serializing_if = "Map::is_empty")]
        pub recipient: Map<String, Value>,
    }
}

impl Order {
    /// Takes the recipient out. The whole order is sealed apart from the ledger, which stays complete when it is erased (law 11).
    pub fn take_recipient(&mut self) {
        self.body = String::new();
        self.recipient = Map::new();
    }

    /// Returns whether it can be sent. An order without its body is incomplete or erased.
    pub const fn is_whole(&self) -> bool {
        !self.body.is_empty()
    }

    /// Puts the members that name the recipient into the body of an event about the order.
    pub fn put_recipient(&self, body: String) -> String {
        let mut event: Value = match crate::json::read(&body) {
            Ok(event) if !self.recipient.is_empty() => event,
            _ => return body,
        };
        match event.pointer_mut("/data/object") {
            Some(Value::Object(members)) => members.extend(self.recipient.clone()),
            _ => return body,
        }
        event.to_string()
    }
}

/// The reason why a request cannot become an order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum OrderError {
    /// The body is wrong.
    Body(BodyError),
    /// The provider named does not issue vouchers, or is not configured.
    NoIssuer {
        /// The ids of the providers that do.
        issuers: Vec<&'static str>,
    },
    /// The provider issues no vouchers.
    NotOffered,
    /// The provider issues vouchers of another currency.
    Currency {
        /// The currency of the provider's vouchers.
        issued: Currency,
    },
    /// The order has no JSON form, which is a fault of our own.
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

/// The reason why no request was built. Nothing was sent, so no money has moved.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BuildError(pub &'static str);

#[cfg(test)]
pub(super) mod tests;
