//! A redemption: one voucher's payment, computed from the entries about it.

use super::{Begun, Entry, Move, Stage};
use crate::Limits;
use crate::recovery::{Doubt, Recovery};
use checkout_wire::{DeclineCode, Millis, Minor, RedemptionStatus};

/// One voucher's payment in a session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Redemption {
    /// Its first entry.
    pub begun: Begun,
    /// The time at which it began.
    pub created_at: Millis,
    /// The time at which the charge was about to be sent; `None` before that.
    pub sent_at: Option<Millis>,
    /// The balance before the charge, if it was checked.
    pub balance_before: Option<Minor>,
    /// Whether the provider sends the rest to the voucher's owner by message.
    pub renews: bool,
    /// Its state.
    pub state: RedemptionState,
    /// Whether its outcome was ever unknown.
    pub was_unknown: bool,
    /// The progress of its look-ups.
    pub recovery: Recovery,
    /// The reversal of its charge, once begun.
    pub reversal: Option<Reversal>,
}

/// The state of a redemption.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RedemptionState {
    /// Begun. A process that may have stopped since is working on it.
    Begun,
    /// The answer is missing or ambiguous.
    InDoubt {
        /// Why.
        doubt: Doubt,
        /// Whether it is in review.
        left_to_person: bool,
    },
    /// The money was taken and is credited.
    Succeeded {
        /// The credited amount.
        amount: Minor,
        /// The fee that the provider took on top.
        fee: Option<Minor>,
        /// The provider's transaction number.
        transaction: Option<String>,
        /// The balance left on the same voucher.
        balance: Option<Minor>,
    },
    /// The provider declined; nothing was taken.
    Declined {
        /// Why.
        code: DeclineCode,
        /// The provider's message, scrubbed.
        words: Option<String>,
        /// The voucher's balance, if the provider stated it.
        balance: Option<Minor>,
    },
    /// No charge was sent, or the provider did not process it.
    NotSent {
        /// Why.
        code: DeclineCode,
    },
}

/// The reversal of a charge.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reversal {
    /// Our reference of the reversal at the provider.
    pub reference: String,
    /// The time at which it was last about to be sent.
    pub sent_at: Millis,
    /// The number of times it was about to be sent.
    pub tries: usize,
    /// Its progress.
    pub stage: Return,
    /// The progress of its look-ups.
    pub recovery: Recovery,
}

/// The progress of a reversal.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Return {
    /// Sent by a process that may have stopped since.
    Begun,
    /// The answer is missing or ambiguous.
    InDoubt,
    /// Reversed.
    Done,
    /// Refused by the provider, with its message.
    Refused(Option<String>),
}

impl Reversal {
    /// Returns whether the look-ups are exhausted and the reversal is in review.
    pub fn is_left_to_person(&self, limits: &Limits) -> bool {
        self.stage == Return::InDoubt && self.recovery.is_exhausted(limits)
    }
}

impl RedemptionState {
    const fn is_success(&self) -> bool {
        matches!(self, RedemptionState::Succeeded { .. })
    }
}

impl Redemption {
    /// Applies an entry about the redemption, if it has an effect in its stage ([`Stage::after`]).
    pub(super) fn apply(&mut self, at: Millis, entry: Entry) {
        if Move::of(&entry).and_then(|entry| self.stage().after(entry)).is_none() {
            return;
        }
        match &entry {
            Entry::Hinted { .. } => return self.recovery.hint(),
            Entry::Asked { .. } if !self.is_open() => return self.recovery.miss(at),
            // The decline was known before; this look-up only confirms it.
            Entry::Declined { .. } if !self.is_open() => return self.recovery.confirm(),
            Entry::BalanceChecked { .. } | Entry::Sending { .. } => self.recovery.advance(at),
            Entry::Doubted { .. } => self.recovery.doubt(at),
            Entry::Asked { .. } => self.recovery.ask(at),
            Entry::LeftToPerson { .. }
            | Entry::Succeeded { .. }
            | Entry::Declined { .. }
            | Entry::NotSent { .. } => self.recovery.answer(at),
            _ => return self.apply_reversal(at, entry),
        }
        match entry {
            Entry::BalanceChecked { balance, renews, .. } => {
                self.balance_before = Some(balance);
                self.renews = renews;
                self.sent_at = Some(at);
            }
            Entry::Sending { .. } => self.sent_at = Some(at),
            Entry::Doubted { doubt, .. } => {
                self.state = RedemptionState::InDoubt { doubt, left_to_person: false };
            }
            Entry::LeftToPerson { .. } => {
                if let RedemptionState::InDoubt { left_to_person, .. } = &mut self.state {
                    *left_to_person = true;
                }
            }
            Entry::Succeeded { amount, fee, transaction, balance, .. } => {
                self.state = RedemptionState::Succeeded { amount, fee, transaction, balance };
            }
            Entry::Declined { code, words, balance, .. } => {
                self.state = RedemptionState::Declined { code, words, balance };
            }
            Entry::NotSent { code, .. } => self.state = RedemptionState::NotSent { code },
            _ => {}
        }
        self.was_unknown |= self.status() == RedemptionStatus::Unknown;
    }

