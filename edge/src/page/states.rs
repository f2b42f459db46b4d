//! The hosted page without JavaScript, in every state. The widget takes its place where it runs.

use super::form::{Typed, form};
use super::text::{escape, html, say};
use checkout_core::Currency;
use checkout_wire::{
    Change, CheckoutView, ErrorCode, Problem, RedemptionStatus, RedemptionView, SessionStatus, Word,
    pin::grouped,
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
            if view.amount_received > 0 {
                let amounts = [
                    ("amount", &*money(view, view.amount_received)),
                    ("remaining", &*money(view, view.amount_remaining)),
                ];
                out += &notice("good", None, &html(Word::PartPaidText, &amounts));
            }
            if let Some(word) = problem.and_then(top_message) {
                out += &notice("bad", None, &word);
            } else if problem.is_none() {
                out += &last.and_then(declined).unwrap_or_default();
            }
            out += &changes(view);
            out += &form(view, attempt, typed, problem);
        }
        SessionStatus::Processing => {
            out += &notice("wait", Some(Word::PendingTitle), &html(Word::PendingText, &[]));
            out += &changes(view);
        }
        SessionStatus::Complete => {
            let gaps = [("shop", &*view.shop_name), ("amount", &*money(view, view.amount_received))];
            out += &notice("good", Some(Word::PaidTitle), &html(Word::PaidText, &gaps));
            out += &taken(view);
            out += &changes(view);
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
    let amount =
        format!("<span>{}</span> <strong>{}</strong>", html(label, &[]), escape(&money(view, amount)));
    let total = (!paid && view.amount_received > 0).then(|| {
        let total = html(Word::OfTotal, &[("amount", &money(view, view.amount))]);
        format!("<p class=\"what\">{total}</p>")
    });
    format!(
        "<section class=\"summary\"><h1 class=\"shop\">{shop}</h1><p class=\"what\">{what}</p>\
         <p class=\"amount\">{amount}</p>{}</section>",
        total.unwrap_or_default()
    )
}

fn ended(view: &CheckoutView, title: Word, text: Word) -> String {
    let mut out = notice("bad", Some(title), &html(text, &[]));
    if view.amount_received > 0 {
        let kept = html(Word::PartKeptText, &[("amount", &money(view, view.amount_received))]);
        out += &notice("wait", None, &kept);
    }
    out += &changes(view);
    out + &link(view.cancel_url.as_deref(), Word::CancelButton, &view.shop_name)
}

/// A message, with a title when it is what the page is about.
pub fn notice(kind: &str, title: Option<Word>, text: &str) -> String {
    let title = title.map(|title| format!("<h2>{}</h2>", html(title, &[]))).unwrap_or_default();
    let role = if kind == "bad" { "alert" } else { "status" };
    format!("<div class=\"notice {kind}\" role=\"{role}\">{title}<p>{text}</p></div>")
}

/// Why the last voucher was not charged.
fn declined(last: &RedemptionView) -> Option<String> {
    let not_taken = matches!(last.status, RedemptionStatus::Declined | RedemptionStatus::NotSent);
    let code = last.decline_code.filter(|_| not_taken)?;
    Some(notice("bad", Some(Word::DeclinedTitle), &html(Word::declined(code), &[])))
}

/// A message for the whole form; what belongs to a field stands beside it.
fn top_message(problem: &Problem) -> Option<String> {
    match problem.code {
        ErrorCode::TooManyAttempts => Some(html(Word::WaitText, &[("time", &time(problem.retry_after))])),
        ErrorCode::ProviderBusy => {
            Some(html(Word::ProviderWaitText, &[("time", &time(problem.retry_after))]))
        }
        ErrorCode::Misconfigured => Some(html(Word::MisconfiguredText, &[])),
        _ if problem.field.as_deref().is_some_and(|field| matches!(field, "pin" | "phone" | "email")) => None,
        _ => Some(html(Word::FailedText, &[])),
    }
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

/// Fee taken and balance left, of the vouchers that paid.
fn taken(view: &CheckoutView) -> String {
    let mut out = String::new();
    for one in view.redemptions.iter().filter(|one| one.status == RedemptionStatus::Succeeded) {
        if let Some(fee) = one.fee.filter(|fee| *fee > 0) {
            out += &format!("<p class=\"fee\">{}</p>", html(Word::FeeTaken, &[("fee", &money(view, fee))]));
        }
        if let Some(left) = one.voucher_balance {
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
    view.redemptions
        .iter()
        .filter_map(|one| one.change.as_ref())
        .map(|change| one_change(view, change))
        .collect()
}

fn one_change(view: &CheckoutView, change: &Change) -> String {
    let value = change
        .amount
        .map(|minor| format!("<p>{} {}</p>", html(Word::ChangeValue, &[]), escape(&money(view, minor))));
    let expires = change.expires_at.as_deref().and_then(|text| text.get(..10));
    let expires = expires.map(|date| format!("<p>{}</p>", html(Word::ChangeExpires, &[("date", date)])));
    format!(
        "<section class=\"change\"><h2>{}</h2><p>{}</p><p class=\"pin\">{}</p>{}{}</section>",
        html(Word::ChangeTitle, &[]),
        html(Word::ChangeText, &[]),
        escape(&grouped(&change.pin)),
        value.unwrap_or_default(),
        expires.unwrap_or_default()
    )
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
