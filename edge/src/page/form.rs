//! The plain form of the hosted page: what it shows, and what it posts.

use super::states::notice;
use super::text::{Texts, escape};
use crate::problem::Problem;
use checkout_present::{CheckoutRules, Field, OfferRules, RedemptionRules, Word, amount, phone, pin};
use checkout_wire::money::decimal;
use checkout_wire::{Alphabet, CheckoutView, ErrorCode, Offer, Pin, RedemptionRequest, RedemptionView};

/// The form's id, for a button that stands outside of it.
pub const ID: &str = "pay";

/// What a shopper typed into the plain form.
#[derive(Default)]
pub struct Typed {
    /// The form's own idempotency key.
    pub attempt: String,
    /// The way to pay, as [`Offer::key`] names it.
    pub offer: String,
    /// The PIN. Never written back into a page.
    pub pin: Pin,
    /// The phone number.
    pub phone: String,
    /// The e-mail address.
    pub email: String,
    /// The part that this voucher is to pay; empty for all that remains.
    pub amount: String,
    /// The redemption whose change voucher is to pay, instead of a PIN.
    pub change: Option<String>,
}

impl Typed {
    /// Takes one field of the form; what is not one of them is ignored.
    pub fn set(&mut self, name: &str, value: String) {
        match name {
            "attempt" => self.attempt = value,
            "offer" => self.offer = value,
            "pin" => self.pin = Pin::as_typed(value),
            "phone" => self.phone = value,
            "email" => self.email = value,
            "amount" => self.amount = value,
            "change" => self.change = Some(value),
            _ => {}
        }
    }

    /// What the form posts, as the session's object takes it. `None` when it was to pay with a change voucher that cannot be used.
    pub fn to_request(&self, view: &CheckoutView) -> Result<Option<RedemptionRequest>, Problem> {
        let typed = match &self.change {
            None => self.by_pin(view)?,
            Some(id) => {
                let one = view.redemptions.iter().find(|one| one.id == *id);
                let Some((offer, change, part)) = one.and_then(|one| view.rest_by(one)) else {
                    return Ok(None);
                };
                self.with(Some(offer), &change.pin, part)
            }
        };
        Ok(Some(typed))
    }

    fn at(&self, field: Field) -> &str {
        match field {
            Field::Pin => self.pin.reveal(),
            Field::Amount => &self.amount,
            Field::Phone => &self.phone,
            Field::Email => &self.email,
        }
    }

    fn by_pin(&self, view: &CheckoutView) -> Result<RedemptionRequest, Problem> {
        let offer = view.providers.iter().find(|offer| offer.key() == self.offer);
        // With one way to pay there is nothing to choose.
        let offer = offer.or(match view.providers.as_slice() {
            [only] => Some(only),
            _ => None,
        });
        // Whether that much remains is for the session to say: the same form, sent again, is the same request.
        let part = match self.amount.trim() {
            "" => None,
            typed => Some(
                amount::typed(typed).ok_or_else(|| Problem::of(ErrorCode::AmountInvalid).about("amount"))?,
            ),
        };
        Ok(self.with(offer, &self.pin, part))
    }

    fn with(&self, offer: Option<&Offer>, pin: &Pin, amount: Option<i64>) -> RedemptionRequest {
        RedemptionRequest {
            provider: offer.map(|offer| offer.provider.clone()).unwrap_or_default(),
            provider_code: offer.and_then(|offer| offer.provider_code.clone()),
            pin: pin.clone(),
            phone: self.phone.clone(),
            // As the widget does: where none is needed, what stands there is not looked at.
            email: offer
                .filter(|offer| offer.needs_email)
                .map(|_| self.email.trim().to_owned())
                .filter(|email| !email.is_empty()),
            amount,
        }
    }
}

