//! The confirmation code of a payment: the provider sends it to the voucher's owner, and takes the money when it is sent back.
//!
//! Asking for a code takes nothing. Sending one back does, and is in doubt until it is answered: it is repeated with the same code
//! under the same key, which the provider carries out once.

use super::super::{Entry, NotAdmitted, Redemption, Session, Stage};
use super::Challenge;
use crate::Limits;
use crate::provider::Reply;
use crate::recovery::ProviderAnswer;
use crate::seal::{Keyring, same};
use checkout_wire::{DeclineCode, Millis, Pin, RedemptionId, SessionStatus};

/// The reason why a payment accepts no code, or sends no other code, now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NoCode {
    /// The payment does not wait for a code: its state answers the request.
    NotWanted,
    /// The same key was used with another code before.
    OtherCode,
    /// Another code is being sent back, or requested.
    UnderWay,
    /// Too many wrong codes, or too many requested.
    TooMany {
        /// The time until the next request is accepted.
        wait: Millis,
    },
}

/// A code that was sent back and got no answer, to be sent once more.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Repeat {
    /// The provider's id of the challenge.
    pub challenge: String,
    /// Our reference: the same as the first time.
    pub reference: String,
}

/// Returns the keyed hashes that distinguish a repeated code from another one, the newest key's first.
pub fn code_names(keyring: &Keyring, redemption: &RedemptionId, code: &Pin) -> Vec<String> {
    keyring.hashes("code", &format!("{}\n{}", redemption.as_str(), code.reveal())).collect()
}

impl Redemption {
    /// Returns the provider's id of the code that the shopper is to type; `None` until the provider has sent it.
    pub fn challenge_id(&self) -> Option<&str> {
        self.challenge.as_ref()?.id.as_deref()
    }

    /// Returns our reference of the next code to request, or of the last one requested.
    pub fn challenge_reference(&self) -> String {
        format!(
            "{}-c{}",
            self.begun.reference,
            self.challenge.as_ref().map_or(0, |challenge| challenge.wanted)
        )
    }

    /// Returns our reference of the code that was sent back last.
    pub fn answer_reference(&self) -> String {
        format!("{}-o{}", self.begun.reference, self.codes_typed())
    }

    /// Returns the number of codes that the shopper has typed.
    pub(in super::super) fn codes_typed(&self) -> usize {
        self.challenge.as_ref().map_or(0, |challenge| challenge.answers.len())
    }

    /// Returns the entry for the answer to the request for a code. Whatever the answer, nothing was taken.
    pub fn challenge_answered(&self, answer: ProviderAnswer) -> Entry {
        let redemption = self.begun.id.clone();
        match answer {
            Ok(Reply::Challenged(challenge)) => Entry::Challenged { redemption, challenge },
            refused => self.ended_before_charge(refused),
        }
    }

    /// Returns whether the code that was sent back last is still needed, to repeat it.
    pub fn keeps_code(&self) -> bool {
        self.is_open() && self.sent_at.is_some()
    }

    /// Returns the entry that requests another code from the provider, for the browser's request with this idempotency key.
    pub fn challenging(&self, key: &str) -> Entry {
        let sent_to = self.challenge.as_ref().and_then(|challenge| challenge.sent_to.clone());
        let balance = self.balance_before.unwrap_or(self.begun.amount);
        Entry::Challenging { redemption: self.begun.id.clone(), balance, sent_to, key: Some(key.to_owned()) }
    }

    /// Returns the entry for a code that the provider refused.
    pub(in super::super) fn code_refused(&self) -> Entry {
        let redemption = self.begun.id.clone();
        let left = self.challenge.as_ref().map_or(0, Challenge::tries_left);
        if left > 1 { Entry::CodeRefused { redemption } } else { self.declined(DeclineCode::CodeRefused) }
    }

