//! A proof of work for a try past the soft limit of an address: a puzzle that costs a phone about two seconds, so that a shopper behind a
//! shared address can still pay, and each guess costs work. A shopper whose device cannot compute it waits a minute instead.
//!
//! The puzzle is `issued.bits.mac`; its MAC binds it to one try, so that nothing about it is stored. The proof is the puzzle, a colon,
//! and any text for which the SHA-256 of the whole begins with `bits` zero bits.

use crate::seal::{Keyring, same};
use checkout_wire::{Millis, SessionId};
use sha2::{Digest, Sha256};

/// The time after which a puzzle counts as solved without a proof.
pub const WAIT: Millis = Millis::MINUTE;
/// The time for which a puzzle can be answered.
const LIFETIME: Millis = Millis::MINUTE.times(15);

/// One try: its session and its idempotency key.
#[derive(Clone, Copy)]
pub struct Try<'a> {
    /// `cs_…`.
    pub session: &'a SessionId,
    /// The browser's idempotency key.
    pub key: &'a str,
}

impl Try<'_> {
    /// Returns a new puzzle.
    pub fn puzzle(&self, keyring: &Keyring, bits: u32, now: Millis) -> String {
        let head = format!("{}.{bits}", now.0);
        format!("{head}.{}", self.mac(keyring, &head))
    }

    /// Returns the remaining wait of this proof: zero if it is solved or old enough, `None` for a proof of another try.
    pub fn wait(&self, keyring: &Keyring, proof: &str, now: Millis) -> Option<Millis> {
        let puzzle = puzzle_of(proof);
        let (head, mac) = puzzle.rsplit_once('.')?;
        let (issued, bits) = head.split_once('.')?;
        let age = now - Millis(issued.parse().ok()?);
        if !same(&self.mac(keyring, head), mac) || !(Millis::ZERO..LIFETIME).contains(&age) {
            return None;
        }
        let is_solved = zero_bits(&Sha256::digest(proof.as_bytes())) >= bits.parse().ok()?;
        Some(if is_solved { Millis::ZERO } else { (WAIT - age).max(Millis::ZERO) })
    }

    fn mac(&self, keyring: &Keyring, head: &str) -> String {
        let text = format!("{}\n{}\n{head}", self.session.as_str(), self.key);
        keyring.hash("proof-of-work", &text).chars().take(32).collect()
    }
}

/// Returns the puzzle that a proof answers.
pub fn puzzle_of(proof: &str) -> &str {
    proof.split(':').next().unwrap_or_default()
}

fn zero_bits(hash: &[u8]) -> u32 {
    let zeros = hash.iter().take_while(|byte| **byte == 0).count();
    let next = hash.get(zeros).map_or(0, |byte| byte.leading_zeros());
    8 * zeros as u32 + next
}

#[cfg(test)]
mod tests;
