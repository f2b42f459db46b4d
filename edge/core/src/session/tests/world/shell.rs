//! The simulated shell: the steps of `edge/src/objects/checkout` in their order. Between two points of [`At`] no other task
//! runs; at each of them any event may come in between, and the process may stop.

use super::checks::{Checked, about_to_repeat, about_to_send};
use super::desk::{At, Job, Payment, Question, Then, Typed};
use super::manner::Manner;
use super::state::World;
use crate::session::tests::rd;
use crate::session::{Begun, Entry, Outcome, Redemption, RedemptionState, Stage, Task};
use checkout_wire::{DeclineCode, Minor, SessionStatus};
use proptest::prelude::*;

impl World {
    pub(super) fn one(&self, desk: usize, payment: usize) -> &Redemption {
        &self.desks[desk].session.redemptions[payment]
    }

    pub(super) fn manner(&self, desk: usize, payment: usize) -> Manner {
        self.provider.vouchers[self.desks[desk].vouchers[payment]].manner
    }

    pub(super) fn still_begun(&self, desk: usize, payment: usize) -> Option<Redemption> {
        Some(self.one(desk, payment)).filter(|one| one.state == RedemptionState::Begun).cloned()
    }

    /// Starts a payment of all that remains or of a part, as a shopper does.
    pub(super) fn pay(&mut self, desk: usize, voucher: usize, part: bool) -> Checked {
        if self.desks[desk].session.admit(self.now, &self.limits).is_err() {
            return Ok(());
        }
        if let Some(one) = self.desks[desk].session.waiting_for_code().cloned() {
            let outcome = Outcome { entry: one.not_entered(), change: None };
            self.conclude(desk, number(&one), outcome, None)?;
        }
        let session = &self.desks[desk].session;
        let (payment, remaining) = (session.redemptions.len(), session.remaining());
        let manner = self.provider.vouchers[voucher].manner;
        let begun = Begun {
            id: rd(&format!("rd_{payment}")),
            key: String::new(),
            request: String::new(),
            provider: format!("{manner:?}"),
            brand: None,
            voucher: None,
            sealing_key: None,
            amount: if part { remaining.min(Minor(50)) } else { remaining },
            fee: manner.fee(),
            reference: format!("ref-{payment}"),
            sends: false,
            reverses: manner == Manner::Confirming,
            payer: None,
            masked: false,
        };
        self.desks[desk].vouchers.push(voucher);
        if manner.is_by_balance() {
            self.desks[desk].pins.insert(payment);
        }
        self.write(desk, [Entry::Begun(begun)])?;
        self.wait(desk, payment, Then::Nothing, At::Claims);
        Ok(())
    }

    pub(super) fn is_challenging(&self, desk: usize, payment: usize) -> bool {
        let one = self.one(desk, payment);
        one.stage() == Stage::Challenged && one.challenge_id().is_none()
    }

    /// Types the code of the newest payment that was sent one, or requests another one, as a shopper does in one of several tabs.
    pub(super) fn types(&mut self, desk: usize, typed: Option<Typed>) {
        let session = &self.desks[desk].session;
        let payment = session.redemptions.iter().rposition(|one| one.challenge_id().is_some());
        let Some(payment) = payment.filter(|_| session.admit_code(self.now, &self.limits).is_ok()) else {
            return;
        };
        self.wait(desk, payment, Then::Nothing, At::Types(typed));
    }

    /// Records the shopper's code, unless the payment no longer waits for it.
    fn begin_code(
        &mut self,
        desk: usize,
        payment: usize,
        typed: Option<Typed>,
    ) -> Result<bool, TestCaseError> {
        if self.desks[desk].session.admit_code(self.now, &self.limits).is_err() {
            return Ok(false);
        }
        let one = self.one(desk, payment);
        let entry = match typed {
            None => one.resending(&self.now.0.to_string(), self.now, &self.limits),
            Some(Typed { key, is_right }) => {
                one.answering(&key.to_string(), &[is_right.to_string()], self.now, &self.limits)
            }
        };
        let Ok(entry) = entry else { return Ok(false) };
        if let Some(Typed { is_right, .. }) = typed {
            self.desks[desk].codes.insert(payment, is_right);
        }
        self.write(desk, [entry])?;
        Ok(true)
    }

