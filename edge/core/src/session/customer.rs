//! Personal data: details about the shopper from the merchant and from the shopper. It is sealed apart from the ledger, which stays
//! complete when the data is erased (law 11).

use super::{Parameters, Session};
use crate::json;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// The personal data in a session's parameters, as sealed. Names and fields are a storage format: add, never change.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Customer {
    /// The shopper's e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The shopper's phone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// The shopper's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The merchant's own notes, which may name the shopper.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
}

/// The contact details that the shopper gave for one payment, as sealed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Contact {
    /// The phone number in the provider's notation.
    pub phone: String,
    /// The e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

impl Parameters {
    /// Takes the personal data out, so that it can be sealed apart from the rest.
    pub fn take_customer(&mut self) -> Customer {
        Customer {
            email: self.email.take(),
            phone: self.phone.take(),
            name: self.name.take(),
            metadata: core::mem::take(&mut self.metadata),
        }
    }

    /// Puts the personal data back in.
    pub fn put_customer(&mut self, customer: Customer) {
        let Customer { email, phone, name, metadata } = customer;
        *self = Self { email, phone, name, metadata, ..self.clone() };
    }

    /// Puts the metadata into the body of an event whose object is the session; returns any other body unchanged.
    pub fn put_metadata(&self, body: String) -> String {
        let mut event: Value = match json::read(&body) {
            Ok(event) if !self.metadata.is_empty() => event,
            _ => return body,
        };
        match event.pointer_mut("/data/object/metadata") {
            Some(metadata) => *metadata = self.metadata_json(),
            None => return body,
        }
        event.to_string()
    }
}

impl Session {
    /// Returns the session with its personal data, for a view or a payment. Such a session is never written.
    pub fn with_customer(&self, customer: Customer) -> Self {
        let mut session = self.clone();
        session.parameters.put_customer(customer);
        session
    }
}
