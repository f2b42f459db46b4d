//! The form: what it shows, and what it posts when no widget handles it.

use super::known::Known;
use super::text::Texts;
use crate::problem::Problem;
use checkout_core::secret::Secret;
use checkout_present::{CheckoutRules, Field, OfferRules, RedemptionRules, Word, amount, ids, phone, pin};
use checkout_wire::money::decimal;
use checkout_wire::{
    Alphabet, CheckoutView, ErrorCode, Minor, Offer, Pin, RedemptionRequest, RedemptionView,
};
use maud::{Markup, html};

/// What a shopper typed into the form.
#[derive(Default)]
pub struct Typed {
    /// The form's own idempotency key.
    pub attempt: String,
    /// In an iframe, the client secret.
    pub key: Secret,
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
            "key" => self.key = Secret::new(value),
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
            // As in the widget, an address that is not needed is ignored.
            email: offer
                .filter(|offer| offer.needs_email)
                .map(|_| self.email.trim().to_owned())
                .filter(|email| !email.is_empty()),
            amount,
        }
    }
}

/// The form, with what was typed (but the PIN) and what is wrong with it.
pub struct Form<'a> {
    /// The page's texts.
    pub t: &'a Texts,
    /// The session.
    pub known: Known<'a>,
    /// The form's idempotency key.
    pub attempt: &'a str,
    /// In an iframe, the client secret; empty until the shop's page has sent it to widget/entry.js.
    pub secret: Option<&'a str>,
    /// What the shopper typed.
    pub typed: &'a Typed,
    /// Why the form could not be used.
    pub problem: Option<&'a Problem>,
    /// Whether nothing can be paid at the moment.
    pub hidden: bool,
}

impl Form<'_> {
    /// Renders the form.
    pub fn html(&self) -> Markup {
        let t = self.t;
        let session = self.known.session();
        let offers = self.known.view().map_or(&[][..], |view| &view.providers);
        let next =
            session.filter(|view| view.amount_received > Minor::ZERO).map(|_| t.text(Word::NextVoucherText));
        let last = session.filter(|view| view.asks_for_last()).map(|_| t.text(Word::LastVoucher));
        html! {
            form #(ids::FORM) method="post" novalidate hidden[self.hidden] {
                input #(ids::ATTEMPT) type="hidden" name="attempt" autocomplete="off" value=(self.attempt);
                @if let Some(secret) = self.secret { input type="hidden" name="key" autocomplete="off" value=(secret); }
                p.line #(ids::NEXT_VOUCHER) { (next.unwrap_or_default()) }
                (self.fields(offers))
                (self.fees(offers))
                p.fee #(ids::LAST_VOUCHER) { (last.unwrap_or_default()) }
                (self.button(session))
            }
        }
    }

    fn fields(&self, offers: &[Offer]) -> Markup {
        let view = self.known.view();
        // A voucher that was refused for too little value can pay a part.
        let short = view.and_then(|view| view.redemptions.last()).filter(|last| last.is_short());
        let offer = short.filter(|_| self.typed.offer.is_empty()).map(RedemptionView::key);
        let offer = offer.unwrap_or_else(|| self.typed.offer.clone());
        let chosen = view.and_then(|view| view.pick(&offer));
        let fields = Fields {
            t: self.t,
            view,
            offers,
            chosen,
            typed: self.typed,
            refused: self.problem.and_then(at_field),
        };
        let known = |field: Field, known: Option<&String>| {
            let known = known.map(String::as_str).filter(|_| self.typed.attempt.is_empty());
            fields.field(field, known.unwrap_or(self.typed.at(field)))
        };
        html! {
            (choice(self.t, offers, chosen))
            (fields.field(Field::Pin, ""))
            (fields.part(short))
            (known(Field::Phone, view.and_then(|view| view.phone.as_ref())))
            (known(Field::Email, view.and_then(|view| view.email.as_ref())))
        }
    }

    /// Renders the fee that a provider takes. Without the widget each one is shown; the widget shows that of the chosen one.
    fn fees(&self, offers: &[Offer]) -> Markup {
        let t = self.t;
        let mut with_fee = offers.iter().filter(|offer| offer.fee > Minor::ZERO);
        html! {
            @match self.known {
                Known::Session(view) => {
                    div #(ids::EACH_FEE) { @for offer in with_fee { (fee(t, view, offer)) } }
                    p.fee #(ids::FEE) {}
                },
                // Room for a fee of about this length.
                Known::Outline(view) if view.pick("").is_some_and(|offer| offer.fee > Minor::ZERO) => {
                    @let (fee, total) = (t.money(view, Minor(1_000)), t.money(view, Minor(10_000)));
                    @let provider = with_fee.next().map_or("", |offer| &offer.label);
                    @let gaps = [("provider", provider), ("fee", &*fee), ("total", &*total)];
                    p.fee.stacked #(ids::FEE) {
                        span.scripted { (t.filled(Word::FeeNote, &gaps)) }
                        span { (t.filled(Word::FeeNotePart, &gaps)) }
                    }
                },
                _ => p.fee #(ids::FEE) {},
            }
        }
    }

    /// Renders the button that pays. The style sheet shows the text of a part while the field for a part is open or filled in. An
    /// iframe's button works once the client secret is there.
    fn button(&self, session: Option<&CheckoutView>) -> Markup {
        let t = self.t;
        html! {
            button.button #(ids::PAY) type="submit" disabled[self.secret.is_some_and(str::is_empty)] {
                @match session {
                    Some(view) => {
                        span.of-all { (t.filled(Word::PayButton, &[("amount", &t.money(view, view.amount_remaining))])) }
                        span.of-part { (t.text(Word::PayPartButton)) }
                    },
                    None => {
                        span.not-yet { (t.text(Word::Loading)) }
                        span.now { (t.text(Word::PayPartButton)) }
                    },
                }
            }
        }
    }
}

