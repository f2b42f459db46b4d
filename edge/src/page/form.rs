//! The plain form of the hosted page: what it shows, and what it posts.

use super::states::{link, money, notice};
use super::text::{escape, html};
use checkout_core::session::TypedAttempt;
use checkout_wire::{Alphabet, CheckoutView, Country, Offer, Pin, PinProblem, Problem, Word};

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

    /// What the form posts, as the session's object takes it.
    pub fn to_attempt(&self, view: &CheckoutView) -> TypedAttempt {
        let offer = view.providers.iter().find(|offer| offer_value(offer) == self.offer);
        // With one way to pay there is nothing to choose.
        let offer = offer.or(match view.providers.as_slice() {
            [only] => Some(only),
            _ => None,
        });
        TypedAttempt {
            provider: offer.map(|offer| offer.provider.clone()).unwrap_or_default(),
            provider_code: offer.and_then(|offer| offer.provider_code.clone()),
            pin: self.pin.clone(),
            phone: self.phone.clone(),
            email: Some(self.email.trim().to_owned()).filter(|email| !email.is_empty()),
            amount: None,
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

/// The form, with what was typed (but the PIN) and what is wrong with it.
pub fn form(view: &CheckoutView, attempt: &str, typed: &Typed, problem: Option<&Problem>) -> String {
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
        "type=\"text\" inputmode=\"{mode}\" autocomplete=\"off\" autocapitalize=\"none\" spellcheck=\"false\" required"
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
        "type=\"tel\" autocomplete=\"tel\" required",
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
            // Where only some of the vouchers need one, what is missing is said after sending.
            if view.providers.iter().all(|offer| offer.needs_email) {
                "type=\"email\" autocomplete=\"email\" required"
            } else {
                "type=\"email\" autocomplete=\"email\""
            },
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
    let hint = if hint.is_empty() {
        String::new()
    } else {
        described.push(format!("{name}-hint"));
        format!("<p class=\"hint\" id=\"{name}-hint\">{hint}</p>")
    };
    let invalid = if error.is_some() { " aria-invalid=\"true\"" } else { "" };
    let error = error.map(|error| {
        described.push(format!("{name}-error"));
        format!("<p class=\"error\" id=\"{name}-error\">{error}</p>")
    });
    let (described, error) = (described.join(" "), error.unwrap_or_default());
    format!(
        "<div class=\"field\"><label for=\"{name}\">{label}</label>{hint}\
         <input id=\"{name}\" name=\"{name}\" {attributes} value=\"{value}\" \
         aria-describedby=\"{described}\"{invalid}>{error}</div>"
    )
}

const fn example(country: Country) -> &'static str {
    match country {
        Country::SouthAfrica => "082 123 4567",
        Country::TrinidadAndTobago => "868 622 1234",
        Country::Ethiopia => "0911 234 567",
    }
}
