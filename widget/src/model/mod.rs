//! The model: the state of the checkout in the browser, the shopper's actions, and their side effects. Pure.

pub mod backoff;
pub mod dom_event;
pub mod flow;
pub mod history;
pub mod pin_grouping;

use checkout_present::{CheckoutRules, Field, FormValues, Screen, Wait, Word, page_rules, typed};
use checkout_wire::{CheckoutView, Minor, Offer, Pin, RedemptionId, Seconds};
use dom_event::DomEvent;
use flow::{Flow, FlowEvent, NextRequest};
use std::sync::Arc;

/// The state that the view shows.
#[derive(Clone)]
pub struct Model {
    /// The state of the checkout.
    pub flow: Flow,
    /// The key of the chosen offer: `provider` or `provider:provider_code`.
    pub offer: String,
    /// The text of the amount field: the part that this voucher is to pay.
    pub amount: String,
    /// The last attempt to copy a PIN.
    pub copied: Option<Copied>,
    errors: [Option<Word>; Field::ALL.len()],
}

/// The result of copying a PIN.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Copied {
    /// The number of attempts so far. It makes a repeated result differ from the one before.
    pub attempts: u32,
    /// Whether it is on the clipboard.
    pub succeeded: bool,
}

/// A shopper's action.
pub enum Intent {
    /// Choose the way to pay with this key.
    Choose(String),
    /// Change the amount that this voucher is to pay, as typed.
    Amount(String),
    /// Change the PIN.
    EditPin,
    /// Leave a field with this value.
    Leave(Field, String),
    /// Pay.
    Pay(FormValues),
    /// Pay with this code, as typed. Without a code, request another one.
    Answer(Option<String>),
    /// Use another voucher than the one whose owner was sent a code.
    UseAnother,
    /// Pay the rest with the change voucher of the redemption with this id.
    UseChange(String, FormValues),
    /// Copy the PIN of that redemption's change voucher.
    CopyPin(String),
    /// Print the page.
    Print,
    /// Load the session again.
    Retry,
    /// Go back to the shop: without paying, or when the session is paid.
    Exit,
}

/// A message to the model.
// Messages are short-lived: boxing the large variant would only add code size.
#[allow(clippy::large_enum_variant)]
pub enum Message {
    /// The shopper performed an action.
    Intent(Intent),
    /// An event of the Worker or the connection.
    Event(FlowEvent),
    /// It is time for the next request.
    Due,
    /// It is time to check for changes made elsewhere.
    Poll,
    /// The session was loaded, but a submission was sent in the meantime.
    OutOfDate,
    /// The clipboard has taken a PIN, or refused it. Holds the redemption's id.
    Copied(String, bool),
}

/// A side effect of a model change.
pub enum Effect {
    /// Send a new submission with this body.
    Submit(String),
    /// Send the shopper's code, or request another one: to this path, with this body.
    Answer(String, String),
    /// Send the last submission again.
    Resend,
    /// Load the session.
    Load,
    /// Schedule the next request.
    Schedule(NextRequest),
    /// Forget the last submission: its outcome is known.
    Forget,
    /// Count down this wait.
    CountDown(Seconds),
    /// Load the session after this time, when it ends, and show the time left until then.
    EndIn(Seconds),
    /// Send an event to the shop's page.
    Notify(DomEvent),
    /// Put this text into the PIN field; the PIN before it is forgotten.
    SetPin(Pin),
    /// Select the text of the PIN field.
    SelectPin,
    /// Put this text into a field that is empty.
    Fill(Field, String),
    /// Open or close the field for a part.
    OpenPart(bool),
    /// Reserve the space of the notice about the last payment attempt down to the bottom edge of the element with this id; only what its
    /// texts need if there is no such element.
    KeepRoom(&'static str),
    /// Move the focus to the element with this id.
    Focus(&'static str),
    /// Copy the PIN of the redemption with this id.
    Copy(String, Pin),
    /// Select the text of the element with this id.
    Select(String),
    /// Print the page.
    Print,
}

impl Model {
    /// Creates the model of a page on which that offer is chosen and that amount typed.
    pub const fn new(flow: Flow, offer: String, amount: String) -> Self {
        Self { flow, offer, amount, copied: None, errors: [None; Field::ALL.len()] }
    }

    /// Returns the session, once it is known.
    pub fn view(&self) -> Option<&Arc<CheckoutView>> {
        self.flow.view.as_ref()
    }

    /// Returns the screen.
    pub fn screen(&self) -> Screen {
        self.flow.screen()
    }

    /// Returns whether the form is shown.
    pub fn has_form(&self) -> bool {
        self.flow.state().has_form()
    }

    /// Returns the chosen offer.
    pub fn chosen(&self) -> Option<&Offer> {
        self.view()?.offer_for(&self.offer)
    }

    /// Returns the part that this voucher is to pay, in minor units; `None` for the whole remaining amount.
    pub fn part(&self) -> Option<Minor> {
        typed::part(self.view()?, &self.amount).ok().flatten()
    }

    /// Returns whether a press on the pay button pays.
    pub fn can_pay(&self) -> bool {
        self.has_form() && self.flow.online && self.flow.wait.is_none()
    }

    /// Returns the redemption whose code can be sent now.
    pub fn answerable(&self) -> Option<&RedemptionId> {
        let (one, _) = self.view()?.challenged()?;
        let is_open = self.screen() == Screen::Code && self.flow.online && self.code_left().is_some();
        is_open.then_some(&one.id)
    }

    /// Returns the time until another code can be sent; `None` if none can.
    pub fn resend_in(&self) -> Option<Seconds> {
        let (_, challenge) = self.view()?.challenged()?;
        page_rules::resend_in(challenge, self.code_left().unwrap_or(challenge.expires_in))
    }

    /// Returns the time for which the code can be typed.
    fn code_left(&self) -> Option<Seconds> {
        self.flow.wait.filter(|wait| wait.word == Word::CodeLeft).map(|wait: Wait| wait.seconds)
    }

    /// Returns the error text of that field.
    pub fn error(&self, field: Field) -> Option<Word> {
        self.errors.get(field as usize).copied().flatten()
    }

    /// Sets the error text of that field; `None` clears it.
    pub fn set_error(&mut self, field: Field, word: Option<Word>) {
        if let Some(error) = self.errors.get_mut(field as usize) {
            *error = word;
        }
    }
}
