//! The kinds of simulated providers, and the kinds of responses to a call.

use checkout_wire::Minor;

/// The fee of [`Manner::ByBalance`].
const FEE: Minor = Minor(10);

/// The kind of a provider.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Manner {
    /// Supports look-ups by reference, returns the rest as a change voucher, and reports outcomes by webhook.
    ByReference,
    /// Has no references: each charge that arrives takes amount and fee, and its outcome is derived from the balance.
    ByBalance,
    /// Sends a code to the voucher's owner, and takes the money when it is sent back. A repeated code is carried out once, and the
    /// outcome is derived from the balance.
    ByCode,
    /// Reports the balance, has its successes confirmed by a look-up, supports reversals, and reports successes by webhook.
    Confirming,
}

impl Manner {
    pub(super) const fn checks_balance_first(self) -> bool {
        matches!(self, Manner::ByBalance | Manner::ByCode | Manner::Confirming)
    }

    /// Returns whether the balance is the only look-up.
    pub(super) const fn is_by_balance(self) -> bool {
        matches!(self, Manner::ByBalance | Manner::ByCode)
    }

    pub(super) const fn tells(self) -> bool {
        matches!(self, Manner::ByReference | Manner::Confirming)
    }

    pub(super) const fn fee(self) -> Minor {
        if matches!(self, Manner::ByBalance) { FEE } else { Minor::ZERO }
    }
}

/// The provider's response to a call that has just arrived.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Mood {
    /// Carries it out.
    Obliging,
    /// Declines.
    Refusing,
    /// Reports too many calls.
    Busy,
    /// Takes less than requested, and reports it.
    TakingLess,
    /// Takes more than requested, and reports it.
    TakingMore,
    /// Decides later, then takes the money.
    SlowToTake,
    /// Decides later, then takes nothing.
    SlowToFail,
    /// Declines, and takes the money later nevertheless.
    TakingAfterNo,
    /// Does not know its own charge yet, for up to an hour.
    Forgetful,
    /// Carries out a charge and answers in words that its document does not list. Refuses a reversal for a reason on our side.
    Unlisted,
    /// Leaves the amount paid out of the answer to a look-up.
    Untold,
}

impl Mood {
    pub(super) const fn of(how: u8) -> Self {
        match how % 18 {
            8 => Mood::Refusing,
            9 => Mood::Busy,
            10 => Mood::TakingLess,
            11 => Mood::TakingMore,
            12 => Mood::SlowToTake,
            13 => Mood::SlowToFail,
            14 => Mood::TakingAfterNo,
            15 => Mood::Forgetful,
            16 => Mood::Unlisted,
            17 => Mood::Untold,
            _ => Mood::Obliging,
        }
    }
}
