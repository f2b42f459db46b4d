//! What vouchers' payments leave in the shopper's hand, as the widget shows it: new vouchers, balances, fees; and which have paid.

use super::form;
use super::text::{Texts, escape};
use checkout_present::{CheckoutRules, Word, pin::grouped, shown::Receipt};
use checkout_wire::{ChangeVoucher, CheckoutView, RedemptionView};

/// All of it; empty when there is nothing. New vouchers are the only way to that money, so they are shown in every state.
pub fn receipts(t: &Texts, view: &CheckoutView) -> String {
    let mut out = String::new();
    let all = Receipt::all(view);
    if all.iter().any(|one| one.usable) {
        out += &form::default_button();
    }
    for Receipt { id, change, usable, balance, rest, fee } in all {
        out += &change.map(|change| voucher(t, view, id, change, usable)).unwrap_or_default();
        let lines = [
            (Word::BalanceLeft, "amount", balance),
            (Word::RestByMessage, "amount", rest),
            (Word::FeeTaken, "fee", fee),
        ];
        for (word, gap, minor) in lines {
            if let Some(minor) = minor {
                let text = t.html(word, &[(gap, &t.money(view, minor))]);
                out += &format!("<p class=\"line\">{text}</p>");
            }
        }
    }
    out += &used(t, view);
    if out.is_empty() { out } else { format!("<div class=\"receipts\">{out}</div>") }
}

fn voucher(t: &Texts, view: &CheckoutView, id: &str, change: &ChangeVoucher, usable: bool) -> String {
    let value = change.amount.map(|minor| {
        let (label, amount) = (t.html(Word::ChangeValue, &[]), escape(&t.money(view, minor)));
        format!("<p class=\"line\">{label} <strong>{amount}</strong></p>")
    });
    let expires = change.expires_at.as_deref().map(|at| {
        let date = t.date(view, at);
        format!("<p class=\"line\">{}</p>", t.html(Word::ChangeExpires, &[("date", &date)]))
    });
    // The form's own button, so that phone number and address come along. The PIN stays with us.
    let used = usable.then(|| {
        format!(
            "<button class=\"button\" type=\"submit\" form=\"{}\" name=\"change\" value=\"{}\">{}</button>",
            form::ID,
            escape(id),
            t.html(Word::ChangeButton, &[])
        )
    });
    // Room for the buttons that the widget brings.
    let scripted = [Word::CopyButton, Word::PrintButton]
        .map(|word| format!("<span class=\"button secondary scripted\">{}</span>", t.html(word, &[])));
    format!(
        "<section class=\"change\"><h2>{}</h2><p>{}</p><p class=\"pin\" dir=\"ltr\">{}</p>{}{}\
         <div class=\"actions{}\">{}{}</div></section>",
        t.html(Word::ChangeTitle, &[]),
        t.html(Word::ChangeText, &[]),
        escape(&grouped(change.pin.reveal())),
        value.unwrap_or_default(),
        expires.unwrap_or_default(),
        if usable { "" } else { " scripted" },
        used.unwrap_or_default(),
        scripted.concat()
    )
}

/// The vouchers that have paid so far.
fn used(t: &Texts, view: &CheckoutView) -> String {
    let paid = view.paid_with();
    if paid.is_empty() {
        return String::new();
    }
    let item = |one: &&RedemptionView| {
        format!("<li>{} <span>{}</span></li>", escape(view.label(one)), escape(&t.money(view, one.amount)))
    };
    let items: String = paid.iter().map(item).collect();
    format!("<ul aria-label=\"{}\">{items}</ul>", t.html(Word::AlreadyPaid, &[]))
}
