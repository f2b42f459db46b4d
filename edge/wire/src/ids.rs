//! The ids of checkout sessions, redemptions, issued vouchers and manual acts: a prefix for the type, and 32 hexadecimal digits.

use crate::{Node, Read};

/// Declares an id as a type of its own.
macro_rules! id {
    ($(#[$meta:meta])* $name:ident, $prefix:literal) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
        pub struct $name(String);

        impl $name {
            /// Parses an id; `None` if the prefix or the digits are wrong.
            pub fn parse(text: &str) -> Option<Self> {
                Self::of(text.strip_prefix($prefix)?)
            }

            /// Builds an id from its 32 hexadecimal digits; `None` for any other text.
            pub fn of(digits: &str) -> Option<Self> {
                is_digits(digits).then(|| Self([$prefix, digits].concat()))
            }

            /// Returns the id as text, with its prefix.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// Returns its digits, without the prefix.
            pub fn digits(&self) -> &str {
                self.0.strip_prefix($prefix).unwrap_or(&self.0)
            }
        }

        /// Trusts the Worker: the form of its ids is not checked again.
        impl Read for $name {
            fn take<N: Node>(node: &N, whole: &mut bool) -> Self {
                Self(String::take(node, whole))
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
    /// The id of a voucher issued for the merchant: `vo_…`.
    VoucherId, "vo_"
}

id! {
    /// The id of a manual act: `act_…`. A refund and a payout are named by the same digits.
    ActId, "act_"
}

/// Returns whether the text is the 32 hexadecimal digits of an id.
fn is_digits(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

#[cfg(test)]
mod tests;
