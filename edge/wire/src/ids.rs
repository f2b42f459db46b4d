//! The ids of checkout sessions, redemptions and issued vouchers: a prefix that tells which, and 32 hexadecimal digits.

/// Declares an id as a type of its own.
macro_rules! id {
    ($(#[$meta:meta])* $name:ident, $prefix:literal) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
        pub struct $name(String);

        impl $name {
            /// Parses an id that somebody sent.
            pub fn parse(text: &str) -> Option<Self> {
                Self::of(text.strip_prefix($prefix)?)
            }

            /// Makes the id of 32 hexadecimal digits; `None` when these are others.
            pub fn of(digits: &str) -> Option<Self> {
                is_digits(digits).then(|| Self([$prefix, digits].concat()))
            }

            /// Returns the id as it is written.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// Returns its digits, without what tells which id it is.
            pub fn digits(&self) -> &str {
                self.0.strip_prefix($prefix).unwrap_or(&self.0)
            }
        }
    };
}

id! {
    /// The id of a checkout session: `cs_…`.
    SessionId, "cs_"
}

id! {
    /// The id of a redemption: `rd_…`.
    RedemptionId, "rd_"
}

id! {
    /// The id of a voucher that was issued for the shop: `vo_…`.
    VoucherId, "vo_"
}

/// Returns whether these are the 32 hexadecimal digits of an id.
fn is_digits(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests;
