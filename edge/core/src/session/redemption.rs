//! A redemption: one voucher's payment, computed from the entries about it.

use super::challenge::{Challenge, TypedCode};
use super::{Begun, Entry, Move, Stage};
use crate::Limits;
use crate::actor::Act;
use crate::recovery::{Doubt, Recovery};
use crate::seal::same;
use checkout_wire::{DeclineCode, Millis, Minor, RedemptionStatus, VoucherId};

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
    /// Whether the provider sends the remainder to the voucher's owner by message.
    pub renews: bool,
    /// Its state.
    pub state: RedemptionState,
    /// Whether its outcome was ever unknown.
    pub was_unknown: bool,
    /// Whether a look-up has found the voucher's balance unchanged since before the charge.
    pub was_unchanged: bool,
    /// Whether the provider has stated, separately from the success, whether there is a change voucher.
    pub change_stated: bool,
    /// The confirmation codes, once one was requested.
    pub challenge: Option<Challenge>,
    /// The progress of its look-ups.
    pub recovery: Recovery,
    /// The reversal of its charge, once begun.
    pub reversal: Option<Reversal>,
    /// The last time that a person settled its outcome.
    pub resolution: Option<(Millis, Act)>,
    /// The refunds made after the session was complete, oldest first.
    pub refunds: Vec<Refund>,
}

/// Money that was given back after its session was complete.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refund {
    /// The person who requested it, and the reason.
    pub act: Act,
    /// When.
    pub at: Millis,
    /// The amount.
    pub amount: Minor,
    /// The way in which it is given back.
    pub way: RefundWay,
}

/// How a refund is given back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RefundWay {
    /// By the provider, which reverses the charge.
    Provider,
    /// By the merchant, with a voucher issued for it or in another way.
    Merchant {
        /// The voucher.
        voucher: Option<VoucherId>,
    },
}

/// The state of a redemption.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RedemptionState {
    /// Begun. Its process may have stopped since.
    Begun,
    /// It waits for the provider to send a code, or for the shopper to type it.
    Challenged,
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
        /// Whether it was inferred from the voucher's balance before and after the charge, not reported by the provider.
        inferred: bool,
        /// Whether there may be a change voucher that was missing from the answer.
        change_unknown: bool,
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
    /// The number of times it was about to be sent, excluding those refused for a reason on our side.
    pub tries: usize,
    /// The number of times it was refused for a reason on our side.
    pub blocked: usize,
    /// The time at which it was first refused for a reason on our side.
    pub blocked_at: Option<Millis>,
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
    /// Refused for a reason on our side, with the provider's message. It is sent again.
    Blocked(Option<String>),
}

impl Reversal {
    /// Returns whether the look-ups are exhausted and the reversal is in review.
    pub fn is_left_to_person(&self, limits: &Limits) -> bool {
        self.stage == Return::InDoubt && self.recovery.is_exhausted(limits)
    }

    /// Returns whether a person has to act. A reversal that was blocked needs it until it is answered.
    pub fn needs_review(&self, limits: &Limits) -> bool {
        let is_over = matches!(self.stage, Return::Done | Return::Refused(_));
        self.is_left_to_person(limits) || (self.blocked_at.is_some() && !is_over)
    }
}

impl RedemptionState {
    const fn is_success(&self) -> bool {
        matches!(self, RedemptionState::Succeeded { .. })
    }
}

impl Redemption {
    /// Returns whether the page with this payer key, by its hash, has begun it.
    pub fn is_paid_by(&self, payer: Option<&str>) -> bool {
        payer.zip(self.begun.payer.as_deref()).is_some_and(|(payer, known)| same(payer, known))
    }

