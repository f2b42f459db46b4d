//! The next steps of a redemption: the entry for each answer, and the task for each outcome that is unknown.
//!
//! Law 3 is enforced here: only an explicit answer of the provider settles a payment. Every function returns the entry to write;
//! none performs a call.

use super::{Entry, Redemption, RedemptionState, Return, Session, Stage};
use crate::Limits;
use crate::provider::{Paid, Reply};
use crate::recovery::{Doubt, ProviderAnswer, orphaned_at};
use checkout_wire::{ChangeVoucher, DeclineCode, Millis, Minor};

/// The result of an answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Outcome {
    /// The entry to write.
    pub entry: Entry,
    /// The change voucher to seal and store in the same step.
    pub change: Option<ChangeVoucher>,
}

impl Outcome {
    /// Returns whether money was taken, in full or in part, or whether its change voucher is stated.
    const fn is_money(&self) -> bool {
        matches!(
            self.entry,
            Entry::Succeeded { .. }
                | Entry::ChangeStated { .. }
                | Entry::Doubted { doubt: Doubt::Amount, .. }
        )
    }
}

/// A task that is due.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Task {
    /// Write this entry: no process is working on the payment any more, or the session has expired.
    Write(Entry),
    /// Look up the outcome of the charge.
    Ask(Redemption),
    /// Reverse the charge.
    Reverse(Redemption),
    /// Look up the outcome of the reversal.
    AskReversal(Redemption),
}

impl Redemption {
    /// Returns the entry for the answer to a balance check. No charge has been sent yet, so anything but a sufficient balance
    /// ends the redemption.
    pub fn balance_checked(&self, answer: ProviderAnswer) -> Entry {
        let redemption = self.begun.id.clone();
        let renews = matches!(answer, Ok(Reply::Renewing(_)));
        match answer {
            Ok(Reply::Balance(balance) | Reply::Renewing(balance) | Reply::Guarded { balance, .. })
                if balance < self.begun.amount.saturating_add(self.begun.fee) =>
            {
                // A voucher with a balance of zero is used up: some providers cannot state this in another way.
                let used = balance == Minor::ZERO;
                let code = if used { DeclineCode::VoucherUsed } else { DeclineCode::InsufficientFunds };
                Entry::Declined { redemption, code, words: None, balance: Some(balance) }
            }
            Ok(Reply::Balance(balance) | Reply::Renewing(balance)) => {
                Entry::BalanceChecked { redemption, balance, renews }
            }
            Ok(Reply::Guarded { balance, owner }) => {
                Entry::Challenging { redemption, balance, sent_to: owner, key: None }
            }
            refused => self.ended_before_charge(refused),
        }
    }

    /// Returns the entry that ends the redemption after an answer on which no charge is sent.
    pub(super) fn ended_before_charge(&self, answer: ProviderAnswer) -> Entry {
        let redemption = self.begun.id.clone();
        match answer {
            Ok(Reply::Declined(refusal)) => {
                Entry::Declined { redemption, code: refusal.code, words: Some(refusal.words), balance: None }
            }
            Ok(Reply::Busy) => Entry::NotSent { redemption, code: DeclineCode::ProviderBusy },
            _ => Entry::NotSent { redemption, code: DeclineCode::ProviderUnavailable },
        }
    }

    /// Returns the result of a charge, whether it was answered or not.
    pub(super) fn charged(&self, answer: ProviderAnswer) -> Outcome {
        let redemption = self.begun.id.clone();
        let entry = match answer {
            Ok(Reply::Paid(paid)) => return self.paid(paid),
            Ok(Reply::Declined(refusal)) => {
                Entry::Declined { redemption, code: refusal.code, words: Some(refusal.words), balance: None }
            }
            Ok(Reply::Busy) => Entry::NotSent { redemption, code: DeclineCode::ProviderBusy },
            Ok(Reply::Pending) => Entry::Doubted { redemption, doubt: Doubt::Pending },
            Ok(Reply::CodeRefused) => self.code_refused(),
            Ok(Reply::Failed) if self.challenge.is_some() => self.declined(DeclineCode::ProviderUnavailable),
            Ok(_) => Entry::Doubted { redemption, doubt: Doubt::Unreadable },
            Err(doubt) => Entry::Doubted { redemption, doubt },
        };
        Outcome { entry, change: None }
    }

