//! The hosted page without JavaScript, in every state. The widget takes its place where it runs.

use super::form::{self, Typed, at_field, form};
use super::receipts::receipts;
use super::text::{Texts, escape};
use crate::problem::Problem;
use checkout_present::{CheckoutRules, RedemptionRules, Word, words};
use checkout_wire::{CheckoutView, ErrorCode, RedemptionStatus, SessionStatus, ascii::digits};

/// What the iframe shows until the widget runs, and where it cannot: the fields can be filled in, but not yet sent.
pub fn waiting(t: &Texts, known: Option<&CheckoutView>) -> String {
    let (loading, failed) = (t.html(Word::Loading, &[]), t.html(Word::WidgetFailedText, &[]));
    let form = known.filter(|view| !view.providers.is_empty()).map(|view| {
        let shop = t.html(Word::PayTo, &[("shop", &view.shop_name)]);
        let blank = "<i class=\"blank\">&nbsp;</i>";
        // Room for a fee of about this length.
        let fee = view.pick("").filter(|offer| offer.fee > 0).map(|offer| {
            let (fee, total) = (t.money(view, 1_000), t.money(view, 10_000));
            let gaps = [("provider", &*offer.label), ("fee", &*fee), ("total", &*total)];
            format!("<p class=\"fee scripted\">{}</p>", t.html(Word::FeeNote, &gaps))
        });
        // Not a form: nothing must send what is typed but the widget.
        format!(
            "<section class=\"summary\"><h1 class=\"shop\">{shop}</h1>\
             <p class=\"amount\"><span>{}</span> <strong>{blank}</strong></p></section>\
             <div>{}{}<button class=\"button\" type=\"button\" aria-disabled=\"true\">{loading}</button></div>",
            t.html(Word::ToPay, &[]),
            form::fields(t, view, &Typed::default(), None),
            fee.unwrap_or_default()
        )
    });
    let form = form.unwrap_or_else(|| "<div class=\"skeleton\"></div>".to_owned());
    // widget/entry.js shows the last when the widget cannot run.
    format!(
        "{form}<p class=\"live\" role=\"status\">{loading}</p>\
         <div id=\"fallback\" hidden><div class=\"notice bad\" role=\"alert\"><p>{failed}</p></div>\
         <a class=\"button\" target=\"_blank\" rel=\"noopener\">{}</a></div>",
        t.html(Word::OpenPageButton, &[])
    )
}

/// There is nothing to pay here, or (`ours`) it cannot be told at the moment.
pub fn gone(t: &Texts, ours: bool) -> String {
    let word = if ours { Word::LoadFailedText } else { Word::GoneText };
    notice(t, "bad", None, &[t.html(word, &[])])
}

/// The content of the hosted page.
pub fn main(
    t: &Texts,
    view: &CheckoutView,
    attempt: &str,
    typed: &Typed,
    problem: Option<&Problem>,
) -> String {
    let mut out = summary(t, view) + &order(t, view) + &receipts(t, view);
    match view.status {
        SessionStatus::Open => {
            if let Some((title, text)) = problem.and_then(|problem| top_message(t, problem)) {
                out += &notice(t, "bad", title, &[text]);
            } else if problem.is_none() {
                out += &last_try(t, view);
            }
            let can_pay = view.takes_vouchers() && !view.providers.is_empty();
            if view.takes_vouchers() {
                out += &match view.down() {
                    Some(seconds) => {
                        let time = time(t, Some(seconds));
                        notice(t, "wait", None, &[t.html(Word::AllDownText, &[("time", &time)])])
                    }
                    None => form(t, view, attempt, typed, problem),
                };
            }
            let class = if can_pay && view.down().is_none() { "button secondary" } else { "button" };
            out += &link(t, view.cancel_url.as_deref(), Word::CancelButton, &view.shop_name, class);
        }
        SessionStatus::Processing => {
            let late = view.redemptions.iter().any(|one| one.status == RedemptionStatus::Unknown);
            let (title, text) = match late {
                true => (Word::PendingTitle, Word::PendingText),
                false => (Word::BusyTitle, Word::BusyText),
            };
            out += &notice(t, "wait", Some(title), &[t.html(text, &[])]);
        }
        SessionStatus::Complete => {
            out += &link(t, view.success_url.as_deref(), Word::ReturnButton, &view.shop_name, "button");
        }
        SessionStatus::Expired | SessionStatus::Canceled => {
            out += &link(t, view.cancel_url.as_deref(), Word::CancelButton, &view.shop_name, "button");
        }
    }
    out
}

