//! What vouchers' payments leave in the shopper's hand, as the widget shows it: new vouchers, balances, fees; and which have paid.

use super::form;
use super::text::Texts;
use checkout_present::{CheckoutRules, Word, pin::grouped, shown::Receipt};
use checkout_wire::{ChangeVoucher, CheckoutView};
use maud::{Markup, html};

/// Returns all of it; nothing when there is none. New vouchers are the only way to that money, so they are shown in every state.
pub fn receipts(t: &Texts, view: &CheckoutView) -> Markup {
    let (all, paid) = (Receipt::all(view), view.paid_with());
    if all.is_empty() && paid.is_empty() {
        return Markup::default();
    }
    html! {
        div.receipts {
            @if all.iter().any(|one| one.usable) { (form::default_button()) }
            @for one in &all { (receipt(t, view, one)) }
            @if !paid.is_empty() {
                ul aria-label=(t.text(Word::AlreadyPaid)) {
                    @for one in paid { li { (view.label(one)) " " span { (t.money(view, one.amount)) } } }
                }
            }
        }
    }
}

fn receipt(t: &Texts, view: &CheckoutView, one: &Receipt<'_>) -> Markup {
    let lines = [
        (Word::BalanceLeft, "amount", one.balance),
        (Word::RestByMessage, "amount", one.rest),
        (Word::FeeTaken, "fee", one.fee),
    ];
    html! {
        @if let Some(change) = one.change { (voucher(t, view, one, change)) }
        @for (word, gap, minor) in lines {
            @if let Some(minor) = minor {
                p.line { (t.filled(word, &[(gap, &t.money(view, minor))])) }
            }
        }
    }
}

fn voucher(t: &Texts, view: &CheckoutView, one: &Receipt<'_>, change: &ChangeVoucher) -> Markup {
    html! {
        section.change {
            h2 { (t.text(Word::ChangeTitle)) }
            p { (t.text(Word::ChangeText)) }
            p.pin dir="ltr" { (grouped(change.pin.reveal())) }
            @if let Some(minor) = change.amount {
                p.line { (t.text(Word::ChangeValue)) " " strong { (t.money(view, minor)) } }
            }
            @if let Some(at) = &change.expires_at {
                p.line { (t.filled(Word::ChangeExpires, &[("date", &t.date(view, at))])) }
            }
            div.actions.scripted[!one.usable] {
                // The form's own button, so that phone number and address come along. The PIN stays with us.
                @if one.usable {
                    button.button type="submit" form=(form::ID) name="change" value=(one.id) {
                        (t.text(Word::ChangeButton))
                    }
                }
                // Room for the buttons that the widget brings.
                @for word in [Word::CopyButton, Word::PrintButton] {
                    span.button.secondary.scripted { (t.text(word)) }
                }
            }
        }
    }
}
