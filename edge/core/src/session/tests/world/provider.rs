//! The simulated providers: vouchers and charges with exact books.

use super::desk::Payment;
use super::manner::{Manner, Mood};
use crate::provider::{Paid, Refusal, Reply};
use crate::recovery::Doubt;
use crate::recovery::ProviderAnswer;
use crate::session::Redemption;
use checkout_wire::{ChangeVoucher, DeclineCode, Millis, Minor, Pin};
use std::collections::BTreeMap;

/// The longest time in which a code that was sent back is settled: longer than it lives.
const SETTLING: Millis = Millis::MINUTE.times(10);

#[derive(Debug)]
pub(super) struct Voucher {
    pub(super) manner: Manner,
    pub(super) left: Minor,
    /// The amount spent at other shops.
    pub(super) spent_elsewhere: Minor,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Progress {
    /// Not decided; the money is reserved.
    Undecided {
        fails: bool,
    },
    /// Not decided, and the money is not reserved.
    Settling {
        fails: bool,
    },
    /// Reported as declined, to be taken later.
    ToBeTaken,
    Taken,
    Failed,
    GivenBack,
}

/// A charge that the provider has received.
#[derive(Debug)]
pub(super) struct Charge {
    pub(super) payment: Payment,
    pub(super) voucher: usize,
    asked: Minor,
    took: Minor,
    pub(super) progress: Progress,
    /// The time of arrival.
    pub(super) at: Millis,
    change: Option<Minor>,
    /// Whether a webhook has reported its success.
    pub(super) told: bool,
    /// Whether the provider reported a decline before it took the money.
    pub(super) was_denied: bool,
    /// Whether the provider decided later.
    pub(super) was_undecided: bool,
}

impl Charge {
    /// Returns the amount that the provider holds for the merchant.
    pub(super) const fn holds(&self) -> Minor {
        if matches!(self.progress, Progress::Taken) { self.took } else { Minor::ZERO }
    }

    pub(super) const fn is_decided(&self) -> bool {
        !matches!(self.progress, Progress::Undecided { .. } | Progress::Settling { .. } | Progress::ToBeTaken)
    }

    /// Returns whether more was taken than requested.
    pub(super) fn is_too_much(&self) -> bool {
        self.took > self.asked
    }

    pub(super) fn change(&self) -> Option<ChangeVoucher> {
        let pin = |_| Pin::from_provider(format!("rest-{}-{}", self.payment.desk, self.payment.number));
        self.change.map(|amount| ChangeVoucher { pin: pin(amount), amount: Some(amount), expires_at: None })
    }
}

#[derive(Debug)]
pub(super) struct Provider {
    pub(super) vouchers: Vec<Voucher>,
    pub(super) charges: Vec<Charge>,
    /// The answers to codes, by their references: the index of a charge, or `None` for a refused code.
    pub(super) codes: BTreeMap<String, Option<usize>>,
}

/// Returns the reference of the code that was sent back last. Sessions of this simulation use the same ones.
fn code_reference(payment: Payment, one: &Redemption) -> String {
    format!("{}-{}", payment.desk, one.answer_reference())
}

fn declined(code: DeclineCode) -> ProviderAnswer {
    Ok(Reply::Declined(Refusal { code, words: String::new() }))
}

impl Provider {
    pub(super) fn charge_of(&self, payment: Payment) -> Option<&Charge> {
        self.charges.iter().find(|charge| charge.payment == payment)
    }

    pub(super) fn balance(&self, voucher: usize, mood: Mood) -> ProviderAnswer {
        match mood {
            Mood::Busy => Ok(Reply::Busy),
            Mood::Refusing => declined(DeclineCode::VoucherRefused),
            _ => {
                let Voucher { manner, left, .. } = self.vouchers[voucher];
                Ok(match manner {
                    Manner::ByCode => Reply::Guarded { balance: left, owner: None },
                    _ => Reply::Balance(left),
                })
            }
        }
    }