    /// Applies an entry about the redemption, if it has an effect in its stage ([`Stage::after`]).
    pub(super) fn apply(&mut self, at: Millis, entry: Entry) {
        if Move::of(&entry).and_then(|entry| self.stage().after(entry)).is_none() {
            return;
        }
        match &entry {
            Entry::Hinted { .. } => return self.recovery.hint(),
            Entry::AskRequested { .. } if self.is_open() => return self.recovery.hint(),
            Entry::AskRequested { .. } => {
                return self.reversal.iter_mut().for_each(|reversal| reversal.recovery.hint());
            }
            Entry::Resolved { act, .. } => {
                self.resolution = Some((at, act.clone()));
                return;
            }
            Entry::RefundRequested { act, .. } => {
                let amount = self.credited();
                let refund = Refund { act: act.clone(), at, amount, way: RefundWay::Provider };
                return self.refunds.push(refund);
            }
            Entry::Refunded { amount, voucher, act, .. } => {
                let way = RefundWay::Merchant { voucher: voucher.clone() };
                return self.refunds.push(Refund { act: act.clone(), at, amount: *amount, way });
            }
            Entry::ChangeStated { .. } => {
                self.change_stated = true;
                return;
            }
            Entry::Asked { .. } if !self.is_open() => return self.recovery.miss(at),
            // The decline was known before; this look-up only confirms it.
            Entry::Declined { .. } if !self.is_open() => return self.recovery.confirm(at),
            Entry::BalanceChecked { .. }
            | Entry::Sending { .. }
            | Entry::Challenging { .. }
            | Entry::Challenged { .. }
            | Entry::Answering { .. } => self.recovery.advance(at),
            // The next code starts from the beginning.
            Entry::CodeRefused { .. } => self.recovery = Recovery::new(at).spread_by(self.begun.id.digits()),
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
            Entry::Challenging { balance, sent_to, key, .. } => {
                self.balance_before = Some(balance);
                self.state = RedemptionState::Challenged;
                self.challenge.get_or_insert_default().begin(at, sent_to, key);
            }
            Entry::Challenged { challenge, .. } => {
                self.challenge.get_or_insert_default().id = Some(challenge)
            }
            Entry::Answering { key, code, .. } => {
                self.challenge.get_or_insert_default().answers.push(TypedCode { key, code });
                self.state = RedemptionState::Begun;
                self.sent_at = Some(at);
            }
            Entry::CodeRefused { .. } => {
                self.challenge.get_or_insert_default().refused_at.push(at);
                self.state = RedemptionState::Challenged;
                self.sent_at = None;
                self.was_unchanged = false;
            }
            Entry::Doubted { doubt, .. } => {
                self.state = RedemptionState::InDoubt { doubt, left_to_person: false };
            }
            Entry::LeftToPerson { .. } => {
                let doubt = match self.state {
                    RedemptionState::InDoubt { doubt, .. } => doubt,
                    // A later look-up contradicts the decline.
                    _ => Doubt::Unreadable,
                };
                self.state = RedemptionState::InDoubt { doubt, left_to_person: true };
            }
            Entry::Asked { unchanged, .. } => self.was_unchanged |= unchanged,
            Entry::Succeeded { amount, fee, transaction, balance, inferred, change_unknown, .. } => {
                self.state = RedemptionState::Succeeded {
                    amount,
                    fee,
                    transaction,
                    balance,
                    inferred,
                    change_unknown,
                };
            }
            Entry::Declined { code, words, balance, .. } => {
                self.state = RedemptionState::Declined { code, words, balance };
            }
            Entry::NotSent { code, .. } => self.state = RedemptionState::NotSent { code },
            _ => {}
        }
        self.was_unknown |= self.is_in_doubt();
    }

    /// Returns whether the redemption has no final outcome yet.
    pub fn is_open(&self) -> bool {
        self.stage().is_open()
    }

    /// Returns whether money may have been taken from the voucher: something was sent that could, or it is credited.
    pub fn may_have_taken(&self) -> bool {
        self.sent_at.is_some() || self.is_success()
    }

    /// Returns whether the answer to the charge is missing, ambiguous or not final.
    pub const fn is_in_doubt(&self) -> bool {
        matches!(self.state, RedemptionState::InDoubt { .. })
    }

