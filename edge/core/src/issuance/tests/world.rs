//! A simulation of one order: a shell that may stop at any point, a network that loses and delays, and a provider with exact
//! books. After any events in any order, no voucher is issued twice, and an issued one is known in the end.

use super::*;
use crate::provider::Paid;
use proptest::prelude::*;

const SECOND: Millis = Millis::SECOND;
const DAY: Millis = Millis::DAY;
/// The longest transit time of an order.
const UNDER_WAY: Millis = SECOND.times(20);
/// The time for which the provider recognises a repeated order. Its document does not say how long that is.
const RECOGNISED_FOR: Millis = Millis::MINUTE.times(11);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Books {
    Nothing,
    Undecided { fails: bool },
    Issued,
    Failed,
}

/// A provider with look-ups and webhooks, or one that recognises a repeated order.
#[derive(Debug)]
struct Maker {
    resends: bool,
    books: Books,
    vouchers: usize,
    /// The time of arrival of the order in the books.
    at: Millis,
    /// Whether it refused before it issued the voucher.
    denied: bool,
    told: bool,
}

impl Maker {
    fn order(&mut self, how: u8, now: Millis) -> ProviderAnswer {
        let known = self.resends && self.books != Books::Nothing && now - self.at <= RECOGNISED_FOR;
        match (how % 16, self.books) {
            (8, _) => return Ok(Reply::Declined(refusal(DeclineCode::VoucherRefused))),
            (9, _) => return Ok(Reply::Busy),
            (10, _) => return Ok(Reply::Conflict(refusal(DeclineCode::ProviderBusy))),
            (_, Books::Issued) if known => return Ok(voucher(Some(Minor(2_000)))),
            (_, Books::Undecided { .. }) if known => {
                return Ok(Reply::Conflict(refusal(DeclineCode::ProviderBusy)));
            }
            (kind @ 11..=13, _) => {
                self.books = Books::Undecided { fails: kind == 12 };
                self.denied = kind == 13 && !self.resends;
            }
            _ => {
                self.books = Books::Issued;
                self.vouchers += 1;
            }
        }
        self.at = now;
        match self.books {
            Books::Issued => Ok(voucher(Some(Minor(2_000)))),
            _ if self.denied => Ok(Reply::Declined(refusal(DeclineCode::VoucherRefused))),
            _ => Ok(Reply::Pending),
        }
    }

    fn decide(&mut self) {
        match self.books {
            // A repetition is a new order.
            Books::Undecided { fails: true } if self.resends => self.books = Books::Nothing,
            Books::Undecided { fails: true } => self.books = Books::Failed,
            Books::Undecided { fails: false } => {
                self.books = Books::Issued;
                self.vouchers += 1;
            }
            _ => {}
        }
    }

    fn look_up(&self, how: u8) -> ProviderAnswer {
        Ok(match (how % 16, self.books) {
            (9, _) => Reply::Busy,
            (_, Books::Nothing) => Reply::NotFound,
            (_, Books::Undecided { .. }) if self.denied => Reply::Failed,
            (_, Books::Undecided { .. }) => Reply::Pending,
            (_, Books::Issued) => Reply::Paid(Paid { amount: Some(Minor(2_000)), ..Paid::default() }),
            (_, Books::Failed) => Reply::Failed,
        })
    }
}

/// A task of the process.
enum Task {
    /// The order is being stored.
    Sends,
    /// A call is under way; `asked` is the order's state when it was made.
    Calls { orders: bool, asked: Box<Issuance>, sent_at: Millis, answer: Option<ProviderAnswer> },
}

struct World {
    now: Millis,
    limits: Limits,
    ledger: Vec<(Millis, Step)>,
    order: Issuance,
    tasks: Vec<Task>,
    /// Orders that no task waits for: the times until which they can arrive.
    strays: Vec<Millis>,
    maker: Maker,
}

