//! The limits on failed tries from one address and with one phone number, over all sessions (law 8). Each has a throttle of its own: one
//! throttle for each pair would admit every combination of them.

use crate::Limits;
use crate::seal::Keyring;
use crate::{stored_enum, stored_newtype, stored_struct};
use checkout_wire::Millis;
use core::net::IpAddr;

/// The time after which a try without a report counts as failed.
const UNDER_WAY: Millis = Millis::MINUTE.times(2);
/// The pause when only tries under way prevent another one.
const SHORT: Millis = Millis::SECOND.times(5);

stored_enum! {
    /// The owner of a throttle.
    #[derive(Clone, Copy, PartialEq, Eq, Debug)]
    pub enum ThrottleOwner or ThrottleOwner::Address;

    /// A network address. A whole town can share one behind its carrier.
    "address" = Address,
    /// A phone number.
    "phone" = Phone,
}

impl ThrottleOwner {
    /// Returns the name of the throttle's object: the owner's keyed hash.
    pub fn name(self, keyring: &Keyring, owner: &str) -> String {
        let purpose = match self {
            ThrottleOwner::Address => "throttle address",
            ThrottleOwner::Phone => "throttle phone",
        };
        keyring.hash(purpose, owner)
    }
}

/// Returns the part of a network address that counts as one owner: an IPv4 address, or the /64 of an IPv6 address. Any other text counts as
/// it is.
pub fn owner_of_address(text: &str) -> String {
    match text.trim().parse() {
        Ok(IpAddr::V6(address)) => match address.to_ipv4_mapped() {
            Some(address) => address.to_string(),
            None => format!("{:x}", address.to_bits() >> 64),
        },
        Ok(IpAddr::V4(address)) => address.to_string(),
        Err(_) => text.trim().to_owned(),
    }
}

stored_enum! {
    /// A throttle's decision about a try.
    #[derive(Clone, Copy, PartialEq, Eq, Debug)]
    pub enum Admission or Admission::Free;

    /// It may be made.
    "free" = Free,
    /// It needs a proof of work.
    "with_proof" = WithProof,
    /// It has to wait for this long.
    "after" = After(Millis),
}

impl Admission {
    /// Returns the stricter of two admissions.
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Admission::After(a), Admission::After(b)) => Admission::After(a.max(b)),
            (Admission::After(wait), _) | (_, Admission::After(wait)) => Admission::After(wait),
            (Admission::Free, Admission::Free) => Admission::Free,
            _ => Admission::WithProof,
        }
    }
}

stored_struct! {
    /// A throttle's decision about a try.
    #[derive(Clone, Copy, PartialEq, Eq, Debug)]
    pub struct Ruling {
        /// Whether it may be made.
        pub admission: Admission,
        /// Whether a decline is masked, because the owner has failed too often.
        pub masks: bool,
        /// Whether its payments come after those of others at a provider of few calls: an address that has failed lately, a phone number
        /// that is back before the time it was told.
        pub behind: bool,
    }
}

impl Ruling {
    /// The ruling on an owner without failed tries.
    pub const FREE: Self = Self { admission: Admission::Free, masks: false, behind: false };
    /// The ruling for a session that has failed when a throttle does not answer.
    const CLOSED: Self = Self { admission: Admission::After(Millis::MINUTE), masks: true, behind: true };

    /// Returns the combined ruling of two throttles on a try. `closes` is whether a throttle that does not answer (`None`) refuses the try; the
    /// ruling of the other one always applies.
    pub fn of_both(phone: Option<Self>, address: Option<Self>, closes: bool) -> Self {
        let silent = if closes { Self::CLOSED } else { Self::FREE };
        let (phone, address) = (phone.unwrap_or(silent), address.unwrap_or(silent));
        Self {
            admission: phone.admission.and(address.admission),
            masks: phone.masks || address.masks,
            behind: closes || address.behind || phone.behind,
        }
    }
}

stored_newtype! {
    /// The failed tries of a throttle within the last day, oldest first.
    #[derive(Clone, PartialEq, Eq, Debug, Default)]
    pub struct Failures(Vec<Millis>);
}

impl Failures {
    /// Returns whether another try may be made, beside those under way.
    pub fn ruling(&self, owner: ThrottleOwner, under_way: usize, limits: &Limits, now: Millis) -> Ruling {
        let wait = |most: usize, window: Millis, under_way: usize| {
            let Some(most) = most.checked_sub(under_way).filter(|most| *most > 0) else {
                return Some(SHORT);
            };
            let until = self.0.iter().rev().nth(most - 1).map(|at| *at + window);
            until.map(|until| until - now).filter(|wait| *wait > Millis::ZERO)
        };
        let (hard, soft) = match owner {
            ThrottleOwner::Address => (
                [
                    wait(limits.address_failed_per_hour_most, Millis::HOUR, under_way),
                    wait(limits.address_failed_per_day, Millis::DAY, under_way),
                    None,
                ],
                // Tries under way do not count here: many honest shoppers behind a shared address pay at the same time.
                [
                    wait(limits.address_failed_per_minute, Millis::MINUTE, 0),
                    wait(limits.address_failed_per_hour, Millis::HOUR, 0),
                ],
            ),
            ThrottleOwner::Phone => (
                [
                    wait(limits.phone_failed_per_minute, Millis::MINUTE, under_way),
                    wait(limits.phone_failed_per_hour, Millis::HOUR, under_way),
                    wait(limits.phone_failed_per_day, Millis::DAY, under_way),
                ],
                [None, None],
            ),
        };
        let hard = hard.into_iter().flatten().max();
        let admission = match hard {
            Some(wait) => Admission::After(wait),
            None if soft.iter().any(Option::is_some) => Admission::WithProof,
            None => Admission::Free,
        };
        let masks = wait(limits.mask_declines_after, Millis::HOUR, 0).is_some();
        // A phone number comes behind when it does not wait as it was told, which its object knows.
        let behind = owner == ThrottleOwner::Address && wait(1, Millis::HOUR, 0).is_some();
        Ruling { admission, masks, behind }
    }

    /// Adds failed tries.
    pub fn add(&mut self, failed: impl IntoIterator<Item = Millis>, now: Millis) {
        self.0.retain(|at| *at + Millis::DAY > now);
        self.0.extend(failed);
        self.0.sort_unstable();
    }

    /// Returns when the last failed try is a day old and the throttle can be erased.
    pub fn forget_at(&self) -> Option<Millis> {
        self.0.last().map(|at| *at + Millis::DAY)
    }
}

/// The tries under way in a throttle, each with a name. They are kept in memory only: a lost one admits one more try.
#[derive(Default)]
pub struct UnderWay(Vec<(String, Millis)>);

impl UnderWay {
    /// Returns the number of tries under way.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// Removes the tries whose report is missing, and returns the times at which they began.
    pub fn expire(&mut self, now: Millis) -> Vec<Millis> {
        self.0.extract_if(.., |(_, at)| *at + UNDER_WAY <= now).map(|(_, at)| at).collect()
    }

    /// Adds a try.
    pub fn begin(&mut self, name: String, now: Millis) {
        self.0.push((name, now));
    }

    /// Removes a try whose outcome is known.
    pub fn end(&mut self, name: &str) {
        self.0.retain(|(known, _)| known != name);
    }
}

#[cfg(test)]
mod tests;
