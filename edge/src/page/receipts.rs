//! The receipts: change vouchers, balances and fees, and the vouchers that have paid. The widget renders later ones in the same way
//! (widget/src/view/receipts.rs).

use super::content::Content;
use super::form;
use super::text::Texts;
use crate::problem::Problem;
use checkout_present::page_rules::{Receipt, payment_number};
use checkout_present::{CheckoutRules, Language, Word, ids, pin::grouped};
use checkout_wire::{ChangeVoucher, CheckoutView, ErrorCode};
use maud::{Markup, html};

impl Content<'_> {
    /// Renders all receipts of the session, in every state: the page is the only way to the money on a change voucher. The container is
    /// empty when there are none.
    pub fn receipts(&self) -> Markup {
        let t = self.t;
        html! {
            div.receipts #(ids::RECEIPTS) {
                @if let Some(view) = self.known.session() {
                    @let (all, paid) = (Receipt::all(view), view.paid_with());
                    @if all.iter().any(|receipt| receipt.usable) { (form::default_button()) }
                    @for receipt in &all { (self.receipt(view, receipt)) }
                    @if !paid.is_empty() {
                        section.paid {
                            h2 { (t.text(Word::ReceiptTitle)) }
                            p.line translate="no" { (t.filled(Word::Order, &[("reference", &view.reference)])) }
                            ul {
                                @for payment in paid {
                                    li translate="no" {
                                        (view.label(payment)) " " span { (t.money(view, payment.amount)) }
                                        small { (payment_number(view, payment, t)) }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    fn receipt(&self, view: &CheckoutView, receipt: &Receipt<'_>) -> Markup {
        let t = self.t;
        let lines = [
            (Word::BalanceLeft, "amount", receipt.balance),
            (Word::RestByMessage, "amount", receipt.rest),
            (Word::FeeTaken, "fee", receipt.fee),
        ];
        html! {
            @if let Some(change) = receipt.change { (self.voucher(view, receipt, change)) }
            @for (word, gap, minor) in lines {
                @if let Some(minor) = minor {
                    p.line { (t.filled(word, &[(gap, &t.money(view, minor))])) }
                }
            }
        }
    }

    fn voucher(&self, view: &CheckoutView, receipt: &Receipt<'_>, change: &ChangeVoucher) -> Markup {
        let t = self.t;
        let is_hidden = change.pin.reveal().is_empty();
        html! {
            section.change {
                h2 { (t.text(Word::ChangeTitle)) }
                p { (t.text(Word::ChangeText)) }
                @if !is_hidden { p.pin id=(receipt.id) dir="ltr" translate="no" { (grouped(change.pin.reveal(), None)) } }
                @if let Some(minor) = change.amount {
                    p.line { (t.text(Word::ChangeValue)) " " strong translate="no" { (t.money(view, minor)) } }
                }
                @if let Some(at) = &change.expires_at {
                    p.line { (t.filled(Word::ChangeExpires, &[("date", &t.date(view, at))])) }
                }
                @if is_hidden { (self.proof(receipt.id)) }
                div.actions.scripted[!receipt.usable] {
                    // The form's own button, so that phone number and address come along. The PIN stays with us.
                    @if receipt.usable {
                        button.button type="submit" form=(ids::FORM) name="change" value=(receipt.id) {
                            (t.text(Word::ChangeButton))
                        }
                    }
                    // Only the widget can perform these.
                    @if !is_hidden {
                        button.button.secondary.scripted type="button" data-copy=(receipt.id) { (t.text(Word::CopyButton)) }
                        button.button.secondary.scripted type="button" data-print { (t.text(Word::PrintButton)) }
                    }
                }
            }
        }
    }

    /// Renders the form that proves the phone number of a payment, to see the PIN of its change voucher.
    fn proof(&self, id: &str) -> Markup {
        let t = self.t;
        let refused = self.refused.filter(|(payment, _)| *payment == id).map(|(_, problem)| problem);
        let error = refused.map(|problem| not_shown(problem, t));
        let described = error.as_ref().map(|_| format!("{id}-error"));
        html! {
            form.field method="post" {
                label {
                    (t.text(Word::ShowPhone))
                    input name="paid_phone" dir="ltr" type="tel" autocomplete="tel" required
                        aria-describedby=[described] aria-invalid=[error.as_ref().map(|_| "true")] autofocus[error.is_some()];
                }
                @if let Some(error) = &error { p.error id={ (id) "-error" } { (error) } }
                button.button type="submit" name="show" value=(id) { (t.text(Word::ShowButton)) }
            }
        }
    }
}

/// Returns why the PIN of a change voucher is not shown after the shopper has typed a phone number.
fn not_shown(problem: &Problem, t: &Texts) -> String {
    match problem.retry_after {
        Some(wait) => t.filled(Word::WaitText, &[("time", &t.duration(wait))]),
        None if problem.code == ErrorCode::PhoneUnconfirmed => t.text(Word::PhoneUnconfirmed),
        None => t.text(Word::FailedText),
    }
}
