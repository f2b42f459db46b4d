//! A payment attempt: one submission, from the shopper's press on the pay button until its outcome is known.

use checkout_wire::{RedemptionId, SessionStatus};

/// A payment attempt.
#[derive(Clone)]
pub struct PaymentAttempt {
    /// The id of its redemption, once the Worker has returned it.
    pub redemption_id: Option<RedemptionId>,
    /// The state of its `POST`.
    pub post: PostState,
    /// Whether an answer was lost or did not come from the Worker. From then on a refusal counts only with the session.
    pub uncertain: bool,
    /// Whether it carries the code that the voucher's owner was sent.
    pub code: bool,
}

/// The state of the `POST` of a submission.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum PostState {
    /// It was sent and has no answer yet.
    Sending,
    /// The answer was lost.
    AnswerLost,
    /// The answer was lost and the Worker can be reached again: the same `POST` has to be repeated.
    ResendDue,
    /// It was refused by an answer that cannot be relied on: the session has to confirm that nothing was charged.
    RefusalUnconfirmed,
    /// The Worker returned its redemption.
    Accepted,
}

impl PaymentAttempt {
    /// Creates an attempt whose first `POST` was just sent.
    pub const fn new() -> Self {
        Self { redemption_id: None, post: PostState::Sending, uncertain: false, code: false }
    }

    /// Creates an attempt that the Worker accepted as this redemption.
    pub const fn accepted(redemption_id: RedemptionId) -> Self {
        Self { redemption_id: Some(redemption_id), post: PostState::Accepted, uncertain: true, code: false }
    }

    /// Returns the attempt with that state of its `POST`.
    pub fn with(self, post: PostState) -> Self {
        let first = self.post == PostState::Sending && post == PostState::Sending;
        Self { post, uncertain: self.uncertain || !first, ..self }
    }

    /// Returns the attempt after a load showed a session with that status and no outcome of the attempt; `None` when it is over.
    pub fn after_load(self, status: SessionStatus) -> Option<Self> {
        let unfinished = matches!(status, SessionStatus::Open | SessionStatus::Processing);
        match self.post {
            _ if !unfinished => None,
            PostState::Sending => Some(self),
            PostState::AnswerLost | PostState::ResendDue => Some(self.with(PostState::ResendDue)),
            // The session does not contain the attempt: it was refused before it was recorded, or never arrived.
            PostState::RefusalUnconfirmed => None,
            PostState::Accepted => Some(self).filter(|_| status == SessionStatus::Processing),
        }
    }

    /// Returns whether its first `POST` was sent and has no answer yet.
    pub fn is_first_send(&self) -> bool {
        self.post == PostState::Sending && !self.uncertain
    }
}
