//! A voucher issued for the merchant: an append-only ledger like a session's, because the same failures are possible. The
//! merchant's money moves, the answer may be lost, and a lost answer must never lead to a second order.
//!
//! An unknown outcome is resolved by a look-up where the provider has one. Otherwise the same order is sent again under the same
//! reference, and such a provider answers with the outcome of the first one.

mod manual;
mod step;
mod view;

use crate::actor::Act;
use crate::ledger::Replay;
use crate::provider::{Issued, Order, Reply};
use crate::recovery::{Doubt, ProviderAnswer, Recovery, orphaned_at};
use crate::session::{PayoutStep, PayoutVoucher};
use crate::{Config, Limits};
use checkout_wire::{ActId, Millis, Minor, VoucherId};
use serde_json::{Map, Value};

pub use manual::OrderAct;
pub use step::{OrderedPayout, Step};
pub use view::{ViewError, viewed};

/// The number of consecutive conflicts after which the same order is sent again; the next one leads to review.
const CONFLICTS: usize = 2;

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
    pub merchant_reference: Option<String>,
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
            merchant_reference: shop_reference,
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
    pub fn answered(&self, answer: ProviderAnswer) -> IssuanceOutcome {
        let is_first = matches!(self.stage, IssuanceStage::Ordered);
        match answer {
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
    pub fn looked_up(&self, answer: ProviderAnswer, now: Millis, limits: &Limits) -> IssuanceOutcome {
        let not_found = match self.is_open() {
            true => self.recovery.grace_is_over(now, limits),
            // A webhook has reported that the voucher is issued, so the provider contradicts itself.
            false => !self.recovery.hinted,
        };
        match answer {
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

    /// Returns the steps for the answer to a look-up. `asked` is the order's state when the look-up was sent. A hint that arrived during the
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
}

#[cfg(test)]
mod tests;
