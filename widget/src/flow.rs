//! What is known about the checkout, and what to ask next. Pure: events go in, [`Flow::todo`] and the screen come out.
//!
//! One law rules it: an outcome that is not known is never shown as a failure, and is asked for until the Worker tells it.
//! A submission whose answer was lost is repeated with the same `Idempotency-Key` and body once the Worker can be reached:
//! the Worker then tells what became of exactly this submission, and takes nothing twice.

mod attempt;

use attempt::{Attempt, Delivery};
use checkout_present::{CheckoutRules, Field, RedemptionRules, Word};
use checkout_wire::{
    CheckoutView, DeclineCode, ErrorCode, Problem, RedemptionAnswer, RedemptionStatus, RedemptionView,
    SessionStatus,
};
use std::sync::Arc;

/// What happened.
// It is made, taken in and gone: boxes would only cost bytes.
#[allow(clippy::large_enum_variant)]
pub enum Event {
    /// The shopper pays: the first `POST` of a submission is on its way.
    Submitted,
    /// The same `POST` is on its way again.
    Resent,
    /// The `POST` was answered with what became of the voucher.
    Answered(RedemptionAnswer),
    /// The `POST` was refused: this call took nothing. The problem document, if it was one.
    Refused(Option<Problem>),
    /// The answer to the `POST` was lost.
    Lost,
    /// `GET` showed the session.
    Seen(CheckoutView),
    /// `GET` showed nothing.
    Unseen(Trouble),
    /// The browser gained or lost its connection.
    Online(bool),
    /// So many seconds are left to wait.
    WaitLeft(i64),
}

/// Why there is no session to show.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Trouble {
    /// It is not there, or not for us.
    Gone,
    /// The shop's checkout is not set up.
    Misconfigured,
    /// It could not be asked for.
    Failed,
}

/// What to do without the shopper.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Todo {
    /// Nothing, or a `POST` is on its way.
    Nothing,
    /// Ask for the session at once.
    AskNow,
    /// Ask for the session after a pause.
    Ask,
    /// Repeat the `POST` after a pause.
    Resend,
}

/// What the shopper should be told about the last try, beside the state of the session.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Notice {
    /// Nothing was taken.
    Declined(DeclineCode),
    /// Nothing was taken, because the voucher is worth less than asked for: this is on it, and so much of it can be used.
    Short(i64, i64),
    /// The Worker found a field wrong that we had found right.
    Field(Field),
    /// A text.
    Text(Word),
}

/// A pause that the Worker asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Wait {
    /// Why.
    pub word: Word,
    /// How long, from now.
    pub seconds: i64,
}

/// What is known about the checkout.
#[derive(Clone)]
pub struct Flow {
    /// The session, as last shown by the Worker.
    pub view: Option<Arc<CheckoutView>>,
    /// Why there is none.
    pub trouble: Option<Trouble>,
    /// What to tell about the last try.
    pub notice: Option<Notice>,
    /// The pause before the next try.
    pub wait: Option<Wait>,
    /// How the last submission ended, once that is known; `None` again with the next one.
    pub ended: Option<RedemptionStatus>,
    /// Whether there is a connection, as the last answer showed or, where none came, as the browser believes.
    pub online: bool,
    believed: bool,
    attempt: Option<Attempt>,
    stale: bool,
    /// Whether it was asked for in vain what became of it after a refusal.
    missed: bool,
}

impl Flow {
    /// The start: nothing known, or the session that came with the page.
    pub fn new(view: Option<CheckoutView>, online: bool) -> Self {
        let mut flow = Self {
            stale: view.is_none(),
            missed: false,
            view: None,
            trouble: None,
            notice: None,
            wait: None,
            ended: None,
            online,
            believed: online,
            attempt: None,
        };
        if let Some(view) = view {
            flow.see(view);
            flow.online = online;
        }
        flow
    }

