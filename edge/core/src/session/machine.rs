//! The state machine of a payment and of its session, as tables. Whether an entry counts where a payment stands is decided here
//! and nowhere else; `edge/core/STATES.md` is drawn from it.

use super::Entry;
use crate::recovery::Doubt;
use checkout_wire::SessionStatus;

/// An enum whose values know their names and what they mean.
macro_rules! named {
    ($(#[$meta:meta])* pub enum $name:ident { $($variant:ident = $text:literal: $meaning:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum $name { $(#[doc = $meaning] $variant,)* }

        impl $name {
            /// Every value.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Its name in the documentation.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }

            /// What it means.
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$variant => $meaning,)* }
            }
        }
    };
}

named! {
    /// Where a voucher's payment stands.
    pub enum Stage {
        Begun = "begun": "Written down. Nothing that could take money has been sent.",
        Sending = "sending": "The request that takes the money is on its way, in a process that may have died since.",
        Pending = "pending": "The provider works on it, or does not stand by its own success yet.",
        Unknown = "unknown": "The answer is missing or says nothing certain: money may have moved.",
        Review = "review": "Asking does not help. A person has to find out.",
        Succeeded = "succeeded": "The money was taken and is credited.",
        Declined = "declined": "The provider refused. Nothing was taken.",
        NotSent = "not_sent": "Nothing that could take money was sent.",
        Reversing = "reversing": "The money is being given back, by a process that may have died since.",
        ReversalUnknown = "reversal_unknown": "Whether it was given back is not known.",
        Reversed = "reversed": "The money was given back.",
        Kept = "kept": "The provider does not give it back. The shop owes it.",
    }
}

named! {
    /// What an entry says about a payment.
    pub enum Move {
        Begun = "begun": "A voucher is about to be tried.",
        BalanceChecked = "balance_checked": "The voucher is worth enough; the charge is about to be sent. Stored as `weighed`.",
        Sending = "sending": "The voucher is this payment's alone; the charge is about to be sent.",
        Pending = "doubted (pending)": "The provider has not decided, or takes its word back.",
        Doubted = "doubted": "No answer, or none that can be read.",
        WrongAmount = "doubted (amount)": "More was taken than was asked for.",
        Asked = "asked": "The provider was asked, and it is still not known.",
        Hinted = "hinted": "A webhook says that there is something to look up.",
        LeftToPerson = "left_to_person": "Asking was given up.",
        Succeeded = "succeeded": "The provider says that the money was taken.",
        Declined = "declined": "The provider says that nothing was taken.",
        NotSent = "not_sent": "Nothing was sent.",
        Reversing = "reversing": "Giving the money back is about to be sent.",
        ReversalDoubted = "reversal_doubted": "No answer to that, or none that can be read.",
        ReversalAsked = "reversal_asked": "The provider was asked about that, and it is still not known.",
        Reversed = "reversed": "The provider says that it gave the money back.",
        NotReversed = "not_reversed": "The provider says that it does not.",
    }
}

impl Stage {
    /// Where a payment stands after an entry about it; `None` where the entry changes nothing.
    pub const fn after(self, entry: Move) -> Option<Stage> {
        use Stage::*;
        Some(match (self, entry) {
            // Before the charge is sent, its answer and what becomes of it when that is lost.
            (Begun, Move::BalanceChecked | Move::Sending) => Sending,
            (Begun | Sending | Pending | Unknown | Review, Move::Succeeded) => Succeeded,
            (Begun | Sending | Pending | Unknown | Review, Move::Declined) => Declined,
            (Begun | Sending | Pending | Unknown | Review, Move::NotSent) => NotSent,
            (Begun | Sending | Pending | Unknown | Review, Move::Pending) => Pending,
            (Begun | Sending | Pending | Unknown | Review, Move::Doubted | Move::WrongAmount) => Unknown,
            (Pending | Unknown | Review, Move::LeftToPerson) => Review,
            (Begun | Sending | Pending | Unknown | Review, Move::Asked | Move::Hinted) => self,
            // What was believed to be nothing was money after all.
            (Declined | NotSent, Move::Succeeded) => Succeeded,
            (Declined | NotSent, Move::WrongAmount) => Unknown,
            (Declined | NotSent, Move::Asked | Move::Hinted | Move::Declined) => self,
            // Money is credited once; after that only giving it back changes anything.
            (Succeeded | Reversing | ReversalUnknown, Move::Reversing) => Reversing,
            (Reversing | ReversalUnknown, Move::ReversalDoubted) => ReversalUnknown,
            (ReversalUnknown, Move::ReversalAsked) => ReversalUnknown,
            (Reversing | ReversalUnknown, Move::Reversed) => Reversed,
            (Reversing | ReversalUnknown, Move::NotReversed) => Kept,
            _ => return None,
        })
    }