impl World {
    fn new(resends: bool) -> Self {
        let ledger = vec![(NOW, if resends { ordered_resent() } else { ordered() })];
        let order = Issuance::replay(ledger.clone()).unwrap();
        let limits = Limits {
            provider_timeout_ms: SECOND.times(10),
            not_found_grace_ms: SECOND.times(60),
            settle_backoff_ms: vec![
                SECOND.times(2),
                SECOND.times(10),
                SECOND.times(60),
                Millis::MINUTE.times(5),
                DAY,
            ],
            ..Limits::default()
        };
        let maker = Maker {
            resends,
            books: Books::Nothing,
            vouchers: 0,
            at: Millis::ZERO,
            denied: false,
            told: false,
        };
        let (tasks, strays) = (vec![Task::Sends], Vec::new());
        Self { now: NOW, limits, ledger, order, tasks, strays, maker }
    }

    fn write(&mut self, step: Step) {
        self.order.apply(self.now, step.clone());
        self.ledger.push((self.now, step));
    }

    fn call(&mut self, orders: bool) {
        let asked = Box::new(self.order.clone());
        self.tasks.push(Task::Calls { orders, asked, sent_at: self.now, answer: None });
    }

    fn is_due(&self) -> bool {
        self.order.due_at(&self.limits).is_some_and(|at| at <= self.now)
    }

    /// Runs the alarm, if it is due and does not run already.
    fn ring(&mut self) {
        let asks =
            |task: &Task| matches!(task, Task::Calls { asked, .. } if asked.stage != IssuanceStage::Ordered);
        if !self.is_due() || self.tasks.iter().any(asks) {
            return;
        }
        if self.order.stage == IssuanceStage::Ordered || !self.order.may_ask(self.now, &self.limits) {
            self.write(self.order.orphaned());
        } else {
            self.call(self.order.resends);
        }
    }

    /// Repeats the merchant's request.
    fn shop_asks(&mut self) {
        // A person asks only while the provider is certain to recognise the order.
        let sure = !self.order.resends || self.now - self.order.created_at <= RECOGNISED_FOR - UNDER_WAY;
        if self.tasks.is_empty() && sure && self.order.may_person_ask(self.now, &self.limits) {
            self.call(self.order.resends);
        }
    }

    /// Advances a task; with `fault`, its call fails.
    fn progress(&mut self, task: usize, how: u8, fault: Option<Doubt>) {
        let Task::Calls { orders, asked, sent_at, answer } = self.tasks.swap_remove(task) else {
            // Storage may be slow, but by less than the time for which an order is sent again.
            if self.now - self.order.created_at < Millis::MINUTE.times(5) {
                self.call(true);
            }
            return;
        };
        let timeout = (self.now - sent_at >= self.limits.provider_timeout_ms).then_some(Doubt::Timeout);
        match (timeout.or(fault), answer) {
            (None, None) => {
                let answer = Some(self.arrives(orders, how));
                self.tasks.push(Task::Calls { orders, asked, sent_at, answer });
            }
            (None, Some(answer)) => self.call_ends(orders, &asked, sent_at, answer),
            (Some(doubt), answer) => {
                if orders && answer.is_none() {
                    self.stray(sent_at);
                }
                self.call_ends(orders, &asked, sent_at, Err(doubt));
            }
        }
    }

    fn arrives(&mut self, orders: bool, how: u8) -> ProviderAnswer {
        if orders { self.maker.order(how, self.now) } else { self.maker.look_up(how) }
    }

    fn stray(&mut self, sent_at: Millis) {
        // A provider with webhooks reports an order that arrives later.
        self.strays.push(if self.maker.resends { sent_at + UNDER_WAY } else { Millis::MAX });
    }

    fn call_ends(&mut self, orders: bool, asked: &Issuance, asked_at: Millis, answer: ProviderAnswer) {
        let (step, _) = match orders {
            true => self.order.answered(answer),
            false => self.order.looked_up(answer, asked_at, &self.limits),
        };
        if !matches!(self.order.stage, IssuanceStage::Issued { .. }) {
            self.order.with_hint(asked, step).into_iter().for_each(|step| self.write(step));
        }
    }