    pub(super) fn cancel(&mut self, desk: usize) -> Checked {
        let session = &self.desks[desk].session;
        let ends = match session.status(self.now) {
            SessionStatus::Open => true,
            SessionStatus::Processing => !session.awaits_answer(),
            _ => false,
        };
        if !ends {
            return Ok(());
        }
        let back = |one: &Redemption| session.redemptions.iter().position(|other| other == one);
        let mut returning: Vec<usize> = session.returnable().filter_map(back).collect();
        let entries: Vec<Entry> =
            [Entry::Canceled].into_iter().chain(session.returnable().map(Redemption::reversing)).collect();
        self.write(desk, entries)?;
        if !returning.is_empty() {
            let first = returning.remove(0);
            self.wait(desk, first, Then::GiveBack(returning), At::GivesBack);
        }
        Ok(())
    }

    /// Runs the alarm, if it is due and does not run already.
    pub(super) fn ring(&mut self, desk: usize) {
        let runs = self.desks[desk].tasks.iter().any(|task| matches!(task.then, Then::Alarm));
        if !runs && self.is_due(desk) {
            self.wait(desk, 0, Then::Alarm, At::Looks);
        }
    }

    pub(super) fn is_due(&self, desk: usize) -> bool {
        self.desks[desk].session.next_due(&self.limits).is_some_and(|at| at <= self.now)
    }

    /// Stops the session's process. The voucher's object keeps running and completes its requests.
    pub(super) fn crash(&mut self, desk: usize) {
        for task in std::mem::take(&mut self.desks[desk].tasks) {
            match task.at {
                At::Calls(call, question) => self.stray(desk, task.payment, call, &question),
                At::Claims | At::AsksHolder(_) | At::Takes(_) => {
                    self.wait(desk, task.payment, Then::Nobody, task.at);
                }
                _ => {}
            }
        }
    }

    pub(super) fn wait(&mut self, desk: usize, payment: usize, then: Then, at: At) {
        self.desks[desk].tasks.push(Job { payment, at, then });
    }

    pub(super) fn call(&mut self, desk: usize, payment: usize, then: Then, question: Question) {
        let call = self.sent(desk, payment, &question);
        self.wait(desk, payment, then, At::Calls(call, Box::new(question)));
    }

    /// Continues after a task has ended.
    pub(super) fn done(&mut self, desk: usize, then: Then) {
        match then {
            Then::Nothing | Then::Nobody => {}
            Then::Alarm => self.wait(desk, 0, Then::Alarm, At::Looks),
            Then::GiveBack(mut rest) if !rest.is_empty() => {
                let next = rest.remove(0);
                self.wait(desk, next, Then::GiveBack(rest), At::GivesBack);
            }
            Then::GiveBack(_) => {}
        }
    }

