//! A shopper's try with one voucher: what was typed, and what it means for a session.

use super::Session;
use crate::Limits;
use crate::config::Config;
use crate::fields::{BodyError, Fields};
use crate::provider::Provider;
use crate::seal::Keyring;
use checkout_wire::{Pin, PinProblem, contact};
use serde::{Deserialize, Serialize};

/// What the browser sent, before it is held against the session.
#[derive(Debug, Serialize, Deserialize)]
pub struct TypedAttempt {
    /// The provider's id.
    pub provider: String,
    /// The voucher brand.
    pub provider_code: Option<String>,
    /// The PIN as typed.
    #[serde(with = "checkout_wire::pin::revealed")]
    pub pin: Pin,
    /// The phone number as typed.
    pub phone: String,
    /// The e-mail address as typed.
    pub email: Option<String>,
    /// Only to use a part, in minor units.
    pub amount: Option<i64>,
}

/// A try that can be made.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// The provider's id.
    pub provider: String,
    /// The voucher brand, where the provider takes several.
    pub brand: Option<String>,
    /// The voucher.
    pub pin: Pin,
    /// E.164 with plus.
    pub phone: String,
    /// Where the provider needs one.
    pub email: Option<String>,
    /// In minor units.
    pub amount: i64,
}

/// Why a try cannot be made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AttemptError {
    /// The session does not allow the provider, or it is not configured.
    ProviderNotAllowed,
    /// The provider takes several voucher brands, and none is named.
    BrandMissing,
    /// The provider takes no such voucher brand.
    BrandNotOffered,
    /// What was typed cannot be a PIN of the brand.
    Pin(PinProblem),
    /// What was typed cannot be a phone number of the provider's country.
    Phone,
    /// What was typed cannot be an e-mail address.
    Email,
    /// The provider needs an e-mail address, and there is none.
    EmailMissing,
    /// More than remains to be paid.
    AboveRemaining,
    /// Less than remains to be paid, with the last voucher that the session takes.
    BelowRemaining,
}

impl TypedAttempt {
    /// The fields of the JSON body of `POST /v1/checkout/{id}/redemptions`.
    pub fn parse(body: &[u8]) -> Result<Self, BodyError> {
        let mut fields = Fields::parse(body)?;
        let typed = Self {
            provider: fields.required_text("provider", 40)?,
            provider_code: fields.text("provider_code", 40)?,
            pin: Pin::as_typed(fields.required_raw("pin")?),
            phone: fields.required_raw("phone")?,
            email: fields.text("email", 254)?,
            amount: fields.amount("amount")?,
        };
        fields.finish()?;
        Ok(typed)
    }

    /// The keyed hashes by which a repeated request is told from another one under the same key: one for each sealing key,
    /// the newest first.
    pub fn fingerprints(&self, keyring: &Keyring) -> Vec<String> {
        let amount = self.amount.map(|minor| minor.to_string());
        let parts = [
            Some(self.provider.as_str()),
            self.provider_code.as_deref(),
            Some(&checkout_wire::pin::clean(self.pin.reveal())),
            Some(self.phone.trim()),
            self.email.as_deref(),
            amount.as_deref(),
        ];
        keyring.hashes("redemption-request", &parts.map(Option::unwrap_or_default).join("\u{0}")).collect()
    }

    /// The try, if the session and its provider can take it.
    pub fn check(self, session: &Session, config: &Config) -> Result<Attempt, AttemptError> {
        let provider = allowed(session, config, &self.provider)?;
        let features = provider.features();
        let brand = match (&self.provider_code, features.brands()) {
            (None, [only]) => only,
            (None, _) => return Err(AttemptError::BrandMissing),
            (Some(code), brands) => brands
                .iter()
                .find(|brand| brand.code.as_ref() == Some(code))
                .ok_or(AttemptError::BrandNotOffered)?,
        };
        let pin = Pin::parse(self.pin.reveal(), &brand.pin).map_err(AttemptError::Pin)?;
        let phone = features.country.phone(&self.phone).ok_or(AttemptError::Phone)?;
        let typed_email = self.email.or_else(|| session.parameters.email.clone());
        let email = match typed_email.as_deref().map(contact::email) {
            Some(Some(email)) => Some(email.to_owned()),
            Some(None) => return Err(AttemptError::Email),
            None if features.checkout.as_ref().is_some_and(|checkout| checkout.needs_email) => {
                return Err(AttemptError::EmailMissing);
            }
            None => None,
        };
        let amount = self.amount.unwrap_or(session.remaining());
        let provider = features.id.to_owned();
        let attempt = Attempt { provider, brand: brand.code.clone(), pin, phone, email, amount };
        attempt.fits(session, &config.limits)?;
        Ok(attempt)
    }
}

/// By which a voucher is told from others without its PIN: a keyed hash under each sealing key, the newest first.
pub fn voucher_names(keyring: &Keyring, provider: &str, pin: &str) -> Vec<String> {
    // Whether the case of letters counts is not known of every provider: two spellings count as one voucher.
    let number = checkout_wire::pin::clean(pin).to_ascii_lowercase();
    keyring.hashes("voucher", &format!("{provider}\n{number}")).collect()
}

impl Attempt {
    /// The names of its voucher ([`voucher_names`]).
    pub fn voucher_names(&self, keyring: &Keyring) -> Vec<String> {
        voucher_names(keyring, &self.provider, self.pin.reveal())
    }

    /// Nothing, if the session can take that much: no more than remains, and no less with the last voucher that it takes.
    pub fn fits(&self, session: &Session, limits: &Limits) -> Result<(), AttemptError> {
        let remaining = session.remaining();
        if self.amount > remaining {
            return Err(AttemptError::AboveRemaining);
        }
        if self.amount < remaining && session.vouchers_left(limits) == 1 {
            return Err(AttemptError::BelowRemaining);
        }
        Ok(())
    }
}

fn allowed<'a>(session: &Session, config: &'a Config, id: &str) -> Result<&'a dyn Provider, AttemptError> {
    let agreed = session.parameters.providers.iter().any(|allowed| allowed == id);
    config
        .provider(id)
        .filter(|provider| agreed && provider.features().currency == session.parameters.currency)
        .ok_or(AttemptError::ProviderNotAllowed)
}
