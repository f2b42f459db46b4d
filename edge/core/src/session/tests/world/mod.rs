//! A simulation: sessions that share vouchers, a shell that may stop at any point, a network that loses and delays, and providers
//! with exact books. After any events in any order, the books agree in the end.

mod answers;
mod checks;
mod desk;
mod line;
mod manner;
mod provider;
mod shell;
mod state;

use crate::Limits;
use crate::recovery::Doubt;
use crate::session::tests::NOW;
use checkout_wire::{Millis, Minor};
use checks::{Checked, books_agree, ledger_tells_all, nothing_is_forgotten};
use desk::{Desk, Typed};
use manner::Manner;
use proptest::prelude::*;
use provider::{Provider, Voucher};
use state::World;
use std::collections::BTreeMap;

const SECOND: Millis = Millis::SECOND;
/// The price of each session.
const PRICE: Minor = Minor(200);

/// An event: its kind, its target and its variant.
type Happening = (u8, u8, u8);

fn happenings() -> impl Strategy<Value = Vec<Happening>> {
    prop::collection::vec((0u8..42, any::<u8>(), any::<u8>()), 0..70)
}

fn vouchers() -> impl Strategy<Value = Vec<(Manner, Minor)>> {
    let manner = prop::sample::select(vec![
        Manner::ByReference,
        Manner::ByBalance,
        Manner::ByCode,
        Manner::Confirming,
    ]);
    prop::collection::vec((manner, prop::sample::select(vec![Minor(100), Minor(250), Minor(500)])), 1..4)
}

/// Returns an index below `of`; `None` if there is nothing to choose.
fn pick(which: u8, of: usize) -> Option<usize> {
    (of > 0).then(|| usize::from(which) % of)
}

impl World {
    fn new(vouchers: &[(Manner, Minor)]) -> Self {
        let limits = Limits {
            failed_per_minute: 100,
            failed_per_session: 100,
            provider_timeout_ms: SECOND.times(10),
            not_found_grace_ms: SECOND.times(60),
            settle_backoff_ms: vec![SECOND.times(2), SECOND.times(10), SECOND.times(60), SECOND.times(300)],
            ..Limits::default()
        };
        let minutes = [30, 10, 30];
        let voucher = |(manner, left): &(Manner, Minor)| Voucher {
            manner: *manner,
            left: *left,
            spent_elsewhere: Minor::ZERO,
        };
        Self {
            now: NOW,
            limits,
            desks: minutes.map(|minutes| Desk::new(PRICE, NOW + Millis::MINUTE.times(minutes))).into(),
            provider: Provider {
                vouchers: vouchers.iter().map(voucher).collect(),
                charges: Vec::new(),
                codes: BTreeMap::new(),
            },
            holders: vec![None; vouchers.len()],
            used_by: vec![None; vouchers.len()],
            strays: Vec::new(),
        }
    }

    /// Returns the tasks in progress, each by its session and its own index.
    fn tasks(&self) -> Vec<(usize, usize)> {
        let of = |(at, desk): (usize, &Desk)| (0..desk.tasks.len()).map(move |task| (at, task));
        self.desks.iter().enumerate().flat_map(of).collect()
    }

    fn take(&mut self, (kind, which, how): Happening) -> Checked {
        let desk = usize::from(which) % self.desks.len();
        match kind {
            0..=13 => {
                let tasks = self.tasks();
                match pick(which, tasks.len()) {
                    Some(at) => self.progress(tasks[at].0, tasks[at].1, how)?,
                    None => self.shopper_pays(which, how)?,
                }
            }
            14..=16 => {
                self.shopper_pays(which, how)?;
                self.rush(desk, how / 32)?;
            }
            17 | 18 => {
                let tasks = self.tasks();
                if let Some(at) = pick(which, tasks.len()) {
                    let task = self.desks[tasks[at].0].tasks.swap_remove(tasks[at].1);
                    let fault = if how % 2 == 0 { Doubt::Cut } else { Doubt::Unreadable };
                    self.breaks_off(tasks[at].0, task, Some(fault))?;
                }
            }
            19 => self.cancel(desk)?,
            20 => self.crash(desk),
            21..=23 => self
                .pass_to(self.now + SECOND.times([1, 3, 10, 15, 25, 60, 700, 3_600][usize::from(how) % 8])),
            24..=26 => {
                self.ring(desk);
                self.rush(desk, how / 16)?;
            }
            27 => {
                if let Some(at) = pick(which, self.provider.charges.len()) {
                    self.tell(at)?;
                }
            }
            28..=30 => {
                let charges = self.provider.charges.iter().enumerate();
                let undecided: Vec<usize> =
                    charges.filter(|(_, charge)| !charge.is_decided()).map(|(at, _)| at).collect();
                if let Some(at) = pick(which, undecided.len()) {
                    self.provider.decide(undecided[at]);
                    if how % 2 == 1 {
                        self.tell(undecided[at])?;
                    }
                }
            }
            31 | 32 => {
                if let Some(at) = pick(which, self.strays.len()) {
                    self.stray_arrives(at, how);
                }
            }
            33 => self.spend_elsewhere(which),
            34 => self.spend_as_much_elsewhere(which),
            35..=40 => {
                self.types(desk, Some(Typed { key: how % 8, is_right: how % 3 > 0 }));
                self.rush(desk, how / 32)?;
            }
            _ => {
                self.types(desk, None);
                self.rush(desk, how / 64)?;
            }
        }
        ledger_tells_all(self, desk)
    }

