//! The hosted page without JavaScript, in every state. The widget takes its place where it runs.

use super::form::{self, Typed, form};
use super::text::{escape, html, say};
use checkout_core::Currency;
use checkout_wire::{
    CheckoutView, ErrorCode, Problem, RedemptionStatus, RedemptionView, SessionStatus, Word, pin::grouped,
};

/// What the iframe shows until the widget runs.
pub fn skeleton() -> String {
    let loading = html(Word::Loading, &[]);
    format!("<div class=\"skeleton\" role=\"status\" aria-label=\"{loading}\"><i></i><i></i><i></i></div>")
}

/// There is nothing to pay here, or (`ours`) it cannot be told at the moment.
pub fn gone(ours: bool) -> String {
    notice("bad", None, &html(if ours { Word::LoadFailedText } else { Word::GoneText }, &[]))
}

/// The content of the hosted page.
pub fn main(view: &CheckoutView, attempt: &str, typed: &Typed, problem: Option<&Problem>) -> String {
    let mut out = summary(view);
    let last = view.redemptions.last();
    match view.status {
        SessionStatus::Open => {
            if view.amount_received > 0 && view.takes_vouchers() {
                let amounts = [
                    ("amount", &*money(view, view.amount_received)),
                    ("remaining", &*money(view, view.amount_remaining)),
                ];
                out += &notice("good", None, &html(Word::PartPaidText, &amounts));
            }
            if let Some((title, text)) = problem.and_then(top_message) {
                out += &notice("bad", title, &text);
            } else if problem.is_none() {
                out += &last.and_then(|last| declined(view, last)).unwrap_or_default();
            }
            out += &beside(view);
            out += &match (view.takes_vouchers(), view.down()) {
                (false, _) => {
                    let remaining = money(view, view.amount_remaining);
                    notice("bad", None, &html(Word::NoVoucherLeftText, &[("remaining", &remaining)]))
                }
                (true, Some(seconds)) => {
                    notice("wait", None, &html(Word::AllDownText, &[("time", &time(Some(seconds)))]))
                }
                (true, None) => form(view, attempt, typed, problem),
            };
            // Below the form, or the Enter key would press the button of a change voucher.
            out += &left(view);
            out += &link(view.cancel_url.as_deref(), Word::CancelButton, &view.shop_name);
        }
        SessionStatus::Processing => {
            out += &notice("wait", Some(Word::PendingTitle), &html(Word::PendingText, &[]));
            out += &left(view);
        }
        SessionStatus::Complete => {
            let gaps = [("shop", &*view.shop_name), ("amount", &*money(view, view.amount_received))];
            out += &notice("good", Some(Word::PaidTitle), &html(Word::PaidText, &gaps));
            out += &beside(view);
            out += &left(view);
            out += &link(view.success_url.as_deref(), Word::ReturnButton, &view.shop_name);
        }
        SessionStatus::Expired => out += &ended(view, Word::ExpiredTitle, Word::ExpiredText),
        SessionStatus::Canceled => out += &ended(view, Word::CanceledTitle, Word::CanceledText),
    }
    out
}

fn summary(view: &CheckoutView) -> String {
    let shop = html(Word::PayTo, &[("shop", &view.shop_name)]);
    let order = html(Word::Order, &[("reference", &view.reference)]);
    let what = match &view.description {
        Some(description) => format!("{} <span>{order}</span>", escape(description)),
        None => order,
    };
    let paid = view.amount_remaining == 0;
    let (label, amount) =
        if paid { (Word::AlreadyPaid, view.amount) } else { (Word::ToPay, view.amount_remaining) };
    let amount = if view.has_ended() {
        String::new()
    } else {
        let amount = escape(&money(view, amount));
        format!("<p class=\"amount\"><span>{}</span> <strong>{amount}</strong></p>", html(label, &[]))
    };
    let total = (!paid && view.amount_received > 0).then(|| {
        let total = html(Word::OfTotal, &[("amount", &money(view, view.amount))]);
        let paid = escape(&money(view, view.amount_received));
        format!("<p class=\"part\">{} {paid} {total}</p>", html(Word::AlreadyPaid, &[]))
    });
    format!(
        "<section class=\"summary\"><h1 class=\"shop\">{shop}</h1><p class=\"what\">{what}</p>\
         {amount}{}{}</section>",
        total.unwrap_or_default(),
        used(view)
    )
}

/// The vouchers that have paid so far.
fn used(view: &CheckoutView) -> String {
    let paid = view.paid_with();
    if paid.is_empty() {
        return String::new();
    }
    let item = |one: &&RedemptionView| {
        format!("<li>{} <span>{}</span></li>", escape(view.label(one)), escape(&money(view, one.amount)))
    };
    let items: String = paid.iter().map(item).collect();
    format!("<ul aria-label=\"{}\">{items}</ul>", html(Word::AlreadyPaid, &[]))
}

fn ended(view: &CheckoutView, title: Word, text: Word) -> String {
    let mut out = notice("bad", Some(title), &html(text, &[]));
    out += &beside(view);
    out += &left(view);
    out + &link(view.cancel_url.as_deref(), Word::CancelButton, &view.shop_name)
}

/// What is to be said of money that does not pay for the order.
fn beside(view: &CheckoutView) -> String {
    let mut out = String::new();
    view.beside(|word, minor| {
        let gaps = [("shop", &*view.shop_name), ("amount", &*money(view, minor))];
        out += &notice("wait", None, &html(word, &gaps));
    });
    out
}

