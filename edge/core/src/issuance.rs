//! A voucher issued for the merchant: an append-only ledger like a session's, because the same failures are possible. The
//! merchant's money moves, the answer may be lost, and a lost answer must never lead to a second order.
//!
//! An unknown outcome is resolved by a look-up where the provider has one. Otherwise the same order is sent again under the same
//! reference, and such a provider answers with the outcome of the first one.

use crate::Limits;
use crate::actor::{Act, Actor};
use crate::event::EventType;
use crate::fields::{BodyError, Fields};
use crate::ledger::Replay;
use crate::manual::{ManualError, ManualKind, ManualRequest, NOTE, note};
use crate::provider::{IssueRecovery, Issued, Order, OrderError, Provider, Reply};
use crate::recovery::{Doubt, Heard, Recovery, orphaned_at};
use crate::secret::Secret;
use crate::session::{PayoutStep, PayoutVoucher};
use crate::time::rfc3339;
use crate::{Config, reference};
use crate::{stored_enum, stored_struct};
use checkout_wire::money::Currency;
use checkout_wire::{ActId, DeclineCode, Millis, Minor, SessionId, VoucherId};
use serde_json::{Map, Value, json};

/// The time for which a person may have an order sent again. Providers do not state how long they recognise a repeated
/// order; a later one could become a second order.
const RESENT_BY_PERSON_FOR: Millis = Millis::DAY;
/// The time without calls to a provider that reports too many calls and states no wait of its own.
const BUSY: Millis = Millis::MINUTE;
/// The number of consecutive conflicts after which the same order is sent again; the next one leads to review.
const CONFLICTS: usize = 2;

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

/// An order, computed from its steps.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Issuance {
    /// `vo_…`.
    pub id: VoucherId,
    /// The provider's id.
    pub provider: String,
    /// The order; whole only when it was opened ([`Issuance::with_order`]).
    pub order: Order,
    /// The merchant's own reference for it.
    pub shop_reference: Option<String>,
    /// Whether a lost answer is resolved by sending the order again.
    pub resends: bool,
    /// The time of the order.
    pub created_at: Millis,
    /// Its stage.
    pub stage: IssuanceStage,
    /// Whether it counts as refused because a look-up did not find the order.
    pub not_found: bool,
    /// The progress of its look-ups.
    pub recovery: Recovery,
    /// The person who found out the outcome, and when.
    pub resolution: Option<(Millis, Act)>,
    /// The ids of the manual acts.
    pub acts: Vec<ActId>,
    /// The payout that it is ordered for.
    pub payout: Option<OrderedPayout>,
    /// Whether the session knows the outcome of the payout.
    pub payout_settled: bool,
    /// Why the session refused to record the payout.
    pub payout_refusal: Option<String>,
}

/// A manual act on an order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum OrderAct {
    /// State the outcome of an order that waits for a person.
    Resolve {
        /// Whether the voucher is issued.
        issued: bool,
        /// How the outcome was found out.
        note: String,
    },
    /// Ask the provider once more.
    Ask {
        /// Why.
        note: Option<String>,
    },
}

impl OrderAct {
    /// Parses a request for an act on an order.
    pub fn parse(request: &ManualRequest) -> Result<Self, ManualError> {
        let body = request.body.as_bytes();
        match ManualKind::from_text(&request.kind) {
            Some(ManualKind::Resolve) => Ok(Self::resolve(body)?),
            Some(ManualKind::Ask) => Ok(Self::Ask { note: note(body)? }),
            _ => Err(ManualError::NothingToResolve("This cannot be done with an order.".to_owned())),
        }
    }

    fn resolve(body: &[u8]) -> Result<Self, BodyError> {
        let mut fields = Fields::parse(body)?;
        let issued = match fields.required_text("outcome", 20)?.as_str() {
            "issued" => true,
            "not_issued" => false,
            _ => return Err(fields.invalid("outcome", "issued or not_issued").into()),
        };
        let note = fields.required_text("note", NOTE)?;
        fields.finish()?;
        Ok(Self::Resolve { issued, note })
    }
}