    /// Returns the result of the answer to a charge, or to a code. `sent` is the payment's state when the request was sent. A look-up may
    /// have settled the payment since, and the shopper may then have typed another code: `None` unless the answer reports money or a
    /// change voucher, which count in any state.
    pub fn answered(&self, sent: &Redemption, answer: ProviderAnswer) -> Option<Outcome> {
        let outcome = self.charged(answer);
        let is_awaited = self.is_open() && self.codes_typed() == sent.codes_typed();
        (is_awaited || outcome.change.is_some() || outcome.is_money()).then_some(outcome)
    }

    /// Returns the result of the answer to a look-up that was sent at `asked_at`; `None` if the payment has succeeded since, or waits for
    /// the answer to another code. `sent` is the payment's state when the request was sent.
    pub fn looked_up(
        &self,
        sent: &Redemption,
        answer: ProviderAnswer,
        asked_at: Millis,
        limits: &Limits,
    ) -> Option<Outcome> {
        let outcome = self.asked(answer, asked_at, limits);
        let is_awaited = self.codes_typed() == sent.codes_typed() || outcome.is_money();
        (is_awaited && !self.is_success()).then_some(outcome)
    }

    /// Combines a reported success with the answer to a look-up that confirms it. A look-up that contradicts the success puts it
    /// in doubt; a look-up without an answer does not.
    pub fn confirmed(&self, paid: Paid, answer: ProviderAnswer) -> ProviderAnswer {
        match answer {
            Ok(Reply::Pending | Reply::NotFound | Reply::Failed | Reply::Reversed) => Err(Doubt::Unconfirmed),
            Ok(Reply::Paid(seen)) => match (paid.amount, seen.amount) {
                (Some(told), Some(amount)) if told != amount => Err(Doubt::Unconfirmed),
                // If only one of the two answers states the amount, that amount is used.
                (told, amount) => Ok(Reply::Paid(Paid { amount: told.or(amount), ..paid })),
            },
            _ => Ok(Reply::Paid(paid)),
        }
    }

    /// Returns the result of a look-up of a charge whose outcome is unknown, or that counts as declined.
    pub(super) fn asked(&self, answer: ProviderAnswer, now: Millis, limits: &Limits) -> Outcome {
        if !self.is_open() {
            return self.asked_again(answer);
        }
        let redemption = self.begun.id.clone();
        // The provider has reported both a success and no charge: a person decides.
        let unsaid = !matches!(self.state, RedemptionState::InDoubt { doubt: Doubt::Unconfirmed, .. });
        let old_enough = self.recovery.grace_is_over(now, limits);
        let entry = match answer {
            Ok(Reply::Paid(paid)) => {
                return match self.paid(paid) {
                    // More was taken than requested; another look-up would not change that.
                    Outcome { entry: Entry::Doubted { .. }, change } => {
                        Outcome { entry: Entry::LeftToPerson { redemption }, change }
                    }
                    settled => settled,
                };
            }
            Ok(Reply::Failed) if self.challenge.is_some() => self.declined(DeclineCode::ProviderUnavailable),
            // This counts as a failed attempt, so that a late answer gives a guesser no advantage.
            Ok(Reply::Failed) if unsaid => self.declined(DeclineCode::VoucherRefused),
            Ok(Reply::CodeRefused) => self.code_refused(),
            Ok(Reply::Reversed) => self.declined(DeclineCode::NotCharged),
            Ok(Reply::NotFound) if old_enough && unsaid => self.declined(DeclineCode::NotCharged),
            Ok(Reply::Balance(after) | Reply::Guarded { balance: after, .. }) => {
                match self.balance_before.map(|before| before - after) {
                    // A code that the provider has received can still take the money, however late.
                    Some(Minor::ZERO) if old_enough && self.challenge.is_none() => {
                        self.declined(DeclineCode::NotCharged)
                    }
                    Some(Minor::ZERO) => self.lookup_inconclusive(true, limits),
                    // The provider is about to say that it has taken the money.
                    Some(_) if self.is_settling() => self.lookup_inconclusive(false, limits),
                    Some(missing) if missing == self.debit() && self.may_infer(now, limits) => {
                        return self.inferred(after);
                    }
                    _ => Entry::LeftToPerson { redemption },
                }
            }
            _ => self.lookup_inconclusive(false, limits),
        };
        Outcome { entry, change: None }
    }