    /// Returns whether the redemption is in review.
    pub fn is_left_to_person(&self) -> bool {
        self.stage() == Stage::Review
    }

    /// Returns whether the charge succeeded, even if it was reversed later.
    pub const fn is_success(&self) -> bool {
        self.state.is_success()
    }

    /// Returns whether there may be a change voucher that is not known (law 5).
    pub const fn change_unknown(&self) -> bool {
        !self.change_stated && matches!(self.state, RedemptionState::Succeeded { change_unknown: true, .. })
    }

    /// Returns whether a person has to act: to find out an outcome or a change voucher, or to unblock a reversal. When this
    /// becomes true, the merchant is sent `redemption.needs_review`.
    pub fn needs_review(&self, limits: &Limits) -> bool {
        let reversal = self.reversal.as_ref().is_some_and(|reversal| reversal.needs_review(limits));
        self.is_left_to_person() || self.change_unknown() || reversal
    }

    /// Returns the credited amount; 0 after a reversal. A refund does not lower it.
    pub fn credited(&self) -> Minor {
        match self.state {
            RedemptionState::Succeeded { amount, .. }
                if !self.is_reversed() || self.has_provider_refund() =>
            {
                amount
            }
            _ => Minor::ZERO,
        }
    }

    /// Returns the amount that was given back after the session was complete.
    pub fn refunded(&self) -> Minor {
        let is_done = |refund: &&Refund| refund.way != RefundWay::Provider || self.is_reversed();
        self.refunds.iter().filter(is_done).map(|refund| refund.amount).sum()
    }

    /// Returns whether its reversal is a refund.
    pub fn has_provider_refund(&self) -> bool {
        self.refunds.iter().any(|refund| refund.way == RefundWay::Provider)
    }

    /// Returns whether nothing was taken for a reason that reveals something about the voucher. A wrong code does not: that there is a
    /// voucher was said when its owner was sent one.
    pub fn is_voucher_refused(&self) -> bool {
        let in_use = matches!(self.state, RedemptionState::NotSent { code: DeclineCode::VoucherInUse, .. });
        let wrong_code =
            matches!(self.state, RedemptionState::Declined { code: DeclineCode::CodeRefused, .. });
        in_use || (self.is_failed_try() && !wrong_code)
    }

    /// Returns whether the voucher itself was declined, as after a guess or a typing error.
    pub fn is_failed_try(&self) -> bool {
        use DeclineCode::*;
        match self.state {
            RedemptionState::Declined { code, .. } => {
                matches!(
                    code,
                    VoucherNotFound
                        | VoucherUsed
                        | VoucherRefused
                        | InsufficientFunds
                        | AmountRefused
                        | CodeRefused
                )
            }
            _ => false,
        }
    }

    /// Returns whether nothing was taken for a reason other than the voucher's state.
    pub fn is_unsent_try(&self) -> bool {
        use DeclineCode::*;
        match self.state {
            RedemptionState::Declined { code, .. } | RedemptionState::NotSent { code, .. } => {
                matches!(code, VoucherInUse | ProviderUnavailable | ProviderBusy | CodeNotEntered)
            }
            _ => false,
        }
    }

    /// Returns its status, as the API and the browser see it.
    pub fn status(&self) -> RedemptionStatus {
        match self.state {
            RedemptionState::Challenged if self.challenge_id().is_some() => RedemptionStatus::Challenged,
            RedemptionState::Begun
            | RedemptionState::Challenged
            | RedemptionState::InDoubt { doubt: Doubt::Pending | Doubt::Unconfirmed, .. } => {
                RedemptionStatus::Processing
            }
            RedemptionState::InDoubt { .. } => RedemptionStatus::Unknown,
            RedemptionState::Succeeded { .. } if self.is_reversed() && !self.has_provider_refund() => {
                RedemptionStatus::Reversed
            }
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
            (RedemptionState::Challenged, _) => Stage::Challenged,
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
                Return::Blocked(_) => Stage::ReversalBlocked,
            },
        }
    }
}
