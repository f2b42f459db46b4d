//! Giving a charge back: what a session that ended unpaid does with the vouchers that were charged for it, where the provider takes
//! it back. Law 3 holds here as well: only the provider's word says that it was given back, or that it was not.

use super::{Entry, Redemption, Return, Reversal, Session};
use crate::Limits;
use crate::provider::Reply;
use crate::recovery::{Heard, Recovery, orphaned_at};
use crate::reference;
use checkout_wire::{RedemptionStatus, SessionStatus};

/// How often giving back is tried when the provider says each time that it has not happened.
const TRIES: usize = 3;

impl Redemption {
    /// Whether its money was given back.
    pub fn is_reversed(&self) -> bool {
        self.reversal.as_ref().is_some_and(|reversal| reversal.stage == Return::Done)
    }

    /// The entry to write before the charge is given back.
    pub fn reversing(&self) -> Entry {
        let reference = reference::reversal(&self.begun.reference);
        Entry::Reversing { redemption: self.begun.id.clone(), reference }
    }

    /// What the answer to giving back leads to.
    pub fn reversal_answered(&self, heard: Heard) -> Entry {
        let redemption = self.begun.id.clone();
        let is_first = self.reversal.as_ref().is_none_or(|reversal| reversal.tries == 1);
        match heard {
            Ok(Reply::Reversed) => Entry::Reversed { redemption },
            // A second try may be refused because the first one was taken.
            Ok(Reply::Declined(refusal)) if is_first => {
                Entry::NotReversed { redemption, words: Some(refusal.words) }
            }
            _ => Entry::ReversalDoubted { redemption },
        }
    }

    /// What a look-up of the charge says about giving it back. [`Entry::Reversing`] means to send it once more.
    pub fn reversal_asked(&self, heard: Heard, now: i64, limits: &Limits) -> Entry {
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

    /// Takes an entry about giving back, which counts where the payment stands.
    pub(super) fn apply_reversal(&mut self, at: i64, entry: Entry) {
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

    /// When giving it back needs looking after; `ended_at` is when its session ended unpaid.
    pub(super) fn reversal_due_at(&self, ended_at: Option<i64>, limits: &Limits) -> Option<i64> {
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
    /// The charges that can be given back when the session ends unpaid.
    pub fn returnable(&self) -> impl Iterator<Item = &Redemption> {
        self.redemptions.iter().filter(|one| one.is_success() && one.begun.reverses && one.reversal.is_none())
    }

    /// What the shop owes the shopper, in minor units: what vouchers paid towards a session that ended unpaid and was not
    /// given back, and what they paid beyond the price.
    pub fn owed(&self) -> i64 {
        self.owed_if(self.ended_at().is_some())
    }

    /// The same for one that has ended, or not.
    pub(super) fn owed_if(&self, ended: bool) -> i64 {
        if ended { self.received() } else { (self.received() - self.parameters.amount).max(0) }
    }

    /// Whether it ended unpaid, also where that is still to be written.
    pub(super) fn is_over(&self, now: i64) -> bool {
        self.ended_at().is_some() || self.status(now) == SessionStatus::Expired
    }

    /// What to tell the shopper of money that was taken and is on its way back, or about to be; `None` of any other.
    pub(super) fn returning(&self, one: &Redemption, now: i64, limits: &Limits) -> Option<RedemptionStatus> {
        match &one.reversal {
            None => (one.is_success() && one.begun.reverses && self.is_over(now))
                .then_some(RedemptionStatus::Processing),
            Some(reversal) if reversal.is_left_to_person(limits) => Some(RedemptionStatus::Unknown),
            Some(reversal) => matches!(reversal.stage, Return::Begun | Return::InDoubt)
                .then_some(RedemptionStatus::Processing),
        }
    }
}
