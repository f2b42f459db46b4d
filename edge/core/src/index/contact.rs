//! The contacts by which a shopper's sessions are found.

use crate::seal::Keyring;

/// The digits at the end of a telephone number that identify it: `082 123 4567` and `+27 82 123 4567` are one number.
const PHONE_DIGITS: usize = 9;

/// A way to reach a shopper.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ContactPoint {
    /// A telephone number, as typed.
    Phone(String),
    /// An e-mail address.
    Email(String),
}

impl ContactPoint {
    /// Returns its keyed hash under each sealing key, the newest first; none for text that is not a contact.
    pub fn hashes(&self, keyring: &Keyring) -> Vec<String> {
        match self.plain() {
            Some(plain) => keyring.hashes(self.kind(), &plain).collect(),
            None => Vec::new(),
        }
    }

    /// Returns the part that identifies it, however it was written.
    fn plain(&self) -> Option<String> {
        match self {
            ContactPoint::Phone(typed) => {
                let digits: Vec<char> = typed.chars().filter(char::is_ascii_digit).collect();
                let last = digits.get(digits.len().saturating_sub(PHONE_DIGITS)..)?;
                (!last.is_empty()).then(|| last.iter().collect())
            }
            ContactPoint::Email(typed) => {
                Some(typed.trim().to_ascii_lowercase()).filter(|plain| !plain.is_empty())
            }
        }
    }

    pub(super) const fn kind(&self) -> &'static str {
        match self {
            ContactPoint::Phone(_) => "phone",
            ContactPoint::Email(_) => "email",
        }
    }
}
