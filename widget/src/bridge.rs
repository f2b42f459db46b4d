//! Decides which message may bring the client secret into the iframe. Pure.

use checkout_wire::Node;

/// The namespace of every message between loader and iframe.
pub const NAMESPACE: &str = "voucher-checkout";

/// The version of the message format.
pub const VERSION: i64 = 1;

/// Returns the client secret of a valid `init` message, and `None` for every other message. A valid one comes from the parent
/// window, from an allowed origin, with exactly one port. A malformed secret is returned as an empty text, which the Worker
/// then refuses with a code.
pub fn accept<N: Node>(message: &Message<'_, N>, origins: &[String]) -> Option<String> {
    let data = message.data;
    let valid = message.from_parent
        && message.ports == 1
        && origins.iter().any(|origin| origin == message.origin)
        && data.field("v").integer() == Some(VERSION)
        && data.field("ns").text().as_deref() == Some(NAMESPACE)
        && data.field("type").text().as_deref() == Some("init");
    // The secret goes into a header: `fetch` throws on other characters.
    let well_formed = |secret: &String| secret.bytes().all(|byte| byte.is_ascii_graphic());
    valid.then(|| data.field("clientSecret").text().filter(well_formed).unwrap_or_default())
}

/// The data and the sender of a `message` event.
pub struct Message<'a, N> {
    /// Whether the parent window sent it.
    pub from_parent: bool,
    /// The sender's origin, as the browser reports it.
    pub origin: &'a str,
    /// The number of ports transferred with it.
    pub ports: u32,
    /// The message data.
    pub data: &'a N,
}

#[cfg(test)]
mod tests;
