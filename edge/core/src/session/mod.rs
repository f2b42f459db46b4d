//! A checkout session: an append-only ledger of [`Entry`] values, and what they add up to.
//!
//! The ledger is the truth; [`Session`] is its sum and is never stored. Whoever wants to change something writes an entry
//! first and acts afterwards, so that a stop at any point leaves a ledger that says how far things went.

mod admit;
mod attempt;
mod entry;
mod settle;
mod terms;
mod view;

#[cfg(test)]
mod tests;

pub use attempt::{Attempt, TypedAttempt};
pub use entry::{Begun, Doubt, Entry};
pub use settle::{Heard, Outcome, Task};
pub use terms::Terms;
pub use view::{Changes, provider_view};

use checkout_wire::{DeclineCode, RedemptionStatus, SessionStatus};

/// A checkout session as its ledger tells it. Amounts in minor units, times in milliseconds.
#[derive(Clone, Debug)]
pub struct Session {
    /// `cs_…`.
    pub id: String,
    /// SHA-256 of the client secret.
    pub secret_hash: String,
    /// What was agreed with the shop.
    pub terms: Terms,
    /// When it was created.
    pub created_at: i64,
    /// When it ends unpaid.
    pub expires_at: i64,
    /// When the shop canceled it.
    pub canceled_at: Option<i64>,
    /// The vouchers tried, oldest first.
    pub redemptions: Vec<Redemption>,
}

/// One voucher's payment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Redemption {
    /// How it began.
    pub begun: Begun,
    /// When it began.
    pub created_at: i64,
    /// When the request that takes the money was about to be sent; `None` before that.
    pub sent_at: Option<i64>,
    /// What the voucher was worth before, where the provider was asked.
    pub balance_before: Option<i64>,
    /// Where it stands.
    pub state: State,
    /// When that was last heard of, or asked for.
    pub changed_at: i64,
}

/// Where a voucher's payment stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum State {
    /// Begun; its request is under way in a process that may have died since.
    Begun,
    /// The answer is missing or says nothing certain; asked `asked` times since.
    InDoubt {
        /// Why.
        doubt: Doubt,
        /// How often the provider was asked since.
        asked: usize,
        /// It cannot be found out by asking.
        left_to_person: bool,
    },
    /// The money was taken and is credited.
    Succeeded {
        /// Credited.
        amount: i64,
        /// Taken on top.
        fee: Option<i64>,
        /// The provider's number of the transaction.
        transaction: Option<String>,
        /// What is left on the same voucher.
        balance: Option<i64>,
    },
    /// Refused; nothing was taken.
    Declined {
        /// Why.
        code: DeclineCode,
        /// The provider's words, scrubbed.
        words: Option<String>,
    },
    /// Nothing was sent that could take money.
    NotSent {
        /// Why.
        code: DeclineCode,
    },
}

impl Session {
    /// The sum of a ledger, each entry with the time it was written; `None` for one that does not begin with
    /// [`Entry::Created`].
    pub fn replay(ledger: impl IntoIterator<Item = (i64, Entry)>) -> Option<Self> {
        let mut entries = ledger.into_iter();
        let (created_at, Entry::Created { id, secret_hash, expires_at, terms }) = entries.next()? else {
            return None;
        };
        let mut session = Self {
            id,
            secret_hash,
            terms,
            created_at,
            expires_at,
            canceled_at: None,
            redemptions: Vec::new(),
        };
        for (at, entry) in entries {
            session.apply(at, entry);
        }
        Some(session)
    }

