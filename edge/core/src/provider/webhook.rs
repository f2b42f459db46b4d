//! Webhooks of the providers. A webhook is only a hint: money is credited once a look-up confirms it.

use checkout_wire::ChangeVoucher;

/// A webhook as it arrived.
#[derive(Clone, Copy)]
pub struct WebhookMessage<'a> {
    /// The lookup of a header's value by its name in lower case.
    pub header: &'a dyn Fn(&str) -> Option<String>,
    /// The exact bytes of the body.
    pub body: &'a [u8],
    /// The conversion of JSON text to what JavaScript writes after reading it (`JSON.stringify(JSON.parse(text))`):
    /// numbers, escapes and the order of members change. `None` for text that is not JSON.
    pub rewritten: &'a dyn Fn(&str) -> Option<String>,
}

/// The content of a webhook that is worth checking.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hint {
    /// Possible references of ours, in the order to try them.
    pub references: Vec<String>,
    /// Whether the webhook reports that money moved.
    pub success: bool,
    /// The change voucher, which the look-up may not return.
    pub change: Option<ChangeVoucher>,
}

/// The reason why a webhook is rejected.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WebhookError {
    /// The provider sends no webhooks, or is not configured for them.
    NotOffered,
    /// The webhook does not prove that it comes from the provider.
    Unsigned,
    /// The provider sent the webhook, but it is not what the provider's document describes.
    Unreadable,
}
