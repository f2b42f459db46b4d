//! What is paid, to whom, and how much of it is left.

use super::line;
use super::tag::{Tag, tag};
use crate::flow::Flow;
use crate::intl::money;
use crate::page::{filled, text};
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
    let (label, amount) = match session.status {
        SessionStatus::Complete => (Word::AlreadyPaid, session.amount_received),
        SessionStatus::Expired | SessionStatus::Canceled => return Some(summary),
        SessionStatus::Open | SessionStatus::Processing => (Word::ToPay, session.amount_remaining),
    };
    let amount = tag("strong").text(&money(amount, &session.currency));
    let amount = tag("p").class("amount").child(tag("span").text(&text(label))).text(" ").child(amount);
    let partly = session.amount_received > 0 && session.amount_remaining > 0;
    let part = partly.then(|| {
        let paid = money(session.amount_received, &session.currency);
        let total = filled(Word::OfTotal, &[("amount", &money(session.amount, &session.currency))]);
        line("part", &[&text(Word::AlreadyPaid), " ", &paid, " ", &total].concat())
    });
    Some(summary.child(amount).maybe(part))
}
