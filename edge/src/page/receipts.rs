//! The receipts: change vouchers, balances and fees, and the vouchers that have paid. The widget renders later ones in the same way
//! (widget/src/view/receipts.rs).

use super::form;
use super::text::Texts;
use checkout_present::shown::{Receipt, payment_number};
use checkout_present::{CheckoutRules, Language, Word, ids, pin::grouped};
use checkout_wire::{ChangeVoucher, CheckoutView};
use maud::{Markup, html};

/// Renders all receipts of the session, in every state: the page is the only way to the money on a change voucher. The container is
/// empty when there are none. A PIN that the shopper has not asked for is empty.
pub fn receipts(t: &Texts, view: Option<&CheckoutView>) -> Markup {
    html! {
        div.receipts #(ids::RECEIPTS) {
            @if let Some(view) = view {
                @let (all, paid) = (Receipt::all(view), view.paid_with());
                @if all.iter().any(|one| one.usable) { (form::default_button()) }
                @for one in &all { (receipt(t, view, one)) }
                @if !paid.is_empty() {
                    section.paid {
                        h2 { (t.text(Word::ReceiptTitle)) }
                        p.line translate="no" { (t.filled(Word::Order, &[("reference", &view.reference)])) }
                        ul {
                            @for one in paid {
                                li translate="no" {
                                    (view.label(one)) " " span { (t.money(view, one.amount)) }
                                    small { (payment_number(view, one, t)) }
                                }
                            }
                        }
                    }
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
    let is_hidden = change.pin.reveal().is_empty();
    html! {
        section.change {
            h2 { (t.text(Word::ChangeTitle)) }
            p { (t.text(Word::ChangeText)) }
            @if !is_hidden { p.pin id=(one.id) dir="ltr" translate="no" { (grouped(change.pin.reveal(), None)) } }
            @if let Some(minor) = change.amount {
                p.line { (t.text(Word::ChangeValue)) " " strong translate="no" { (t.money(view, minor)) } }
            }
            @if let Some(at) = &change.expires_at {
                p.line { (t.filled(Word::ChangeExpires, &[("date", &t.date(view, at))])) }
            }
            @if is_hidden {
                form method="post" { button.button type="submit" name="show" value=(one.id) { (t.text(Word::ShowButton)) } }
            }
            div.actions.scripted[!one.usable] {
                // A button of the form itself, so that phone number and address are sent with it. The PIN stays in the Worker.
                @if one.usable {
                    button.button type="submit" form=(ids::FORM) name="change" value=(one.id) {
                        (t.text(Word::ChangeButton))
                    }
                }
                // These need the widget.
                @if !is_hidden {
                    button.button.secondary.scripted type="button" data-copy=(one.id) { (t.text(Word::CopyButton)) }
                    button.button.secondary.scripted type="button" data-print { (t.text(Word::PrintButton)) }
                }
            }
        }
    }
}
