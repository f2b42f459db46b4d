//! Requests for manual acts: a person settles, refunds, pays out or erases (law 10).

use crate::fields::{BodyError, Fields};
use crate::json::Part;
use crate::secret::Secret;
use crate::stored::Stored;
use crate::stored_struct;
use checkout_wire::{Node, RedemptionId};
use serde::{Serialize, Serializer};

/// The most characters of a note.
pub const NOTE: usize = 500;

checkout_wire::text_enum! {
    /// The kind of a manual act, by the last part of its address.
    pub enum ManualKind {
        /// State the outcome of a payment, a reversal or an order in review.
        Resolve = "resolve",
        /// Ask the provider once more.
        Ask = "ask",
        /// Give money back.
        Refund = "refunds",
        /// Record that owed money was paid out.
        PayOut = "payouts",
        /// Erase personal data.
        Erase = "erase",
    }
}

impl Serialize for ManualKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl Stored for ManualKind {
    fn take(part: Part<'_>, whole: &mut bool) -> Self {
        let kind = part.text().and_then(|text| Self::from_text(&text));
        *whole &= kind.is_some();
        kind.unwrap_or(Self::Ask)
    }
}

stored_struct! {
    /// The request for a manual act: its address and its body.
    #[derive(Clone, Debug)]
    pub struct ManualRequest {
        /// Its kind.
        pub kind: ManualKind,
        /// `rd_…`, if the act concerns a redemption.
        pub redemption: Option<RedemptionId>,
        /// The body, as JSON text. It can contain the PIN of a change voucher.
        #[serde(serialize_with = "crate::secret::revealed::serialize")]
        pub body: Secret,
    }
}

/// The reason for refusing a manual act, with a sentence for the person.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ManualError {
    /// The session has no such redemption.
    NoRedemption,
    /// Nothing waits for a person, or the outcome contradicts the ledger.
    NothingToResolve(String),
    /// The charge cannot be refunded, or not this much of it.
    NotRefundable(String),
    /// The money is not owed, or not this much of it.
    NotOwed(String),
    /// The body does not fit.
    Body(BodyError),
}

impl From<BodyError> for ManualError {
    fn from(error: BodyError) -> Self {
        ManualError::Body(error)
    }
}

/// Parses the body of an act whose only member is a note.
pub fn note(body: &[u8]) -> Result<Option<String>, BodyError> {
    let mut fields = Fields::parse(if body.is_empty() { b"{}" } else { body })?;
    let note = fields.text("note", NOTE)?;
    fields.finish()?;
    Ok(note)
}