    /// Returns the entry that ends a payment whose code was not typed, or not sent.
    pub fn not_entered(&self) -> Entry {
        let code = match self.challenge_id() {
            Some(_) => DeclineCode::CodeNotEntered,
            None => DeclineCode::ProviderUnavailable,
        };
        Entry::NotSent { redemption: self.begun.id.clone(), code }
    }

    /// Returns the entry that records a code before it is sent back, or the reason why it is not accepted at `now`. `codes` are its keyed
    /// hashes.
    pub fn answering(
        &self,
        key: &str,
        codes: &[String],
        now: Millis,
        limits: &Limits,
    ) -> Result<Entry, NoCode> {
        let Some(challenge) = &self.challenge else {
            return Err(NoCode::NotWanted);
        };
        if let Some(known) = challenge.answers.iter().find(|answer| answer.key == key) {
            let is_same = codes.iter().any(|code| same(code, &known.code));
            return Err(if is_same { NoCode::NotWanted } else { NoCode::OtherCode });
        }
        match self.stage() {
            Stage::Sending => return Err(NoCode::UnderWay),
            Stage::Challenged if challenge.id.is_none() => return Err(NoCode::UnderWay),
            Stage::Challenged if now < challenge.ends_at(limits) => {}
            _ => return Err(NoCode::NotWanted),
        }
        let code = codes.first().cloned().unwrap_or_default();
        Ok(Entry::Answering { redemption: self.begun.id.clone(), key: key.to_owned(), code })
    }

    /// Returns the entry that requests another code, or the reason why none is sent at `now`. A repeated request sends nothing.
    pub fn resending(&self, key: &str, now: Millis, limits: &Limits) -> Result<Entry, NoCode> {
        let challenge = self.challenge.as_ref().filter(|_| self.stage() == Stage::Challenged);
        let is_new = |challenge: &&Challenge| !challenge.resent.iter().any(|known| known == key);
        let Some(challenge) = challenge.filter(|challenge| challenge.id.is_some()).filter(is_new) else {
            return Err(NoCode::NotWanted);
        };
        let at = challenge.resends_at(limits).unwrap_or(challenge.ends_at(limits));
        if challenge.resends_at(limits).is_none() || at > now {
            return Err(NoCode::TooMany { wait: (at - now).max(Millis::SECOND) });
        }
        Ok(self.challenging(key))
    }
}

impl Session {
    /// Returns the payment that waits for the shopper's code, if every other payment has its outcome.
    pub fn waiting_for_code(&self) -> Option<&Redemption> {
        let mut open = self.redemptions.iter().filter(|redemption| redemption.is_open());
        let only = open.next().filter(|redemption| {
            redemption.stage() == Stage::Challenged && redemption.challenge_id().is_some()
        })?;
        open.next().is_none().then_some(only)
    }

    /// Checks that the session accepts or sends a code at `now`.
    pub fn admit_code(&self, now: Millis, limits: &Limits) -> Result<(), NotAdmitted> {
        match self.status(now) {
            SessionStatus::Canceled => return Err(NotAdmitted::Canceled),
            SessionStatus::Expired => return Err(NotAdmitted::Expired),
            _ => {}
        }
        match self.pause(now, limits) {
            Some(wait) => Err(NotAdmitted::TooManyAttempts { wait }),
            None => Ok(()),
        }
    }

    /// Returns the code to repeat in place of a look-up of the voucher's balance: in the first half of the look-ups, then every second time.
    /// The provider answers a repetition with the outcome of the first one, also when the code has expired. None is sent after the session's
    /// end: it may be the one that takes the money.
    pub fn repeat(&self, redemption: &Redemption, limits: &Limits) -> Option<Repeat> {
        let asked = redemption.recovery.asked;
        let is_turn = asked < limits.settle_backoff_ms.len() / 2
            || asked.is_multiple_of(2)
            || redemption.is_left_to_person();
        let is_wanted = redemption.is_in_doubt() && is_turn && self.ended_at().is_none();
        let id = redemption.challenge_id().filter(|_| is_wanted)?;
        Some(Repeat { challenge: id.to_owned(), reference: redemption.answer_reference() })
    }
}
