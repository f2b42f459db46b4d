//! What vouchers' payments leave in the shopper's hand: new vouchers, balances, fees; and which have paid.

use super::tag::{Tag, tag};
use super::{button, form, line};
use crate::dom;
use crate::flow::Flow;
use crate::intl::{date, money};
use crate::page::{filled, text};
use crate::state;
use checkout_present::{CheckoutRules, Word, pin::grouped, shown::Receipt};
use checkout_wire::{ChangeVoucher, CheckoutView};
use leptos::prelude::window;

/// The receipts of a session, if it has any.
pub fn receipts(flow: &Flow) -> Option<Tag> {
    let view = flow.view.as_ref()?;
    let receipts = Receipt::all(view);
    let used = used(view);
    if receipts.is_empty() && used.is_none() {
        return None;
    }
    let mut all = tag("div").class("receipts");
    for Receipt { id, change, usable, balance, rest, fee } in receipts {
        all = all.maybe(change.map(|change| voucher(id, change, usable, &view.currency)));
        let lines = [
            (Word::BalanceLeft, "amount", balance),
            (Word::RestByMessage, "amount", rest),
            (Word::FeeTaken, "fee", fee),
        ];
        for (word, gap, minor) in lines {
            let minor = minor.map(|minor| money(minor, &view.currency));
            all = all.maybe(minor.map(|money| line("line", &filled(word, &[(gap, &money)]))));
        }
    }
    // Last, so that one more does not move a new voucher.
    Some(all.maybe(used))
}

/// The vouchers that have paid so far.
fn used(view: &CheckoutView) -> Option<Tag> {
    let paid = view.paid_with();
    if paid.is_empty() {
        return None;
    }
    let mut list = tag("ul").attr("aria-label", &text(Word::AlreadyPaid));
    for one in paid {
        let amount = tag("span").text(&money(one.amount, &view.currency));
        list = list.child(tag("li").text(view.label(one)).text(" ").child(amount));
    }
    Some(list)
}

fn voucher(id: &str, change: &ChangeVoucher, usable: bool, currency: &str) -> Tag {
    let shown = line("pin", &grouped(change.pin.reveal())).attr("id", id).attr("dir", "ltr");
    let value = change.amount.map(|minor| {
        tag("p")
            .class("line")
            .text(&[&text(Word::ChangeValue), " "].concat())
            .child(tag("strong").text(&money(minor, currency)))
    });
    let until =
        change.expires_at.as_ref().map(|at| filled(Word::ChangeExpires, &[("date", &date(at, currency))]));
    let pressed = |press: fn(&str)| {
        let id = id.to_owned();
        move || press(&id)
    };
    let used = usable.then(|| button("button", Word::ChangeButton, pressed(form::use_change)));
    let copy = button("button secondary", Word::CopyButton, pressed(copy));
    let print = button("button secondary", Word::PrintButton, || _ = window().print());
    tag("section")
        .class("change")
        .child(tag("h2").say(Word::ChangeTitle))
        .child(tag("p").say(Word::ChangeText))
        .child(shown)
        .maybe(value)
        .maybe(until.map(|until| line("line", &until)))
        .child(tag("div").class("actions").maybe(used).child(copy).child(print))
}

/// Copies the PIN of the change voucher of that redemption; when the browser refuses, selects it, so that the shopper's own command
/// can.
fn copy(id: &str) {
    let state = state::peek();
    let redemptions = state.flow.view.iter().flat_map(|view| &view.redemptions);
    let Some(change) = redemptions.filter(|one| one.id == id).find_map(|one| one.change.as_ref()) else {
        return;
    };
    let id = id.to_owned();
    dom::copy(change.pin.reveal(), move |copied| {
        if !copied {
            dom::select(&id);
        }
        let said = text(if copied { Word::Copied } else { Word::CopyFailed });
        state::change(|state| {
            state.said = said.clone();
            // Emptied first, or the same words a second time would not be spoken.
            state.live = String::new();
        });
        dom::after(100, move || state::change(|state| state.live = said.clone()));
    });
}
