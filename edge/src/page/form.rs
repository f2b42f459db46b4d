//! The plain form of the hosted page: what it shows, and what it posts.

use super::notice::notice;
use super::text::Texts;
use crate::problem::Problem;
use checkout_present::{CheckoutRules, Field, OfferRules, RedemptionRules, Word, amount, phone, pin};
use checkout_wire::money::decimal;
use checkout_wire::{
    Alphabet, CheckoutView, ErrorCode, Minor, Offer, Pin, RedemptionRequest, RedemptionView,
};
use maud::{Markup, html};

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

    /// Returns the redemption request of the posted form. `None` when it was to pay with a change voucher that cannot be used.
    pub fn to_request(&self, view: &CheckoutView) -> Result<Option<RedemptionRequest>, Problem> {
        let typed = match &self.change {
            None => self.by_pin(view)?,
            Some(id) => {
                let one = view.redemptions.iter().find(|one| one.id.as_str() == id);
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

    fn with(&self, offer: Option<&Offer>, pin: &Pin, amount: Option<Minor>) -> RedemptionRequest {
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

/// Returns the form, with what was typed (but the PIN) and what is wrong with it; where nothing can be paid, what to do about that.
pub fn form(
    t: &Texts,
    view: &CheckoutView,
    attempt: &str,
    typed: &Typed,
    problem: Option<&Problem>,
) -> Markup {
    if view.providers.is_empty() {
        return notice(t, "bad", None, &[t.text(Word::MisconfiguredText).to_owned()]);
    }
    html! {
        form method="post" id=(ID) novalidate {
            input type="hidden" name="attempt" value=(attempt);
            @if view.amount_received > Minor::ZERO { p.line { (t.text(Word::NextVoucherText)) } }
            (fields(t, view, typed, problem))
            @for offer in view.providers.iter().filter(|offer| offer.fee > Minor::ZERO) { (fee(t, view, offer)) }
            @if view.asks_for_last() { p.fee { (t.text(Word::LastVoucher)) } }
            // The style sheet shows the second of the two while the field for a part is open or filled in, else the first.
            button.button type="submit" {
                span.of-all { (t.filled(Word::PayButton, &[("amount", &t.money(view, view.amount_remaining))])) }
                span.of-part { (t.text(Word::PayPartButton)) }
            }
        }
    }
}

/// Renders the button that the Enter key presses: the form's first one, wherever it stands. To come before the button of a change voucher.
pub fn default_button() -> Markup {
    html! { button.live type="submit" form=(ID) tabindex="-1" aria-hidden="true" {} }
}

/// Returns what is to be filled in, and all that is wrong with it where the problem is one of these fields.
pub fn fields(t: &Texts, view: &CheckoutView, typed: &Typed, problem: Option<&Problem>) -> Markup {
    // A voucher that was refused for too little value can pay a part.
    let short = view.redemptions.last().filter(|last| last.is_short());
    let offer = short.filter(|_| typed.offer.is_empty()).map(RedemptionView::key);
    let Some(chosen) = view.pick(&offer.unwrap_or_else(|| typed.offer.clone())) else {
        return Markup::default();
    };
    let fields = Fields { t, view, chosen, typed, refused: problem.and_then(at_field) };
    let known = |field: Field, known: &Option<String>| {
        let known = known.as_deref().filter(|_| typed.attempt.is_empty());
        fields.field(field, known.unwrap_or(typed.at(field)))
    };
    html! {
        @if view.providers.len() > 1 { (choice(t, view, chosen)) }
        (fields.field(Field::Pin, ""))
        (fields.part(short))
        (known(Field::Phone, &view.phone))
        @if view.providers.iter().any(|offer| offer.needs_email) { (known(Field::Email, &view.email)) }
    }
}

/// Returns the field that the Worker refused, if it is one of the form's.
pub fn at_field(problem: &Problem) -> Option<Field> {
    problem.field.as_deref().and_then(Field::from_text)
}

/// The fields of the form, to pay in the way that is chosen.
struct Fields<'a> {
    t: &'a Texts,
    view: &'a CheckoutView,
    chosen: &'a Offer,
    typed: &'a Typed,
    /// The field that the Worker found wrong.
    refused: Option<Field>,
}

impl Fields<'_> {
    fn field(&self, field: Field, value: &str) -> Markup {
        let (t, providers) = (self.t, &self.view.providers);
        let name = field.as_str();
        let letters = |offer: &Offer| offer.pin.alphabet == Alphabet::Alphanumeric;
        let mode = if providers.iter().any(letters) { "text" } else { "numeric" };
        let (label, hint, kind, mode, fill_in) = match field {
            Field::Pin => (Word::Pin, &*self.pin_hint(), "text", Some(mode), "off"),
            Field::Amount => (Word::Amount, t.text(Word::AmountHint), "text", Some("decimal"), "off"),
            Field::Phone => (Word::Phone, t.text(Word::PhoneHint), "tel", None, "tel"),
            Field::Email => (Word::Email, t.text(Word::EmailHint), "email", None, "email"),
        };
        let required = match field {
            Field::Pin | Field::Phone => true,
            Field::Amount => false,
            // Where only some of the vouchers need one, what is missing is said after sending.
            Field::Email => providers.iter().all(|offer| offer.needs_email),
        };
        // Of several ways to pay, it is that of the first one until the widget follows what is chosen: for eyes only.
        let of_chosen = field == Field::Pin && providers.len() > 1;
        let error = self.error(field);
        html! {
            div.field {
                label for=(name) { (t.text(label)) }
                p.hint.of-chosen[of_chosen] id={ (name) "-hint" } { (hint) }
                // The error is always there, as the widget has it, and read first. Of several, a browser goes to the first.
                // With a placeholder the style sheet can tell whether the amount is empty.
                input id=(name) name=(name) dir="ltr" type=(kind) inputmode=[mode] autocomplete=(fill_in)
                    autocapitalize=[(field == Field::Pin).then_some("none")]
                    spellcheck=[(field == Field::Pin).then_some("false")]
                    placeholder=[(field == Field::Amount).then_some(" ")]
                    required[required] value=(value)
                    aria-describedby={ (name) "-error" @if !of_chosen { " " (name) "-hint" } }
                    aria-invalid=[error.as_ref().map(|_| "true")] autofocus[error.is_some()];
                p.error id={ (name) "-error" } { (error.unwrap_or_default()) }
            }
        }
    }

    /// Renders the field for a partial amount, folded away until a shopper opens it.
    fn part(&self, short: Option<&RedemptionView>) -> Markup {
        let usable = short.filter(|_| self.typed.attempt.is_empty()).and_then(RedemptionView::short_of);
        let value = usable.map_or_else(|| self.typed.amount.clone(), |(_, usable)| decimal(usable));
        html! {
            details open[!value.is_empty() || short.is_some()] {
                summary { (self.t.text(Word::PartButton)) }
                (self.field(Field::Amount, &value))
            }
        }
    }

    fn pin_hint(&self) -> String {
        let rule = &self.chosen.pin;
        let word = match rule.alphabet {
            Alphabet::Digits => Word::PinHintDigits,
            Alphabet::Alphanumeric => Word::PinHintAlphanumeric,
        };
        self.t.counted(word, rule.max, &[("count", &pin::length(rule))])
    }

    /// Says what is wrong with the field, if something is.
    fn error(&self, field: Field) -> Option<String> {
        let refused = self.refused?;
        // With a change voucher, some of them were not asked for.
        let looked_at = refused == field || self.typed.change.is_none();
        let mistake = || field.mistake(self.typed.at(field), self.chosen, self.view);
        let word = looked_at.then(mistake).flatten();
        let word = word.or((refused == field).then_some(field.refused()))?;
        let (rule, country) = (&self.chosen.pin, self.chosen.phone_country);
        let (count, most) = (pin::length(rule), self.t.money(self.view, self.view.amount_remaining));
        let gaps = [("count", &*count), ("example", phone::example(country)), ("amount", &*most)];
        Some(match word {
            Word::PinTooShort | Word::PinTooLong => self.t.counted(word, rule.max, &gaps),
            _ => self.t.filled(word, &gaps),
        })
    }
}

/// Returns what an offer's provider takes on top of all that remains; of a part it is not known.
fn fee(t: &Texts, view: &CheckoutView, offer: &Offer) -> Markup {
    let (fee, total) =
        (t.money(view, offer.fee), t.money(view, view.amount_remaining.saturating_add(offer.fee)));
    let gaps = [("provider", &*offer.label), ("fee", &*fee), ("total", &*total)];
    html! {
        p.of-all.fee { (t.filled(Word::FeeNote, &gaps)) }
        p.of-part.fee { (t.filled(Word::FeeNotePart, &gaps)) }
    }
}

fn choice(t: &Texts, view: &CheckoutView, chosen: &Offer) -> Markup {
    html! {
        fieldset.choice {
            legend { (t.text(Word::VoucherKind)) }
            @for offer in &view.providers {
                @let down = offer.retry_after.is_some();
                label {
                    input type="radio" name="offer" value=(offer.key()) checked[offer == chosen] disabled[down];
                    span { (offer.label) @if down { " " small { (t.text(Word::OfferDown)) } } }
                }
            }
        }
    }
}
