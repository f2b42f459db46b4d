//! The recovery of unknown outcomes: one schedule of look-ups for payments, their reversals and issued vouchers.
//!
//! Look-ups follow after growing pauses; a webhook triggers one at once. After the last pause the outcome goes to review.

use crate::Limits;
use crate::provider::Reply;
use crate::stored_enum;
use checkout_wire::Millis;

/// The time on top of the provider's timeout after which a request without a report counts as orphaned.
const ORPHANED_AFTER: Millis = Millis::SECOND.times(5);

/// The reply of a provider to a call, or the reason why its outcome is unknown.
pub type ProviderAnswer = Result<Reply, Doubt>;

stored_enum! {
    /// The reason why an outcome is unknown. Stored: add, never change.
    #[derive(Clone, Copy, PartialEq, Eq, Debug)]
    pub enum Doubt or Doubt::Stopped;

    /// The provider is still processing it.
    "pending" = Pending,
    /// No answer in time.
    "timeout" = Timeout,
    /// The connection failed or was cut.
    "cut" = Cut,
    /// The answer is ambiguous: a server error, another format, a contradiction.
    "unreadable" = Unreadable,
    /// The amount taken is more than requested, or not a valid amount.
    "amount" = Amount,
    /// The Worker's process stopped while it waited for the answer.
    "stopped" = Stopped,
    /// The provider reported a success and did not confirm it in a look-up.
    "unconfirmed" = Unconfirmed,
}

/// The progress of the look-ups of one outcome.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Recovery {
    /// The time at which the outcome first came into doubt; the request is not sent after that.
    pub doubted_at: Option<Millis>,
    /// The number of look-ups since the outcome last came into doubt.
    pub asked: usize,
    /// The time of the last answer or look-up; the next pause begins here.
    pub changed_at: Millis,
    /// Whether a webhook asks for a look-up.
    pub hinted: bool,
    /// The number of webhooks that asked for a look-up.
    hints: usize,
    /// The number of unanswered look-ups of a settled outcome since the last webhook.
    unanswered: usize,
    /// The time of the last unanswered look-up.
    unanswered_at: Millis,
    /// The time of the last look-up that confirmed a settled outcome.
    confirmed_at: Millis,
    /// A random number that prolongs the pauses.
    spread: u16,
}

impl Recovery {
    /// Returns the recovery of a request that is recorded at `at`.
    pub const fn new(at: Millis) -> Self {
        Self {
            doubted_at: None,
            asked: 0,
            changed_at: at,
            hinted: false,
            hints: 0,
            unanswered: 0,
            unanswered_at: at,
            confirmed_at: at,
            spread: 0,
        }
    }

    /// Prolongs each pause by up to a fifth, so that outcomes that came into doubt together are not looked up together. The
    /// random `digits` of an id choose by how much, so that it stays the same in every replay of the ledger.
    pub fn spread_by(self, digits: &str) -> Self {
        let last = digits.get(28..32).and_then(|last| u16::from_str_radix(last, 16).ok());
        Self { spread: last.unwrap_or_default(), ..self }
    }

    /// Records that a webhook asks for a look-up.
    pub const fn hint(&mut self) {
        self.hinted = true;
        self.hints += 1;
        self.unanswered = 0;
    }

    /// Records a doubt: the schedule starts again, and a look-up requested by a webhook stays due.
    pub fn doubt(&mut self, at: Millis) {
        self.doubted_at = self.doubted_at.or(Some(at));
        self.asked = 0;
        self.unanswered = 0;
        self.changed_at = at;
    }

    /// Records a look-up that did not determine the outcome.
    pub const fn ask(&mut self, at: Millis) {
        self.asked += 1;
        self.answer(at);
    }

    /// Records progress that does not complete a webhook's look-up.
    pub const fn advance(&mut self, at: Millis) {
        self.changed_at = at;
    }

