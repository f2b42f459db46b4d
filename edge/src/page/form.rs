//! The hosted page without JavaScript: a plain form, and every state in plain words. The widget takes its place where
//! it runs.

use super::text::{escape, html, say};
use checkout_core::Currency;
use checkout_wire::{
    Alphabet, Change, CheckoutView, Country, ErrorCode, Offer, Problem, RedemptionStatus, RedemptionView,
    SessionStatus, Word, pin::grouped,
};

/// What a shopper typed into the plain form. Has no `Debug`: it holds a PIN.
#[derive(Default)]
pub struct Typed {
    /// The form's own idempotency key.
    pub attempt: String,
    /// The way to pay, as [`offer_value`] names it.
    pub offer: String,
    /// The PIN. Never written back into a page.
    pub pin: String,
    /// The phone number.
    pub phone: String,
    /// The e-mail address.
    pub email: String,
}

impl Typed {
    /// Takes one field of the form; what is not one of them is ignored.
    pub fn set(&mut self, name: &str, value: String) {
        match name {
            "attempt" => self.attempt = value,
            "offer" => self.offer = value,
            "pin" => self.pin = value,
            "phone" => self.phone = value,
            "email" => self.email = value,
            _ => {}
        }
    }
}

/// How the form names a way to pay: `provider`, or `provider:provider_code`.
pub fn offer_value(offer: &Offer) -> String {
    match &offer.provider_code {
        Some(code) => format!("{}:{code}", offer.provider),
        None => offer.provider.clone(),
    }
}

/// What the iframe shows until the widget runs.
pub fn skeleton() -> String {
    let loading = html(Word::Loading, &[]);
    format!("<div class=\"skeleton\" role=\"status\" aria-label=\"{loading}\"><i></i><i></i><i></i></div>")
}

