//! The summary: the shop, the order and the remaining amount.

use super::line;
use super::tag::{Tag, tag};
use crate::flow::Flow;
use crate::intl::money;
use crate::page::{filled, is_hosted};
use checkout_present::CheckoutRules;
use checkout_present::Word;

/// Returns the summary of the session, once it is loaded.
pub fn summary(flow: &Flow) -> Option<Tag> {
    let session = flow.view.as_ref()?;
    let shop = filled(Word::PayTo, &[("shop", &session.shop_name)]);
    let summary = tag("div").child(tag("h1").class("shop").text(&shop));
    // Only on the hosted page: the shop's page shows its order itself, and the text would change the height of the iframe.
    let order_line = is_hosted().then(|| {
        let order = tag("span").text(&filled(Word::Order, &[("reference", &session.reference)]));
        line("what", session.description.as_deref().unwrap_or_default()).text(" ").child(order)
    });
    let amount = session.headline().map(|(label, amount)| {
        let amount = tag("strong").text(&money(amount, &session.currency));
        tag("p").class("amount").child(tag("span").word(label)).text(" ").child(amount)
    });
    Some(summary.maybe_child(order_line).maybe_child(amount))
}
