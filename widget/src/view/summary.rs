//! What is paid, to whom, and how much of it is left.

use super::line;
use super::tag::{Tag, tag};
use crate::flow::Flow;
use crate::intl::money;
use crate::page::{filled, text};
use checkout_wire::{CheckoutView, SessionStatus, Word};

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
    let partly = session.amount_received > 0 && session.amount_remaining > 0 && !session.has_ended();
    let part = partly.then(|| {
        let paid = money(session.amount_received, &session.currency);
        let amount = money(session.amount, &session.currency);
        line("part", &filled(Word::PaidOfTotal, &[("paid", &paid), ("amount", &amount)]))
    });
    Some(summary.maybe(amount).maybe(part).maybe(used(session)))
}

/// The vouchers that have paid so far.
fn used(session: &CheckoutView) -> Option<Tag> {
    let paid = session.paid_with();
    if paid.is_empty() {
        return None;
    }
    let mut list = tag("ul").attr("aria-label", &text(Word::AlreadyPaid));
    for one in paid {
        let amount = tag("span").text(&money(one.amount, &session.currency));
        list = list.child(tag("li").text(session.label(one)).text(" ").child(amount));
    }
    Some(list)
}
