//! In what manner the providers of the world go about things, and in what mood.

/// What comes on top where the manner is [`Manner::ByBalance`].
const FEE: i64 = 10;

/// How a provider goes about it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Manner {
    /// Looks charges up by reference, gives the rest back as a new voucher, tells by webhook what became of a charge.
    ByReference,
    /// Knows no references: each charge that arrives takes amount and fee, and what it did is read off the value.
    ByBalance,
    /// Shows the value, is asked about its own successes, gives charges back, tells of successes by webhook.
    Confirming,
}

impl Manner {
    pub(super) const fn checks_balance_first(self) -> bool {
        matches!(self, Manner::ByBalance | Manner::Confirming)
    }

    pub(super) const fn tells(self) -> bool {
        matches!(self, Manner::ByReference | Manner::Confirming)
    }

    pub(super) const fn fee(self) -> i64 {
        if matches!(self, Manner::ByBalance) { FEE } else { 0 }
    }
}

/// How a provider takes the call that has just arrived.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Mood {
    /// Does what it is asked for.
    Obliging,
    /// Refuses, and does nothing.
    Refusing,
    /// Too many calls.
    Busy,
    /// Takes less than asked for, and says so.
    TakingLess,
    /// Takes more than asked for, and says so.
    TakingMore,
    /// Decides later, then takes the money.
    SlowToTake,
    /// Decides later, then takes nothing.
    SlowToFail,
    /// Says no, and takes the money later all the same.
    TakingAfterNo,
    /// Does not know yet what it has just done.
    Forgetful,
}

impl Mood {
    pub(super) const fn of(how: u8) -> Self {
        match how % 16 {
            8 => Mood::Refusing,
            9 => Mood::Busy,
            10 => Mood::TakingLess,
            11 => Mood::TakingMore,
            12 => Mood::SlowToTake,
            13 => Mood::SlowToFail,
            14 => Mood::TakingAfterNo,
            15 => Mood::Forgetful,
            _ => Mood::Obliging,
        }
    }
}