    fn crash(&mut self) {
        for task in std::mem::take(&mut self.tasks) {
            if let Task::Calls { orders: true, answer: None, sent_at, .. } = task {
                self.stray(sent_at);
            }
        }
    }

    fn tell(&mut self) {
        if !self.maker.resends && self.maker.books == Books::Issued {
            self.maker.told = true;
            if self.order.is_news() {
                self.write(Step::Hinted);
            }
        }
    }

    fn stray_arrives(&mut self, how: u8) {
        if self.strays.pop().is_some_and(|until| self.now < until) {
            let _ = self.maker.order(how, self.now);
        }
    }

    fn take(&mut self, kind: u8, how: u8) {
        let task = usize::from(how / 16).checked_rem(self.tasks.len());
        match (kind, task) {
            (0..=9, Some(task)) => self.progress(task, how, None),
            (10 | 11, Some(task)) => self.progress(task, how, Some(Doubt::Cut)),
            (12, _) => self.crash(),
            (13..=15, _) => {
                let pauses = [1, 3, 10, 15, 60, 400, 4_000, 90_000];
                self.now += SECOND.times(pauses[usize::from(how) % pauses.len()]);
            }
            (16, _) => self.shop_asks(),
            (17, _) => self.tell(),
            (18, _) => {
                self.maker.decide();
                if how % 2 == 1 {
                    self.tell();
                }
            }
            (19 | 20, _) => self.stray_arrives(how),
            _ => self.ring(),
        }
    }

    fn come_to_rest(&mut self) -> Result<(), TestCaseError> {
        for _ in 0..500 {
            self.maker.decide();
            if !self.tasks.is_empty() {
                self.progress(0, 0, None);
            } else if !self.strays.is_empty() {
                self.stray_arrives(0);
            } else if self.is_due() {
                self.ring();
            } else {
                let Some(at) = self.order.due_at(&self.limits) else { return Ok(()) };
                self.now = at;
            }
        }
        prop_assert!(false, "it never comes to rest: {:?}", self.order);
        Ok(())
    }

    fn run(&mut self, happenings: &[(u8, u8)]) -> Result<(), TestCaseError> {
        for (kind, how) in happenings {
            self.take(*kind, *how);
        }
        self.come_to_rest()?;
        let order = &self.order;
        prop_assert!(!order.is_open() || order.is_left_to_person(&self.limits), "left open: {:?}", order);
        if matches!(order.stage, IssuanceStage::Refused(_)) && self.maker.books == Books::Issued {
            // The last look-up is a day after the one that did not find the order.
            let late = self.maker.at - order.recovery.changed_at >= DAY;
            prop_assert!(late || self.maker.denied, "issued and forgotten: {:?} {:?}", self.maker, order);
        }
        // A provider repeats a webhook until it is accepted.
        if !self.maker.told {
            self.tell();
        }
        self.come_to_rest()?;
        let is_issued = matches!(self.order.stage, IssuanceStage::Issued { .. });
        let known = is_issued || self.order.is_left_to_person(&self.limits);
        prop_assert!(self.maker.vouchers <= 1, "issued twice");
        prop_assert!(known || self.maker.vouchers == 0, "issued and not known: {:?}", self.order);
        prop_assert!(!is_issued || self.maker.vouchers == 1, "not issued: {:?}", self.order);
        let again = Issuance::replay(self.ledger.clone()).unwrap();
        prop_assert_eq!(format!("{again:?}"), format!("{:?}", self.order));
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(ProptestConfig::default().cases.max(10_000)) })]

    #[test]
    fn laws_2_to_5_whatever_happens_no_voucher_is_issued_twice_or_forgotten(
        resends in any::<bool>(),
        happenings in prop::collection::vec((0u8..26, any::<u8>()), 0..40),
    ) {
        let mut world = World::new(resends);
        if let Err(error) = world.run(&happenings) {
            prop_assert!(false, "{error}\n{:?}\n{:?}", world.ledger, world.maker);
        }
    }
}