/// A message, with a title when it is what the page is about.
pub fn notice(kind: &str, title: Option<Word>, text: &str) -> String {
    let title = title.map(|title| format!("<h2>{}</h2>", html(title, &[]))).unwrap_or_default();
    let role = if kind == "bad" { "alert" } else { "status" };
    format!("<div class=\"notice {kind}\" role=\"{role}\">{title}<p>{text}</p></div>")
}

/// Why the last voucher was not charged.
fn declined(view: &CheckoutView, last: &RedemptionView) -> Option<String> {
    let not_taken = matches!(last.status, RedemptionStatus::Declined | RedemptionStatus::NotSent);
    let code = last.decline_code.filter(|_| not_taken)?;
    let text = match last.short_of() {
        Some((balance, usable)) => {
            let gaps = [("balance", &*money(view, balance)), ("amount", &*money(view, usable))];
            html(Word::DeclinedUsable, &gaps)
        }
        None => html(Word::declined(code), &[]),
    };
    Some(notice("bad", Some(Word::DeclinedTitle), &text))
}

/// A message for the whole form, and its title; what belongs to a field stands beside it.
fn top_message(problem: &Problem) -> Option<(Option<Word>, String)> {
    const FIELDS: [&str; 4] = ["pin", "phone", "email", "amount"];
    let at_field = problem.field.as_deref().is_some_and(|field| FIELDS.contains(&field));
    let (title, word) = match problem.code {
        ErrorCode::TooManyAttempts => (None, Word::WaitText),
        ErrorCode::ProviderBusy => (None, Word::ProviderWaitText),
        ErrorCode::ProviderDown => (Some(Word::DeclinedTitle), Word::ProviderDownText),
        ErrorCode::Misconfigured => (None, Word::MisconfiguredText),
        _ if at_field => return None,
        _ => (None, Word::FailedText),
    };
    Some((title, html(word, &[("time", &time(problem.retry_after))])))
}

fn time(seconds: Option<i64>) -> String {
    let seconds = seconds.unwrap_or(60).max(1);
    let (count, one, other) = if seconds < 120 {
        (seconds, Word::SecondsOne, Word::SecondsOther)
    } else {
        ((seconds + 59) / 60, Word::MinutesOne, Word::MinutesOther)
    };
    say(if count == 1 { one } else { other }, &[("count", &count.to_string())])
}

/// What the vouchers' payments leave in the shopper's hand: new vouchers, balances, fees.
fn left(view: &CheckoutView) -> String {
    let mut out = changes(view);
    for one in view.redemptions.iter().filter(|one| one.status == RedemptionStatus::Succeeded) {
        if let Some(fee) = one.fee.filter(|fee| *fee > 0) {
            out += &format!("<p class=\"fee\">{}</p>", html(Word::FeeTaken, &[("fee", &money(view, fee))]));
        }
        if let Some(left) = one.voucher_balance.filter(|left| *left > 0) {
            out += &format!(
                "<p class=\"fee\">{}</p>",
                html(Word::BalanceLeft, &[("amount", &money(view, left))])
            );
        }
        if let Some(rest) = one.rest_by_message {
            out += &format!(
                "<p class=\"fee\">{}</p>",
                html(Word::RestByMessage, &[("amount", &money(view, rest))])
            );
        }
    }
    out
}

/// The new vouchers with the rest of the value: the only way to that money, so they are shown in every state.
fn changes(view: &CheckoutView) -> String {
    view.redemptions.iter().filter_map(|one| one_change(view, one)).collect()
}

fn one_change(view: &CheckoutView, one: &RedemptionView) -> Option<String> {
    let change = one.change.as_ref()?;
    let value = change
        .amount
        .map(|minor| format!("<p>{} {}</p>", html(Word::ChangeValue, &[]), escape(&money(view, minor))));
    let expires = change.expires_at.as_deref().and_then(|text| text.get(..10));
    let expires = expires.map(|date| format!("<p>{}</p>", html(Word::ChangeExpires, &[("date", date)])));
    // The form's own button, so that phone number and address come along. The PIN stays with us.
    let button = view.rest_by(one).map(|_| {
        let (id, label) = (escape(&one.id), html(Word::ChangeButton, &[]));
        format!(
            "<div class=\"actions\"><button class=\"button\" type=\"submit\" form=\"{}\" name=\"change\" \
             value=\"{id}\">{label}</button></div>",
            form::ID
        )
    });
    Some(format!(
        "<section class=\"change\"><h2>{}</h2><p>{}</p><p class=\"pin\">{}</p>{}{}{}</section>",
        html(Word::ChangeTitle, &[]),
        html(Word::ChangeText, &[]),
        escape(&grouped(&change.pin)),
        value.unwrap_or_default(),
        expires.unwrap_or_default(),
        button.unwrap_or_default()
    ))
}

/// A link that looks like a button, if there is an address.
pub fn link(url: Option<&str>, word: Word, shop: &str) -> String {
    let secondary = if word == Word::ReturnButton { "" } else { " secondary" };
    url.map(|url| {
        format!(
            "<a class=\"button{secondary}\" href=\"{}\">{}</a>",
            escape(url),
            html(word, &[("shop", shop)])
        )
    })
    .unwrap_or_default()
}

/// An amount in the session's currency.
pub fn money(view: &CheckoutView, minor: i64) -> String {
    Currency::from_code(&view.currency).map(|currency| currency.display(minor)).unwrap_or_default()
}
