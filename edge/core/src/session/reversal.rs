//! Reversals: a session that ended unpaid reverses its charges where the provider supports it. Law 3 applies here as well: only
//! the provider's answer says that a charge was reversed, or was not.

use super::{Entry, Redemption, Return, Reversal, Session};
use crate::Limits;
use crate::provider::Reply;
use crate::recovery::{ProviderAnswer, Recovery, orphaned_at};
use crate::reference;
use checkout_wire::{DeclineCode, Millis, Minor, RedemptionStatus, SessionStatus};

/// The most attempts at a reversal while the provider reports each time that the charge is not reversed.
const TRIES: usize = 3;
/// The time for which a reversal that was refused for a reason on our side is sent again.
const BLOCKED_FOR: Millis = Millis::DAY.times(30);

impl Redemption {
    /// Returns whether its charge was reversed.
    pub fn is_reversed(&self) -> bool {
        self.reversal.as_ref().is_some_and(|reversal| reversal.stage == Return::Done)
    }

    /// Returns the entry to write before a reversal is sent.
    pub fn reversing(&self) -> Entry {
        let reference = reference::reversal(&self.begun.reference);
        Entry::Reversing { redemption: self.begun.id.clone(), reference }
    }

    /// Returns the entry for the answer to a reversal at `now`.
    pub fn reversal_answered(&self, answer: ProviderAnswer, now: Millis) -> Entry {
        let redemption = self.begun.id.clone();
        let is_first = self.reversal.as_ref().is_none_or(|reversal| reversal.tries == 1);
        match answer {
            Ok(Reply::Reversed) => Entry::Reversed { redemption },
            Ok(Reply::Declined(refusal)) if refusal.code == DeclineCode::ProviderUnavailable => {
                self.blocked(Some(refusal.words), now)
            }
            // A second reversal may be refused because the first one was accepted.
            Ok(Reply::Declined(refusal)) if is_first => {
                Entry::NotReversed { redemption, words: Some(refusal.words) }
            }
            _ => Entry::ReversalDoubted { redemption },
        }
    }

    /// Returns the entry for a look-up of a charge that is being reversed. [`Entry::Reversing`] means to send the reversal once
    /// more.
    pub fn reversal_asked(&self, answer: ProviderAnswer, now: Millis, limits: &Limits) -> Entry {
        let redemption = self.begun.id.clone();
        let Some(reversal) = &self.reversal else {
            return Entry::ReversalAsked { redemption };
        };
        match (answer, &reversal.stage) {
            (Ok(Reply::Reversed), _) => Entry::Reversed { redemption },
            (Ok(Reply::Paid(_)), Return::Blocked(_)) => self.reversing(),
            (Ok(Reply::Paid(_)), _) if now - reversal.sent_at < limits.not_found_grace_ms => {
                Entry::ReversalAsked { redemption }
            }
            (Ok(Reply::Paid(_)), _) if reversal.tries < TRIES => self.reversing(),
            (Ok(Reply::Paid(_)), _) => Entry::NotReversed { redemption, words: None },
            // There may be nothing to reverse, so a person decides in the end.
            (Ok(Reply::NotFound | Reply::Failed), Return::Blocked(_)) => {
                Entry::ReversalDoubted { redemption }
            }
            // The reason on our side may concern look-ups as well.
            (_, Return::Blocked(words)) => self.blocked(words.clone(), now),
            _ => Entry::ReversalAsked { redemption },
        }
    }

    /// Returns the entry for a reversal that is refused for a reason on our side. The merchant can correct the reason, for example with a
    /// new token.
    fn blocked(&self, words: Option<String>, now: Millis) -> Entry {
        let redemption = self.begun.id.clone();
        let since = self.reversal.as_ref().and_then(|reversal| reversal.blocked_at).unwrap_or(now);
        match now - since < BLOCKED_FOR {
            true => Entry::ReversalBlocked { redemption, words },
            false => Entry::NotReversed { redemption, words },
        }
    }