    /// Returns the result of a look-up of a settled charge that was not credited. Only a report that money was taken is new information.
    fn asked_again(&self, answer: ProviderAnswer) -> Outcome {
        let redemption = self.begun.id.clone();
        let entry = match answer {
            Ok(Reply::Paid(paid)) => return self.paid(paid),
            Ok(Reply::Balance(after) | Reply::Guarded { balance: after, .. }) => {
                match self.balance_before.filter(|_| self.stage() == Stage::Declined) {
                    // The missing amount may include the charge, but also other purchases.
                    Some(before) if before - after >= self.debit() => Entry::LeftToPerson { redemption },
                    Some(_) => self.declined(DeclineCode::NotCharged),
                    None => Entry::Asked { redemption, unchanged: false },
                }
            }
            Ok(Reply::Failed | Reply::Reversed) => self.declined(DeclineCode::NotCharged),
            // A webhook has reported a success, so the provider contradicts itself.
            Ok(Reply::NotFound) if !self.recovery.hinted => self.declined(DeclineCode::NotCharged),
            _ => Entry::Asked { redemption, unchanged: false },
        };
        Outcome { entry, change: None }
    }

    /// Returns the entry for a balance that no longer shows whether the charge was carried out, because a later payment has used the
    /// voucher.
    pub fn balance_inconclusive(&self) -> Entry {
        self.declined(DeclineCode::NotCharged)
    }

    pub(super) fn declined(&self, code: DeclineCode) -> Entry {
        Entry::Declined { redemption: self.begun.id.clone(), code, words: None, balance: None }
    }

    /// Returns the amount that the charge takes from the voucher.
    fn debit(&self) -> Minor {
        self.begun.amount.saturating_add(self.begun.fee)
    }

    /// Returns whether the provider has said that it is carrying out a code.
    const fn is_settling(&self) -> bool {
        self.challenge.is_some()
            && matches!(self.state, RedemptionState::InDoubt { doubt: Doubt::Pending, left_to_person: false })
    }

    /// Returns whether a missing amount can be credited without a report of the provider. The shopper may have spent the same amount
    /// elsewhere: this grows likelier with time, and is certain if the balance was unchanged after the charge. A balance from before a code
    /// is minutes old.
    fn may_infer(&self, now: Millis, limits: &Limits) -> bool {
        let soon = limits.provider_timeout_ms + limits.not_found_grace_ms;
        let is_soon = self.sent_at.is_some_and(|at| now - at <= soon);
        let is_small = limits.inferred_credit_up_to.is_none_or(|most| self.begun.amount <= most);
        is_soon && is_small && !self.was_unchanged && self.challenge.is_none()
    }

    /// Returns the success that is inferred from the voucher's balance.
    fn inferred(&self, after: Minor) -> Outcome {
        let mut outcome = self.paid(Paid { balance: Some(after), ..Paid::default() });
        if let Entry::Succeeded { inferred, .. } = &mut outcome.entry {
            *inferred = true;
        }
        outcome
    }

    /// Returns the entry for a change voucher delivered by a webhook; `None` unless a change voucher may be missing.
    pub fn change_stated_late(&self) -> Option<Entry> {
        let is_open = self.change_unknown() || (!self.is_success() && !self.change_stated);
        is_open.then(|| Entry::ChangeStated { redemption: self.begun.id.clone() })
    }

    /// Returns the entries for the answer to a look-up. `asked` is the payment's state when the look-up was sent. A hint that arrived
    /// during the look-up is newer than the answer and still to be looked up.
    pub fn with_hint(&self, asked: &Redemption, entry: Entry) -> Vec<Entry> {
        let settles = matches!(entry, Entry::Succeeded { .. } | Entry::ChangeStated { .. });
        let hint = (!settles).then(|| Entry::Hinted { redemption: self.begun.id.clone() });
        self.recovery.with_hint(&asked.recovery, entry, hint)
    }

    fn lookup_inconclusive(&self, unchanged: bool, limits: &Limits) -> Entry {
        let redemption = self.begun.id.clone();
        match &self.state {
            RedemptionState::InDoubt { .. } if self.recovery.is_last_question(limits) => {
                Entry::LeftToPerson { redemption }
            }
            _ => Entry::Asked { redemption, unchanged },
        }
    }

