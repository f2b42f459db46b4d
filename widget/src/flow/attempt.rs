//! One submission, from the shopper's press of the button until the Worker has told its outcome.

use checkout_wire::SessionStatus;

/// One submission.
#[derive(Clone)]
pub struct Attempt {
    /// Its redemption, once the Worker has named it.
    pub mine: Option<String>,
    /// How far it got.
    pub delivery: Delivery,
    /// Whether an answer to it was lost or came from someone else: then only the Worker's own word counts.
    pub uncertain: bool,
}

/// How far a submission got.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// A `POST` is on its way.
    Sending,
    /// An answer was lost.
    Lost,
    /// After that the Worker can be reached again: it is to be asked by the same `POST`.
    Untold,
    /// It was refused, but not by an answer that can be relied on: the session will tell.
    Doubted,
    /// The Worker has it.
    Taken,
}

impl Attempt {
    /// The first `POST` is on its way.
    pub const fn begun() -> Self {
        Self { mine: None, delivery: Delivery::Sending, uncertain: false }
    }

    /// The Worker has named its redemption.
    pub const fn taken(mine: String) -> Self {
        Self { mine: Some(mine), delivery: Delivery::Taken, uncertain: true }
    }

    /// It got that far.
    pub fn now(self, delivery: Delivery) -> Self {
        let first = self.delivery == Delivery::Sending && delivery == Delivery::Sending;
        Self { delivery, uncertain: self.uncertain || !first, ..self }
    }

    /// What is left of it after the Worker has shown a session in that state, and in it no outcome of this.
    pub fn after(self, status: SessionStatus) -> Option<Self> {
        let going = matches!(status, SessionStatus::Open | SessionStatus::Processing);
        match self.delivery {
            _ if !going => None,
            Delivery::Sending => Some(self),
            Delivery::Lost | Delivery::Untold => Some(self.now(Delivery::Untold)),
            // Nothing of it is under way: it was refused before it was written down, or never got there.
            Delivery::Doubted => None,
            Delivery::Taken => Some(self).filter(|_| status == SessionStatus::Processing),
        }
    }

    /// Whether its first `POST` is on its way.
    pub fn busy(&self) -> bool {
        self.delivery == Delivery::Sending && !self.uncertain
    }
}
