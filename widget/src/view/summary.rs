//! What is paid, to whom, and how much of it is left.

use super::line;
use super::tag::{Tag, tag};
use crate::flow::Flow;
use crate::intl::money;
use crate::page::filled;
use checkout_wire::{SessionStatus, Word};

/// The summary of the session, once it is known.
pub fn summary(flow: &Flow) -> Option<Tag> {
    let session = flow.view.as_ref()?;
    let order = tag("span").text(&filled(Word::Order, &[("reference", &session.reference)]));
    let what = session.description.as_deref().unwrap_or_default();
    let shop = filled(Word::PayTo, &[("shop", &session.shop_name)]);
    let summary = tag("div")
        .child(tag("h1").class("shop").text(&shop))
        .child(line("what", what).text(" ").child(order));
    let paid = session.status == SessionStatus::Complete;
    let (label, amount) = match paid {
        true => (Word::AlreadyPaid, session.amount_received),
        false => (Word::ToPay, session.amount_remaining),
    };
    let amount = (!session.has_ended()).then(|| {
        let amount = tag("strong").text(&money(amount, &session.currency));
        tag("p").class("amount").child(tag("span").say(label)).text(" ").child(amount)
    });
    Some(summary.maybe(amount))
}
