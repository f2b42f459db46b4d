//! The receipts of a session: change vouchers, balances, fees, and the vouchers that have paid.

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

/// Returns the receipts of the session, if it has any.
pub fn receipts(flow: &Flow) -> Option<Tag> {
    let view = flow.view.as_ref()?;
    let receipts = Receipt::all(view);
    let paid = paid_vouchers(view);
    if receipts.is_empty() && paid.is_none() {
        return None;
    }
    let mut all = tag("div").class("receipts");
    for Receipt { id, change, usable, balance, rest, fee } in receipts {
        all = all.maybe_child(change.map(|change| change_voucher(id, change, usable, &view.currency)));
        let lines = [
            (Word::BalanceLeft, "amount", balance),
            (Word::RestByMessage, "amount", rest),
            (Word::FeeTaken, "fee", fee),
        ];
        for (word, gap, minor) in lines {
            let minor = minor.map(|minor| money(minor, &view.currency));
            all = all.maybe_child(minor.map(|money| line("line", &filled(word, &[(gap, &money)]))));
        }
    }
    // Last, so that another paid voucher does not move a change voucher.
    Some(all.maybe_child(paid))
}

/// Returns the list of the vouchers that have paid so far.
fn paid_vouchers(view: &CheckoutView) -> Option<Tag> {
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

fn change_voucher(id: &str, change: &ChangeVoucher, usable: bool, currency: &str) -> Tag {
    let shown = line("pin", &grouped(change.pin.reveal())).attr("id", id).attr("dir", "ltr");
    let value = change.amount.map(|minor| {
        tag("p")
            .class("line")
            .text(&[&text(Word::ChangeValue), " "].concat())
            .child(tag("strong").text(&money(minor, currency)))
    });
    let until =
        change.expires_at.as_ref().map(|at| filled(Word::ChangeExpires, &[("date", &date(at, currency))]));
    let with_id = |press: fn(&str)| {
        let id = id.to_owned();
        move || press(&id)
    };
    let pay = usable.then(|| button("button", Word::ChangeButton, with_id(form::use_change_voucher)));
    let copy = button("button secondary", Word::CopyButton, with_id(copy_pin));
    let print = button("button secondary", Word::PrintButton, || _ = window().print());
    tag("section")
        .class("change")
        .child(tag("h2").word(Word::ChangeTitle))
        .child(tag("p").word(Word::ChangeText))
        .child(shown)
        .maybe_child(value)
        .maybe_child(until.map(|until| line("line", &until)))
        .child(tag("div").class("actions").maybe_child(pay).child(copy).child(print))
}

/// Copies the PIN of that redemption's change voucher. If the browser does not allow it, selects the PIN for the shopper to copy.
fn copy_pin(id: &str) {
    let state = state::untracked();
    let redemptions = state.flow.view.iter().flat_map(|view| &view.redemptions);
    let Some(change) = redemptions.filter(|one| one.id.as_str() == id).find_map(|one| one.change.as_ref())
    else {
        return;
    };
    let id = id.to_owned();
    dom::copy(change.pin.reveal(), move |copied| {
        if !copied {
            dom::select(&id);
        }
        let result = text(if copied { Word::Copied } else { Word::CopyFailed });
        state::update(|state| {
            state.copy_result = result.clone();
            // Cleared first: a screen reader does not repeat an unchanged text.
            state.announcement = String::new();
        });
        dom::after(100, move || state::update(|state| state.announcement = result.clone()));
    });
}