/// How far the order is paid, and what is to be said of money that does not pay for it.
fn order(t: &Texts, view: &CheckoutView) -> String {
    let (amount, remaining) = (t.money(view, view.amount_received), t.money(view, view.amount_remaining));
    let (kind, title, word) = match view.status {
        SessionStatus::Complete => ("good", Some(Word::PaidTitle), Some(Word::PaidText)),
        SessionStatus::Expired => ("bad", Some(Word::ExpiredTitle), Some(Word::ExpiredText)),
        SessionStatus::Canceled => ("bad", Some(Word::CanceledTitle), Some(Word::CanceledText)),
        SessionStatus::Open if !view.takes_vouchers() => ("bad", None, Some(Word::NoVoucherLeftText)),
        _ if view.amount_received > 0 => ("good", None, Some(Word::PartPaidText)),
        _ => ("wait", None, None),
    };
    let gaps = [("shop", &*view.shop_name), ("amount", &*amount), ("remaining", &*remaining)];
    let mut texts: Vec<_> = word.map(|word| t.html(word, &gaps)).into_iter().collect();
    view.beside(|word, minor| {
        let gaps = [("shop", &*view.shop_name), ("amount", &*t.money(view, minor))];
        texts.push(t.html(word, &gaps));
    });
    notice(t, kind, title, &texts)
}

fn summary(t: &Texts, view: &CheckoutView) -> String {
    let shop = t.html(Word::PayTo, &[("shop", &view.shop_name)]);
    let order = t.html(Word::Order, &[("reference", &view.reference)]);
    let what = match &view.description {
        Some(description) => format!("{} <span>{order}</span>", escape(description)),
        None => order,
    };
    let amount = view.headline().map(|(label, minor)| {
        let (label, amount) = (t.html(label, &[]), escape(&t.money(view, minor)));
        format!("<p class=\"amount\"><span>{label}</span> <strong>{amount}</strong></p>")
    });
    let amount = amount.unwrap_or_default();
    format!(
        "<section class=\"summary\"><h1 class=\"shop\">{shop}</h1><p class=\"what\">{what}</p>\
         {amount}</section>"
    )
}

/// A message, with a title when it is what the page is about; none without texts.
pub fn notice(t: &Texts, kind: &str, title: Option<Word>, texts: &[String]) -> String {
    if texts.is_empty() {
        return String::new();
    }
    let title = title.map(|title| format!("<h2>{}</h2>", t.html(title, &[]))).unwrap_or_default();
    let role = if kind == "bad" { "alert" } else { "status" };
    let texts: String = texts.iter().map(|text| format!("<p>{text}</p>")).collect();
    format!("<div class=\"notice {kind}\" role=\"{role}\">{title}{texts}</div>")
}

/// Why the last voucher was not charged, and how long to wait before the next one.
fn last_try(t: &Texts, view: &CheckoutView) -> String {
    let last = view.redemptions.last();
    let refused = last.and_then(|last| Some((last, last.refused()?)));
    let refused = refused.map(|(last, code)| match last.short_of() {
        Some((balance, usable)) => {
            let gaps = [("balance", &*t.money(view, balance)), ("amount", &*t.money(view, usable))];
            t.html(Word::DeclinedUsable, &gaps)
        }
        None => t.html(Word::declined(code), &[]),
    });
    let (kind, title) = if refused.is_some() { ("bad", Some(Word::DeclinedTitle)) } else { ("wait", None) };
    let wait = view.retry_after.map(|seconds| t.html(Word::WaitText, &[("time", &time(t, Some(seconds)))]));
    notice(t, kind, title, &refused.into_iter().chain(wait).collect::<Vec<_>>())
}

/// A message for the whole form, and its title; what belongs to a field stands beside it.
fn top_message(t: &Texts, problem: &Problem) -> Option<(Option<Word>, String)> {
    let (title, word) = match problem.code {
        ErrorCode::TooManyAttempts => (None, Word::WaitText),
        ErrorCode::ProviderBusy => (None, Word::ProviderWaitText),
        ErrorCode::ProviderDown => (Some(Word::DeclinedTitle), Word::ProviderDownText),
        ErrorCode::Misconfigured => (None, Word::MisconfiguredText),
        _ if at_field(problem).is_some() => return None,
        _ => (None, Word::FailedText),
    };
    Some((title, t.html(word, &[("time", &time(t, problem.retry_after))])))
}

fn time(t: &Texts, seconds: Option<i64>) -> String {
    let (word, count) = words::span(seconds.unwrap_or(60).max(1));
    t.counted(word, count, &[("count", &digits(count))])
}

/// A link that looks like a button, if there is an address. Where there is no form it is all that can be done.
fn link(t: &Texts, url: Option<&str>, word: Word, shop: &str, class: &str) -> String {
    let label = t.html(word, &[("shop", shop)]);
    url.map(|url| format!("<a class=\"{class}\" href=\"{}\">{label}</a>", escape(url))).unwrap_or_default()
}
