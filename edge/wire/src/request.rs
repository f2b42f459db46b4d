//! The redemption request, sent by the browser or by one of our own pages in its place.

use crate::{Minor, Pin, ascii::digits};

/// The body of `POST /v1/checkout/{id}/redemptions`: payment with one voucher. Currency and price are not part of it; they come
/// from the session (law 1).
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct RedemptionRequest {
    /// The provider's id, as offered.
    pub provider: String,
    /// The voucher brand, if the provider takes several.
    pub provider_code: Option<String>,
    /// The voucher's PIN, as typed until it is checked.
    #[cfg_attr(feature = "serde", serde(with = "crate::pin::revealed"))]
    pub pin: Pin,
    /// The shopper's phone number, as typed.
    pub phone: String,
    /// The shopper's e-mail address, if the provider needs one.
    pub email: Option<String>,
    /// The part to pay, at most what remains; `None` for all that remains.
    pub amount: Option<Minor>,
}

impl RedemptionRequest {
    /// Returns the JSON body, written by hand so that the widget needs no JSON library.
    pub fn to_json(&self) -> String {
        let mut out = String::from("{");
        member(&mut out, "provider", &self.provider);
        if let Some(code) = &self.provider_code {
            member(&mut out, "provider_code", code);
        }
        member(&mut out, "pin", self.pin.reveal());
        member(&mut out, "phone", &self.phone);
        if let Some(email) = &self.email {
            member(&mut out, "email", email);
        }
        if let Some(Minor(amount)) = self.amount {
            out.push_str(",\"amount\":");
            out.push_str(&digits(amount));
        }
        out.push('}');
        out
    }
}

/// The body of `POST /v1/checkout/{id}/redemptions/{rd}/challenge`: the shopper's answer to a [`crate::view::Challenge`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ChallengeAnswer {
    /// The code, as typed until it is checked. It is as secret as a PIN.
    Code(Pin),
    /// The code did not arrive: a new one is requested.
    Resend,
}

impl ChallengeAnswer {
    /// Returns the JSON body.
    pub fn to_json(&self) -> String {
        match self {
            Self::Resend => "{\"resend\":true}".to_owned(),
            Self::Code(code) => {
                let mut out = String::from("{");
                member(&mut out, "code", code.reveal());
                out.push('}');
                out
            }
        }
    }
}

/// Its form in a call to one of our objects: the code, or null to have another one sent.
#[cfg(feature = "serde")]
impl serde::Serialize for ChallengeAnswer {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Code(code) => crate::pin::revealed::serialize(code, serializer),
            Self::Resend => serializer.serialize_none(),
        }
    }
}

fn member(out: &mut String, name: &str, value: &str) {
    if !out.ends_with('{') {
        out.push(',');
    }
    quoted(out, name);
    out.push(':');
    quoted(out, value);
}

/// Appends a JSON string (RFC 8259, section 7): quotation mark, reverse solidus and control characters are escaped.
fn quoted(out: &mut String, text: &str) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            '\0'..='\u{1f}' => {
                out.push_str("\\u00");
                out.push(if (c as u32) < 16 { '0' } else { '1' });
                out.push(HEX.get(c as usize & 15).map_or('0', |hex| char::from(*hex)));
            }
            _ => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests;
