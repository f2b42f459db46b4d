//! A voucher that the shop has issued: an append-only ledger like a session's, because the same things can go wrong. The
//! shop's money moves, the answer may be lost, and a second order must never follow from that.
//!
//! An unknown outcome is found out by a look-up where the provider has one, and otherwise by sending the same order again
//! under the same reference, which such a provider answers with what came of the first one.

use crate::Limits;
use crate::event::EventType;
use crate::fields::Fields;
use crate::ledger::Replay;
use crate::provider::{IssueRecovery, Issued, Order, OrderError, Provider, Reply};
use crate::recovery::{Doubt, Heard, Recovery, orphaned_at};
use crate::time::rfc3339;
use crate::{Config, reference};
use checkout_wire::money::Currency;
use checkout_wire::{DeclineCode, VoucherId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// How long an order is sent again, where that is the way to find out: for how long a provider knows it as the same one is not
/// said, and after that it would be a second order.
const RESENT_FOR_MS: i64 = 24 * 3_600_000;
/// How long a provider that has had too many calls is left alone when it does not say.
const BUSY_MS: i64 = 60_000;
/// How often a clash is met with the same order once more before a person has to look.
const CONFLICTS: usize = 2;

/// Something that happened to an order, as it is stored. Holds nothing that a voucher could be spent with; what it is spent
/// with stands sealed beside it. A name or field here is a storage format: add, never change.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// The order is about to be sent: written before its first byte goes to the provider. Always the first step.
    Ordered {
        /// `vo_…`.
        id: VoucherId,
        /// The provider's id.
        provider: String,
        /// What is sent.
        order: Order,
        /// The shop's own number for it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        shop_reference: Option<String>,
        /// Whether sending it again is how a lost answer is found out.
        #[serde(default, skip_serializing_if = "core::ops::Not::not")]
        resends: bool,
    },
    /// A webhook of the provider says that there is something to look up.
    Hinted,
    /// The answer is missing or says nothing certain: the voucher may be issued.
    Doubted {
        /// Why.
        doubt: Doubt,
        /// The provider's words, scrubbed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        words: Option<String>,
        /// Whether the provider says that something stands in the way.
        #[serde(default, skip_serializing_if = "core::ops::Not::not")]
        conflict: bool,
    },
    /// The provider was asked once more, and it is still not known.
    Asked {
        /// The provider's words, scrubbed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        words: Option<String>,
        /// Whether the provider says that something stands in the way.
        #[serde(default, skip_serializing_if = "core::ops::Not::not")]
        conflict: bool,
    },
    /// The voucher is issued.
    Issued {
        /// Minor units, as far as it is known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        amount: Option<i64>,
        /// The provider's number of the transaction.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        transaction: Option<String>,
        /// Delivered, but the provider has not closed its own books on it.
        #[serde(default, skip_serializing_if = "core::ops::Not::not")]
        finalization_pending: bool,
        /// What else the shop is told.
        #[serde(default, skip_serializing_if = "Map::is_empty")]
        shown: Map<String, Value>,
    },
    /// It is not issued: the provider refused, or knows nothing of the order.
    Refused {
        /// The provider's words, scrubbed.
        words: String,
    },
}

/// An order as its steps tell it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Issuance {
    /// `vo_…`.
    pub id: VoucherId,
    /// The provider's id.
    pub provider: String,
    /// What was sent.
    pub order: Order,
    /// The shop's own number for it.
    pub shop_reference: Option<String>,
    /// Whether sending it again is how a lost answer is found out.
    pub resends: bool,
    /// When it was ordered, in milliseconds.
    pub created_at: i64,
    /// Where it stands.
    pub stage: IssuanceStage,
    /// How far finding out its outcome is.
    pub recovery: Recovery,
}

/// Where an order stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum IssuanceStage {
    /// Under way in a process that may have died since.
    Ordered,
    /// Not known.
    InDoubt {
        /// How many clashes the provider has told of, one after the other.
        conflicts: usize,
        /// The provider's last words, scrubbed.
        words: Option<String>,
    },
    /// Issued.
    Issued {
        /// Minor units, as far as it is known.
        amount: Option<i64>,
        /// The provider's number of the transaction.
        transaction: Option<String>,
        /// Delivered, but the provider has not closed its own books on it.
        finalization_pending: bool,
        /// What else the shop is told.
        shown: Map<String, Value>,
    },
    /// Not issued; the provider's words.
    Refused(String),
}

