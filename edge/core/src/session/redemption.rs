//! One voucher's payment: the sum of the entries about it.

use super::{Begun, Entry, Move, Stage};
use crate::Limits;
use crate::recovery::{Doubt, Recovery};
use checkout_wire::{DeclineCode, RedemptionStatus};

/// One voucher's payment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Redemption {
    /// How it began.
    pub begun: Begun,
    /// When it began.
    pub created_at: i64,
    /// When the request that takes the money was about to be sent; `None` before that.
    pub sent_at: Option<i64>,
    /// What the voucher was worth before, where the provider was asked.
    pub balance_before: Option<i64>,
    /// Whether what is left on the voucher comes to its owner by message.
    pub renews: bool,
    /// Where it stands.
    pub state: RedemptionState,
    /// Whether it was ever unknown whether money had moved.
    pub was_unknown: bool,
    /// How far finding out its outcome is.
    pub recovery: Recovery,
    /// Giving it back, once that was begun.
    pub reversal: Option<Reversal>,
}

/// Where a voucher's payment stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RedemptionState {
    /// Begun; its request is under way in a process that may have died since.
    Begun,
    /// The answer is missing or says nothing certain.
    InDoubt {
        /// Why.
        doubt: Doubt,
        /// It cannot be found out by asking.
        left_to_person: bool,
    },
    /// The money was taken and is credited.
    Succeeded {
        /// Credited.
        amount: i64,
        /// Taken on top.
        fee: Option<i64>,
        /// The provider's number of the transaction.
        transaction: Option<String>,
        /// What is left on the same voucher.
        balance: Option<i64>,
    },
    /// Refused; nothing was taken.
    Declined {
        /// Why.
        code: DeclineCode,
        /// The provider's words, scrubbed.
        words: Option<String>,
        /// What the voucher is worth, where the provider told it.
        balance: Option<i64>,
    },
    /// Nothing was sent that could take money.
    NotSent {
        /// Why.
        code: DeclineCode,
    },
}

/// A charge on its way back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reversal {
    /// Our reference of it at the provider.
    pub reference: String,
    /// When it was about to be sent last.
    pub sent_at: i64,
    /// How often it was about to be sent.
    pub tries: usize,
    /// How far it is.
    pub stage: Return,
    /// How far finding out its outcome is.
    pub recovery: Recovery,
}

/// How far giving back is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Return {
    /// Under way in a process that may have died since.
    Begun,
    /// The answer is missing or says nothing certain.
    InDoubt,
    /// Given back.
    Done,
    /// The provider does not give it back; its words.
    Refused(Option<String>),
}

impl Reversal {
    /// Whether asking has not helped, and a person has to find out.
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
    /// Takes an entry about it, if it counts where the payment stands ([`Stage::after`]).
    pub(super) fn apply(&mut self, at: i64, entry: Entry) {
        if Move::of(&entry).and_then(|entry| self.stage().after(entry)).is_none() {
            return;
        }
        match &entry {
            Entry::Hinted { .. } => return self.recovery.hint(),
            Entry::Asked { .. } if !self.is_open() => return self.recovery.miss(at),
            // That it was nothing is what was believed before: it has been looked up, and that is all.
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

    /// Whether the outcome is still to come.
    pub fn is_open(&self) -> bool {
        self.stage().is_open()
    }

    /// Whether only a person can find out what came of it.
    pub fn is_left_to_person(&self) -> bool {
        self.stage() == Stage::Review
    }

    /// Whether the money was taken, also when it was given back since.
    pub const fn is_success(&self) -> bool {
        self.state.is_success()
    }

    /// What it has paid, unless that was given back.
    pub fn credited(&self) -> i64 {
        match self.state {
            RedemptionState::Succeeded { amount, .. } if !self.is_reversed() => amount,
            _ => 0,
        }
    }

    /// Whether the voucher was refused for its own sake: what a guesser causes, and a shopper's typing error.
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

    /// Where it stands, as API and browser name it.
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
    /// Where it stands.
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
