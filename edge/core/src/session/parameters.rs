//! A session's parameters, which the merchant sets when it creates the session.

use crate::address::is_web_address;
use crate::config::Config;
use crate::fields::{BodyError, FieldError, Fields};
use crate::stored_struct;
use checkout_wire::money::Currency;
use checkout_wire::{Millis, Minor, Seconds, contact};
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The default time that a session stays open: one hour.
const EXPIRES_IN: Seconds = Seconds(3_600);
/// The longest time that a session may stay open: thirty days.
pub const LONGEST_SESSION: Seconds = Millis::DAY.times(30).to_whole_seconds();

stored_struct! {
    /// A session's parameters, set by the merchant. Every fact about the money comes from here, none from the browser (law 1).
    ///
    /// The personal data (e-mail address, phone number, name and metadata) is only in ledgers of earlier releases; it is now sealed apart
    /// from the ledger ([`super::Customer`]).
    #[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
    pub struct Parameters {
        /// The price.
        pub amount: Minor,
        /// The currency of the price.
        pub currency: Currency,
        /// The merchant's own reference for the order.
        pub reference: String,
        /// The ids of the allowed providers; at least one.
        pub providers: Vec<String>,
        /// The shopper's e-mail address, as given by the merchant.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub email: Option<String>,
        /// The shopper's phone number, as given by the merchant.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub phone: Option<String>,
        /// The shopper's name, as given by the merchant.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub name: Option<String>,
        /// The description of the order.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub description: Option<String>,
        /// The address that the shopper continues to after paying.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub success_url: Option<String>,
        /// The address that the shopper returns to without paying.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub cancel_url: Option<String>,
        /// The shopper's language, as a BCP 47 tag.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub locale: Option<String>,
        /// The merchant's own notes.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        pub metadata: BTreeMap<String, String>,
    }
}

/// The reason why a request cannot create a session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ParametersError {
    /// The body is invalid.
    Body(BodyError),
    /// No configured provider takes the currency.
    Currency {
        /// The ISO 4217 codes of the supported currencies, in alphabetical order.
        taken: Vec<&'static str>,
    },
    /// The list of providers is empty, or includes one that cannot be used.
    Providers {
        /// The session's currency.
        currency: Currency,
        /// The ids of the providers that take it.
        usable: Vec<&'static str>,
    },
}

impl From<BodyError> for ParametersError {
    fn from(error: BodyError) -> Self {
        ParametersError::Body(error)
    }
}

impl From<FieldError> for ParametersError {
    fn from(error: FieldError) -> Self {
        ParametersError::Body(error.into())
    }
}

impl Parameters {
    /// Parses the body of `POST /v1/checkout_sessions`; also returns how long the session stays open.
    pub fn parse(body: &[u8], config: &Config) -> Result<(Self, Millis), ParametersError> {
        let mut fields = Fields::parse(body)?;
        let amount = fields.amount("amount")?.ok_or_else(|| fields.missing("amount"))?;
        let currency = currency(&mut fields, config)?;
        let reference = fields.required_text("reference", 100)?;
        let providers = providers(&mut fields, currency, config)?;
        let [email, phone, name] = customer(&mut fields)?;
        let parameters = Self {
            amount,
            currency,
            reference,
            providers,
            email,
            phone,
            name,
            description: fields.text("description", 200)?,
            success_url: address(&mut fields, "success_url")?,
            cancel_url: address(&mut fields, "cancel_url")?,
            locale: locale(&mut fields)?,
            metadata: fields.words("metadata")?,
        };
        let expires_in = fields.number("expires_in", 1, LONGEST_SESSION.0)?.map_or(EXPIRES_IN, Seconds);
        fields.finish()?;
        Ok((parameters, expires_in.to_millis()))
    }

    /// Returns a one-line summary for the provider: the order reference and the description.
    pub fn summary(&self) -> String {
        match &self.description {
            Some(description) => format!("{}: {description}", self.reference),
            None => self.reference.clone(),
        }
    }
}

fn currency(fields: &mut Fields, config: &Config) -> Result<Currency, ParametersError> {
    let code = fields.required_text("currency", 20)?;
    let taken = |currency: &Currency| config.checkout().any(|features| features.currency == *currency);
    Currency::from_code(&code).filter(taken).ok_or_else(|| {
        let taken: BTreeSet<&str> = config.checkout().map(|features| features.currency.code()).collect();
        ParametersError::Currency { taken: taken.into_iter().collect() }
    })
}

fn providers(
    fields: &mut Fields,
    currency: Currency,
    config: &Config,
) -> Result<Vec<String>, ParametersError> {
    let usable: Vec<&'static str> = config
        .checkout()
        .filter(|features| features.currency == currency)
        .map(|features| features.id)
        .collect();
    let Some(asked) = fields.texts("providers")? else {
        return Ok(usable.into_iter().map(str::to_owned).collect());
    };
    if asked.is_empty() || asked.iter().any(|id| !usable.contains(&id.as_str())) {
        return Err(ParametersError::Providers { currency, usable });
    }
    Ok(usable.into_iter().filter(|id| asked.iter().any(|one| one == id)).map(str::to_owned).collect())
}

/// Returns e-mail address, phone number and name.
fn customer(fields: &mut Fields) -> Result<[Option<String>; 3], FieldError> {
    let Some(mut customer) = fields.object("customer")? else {
        return Ok([None, None, None]);
    };
    let email = customer.text("email", 254)?.map(|typed| contact::email(&typed));
    let email =
        email.map(|email| email.ok_or_else(|| customer.invalid("email", "an e-mail address"))).transpose()?;
    let phone = customer.text("phone", 40)?;
    let name = customer.text("name", 100)?;
    customer.finish()?;
    Ok([email, phone, name])
}

fn address(fields: &mut Fields, name: &str) -> Result<Option<String>, FieldError> {
    let url = fields.text(name, 2_000)?;
    match url {
        Some(url) if !is_web_address(&url) => {
            Err(fields.invalid(name, "an https:// address (http:// only for localhost)"))
        }
        fine => Ok(fine),
    }
}

fn locale(fields: &mut Fields) -> Result<Option<String>, FieldError> {
    let locale = fields.text("locale", 35)?.map(|tag| tag.replace('_', "-"));
    match locale {
        Some(tag) if !tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') => {
            Err(fields.invalid("locale", "a language tag such as en or zu-ZA"))
        }
        fine => Ok(fine),
    }
}

impl Parameters {
    /// Returns the metadata as the merchant's API shows it.
    pub(super) fn metadata_json(&self) -> Value {
        Value::Object(
            self.metadata.iter().map(|(name, text)| (name.clone(), Value::from(text.as_str()))).collect(),
        )
    }
}