    /// Sends a code to the voucher's owner.
    pub(super) fn challenge(&self, mood: Mood) -> ProviderAnswer {
        match mood {
            Mood::Busy => Ok(Reply::Busy),
            Mood::Refusing => declined(DeclineCode::VoucherRefused),
            Mood::Unlisted => Err(Doubt::Unreadable),
            _ => Ok(Reply::Challenged("1".to_owned())),
        }
    }

    /// Takes a code back. The answer to a reference stays the same once it is decided.
    pub(super) fn answer(
        &mut self,
        payment: Payment,
        voucher: usize,
        (one, is_right): (&Redemption, bool),
        mood: Mood,
        at: Millis,
    ) -> ProviderAnswer {
        let reference = code_reference(payment, one);
        let known = match self.codes.get(&reference) {
            Some(known) => *known,
            None if mood == Mood::Busy => return Ok(Reply::Busy),
            None => {
                let charge = is_right.then_some(self.charges.len());
                if is_right {
                    let asked = one.begun.amount;
                    let _ = self.charge(payment, voucher, asked, mood, at);
                }
                self.codes.insert(reference, charge);
                charge
            }
        };
        let Some(charge) = known.map(|known| &self.charges[known]) else { return Ok(Reply::CodeRefused) };
        match charge.progress {
            Progress::Taken if mood == Mood::Unlisted => Err(Doubt::Unreadable),
            Progress::Taken => Ok(Reply::Paid(Paid { amount: Some(charge.took), ..Paid::default() })),
            Progress::Failed => Ok(Reply::Failed),
            _ => Ok(Reply::Pending),
        }
    }

    /// Returns whether the code that was sent back last is answered, so that sending it once more takes nothing.
    pub(super) fn has_answered(&self, payment: Payment, one: &Redemption) -> bool {
        self.codes.contains_key(&code_reference(payment, one))
    }

    /// Decides the charges by a code that have taken as long as they can.
    pub(super) fn settle(&mut self, now: Millis) {
        for number in 0..self.charges.len() {
            let Charge { progress, at, .. } = self.charges[number];
            if matches!(progress, Progress::Settling { .. }) && now - at >= SETTLING {
                self.decide(number);
            }
        }
    }

    pub(super) fn charge(
        &mut self,
        payment: Payment,
        voucher: usize,
        asked: Minor,
        mood: Mood,
        at: Millis,
    ) -> ProviderAnswer {
        let manner = self.vouchers[voucher].manner;
        let took = match mood {
            Mood::TakingLess if manner.tells() && asked > Minor(20) => asked - Minor(20),
            Mood::TakingMore if manner.tells() => asked + Minor(10),
            _ => asked,
        };
        let progress = match mood {
            Mood::Busy => return Ok(Reply::Busy),
            Mood::Refusing => Progress::Failed,
            _ if self.vouchers[voucher].left < took + manner.fee() => Progress::Failed,
            Mood::SlowToTake if manner == Manner::ByCode => Progress::Settling { fails: false },
            Mood::SlowToFail if manner == Manner::ByCode => Progress::Settling { fails: true },
            Mood::SlowToTake if manner.tells() => Progress::Undecided { fails: false },
            Mood::SlowToFail if manner.tells() => Progress::Undecided { fails: true },
            Mood::TakingAfterNo if manner.tells() => Progress::ToBeTaken,
            _ => Progress::Taken,
        };
        let was_denied = progress == Progress::ToBeTaken;
        let was_undecided = matches!(progress, Progress::Undecided { .. } | Progress::Settling { .. });
        let (change, told) = (None, false);
        self.charges.push(Charge {
            payment,
            voucher,
            asked,
            took,
            progress,
            at,
            change,
            told,
            was_denied,
            was_undecided,
        });
        let number = self.charges.len() - 1;
        match progress {
            Progress::Failed | Progress::ToBeTaken => return declined(DeclineCode::VoucherRefused),
            Progress::Undecided { .. } => self.vouchers[voucher].left -= took,
            Progress::Settling { .. } => {}
            Progress::Taken | Progress::GivenBack => self.take(number),
        }
        // A provider whose successes are confirmed may report one too early.
        if progress != Progress::Taken && manner == Manner::ByReference {
            return Ok(Reply::Pending);
        }
        // A refusal in words that no document lists.
        if mood == Mood::Unlisted {
            return Err(Doubt::Unreadable);
        }
        let left = self.vouchers[voucher].left;
        Ok(Reply::Paid(Paid {
            amount: manner.tells().then_some(took),
            balance: manner.is_by_balance().then_some(left),
            change: self.charges[number].change(),
            ..Paid::default()
        }))
    }

