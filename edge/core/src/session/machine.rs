//! The state machines of a payment and of its session, as tables. This module alone decides whether an entry affects a payment's
//! stage; `edge/core/STATES.md` is generated from it.

use super::Entry;
use crate::recovery::Doubt;
use checkout_wire::SessionStatus;

/// Declares an enum whose values have a name and a meaning for the documentation.
macro_rules! named {
    ($(#[$meta:meta])* pub enum $name:ident { $($variant:ident = $text:literal: $meaning:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum $name { $(#[doc = $meaning] $variant,)* }

        impl $name {
            /// All values, in order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Returns its name in the documentation.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// Returns its meaning.
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $meaning,)* }
            }
        }
    };
}

named! {
    /// The stage of a voucher's payment.
    pub enum Stage {
        Begun = "begun": "Recorded. The charge has not been sent.",
        Challenged = "challenged": "The provider sends a code to the voucher's owner. Nothing is taken before the code is sent back.",
        Sending = "sending": "The charge is being sent by a process that may have stopped since.",
        Pending = "pending": "The provider is still processing the charge, or has not confirmed the success that it reported.",
        Unknown = "unknown": "The answer is missing or ambiguous: money may have moved.",
        Review = "review": "The look-ups did not determine the outcome. A person decides.",
        Succeeded = "succeeded": "The money was taken and is credited.",
        Declined = "declined": "The provider declined. Nothing was taken.",
        NotSent = "not_sent": "No charge was sent, or the provider did not process it.",
        Reversing = "reversing": "The reversal is being sent by a process that may have stopped since.",
        ReversalUnknown = "reversal_unknown": "The outcome of the reversal is unknown.",
        ReversalBlocked = "reversal_blocked": "The provider refused the reversal for a reason on our side. It is sent again.",
        Reversed = "reversed": "The charge was reversed.",
        Kept = "kept": "The provider does not reverse the charge. The merchant owes the amount.",
    }
}

named! {
    /// The effect of an entry on a payment.
    pub enum Move {
        Begun = "begun": "A payment with a voucher begins.",
        BalanceChecked = "balance_checked": "The balance is sufficient; the charge is about to be sent. Stored as `weighed`.",
        Sending = "sending": "The voucher is locked for this payment; the charge is about to be sent.",
        Challenging = "challenging": "The balance is sufficient; the provider is about to be asked to send a code to the voucher's owner.",
        Challenged = "challenged": "The provider has sent the code.",
        Answering = "answering": "The shopper's code is about to be sent, which takes the money.",
        CodeRefused = "code_refused": "The provider refused the code. Nothing was taken, and another code can be typed.",
        Pending = "doubted (pending)": "The provider has not decided, or has not confirmed its earlier success.",
        Doubted = "doubted": "The answer to the charge is missing or unreadable.",
        WrongAmount = "doubted (amount)": "More was taken than requested.",
        Asked = "asked": "A look-up did not determine the outcome.",
        Hinted = "hinted": "A webhook asks for a look-up.",
        LeftToPerson = "left_to_person": "The look-ups were given up; a person decides.",
        Succeeded = "succeeded": "The provider reports that the money was taken.",
        ChangeStated = "change_stated": "The provider states apart from the success whether there is a change voucher.",
        Declined = "declined": "The provider reports that nothing was taken.",
        NotSent = "not_sent": "No charge was sent, or the provider did not process it.",
        Reversing = "reversing": "A reversal is about to be sent.",
        ReversalDoubted = "reversal_doubted": "The answer to the reversal is missing or unreadable.",
        ReversalAsked = "reversal_asked": "A look-up did not determine the outcome of the reversal.",
        ReversalBlocked = "reversal_blocked": "The provider refuses the reversal for a reason on our side.",
        Reversed = "reversed": "The provider reports that it reversed the charge.",
        NotReversed = "not_reversed": "The provider reports that it does not reverse the charge.",
        Resolved = "resolved": "A person has found out the outcome, which the next entry states.",
        AskRequested = "ask_requested": "A person has the provider asked once more.",
        RefundRequested = "refund_requested": "A person has the provider give the charge back.",
        Refunded = "refunded": "The merchant has given back the charge, or a part of it, by itself.",
    }
}

