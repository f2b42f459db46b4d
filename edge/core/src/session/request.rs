//! A redemption request from the browser, and the checks against the session and the provider.

use super::{Begun, Contact, Session};
use crate::Limits;
use crate::config::Config;
use crate::fields::{BodyError, Fields};
use crate::provider::Provider;
use crate::seal::Keyring;
use checkout_wire::{ChallengeAnswer, Minor, Pin, PinProblem, RedemptionId, RedemptionRequest, contact};

/// A redemption request that the session and the provider accept: PIN, phone number and e-mail address are cleaned, voucher brand
/// and amount are set. Only [`CheckedRequest::check`] makes one.
#[derive(Clone, Debug)]
pub struct CheckedRequest {
    request: RedemptionRequest,
    amount: Minor,
}

/// The reason why a redemption request is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RequestError {
    /// The session does not allow the provider, or it is not configured.
    ProviderNotAllowed,
    /// The provider takes several voucher brands, and none is named.
    BrandMissing,
    /// The provider does not take this voucher brand.
    BrandNotOffered,
    /// The typed text is not a valid PIN of the brand.
    Pin(PinProblem),
    /// The typed text is not a valid phone number of the provider's country.
    Phone,
    /// The typed text is not a valid e-mail address.
    Email,
    /// The provider needs an e-mail address, and neither the shopper nor the merchant gave one.
    EmailMissing,
    /// The amount is more than remains to be paid.
    AboveRemaining,
    /// The amount is less than remains to be paid, with the last voucher that the session takes.
    BelowRemaining,
}

/// Parses the JSON body of `POST /v1/checkout/{id}/redemptions`.
pub fn parse_request(body: &[u8]) -> Result<RedemptionRequest, BodyError> {
    let mut fields = Fields::parse(body)?;
    let request = RedemptionRequest {
        provider: fields.required_text("provider", 40)?,
        provider_code: fields.text("provider_code", 40)?,
        pin: Pin::as_typed(fields.required_raw("pin")?),
        phone: fields.required_raw("phone")?,
        email: fields.text("email", 254)?,
        amount: fields.amount("amount")?,
    };
    fields.finish()?;
    Ok(request)
}

/// Parses the JSON body of `POST /v1/checkout/{id}/redemptions/{rd}/challenge`: `{code}` or `{resend: true}`.
pub fn parse_challenge(body: &[u8]) -> Result<ChallengeAnswer, BodyError> {
    let mut fields = Fields::parse(body)?;
    let answer = if fields.flag("resend")? == Some(true) {
        ChallengeAnswer::Resend
    } else {
        ChallengeAnswer::Code(Pin::as_typed(fields.required_raw("code")?))
    };
    fields.finish()?;
    Ok(answer)
}

/// Returns the keyed hashes that distinguish a repeated request from a different one under the same idempotency key: one for each
/// sealing key, the newest first.
pub fn fingerprints(request: &RedemptionRequest, keyring: &Keyring) -> Vec<String> {
    let amount = request.amount.map(|amount| amount.0.to_string());
    let parts = [
        Some(request.provider.as_str()),
        request.provider_code.as_deref(),
        Some(&checkout_wire::pin::clean(request.pin.reveal())),
        Some(request.phone.trim()),
        request.email.as_deref(),
        amount.as_deref(),
    ];
    keyring.hashes("redemption-request", &parts.map(Option::unwrap_or_default).join("\u{0}")).collect()
}

/// Returns the keyed hashes that identify a voucher without its PIN: one for each sealing key, the newest first.
pub fn voucher_names(keyring: &Keyring, provider: &str, pin: &str) -> Vec<String> {
    // Not every provider documents whether PINs are case-sensitive, so spellings that differ in case count as one voucher.
    let number = checkout_wire::pin::clean(pin).to_ascii_lowercase();
    keyring.hashes("voucher", &format!("{provider}\n{number}")).collect()
}

impl CheckedRequest {
    /// Checks the request against the session and its provider.
    pub fn check(
        request: RedemptionRequest,
        session: &Session,
        config: &Config,
    ) -> Result<Self, RequestError> {
        let features = allowed(session, config, &request.provider)?.features();
        let brand = match (&request.provider_code, features.brands()) {
            (None, [only]) => only,
            (None, _) => return Err(RequestError::BrandMissing),
            (Some(code), brands) => brands
                .iter()
                .find(|brand| brand.code.as_ref() == Some(code))
                .ok_or(RequestError::BrandNotOffered)?,
        };
        let pin = Pin::parse(request.pin.reveal(), &brand.pin).map_err(RequestError::Pin)?;
        let phone = features.country.phone(&request.phone).ok_or(RequestError::Phone)?;
        let typed_email = request.email.or_else(|| session.parameters.email.clone());
        let email = match typed_email.as_deref().map(contact::email) {
            Some(Some(email)) => Some(email),
            Some(None) => return Err(RequestError::Email),
            None if features.checkout.as_ref().is_some_and(|checkout| checkout.needs_email) => {
                return Err(RequestError::EmailMissing);
            }
            None => None,
        };
        let amount = request.amount.unwrap_or(session.remaining());
        let provider_code = brand.code.clone();
        let request = RedemptionRequest { provider_code, pin, phone, email, amount: Some(amount), ..request };
        let checked = Self { request, amount };
        checked.fits(session, &config.limits)?;
        Ok(checked)
    }

    /// Returns the cleaned request.
    pub const fn cleaned(&self) -> &RedemptionRequest {
        &self.request
    }

    /// Returns the contact details, to be sealed beside the payment.
    pub fn contact(&self) -> Contact {
        Contact { phone: self.request.phone.clone(), email: self.request.email.clone() }
    }

    /// Returns the amount to charge.
    pub const fn amount(&self) -> Minor {
        self.amount
    }

    /// Returns the keyed names of its voucher ([`voucher_names`]).
    pub fn voucher_names(&self, keyring: &Keyring) -> Vec<String> {
        voucher_names(keyring, &self.request.provider, self.request.pin.reveal())
    }

    /// Checks the amount against the session: at most what remains, and no less than that with the last voucher that the session
    /// takes.
    pub fn fits(&self, session: &Session, limits: &Limits) -> Result<(), RequestError> {
        let remaining = session.remaining();
        if self.amount > remaining {
            return Err(RequestError::AboveRemaining);
        }
        if self.amount < remaining && session.vouchers_left(limits) == 1 {
            return Err(RequestError::BelowRemaining);
        }
        Ok(())
    }

    /// Returns the first record of the redemption, to be written before any call to the provider. `id` and `reference` are random
    /// and new.
    pub fn begin(
        &self,
        provider: &dyn Provider,
        key: &str,
        fingerprint: String,
        id: RedemptionId,
        reference: String,
        keyring: &Keyring,
    ) -> Begun {
        Begun {
            id,
            key: key.to_owned(),
            request: fingerprint,
            provider: self.request.provider.clone(),
            brand: self.request.provider_code.clone(),
            voucher: self.voucher_names(keyring).into_iter().next(),
            sealing_key: keyring.ids().next().map(str::to_owned),
            amount: self.amount,
            fee: provider.fee(self.amount),
            reference,
            sends: false,
            reverses: provider.features().reverses,
            payer: None,
            masked: false,
        }
    }
}

fn allowed<'a>(session: &Session, config: &'a Config, id: &str) -> Result<&'a dyn Provider, RequestError> {
    let agreed = session.parameters.providers.iter().any(|allowed| allowed == id);
    config
        .provider(id)
        .filter(|provider| agreed && provider.features().currency == session.parameters.currency)
        .ok_or(RequestError::ProviderNotAllowed)
}