/// The form, with what was typed (but the PIN) and what is wrong with it; where nothing can be paid, what to do about that.
pub fn form(
    t: &Texts,
    view: &CheckoutView,
    attempt: &str,
    typed: &Typed,
    problem: Option<&Problem>,
) -> String {
    if view.providers.is_empty() {
        return notice(t, "bad", None, &[t.html(Word::MisconfiguredText, &[])]);
    }
    let mut out = format!(
        "<form method=\"post\" id=\"{ID}\" novalidate>\
         <input type=\"hidden\" name=\"attempt\" value=\"{attempt}\">"
    );
    if view.amount_received > 0 {
        out += &format!("<p class=\"line\">{}</p>", t.html(Word::NextVoucherText, &[]));
    }
    out += &fields(t, view, typed, problem);
    for offer in view.providers.iter().filter(|offer| offer.fee > 0) {
        let (fee, total) =
            (t.money(view, offer.fee), t.money(view, view.amount_remaining.saturating_add(offer.fee)));
        let gaps = [("provider", &*offer.label), ("fee", &*fee), ("total", &*total)];
        // The fee that is told is that for all that remains.
        out += &all_or_part("p", " fee", &t.html(Word::FeeNote, &gaps), &t.html(Word::FeeNotePart, &gaps));
    }
    if view.asks_for_last() {
        out += &format!("<p class=\"fee\">{}</p>", t.html(Word::LastVoucher, &[]));
    }
    let pay = t.html(Word::PayButton, &[("amount", &t.money(view, view.amount_remaining))]);
    let pay = all_or_part("span", "", &pay, &t.html(Word::PayPartButton, &[]));
    out + &format!("<button class=\"button\" type=\"submit\">{pay}</button></form>")
}

/// What the Enter key presses: the form's first button, wherever it stands. To come before the button of a change voucher.
pub fn default_button() -> String {
    format!(
        "<button class=\"live\" type=\"submit\" form=\"{ID}\" tabindex=\"-1\" aria-hidden=\"true\"></button>"
    )
}

/// What is to be filled in, and all that is wrong with it where the problem is one of these fields.
pub fn fields(t: &Texts, view: &CheckoutView, typed: &Typed, problem: Option<&Problem>) -> String {
    // A voucher that was refused for too little value can pay a part.
    let short = view.redemptions.last().filter(|last| last.is_short());
    let offer = short.filter(|_| typed.offer.is_empty()).map(RedemptionView::key);
    let Some(chosen) = view.pick(&offer.unwrap_or_else(|| typed.offer.clone())) else {
        return String::new();
    };
    let refused = problem.and_then(at_field);
    let wrong = |field: Field| {
        let word = refused.and_then(|refused| {
            // With a change voucher, some of them were not asked for.
            let looked_at = refused == field || typed.change.is_none();
            let mistake = looked_at.then(|| field.mistake(typed.at(field), chosen, view)).flatten();
            mistake.or((refused == field).then_some(field.refused()))
        });
        word.map(|word| said(t, view, chosen, word))
    };
    let mut out = String::new();
    if view.providers.len() > 1 {
        out += &choice(t, view, chosen);
    }
    let count = pin::length(&chosen.pin);
    let count = |word| t.counted(word, chosen.pin.max, &[("count", &count)]);
    let digits = view.providers.iter().all(|offer| offer.pin.alphabet == Alphabet::Digits);
    let hint = count(match chosen.pin.alphabet {
        Alphabet::Digits => Word::PinHintDigits,
        Alphabet::Alphanumeric => Word::PinHintAlphanumeric,
    });
    let mode = if digits { "numeric" } else { "text" };
    let attributes = format!(
        "type=\"text\" inputmode=\"{mode}\" autocomplete=\"off\" autocapitalize=\"none\" spellcheck=\"false\" required"
    );
    // Of several ways to pay, it is that of the first one until the widget follows what is chosen.
    let class = if view.providers.len() > 1 { "hint of-chosen" } else { "hint" };
    out += &field(t, Field::Pin, Word::Pin, (class, &hint), &attributes, "", wrong(Field::Pin));
    out += &part(t, typed, short, wrong(Field::Amount));
    let known = |field: Field, known: &Option<String>| {
        let known = known.as_deref().filter(|_| typed.attempt.is_empty());
        known.unwrap_or(typed.at(field)).to_owned()
    };
    out += &field(
        t,
        Field::Phone,
        Word::Phone,
        ("hint", &t.html(Word::PhoneHint, &[])),
        "type=\"tel\" autocomplete=\"tel\" required",
        &known(Field::Phone, &view.phone),
        wrong(Field::Phone),
    );
    if view.providers.iter().any(|offer| offer.needs_email) {
        out += &field(
            t,
            Field::Email,
            Word::Email,
            ("hint", &t.html(Word::EmailHint, &[])),
            // Where only some of the vouchers need one, what is missing is said after sending.
            if view.providers.iter().all(|offer| offer.needs_email) {
                "type=\"email\" autocomplete=\"email\" required"
            } else {
                "type=\"email\" autocomplete=\"email\""
            },
            &known(Field::Email, &view.email),
            wrong(Field::Email),
        );
    }
    out
}

