//! The hosted page without JavaScript, in every state. The widget takes its place where it runs.

use super::form::{self, Typed, at_field, form};
use super::notice::notice;
use super::receipts::receipts;
use super::text::Texts;
use crate::problem::Problem;
use checkout_present::{CheckoutRules, RedemptionRules, Word, words};
use checkout_wire::{
    CheckoutView, ErrorCode, Minor, RedemptionStatus, Seconds, SessionStatus, ascii::digits,
};
use maud::{Markup, html};

/// Returns what the iframe shows until the widget runs, and where it cannot: the fields can be filled in, but not yet sent.
pub fn waiting(t: &Texts, known: Option<&CheckoutView>) -> Markup {
    let loading = t.text(Word::Loading);
    html! {
        @match known.filter(|view| !view.providers.is_empty()) {
            Some(view) => (outline(t, view)),
            None => div.skeleton {},
        }
        p.live role="status" { (loading) }
        // widget/entry.js shows it when the widget cannot run.
        div #fallback hidden {
            div.notice.bad role="alert" { p { (t.text(Word::WidgetFailedText)) } }
            a.button target="_blank" rel="noopener" { (t.text(Word::OpenPageButton)) }
        }
    }
}

/// Renders the fields without a form element: only the widget may send what is typed.
fn outline(t: &Texts, view: &CheckoutView) -> Markup {
    html! {
        section.summary {
            h1.shop { (t.filled(Word::PayTo, &[("shop", &view.shop_name)])) }
            p.amount { span { (t.text(Word::ToPay)) } " " strong { i.blank { "\u{a0}" } } }
        }
        div {
            (form::fields(t, view, &Typed::default(), None))
            // Room for a fee of about this length.
            @if let Some(offer) = view.pick("").filter(|offer| offer.fee > Minor::ZERO) {
                @let (fee, total) = (t.money(view, Minor(1_000)), t.money(view, Minor(10_000)));
                @let gaps = [("provider", &*offer.label), ("fee", &*fee), ("total", &*total)];
                p.fee.scripted { (t.filled(Word::FeeNote, &gaps)) }
            }
            button.button type="button" aria-disabled="true" { (t.text(Word::Loading)) }
        }
    }
}

/// Says that there is nothing to pay here, or (`ours`) that it cannot be told at the moment.
pub fn gone(t: &Texts, ours: bool) -> Markup {
    let word = if ours { Word::LoadFailedText } else { Word::GoneText };
    notice(t, "bad", None, &[t.text(word).to_owned()])
}

/// Returns the content of the hosted page.
pub fn main(
    t: &Texts,
    view: &CheckoutView,
    attempt: &str,
    typed: &Typed,
    problem: Option<&Problem>,
) -> Markup {
    html! {
        (summary(t, view))
        (order(t, view))
        (receipts(t, view))
        @match view.status {
            SessionStatus::Open => (open(t, view, attempt, typed, problem)),
            SessionStatus::Processing => (checking(t, view)),
            SessionStatus::Complete => (link(t, view, &view.success_url, Word::ReturnButton, false)),
            SessionStatus::Expired | SessionStatus::Canceled => (link(t, view, &view.cancel_url, Word::CancelButton, false)),
        }
    }
}

/// Returns what became of the last try, the form or why there is none, and the way back.
fn open(t: &Texts, view: &CheckoutView, attempt: &str, typed: &Typed, problem: Option<&Problem>) -> Markup {
    let down = view.down().filter(|_| view.takes_vouchers());
    let has_form = view.takes_vouchers() && down.is_none();
    html! {
        @match problem {
            Some(problem) => (top_message(t, problem)),
            None => (last_try(t, view)),
        }
        @if let Some(seconds) = down {
            (notice(t, "wait", None, &[t.filled(Word::AllDownText, &[("time", &time(t, Some(seconds)))])]))
        } @else if has_form {
            (form(t, view, attempt, typed, problem))
        }
        // Without a form it is all that can be done.
        (link(t, view, &view.cancel_url, Word::CancelButton, has_form && !view.providers.is_empty()))
    }
}

/// Says that a voucher's outcome is waited for.
fn checking(t: &Texts, view: &CheckoutView) -> Markup {
    let late = view.redemptions.iter().any(|one| one.status == RedemptionStatus::Unknown);
    let (title, text) = match late {
        true => (Word::PendingTitle, Word::PendingText),
        false => (Word::BusyTitle, Word::BusyText),
    };
    notice(t, "wait", Some(title), &[t.text(text).to_owned()])
}