impl Stage {
    /// Returns the stage after an entry about the payment; `None` if the entry has no effect in this stage.
    pub const fn after(self, entry: Move) -> Option<Stage> {
        use Stage::*;
        Some(match (self, entry) {
            // From the start of the payment to its final outcome.
            (Begun, Move::BalanceChecked | Move::Sending) => Sending,
            (Begun | Challenged, Move::Challenging) => Challenged,
            (Challenged, Move::Challenged) => Challenged,
            (Challenged, Move::Answering) => Sending,
            (Sending | Pending | Unknown | Review, Move::CodeRefused) => Challenged,
            (Begun | Challenged | Sending | Pending | Unknown | Review, Move::Succeeded) => Succeeded,
            (Begun | Challenged | Sending | Pending | Unknown | Review, Move::Declined) => Declined,
            (Begun | Challenged | Sending | Pending | Unknown | Review, Move::NotSent) => NotSent,
            (Begun | Sending | Pending | Unknown | Review, Move::Pending) => Pending,
            (Begun | Sending | Pending | Unknown | Review, Move::Doubted) => Unknown,
            (Begun | Challenged | Sending | Pending | Unknown | Review, Move::WrongAmount) => Unknown,
            (Pending | Unknown | Review, Move::LeftToPerson) => Review,
            (Begun | Sending | Pending | Unknown | Review, Move::Asked | Move::Hinted) => self,
            // A late report that money was taken overrides an earlier decline.
            (Declined | NotSent, Move::Succeeded) => Succeeded,
            (Declined | NotSent, Move::WrongAmount) => Unknown,
            (Declined | NotSent, Move::Asked | Move::Hinted | Move::Declined) => self,
            // A later look-up contradicts a decline that was concluded from an earlier one.
            (Declined, Move::LeftToPerson) => Review,
            // A webhook can arrive before the answer.
            (Sending | Pending | Unknown | Review | Declined | NotSent | Succeeded, Move::ChangeStated) => {
                self
            }
            // Money is credited once; afterwards only a reversal has an effect.
            (Succeeded | Reversing | ReversalUnknown | ReversalBlocked, Move::Reversing) => Reversing,
            (Reversing | ReversalUnknown | ReversalBlocked, Move::ReversalBlocked) => ReversalBlocked,
            (Reversing | ReversalUnknown | ReversalBlocked, Move::ReversalDoubted) => ReversalUnknown,
            (ReversalUnknown, Move::ReversalAsked) => ReversalUnknown,
            (Reversing | ReversalUnknown | ReversalBlocked, Move::Reversed) => Reversed,
            (Reversing | ReversalUnknown | ReversalBlocked, Move::NotReversed) => Kept,
            // A person's acts. The outcome that a person states follows as an entry of its own.
            (Review | Succeeded | ReversalUnknown | ReversalBlocked, Move::Resolved) => self,
            (Pending | Unknown | Review | ReversalUnknown | ReversalBlocked, Move::AskRequested) => self,
            (Succeeded, Move::RefundRequested) => self,
            (Succeeded | Kept, Move::Refunded) => self,
            _ => return None,
        })
    }

    /// Returns whether the payment has no final outcome yet.
    pub const fn is_open(self) -> bool {
        use Stage::*;
        matches!(self, Begun | Challenged | Sending | Pending | Unknown | Review)
    }
}

impl Move {
    /// Returns the effect of an entry on its payment; `None` for an entry about the session.
    pub const fn of(entry: &Entry) -> Option<Self> {
        Some(match entry {
            Entry::Begun(_) => Move::Begun,
            Entry::BalanceChecked { .. } => Move::BalanceChecked,
            Entry::Sending { .. } => Move::Sending,
            Entry::Challenging { .. } => Move::Challenging,
            Entry::Challenged { .. } => Move::Challenged,
            Entry::Answering { .. } => Move::Answering,
            Entry::CodeRefused { .. } => Move::CodeRefused,
            Entry::Doubted { doubt: Doubt::Pending | Doubt::Unconfirmed, .. } => Move::Pending,
            Entry::Doubted { doubt: Doubt::Amount, .. } => Move::WrongAmount,
            Entry::Doubted { .. } => Move::Doubted,
            Entry::Asked { .. } => Move::Asked,
            Entry::Hinted { .. } => Move::Hinted,
            Entry::LeftToPerson { .. } => Move::LeftToPerson,
            Entry::Succeeded { .. } => Move::Succeeded,
            Entry::ChangeStated { .. } => Move::ChangeStated,
            Entry::Declined { .. } => Move::Declined,
            Entry::NotSent { .. } => Move::NotSent,
            Entry::Reversing { .. } => Move::Reversing,
            Entry::ReversalDoubted { .. } => Move::ReversalDoubted,
            Entry::ReversalAsked { .. } => Move::ReversalAsked,
            Entry::ReversalBlocked { .. } => Move::ReversalBlocked,
            Entry::Reversed { .. } => Move::Reversed,
            Entry::NotReversed { .. } => Move::NotReversed,
            Entry::Resolved { .. } => Move::Resolved,
            Entry::AskRequested { .. } => Move::AskRequested,
            Entry::RefundRequested { .. } => Move::RefundRequested,
            Entry::Refunded { .. } => Move::Refunded,
            Entry::Created { .. }
            | Entry::Canceled
            | Entry::Expired
            | Entry::PayoutReserved { .. }
            | Entry::PayoutReleased { .. }
            | Entry::PaidOut { .. }
            | Entry::Erased { .. } => return None,
        })
    }
}

/// The facts that determine a session's status.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Facts {
    /// Whether vouchers have paid it in full.
    pub paid: bool,
    /// How it ended unpaid, if it did.
    pub ended: Option<End>,
    /// The outcomes that it waits for.
    pub waits: Waits,
    /// Whether its expiry time has passed.
    pub overdue: bool,
}

/// How a session ended unpaid.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    /// The merchant canceled it.
    Canceled,
    /// It expired.
    Expired,
}

/// The outcomes that a session waits for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Waits {
    /// No outcome.
    Nothing,
    /// Only outcomes that are being looked up or in review.
    Outcome,
    /// The answer to a charge that is under way.
    Answer,
}

impl Facts {
    /// Returns the session's status. Only a charge that is under way keeps the session in `processing` past its end, and completes
    /// it if it succeeds. A payment that succeeds after the end is reversed or owed.
    pub const fn status(self) -> SessionStatus {
        match self {
            Facts { ended: Some(End::Canceled), .. } => SessionStatus::Canceled,
            Facts { ended: Some(End::Expired), .. } => SessionStatus::Expired,
            Facts { paid: true, .. } => SessionStatus::Complete,
            Facts { waits: Waits::Answer, .. } => SessionStatus::Processing,
            Facts { overdue: true, .. } => SessionStatus::Expired,
            Facts { waits: Waits::Outcome, .. } => SessionStatus::Processing,
            Facts { waits: Waits::Nothing, .. } => SessionStatus::Open,
        }
    }
}
