//! The network between shell and providers: calls arrive late or not at all, and answers may be lost.

use super::checks::Checked;
use super::desk::{At, Call, Job, Payment, Question};
use super::manner::{Manner, Mood};
use super::provider::Progress;
use super::state::{Stray, World};
use crate::recovery::{Doubt, ProviderAnswer};
use checkout_wire::Millis;

/// The longest transit time of a call to a provider that cannot report it later. It is shorter than the time for
/// which an unchanged balance is not final: a longer delay could not be detected.
const UNDER_WAY: Millis = Millis::SECOND.times(20);

impl Stray {
    /// Returns whether this call would take money for the payment.
    pub(super) fn takes_money_of(&self, world: &World, payment: Payment) -> bool {
        let is_about = (self.desk, self.payment) == (payment.desk, payment.number) && world.now < self.until;
        is_about
            && match &self.question {
                Question::Charge(_) => true,
                Question::VerifyCode(one, is_right) | Question::Repeat(one, is_right) => {
                    *is_right && !world.provider.has_answered(payment, one)
                }
                _ => false,
            }
    }
}

impl World {
    pub(super) fn sent(&self, desk: usize, payment: usize, question: &Question) -> Call {
        let tells = self.manner(desk, payment).tells() && matches!(question, Question::Charge(_));
        let until = if tells { Millis::MAX } else { self.now + UNDER_WAY };
        Call { sent_at: self.now, until, answer: None }
    }

    /// Delivers a call to the provider and returns the answer.
    fn arrives(&mut self, desk: usize, number: usize, question: &Question, mood: Mood) -> ProviderAnswer {
        let (payment, voucher) = (Payment { desk, number }, self.desks[desk].vouchers[number]);
        let one = self.one(desk, number);
        let is_young = one.sent_at.is_some_and(|sent| self.now - sent < Millis::HOUR);
        let amount = one.begun.amount;
        match question {
            Question::CheckBalance => self.provider.balance(voucher, mood),
            Question::Ask(_) if self.manner(desk, number).is_by_balance() => {
                if self.desks[desk].pins.contains(&number) {
                    self.provider.balance(voucher, mood)
                } else {
                    Err(Doubt::Unreadable)
                }
            }
            Question::Challenge(_) => self.provider.challenge(mood),
            Question::VerifyCode(one, is_right) | Question::Repeat(one, is_right) => {
                self.provider.answer(payment, voucher, (one, *is_right), mood, self.now)
            }
            Question::Charge(_) => self.provider.charge(payment, voucher, amount, mood, self.now),
            Question::Confirm(..) | Question::Ask(_) | Question::AskReversal => {
                self.provider.look_up(payment, mood, is_young)
            }
            Question::Reverse => self.provider.reverse(payment, mood),
        }
    }

    /// Advances a task: delivers its call, delivers the answer, or takes its next own step.
    pub(super) fn progress(&mut self, desk: usize, task: usize, how: u8) -> Checked {
        let mut task = self.desks[desk].tasks.swap_remove(task);
        let At::Calls(call, question) = &mut task.at else {
            return self.go_on(desk, task, how == u8::MAX);
        };
        if call.answer.is_none() && !self.times_out(call) && self.now < call.until {
            let question = question.clone();
            let answer = self.arrives(desk, task.payment, &question, Mood::of(how));
            if let At::Calls(call, _) = &mut task.at {
                call.answer = Some(answer);
            }
            self.desks[desk].tasks.push(task);
            return Ok(());
        }
        self.breaks_off(desk, task, None)
    }

    /// Ends a task's wait for a call, with `fault` if there is one.
    pub(super) fn breaks_off(&mut self, desk: usize, task: Job, fault: Option<Doubt>) -> Checked {
        let Job { payment, at, then } = task;
        let At::Calls(call, question) = at else {
            return self.go_on(desk, Job { payment, at, then }, true);
        };
        let asked_at = call.sent_at;
        let answer = match &call.answer {
            _ if self.times_out(&call) => Err(Doubt::Timeout),
            Some(answer) if fault.is_none() => answer.clone(),
            _ => Err(fault.unwrap_or(Doubt::Cut)),
        };
        self.stray(desk, payment, call, &question);
        self.call_ends(desk, (payment, then), *question, asked_at, answer)
    }

    fn times_out(&self, call: &Call) -> bool {
        self.now - call.sent_at >= self.limits.provider_timeout_ms
    }

    /// Keeps a call that no task waits for: it may still arrive.
    pub(super) fn stray(&mut self, desk: usize, payment: usize, call: Call, question: &Question) {
        use Question::*;
        if call.answer.is_none() && matches!(question, Reverse | Charge(_) | VerifyCode(..) | Repeat(..)) {
            self.strays.push(Stray { desk, payment, until: call.until, question: question.clone() });
        }
    }

    /// Delivers a stray call, unless its time is over.
    pub(super) fn stray_arrives(&mut self, stray: usize, how: u8) {
        let Stray { desk, payment, until, question } = self.strays.swap_remove(stray);
        if self.now < until {
            // The answer is lost.
            let _ = self.arrives(desk, payment, &question, Mood::of(how));
        }
    }

    /// Sends the provider's webhook about the outcome of a charge, if it has one to report.
    pub(super) fn tell(&mut self, number: usize) -> Checked {
        let charge = &mut self.provider.charges[number];
        let manner = self.provider.vouchers[charge.voucher].manner;
        let success = !matches!(charge.progress, Progress::Failed);
        if !charge.is_decided() || !manner.tells() || (manner == Manner::Confirming && !success) {
            return Ok(());
        }
        charge.told |= success;
        let (payment, has_change) = (charge.payment, charge.change().is_some());
        self.hint(payment, success, has_change)
    }
}