/// There is nothing to pay here.
pub fn gone() -> String {
    format!("<div class=\"notice bad\" role=\"alert\"><p>{}</p></div>", html(Word::GoneText, &[]))
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
    let what =
        view.description.clone().unwrap_or_else(|| say(Word::Order, &[("reference", &view.reference)]));
    let mut out = format!(
        "<header class=\"summary\"><p class=\"shop\">{}</p><p class=\"what\">{}</p>",
        escape(&view.shop_name),
        escape(&what)
    );
    let due = if view.amount_remaining > 0 { view.amount_remaining } else { view.amount };
    out += &format!("<p class=\"amount\">{}</p>", escape(&money(view, due)));
    if view.amount_received > 0 && view.amount_remaining > 0 {
        let total = html(Word::OfTotal, &[("amount", &money(view, view.amount))]);
        out += &format!("<p class=\"what\">{total}</p>");
    }
    out + "</header>"
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

fn notice(kind: &str, title: Option<Word>, text: &str) -> String {
    let title = title.map(|title| format!("<h1>{}</h1>", html(title, &[]))).unwrap_or_default();
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

fn form(view: &CheckoutView, attempt: &str, typed: &Typed, problem: Option<&Problem>) -> String {
    let wrong = |field: &str| problem.filter(|problem| problem.field.as_deref() == Some(field));
    let [first, ..] = view.providers.as_slice() else {
        return notice("bad", None, &html(Word::MisconfiguredText, &[]));
    };
    let chosen = view.providers.iter().find(|offer| offer_value(offer) == typed.offer).unwrap_or(first);
    let mut out = format!(
        "<form method=\"post\" class=\"form\" novalidate><input type=\"hidden\" name=\"attempt\" value=\"{attempt}\">"
    );
    if view.providers.len() > 1 {
        out += &choice(view, chosen);
    }
    let count = chosen.pin.max.to_string();
    let digits = view.providers.iter().all(|offer| offer.pin.alphabet == Alphabet::Digits);
    let hint = match (view.providers.len(), digits) {
        (1, true) => html(Word::PinHintDigits, &[("count", &count)]),
        (1, false) => html(Word::PinHintAlphanumeric, &[("count", &count)]),
        _ => String::new(),
    };
    let mode = if digits { "numeric" } else { "text" };
    let attributes = format!(
        "type=\"text\" inputmode=\"{mode}\" autocomplete=\"off\" autocapitalize=\"none\" spellcheck=\"false\""
    );
    let pin_error = wrong("pin").map(|_| {
        if typed.pin.trim().is_empty() { html(Word::Required, &[]) } else { pin_error(&typed.pin, chosen) }
    });
    out += &field("pin", Word::Pin, &hint, &attributes, "", pin_error);
    let example = example(chosen.phone_country);
    let phone_error = wrong("phone").map(|_| html(Word::PhoneInvalid, &[("example", example)]));
    let phone = Some(typed.phone.as_str())
        .filter(|phone| !phone.is_empty())
        .or(view.phone.as_deref())
        .unwrap_or_default();
    out += &field(
        "phone",
        Word::Phone,
        &html(Word::PhoneHint, &[]),
        "type=\"tel\" autocomplete=\"tel\"",
        phone,
        phone_error,
    );
    if view.providers.iter().any(|offer| offer.needs_email) {
        let email_error = wrong("email").map(|_| html(Word::EmailInvalid, &[]));
        let email = Some(typed.email.as_str())
            .filter(|email| !email.is_empty())
            .or(view.email.as_deref())
            .unwrap_or_default();
        out += &field(
            "email",
            Word::Email,
            &html(Word::EmailHint, &[]),
            "type=\"email\" autocomplete=\"email\"",
            email,
            email_error,
        );
    }
    for offer in view.providers.iter().filter(|offer| offer.fee > 0) {
        let (fee, total) =
            (money(view, offer.fee), money(view, view.amount_remaining.saturating_add(offer.fee)));
        let gaps = [("provider", &*offer.label), ("fee", &*fee), ("total", &*total)];
        out += &format!("<p class=\"fee\">{}</p>", html(Word::FeeNote, &gaps));
    }
    let pay = html(Word::PayButton, &[("amount", &money(view, view.amount_remaining))]);
    out += &format!("<button class=\"button\" type=\"submit\">{pay}</button></form>");
    out + &link(view.cancel_url.as_deref(), Word::CancelButton, &view.shop_name)
}

fn pin_error(typed: &str, offer: &Offer) -> String {
    use checkout_wire::{Pin, PinProblem};
    let count = offer.pin.max.to_string();
    let word = match Pin::parse(typed, &offer.pin) {
        Err(PinProblem::TooShort) => Word::PinTooShort,
        Err(PinProblem::TooLong) => Word::PinTooLong,
        Err(PinProblem::Empty) => Word::Required,
        Err(PinProblem::WrongCharacter) | Ok(_) => Word::PinWrongCharacter,
    };
    html(word, &[("count", &count)])
}

fn choice(view: &CheckoutView, chosen: &Offer) -> String {
    let options = view.providers.iter().map(|offer| {
        let (value, label) = (escape(&offer_value(offer)), escape(&offer.label));
        let checked = if offer == chosen { " checked" } else { "" };
        format!("<label><input type=\"radio\" name=\"offer\" value=\"{value}\"{checked}><span>{label}</span></label>")
    });
    let options: String = options.collect();
    format!(
        "<fieldset class=\"choice\"><legend>{}</legend>{options}</fieldset>",
        html(Word::VoucherKind, &[])
    )
}

fn field(
    name: &str,
    label: Word,
    hint: &str,
    attributes: &str,
    value: &str,
    error: Option<String>,
) -> String {
    let label = html(label, &[]);
    let value = escape(value);
    let mut described = Vec::new();
    let mut more = String::new();
    if !hint.is_empty() {
        described.push(format!("{name}-hint"));
        more += &format!("<p class=\"hint\" id=\"{name}-hint\">{hint}</p>");
    }
    let invalid = if error.is_some() { " aria-invalid=\"true\"" } else { "" };
    if let Some(error) = error {
        described.push(format!("{name}-error"));
        more += &format!("<p class=\"error\" id=\"{name}-error\">{error}</p>");
    }
    let described = described.join(" ");
    format!(
        "<div class=\"field\"><label for=\"{name}\">{label}</label>\
         <input id=\"{name}\" name=\"{name}\" {attributes} required value=\"{value}\" aria-describedby=\"{described}\"{invalid}>{more}</div>"
    )
}

const fn example(country: Country) -> &'static str {
    match country {
        Country::SouthAfrica => "082 123 4567",
        Country::TrinidadAndTobago => "868 622 1234",
        Country::Ethiopia => "0911 234 567",
    }
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
    let expires = change.expires_at.as_deref().and_then(|text| text.get(..10));
    let expires = expires.map(|date| format!("<p>{}</p>", html(Word::ChangeExpires, &[("date", date)])));
    format!(
        "<section class=\"change\"><h2>{}</h2><p>{}</p><p class=\"pin\">{}</p><p>{}: {}</p>{}</section>",
        html(Word::ChangeTitle, &[]),
        html(Word::ChangeText, &[]),
        escape(&grouped(&change.pin)),
        html(Word::ChangeValue, &[]),
        escape(&money(view, change.amount)),
        expires.unwrap_or_default()
    )
}

fn link(url: Option<&str>, word: Word, shop: &str) -> String {
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

fn money(view: &CheckoutView, minor: i64) -> String {
    Currency::from_code(&view.currency).map(|currency| currency.display(minor)).unwrap_or_default()
}
