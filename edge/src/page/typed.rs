//! The shopper's input in the form, and the request that results from it.

use crate::problem::Problem;
use checkout_core::secret::Secret;
use checkout_present::{CheckoutRules, FormValues, OfferRules, typed_amount};
use checkout_wire::{ChallengeAnswer, CheckoutView, ErrorCode, Minor, Offer, Pin, RedemptionRequest};

/// The shopper's input in the form.
#[derive(Default)]
pub struct Typed {
    /// The form's own idempotency key.
    pub attempt: String,
    /// The puzzle of an earlier answer, whose wait is over.
    pub proof: Option<String>,
    /// In an iframe, what opens the session, as [`Credential::parse`](checkout_core::credential::Credential::parse) reads it.
    pub key: Secret,
    /// The way to pay, as [`Offer::key`] names it.
    pub offer: String,
    /// The texts in the fields.
    pub inputs: FormValues,
    /// The redemption whose change voucher is to pay, instead of a PIN.
    pub change: Option<String>,
    /// The redemption whose change voucher the form asks to show.
    pub shows: Option<String>,
    /// The phone number that its payment was made with.
    pub paid_phone: String,
    /// In the form for a code: the redemption that it is for.
    pub challenged: Option<String>,
    /// The code that the voucher's owner was sent; `None` if the form asks for another one.
    pub code: Option<Pin>,
    /// Whether the form only asks for the fields of another voucher.
    pub wants_another: bool,
}

impl Typed {
    /// Takes one field of the form; unknown fields are ignored.
    pub fn set(&mut self, name: &str, value: String) {
        match name {
            "attempt" => self.attempt = value,
            "proof" => self.proof = Some(value),
            "key" => self.key = Secret::new(value),
            "offer" => self.offer = value,
            "pin" => self.inputs.pin = Pin::as_typed(value),
            "phone" => self.inputs.phone = value,
            "email" => self.inputs.email = value,
            "amount" => self.inputs.amount = value,
            "change" => self.change = Some(value),
            "show" => self.shows = Some(value),
            "paid_phone" => self.paid_phone = value,
            "challenged" => self.challenged = Some(value),
            // The button that was pressed comes after the field.
            "code" => self.code = Some(Pin::as_typed(value)),
            "resend" => self.code = None,
            "another" => self.wants_another = true,
            _ => {}
        }
    }

    /// Returns the redemption request of the posted form. `None` when it was to pay with a change voucher that cannot be used.
    pub fn to_request(&self, view: &CheckoutView) -> Result<Option<RedemptionRequest>, Problem> {
        let typed = match &self.change {
            None => self.by_pin(view)?,
            Some(id) => {
                let payment = view.redemptions.iter().find(|payment| payment.id.as_str() == id);
                let Some((offer, change, part)) = payment.and_then(|payment| view.change_payment(payment))
                else {
                    return Ok(None);
                };
                self.with(Some(offer), &change.pin, part)
            }
        };
        Ok(Some(typed))
    }

    /// Returns the answer of the posted form for a code.
    pub fn answer(&self) -> ChallengeAnswer {
        self.code.clone().map_or(ChallengeAnswer::Resend, ChallengeAnswer::Code)
    }

    fn by_pin(&self, view: &CheckoutView) -> Result<RedemptionRequest, Problem> {
        let offer = view.providers.iter().find(|offer| offer.key() == self.offer);
        // With one way to pay there is nothing to choose.
        let offer = offer.or(match view.providers.as_slice() {
            [only] => Some(only),
            _ => None,
        });
        // The session checks whether that much remains: the same form, sent again, is the same request.
        let part = match self.inputs.amount.trim() {
            "" => None,
            typed => Some(
                typed_amount::parse(typed)
                    .ok_or_else(|| Problem::of(ErrorCode::AmountInvalid).about("amount"))?,
            ),
        };
        Ok(self.with(offer, &self.inputs.pin, part))
    }

    fn with(&self, offer: Option<&Offer>, pin: &Pin, amount: Option<Minor>) -> RedemptionRequest {
        RedemptionRequest {
            provider: offer.map(|offer| offer.provider.clone()).unwrap_or_default(),
            provider_code: offer.and_then(|offer| offer.provider_code.clone()),
            pin: pin.clone(),
            phone: self.inputs.phone.clone(),
            // As in the widget, an address that is not needed is ignored.
            email: offer
                .filter(|offer| offer.needs_email)
                .map(|_| self.inputs.email.trim().to_owned())
                .filter(|email| !email.is_empty()),
            amount,
        }
    }
}
