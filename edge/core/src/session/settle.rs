//! How a voucher's payment goes on: what each answer means for it, and what to do about one that is not known.
//!
//! Law 3 lives here: only an explicit word of the provider settles a payment. Every function returns the entry to write;
//! none of them acts.

use super::{Doubt, Entry, Redemption, Session, State};
use crate::Limits;
use crate::provider::{ChangeVoucher, Paid, Recovery, Reply};
use checkout_wire::DeclineCode;

/// Time on top of the provider's timeout before a payment that nobody reports on is taken as orphaned.
const ORPHANED_AFTER_MS: i64 = 5_000;

/// What came back from a call: the provider's word, or why there is none.
pub type Heard = Result<Reply, Doubt>;

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
}

impl Redemption {
    /// The voucher's value was asked before the charge. Nothing that could take money has been sent yet, so anything but
    /// a value that is high enough ends it.
    pub fn weighed(&self, heard: Heard) -> Entry {
        let redemption = self.begun.id.clone();
        match heard {
            Ok(Reply::Balance(balance)) if balance >= self.begun.amount.saturating_add(self.begun.fee) => {
                Entry::Weighed { redemption, balance }
            }
            // WiPay has no word for a voucher that is used up.
            Ok(Reply::Balance(0)) => {
                Entry::Declined { redemption, code: DeclineCode::VoucherUsed, words: None }
            }
            Ok(Reply::Balance(_)) => {
                Entry::Declined { redemption, code: DeclineCode::InsufficientFunds, words: None }
            }
            Ok(Reply::Declined(refusal)) => {
                Entry::Declined { redemption, code: refusal.code, words: Some(refusal.words) }
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
                Entry::Declined { redemption, code: refusal.code, words: Some(refusal.words) }
            }
            Ok(Reply::Busy) => Entry::NotSent { redemption, code: DeclineCode::ProviderBusy },
            Ok(Reply::Pending) => Entry::Doubted { redemption, doubt: Doubt::Pending },
            Ok(Reply::NotFound | Reply::Balance(_)) => {
                Entry::Doubted { redemption, doubt: Doubt::Unreadable }
            }
            Err(doubt) => Entry::Doubted { redemption, doubt },
        };
        Outcome { entry, change: None }
    }

    /// The provider was asked what came of a charge whose outcome is not known.
    pub fn asked(&self, heard: Heard, now: i64, limits: &Limits) -> Outcome {
        let redemption = self.begun.id.clone();
        let old_enough = self.sent_at.is_some_and(|sent| now - sent >= limits.believe_after_ms);
        let not_charged =
            Entry::Declined { redemption: redemption.clone(), code: DeclineCode::NotCharged, words: None };
        let entry = match heard {
            Ok(Reply::Paid(paid)) => {
                return match self.paid(paid) {
                    // More than asked for was taken: asking again will not change that.
                    Outcome { entry: Entry::Doubted { .. }, change } => {
                        Outcome { entry: Entry::LeftToPerson { redemption }, change }
                    }
                    settled => settled,
                };
            }
            // The charge failed. It counts as a failed try: a guesser must not gain by being answered late.
            Ok(Reply::Declined(refusal))
                if self.begun.sends && refusal.code == DeclineCode::VoucherRefused =>
            {
                Entry::Declined { redemption, code: refusal.code, words: None }
            }
            Ok(Reply::NotFound) if old_enough => not_charged,
            Ok(Reply::Balance(after)) => match self.balance_before.map(|before| before - after) {
                Some(0) if old_enough => not_charged,
                Some(taken) if taken == self.begun.amount.saturating_add(self.begun.fee) => {
                    return self.paid(Paid {
                        amount: None,
                        transaction: None,
                        balance: Some(after),
                        change: None,
                    });
                }
                Some(0) => self.asked_in_vain(limits),
                _ => Entry::LeftToPerson { redemption },
            },
            _ => self.asked_in_vain(limits),
        };
        Outcome { entry, change: None }
    }

    fn asked_in_vain(&self, limits: &Limits) -> Entry {
        let redemption = self.begun.id.clone();
        match &self.state {
            State::InDoubt { asked, .. } if asked + 1 >= limits.settle_after_ms.len() => {
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
            State::Begun => {
                let since = self.sent_at.unwrap_or(self.created_at);
                Some(since + limits.provider_timeout_ms + ORPHANED_AFTER_MS)
            }
            State::InDoubt { asked, left_to_person: false, .. } => {
                // With fewer pauses configured than were in force before, the last one is used.
                let pause = limits.settle_after_ms.get(*asked).or(limits.settle_after_ms.last());
                Some(self.changed_at + pause.copied().unwrap_or(ORPHANED_AFTER_MS))
            }
            _ => None,
        }
    }

    fn task(&self) -> Task {
        let redemption = self.begun.id.clone();
        match (&self.state, self.sent_at) {
            (State::Begun, None) => {
                Task::Write(Entry::NotSent { redemption, code: DeclineCode::ProviderUnavailable })
            }
            (State::Begun, Some(_)) => Task::Write(Entry::Doubted { redemption, doubt: Doubt::Stopped }),
            _ => Task::Ask(self.clone()),
        }
    }
}

impl Session {
    /// When something of it needs looking after next, in milliseconds.
    pub fn next_due(&self, limits: &Limits) -> Option<i64> {
        self.redemptions.iter().filter_map(|one| one.due_at(limits)).min()
    }

    /// What has to be done now.
    pub fn due(&self, now: i64, limits: &Limits) -> Option<Task> {
        let due = |one: &&Redemption| one.due_at(limits).is_some_and(|at| at <= now);
        self.redemptions.iter().find(due).map(Redemption::task)
    }
}

impl Recovery {
    /// Whether the PIN must be kept, sealed, while an outcome is unknown.
    pub const fn needs_pin(self) -> bool {
        matches!(self, Recovery::Balance)
    }
}
