//! The adapter of a voucher provider: it turns an operation into an HTTP request value, and an HTTP response into a
//! reply. It performs no call, keeps no state, and decides nothing about sessions.

use super::{
    BuildError, Features, Hint, Op, Order, OrderError, Reply, Unreadable, WebhookError, WebhookMessage,
};
use crate::fields::Fields;
use crate::http::{HttpRequest, HttpResponse};
use crate::json;
use crate::vars::{ConfigError, Vars};
use checkout_wire::{Millis, Minor};
use serde::Deserialize;
use serde_json::value::RawValue;

/// The function that configures a provider from the Worker's variables: `None` when none of the provider's variables is
/// set; an error when they are incomplete or contradict each other.
pub type Configure = fn(&Vars<'_>) -> Result<Option<Box<dyn Provider>>, ConfigError>;

/// A configured voucher provider.
pub trait Provider {
    /// Returns the provider's features and requirements.
    fn features(&self) -> &Features;

    /// Returns the fee that the provider takes from the voucher on top of `amount`. It is an estimate until the
    /// voucher is charged.
    fn fee(&self, _amount: Minor) -> Minor {
        Minor::ZERO
    }

    /// Builds the request for an operation at `now`, or returns the reason why none can be built. The body
    /// may hold the PIN; URL and headers never do.
    fn request(&self, op: &Op<'_>, now: Millis) -> Result<HttpRequest, BuildError>;

    /// Parses the provider's answer. Only an explicit answer of the provider is a success or a decline; everything else is
    /// [`Unreadable`], and money may have moved.
    fn reply(&self, op: &Op<'_>, answer: &HttpResponse) -> Result<Reply, Unreadable>;

    /// Builds the order for a voucher that the merchant issues: takes the provider's own members out of the body of `POST /v1/vouchers`, or
    /// returns the first invalid one. `reference` is ours, unique worldwide.
    fn order(&self, _fields: &mut Fields, _reference: &str) -> Result<Order, OrderError> {
        Err(OrderError::NotOffered)
    }

    /// Authenticates a webhook of the provider and returns its hint.
    fn webhook(&self, _message: &WebhookMessage<'_>) -> Result<Hint, WebhookError> {
        Err(WebhookError::NotOffered)
    }
}

/// Returns the base URL in a provider's variable without its trailing slash: `https`, or `http` on this machine.
pub(crate) fn base_url(vars: &Vars<'_>, name: &'static str) -> Result<String, ConfigError> {
    let url = vars.required(name)?;
    let base = url.trim_end_matches('/');
    if crate::address::is_web_address(base) && !base.contains(['?', '#']) {
        Ok(base.to_owned())
    } else {
        Err(ConfigError::new(
            name,
            "must be an https:// address (http:// only for localhost), without a query",
        ))
    }
}

/// Parses a JSON object in an answer.
pub(crate) fn object<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, Unreadable> {
    json::read_bytes(bytes).ok_or(Unreadable("not the agreed JSON"))
}

/// Returns the characters of a PIN that is a JSON string or a bare number.
pub(crate) fn text_of(pin: &RawValue) -> Option<String> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    match json::read::<String>(pin.get()) {
        Ok(text) => Some(text).filter(|text| !text.is_empty()),
        Err(_) => Some(pin.get().to_owned()).filter(|text| digits(text)),
    }
}
