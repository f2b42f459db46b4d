//! What an adapter of a voucher provider is: it turns an operation into an HTTP request value, and an HTTP answer into a reply. It
//! never performs the call, keeps nothing, and decides nothing about sessions.

use super::{
    BuildError, Features, Hint, Op, Order, OrderError, Reply, Unreadable, WebhookError, WebhookMessage,
};
use crate::fields::Fields;
use crate::http::{HttpRequest, HttpResponse};
use crate::vars::{ConfigError, Vars};
use serde::Deserialize;
use serde_json::value::RawValue;

/// The provider as configured; `None` when none of its variables is set; an error when they are incomplete or
/// contradict each other.
pub type Configure = fn(&Vars<'_>) -> Result<Option<Box<dyn Provider>>, ConfigError>;

/// A voucher provider, configured.
pub trait Provider {
    /// What it can do, and what it needs.
    fn features(&self) -> &Features;

    /// What it takes from the voucher on top of `amount`, in minor units; an estimate until it has been taken.
    fn fee(&self, _amount: i64) -> i64 {
        0
    }

    /// The request for an operation at `now` (milliseconds since 1970), or why there can be none. The body may hold the
    /// PIN; address and headers never do.
    fn request(&self, op: &Op<'_>, now: i64) -> Result<HttpRequest, BuildError>;

    /// What the answer says. Only an explicit word of the provider is a success or a refusal: everything else is
    /// [`Unreadable`], and money may have moved.
    fn reply(&self, op: &Op<'_>, answer: &HttpResponse) -> Result<Reply, Unreadable>;

    /// The voucher that a shop wants issued: takes the provider's own members out of the body of `POST /v1/vouchers`, or
    /// tells which of them is wrong. `reference` is ours, unique worldwide.
    fn order(&self, _fields: &mut Fields, _reference: &str) -> Result<Order, OrderError> {
        Err(OrderError::NotOffered)
    }

    /// What a webhook of the provider hints at, once it is certain that the provider sent it.
    fn webhook(&self, _message: &WebhookMessage<'_>) -> Result<Hint, WebhookError> {
        Err(WebhookError::NotOffered)
    }
}

/// The base address of a provider from its variable: `https`, or `http` on this machine, without a trailing slash.
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

/// A JSON object out of an answer. serde alone would also take a list for a struct, member by member in their order.
pub(crate) fn object<'a, T: Deserialize<'a>>(json: &'a [u8]) -> Result<T, Unreadable> {
    if !json.trim_ascii_start().starts_with(b"{") {
        return Err(Unreadable("not a JSON object"));
    }
    // serde skips over members that nobody asked for without looking whether they are text.
    let json = core::str::from_utf8(json).map_err(|_| Unreadable("not UTF-8"))?;
    serde_json::from_str(json).map_err(|_| Unreadable("not the agreed JSON"))
}

/// The characters of a PIN that came as a string or as a bare number.
pub(crate) fn text_of(pin: &RawValue) -> Option<String> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    match serde_json::from_str::<String>(pin.get()) {
        Ok(text) => Some(text).filter(|text| !text.is_empty()),
        Err(_) => Some(pin.get().to_owned()).filter(|text| digits(text)),
    }
}