    /// Records an answer, which also completes a webhook's look-up.
    pub const fn answer(&mut self, at: Millis) {
        self.changed_at = at;
        self.hinted = false;
    }

    /// Records that a settled outcome is confirmed: a webhook's look-up is complete, and the outcome is unchanged.
    pub const fn confirm(&mut self, at: Millis) {
        self.hinted = false;
        self.unanswered = 0;
        self.confirmed_at = at;
    }

    /// Records an unanswered look-up of a settled outcome. The provider does not repeat the webhook, so the look-up is repeated.
    pub const fn miss(&mut self, at: Millis) {
        self.unanswered += 1;
        self.unanswered_at = at;
    }

    /// Returns when a webhook's look-up is due; `None` without a webhook, or after the last attempt.
    pub fn hint_due(&self, limits: &Limits) -> Option<Millis> {
        match self.unanswered {
            _ if !self.hinted => None,
            0 => Some(self.changed_at),
            often => limits.settle_backoff_ms.get(often - 1).map(|pause| self.unanswered_at + *pause),
        }
    }

    /// Returns when a settled outcome is to be looked up once more: after each of `recheck_after_ms`, counted from the time at
    /// which it was settled. An unanswered look-up is repeated.
    pub fn recheck_due(&self, limits: &Limits) -> Option<Millis> {
        let last = self.changed_at.max(self.confirmed_at);
        let next =
            limits.recheck_after_ms.iter().map(|pause| self.changed_at + *pause).find(|at| *at > last)?;
        match self.unanswered {
            0 => Some(next),
            often => {
                limits.settle_backoff_ms.get(often - 1).map(|pause| next.max(self.unanswered_at + *pause))
            }
        }
    }

    /// Returns when the next look-up is due; `None` after the last pause.
    pub fn question_due(&self, limits: &Limits) -> Option<Millis> {
        limits.settle_backoff_ms.get(self.asked).map(|pause| self.changed_at + self.prolonged(*pause))
    }

    /// Returns when the next look-up is due, with the last pause repeated: fewer pauses may be configured now than before.
    pub fn repeated_question_due(&self, limits: &Limits) -> Millis {
        let last = limits.settle_backoff_ms.last().copied().unwrap_or(ORPHANED_AFTER);
        self.question_due(limits).unwrap_or(self.changed_at + self.prolonged(last))
    }

    fn prolonged(&self, pause: Millis) -> Millis {
        pause + Millis(pause.0 * i64::from(self.spread) / (5 * (i64::from(u16::MAX) + 1)))
    }

    /// Returns whether the look-ups after all pauses are used up, so that the outcome goes to review.
    pub fn is_exhausted(&self, limits: &Limits) -> bool {
        self.asked >= limits.settle_backoff_ms.len()
    }

    /// Returns whether the next look-up is the last one.
    pub fn is_last_question(&self, limits: &Limits) -> bool {
        self.asked + 1 >= limits.settle_backoff_ms.len()
    }

    /// Returns whether "not found" is final at `now`. The grace period starts at the first doubt, because the process may have
    /// been held up before it sent the request.
    pub fn grace_is_over(&self, now: Millis, limits: &Limits) -> bool {
        self.doubted_at.is_some_and(|at| now - at >= limits.not_found_grace_ms)
    }

    /// Returns the records for the answer to a look-up. `asked` is the state when the look-up was sent. A hint that arrived during the look-up
    /// is newer than the answer and still to be looked up. `hint` is `None` if the answer leaves nothing to look up.
    pub fn with_hint<T>(&self, asked: &Self, answer: T, hint: Option<T>) -> Vec<T> {
        [answer].into_iter().chain(hint.filter(|_| self.hints > asked.hints)).collect()
    }
}

/// Returns when a request that was about to be sent at `sent_at` counts as orphaned without a report.
pub fn orphaned_at(sent_at: Millis, limits: &Limits) -> Millis {
    sent_at + limits.provider_timeout_ms + ORPHANED_AFTER
}
