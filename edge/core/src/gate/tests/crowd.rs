//! A simulation of an hour in which many guesses and a few honest shoppers come to a gate with few calls.

use super::*;
use std::collections::{BTreeMap, BTreeSet};

const HOUR: i64 = Millis::HOUR.0;
/// The guesses come this far apart, from random phone numbers and addresses.
const BETWEEN_GUESSES: usize = 36;
const PHONES: u64 = 200;
const ADDRESSES: u64 = 1_000;
/// The honest shoppers come this far apart.
const BETWEEN_SHOPPERS: i64 = 70_000;

/// A gate with what the throttles know of those who come to it.
struct Crowd {
    gate: GateState,
    rate: Rate,
    limits: Limits,
    /// Until when a phone number was told to wait.
    told: BTreeMap<u64, i64>,
    /// The addresses that have failed.
    failed: BTreeSet<u64>,
    random: u64,
}

impl Crowd {
    fn new(seed: u64) -> Self {
        let (gate, limits) = (GateState::default(), Limits::default());
        Self { gate, rate: rate(), limits, told: BTreeMap::new(), failed: BTreeSet::new(), random: seed }
    }

    fn random(&mut self, below: u64) -> u64 {
        self.random =
            self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.random >> 33) % below
    }

    fn ask(&mut self, what: Ask, now: i64) -> Pass {
        self.gate.ask(what, Some(&self.rate), &self.limits, Millis(now))
    }

    /// Returns the time until which the calls of a payment count, or how long it has to wait, as it is asked for by a session.
    fn pay(&mut self, phone: u64, address: u64, now: i64) -> Result<Millis, i64> {
        let returns_early = self.told.get(&phone).is_some_and(|until| now + 1_000 < *until);
        let behind = returns_early || self.failed.contains(&address);
        let pass = match self.ask(Ask::Pay(2), now) {
            Pass::Crowded if behind => self.ask(Ask::PayBehind(2), now),
            Pass::Crowded => self.ask(Ask::PayFirst(2), now),
            Pass::Admitted { until, .. } if behind => {
                self.ask(Ask::GiveBack { calls: 2, until }, now);
                self.ask(Ask::PayBehind(2), now)
            }
            pass => pass,
        };
        match pass {
            Pass::Admitted { until, .. } => Ok(until),
            Pass::Full(wait) => {
                self.told.insert(phone, now + wait.0);
                Err((wait.0 + 999) / 1_000 * 1_000)
            }
            other => panic!("{other:?}"),
        }
    }

    fn guess(&mut self, now: i64) -> bool {
        let (phone, address) = (self.random(PHONES), self.random(ADDRESSES));
        let admitted = self.pay(phone, address, now);
        if let Ok(until) = admitted {
            // The number of no voucher costs one call.
            self.ask(Ask::GiveBack { calls: 1, until }, now);
            self.failed.insert(address);
        }
        admitted.is_ok()
    }
}

/// Returns how often each honest shopper had to wait during an attack of an hour, and how many guesses were admitted.
fn attack(seed: u64) -> (Vec<usize>, usize) {
    let mut crowd = Crowd::new(seed);
    let shoppers = HOUR / BETWEEN_SHOPPERS;
    let mut guesses = 0;
    let mut waits = vec![0; shoppers as usize];
    // When each honest shopper comes, or comes again.
    let mut coming: Vec<_> =
        (0..shoppers).map(|place| (10_000 + place * BETWEEN_SHOPPERS, place as usize)).collect();
    for now in (0..HOUR).step_by(BETWEEN_GUESSES) {
        guesses += usize::from(crowd.guess(now));
        let (due, later): (Vec<_>, Vec<_>) = coming.into_iter().partition(|(at, _)| *at <= now);
        coming = later;
        for (_, place) in due {
            let shopper = 1_000_000 + place as u64;
            if let Err(wait) = crowd.pay(shopper, shopper, now) {
                waits[place] += 1;
                coming.push((now + wait, place));
            }
        }
    }
    assert!(coming.is_empty(), "{coming:?}");
    (waits, guesses)
}

#[test]
fn law_8_honest_shoppers_pay_while_others_guess() {
    const TIMES: usize = 10;
    let attacks: Vec<_> = (0..TIMES as u64).map(attack).collect();
    for (waits, guesses) in &attacks {
        // Who comes as the attack begins cannot be told from the guessers yet.
        assert!(waits.iter().all(|times| *times <= 1), "{waits:?}");
        assert!(*guesses <= 70, "{guesses}");
    }
    let waited: usize = attacks.iter().flat_map(|(waits, _)| waits).sum();
    assert!(waited <= 4 * TIMES, "{waited} of the honest shoppers of {TIMES} attacks");
}