    /// Returns the result of a success. A smaller amount than requested is credited as it is; a larger one needs review. For a success that
    /// is already credited, only the change voucher is new information.
    fn paid(&self, paid: Paid) -> Outcome {
        let redemption = self.begun.id.clone();
        if self.is_success() {
            return Outcome { entry: Entry::ChangeStated { redemption }, change: paid.change };
        }
        let amount = paid.amount.unwrap_or(self.begun.amount);
        if amount <= Minor::ZERO || amount > self.begun.amount {
            return Outcome {
                entry: Entry::Doubted { redemption, doubt: Doubt::Amount },
                change: paid.change,
            };
        }
        let taken = self.balance_before.zip(paid.balance).map(|(before, after)| before - after);
        let fee = taken.map(|taken| taken - amount).filter(|fee| *fee >= Minor::ZERO);
        let entry = Entry::Succeeded {
            redemption,
            amount,
            fee,
            transaction: paid.transaction,
            balance: paid.balance,
            inferred: false,
            change_unknown: paid.change_unknown,
        };
        Outcome { entry, change: paid.change }
    }

    /// Returns when its next task is due; `None` if it is settled or in review.
    fn due_at(&self, limits: &Limits) -> Option<Millis> {
        match &self.state {
            RedemptionState::Begun => Some(orphaned_at(self.sent_at.unwrap_or(self.created_at), limits)),
            RedemptionState::Challenged => self.challenge.as_ref().map(|challenge| match challenge.id {
                None => orphaned_at(challenge.wanted_at, limits),
                Some(_) => challenge.ends_at(limits),
            }),
            RedemptionState::Succeeded { .. } => None,
            _ if self.recovery.hinted => self.recovery.hint_due(limits),
            RedemptionState::InDoubt { left_to_person: false, .. } => {
                Some(self.recovery.repeated_question_due(limits))
            }
            RedemptionState::Declined { .. } => self.recheck_due(limits),
            _ => None,
        }
    }

    /// Returns when a charge that counts as not carried out is looked up once more; `None` for any other charge, and for one that a person
    /// has settled.
    fn recheck_due(&self, limits: &Limits) -> Option<Millis> {
        let concluded = matches!(self.state, RedemptionState::Declined { code: DeclineCode::NotCharged, .. })
            && self.resolution.is_none();
        self.recovery.recheck_due(limits).filter(|_| concluded)
    }

    /// Returns whether a look-up may still need the voucher's PIN.
    pub fn keeps_pin(&self, limits: &Limits) -> bool {
        self.is_open() || self.recheck_due(limits).is_some()
    }

    fn task(&self) -> Task {
        let redemption = self.begun.id.clone();
        match (&self.state, self.sent_at) {
            (RedemptionState::Begun, None) => {
                Task::Write(Entry::NotSent { redemption, code: DeclineCode::ProviderUnavailable })
            }
            (RedemptionState::Challenged, _) => Task::Write(self.not_entered()),
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
    /// Returns when the session's next task is due.
    pub fn next_due(&self, limits: &Limits) -> Option<Millis> {
        let payments = self.redemptions.iter().filter_map(|payment| self.due_at(payment, limits));
        payments.chain(self.expiry()).min()
    }

    /// Returns when the session's expiry is to be recorded; `None` if it has ended, is paid, or has a charge under way.
    fn expiry(&self) -> Option<Millis> {
        // Money found to be taken after the end is reversed or listed as owed.
        let is_due = self.ended_at().is_none() && self.remaining() > Minor::ZERO && !self.awaits_answer();
        is_due.then_some(self.expires_at)
    }

    fn due_at(&self, payment: &Redemption, limits: &Limits) -> Option<Millis> {
        if let Some(ended) = self.ended_at().filter(|_| payment.stage() == Stage::Challenged) {
            return Some(ended);
        }
        payment.due_at(limits).or_else(|| payment.reversal_due_at(self.ended_at(), limits))
    }

    /// Returns the entry for a webhook about the charge with this reference; `None` if the reference is not ours or the outcome
    /// is already known.
    pub fn hinted(&self, reference: &str, success: bool) -> Option<Entry> {
        let payment = self.redemptions.iter().find(|payment| payment.begun.reference == reference)?;
        let news = payment.is_open() || (success && !payment.is_success());
        news.then(|| Entry::Hinted { redemption: payment.begun.id.clone() })
    }

    /// Returns a task that is due at `now`. The expiry comes first: a payment found later does not complete the session.
    pub fn due(&self, now: Millis, limits: &Limits) -> Option<Task> {
        let due = |payment: &&Redemption| self.due_at(payment, limits).is_some_and(|at| at <= now);
        let expired = self.expiry().is_some_and(|at| at <= now).then_some(Task::Write(Entry::Expired));
        expired.or_else(|| self.redemptions.iter().find(due).map(Redemption::task))
    }
}
