//! The receipts, as the Worker renders them (edge/src/page/receipts.rs): change vouchers, balances and fees, and the vouchers that
//! have paid.

use super::bind::append;
use crate::page::Texts;
use checkout_present::page_rules::{Receipt, payment_number};
use checkout_present::{CheckoutRules, Language, Word, ids, pin::grouped};
use checkout_wire::{ChangeVoucher, CheckoutView};
use leptos::prelude::*;
use web_sys::Element;

/// Builds the receipts of the session.
pub fn receipts(view: &CheckoutView, parent: &Element) {
    let receipts = Receipt::all(view);
    if receipts.iter().any(|receipt| receipt.usable) {
        // The Enter key presses the first button of a form, which must not be the button of a change voucher.
        append(
            parent,
            view! { <button class="live" type="submit" form=ids::FORM tabindex="-1" aria-hidden="true">""</button> },
        );
    }
    for Receipt { id, change, usable, balance, rest, fee } in receipts {
        if let Some(change) = change {
            change_voucher(id, change, usable, view, parent);
        }
        let lines = [
            (Word::BalanceLeft, "amount", balance),
            (Word::RestByMessage, "amount", rest),
            (Word::FeeTaken, "fee", fee),
        ];
        for (word, gap, minor) in lines {
            if let Some(minor) = minor {
                append(
                    parent,
                    view! { <Line text=Texts.filled(word, &[(gap, &Texts.money(view, minor))])/> },
                );
            }
        }
    }
    // Listed last, so that another paid voucher does not move a change voucher.
    let paid = view.paid_with();
    if !paid.is_empty() {
        let section = append(parent, view! { <section class="paid">""</section> });
        append(&section, view! { <h2>{Texts.text(Word::ReceiptTitle)}</h2> });
        let order = Texts.filled(Word::Order, &[("reference", &view.reference)]);
        append(&section, view! { <p class="line" translate="no">{order}</p> });
        let list = append(&section, view! { <ul>""</ul> });
        for one in paid {
            let (label, amount) = (view.label(one), Texts.money(view, one.amount));
            append(&list, view! { <Paid label amount number=payment_number(view, one, &Texts)/> });
        }
    }
}

/// Renders a line of a receipt.
#[component]
fn Line(
    /// Its text.
    text: String,
) -> impl IntoView {
    view! { <p class="line">{text}</p> }
}

/// Renders a voucher that has paid.
#[component]
fn Paid(
    /// The name of the voucher.
    label: String,
    /// The amount that it has paid.
    amount: String,
    /// The number and the time of its payment.
    number: String,
) -> impl IntoView {
    view! { <li translate="no">{label}" "<span>{amount}</span><small>{number}</small></li> }
}

/// Renders a button of a change voucher. The listeners of the page handle it (view.rs).
#[component]
fn Action(
    /// Its text.
    word: Word,
    /// The id of the redemption whose PIN it copies; empty for the button that prints.
    copies: String,
) -> impl IntoView {
    let (copies, prints) = if copies.is_empty() { (None, Some("")) } else { (Some(copies), None) };
    view! {
        <button class="button secondary scripted" type="button" data-copy=copies data-print=prints>
            {Texts.text(word)}
        </button>
    }
}

fn change_voucher(id: &str, change: &ChangeVoucher, usable: bool, view: &CheckoutView, parent: &Element) {
    let section = append(parent, view! { <section class="change">""</section> });
    append(&section, view! { <h2>{Texts.text(Word::ChangeTitle)}</h2> });
    append(&section, view! { <p>{Texts.text(Word::ChangeText)}</p> });
    let is_hidden = change.pin.reveal().is_empty();
    if !is_hidden {
        append(
            &section,
            view! { <p class="pin" id=id.to_owned() dir="ltr" translate="no">{grouped(change.pin.reveal(), None)}</p> },
        );
    }
    if let Some(minor) = change.amount {
        let amount = Texts.money(view, minor);
        append(
            &section,
            view! { <p class="line">{Texts.text(Word::ChangeValue)}" "<strong translate="no">{amount}</strong></p> },
        );
    }
    if let Some(at) = &change.expires_at {
        append(
            &section,
            view! { <Line text=Texts.filled(Word::ChangeExpires, &[("date", &Texts.date(view, at))])/> },
        );
    }
    if is_hidden {
        let value = id.to_owned();
        append(
            &section,
            view! {
                <form class="field" method="post">
                    <label>
                        {Texts.text(Word::ShowPhone)}
                        <input name="paid_phone" dir="ltr" type="tel" autocomplete="tel" required=""/>
                    </label>
                    <button class="button" type="submit" name="show" value=value>{Texts.text(Word::ShowButton)}</button>
                </form>
            },
        );
    }
    let actions = append(&section, view! { <div class="actions">""</div> });
    if usable {
        let value = id.to_owned();
        append(
            &actions,
            view! {
                <button class="button" type="submit" form=ids::FORM name="change" value=value>
                    {Texts.text(Word::ChangeButton)}
                </button>
            },
        );
    }
    if !is_hidden {
        append(&actions, view! { <Action word=Word::CopyButton copies=id.to_owned()/> });
        append(&actions, view! { <Action word=Word::PrintButton copies=String::new()/> });
    }
}
