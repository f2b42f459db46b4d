//! The steps of an order, as its ledger stores them.

use crate::actor::{Act, Actor};
use crate::fields::Fields;
use crate::provider::{IssueRecovery, Order, OrderError};
use crate::recovery::Doubt;
use crate::{Config, reference};
use crate::{stored_enum, stored_struct};
use checkout_wire::{Minor, SessionId, VoucherId};
use serde_json::{Map, Value};

stored_enum! {
    /// A step of an order, as stored. It contains nothing that could spend the voucher; the voucher's number is stored sealed beside
    /// the ledger. Names and fields are a storage format: add, never change.
    #[derive(Clone, PartialEq, Eq, Debug)]
    pub enum Step or Step::Hinted;

    /// The order is about to be sent. Written before its first byte goes to the provider. Always the first step.
    "ordered" = Ordered {
        /// `vo_…`.
        id: VoucherId,
        /// The provider's id.
        provider: String,
        /// The order, without its recipient: the whole order is sealed apart from the ledger. Those of earlier releases are whole.
        order: Order,
        /// The merchant's own reference for it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        shop_reference: Option<String>,
        /// Whether a lost answer is resolved by sending the order again.
        #[serde(default, skip_serializing_if = "core::ops::Not::not")]
        resends: bool,
        /// The session whose owed money it pays out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        payout: Option<OrderedPayout>,
    },
    /// A webhook asks for a look-up.
    "hinted" = Hinted,
    /// The answer is missing or ambiguous: the voucher may be issued.
    "doubted" = Doubted {
        /// The reason for the doubt.
        doubt: Doubt,
        /// The provider's message, scrubbed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        words: Option<String>,
        /// Whether the provider reports a conflict, with an earlier call or for another reason.
        #[serde(default, skip_serializing_if = "core::ops::Not::not")]
        conflict: bool,
    },
    /// A look-up or a repeated order did not determine the outcome.
    "asked" = Asked {
        /// The provider's message, scrubbed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        words: Option<String>,
        /// Whether the provider reports a conflict, with an earlier call or for another reason.
        #[serde(default, skip_serializing_if = "core::ops::Not::not")]
        conflict: bool,
    },
    /// The voucher is issued.
    "issued" = Issued {
        /// The amount, if known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        amount: Option<Minor>,
        /// The provider's transaction number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        transaction: Option<String>,
        /// Whether the voucher is delivered but the provider has not finalized the order.
        #[serde(default, skip_serializing_if = "core::ops::Not::not")]
        finalization_pending: bool,
        /// The provider's own members of the merchant's view.
        #[serde(default, skip_serializing_if = "Map::is_empty")]
        shown: Map<String, Value>,
    },
    /// The voucher is not issued: the provider refused the order or does not know it.
    "refused" = Refused {
        /// The provider's message, scrubbed.
        words: String,
        /// Whether the provider did not say so: a look-up did not find the order.
        #[serde(default, skip_serializing_if = "core::ops::Not::not")]
        not_found: bool,
    },
    /// A person has found out the outcome. The step with the outcome follows at once.
    "resolved" = Resolved {
        /// Who and why.
        act: Act,
    },
    /// A person requested that the provider be asked once more.
    "ask_requested" = AskRequested {
        /// Who and why.
        act: Act,
    },
    /// The session has recorded the payout, or has released the money of a voucher that is not issued.
    "payout_settled" = PayoutSettled {
        /// The reason why the session refused to record it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        words: Option<String>,
    },
}

stored_struct! {
    /// The payout that a voucher is ordered for.
    #[derive(Clone, PartialEq, Eq, Debug)]
    pub struct OrderedPayout {
        /// `cs_…`: the session that owes the money.
        pub session: SessionId,
        /// Who ordered the voucher.
        pub by: Actor,
    }
}

impl Step {
    /// Parses the body of `POST /v1/vouchers` into the first step of an order by this caller.
    pub fn order(body: &[u8], by: &Actor, id: &VoucherId, config: &Config) -> Result<Self, OrderError> {
        let mut fields = Fields::parse(body)?;
        let name = fields.required_text("provider", 40)?;
        let provider = config.provider(&name).filter(|provider| provider.features().issues.is_some());
        let provider = provider.ok_or_else(|| {
            let ids = config.providers.iter().map(|provider| provider.features());
            let issuers = ids.filter(|features| features.issues.is_some()).map(|features| features.id);
            OrderError::NoIssuer { issuers: issuers.collect() }
        })?;
        let shop_reference = fields.text("reference", 100)?;
        let order = provider.order(&mut fields, &reference::voucher(id))?;
        let most = config.limits.issued_voucher_up_to;
        if order.amount.is_some_and(|amount| amount > most) {
            return Err(fields
                .invalid("amount", format!("at most {} (LIMITS.issued_voucher_up_to)", most.0))
                .into());
        }
        let payout = match fields.text("payout_for", 40)? {
            None => None,
            Some(_) if order.amount.is_none() => {
                let must_be = "left out: the amount of this order is not known beforehand";
                return Err(fields.invalid("payout_for", must_be).into());
            }
            Some(id) => {
                let session = SessionId::parse(&id);
                let session = session.ok_or_else(|| fields.invalid("payout_for", "the id of a session"))?;
                Some(OrderedPayout { session, by: by.clone() })
            }
        };
        fields.finish()?;
        let resends = provider.features().issues == Some(IssueRecovery::Resend);
        Ok(Step::Ordered { id: id.clone(), provider: name, order, shop_reference, resends, payout })
    }
}