    /// Advances a task that waits for no call. With `fails`, the holder of a voucher does not answer.
    pub(super) fn go_on(&mut self, desk: usize, task: Job, fails: bool) -> Checked {
        let Job { payment, at, then } = task;
        let (voucher, me) =
            (self.desks[desk].vouchers.get(payment).copied(), Payment { desk, number: payment });
        let voucher = voucher.unwrap_or_default();
        match at {
            At::Claims => {
                let next = match self.holders[voucher] {
                    Some(holder) if holder == me => At::Claimed(true),
                    Some(holder) => At::AsksHolder(holder),
                    None => At::Takes(None),
                };
                self.wait(desk, payment, then, next);
            }
            At::AsksHolder(holder) => {
                let is_open = fails || self.one(holder.desk, holder.number).is_open();
                let next = if is_open { At::Claimed(false) } else { At::Takes(Some(holder)) };
                self.wait(desk, payment, then, next);
            }
            At::Takes(seen) if self.holders[voucher] == seen => {
                if let Some(before) = seen.filter(|one| self.one(one.desk, one.number).may_have_taken()) {
                    self.used_by[voucher] = Some(before);
                }
                self.holders[voucher] = Some(me);
                self.wait(desk, payment, then, At::Claimed(true));
            }
            At::Takes(_) => self.wait(desk, payment, then, At::Claims),
            At::Claimed(_) if matches!(then, Then::Nobody) => {}
            At::Claimed(false) => {
                let redemption = self.one(desk, payment).begun.id.clone();
                let entry = Entry::NotSent { redemption, code: DeclineCode::VoucherInUse };
                self.conclude(desk, payment, Outcome { entry, change: None }, None)?;
            }
            At::Claimed(true) if self.manner(desk, payment).checks_balance_first() => {
                self.call(desk, payment, then, Question::CheckBalance);
            }
            At::Claimed(true) => {
                if let Some(one) = self.still_begun(desk, payment) {
                    self.write(desk, [Entry::Sending { redemption: one.begun.id }])?;
                }
                self.wait(desk, payment, then, At::Sends);
            }
            At::Sends => {
                if let Some(open) = self.still_begun(desk, payment) {
                    about_to_send(self, me)?;
                    self.call(desk, payment, then, Question::Charge(open));
                } else if self.is_challenging(desk, payment) {
                    let one = self.one(desk, payment).clone();
                    self.call(desk, payment, then, Question::Challenge(one));
                }
            }
            At::Types(typed) => {
                if self.begin_code(desk, payment, typed)? {
                    let next = if typed.is_some() { At::SendsBack } else { At::Sends };
                    self.wait(desk, payment, then, next);
                }
            }
            At::SendsBack => {
                if let Some(open) = self.still_begun(desk, payment) {
                    about_to_send(self, me)?;
                    let is_right = self.desks[desk].codes[&payment];
                    self.call(desk, payment, then, Question::VerifyCode(open, is_right));
                }
            }
            At::Looks => return self.look_after(desk),
            At::GivesBack => self.call(desk, payment, then, Question::Reverse),
            // This task waits for a call.
            At::Calls(..) => {}
        }
        Ok(())
    }

    /// Returns whether this payment is the last one that may have taken money from the voucher.
    fn is_last_use(&self, voucher: usize, payment: Payment) -> bool {
        let is_unsent = |later: &Payment| {
            let one = self.one(later.desk, later.number);
            !one.is_open() && !one.may_have_taken()
        };
        let holder = self.holders[voucher];
        holder == Some(payment)
            || holder.is_some_and(|later| is_unsent(&later)) && self.used_by[voucher] == Some(payment)
    }

    fn look_after(&mut self, desk: usize) -> Checked {
        match self.desks[desk].session.due(self.now, &self.limits) {
            None => {}
            Some(Task::Write(entry @ Entry::Expired)) => {
                self.write(desk, [entry])?;
                self.done(desk, Then::Alarm);
            }
            Some(Task::Write(entry)) => {
                let id = entry.redemption().unwrap();
                let payment = number(self.desks[desk].session.redemption(id).unwrap());
                self.conclude(desk, payment, Outcome { entry, change: None }, None)?;
                self.done(desk, Then::Alarm);
            }
            Some(Task::Ask(one)) => {
                let (payment, voucher) = (number(&one), self.desks[desk].vouchers[number(&one)]);
                let repeats = self.desks[desk].session.repeat(&one, &self.limits).is_some();
                let is_last = self.is_last_use(voucher, Payment { desk, number: payment });
                if !one.is_open() && self.manner(desk, payment).is_by_balance() && !is_last {
                    let entry = one.balance_inconclusive();
                    self.conclude(desk, payment, Outcome { entry, change: None }, Some(&one))?;
                    self.done(desk, Then::Alarm);
                } else if repeats {
                    let code = self.desks[desk].codes.get(&payment).copied();
                    let Some(is_right) = code else {
                        return Err(TestCaseError::fail("its code is erased too early"));
                    };
                    about_to_repeat(self, Payment { desk, number: payment })?;
                    self.call(desk, payment, Then::Alarm, Question::Repeat(one, is_right));
                } else {
                    self.call(desk, payment, Then::Alarm, Question::Ask(one));
                }
            }
            Some(Task::Reverse(one)) => {
                self.write(desk, [one.reversing()])?;
                self.wait(desk, number(&one), Then::Alarm, At::GivesBack);
            }
            Some(Task::AskReversal(one)) => {
                self.call(desk, number(&one), Then::Alarm, Question::AskReversal);
            }
        }
        Ok(())
    }
}

/// Returns the index of a payment in its session.
fn number(one: &Redemption) -> usize {
    one.begun.id.as_str().trim_start_matches("rd_").parse().unwrap()
}