/// Renders the button that the Enter key presses: the form's first one, wherever it stands. To come before the button of a change voucher.
pub fn default_button() -> Markup {
    html! { button.live type="submit" form=(ids::FORM) tabindex="-1" aria-hidden="true" {} }
}

/// Returns the field that the Worker refused, if it is one of the form's.
pub fn at_field(problem: &Problem) -> Option<Field> {
    problem.field.as_deref().and_then(Field::from_text)
}

/// The fields of the form, to pay in the way that is chosen.
struct Fields<'a> {
    t: &'a Texts,
    view: Option<&'a CheckoutView>,
    offers: &'a [Offer],
    chosen: Option<&'a Offer>,
    typed: &'a Typed,
    /// The field that the Worker found wrong.
    refused: Option<Field>,
}

impl Fields<'_> {
    fn field(&self, field: Field, value: &str) -> Markup {
        let (t, offers) = (self.t, self.offers);
        let name = field.as_str();
        let letters = |offer: &Offer| offer.pin.alphabet == Alphabet::Alphanumeric;
        let mode = if offers.iter().any(letters) { "text" } else { "numeric" };
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
            Field::Email => offers.iter().all(|offer| offer.needs_email),
        };
        // With several ways to pay the hint depends on the choice, which only the widget can follow.
        let of_chosen = field == Field::Pin && offers.len() > 1;
        let is_asked = field != Field::Email || offers.iter().any(|offer| offer.needs_email);
        let error = self.error(field);
        html! {
            div.field id=[(field == Field::Email).then_some(ids::EMAIL_FIELD)] hidden[!is_asked] {
                label for=(name) { (t.text(label)) }
                p.hint.scripted[of_chosen] id={ (name) "-hint" } { (hint) }
                // A screen reader reads the error first. Of several fields with autofocus, a browser focuses the first.
                // With a placeholder the style sheet can tell whether the amount is empty.
                input id=(name) name=(name) dir="ltr" type=(kind) inputmode=[mode] autocomplete=(fill_in)
                    autocapitalize="none" spellcheck="false" enterkeyhint="go"
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
            details #(ids::PART) open[!value.is_empty() || short.is_some()] {
                summary { (self.t.text(Word::PartButton)) }
                (self.field(Field::Amount, &value))
            }
        }
    }

    fn pin_hint(&self) -> String {
        let Some(rule) = self.chosen.map(|offer| &offer.pin) else {
            return String::new();
        };
        let word = match rule.alphabet {
            Alphabet::Digits => Word::PinHintDigits,
            Alphabet::Alphanumeric => Word::PinHintAlphanumeric,
        };
        self.t.counted(word, rule.max, &[("count", &pin::length(rule))])
    }

    /// Says what is wrong with the field, if something is.
    fn error(&self, field: Field) -> Option<String> {
        let (refused, chosen, view) = (self.refused?, self.chosen?, self.view?);
        // With a change voucher, some of them were not asked for.
        let looked_at = refused == field || self.typed.change.is_none();
        let mistake = || field.mistake(self.typed.at(field), chosen, view);
        let word = looked_at.then(mistake).flatten();
        let word = word.or((refused == field).then_some(field.refused()))?;
        let (rule, country) = (&chosen.pin, chosen.phone_country);
        let (count, most) = (pin::length(rule), self.t.money(view, view.amount_remaining));
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

/// Renders the choice among the ways to pay; empty when there is no choice.
fn choice(t: &Texts, offers: &[Offer], chosen: Option<&Offer>) -> Markup {
    html! {
        fieldset.choice #(ids::CHOICE) {
            @if offers.len() > 1 {
                legend { (t.text(Word::VoucherKind)) }
                @for offer in offers {
                    @let down = offer.retry_after.is_some();
                    label {
                        input type="radio" name="offer" value=(offer.key()) checked[Some(offer) == chosen] disabled[down];
                        span { (offer.label) " " small { @if down { (t.text(Word::OfferDown)) } } }
                    }
                }
            }
        }
    }
}