    /// Takes an event in.
    pub fn on(&mut self, event: Event) {
        match event {
            Event::Submitted => self.submit(),
            Event::Resent => self.deliver(Delivery::Sending),
            Event::Answered(answer) => {
                self.attempt = Some(Attempt::taken(answer.redemption.id));
                self.see(answer.session);
            }
            Event::Refused(problem) => self.refuse(problem),
            Event::Lost => self.deliver(Delivery::Lost),
            Event::Seen(view) => self.see(view),
            // While money may be on its way, an answer that shows nothing changes nothing.
            Event::Unseen(trouble) => {
                self.online = self.believed;
                self.missed |= self.stale && self.view.is_some();
                self.stale = false;
                // Nor does it when all is over: what is said then stays true.
                let payable = self.status() == Some(SessionStatus::Open) && trouble != Trouble::Failed;
                if !self.in_doubt() && (self.view.is_none() || payable) {
                    self.trouble = Some(trouble);
                }
            }
            Event::Online(online) => {
                self.online = online;
                self.believed = online;
            }
            Event::WaitLeft(seconds) => {
                // While no provider answers, only the session says that it is over.
                self.wait = self
                    .wait
                    .filter(|wait| seconds > 0 || wait.word == Word::AllDownText)
                    .map(|wait| Wait { seconds, ..wait });
            }
        }
    }

    /// What to do next without the shopper.
    pub fn todo(&self) -> Todo {
        let open = self.view.as_ref().is_some_and(|view| view.awaits_outcome());
        match self.attempt.as_ref().map(|attempt| attempt.delivery) {
            Some(Delivery::Sending) => Todo::Nothing,
            Some(Delivery::Untold) => Todo::Resend,
            _ if self.stale => Todo::AskNow,
            Some(Delivery::Lost | Delivery::Doubted | Delivery::Taken) => Todo::Ask,
            None if open || self.missed || self.awaits_provider() || self.is_cut_off() => Todo::Ask,
            None if self.trouble == Some(Trouble::Failed) => Todo::Ask,
            None => Todo::Nothing,
        }
    }

    /// Whether a try is going on: its first `POST` is on its way, or was refused and only the session can tell what that leaves.
    pub fn is_trying(&self) -> bool {
        let untold = self.stale || (self.missed && self.notice.is_none());
        self.attempt.as_ref().map_or(untold, Attempt::busy)
    }

    /// Whether a submission went out whose fate the Worker has not told.
    pub fn in_doubt(&self) -> bool {
        self.attempt.is_some() || self.status() == Some(SessionStatus::Processing)
    }

    /// Whether a submission went out of which nothing was heard again.
    pub fn unheard(&self) -> bool {
        self.attempt.as_ref().is_some_and(|attempt| attempt.delivery != Delivery::Taken && !attempt.busy())
    }

    /// Whether another payment of this session stands in the way, as far as is known.
    pub fn is_held(&self) -> bool {
        self.notice == Some(Notice::Text(Word::InProgressText))
    }

    /// Whether the form's only want is a connection, as the browser believes: not every browser knows.
    fn is_cut_off(&self) -> bool {
        !self.believed && self.status() == Some(SessionStatus::Open)
    }

    /// Whether the form can be used but for a provider that does not answer, and it is time to ask again.
    fn awaits_provider(&self) -> bool {
        let down = |view: &Arc<CheckoutView>| {
            view.takes_vouchers() && view.providers.iter().any(|offer| offer.retry_after.is_some())
        };
        self.wait.is_none_or(|wait| wait.seconds <= 0) && self.view.as_ref().is_some_and(down)
    }

    /// Whether the voucher that was refused last can still pay a part: its PIN is kept.
    pub fn is_short(&self) -> bool {
        const UNTOLD: Notice = Notice::Declined(DeclineCode::InsufficientFunds);
        matches!(self.notice, Some(Notice::Short(..) | UNTOLD))
    }

    /// Where the session stands.
    pub fn status(&self) -> Option<SessionStatus> {
        self.view.as_ref().map(|view| view.status)
    }

    fn submit(&mut self) {
        self.attempt = Some(Attempt::begun());
        self.notice = None;
        self.ended = None;
    }

    fn deliver(&mut self, delivery: Delivery) {
        self.attempt = self.attempt.take().map(|attempt| attempt.now(delivery));
    }