/// What an answer leads to: the step to write, and what the voucher is spent with, to be sealed and kept with it. It has a
/// name in our API.
pub type IssuanceOutcome = (Step, Option<(&'static str, checkout_wire::Pin)>);

impl Step {
    /// The first step of the order in the body of `POST /v1/vouchers`, or what is wrong with it.
    pub fn order(body: &[u8], id: &VoucherId, config: &Config) -> Result<Self, OrderError> {
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
        fields.finish()?;
        let resends = provider.features().issues == Some(IssueRecovery::Resend);
        Ok(Step::Ordered { id: id.clone(), provider: name, order, shop_reference, resends })
    }
}

impl Replay for Issuance {
    type Entry = Step;

    /// Begins with [`Step::Ordered`].
    fn begin(created_at: i64, first: Step) -> Option<Self> {
        let Step::Ordered { id, provider, order, shop_reference, resends } = first else {
            return None;
        };
        Some(Self {
            id,
            provider,
            order,
            shop_reference,
            resends,
            created_at,
            stage: IssuanceStage::Ordered,
            recovery: Recovery::new(created_at),
        })
    }

    /// Applies one more step. What is settled stays as it is, but for a voucher that turns out to be issued after all.
    fn apply(&mut self, at: i64, step: Step) {
        match (&step, &self.stage) {
            (_, IssuanceStage::Issued { .. }) | (Step::Ordered { .. }, _) => return,
            (Step::Hinted, _) => return self.recovery.hint(),
            (Step::Asked { .. }, IssuanceStage::Refused(_)) => return self.recovery.miss(at),
            // Said to be refused once more is an answer to the webhook as well: it is not asked about again.
            (Step::Refused { .. }, IssuanceStage::Refused(_)) => return self.recovery.confirm(),
            (Step::Doubted { .. }, IssuanceStage::Refused(_)) => return,
            (Step::Doubted { .. }, _) => self.recovery.doubt(at),
            (Step::Asked { .. }, _) => self.recovery.ask(at),
            (Step::Issued { .. } | Step::Refused { .. }, _) => self.recovery.answer(at),
        }
        self.stage = match (step, &self.stage) {
            (Step::Issued { amount, transaction, finalization_pending, shown }, _) => {
                IssuanceStage::Issued { amount, transaction, finalization_pending, shown }
            }
            (Step::Refused { words }, _) => IssuanceStage::Refused(words),
            (Step::Doubted { words, conflict, .. }, _) => {
                IssuanceStage::InDoubt { conflicts: usize::from(conflict), words }
            }
            (Step::Asked { words, conflict }, IssuanceStage::InDoubt { conflicts, words: before }) => {
                IssuanceStage::InDoubt {
                    conflicts: if conflict { conflicts + 1 } else { 0 },
                    words: words.or_else(|| before.clone()),
                }
            }
            (_, stage) => stage.clone(),
        };
    }
}

impl Issuance {
    /// Whether it is not known what came of it.
    pub fn is_open(&self) -> bool {
        matches!(self.stage, IssuanceStage::Ordered | IssuanceStage::InDoubt { .. })
    }

    /// What the answer to the order leads to. Law 3: only a word of the provider settles it.
    pub fn answered(&self, heard: Heard) -> IssuanceOutcome {
        let is_first = matches!(self.stage, IssuanceStage::Ordered);
        match heard {
            Ok(Reply::Issued(issued)) => self.issued(issued),
            // Once the order may have been taken, a refusal is about this sending: a limit that the first one has used up, say.
            Ok(Reply::Declined(refusal)) if is_first => (Step::Refused { words: refusal.words }, None),
            Ok(Reply::Declined(refusal)) => {
                (self.unknown(Doubt::Unreadable, Some(refusal.words), false), None)
            }
            Ok(Reply::Conflict(refusal)) => (self.unknown(Doubt::Pending, Some(refusal.words), true), None),
            Ok(_) => (self.unknown(Doubt::Unreadable, None, false), None),
            Err(doubt) => (self.unknown(doubt, None, false), None),
        }
    }

    /// What a look-up of the order at `now` leads to.
    pub fn looked_up(&self, heard: Heard, now: i64, limits: &Limits) -> IssuanceOutcome {
        let old_enough = self.recovery.grace_is_over(now, limits);
        match heard {
            Ok(Reply::Paid(paid)) if paid.amount.is_none() || paid.amount == self.order.amount => self
                .issued(Issued { amount: paid.amount, transaction: paid.transaction, ..Issued::default() }),
            Ok(Reply::NotFound) if old_enough && self.is_open() => {
                (Step::Refused { words: "The provider knows nothing of this order.".to_owned() }, None)
            }
            Ok(Reply::Reversed | Reply::Failed) => {
                (Step::Refused { words: "The order was taken back.".to_owned() }, None)
            }
            _ => (self.unknown(Doubt::Unreadable, None, false), None),
        }
    }

    /// The step after nobody has reported on the order for too long.
    pub fn orphaned(&self) -> Step {
        self.unknown(Doubt::Stopped, None, false)
    }

    fn issued(&self, issued: Issued) -> IssuanceOutcome {
        let step = Step::Issued {
            amount: issued.amount.or(self.order.amount),
            transaction: issued.transaction,
            finalization_pending: issued.finalization_pending,
            shown: issued.shown,
        };
        (step, issued.secret)
    }

    fn unknown(&self, doubt: Doubt, words: Option<String>, conflict: bool) -> Step {
        match self.stage {
            IssuanceStage::Ordered => Step::Doubted { doubt, words, conflict },
            _ => Step::Asked { words, conflict },
        }
    }

    /// Whether the provider may be asked at `now`: sending the order again must not make a second one of it.
    pub fn may_ask(&self, now: i64) -> bool {
        !self.resends || now - self.created_at <= RESENT_FOR_MS
    }

    /// What to write about an answer to a question that was asked when the order stood as `asked`: a hint that came while the
    /// answer was on its way is newer than it.
    pub fn with_hint(&self, asked: &Issuance, step: Step) -> Vec<Step> {
        let settles = matches!(step, Step::Issued { .. });
        self.recovery.with_hint(&asked.recovery, step, (!settles).then_some(Step::Hinted))
    }

    /// Whether a webhook that speaks of it has something to look up.
    pub fn is_news(&self) -> bool {
        !self.resends && !matches!(self.stage, IssuanceStage::Issued { .. })
    }

    /// When it needs looking after, in milliseconds; `None` when it is settled or left to a person.
    pub fn due_at(&self, limits: &Limits) -> Option<i64> {
        match &self.stage {
            IssuanceStage::Ordered => Some(orphaned_at(self.created_at, limits)),
            IssuanceStage::Issued { .. } => None,
            _ if self.recovery.hinted => self.recovery.hint_due(limits),
            IssuanceStage::InDoubt { conflicts, .. } if *conflicts <= CONFLICTS => {
                self.recovery.question_due(limits).filter(|at| self.may_ask(*at))
            }
            _ => None,
        }
    }

    /// Whether only a person can find out what came of it. Sending the shop's own request again asks once more.
    pub fn is_left_to_person(&self, limits: &Limits) -> bool {
        matches!(self.stage, IssuanceStage::InDoubt { .. }) && self.due_at(limits).is_none()
    }

    /// The voucher as the shop sees it; `secret` is what it is spent with, and that one's name.
    pub fn view(&self, secret: Option<(&str, &str)>, currency: Option<Currency>, limits: &Limits) -> Value {
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
        put("amount", self.order.amount.into());
        put("reference", self.shop_reference.as_deref().into());
        put("provider_reference", self.order.reference.as_str().into());
        put("created_at", rfc3339(self.created_at).into());
        self.order.shown.iter().for_each(|(name, value)| put(name, value.clone()));
        match &self.stage {
            IssuanceStage::Issued { amount, transaction, finalization_pending, shown } => {
                put("amount", (*amount).into());
                put("provider_transaction", transaction.as_deref().into());
                put("finalization_pending", (*finalization_pending).into());
                shown.iter().for_each(|(name, value)| put(name, value.clone()));
                if let Some((name, text)) = secret {
                    put(name, text.into());
                }
            }
            IssuanceStage::InDoubt { words, .. } => {
                put("provider_message", words.as_deref().into());
                put("needs_review", if self.is_left_to_person(limits) { true.into() } else { Value::Null });
            }
            IssuanceStage::Ordered | IssuanceStage::Refused(_) => {}
        }
        Value::Object(view)
    }

    /// Returns the events of the step from `before` to this: that the voucher is issued, without what it is spent with.
    pub fn news(&self, before: Option<&Issuance>, config: &Config) -> Vec<(EventType, Value)> {
        let is_issued = |one: &Issuance| matches!(one.stage, IssuanceStage::Issued { .. });
        if !is_issued(self) || before.is_some_and(is_issued) {
            return Vec::new();
        }
        let currency = config.provider(&self.provider).map(|provider| provider.features().currency);
        vec![(EventType::VoucherIssued, self.view(None, currency, &config.limits))]
    }

    /// Where it stands, as the API names it.
    pub const fn status(&self) -> &'static str {
        match self.stage {
            IssuanceStage::Ordered => "processing",
            IssuanceStage::InDoubt { .. } => "unknown",
            IssuanceStage::Issued { .. } => "issued",
            IssuanceStage::Refused(_) => "refused",
        }
    }
}

/// Why a voucher that the shop asked about cannot be shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ViewError {
    /// The provider gave no usable answer.
    Unavailable {
        /// Its words, scrubbed, where it refused.
        words: Option<String>,
    },
    /// The provider knows no such voucher.
    NotFound,
    /// The provider takes no more calls for a moment.
    Busy {
        /// How long to wait, in milliseconds.
        wait_ms: i64,
    },
}

/// A voucher that the shop had looked at, or why not, out of the provider's answer.
pub fn viewed(provider: &dyn Provider, number: &str, heard: Heard) -> Result<Value, ViewError> {
    let features = provider.features();
    match heard {
        Ok(Reply::Viewed(viewed)) => {
            let mut view = json!({
                "object": "voucher",
                "provider": features.id,
                "voucher_number": number,
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
        Ok(Reply::Busy) => Err(ViewError::Busy { wait_ms: BUSY_MS }),
        _ => Err(ViewError::Unavailable { words: None }),
    }
}

#[cfg(test)]
mod tests;
