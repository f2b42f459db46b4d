//! How a voucher's payment goes on: what each answer means for it, and what to do about one that is not known.
//!
//! Law 3 lives here: only an explicit word of the provider settles a payment. Every function returns the entry to write;
//! none of them acts.

use super::{Entry, Redemption, RedemptionState, Return, Session};
use crate::Limits;
use crate::provider::{Paid, Reply};
use crate::recovery::{Doubt, Heard, orphaned_at};
use checkout_wire::{ChangeVoucher, DeclineCode, RedemptionId};

/// What an answer leads to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outcome {
    /// To be written.
    pub entry: Entry,
    /// To be sealed and kept, in the same step.
    pub change: Option<ChangeVoucher>,
}

/// Something to do about a payment whose time has come.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Task {
    /// Write this: nobody is working on the payment any more.
    Write(Entry),
    /// Ask the provider what came of it.
    Ask(Redemption),
    /// Give the charge back.
    Reverse(Redemption),
    /// Ask the provider whether the charge was given back.
    AskReversal(Redemption),
}

impl Redemption {
    /// The voucher's value was asked before the charge. Nothing that could take money has been sent yet, so anything but
    /// a value that is high enough ends it.
    pub fn balance_checked(&self, heard: Heard) -> Entry {
        let redemption = self.begun.id.clone();
        let renews = matches!(heard, Ok(Reply::Renewing(_)));
        match heard {
            Ok(Reply::Balance(balance) | Reply::Renewing(balance)) => {
                if balance >= self.begun.amount.saturating_add(self.begun.fee) {
                    return Entry::BalanceChecked { redemption, balance, renews };
                }
                // A voucher that is worth nothing is used up: some providers have no other word for it.
                let used = balance == 0;
                let code = if used { DeclineCode::VoucherUsed } else { DeclineCode::InsufficientFunds };
                Entry::Declined { redemption, code, words: None, balance: Some(balance) }
            }
            Ok(Reply::Declined(refusal)) => {
                Entry::Declined { redemption, code: refusal.code, words: Some(refusal.words), balance: None }
            }
            Ok(Reply::Busy) => Entry::NotSent { redemption, code: DeclineCode::ProviderBusy },
            _ => Entry::NotSent { redemption, code: DeclineCode::ProviderUnavailable },
        }
    }

    /// The charge was answered, or was not.
    pub fn charged(&self, heard: Heard) -> Outcome {
        let redemption = self.begun.id.clone();
        let entry = match heard {
            Ok(Reply::Paid(paid)) => return self.paid(paid),
            Ok(Reply::Declined(refusal)) => {
                Entry::Declined { redemption, code: refusal.code, words: Some(refusal.words), balance: None }
            }
            Ok(Reply::Busy) => Entry::NotSent { redemption, code: DeclineCode::ProviderBusy },
            Ok(Reply::Pending) => Entry::Doubted { redemption, doubt: Doubt::Pending },
            Ok(_) => Entry::Doubted { redemption, doubt: Doubt::Unreadable },
            Err(doubt) => Entry::Doubted { redemption, doubt },
        };
        Outcome { entry, change: None }
    }

    /// What a success means once the provider was asked about it again: one that it does not stand by is a doubt. Silence
    /// does not undo a word.
    pub fn confirmed(&self, paid: Paid, heard: Heard) -> Heard {
        match heard {
            Ok(Reply::Pending | Reply::NotFound | Reply::Failed | Reply::Reversed) => Err(Doubt::Unconfirmed),
            Ok(Reply::Paid(seen)) => match (paid.amount, seen.amount) {
                (Some(told), Some(amount)) if told != amount => Err(Doubt::Unconfirmed),
                // Where only one of both answers tells the amount, it counts.
                (told, amount) => Ok(Reply::Paid(Paid { amount: told.or(amount), ..paid })),
            },
            _ => Ok(Reply::Paid(paid)),
        }
    }

    /// The provider was asked what came of a charge whose outcome is not known, or was believed to be nothing.
    pub fn asked(&self, heard: Heard, now: i64, limits: &Limits) -> Outcome {
        let redemption = self.begun.id.clone();
        let refused =
            |code| Entry::Declined { redemption: redemption.clone(), code, words: None, balance: None };
        // Its own word that the money was taken stands against that it was not: a person has to look.
        let unsaid = !matches!(self.state, RedemptionState::InDoubt { doubt: Doubt::Unconfirmed, .. });
        let old_enough = self.recovery.grace_is_over(now, limits);
        let not_charged = refused(DeclineCode::NotCharged);
        let entry = match heard {
            // Only that money was taken after all is news.
            Ok(Reply::Paid(paid)) if !self.is_open() => return self.paid(paid),
            Ok(Reply::Failed | Reply::Reversed) if !self.is_open() => not_charged,
            _ if !self.is_open() => Entry::Asked { redemption },
            Ok(Reply::Paid(paid)) => {
                return match self.paid(paid) {
                    // More than asked for was taken: asking again will not change that.
                    Outcome { entry: Entry::Doubted { .. }, change } => {
                        Outcome { entry: Entry::LeftToPerson { redemption }, change }
                    }
                    settled => settled,
                };
            }
            // It counts as a failed try: a guesser must not gain by being answered late.
            Ok(Reply::Failed) if unsaid => refused(DeclineCode::VoucherRefused),
            Ok(Reply::Reversed) => not_charged,
            Ok(Reply::NotFound) if old_enough && unsaid => not_charged,
            Ok(Reply::Balance(after)) => match self.balance_before.map(|before| before - after) {
                Some(0) if old_enough => not_charged,
                Some(taken) if taken == self.begun.amount.saturating_add(self.begun.fee) => {
                    return self.paid(Paid { balance: Some(after), ..Paid::default() });
                }
                Some(0) => self.asked_in_vain(limits),
                _ => Entry::LeftToPerson { redemption },
            },
            _ => self.asked_in_vain(limits),
        };
        Outcome { entry, change: None }
    }

