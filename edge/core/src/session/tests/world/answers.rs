//! The shell's handling of answers, and the entries that it writes.

use super::checks::{Checked, asked_a_person, is_unsettled};
use super::desk::{At, Payment, Question, Then};
use super::manner::Manner;
use super::state::World;
use crate::ledger::Replay;
use crate::provider::{Paid, Reply};
use crate::recovery::ProviderAnswer;
use crate::session::{Entry, Outcome, Redemption, Stage};
use checkout_wire::Millis;
use proptest::prelude::*;

impl World {
    /// Handles the end of a call, with or without an answer.
    pub(super) fn call_ends(
        &mut self,
        desk: usize,
        (payment, then): (usize, Then),
        question: Question,
        asked_at: Millis,
        answer: ProviderAnswer,
    ) -> Checked {
        match question {
            Question::CheckBalance => {
                let Some(open) = self.still_begun(desk, payment) else { return Ok(()) };
                let entry = open.balance_checked(answer);
                let goes_on = matches!(entry, Entry::BalanceChecked { .. } | Entry::Challenging { .. });
                self.conclude(desk, payment, Outcome { entry, change: None }, None)?;
                if goes_on {
                    self.wait(desk, payment, then, At::Sends);
                }
                return Ok(());
            }
            Question::Charge(open) => match answer {
                Ok(Reply::Paid(paid)) if self.manner(desk, payment) == Manner::Confirming => {
                    self.call(desk, payment, then, Question::Confirm(open, paid));
                    return Ok(());
                }
                answer => self.charge_ends(desk, payment, &open, answer)?,
            },
            Question::Challenge(one) => {
                if self.is_challenging(desk, payment) {
                    let entry = one.challenge_answered(answer);
                    self.conclude(desk, payment, Outcome { entry, change: None }, None)?;
                }
            }
            Question::VerifyCode(open, _) => self.charge_ends(desk, payment, &open, answer)?,
            Question::Confirm(open, paid) => {
                if matches!(answer, Err(_) | Ok(Reply::Busy)) {
                    self.desks[desk].unconfirmed.insert(payment);
                }
                let answer = open.confirmed(paid, answer);
                self.charge_ends(desk, payment, &open, answer)?;
            }
            Question::Ask(asked) | Question::Repeat(asked, _) => {
                let outcome =
                    self.one(desk, payment).looked_up(&asked, answer.clone(), asked_at, &self.limits);
                if let Some(outcome) = outcome {
                    asked_a_person(self, desk, payment, &outcome.entry, &answer)?;
                    self.conclude(desk, payment, outcome, Some(&asked))?;
                }
            }
            Question::Reverse => {
                let one = self.one(desk, payment);
                if !one.is_reversed() {
                    let entry = one.reversal_answered(answer, self.now);
                    self.write(desk, [entry])?;
                }
            }
            Question::AskReversal => {
                let one = self.one(desk, payment);
                if !one.is_reversed() {
                    let entry = one.reversal_asked(answer, asked_at, &self.limits);
                    let again = matches!(entry, Entry::Reversing { .. });
                    self.write(desk, [entry])?;
                    if again {
                        self.wait(desk, payment, then, At::GivesBack);
                        return Ok(());
                    }
                }
            }
        }
        self.done(desk, then);
        Ok(())
    }

    fn charge_ends(
        &mut self,
        desk: usize,
        payment: usize,
        open: &Redemption,
        answer: ProviderAnswer,
    ) -> Checked {
        let has_change = matches!(&answer, Ok(Reply::Paid(Paid { change: Some(_), .. })));
        if let Some(outcome) = self.one(desk, payment).answered(open, answer) {
            self.conclude(desk, payment, outcome, Some(open))?;
        }
        prop_assert!(!has_change || self.desks[desk].changes.contains(&payment), "a change voucher is lost");
        Ok(())
    }

    pub(super) fn conclude(
        &mut self,
        desk: usize,
        payment: usize,
        outcome: Outcome,
        asked: Option<&Redemption>,
    ) -> Checked {
        if outcome.change.is_some() {
            self.desks[desk].changes.insert(payment);
        }
        let entries = match asked {
            Some(asked) => self.one(desk, payment).with_hint(asked, outcome.entry),
            None => vec![outcome.entry],
        };
        self.write(desk, entries)?;
        if !self.one(desk, payment).keeps_pin(&self.limits) {
            self.desks[desk].pins.remove(&payment);
        }
        if !self.one(desk, payment).keeps_code() {
            self.desks[desk].codes.remove(&payment);
        }
        Ok(())
    }

    /// Receives a webhook about a payment.
    pub(super) fn hint(&mut self, about: Payment, success: bool, has_change: bool) -> Checked {
        let desk = &mut self.desks[about.desk];
        let reference = &desk.session.redemptions[about.number].begun.reference;
        let entry = desk.session.hinted(reference, success);
        let mut stated = None;
        if has_change {
            desk.changes.insert(about.number);
            stated = desk.session.redemptions[about.number].change_stated_late();
        }
        self.write(about.desk, entry.into_iter().chain(stated))
    }

    pub(super) fn write(&mut self, desk: usize, entries: impl IntoIterator<Item = Entry>) -> Checked {
        let now = self.now;
        let desk = &mut self.desks[desk];
        for entry in entries {
            desk.session.apply(now, entry.clone());
            desk.ledger.push((now, entry));
        }
        let is_known = |one: &Redemption| !is_unsettled(one) && one.stage() != Stage::Challenged;
        let known = desk.session.redemptions.iter().enumerate().filter(|(_, one)| is_known(one));
        desk.settled.extend(known.map(|(number, _)| number));
        Ok(())
    }
}
