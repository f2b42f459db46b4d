//! What is paid, to whom, and how much of it is left.

use super::line;
use super::tag::{Tag, tag};
use crate::flow::Flow;
use crate::intl::money;
use crate::page::{filled, hosted};
use checkout_present::CheckoutRules;
use checkout_present::Word;

/// The summary of the session, once it is known.
pub fn summary(flow: &Flow) -> Option<Tag> {
    let session = flow.view.as_ref()?;
    let shop = filled(Word::PayTo, &[("shop", &session.shop_name)]);
    let summary = tag("div").child(tag("h1").class("shop").text(&shop));
    // In the shop's own page that says it already, and nobody but the shop knew how much room it takes.
    let what = hosted().then(|| {
        let order = tag("span").text(&filled(Word::Order, &[("reference", &session.reference)]));
        line("what", session.description.as_deref().unwrap_or_default()).text(" ").child(order)
    });
    let amount = session.headline().map(|(label, amount)| {
        let amount = tag("strong").text(&money(amount, &session.currency));
        tag("p").class("amount").child(tag("span").say(label)).text(" ").child(amount)
    });
    Some(summary.maybe(what).maybe(amount))
}