/// The field for a part of what remains, folded away while nobody wants one.
fn part(t: &Texts, typed: &Typed, short: Option<&RedemptionView>, error: Option<String>) -> String {
    let usable = short.filter(|_| typed.attempt.is_empty()).and_then(RedemptionView::short_of);
    let value = usable.map_or_else(|| typed.amount.clone(), |(_, usable)| decimal(usable));
    let open = if value.is_empty() && short.is_none() { "" } else { " open" };
    // With a placeholder the style sheet can tell whether it is empty.
    let attributes = "type=\"text\" inputmode=\"decimal\" autocomplete=\"off\" placeholder=\" \"";
    let field = field(
        t,
        Field::Amount,
        Word::Amount,
        ("hint", &t.html(Word::AmountHint, &[])),
        attributes,
        &value,
        error,
    );
    format!("<details{open}><summary>{}</summary>{field}</details>", t.html(Word::PartButton, &[]))
}

/// Both texts; the style sheet shows the second one while the field for a part is open or filled in, else the first one.
fn all_or_part(element: &str, class: &str, all: &str, part: &str) -> String {
    format!(
        "<{element} class=\"of-all{class}\">{all}</{element}><{element} class=\"of-part{class}\">{part}</{element}>"
    )
}

/// The field that the Worker found wrong, if it is one of the form's.
pub fn at_field(problem: &Problem) -> Option<Field> {
    problem.field.as_deref().and_then(Field::from_text)
}

/// What is wrong with a field, in words.
fn said(t: &Texts, view: &CheckoutView, offer: &Offer, word: Word) -> String {
    let most = t.money(view, view.amount_remaining);
    let gaps = [
        ("count", &*pin::length(&offer.pin)),
        ("example", phone::example(offer.phone_country)),
        ("amount", &*most),
    ];
    match word {
        Word::PinTooShort | Word::PinTooLong => t.counted(word, offer.pin.max, &gaps),
        _ => t.html(word, &gaps),
    }
}

fn choice(t: &Texts, view: &CheckoutView, chosen: &Offer) -> String {
    let options = view.providers.iter().map(|offer| {
        let (value, label) = (escape(&offer.key()), escape(&offer.label));
        let checked = if offer == chosen { " checked" } else { "" };
        let (disabled, down) = match offer.retry_after {
            Some(_) => (" disabled", format!(" <small>{}</small>", t.html(Word::OfferDown, &[]))),
            None => ("", String::new()),
        };
        format!(
            "<label><input type=\"radio\" name=\"offer\" value=\"{value}\"{checked}{disabled}>\
             <span>{label}{down}</span></label>"
        )
    });
    let options: String = options.collect();
    format!(
        "<fieldset class=\"choice\"><legend>{}</legend>{options}</fieldset>",
        t.html(Word::VoucherKind, &[])
    )
}

fn field(
    t: &Texts,
    field: Field,
    label: Word,
    (hint_class, hint): (&str, &str),
    attributes: &str,
    value: &str,
    error: Option<String>,
) -> String {
    let (name, label, value) = (field.as_str(), t.html(label, &[]), escape(value));
    // Of several, a browser goes to the first.
    let invalid = if error.is_some() { " aria-invalid=\"true\" autofocus" } else { "" };
    // The error is always there, as the widget has it, and read first. A hint of one of several is for eyes only.
    let error = error.unwrap_or_default();
    let hint_id = if hint_class == "hint" { format!(" {name}-hint") } else { String::new() };
    format!(
        "<div class=\"field\"><label for=\"{name}\">{label}</label>\
         <p class=\"{hint_class}\" id=\"{name}-hint\">{hint}</p>\
         <input id=\"{name}\" name=\"{name}\" dir=\"ltr\" {attributes} value=\"{value}\" \
         aria-describedby=\"{name}-error{hint_id}\"{invalid}>\
         <p class=\"error\" id=\"{name}-error\">{error}</p></div>"
    )
}
