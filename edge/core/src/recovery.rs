//! How an unknown outcome is found out: one schedule of questions, for payments, their reversals and issued vouchers.
//!
//! The provider is asked after pauses that grow. A webhook has it asked at once. After the last pause a person has to look.

use crate::Limits;
use crate::provider::Reply;
use serde::{Deserialize, Serialize};

/// Time on top of the provider's timeout before a request that nobody reports on counts as orphaned.
const ORPHANED_AFTER_MS: i64 = 5_000;

/// What came back from a call: the provider's word, or why there is none.
pub type Heard = Result<Reply, Doubt>;

/// Why an outcome is not known. Stored: add, never change.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    /// The provider says that it is still working on it.
    Pending,
    /// No answer in time.
    Timeout,
    /// The connection failed or was cut.
    Cut,
    /// An answer that says nothing certain: a server error, another format, a contradiction.
    Unreadable,
    /// More was taken than asked for, or in a way that nobody asked for.
    Amount,
    /// Our own process stopped while it waited.
    Stopped,
    /// The provider said that the money was taken, and did not stand by it when it was asked once more.
    Unconfirmed,
}

/// How far finding out an outcome is. Times in milliseconds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Recovery {
    /// When the outcome first came into doubt: from then on nothing more is sent.
    pub doubted_at: Option<i64>,
    /// How often the provider was asked since it last came into doubt.
    pub asked: usize,
    /// When something was last heard of it, or asked: the next pause begins here.
    pub changed_at: i64,
    /// Whether a webhook asks to look it up.
    pub hinted: bool,
    /// How many webhooks have asked that.
    hints: usize,
    /// How many look-ups were not answered since the last of them, of an outcome that counts as settled.
    unanswered: usize,
    /// When the last of those was asked.
    unanswered_at: i64,
}

impl Recovery {
    /// Returns the recovery of a request that is written down at `at`.
    pub const fn new(at: i64) -> Self {
        Self {
            doubted_at: None,
            asked: 0,
            changed_at: at,
            hinted: false,
            hints: 0,
            unanswered: 0,
            unanswered_at: at,
        }
    }

    /// Notes that a webhook asks to look it up.
    pub const fn hint(&mut self) {
        self.hinted = true;
        self.hints += 1;
        self.unanswered = 0;
    }

    /// Notes that the outcome is in doubt: the schedule begins anew, and what a webhook asks for is still to be done.
    pub fn doubt(&mut self, at: i64) {
        self.doubted_at = self.doubted_at.or(Some(at));
        self.asked = 0;
        self.unanswered = 0;
        self.changed_at = at;
    }

    /// Notes that the provider was asked in vain.
    pub const fn ask(&mut self, at: i64) {
        self.asked += 1;
        self.answer(at);
    }

    /// Notes progress that is no answer to a webhook.
    pub const fn advance(&mut self, at: i64) {
        self.changed_at = at;
    }

    /// Notes an answer: what a webhook asked for is done.
    pub const fn answer(&mut self, at: i64) {
        self.changed_at = at;
        self.hinted = false;
    }

    /// Notes that a settled outcome is confirmed: what a webhook asked for is done, and nothing has changed.
    pub const fn confirm(&mut self) {
        self.hinted = false;
    }

    /// Notes that the look-up of a settled outcome was not answered. The webhook is not repeated: the look-up is.
    pub const fn miss(&mut self, at: i64) {
        self.unanswered += 1;
        self.unanswered_at = at;
    }

    /// Returns when the look-up is due that a webhook asks for; `None` without one, or once it was tried often enough.
    pub fn hint_due(&self, limits: &Limits) -> Option<i64> {
        match self.unanswered {
            _ if !self.hinted => None,
            0 => Some(self.changed_at),
            often => limits.settle_backoff_ms.get(often - 1).map(|pause| self.unanswered_at + pause),
        }
    }

    /// Returns when the provider is to be asked next; `None` once it was asked after every pause.
    pub fn question_due(&self, limits: &Limits) -> Option<i64> {
        limits.settle_backoff_ms.get(self.asked).map(|pause| self.changed_at + pause)
    }

    /// Returns the same with the last pause repeated: fewer may be configured now than were before.
    pub fn repeated_question_due(&self, limits: &Limits) -> i64 {
        let last = limits.settle_backoff_ms.last().copied().unwrap_or(ORPHANED_AFTER_MS);
        self.question_due(limits).unwrap_or(self.changed_at + last)
    }

    /// Returns whether the provider was asked after every pause: a person has to find out.
    pub fn is_exhausted(&self, limits: &Limits) -> bool {
        self.asked >= limits.settle_backoff_ms.len()
    }

    /// Returns whether one more question in vain is the last.
    pub fn is_last_question(&self, limits: &Limits) -> bool {
        self.asked + 1 >= limits.settle_backoff_ms.len()
    }

    /// Returns whether a provider that knows nothing of the request at `now` is believed. Not counted from the request: the
    /// process may have been held up before it did send it.
    pub fn grace_is_over(&self, now: i64, limits: &Limits) -> bool {
        self.doubted_at.is_some_and(|at| now - at >= limits.not_found_grace_ms)
    }

    /// Returns what to write about the answer to a question that was asked when things stood as `asked`: a hint that came while
    /// the answer was on its way is newer than it, and still to be looked up. `hint` is `None` when the answer leaves nothing to
    /// look up.
    pub fn with_hint<T>(&self, asked: &Self, answer: T, hint: Option<T>) -> Vec<T> {
        [answer].into_iter().chain(hint.filter(|_| self.hints > asked.hints)).collect()
    }
}

/// Returns when a request that was about to be sent at `sent_at` counts as orphaned, unless somebody reports on it.
pub const fn orphaned_at(sent_at: i64, limits: &Limits) -> i64 {
    sent_at + limits.provider_timeout_ms + ORPHANED_AFTER_MS
}