    /// The session with one more entry. An entry about a payment that is settled changes nothing: money is credited once.
    pub fn apply(&mut self, at: i64, entry: Entry) {
        match entry {
            Entry::Created { .. } => {}
            Entry::Canceled => self.canceled_at = Some(at),
            // Ids are random and new: this is the same entry once more.
            Entry::Begun(begun) if self.redemption(&begun.id).is_some() => {}
            Entry::Begun(begun) => self.redemptions.push(Redemption {
                sent_at: begun.sends.then_some(at),
                begun,
                created_at: at,
                balance_before: None,
                state: State::Begun,
                changed_at: at,
            }),
            Entry::Weighed { redemption, balance } => {
                if let Some(open) = self.open(&redemption, at) {
                    open.balance_before = Some(balance);
                    open.sent_at = Some(at);
                }
            }
            Entry::Doubted { redemption, doubt } => {
                if let Some(open) = self.open(&redemption, at) {
                    open.state = State::InDoubt { doubt, asked: 0, left_to_person: false };
                }
            }
            Entry::Asked { redemption } => {
                if let Some(State::InDoubt { asked, .. }) =
                    self.open(&redemption, at).map(|open| &mut open.state)
                {
                    *asked += 1;
                }
            }
            Entry::LeftToPerson { redemption } => {
                if let Some(State::InDoubt { left_to_person, .. }) =
                    self.open(&redemption, at).map(|open| &mut open.state)
                {
                    *left_to_person = true;
                }
            }
            Entry::Succeeded { redemption, amount, fee, transaction, balance } => {
                self.settle(&redemption, at, State::Succeeded { amount, fee, transaction, balance });
            }
            Entry::Declined { redemption, code, words } => {
                self.settle(&redemption, at, State::Declined { code, words });
            }
            Entry::NotSent { redemption, code } => self.settle(&redemption, at, State::NotSent { code }),
        }
    }

    fn settle(&mut self, id: &str, at: i64, state: State) {
        if let Some(open) = self.open(id, at) {
            open.state = state;
        }
    }

    /// The payment of this id, unless it is settled.
    fn open(&mut self, id: &str, at: i64) -> Option<&mut Redemption> {
        let open = self.redemptions.iter_mut().find(|one| one.begun.id == id && one.is_open())?;
        open.changed_at = at;
        Some(open)
    }

    /// The payment of this id.
    pub fn redemption(&self, id: &str) -> Option<&Redemption> {
        self.redemptions.iter().find(|one| one.begun.id == id)
    }

    /// What vouchers have paid.
    pub fn received(&self) -> i64 {
        self.redemptions.iter().map(Redemption::credited).sum()
    }

    /// What is left to pay.
    pub fn remaining(&self) -> i64 {
        (self.terms.amount - self.received()).max(0)
    }

    /// Where the session stands. A payment that is not settled outlasts the session's end: its outcome comes first.
    pub fn status(&self, now: i64) -> SessionStatus {
        if self.remaining() == 0 {
            SessionStatus::Complete
        } else if self.redemptions.iter().any(Redemption::is_open) {
            SessionStatus::Processing
        } else if self.canceled_at.is_some() {
            SessionStatus::Canceled
        } else if now >= self.expires_at {
            SessionStatus::Expired
        } else {
            SessionStatus::Open
        }
    }
}

impl Redemption {
    /// Whether the outcome is still to come.
    pub fn is_open(&self) -> bool {
        matches!(self.state, State::Begun | State::InDoubt { .. })
    }

    /// What it has paid.
    pub fn credited(&self) -> i64 {
        match self.state {
            State::Succeeded { amount, .. } => amount,
            _ => 0,
        }
    }

    /// Whether the voucher was refused for its own sake: what a guesser causes, and a shopper's typing error.
    pub fn is_failed_try(&self) -> bool {
        use DeclineCode::*;
        match self.state {
            State::Declined { code, .. } => {
                matches!(
                    code,
                    VoucherNotFound | VoucherUsed | VoucherRefused | InsufficientFunds | AmountRefused
                )
            }
            _ => false,
        }
    }

    /// Where it stands, as API and browser name it.
    pub fn status(&self) -> RedemptionStatus {
        match self.state {
            State::Begun | State::InDoubt { doubt: Doubt::Pending, .. } => RedemptionStatus::Processing,
            State::InDoubt { .. } => RedemptionStatus::Unknown,
            State::Succeeded { .. } => RedemptionStatus::Succeeded,
            State::Declined { .. } => RedemptionStatus::Declined,
            State::NotSent { .. } => RedemptionStatus::NotSent,
        }
    }
}