    fn refuse(&mut self, problem: Option<Problem>) {
        let code = problem.as_ref().map(|problem| problem.code);
        self.notice = None;
        self.stale = true;
        match code {
            Some(
                ErrorCode::ClientSecretMissing
                | ErrorCode::ClientSecretInvalid
                | ErrorCode::OriginNotAllowed
                | ErrorCode::SessionNotFound,
            ) if !self.uncertain() => {
                self.trouble = Some(Trouble::Gone);
                self.stale = false;
            }
            Some(ErrorCode::PaymentInProgress) => self.notice = Some(Notice::Text(Word::InProgressText)),
            Some(ErrorCode::ProviderDown) => self.notice = Some(Notice::Text(Word::ProviderDownText)),
            Some(
                ErrorCode::SessionComplete
                | ErrorCode::SessionExpired
                | ErrorCode::SessionCanceled
                | ErrorCode::TooManyVouchers,
            ) => {}
            Some(code @ (ErrorCode::TooManyAttempts | ErrorCode::ProviderBusy)) => {
                const UNSAID: i64 = 30;
                let seconds = problem.and_then(|problem| problem.retry_after).unwrap_or(UNSAID);
                let busy = code == ErrorCode::ProviderBusy;
                let word = if busy { Word::ProviderWaitText } else { Word::WaitText };
                self.wait = Some(Wait { word, seconds });
                self.stale = false;
            }
            Some(ErrorCode::Misconfigured) => self.notice = Some(Notice::Text(Word::MisconfiguredText)),
            _ => {
                let field =
                    problem.and_then(|problem| problem.field).and_then(|name| Field::from_text(&name));
                self.notice = Some(field.map_or(Notice::Text(Word::FailedText), Notice::Field));
                // Only that more remains than does can be told by the session alone.
                self.stale = matches!(field, None | Some(Field::Amount));
            }
        }
        if self.uncertain() || code.is_none() {
            self.deliver(Delivery::Doubted);
            self.stale = true;
        } else {
            self.attempt = None;
        }
    }

    fn uncertain(&self) -> bool {
        self.attempt.as_ref().is_some_and(|attempt| attempt.uncertain)
    }

    fn see(&mut self, view: CheckoutView) {
        let last =
            |view: &CheckoutView| (view.redemptions.len(), view.redemptions.last().map(|one| one.status));
        let known = self.view.as_deref().map(last);
        // What became of a voucher that was tried elsewhere, or before this page was opened.
        if self.attempt.is_none() && view.status == SessionStatus::Open && known != Some(last(&view)) {
            self.notice = view.redemptions.last().and_then(refused);
            self.ended = None;
        }
        self.online = true;
        self.stale = false;
        self.missed = false;
        self.trouble = None;
        self.wait = self.wait.filter(|wait| wait.word != Word::AllDownText);
        if let Some(seconds) = view.retry_after {
            self.wait = Some(Wait { word: Word::WaitText, seconds });
        } else if let Some(seconds) = view.down().filter(|_| view.takes_vouchers()) {
            self.wait = Some(Wait { word: Word::AllDownText, seconds });
        }
        let over = match self.notice {
            Some(Notice::Text(Word::InProgressText)) => view.status != SessionStatus::Processing,
            Some(Notice::Text(Word::ProviderDownText)) => {
                view.providers.iter().all(|offer| offer.retry_after.is_none())
            }
            _ => false,
        };
        if over {
            self.notice = None;
        }
        if let Some(attempt) = self.attempt.take() {
            let mine =
                view.redemptions.iter().find(|redemption| attempt.mine.as_ref() == Some(&redemption.id));
            match mine.filter(|redemption| !is_open(redemption.status)) {
                Some(mine) => {
                    self.ended = Some(mine.status);
                    self.wait = self.wait.filter(|_| view.retry_after.or(view.down()).is_some());
                    self.notice = refused(mine);
                }
                None => self.attempt = attempt.after(view.status),
            }
        }
        self.view = Some(Arc::new(view));
    }
}

/// Whether the outcome is still to come.
const fn is_open(status: RedemptionStatus) -> bool {
    matches!(status, RedemptionStatus::Processing | RedemptionStatus::Unknown)
}

/// What to say of that redemption, if it took nothing.
fn refused(redemption: &RedemptionView) -> Option<Notice> {
    let declined = Notice::Declined(redemption.refused()?);
    Some(redemption.short_of().map_or(declined, |(balance, usable)| Notice::Short(balance, usable)))
}

#[cfg(test)]
pub mod tests;
