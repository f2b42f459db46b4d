//! What a provider tells by itself. Never more than a hint: nothing is credited before a look-up agrees.

use checkout_wire::ChangeVoucher;

/// A webhook as it came.
#[derive(Clone, Copy)]
pub struct WebhookMessage<'a> {
    /// A header's value, by its name in lower case.
    pub header: &'a dyn Fn(&str) -> Option<String>,
    /// The body, to the byte.
    pub body: &'a [u8],
    /// JSON text as JavaScript writes it after reading it (`JSON.stringify(JSON.parse(text))`): numbers, escapes and the
    /// order of members change. `None` when it cannot be read.
    pub rewritten: &'a dyn Fn(&str) -> Option<String>,
}

/// What a webhook hints at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hint {
    /// What may be one of our references, in the order in which it is to be tried.
    pub references: Vec<String>,
    /// Whether it says that money moved.
    pub success: bool,
    /// The new voucher with the rest of the value, which the look-up may not tell.
    pub change: Option<ChangeVoucher>,
}

/// Why a webhook is not listened to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WebhookError {
    /// The provider sends none, or is not configured for them.
    NotOffered,
    /// It does not prove that it comes from the provider.
    Unsigned,
    /// The provider sent it, but it is not what its document describes.
    Unreadable,
}