/// The stage of an order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum IssuanceStage {
    /// Sent by a process that may have stopped since.
    Ordered,
    /// The outcome is unknown.
    InDoubt {
        /// The number of consecutive conflicts that the provider has reported.
        conflicts: usize,
        /// The provider's last message, scrubbed.
        words: Option<String>,
    },
    /// Issued.
    Issued {
        /// The amount, if known.
        amount: Option<Minor>,
        /// The provider's transaction number.
        transaction: Option<String>,
        /// Whether the voucher is delivered but the provider has not finalized the order.
        finalization_pending: bool,
        /// The provider's own members of the merchant's view.
        shown: Map<String, Value>,
    },
    /// Not issued, with the provider's message.
    Refused(String),
}

/// The result of an answer: the step to write, and the voucher's secret with its name in our API, to seal and store with the
/// step.
pub type IssuanceOutcome = (Step, Option<(&'static str, checkout_wire::Pin)>);

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

impl Replay for Issuance {
    type Entry = Step;

    /// Starts an order from [`Step::Ordered`]; returns `None` for any other step.
    fn begin(created_at: Millis, first: Step) -> Option<Self> {
        let Step::Ordered { id, provider, order, shop_reference, resends, payout } = first else {
            return None;
        };
        let recovery = Recovery::new(created_at).spread_by(id.digits());
        Some(Self {
            id,
            provider,
            order,
            shop_reference,
            resends,
            created_at,
            stage: IssuanceStage::Ordered,
            not_found: false,
            recovery,
            resolution: None,
            acts: Vec::new(),
            payout,
            payout_settled: false,
            payout_refusal: None,
        })
    }

    /// Applies one more step. A settled outcome stays, except that a refused order can still turn out to be issued.
    fn apply(&mut self, at: Millis, step: Step) {
        match (&step, &self.stage) {
            (Step::Resolved { act }, _) => {
                self.acts.push(act.id.clone());
                self.resolution = Some((at, act.clone()));
                return;
            }
            // The request itself asks the provider, or the alarm if the process stops before. An order that would be sent again
            // is left to the request, so that it is never sent by both.
            (Step::AskRequested { act }, _) => {
                self.acts.push(act.id.clone());
                if !self.resends {
                    self.recovery.hint();
                }
                return;
            }
            (Step::PayoutSettled { words }, _) => {
                self.payout_settled = true;
                self.payout_refusal.clone_from(words);
                return;
            }
            (_, IssuanceStage::Issued { .. }) | (Step::Ordered { .. }, _) => return,
            (Step::Hinted, _) => return self.recovery.hint(),
            (Step::Asked { .. }, IssuanceStage::Refused(_)) => return self.recovery.miss(at),
            // A repeated refusal answers the webhook as well, so no further look-up follows.
            (Step::Refused { .. }, IssuanceStage::Refused(_)) => return self.recovery.confirm(at),
            (Step::Doubted { .. }, IssuanceStage::Refused(_)) => return,
            (Step::Doubted { .. }, _) => self.recovery.doubt(at),
            (Step::Asked { .. }, _) => self.recovery.ask(at),
            (Step::Issued { .. } | Step::Refused { .. }, _) => self.recovery.answer(at),
        }
        self.stage = match (step, &self.stage) {
            (Step::Issued { amount, transaction, finalization_pending, shown }, _) => {
                // It may have counted as refused before.
                self.payout_settled = false;
                IssuanceStage::Issued { amount, transaction, finalization_pending, shown }
            }
            (Step::Refused { words, not_found }, _) => {
                self.not_found = not_found;
                IssuanceStage::Refused(words)
            }
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
    /// Returns the order with its recipient, for a view or for sending it. Such a state is never written.
    pub fn with_order(self, order: Order) -> Self {
        Self { order, ..self }
    }

    /// Returns when the recipient is erased; `None` as long as the order can be sent again.
    pub fn forget_recipient_at(&self, limits: &Limits) -> Option<Millis> {
        (!self.is_open()).then(|| self.recovery.changed_at + Millis::DAY.times(limits.personal_kept_days))
    }

    /// Returns whether the outcome is not known yet.
    pub fn is_open(&self) -> bool {
        matches!(self.stage, IssuanceStage::Ordered | IssuanceStage::InDoubt { .. })
    }

    /// Returns the result of the answer to an order. Law 3: only an explicit answer of the provider settles it.
    pub fn answered(&self, heard: Heard) -> IssuanceOutcome {
        let is_first = matches!(self.stage, IssuanceStage::Ordered);
        match heard {
            Ok(Reply::Issued(issued)) => self.issued(issued),
            // Once the order may have been accepted, a refusal concerns this repetition only: the first one may have used up a
            // limit, for example.
            Ok(Reply::Declined(refusal)) if is_first => {
                (Step::Refused { words: refusal.words, not_found: false }, None)
            }
            Ok(Reply::Declined(refusal)) => {
                (self.unknown(Doubt::Unreadable, Some(refusal.words), false), None)
            }
            Ok(Reply::Conflict(refusal)) => (self.unknown(Doubt::Pending, Some(refusal.words), true), None),
            Ok(_) => (self.unknown(Doubt::Unreadable, None, false), None),
            Err(doubt) => (self.unknown(doubt, None, false), None),
        }
    }

    /// Returns the result of a look-up of the order at `now`.
    pub fn looked_up(&self, heard: Heard, now: Millis, limits: &Limits) -> IssuanceOutcome {
        let not_found = match self.is_open() {
            true => self.recovery.grace_is_over(now, limits),
            // A webhook has reported that the voucher is issued, so the provider contradicts itself.
            false => !self.recovery.hinted,
        };
        match heard {
            Ok(Reply::Paid(paid)) if paid.amount.is_none() || paid.amount == self.order.amount => self
                .issued(Issued { amount: paid.amount, transaction: paid.transaction, ..Issued::default() }),
            Ok(Reply::NotFound) if not_found => {
                let words = "The provider knows nothing of this order.".to_owned();
                (Step::Refused { words, not_found: true }, None)
            }
            Ok(Reply::Reversed | Reply::Failed) => {
                (Step::Refused { words: "The order was taken back.".to_owned(), not_found: false }, None)
            }
            _ => (self.unknown(Doubt::Unreadable, None, false), None),
        }
    }

    /// Returns the step for an order that has gone without a report for too long.
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

    /// Returns whether the provider may be asked at `now` without a person's decision: sending the order again must not create a
    /// second one.
    pub fn may_ask(&self, now: Millis, limits: &Limits) -> bool {
        !self.resends || now - self.created_at <= limits.order_resent_for_ms
    }

    /// Returns whether a person may have the provider asked at `now`.
    pub fn may_person_ask(&self, now: Millis, limits: &Limits) -> bool {
        let in_time = !self.resends || now - self.created_at <= RESENT_BY_PERSON_FOR;
        self.is_left_to_person(limits) && in_time
    }

    /// Returns the steps of a manual act at `now`. No steps mean that the act is recorded already.
    pub fn manual(
        &self,
        wanted: &OrderAct,
        id: &ActId,
        by: &Actor,
        now: Millis,
        limits: &Limits,
    ) -> Result<Vec<Step>, ManualError> {
        if self.acts.contains(id) {
            return Ok(Vec::new());
        }
        let refused = |why: String| Err(ManualError::NothingToResolve(why));
        if !self.is_left_to_person(limits) {
            return refused(match &self.resolution {
                Some((at, act)) => format!("{} has settled this already, at {}.", act.by, rfc3339(*at)),
                None if self.is_open() => "The outcome is still being looked up.".to_owned(),
                None => format!("The order waits for nobody: it is {}.", self.status()),
            });
        }
        let act = |note: Option<&String>| Act { id: id.clone(), by: by.clone(), note: note.cloned() };
        match wanted {
            OrderAct::Ask { .. } if !self.may_person_ask(now, limits) => refused(
                "The order was sent too long ago to be sent again: a later one could become a second order."
                    .to_owned(),
            ),
            OrderAct::Ask { note } => Ok(vec![Step::AskRequested { act: act(note.as_ref()) }]),
            OrderAct::Resolve { issued, note } => {
                let outcome = match issued {
                    true => self.issued(Issued::default()).0,
                    false => Step::Refused { words: note.clone(), not_found: false },
                };
                Ok(vec![Step::Resolved { act: act(Some(note)) }, outcome])
            }
        }
    }

    /// Returns the steps for the answer to a look-up that began when the order stood as `asked`. A hint that arrived during the
    /// look-up is newer than the answer and still to be looked up.
    pub fn with_hint(&self, asked: &Issuance, step: Step) -> Vec<Step> {
        let settles = matches!(step, Step::Issued { .. });
        self.recovery.with_hint(&asked.recovery, step, (!settles).then_some(Step::Hinted))
    }

    /// Returns the step of its payout that is to be reported to the session.
    pub fn payout_step(&self) -> Option<PayoutStep> {
        let is_due = self.payout.is_some() && !self.payout_settled;
        match self.stage {
            IssuanceStage::Issued { .. } if is_due => Some(PayoutStep::Record),
            IssuanceStage::Refused(_) if is_due => Some(PayoutStep::Release),
            _ => None,
        }
    }

    /// Returns its payout as reported to the session; `None` if it is ordered for another purpose.
    pub fn payout_voucher(&self, config: &Config) -> Option<PayoutVoucher> {
        Some(PayoutVoucher {
            voucher: self.id.clone(),
            amount: self.order.amount?,
            currency: config.provider(&self.provider)?.features().currency,
            by: self.payout.as_ref()?.by.clone(),
        })
    }

    /// Returns whether a webhook about it makes a look-up useful.
    pub fn is_news(&self) -> bool {
        !self.resends && !matches!(self.stage, IssuanceStage::Issued { .. })
    }

    /// Returns when its next task is due; `None` if it is settled or in review.
    pub fn due_at(&self, limits: &Limits) -> Option<Millis> {
        if self.payout_step().is_some() {
            return Some(self.recovery.changed_at);
        }
        match &self.stage {
            IssuanceStage::Ordered => Some(orphaned_at(self.created_at, limits)),
            IssuanceStage::Issued { .. } => None,
            _ if self.recovery.hinted => self.recovery.hint_due(limits),
            IssuanceStage::InDoubt { conflicts, .. } if *conflicts <= CONFLICTS => {
                self.recovery.question_due(limits).filter(|at| self.may_ask(*at, limits))
            }
            IssuanceStage::Refused(_) if self.not_found => self.recovery.recheck_due(limits),
            _ => None,
        }
    }

    /// Returns whether it is in review. A person can have the provider asked once more, or state the outcome.
    pub fn is_left_to_person(&self, limits: &Limits) -> bool {
        matches!(self.stage, IssuanceStage::InDoubt { .. }) && self.due_at(limits).is_none()
    }

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
        put("reference", self.shop_reference.as_deref().into());
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
        let is_issued = |one: &Issuance| matches!(one.stage, IssuanceStage::Issued { .. });
        let needs_review = |one: &Issuance| one.is_left_to_person(&config.limits);
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
        Ok(Reply::Busy) => Err(ViewError::Busy { wait: BUSY }),
        _ => Err(ViewError::Unavailable { words: None }),
    }
}

#[cfg(test)]
mod tests;
