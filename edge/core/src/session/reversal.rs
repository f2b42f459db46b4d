//! Reversals: a session that ended unpaid reverses its charges where the provider supports it. Law 3 applies here as well: only
//! the provider's answer says that a charge was reversed, or was not.

use super::{Entry, Redemption, Return, Reversal, Session};
use crate::Limits;
use crate::provider::Reply;
use crate::recovery::{Heard, Recovery, orphaned_at};
use crate::reference;
use checkout_wire::{Millis, Minor, RedemptionStatus, SessionStatus};

/// The most attempts at a reversal while the provider reports each time that it has not happened.
const TRIES: usize = 3;

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

    /// Returns the entry for the answer to a reversal.
    pub fn reversal_answered(&self, heard: Heard) -> Entry {
        let redemption = self.begun.id.clone();
        let is_first = self.reversal.as_ref().is_none_or(|reversal| reversal.tries == 1);
        match heard {
            Ok(Reply::Reversed) => Entry::Reversed { redemption },
            // A second reversal may be refused because the first one was accepted.
            Ok(Reply::Declined(refusal)) if is_first => {
                Entry::NotReversed { redemption, words: Some(refusal.words) }
            }
            _ => Entry::ReversalDoubted { redemption },
        }
    }

    /// Returns the entry for a look-up of a charge that is being reversed. [`Entry::Reversing`] means to send the reversal once
    /// more.
    pub fn reversal_asked(&self, heard: Heard, now: Millis, limits: &Limits) -> Entry {
        let redemption = self.begun.id.clone();
        let sent_at = self.reversal.as_ref().map_or(now, |reversal| reversal.sent_at);
        let tries = self.reversal.as_ref().map_or(0, |reversal| reversal.tries);
        match heard {
            Ok(Reply::Reversed) => Entry::Reversed { redemption },
            Ok(Reply::Paid(_)) if now - sent_at < limits.not_found_grace_ms => {
                Entry::ReversalAsked { redemption }
            }
            Ok(Reply::Paid(_)) if tries < TRIES => self.reversing(),
            Ok(Reply::Paid(_)) => Entry::NotReversed { redemption, words: None },
            _ => Entry::ReversalAsked { redemption },
        }
    }

    /// Applies an entry about the reversal; [`Stage::after`](super::Stage::after) has accepted it.
    pub(super) fn apply_reversal(&mut self, at: Millis, entry: Entry) {
        if let Entry::Reversing { reference, .. } = entry {
            let tries = self.reversal.as_ref().map_or(0, |reversal| reversal.tries) + 1;
            let recovery = Recovery::new(at);
            self.reversal = Some(Reversal { reference, sent_at: at, tries, stage: Return::Begun, recovery });
        } else if let Some(reversal) = &mut self.reversal {
            match &entry {
                Entry::Reversed { .. } | Entry::NotReversed { .. } => reversal.recovery.answer(at),
                Entry::ReversalAsked { .. } => reversal.recovery.ask(at),
                _ => reversal.recovery.doubt(at),
            }
            reversal.stage = match entry {
                Entry::Reversed { .. } => Return::Done,
                Entry::NotReversed { words, .. } => Return::Refused(words),
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
            Return::Begun => Some(orphaned_at(reversal.sent_at, limits)),
            Return::InDoubt => reversal.recovery.question_due(limits),
            Return::Done | Return::Refused(_) => None,
        }
    }
}

impl Session {
    /// Returns the redemptions to reverse if the session ends unpaid.
    pub fn returnable(&self) -> impl Iterator<Item = &Redemption> {
        self.redemptions.iter().filter(|one| one.is_success() && one.begun.reverses && one.reversal.is_none())
    }

    /// Returns the amount owed to the shopper: paid towards a session that ended unpaid and not reversed, or paid
    /// beyond the price.
    pub fn owed(&self) -> Minor {
        self.owed_if(self.ended_at().is_some())
    }

    /// Returns the amount owed under the assumption that the session has `ended` unpaid or has not.
    pub(super) fn owed_if(&self, ended: bool) -> Minor {
        if ended { self.received() } else { (self.received() - self.parameters.amount).max(Minor::ZERO) }
    }

    /// Returns whether it ended unpaid, even if its expiry is not recorded yet.
    pub(super) fn is_over(&self, now: Millis) -> bool {
        self.ended_at().is_some() || self.status(now) == SessionStatus::Expired
    }

    /// Returns the status to show to the shopper for a charge whose reversal is due or under way; `None` for any other.
    pub(super) fn returning(
        &self,
        one: &Redemption,
        now: Millis,
        limits: &Limits,
    ) -> Option<RedemptionStatus> {
        match &one.reversal {
            None => (one.is_success() && one.begun.reverses && self.is_over(now))
                .then_some(RedemptionStatus::Processing),
            Some(reversal) if reversal.is_left_to_person(limits) => Some(RedemptionStatus::Unknown),
            Some(reversal) => matches!(reversal.stage, Return::Begun | Return::InDoubt)
                .then_some(RedemptionStatus::Processing),
        }
    }
}
