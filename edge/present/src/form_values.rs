//! The texts in the fields of the form.

use crate::Field;
use checkout_wire::Pin;

/// The texts in the fields of the form.
#[derive(Clone, Default)]
pub struct FormValues {
    /// The PIN. Never written back into a page.
    pub pin: Pin,
    /// The part that this voucher is to pay; empty for all that remains.
    pub amount: String,
    /// The phone number.
    pub phone: String,
    /// The e-mail address.
    pub email: String,
}

impl FormValues {
    /// Returns the text of that field.
    pub fn at(&self, field: Field) -> &str {
        match field {
            Field::Pin => self.pin.reveal(),
            Field::Amount => &self.amount,
            Field::Phone => &self.phone,
            Field::Email => &self.email,
            Field::Code => "",
        }
    }
}
