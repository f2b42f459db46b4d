//! What the merchant sees of an order, and of a voucher that is looked up.

use super::{Issuance, IssuanceStage};
use crate::provider::{Provider, Reply};
use crate::recovery::ProviderAnswer;
use crate::secret::Secret;
use crate::time::rfc3339;
use crate::{Config, Limits};
use checkout_wire::money::Currency;
use checkout_wire::{DeclineCode, EventType, Millis};
use serde_json::{Map, Value, json};

/// The time without calls to a provider that reports too many calls and states no wait of its own.
const BUSY: Millis = Millis::MINUTE;

impl Issuance {
    /// Returns the merchant's view of the voucher; `secret` is the name and value of the voucher's secret.
    pub fn view(
        &self,
        secret: Option<(&str, &Secret)>,
        currency: Option<Currency>,
        limits: &Limits,
    ) -> Value {
        let mut view = Map::new();
        let mut put = |name: &str, value: Value| {
            if !value.is_null() {
                view.insert(name.to_owned(), value);
            }
        };
        put("id", self.id.as_str().into());
        put("object", "voucher".into());
        put("provider", self.provider.as_str().into());
        put("status", self.status().into());
        put("currency", currency.map(Currency::code).into());
        put("amount", json!(self.order.amount));
        put("reference", self.merchant_reference.as_deref().into());
        put("provider_reference", self.order.reference.as_str().into());
        put("created_at", rfc3339(self.created_at).into());
        put("payout_for", self.payout.as_ref().map(|payout| payout.session.as_str()).into());
        put("payout_message", self.payout_refusal.as_deref().into());
        let shown = self.order.shown.iter().chain(&self.order.recipient);
        shown.for_each(|(name, value)| put(name, value.clone()));
        match &self.stage {
            IssuanceStage::Issued { amount, transaction, finalization_pending, shown } => {
                put("amount", json!(amount));
                put("provider_transaction", transaction.as_deref().into());
                put("finalization_pending", (*finalization_pending).into());
                shown.iter().for_each(|(name, value)| put(name, value.clone()));
                if let Some((name, text)) = secret {
                    put(name, text.reveal().as_str().into());
                }
            }
            IssuanceStage::InDoubt { words, .. } => {
                put("provider_message", words.as_deref().into());
                put("needs_review", if self.is_left_to_person(limits) { true.into() } else { Value::Null });
            }
            IssuanceStage::Ordered | IssuanceStage::Refused(_) => {}
        }
        put("resolved", self.resolution.as_ref().map_or(Value::Null, |(at, act)| act.view(*at)));
        Value::Object(view)
    }

    /// Returns the events of the change from `before` to this state, without the voucher's secret: the voucher is issued, or a
    /// person has to decide.
    pub fn news(&self, before: Option<&Issuance>, config: &Config) -> Vec<(EventType, Value)> {
        let is_issued = |order: &Issuance| matches!(order.stage, IssuanceStage::Issued { .. });
        let needs_review = |order: &Issuance| order.is_left_to_person(&config.limits);
        let kinds = [
            (EventType::VoucherIssued, is_issued(self) && !before.is_some_and(is_issued)),
            (EventType::VoucherNeedsReview, needs_review(self) && !before.is_some_and(needs_review)),
        ];
        let currency = config.provider(&self.provider).map(|provider| provider.features().currency);
        let view = || self.view(None, currency, &config.limits);
        kinds.into_iter().filter(|(_, now)| *now).map(|(kind, _)| (kind, view())).collect()
    }

    /// Returns its status, as the API names it.
    pub const fn status(&self) -> &'static str {
        match self.stage {
            IssuanceStage::Ordered => "processing",
            IssuanceStage::InDoubt { .. } => "unknown",
            IssuanceStage::Issued { .. } => "issued",
            IssuanceStage::Refused(_) => "refused",
        }
    }
}

/// The reason why a look-up of a voucher by the merchant fails.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ViewError {
    /// The provider gave no usable answer.
    Unavailable {
        /// Its message, scrubbed, if it refused.
        words: Option<String>,
    },
    /// The provider knows no such voucher.
    NotFound,
    /// The provider takes no calls for a while.
    Busy {
        /// The time to wait.
        wait: Millis,
    },
}

/// Returns the merchant's view of a looked-up voucher from the provider's answer.
pub fn viewed(provider: &dyn Provider, number: &Secret, answer: ProviderAnswer) -> Result<Value, ViewError> {
    let features = provider.features();
    match answer {
        Ok(Reply::Viewed(viewed)) => {
            let mut view = json!({
                "object": "voucher",
                "provider": features.id,
                "voucher_number": number.reveal(),
                "amount": viewed.amount,
                "currency": features.currency.code(),
                "spendable": viewed.spendable,
            });
            if let Value::Object(members) = &mut view {
                members.extend(viewed.shown);
            }
            Ok(view)
        }
        Ok(Reply::Declined(refusal)) if refusal.code == DeclineCode::ProviderUnavailable => {
            Err(ViewError::Unavailable { words: Some(refusal.words) })
        }
        Ok(Reply::Declined(_)) => Err(ViewError::NotFound),
        Ok(Reply::Busy) => Err(ViewError::Busy { wait: BUSY }),
        _ => Err(ViewError::Unavailable { words: None }),
    }
}
