//! The form: its fields and buttons, and the data that it posts without the widget.

use super::content::Content;
use super::session_data::SessionData;
use checkout_present::typed::{error_text, fee_note, next_voucher, pay_label};
use checkout_present::{CheckoutRules, Field, Language, OfferRules, RedemptionRules, Word, ids, pin};
use checkout_wire::money::decimal;
use checkout_wire::{Alphabet, CheckoutView, Minor, Offer, PageMode, RedemptionView};
use maud::{Markup, html};

impl Content<'_> {
    /// Renders the form, with the shopper's input (except the PIN) and the errors.
    pub fn form(&self, hidden: bool) -> Markup {
        let t = self.t;
        let session = self.known.session();
        let view = self.known.view();
        let next = session.map(|view| next_voucher(view, t));
        let last = session.filter(|view| view.is_last_voucher()).map(|_| t.text(Word::LastVoucher));
        let given = |field: Field, given: Option<&String>| {
            let given = given
                .map(String::as_str)
                .filter(|_| self.typed.attempt.is_empty() || self.typed.challenged.is_some());
            self.field(field, given.unwrap_or(self.typed.inputs.at(field)))
        };
        html! {
            form #(ids::FORM) method="post" novalidate hidden[hidden] {
                (self.unseen(Some(ids::ATTEMPT)))
                p.line #(ids::NEXT_VOUCHER) { (next.unwrap_or_default()) }
                (self.choice())
                (self.field(Field::Pin, ""))
                (self.part())
                (given(Field::Phone, view.and_then(|view| view.phone.as_ref())))
                (given(Field::Email, view.and_then(|view| view.email.as_ref())))
                (self.fees())
                p.fee #(ids::LAST_VOUCHER) { (last.unwrap_or_default()) }
                (self.button(session))
            }
        }
    }

    /// Renders the fields that the shopper does not see, the first one under that id.
    pub(super) fn unseen(&self, id: Option<&str>) -> Markup {
        html! {
            input id=[id] type="hidden" name="attempt" autocomplete="off" value=(self.attempt);
            @if let Some(puzzle) = self.puzzle() { input type="hidden" name="proof" autocomplete="off" value=(puzzle); }
            @if self.mode == PageMode::Embed { input type="hidden" name="key" autocomplete="off" value=(self.secret); }
        }
    }

    fn offers(&self) -> &[Offer] {
        self.known.view().map_or(&[], |view| &view.providers)
    }

    fn chosen(&self) -> Option<&Offer> {
        self.known.view()?.offer_for(&self.typed.offer)
    }

    /// Renders the fee that a provider takes. Without the widget each one is shown; the widget shows that of the chosen one.
    fn fees(&self) -> Markup {
        let t = self.t;
        let has_fee = |offer: &&Offer| offer.fee > Minor::ZERO;
        html! {
            @match (self.known, self.chosen()) {
                (SessionData::Session(view), _) => {
                    div #(ids::EACH_FEE) {
                        @for offer in self.offers().iter().filter(has_fee) {
                            p.of-all.fee { (fee_note(Word::FeeNote, view, offer, t)) }
                            p.of-part.fee { (fee_note(Word::FeeNotePart, view, offer, t)) }
                        }
                    }
                    p.fee #(ids::FEE) {}
                },
                (SessionData::Outline(view), Some(offer)) if has_fee(&offer) => {
                    // Room for a fee of about this length.
                    @let view = CheckoutView { amount_remaining: Minor(10_000), ..view.clone() };
                    p.fee.stacked #(ids::FEE) {
                        span.scripted { (fee_note(Word::FeeNote, &view, offer, t)) }
                        span { (fee_note(Word::FeeNotePart, &view, offer, t)) }
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
            button.button #(ids::PAY) type="submit" disabled[self.mode == PageMode::Embed && self.secret.is_empty()] {
                @match session {
                    Some(view) => {
                        span.of-all { (pay_label(view, self.chosen(), None, t)) }
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

    pub(super) fn field(&self, field: Field, value: &str) -> Markup {
        let (t, offers) = (self.t, self.offers());
        let name = field.as_str();
        let letters = |offer: &Offer| offer.pin.alphabet == Alphabet::Alphanumeric;
        let mode = if offers.iter().any(letters) { "text" } else { "numeric" };
        let (label, hint, kind, mode, fill_in) = match field {
            Field::Pin => (Word::Pin, self.pin_hint(), "text", Some(mode), "off"),
            Field::Amount => (Word::Amount, t.text(Word::AmountHint), "text", Some("decimal"), "off"),
            Field::Phone => (Word::Phone, t.text(Word::PhoneHint), "tel", None, "tel"),
            Field::Email => {
                let needs = offers.iter().find(|offer| offer.needs_email);
                let needs = needs.map_or(self.email_for, |offer| &offer.label);
                (Word::Email, t.filled(Word::EmailHint, &[("provider", needs)]), "email", None, "email")
            }
            Field::Code => (Word::Code, t.text(Word::CodeHint), "text", Some("numeric"), "one-time-code"),
        };
        let required = match field {
            Field::Pin | Field::Phone | Field::Code => true,
            Field::Amount => false,
            // If only some vouchers need one, a missing address is reported after sending.
            Field::Email => offers.iter().all(|offer| offer.needs_email),
        };
        // With several ways to pay the hint depends on the choice, which only the widget can follow.
        let of_chosen = field == Field::Pin && offers.len() > 1;
        let is_asked = field != Field::Email || offers.iter().any(|offer| offer.needs_email);
        let error = self.error(field);
        html! {
            div.field id=[(field == Field::Email).then_some(ids::EMAIL_FIELD)] hidden[!is_asked] {
                // Only the widget shows a count.
                @if field == Field::Pin { span.hint #(ids::PIN_COUNT) aria-hidden="true" {} }
                label for=(name) { (t.text(label)) }
                p.hint.scripted[of_chosen] id={ (name) "-hint" } { (hint) }
                // A screen reader reads the error first. Of several fields with autofocus, a browser focuses the first.
                // With a placeholder, the style sheet can detect an empty amount.
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
    fn part(&self) -> Markup {
        let short = self.known.view().and_then(|view| view.last_short());
        let usable = short.filter(|_| self.problem.is_none()).and_then(RedemptionView::usable_balance);
        let value = usable.map_or_else(|| self.typed.inputs.amount.clone(), |(_, usable)| decimal(usable));
        html! {
            details #(ids::PART) open[!value.is_empty() || short.is_some()] {
                summary { (self.t.text(Word::PartButton)) }
                (self.field(Field::Amount, &value))
            }
        }
    }

    fn pin_hint(&self) -> String {
        self.chosen().map(|offer| pin::hint(&offer.pin, self.t)).unwrap_or_default()
    }

    /// Returns the text of the field's error; `None` if it has none.
    fn error(&self, field: Field) -> Option<String> {
        let (chosen, view) = (self.chosen()?, self.known.view()?);
        let (wrong, word) = self.state().field_error()?;
        // An error of one form does not concern the other.
        if (wrong == Field::Code) != (field == Field::Code) {
            return None;
        }
        // With a change voucher, some fields were not required. A declined PIN was well formed.
        let is_checked = self.problem.is_some() && (wrong == field || self.typed.change.is_none());
        let mistake = is_checked.then(|| field.mistake(self.typed.inputs.at(field), chosen, view)).flatten();
        let word = mistake.or((wrong == field).then_some(word))?;
        Some(error_text(word, self.typed.inputs.at(field), view, chosen, self.t))
    }

    /// Renders the choice among the ways to pay; empty when there is no choice.
    fn choice(&self) -> Markup {
        let (t, offers, chosen) = (self.t, self.offers(), self.chosen());
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
}

/// Renders the button that the Enter key presses: the first one in the form, so it must come before the button of a change voucher.
pub fn default_button() -> Markup {
    html! { button.live type="submit" form=(ids::FORM) tabindex="-1" aria-hidden="true" {} }
}