    /// Applies an entry about the reversal; [`Stage::after`](super::Stage::after) has accepted it.
    pub(super) fn apply_reversal(&mut self, at: Millis, entry: Entry) {
        if let Entry::Reversing { reference, .. } = entry {
            let before = self.reversal.as_ref();
            // A blocked reversal did not count as an attempt.
            let tries = before.map_or(0, |reversal| reversal.tries) + 1;
            self.reversal = Some(Reversal {
                reference,
                sent_at: at,
                tries,
                blocked: before.map_or(0, |reversal| reversal.blocked),
                blocked_at: before.and_then(|reversal| reversal.blocked_at),
                stage: Return::Begun,
                recovery: Recovery::new(at).spread_by(self.begun.id.digits()),
            });
        } else if let Some(reversal) = &mut self.reversal {
            match &entry {
                Entry::ReversalBlocked { .. } => {
                    reversal.recovery.answer(at);
                    if !matches!(reversal.stage, Return::Blocked(_)) {
                        reversal.tries = reversal.tries.saturating_sub(1);
                    }
                    reversal.blocked += 1;
                    reversal.blocked_at = reversal.blocked_at.or(Some(at));
                }
                Entry::Reversed { .. } | Entry::NotReversed { .. } => reversal.recovery.answer(at),
                Entry::ReversalAsked { .. } => reversal.recovery.ask(at),
                _ => reversal.recovery.doubt(at),
            }
            reversal.stage = match entry {
                Entry::Reversed { .. } => Return::Done,
                Entry::NotReversed { words, .. } => Return::Refused(words),
                Entry::ReversalBlocked { words, .. } => Return::Blocked(words),
                _ => Return::InDoubt,
            };
        }
    }

    /// Returns when the next task of its reversal is due; `ended_at` is the time at which its session ended
    /// unpaid.
    pub(super) fn reversal_due_at(&self, ended_at: Option<Millis>, limits: &Limits) -> Option<Millis> {
        if !self.is_success() {
            return None;
        }
        let Some(reversal) = &self.reversal else {
            return ended_at.filter(|_| self.begun.reverses).map(|at| at.max(self.recovery.changed_at));
        };
        match &reversal.stage {
            Return::InDoubt | Return::Blocked(_) if reversal.recovery.hinted => {
                reversal.recovery.hint_due(limits)
            }
            Return::Begun => Some(orphaned_at(reversal.sent_at, limits)),
            Return::InDoubt => reversal.recovery.question_due(limits),
            Return::Blocked(_) => {
                let pauses = &limits.settle_backoff_ms;
                let pause = pauses.get(reversal.blocked - 1).or(pauses.last())?;
                Some(reversal.recovery.changed_at + *pause)
            }
            Return::Done | Return::Refused(_) => None,
        }
    }
}

impl Session {
    /// Returns the redemptions to reverse if the session ends unpaid.
    pub fn returnable(&self) -> impl Iterator<Item = &Redemption> {
        self.redemptions.iter().filter(|redemption| {
            redemption.is_success() && redemption.begun.reverses && redemption.reversal.is_none()
        })
    }

    /// Returns the amount owed to the shopper: paid towards a session that ended unpaid and not reversed, or paid
    /// beyond the price.
    pub fn owed(&self) -> Minor {
        self.owed_if(self.ended_at().is_some())
    }

    /// Returns the amount owed under the assumption that the session has `ended` unpaid or has not.
    pub(super) fn owed_if(&self, ended: bool) -> Minor {
        let price = if ended { Minor::ZERO } else { self.parameters.amount };
        (self.received() - price - self.refunded() - self.paid_out()).max(Minor::ZERO)
    }

    /// Returns the amount that the provider may still return: its reversal is due, or its outcome is open.
    pub(super) fn reversals_open(&self) -> Minor {
        let ended = self.ended_at().is_some();
        let is_open = |redemption: &&Redemption| match &redemption.reversal {
            None => ended && redemption.begun.reverses,
            Some(reversal) => matches!(reversal.stage, Return::Begun | Return::InDoubt | Return::Blocked(_)),
        };
        self.redemptions.iter().filter(is_open).map(Redemption::credited).sum()
    }

    /// Returns whether it ended unpaid, even if its expiry is not recorded yet.
    pub(super) fn is_over(&self, now: Millis) -> bool {
        self.ended_at().is_some() || self.status(now) == SessionStatus::Expired
    }

    /// Returns the status to show to the shopper for a charge whose reversal is due or under way; `None` for any other.
    pub(super) fn returning(
        &self,
        redemption: &Redemption,
        now: Millis,
        limits: &Limits,
    ) -> Option<RedemptionStatus> {
        match &redemption.reversal {
            // A refund concerns the merchant only: the order stays paid.
            Some(_) if redemption.has_provider_refund() => None,
            None => (redemption.is_success() && redemption.begun.reverses && self.is_over(now))
                .then_some(RedemptionStatus::Processing),
            Some(reversal) if reversal.needs_review(limits) => Some(RedemptionStatus::Unknown),
            Some(reversal) => matches!(reversal.stage, Return::Begun | Return::InDoubt)
                .then_some(RedemptionStatus::Processing),
        }
    }
}
