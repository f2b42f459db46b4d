//! Which message may hand the iframe its client secret. The one decision here is pure, so that a table can test it.

use checkout_wire::Node;

/// The namespace of every message between loader and iframe.
pub const NAMESPACE: &str = "voucher-checkout";

/// The version of their form.
pub const VERSION: i64 = 1;

/// The client secret in a message, or `None` for everything that is not the loader's `init` on a page that may embed us:
/// it must come from our parent window, from one of the page's origins, and bring one port. A secret that cannot be one is
/// empty: the Worker says what is wrong with it.
pub fn accept<N: Node>(message: &Message<'_, N>, origins: &[String]) -> Option<String> {
    let data = message.data;
    let ours = message.from_parent
        && message.ports == 1
        && origins.iter().any(|origin| origin == message.origin)
        && data.field("v").integer() == Some(VERSION)
        && data.field("ns").text().as_deref() == Some(NAMESPACE)
        && data.field("type").text().as_deref() == Some("init");
    // It goes into a header, and a header with other characters makes the browser throw.
    let usable = |secret: &String| secret.bytes().all(|byte| byte.is_ascii_graphic());
    ours.then(|| data.field("clientSecret").text().filter(usable).unwrap_or_default())
}

/// What a `message` event says and where it comes from.
pub struct Message<'a, N> {
    /// Whether the window that embeds us sent it.
    pub from_parent: bool,
    /// The sender's origin, from the browser.
    pub origin: &'a str,
    /// How many ports came with it.
    pub ports: u32,
    /// What the sender says.
    pub data: &'a N,
}

#[cfg(test)]
mod tests;