    /// What to write about an answer to a question that was asked when the payment stood as `asked`: a hint that came while the
    /// answer was on its way is newer than it, and still to be looked up.
    pub fn with_hint(&self, asked: &Redemption, entry: Entry) -> Vec<Entry> {
        let settles = matches!(entry, Entry::Succeeded { .. });
        let hint = (!settles).then(|| Entry::Hinted { redemption: self.begun.id.clone() });
        self.recovery.with_hint(&asked.recovery, entry, hint)
    }

    fn asked_in_vain(&self, limits: &Limits) -> Entry {
        let redemption = self.begun.id.clone();
        match &self.state {
            RedemptionState::InDoubt { .. } if self.recovery.is_last_question(limits) => {
                Entry::LeftToPerson { redemption }
            }
            _ => Entry::Asked { redemption },
        }
    }

    /// Money was taken. A part of what was asked for is credited as that part; more than was asked for is for a person.
    fn paid(&self, paid: Paid) -> Outcome {
        let redemption = self.begun.id.clone();
        let amount = paid.amount.unwrap_or(self.begun.amount);
        if amount < 1 || amount > self.begun.amount {
            return Outcome {
                entry: Entry::Doubted { redemption, doubt: Doubt::Amount },
                change: paid.change,
            };
        }
        let taken = self.balance_before.zip(paid.balance).map(|(before, after)| before - after);
        let fee = taken.map(|taken| taken - amount).filter(|fee| *fee >= 0);
        let entry = Entry::Succeeded {
            redemption,
            amount,
            fee,
            transaction: paid.transaction,
            balance: paid.balance,
        };
        Outcome { entry, change: paid.change }
    }

    /// When it needs looking after, in milliseconds; `None` when it is settled or left to a person.
    fn due_at(&self, limits: &Limits) -> Option<i64> {
        match &self.state {
            RedemptionState::Begun => Some(orphaned_at(self.sent_at.unwrap_or(self.created_at), limits)),
            RedemptionState::Succeeded { .. } => None,
            _ if self.recovery.hinted => self.recovery.hint_due(limits),
            RedemptionState::InDoubt { left_to_person: false, .. } => {
                Some(self.recovery.repeated_question_due(limits))
            }
            _ => None,
        }
    }

    fn task(&self) -> Task {
        let redemption = self.begun.id.clone();
        match (&self.state, self.sent_at) {
            (RedemptionState::Begun, None) => {
                Task::Write(Entry::NotSent { redemption, code: DeclineCode::ProviderUnavailable })
            }
            (RedemptionState::Begun, Some(_)) => {
                Task::Write(Entry::Doubted { redemption, doubt: Doubt::Stopped })
            }
            (RedemptionState::Succeeded { .. }, _) => {
                match self.reversal.as_ref().map(|reversal| &reversal.stage) {
                    None => Task::Reverse(self.clone()),
                    Some(Return::Begun) => Task::Write(Entry::ReversalDoubted { redemption }),
                    Some(_) => Task::AskReversal(self.clone()),
                }
            }
            _ => Task::Ask(self.clone()),
        }
    }
}

impl Session {
    /// When something of it needs looking after next, in milliseconds.
    pub fn next_due(&self, limits: &Limits) -> Option<i64> {
        let payments = self.redemptions.iter().filter_map(|one| self.due_at(one, limits));
        payments.chain(self.expiry()).min()
    }

    /// When it is to be written down that the session ended unpaid; `None` when it has ended, is paid, or waits for an
    /// outcome that is still being found out.
    fn expiry(&self) -> Option<i64> {
        // What waits for a person can wait after the end as well: late money is given back, or listed as owed.
        let waits = !self.waits_for_person_only();
        (self.ended_at().is_none() && self.remaining() > 0 && !waits).then_some(self.expires_at)
    }

    fn due_at(&self, one: &Redemption, limits: &Limits) -> Option<i64> {
        one.due_at(limits).or_else(|| one.reversal_due_at(self.ended_at(), limits))
    }

    /// What to write when a webhook speaks of this reference, and the payment it is about; `None` when there is nothing to
    /// look up: it is none of ours, or says what is known.
    pub fn hinted(&self, reference: &str, success: bool) -> Option<Entry> {
        let one = self.redemptions.iter().find(|one| one.begun.reference == reference)?;
        let news = one.is_open() || (success && !one.is_success());
        news.then(|| Entry::Hinted { redemption: one.begun.id.clone() })
    }

    /// When a change voucher of this payment is to be erased, in milliseconds.
    pub fn forget_change_at(&self, redemption: &RedemptionId, limits: &Limits) -> Option<i64> {
        self.redemption(redemption)
            .map(|one| one.recovery.changed_at.saturating_add(limits.change_voucher_kept_ms))
    }

    /// What has to be done now.
    pub fn due(&self, now: i64, limits: &Limits) -> Option<Task> {
        let due = |one: &&Redemption| self.due_at(one, limits).is_some_and(|at| at <= now);
        let expired = || self.expiry().is_some_and(|at| at <= now).then_some(Task::Write(Entry::Expired));
        self.redemptions.iter().find(due).map(Redemption::task).or_else(expired)
    }
}