    fn take(&mut self, number: usize) {
        let charge = &mut self.charges[number];
        let voucher = &mut self.vouchers[charge.voucher];
        voucher.left -= charge.took + voucher.manner.fee();
        charge.progress = Progress::Taken;
        if voucher.manner == Manner::ByReference && voucher.left > Minor::ZERO {
            charge.change = Some(std::mem::take(&mut voucher.left));
        }
    }

    /// Decides an undecided charge.
    pub(super) fn decide(&mut self, number: usize) {
        let charge = &mut self.charges[number];
        let left = &mut self.vouchers[charge.voucher].left;
        match charge.progress {
            Progress::Undecided { fails } => {
                *left += charge.took;
                charge.progress = Progress::Failed;
                if !fails {
                    self.take(number);
                }
            }
            Progress::ToBeTaken | Progress::Settling { fails: false } if *left >= charge.took => {
                self.take(number)
            }
            Progress::ToBeTaken | Progress::Settling { .. } => charge.progress = Progress::Failed,
            _ => {}
        }
    }

    /// Answers a look-up. With `is_young`, the provider may not know a charge yet that has arrived.
    pub(super) fn look_up(&self, payment: Payment, mood: Mood, is_young: bool) -> ProviderAnswer {
        let Some(charge) = self.charge_of(payment) else {
            return Ok(if mood == Mood::Busy { Reply::Busy } else { Reply::NotFound });
        };
        let manner = self.vouchers[charge.voucher].manner;
        Ok(match (mood, charge.progress) {
            (Mood::Busy, _) => Reply::Busy,
            (Mood::Forgetful, _) if is_young => Reply::NotFound,
            (_, Progress::Undecided { .. } | Progress::Settling { .. }) => Reply::Pending,
            (_, Progress::Failed | Progress::ToBeTaken) if manner == Manner::ByReference => Reply::Failed,
            (_, Progress::Failed | Progress::ToBeTaken) => Reply::NotFound,
            (_, Progress::GivenBack) => Reply::Reversed,
            // The amount may be left out.
            (Mood::Untold, Progress::Taken) => return Err(Doubt::Unreadable),
            (_, Progress::Taken) => Reply::Paid(Paid {
                amount: Some(charge.took),
                change_unknown: manner == Manner::ByReference,
                ..Paid::default()
            }),
        })
    }

    pub(super) fn reverse(&mut self, payment: Payment, mood: Mood) -> ProviderAnswer {
        let charge = self.charges.iter_mut().find(|charge| charge.payment == payment);
        match charge.filter(|charge| charge.progress == Progress::Taken) {
            _ if mood == Mood::Busy => Ok(Reply::Busy),
            // The merchant's token is not valid.
            _ if mood == Mood::Unlisted => declined(DeclineCode::ProviderUnavailable),
            Some(charge) if mood != Mood::Refusing => {
                charge.progress = Progress::GivenBack;
                self.vouchers[charge.voucher].left += charge.took;
                Ok(Reply::Reversed)
            }
            _ => declined(DeclineCode::VoucherRefused),
        }
    }
}