    /// Whether the outcome is still to come.
    pub const fn is_open(self) -> bool {
        matches!(self, Stage::Begun | Stage::Sending | Stage::Pending | Stage::Unknown | Stage::Review)
    }
}

impl Move {
    /// What an entry says about the payment it is about; `None` for one about the session.
    pub const fn of(entry: &Entry) -> Option<Self> {
        Some(match entry {
            Entry::Begun(_) => Move::Begun,
            Entry::BalanceChecked { .. } => Move::BalanceChecked,
            Entry::Sending { .. } => Move::Sending,
            Entry::Doubted { doubt: Doubt::Pending | Doubt::Unconfirmed, .. } => Move::Pending,
            Entry::Doubted { doubt: Doubt::Amount, .. } => Move::WrongAmount,
            Entry::Doubted { .. } => Move::Doubted,
            Entry::Asked { .. } => Move::Asked,
            Entry::Hinted { .. } => Move::Hinted,
            Entry::LeftToPerson { .. } => Move::LeftToPerson,
            Entry::Succeeded { .. } => Move::Succeeded,
            Entry::Declined { .. } => Move::Declined,
            Entry::NotSent { .. } => Move::NotSent,
            Entry::Reversing { .. } => Move::Reversing,
            Entry::ReversalDoubted { .. } => Move::ReversalDoubted,
            Entry::ReversalAsked { .. } => Move::ReversalAsked,
            Entry::Reversed { .. } => Move::Reversed,
            Entry::NotReversed { .. } => Move::NotReversed,
            Entry::Created { .. } | Entry::Canceled | Entry::Expired => return None,
        })
    }
}

/// What decides where a session stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Facts {
    /// Vouchers have paid all of it.
    pub paid: bool,
    /// It ended unpaid, and how.
    pub ended: Option<End>,
    /// What it waits for.
    pub waits: Waits,
    /// Its time is up.
    pub overdue: bool,
}

/// How a session ended unpaid.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    /// The shop canceled it.
    Canceled,
    /// Its time was up.
    Expired,
}

/// What a session waits for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Waits {
    /// Nothing.
    Nothing,
    /// Outcomes that only a person can find out.
    Person,
    /// An outcome that is still being found out.
    Outcome,
}

impl Facts {
    /// Where the session stands. A payment that is not settled outlasts the session's end: its outcome comes first, unless only a
    /// person can find it out. What is paid after the end does not undo that.
    pub const fn status(self) -> SessionStatus {
        match self {
            Facts { paid: true, ended: None, .. } => SessionStatus::Complete,
            Facts { waits: Waits::Outcome, .. }
            | Facts { waits: Waits::Person, ended: None, overdue: false, .. } => SessionStatus::Processing,
            Facts { ended: Some(End::Canceled), .. } => SessionStatus::Canceled,
            Facts { ended: Some(End::Expired), .. } | Facts { overdue: true, .. } => SessionStatus::Expired,
            Facts { .. } => SessionStatus::Open,
        }
    }
}