/// Says how far the order is paid, and what is to be said of money that does not pay for it.
fn order(t: &Texts, view: &CheckoutView) -> Markup {
    let (amount, remaining) = (t.money(view, view.amount_received), t.money(view, view.amount_remaining));
    let (kind, title, word) = match view.status {
        SessionStatus::Complete => ("good", Some(Word::PaidTitle), Some(Word::PaidText)),
        SessionStatus::Expired => ("bad", Some(Word::ExpiredTitle), Some(Word::ExpiredText)),
        SessionStatus::Canceled => ("bad", Some(Word::CanceledTitle), Some(Word::CanceledText)),
        SessionStatus::Open if !view.takes_vouchers() => ("bad", None, Some(Word::NoVoucherLeftText)),
        _ if view.amount_received > Minor::ZERO => ("good", None, Some(Word::PartPaidText)),
        _ => ("wait", None, None),
    };
    let gaps = [("shop", &*view.shop_name), ("amount", &*amount), ("remaining", &*remaining)];
    let mut texts: Vec<_> = word.map(|word| t.filled(word, &gaps)).into_iter().collect();
    view.beside(|word, minor| {
        let gaps = [("shop", &*view.shop_name), ("amount", &*t.money(view, minor))];
        texts.push(t.filled(word, &gaps));
    });
    notice(t, kind, title, &texts)
}

fn summary(t: &Texts, view: &CheckoutView) -> Markup {
    let order = t.filled(Word::Order, &[("reference", &view.reference)]);
    html! {
        section.summary {
            h1.shop { (t.filled(Word::PayTo, &[("shop", &view.shop_name)])) }
            p.what {
                @match &view.description {
                    Some(description) => { (description) " " span { (order) } },
                    None => (order),
                }
            }
            @if let Some((label, minor)) = view.headline() {
                p.amount { span { (t.text(label)) } " " strong { (t.money(view, minor)) } }
            }
        }
    }
}

/// Says why the last voucher was not charged, and how long to wait before the next one.
fn last_try(t: &Texts, view: &CheckoutView) -> Markup {
    let last = view.redemptions.last();
    let refused = last.and_then(|last| Some((last, last.refused()?)));
    let refused = refused.map(|(last, code)| match last.short_of() {
        Some((balance, usable)) => {
            let gaps = [("balance", &*t.money(view, balance)), ("amount", &*t.money(view, usable))];
            t.filled(Word::DeclinedUsable, &gaps)
        }
        None => t.text(Word::declined(code)).to_owned(),
    });
    let (kind, title) = if refused.is_some() { ("bad", Some(Word::DeclinedTitle)) } else { ("wait", None) };
    let wait = view.retry_after.map(|seconds| t.filled(Word::WaitText, &[("time", &time(t, Some(seconds)))]));
    notice(t, kind, title, &refused.into_iter().chain(wait).collect::<Vec<_>>())
}

/// Says what is wrong with the whole form; what belongs to a field stands beside it.
fn top_message(t: &Texts, problem: &Problem) -> Markup {
    let (title, word) = match problem.code {
        ErrorCode::TooManyAttempts => (None, Word::WaitText),
        ErrorCode::ProviderBusy => (None, Word::ProviderWaitText),
        ErrorCode::ProviderDown => (Some(Word::DeclinedTitle), Word::ProviderDownText),
        ErrorCode::Misconfigured => (None, Word::MisconfiguredText),
        _ if at_field(problem).is_some() => return Markup::default(),
        _ => (None, Word::FailedText),
    };
    notice(t, "bad", title, &[t.filled(word, &[("time", &time(t, problem.retry_after))])])
}

fn time(t: &Texts, seconds: Option<Seconds>) -> String {
    let (word, count) = words::span(seconds.unwrap_or(Seconds(60)).max(Seconds(1)));
    t.counted(word, count, &[("count", &digits(count))])
}

/// Returns a link that looks like a button, if there is an address.
fn link(t: &Texts, view: &CheckoutView, url: &Option<String>, word: Word, secondary: bool) -> Markup {
    html! {
        @if let Some(url) = url {
            a.button.secondary[secondary] href=(url) { (t.filled(word, &[("shop", &view.shop_name)])) }
        }
    }
}
