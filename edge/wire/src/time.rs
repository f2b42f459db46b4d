//! Times and durations.

use crate::{Node, Read};
use core::ops::{Add, AddAssign, Sub};

/// A time as milliseconds since 1970-01-01T00:00:00Z, or a duration in milliseconds: the difference of two times. The JSON form
/// is the number alone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
pub struct Millis(pub i64);

/// A duration in whole seconds, as the API states it. The JSON form is the number alone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
pub struct Seconds(pub i64);

impl Millis {
    /// No time at all, or the beginning of 1970.
    pub const ZERO: Self = Self(0);
    /// One second.
    pub const SECOND: Self = Self(1_000);
    /// One minute.
    pub const MINUTE: Self = Self::SECOND.times(60);
    /// One hour.
    pub const HOUR: Self = Self::MINUTE.times(60);
    /// One day.
    pub const DAY: Self = Self::HOUR.times(24);
    /// The latest time.
    pub const MAX: Self = Self(i64::MAX);

    /// Returns the duration that is this many times as long, at most [`Millis::MAX`].
    pub const fn times(self, count: i64) -> Self {
        Self(self.0.saturating_mul(count))
    }

    /// Adds a duration. The sum is at most [`Millis::MAX`].
    pub const fn saturating_add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// Returns the seconds that have passed completely.
    pub const fn to_whole_seconds(self) -> Seconds {
        Seconds(self.0 / Self::SECOND.0)
    }

    /// Returns the seconds after which all of it has passed.
    pub const fn to_seconds_rounded_up(self) -> Seconds {
        Seconds((self.0 + Self::SECOND.0 - 1) / Self::SECOND.0)
    }
}

impl Seconds {
    /// Returns the duration in milliseconds.
    pub const fn to_millis(self) -> Millis {
        Millis(self.0 * Millis::SECOND.0)
    }
}

impl Add for Millis {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl AddAssign for Millis {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Sub for Millis {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Read for Seconds {
    fn take<N: Node>(node: &N, whole: &mut bool) -> Self {
        Self(i64::take(node, whole))
    }
}

#[cfg(test)]
mod tests;