    /// Returns whether the redemption has no final outcome yet.
    pub fn is_open(&self) -> bool {
        self.stage().is_open()
    }

    /// Returns whether the redemption is in review.
    pub fn is_left_to_person(&self) -> bool {
        self.stage() == Stage::Review
    }

    /// Returns whether a person has to decide about the payment or its reversal. When this becomes true, the merchant is sent
    /// `redemption.needs_review`.
    pub fn needs_review(&self, limits: &Limits) -> bool {
        let reversal = self.reversal.as_ref().is_some_and(|reversal| reversal.is_left_to_person(limits));
        self.is_left_to_person() || reversal
    }

    /// Returns whether the charge succeeded, even if it was reversed later.
    pub const fn is_success(&self) -> bool {
        self.state.is_success()
    }

    /// Returns the credited amount; 0 after a reversal.
    pub fn credited(&self) -> Minor {
        match self.state {
            RedemptionState::Succeeded { amount, .. } if !self.is_reversed() => amount,
            _ => Minor::ZERO,
        }
    }

    /// Returns whether the voucher itself was declined, as happens to a guesser or after a typing error.
    pub fn is_failed_try(&self) -> bool {
        use DeclineCode::*;
        match self.state {
            RedemptionState::Declined { code, .. } => {
                matches!(
                    code,
                    VoucherNotFound | VoucherUsed | VoucherRefused | InsufficientFunds | AmountRefused
                )
            }
            _ => false,
        }
    }

    /// Returns its status, as the API and the browser see it.
    pub fn status(&self) -> RedemptionStatus {
        match self.state {
            RedemptionState::Begun
            | RedemptionState::InDoubt { doubt: Doubt::Pending | Doubt::Unconfirmed, .. } => {
                RedemptionStatus::Processing
            }
            RedemptionState::InDoubt { .. } => RedemptionStatus::Unknown,
            RedemptionState::Succeeded { .. } if self.is_reversed() => RedemptionStatus::Reversed,
            RedemptionState::Succeeded { .. } => RedemptionStatus::Succeeded,
            RedemptionState::Declined { .. } => RedemptionStatus::Declined,
            RedemptionState::NotSent { .. } => RedemptionStatus::NotSent,
        }
    }
}

impl Redemption {
    /// Returns its stage.
    pub fn stage(&self) -> Stage {
        match (&self.state, &self.reversal) {
            (RedemptionState::Begun, _) if self.sent_at.is_none() => Stage::Begun,
            (RedemptionState::Begun, _) => Stage::Sending,
            (RedemptionState::InDoubt { left_to_person: true, .. }, _) => Stage::Review,
            (RedemptionState::InDoubt { doubt: Doubt::Pending | Doubt::Unconfirmed, .. }, _) => {
                Stage::Pending
            }
            (RedemptionState::InDoubt { .. }, _) => Stage::Unknown,
            (RedemptionState::Declined { .. }, _) => Stage::Declined,
            (RedemptionState::NotSent { .. }, _) => Stage::NotSent,
            (RedemptionState::Succeeded { .. }, None) => Stage::Succeeded,
            (RedemptionState::Succeeded { .. }, Some(reversal)) => match reversal.stage {
                Return::Begun => Stage::Reversing,
                Return::InDoubt => Stage::ReversalUnknown,
                Return::Done => Stage::Reversed,
                Return::Refused(_) => Stage::Kept,
            },
        }
    }
}