    fn pass_to(&mut self, at: Millis) {
        self.now = at;
        self.provider.settle(at);
    }

    /// Advances the newest task by some steps with nothing in between.
    fn rush(&mut self, desk: usize, steps: u8) -> Checked {
        for _ in 0..steps {
            if let Some(last) = self.desks[desk].tasks.len().checked_sub(1) {
                self.progress(desk, last, 0)?;
            }
        }
        Ok(())
    }

    fn shopper_pays(&mut self, which: u8, how: u8) -> Checked {
        let desk = usize::from(which) % self.desks.len();
        let voucher = usize::from(how / 2) % self.provider.vouchers.len();
        self.pay(desk, voucher, how % 2 == 1)
    }

    /// Spends a cent of a voucher at another shop; no sum of our amounts equals a few single cents.
    fn spend_elsewhere(&mut self, which: u8) {
        let at = usize::from(which) % self.provider.vouchers.len();
        let voucher = &mut self.provider.vouchers[at];
        if voucher.left > Minor::ZERO && voucher.spent_elsewhere < Minor(9) {
            voucher.left -= Minor(1);
            voucher.spent_elsewhere += Minor(1);
        }
    }

    /// Spends at another shop exactly what a charge in doubt would take, so that the balance looks as if it was carried out.
    fn spend_as_much_elsewhere(&mut self, which: u8) {
        let payments = self.desks.iter().flat_map(|desk| desk.session.redemptions.iter().zip(&desk.vouchers));
        let in_doubt: Vec<(usize, Minor)> = payments
            .filter(|(one, _)| one.is_in_doubt() && one.balance_before.is_some())
            .map(|(one, voucher)| (*voucher, one.begun.amount + one.begun.fee))
            .collect();
        let Some((at, amount)) = pick(which, in_doubt.len()).map(|at| in_doubt[at]) else { return };
        let voucher = &mut self.provider.vouchers[at];
        if voucher.left >= amount {
            voucher.left -= amount;
            voucher.spent_elsewhere += amount;
        }
    }

    /// Completes everything under way without faults, and advances the time until nothing is due.
    fn come_to_rest(&mut self) -> Checked {
        for _ in 0..2_000 {
            if let Some(&(desk, task)) = self.tasks().first() {
                self.progress(desk, task, 0)?;
            } else if !self.strays.is_empty() {
                self.stray_arrives(0, 0);
            } else if let Some(at) = self.provider.charges.iter().position(|charge| !charge.is_decided()) {
                self.provider.decide(at);
            } else if let Some(desk) = (0..self.desks.len()).find(|desk| self.is_due(*desk)) {
                self.ring(desk);
            } else {
                let due = self.desks.iter().filter_map(|desk| desk.session.next_due(&self.limits)).min();
                let Some(at) = due else { return Ok(()) };
                self.pass_to(at);
            }
        }
        prop_assert!(false, "it never comes to rest");
        Ok(())
    }

    fn run(&mut self, happenings: &[Happening]) -> Checked {
        for happening in happenings {
            self.take(*happening)?;
        }
        self.come_to_rest()?;
        nothing_is_forgotten(self)?;
        // A provider repeats a webhook until it is accepted.
        for charge in 0..self.provider.charges.len() {
            if !self.provider.charges[charge].told {
                self.tell(charge)?;
            }
        }
        self.come_to_rest()?;
        (0..self.desks.len()).try_for_each(|desk| ledger_tells_all(self, desk))?;
        books_agree(self)
    }

    /// Returns the course of events, for the message of a failure.
    fn story(&self) -> String {
        let mut story = String::new();
        for (at, desk) in self.desks.iter().enumerate() {
            for (when, entry) in desk.ledger.iter().skip(1) {
                story += &format!("session {at} {:>9} {entry:?}\n", (*when - NOW).0);
            }
        }
        for charge in &self.provider.charges {
            story += &format!("{charge:?}, at {}\n", (charge.at - NOW).0);
        }
        story
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(ProptestConfig::default().cases.max(20_000)) })]

    #[test]
    fn laws_2_to_5_whatever_happens_in_whatever_order_the_books_agree(
        vouchers in vouchers(),
        happenings in happenings(),
    ) {
        let mut world = World::new(&vouchers);
        if let Err(error) = world.run(&happenings) {
            prop_assert!(false, "{error}\n{}", world.story());
        }
    }
}
