//! The hosted page without JavaScript, in every state. The widget takes its place where it runs.

use super::form::{self, Typed, form};
use super::text::{Texts, escape};
use checkout_wire::{
    CheckoutView, ErrorCode, Problem, RedemptionStatus, RedemptionView, SessionStatus, Word, amount::digits,
    pin::grouped, words,
};

/// What the iframe shows until the widget runs, and where it cannot: the fields can be filled in, but not yet sent.
pub fn waiting(t: &Texts, known: Option<&CheckoutView>) -> String {
    let (loading, failed) = (t.html(Word::Loading, &[]), t.html(Word::WidgetFailedText, &[]));
    let form = known.filter(|view| !view.providers.is_empty()).map(|view| {
        let shop = t.html(Word::PayTo, &[("shop", &view.shop_name)]);
        let blank = "<i class=\"blank\">&nbsp;</i>";
        // Not a form: nothing must send what is typed but the widget.
        format!(
            "<section class=\"summary\"><h1 class=\"shop\">{shop}</h1><p class=\"what\">{blank}<br>{blank}</p>\
             <p class=\"amount\"><span>{}</span> <strong>{blank}</strong></p></section>\
             <div>{}<button class=\"button\" type=\"button\" aria-disabled=\"true\">{loading}</button></div>",
            t.html(Word::ToPay, &[]),
            form::fields(t, view, &Typed::default(), None)
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
    notice(t, "bad", None, &t.html(if ours { Word::LoadFailedText } else { Word::GoneText }, &[]))
}

/// The content of the hosted page.
pub fn main(
    t: &Texts,
    view: &CheckoutView,
    attempt: &str,
    typed: &Typed,
    problem: Option<&Problem>,
) -> String {
    let mut out = summary(t, view) + &order(t, view) + &beside(t, view) + &left(t, view);
    match view.status {
        SessionStatus::Open => {
            if let Some((title, text)) = problem.and_then(|problem| top_message(t, problem)) {
                out += &notice(t, "bad", title, &text);
            } else if problem.is_none() {
                out += &declined(t, view).unwrap_or_default();
            }
            if view.takes_vouchers() {
                out += &match view.down() {
                    Some(seconds) => {
                        let time = time(t, Some(seconds));
                        notice(t, "wait", None, &t.html(Word::AllDownText, &[("time", &time)]))
                    }
                    None => form(t, view, attempt, typed, problem),
                };
            }
            out += &link(t, view.cancel_url.as_deref(), Word::CancelButton, &view.shop_name);
        }
        SessionStatus::Processing => {
            out += &notice(t, "wait", Some(Word::PendingTitle), &t.html(Word::PendingText, &[]));
        }
        SessionStatus::Complete => {
            out += &link(t, view.success_url.as_deref(), Word::ReturnButton, &view.shop_name);
        }
        SessionStatus::Expired | SessionStatus::Canceled => {
            out += &link(t, view.cancel_url.as_deref(), Word::CancelButton, &view.shop_name);
        }
    }
    out
}

/// How far the order is paid.
fn order(t: &Texts, view: &CheckoutView) -> String {
    let (amount, remaining) = (t.money(view, view.amount_received), t.money(view, view.amount_remaining));
    let (kind, title, word) = match view.status {
        SessionStatus::Complete => ("good", Some(Word::PaidTitle), Word::PaidText),
        SessionStatus::Expired => ("bad", Some(Word::ExpiredTitle), Word::ExpiredText),
        SessionStatus::Canceled => ("bad", Some(Word::CanceledTitle), Word::CanceledText),
        SessionStatus::Open if !view.takes_vouchers() => ("bad", None, Word::NoVoucherLeftText),
        _ if view.amount_received > 0 => ("good", None, Word::PartPaidText),
        _ => return String::new(),
    };
    let gaps = [("shop", &*view.shop_name), ("amount", &*amount), ("remaining", &*remaining)];
    notice(t, kind, title, &t.html(word, &gaps))
}

fn summary(t: &Texts, view: &CheckoutView) -> String {
    let shop = t.html(Word::PayTo, &[("shop", &view.shop_name)]);
    let order = t.html(Word::Order, &[("reference", &view.reference)]);
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
        let amount = escape(&t.money(view, amount));
        format!("<p class=\"amount\"><span>{}</span> <strong>{amount}</strong></p>", t.html(label, &[]))
    };
    format!(
        "<section class=\"summary\"><h1 class=\"shop\">{shop}</h1><p class=\"what\">{what}</p>\
         {amount}</section>"
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

/// What is to be said of money that does not pay for the order.
fn beside(t: &Texts, view: &CheckoutView) -> String {
    let mut out = String::new();
    view.beside(|word, minor| {
        let gaps = [("shop", &*view.shop_name), ("amount", &*t.money(view, minor))];
        out += &notice(t, "wait", None, &t.html(word, &gaps));
    });
    out
}

/// A message, with a title when it is what the page is about.
pub fn notice(t: &Texts, kind: &str, title: Option<Word>, text: &str) -> String {
    let title = title.map(|title| format!("<h2>{}</h2>", t.html(title, &[]))).unwrap_or_default();
    let role = if kind == "bad" { "alert" } else { "status" };
    format!("<div class=\"notice {kind}\" role=\"{role}\">{title}<p>{text}</p></div>")
}

/// Why the last voucher was not charged.
fn declined(t: &Texts, view: &CheckoutView) -> Option<String> {
    let last = view.redemptions.last()?;
    let not_taken = matches!(last.status, RedemptionStatus::Declined | RedemptionStatus::NotSent);
    let code = last.decline_code.filter(|_| not_taken)?;
    let text = match last.short_of() {
        Some((balance, usable)) => {
            let gaps = [("balance", &*t.money(view, balance)), ("amount", &*t.money(view, usable))];
            t.html(Word::DeclinedUsable, &gaps)
        }
        None => t.html(Word::declined(code), &[]),
    };
    Some(notice(t, "bad", Some(Word::DeclinedTitle), &text))
}

/// A message for the whole form, and its title; what belongs to a field stands beside it.
fn top_message(t: &Texts, problem: &Problem) -> Option<(Option<Word>, String)> {
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
    Some((title, t.html(word, &[("time", &time(t, problem.retry_after))])))
}

fn time(t: &Texts, seconds: Option<i64>) -> String {
    let (word, count) = words::span(seconds.unwrap_or(60).max(1));
    t.counted(word, count, &[("count", &digits(count))])
}

/// What the vouchers' payments leave in the shopper's hand: new vouchers, balances, fees; and which have paid.
fn left(t: &Texts, view: &CheckoutView) -> String {
    let mut out = String::new();
    if view.redemptions.iter().any(|one| view.rest_by(one).is_some()) {
        out += &form::default_button();
    }
    out += &changes(t, view);
    for one in view.redemptions.iter().filter(|one| one.status == RedemptionStatus::Succeeded) {
        if let Some(fee) = one.fee.filter(|fee| *fee > 0) {
            out +=
                &format!("<p class=\"fee\">{}</p>", t.html(Word::FeeTaken, &[("fee", &t.money(view, fee))]));
        }
        if let Some(left) = one.voucher_balance.filter(|left| *left > 0) {
            out += &format!(
                "<p class=\"fee\">{}</p>",
                t.html(Word::BalanceLeft, &[("amount", &t.money(view, left))])
            );
        }
        if let Some(rest) = one.rest_by_message {
            out += &format!(
                "<p class=\"fee\">{}</p>",
                t.html(Word::RestByMessage, &[("amount", &t.money(view, rest))])
            );
        }
    }
    out + &used(t, view)
}

/// The new vouchers with the rest of the value: the only way to that money, so they are shown in every state.
fn changes(t: &Texts, view: &CheckoutView) -> String {
    view.redemptions.iter().filter_map(|one| one_change(t, view, one)).collect()
}

fn one_change(t: &Texts, view: &CheckoutView, one: &RedemptionView) -> Option<String> {
    let change = one.change.as_ref()?;
    let value = change
        .amount
        .map(|minor| format!("<p>{} {}</p>", t.html(Word::ChangeValue, &[]), escape(&t.money(view, minor))));
    let expires = change.expires_at.as_deref().map(|at| t.date(view, at));
    let expires = expires.map(|date| format!("<p>{}</p>", t.html(Word::ChangeExpires, &[("date", &date)])));
    // The form's own button, so that phone number and address come along. The PIN stays with us.
    let button = view.rest_by(one).map(|_| {
        let (id, label) = (escape(&one.id), t.html(Word::ChangeButton, &[]));
        format!(
            "<div class=\"actions\"><button class=\"button\" type=\"submit\" form=\"{}\" name=\"change\" \
             value=\"{id}\">{label}</button></div>",
            form::ID
        )
    });
    Some(format!(
        "<section class=\"change\"><h2>{}</h2><p>{}</p><p class=\"pin\" dir=\"ltr\">{}</p>{}{}{}</section>",
        t.html(Word::ChangeTitle, &[]),
        t.html(Word::ChangeText, &[]),
        escape(&grouped(&change.pin)),
        value.unwrap_or_default(),
        expires.unwrap_or_default(),
        button.unwrap_or_default()
    ))
}

/// A link that looks like a button, if there is an address.
pub fn link(t: &Texts, url: Option<&str>, word: Word, shop: &str) -> String {
    let secondary = if word == Word::ReturnButton { "" } else { " secondary" };
    url.map(|url| {
        format!(
            "<a class=\"button{secondary}\" href=\"{}\">{}</a>",
            escape(url),
            t.html(word, &[("shop", shop)])
        )
    })
    .unwrap_or_default()
}
