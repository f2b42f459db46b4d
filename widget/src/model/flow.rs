//! The state of the checkout as the browser knows it. Pure: [`Flow::on`] applies an event, [`Flow::next_request`] and
//! [`Flow::screen`] read the result.
//!
//! An unknown outcome is shown as pending, never as a failure, and the session is loaded again until the outcome is known.
//! When the answer to a submission is lost, the widget repeats the submission with the same `Idempotency-Key` and body as soon
//! as the Worker can be reached. The Worker then returns the outcome of that one submission and charges the voucher once.

mod attempt;

use attempt::{PaymentAttempt, PostState};
use checkout_present::{
    CheckoutRules, Field, LoadError, NotCharged, PageState, Screen, WITH_CODE, Wait, Word,
};
use checkout_wire::{
    CheckoutView, ErrorCode, Problem, RedemptionAnswer, RedemptionId, RedemptionStatus, Seconds,
    SessionStatus,
};
use std::sync::Arc;

/// An event that changes the flow.
// Events are short-lived: boxing the large variants would only add code size.
#[allow(clippy::large_enum_variant)]
pub enum FlowEvent {
    /// The shopper pressed the pay button: the first `POST` of a submission was sent.
    Submitted,
    /// The shopper typed the code that the voucher's owner was sent: its first `POST` was sent.
    CodeSubmitted,
    /// The same `POST` was sent again.
    Resent,
    /// The Worker answered the `POST` with the redemption.
    Answered(RedemptionAnswer),
    /// The `POST` was refused: this call charged nothing. Holds the problem document, if the answer was one.
    Refused(Option<Problem>),
    /// The `POST` needs a proof of work, or this wait, and is then sent again.
    ProofAsked(Seconds),
    /// The answer to the `POST` was lost.
    Lost,
    /// `GET` returned the session.
    Loaded(CheckoutView),
    /// `GET` returned no session.
    LoadFailed(LoadError),
    /// The browser gained or lost its connection.
    Online(bool),
    /// The wait has this much time left.
    WaitLeft(Seconds),
    /// The session has this much time left.
    TimeLeft(Seconds),
}

/// The request to make next without the shopper.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NextRequest {
    /// No request.
    Nothing,
    /// Load the session at once.
    LoadNow,
    /// Load the session after a delay.
    Load,
    /// Repeat the `POST` after a delay.
    Resend,
}

/// The state of the checkout.
#[derive(Clone)]
pub struct Flow {
    /// The session as last returned by the Worker.
    pub view: Option<Arc<CheckoutView>>,
    /// The reason why there is no session to show.
    pub load_error: Option<LoadError>,
    /// The reason why the last payment attempt charged nothing.
    pub error: Option<NotCharged>,
    /// The wait before the next payment attempt.
    pub wait: Option<Wait>,
    /// The time left to pay, when it is short.
    pub time_left: Option<Seconds>,
    /// The outcome of the last submission, once known. The next submission resets it.
    pub outcome: Option<RedemptionStatus>,
    /// Whether there is a connection: an answer proves one, otherwise the browser's online state counts.
    pub online: bool,
    /// The browser's own online state.
    browser_online: bool,
    /// The number of redemptions when the shopper chose another voucher than the last one, whose owner was sent a code.
    pub given_up: usize,
    attempt: Option<PaymentAttempt>,
    /// Whether the session has to be loaded at once.
    stale: bool,
    /// Whether the last such load failed: the session shown is out of date.
    reload_failed: bool,
}

impl Flow {
    /// Creates the state of a page that was just opened; `view` is the session embedded in the page, if any.
    pub fn new(view: Option<CheckoutView>, online: bool) -> Self {
        let mut flow = Self {
            stale: view.is_none(),
            reload_failed: false,
            view: None,
            load_error: None,
            error: None,
            wait: None,
            time_left: None,
            outcome: None,
            online,
            browser_online: online,
            given_up: 0,
            attempt: None,
        };
        if let Some(view) = view {
            flow.set_view(view);
            flow.online = online;
        }
        flow
    }

    /// Creates the state of a page that answers a form sent without the widget: `view` is the session after it, and `redemption` the id
    /// of the redemption that the form made.
    pub fn after_form(view: CheckoutView, redemption: RedemptionId, online: bool) -> Self {
        let mut flow = Self::new(None, online);
        flow.attempt = Some(PaymentAttempt::accepted(redemption));
        flow.set_view(view);
        flow.online = online;
        flow
    }

    /// Applies an event.
    pub fn on(&mut self, event: FlowEvent) {
        if matches!(event, FlowEvent::Answered(_) | FlowEvent::Refused(_) | FlowEvent::Lost) {
            self.wait = self.wait.filter(|wait| wait.word != Word::ProofText);
        }
        match event {
            FlowEvent::Submitted => self.submit(false),
            FlowEvent::CodeSubmitted => self.submit(WITH_CODE),
            FlowEvent::Resent => self.set_post(PostState::Sending),
            FlowEvent::Answered(answer) => {
                let code = self.attempt.as_ref().is_some_and(|attempt| attempt.code);
                self.attempt =
                    Some(PaymentAttempt { code, ..PaymentAttempt::accepted(answer.redemption.id) });
                self.set_view(answer.session);
            }
            FlowEvent::Refused(problem) => self.refuse(problem),
            FlowEvent::ProofAsked(seconds) => self.wait = Some(Wait { word: Word::ProofText, seconds }),
            FlowEvent::Lost => self.set_post(PostState::AnswerLost),
            FlowEvent::Loaded(view) => self.set_view(view),
            // A failed load never replaces the session while an outcome is unknown: the voucher may have been charged.
            FlowEvent::LoadFailed(load_error) => {
                self.online = self.browser_online;
                self.reload_failed |= self.stale && self.view.is_some();
                self.stale = false;
                // Nor once the session is final: its last state is still valid.
                let payable = self.status() == Some(SessionStatus::Open) && load_error != LoadError::Failed;
                if !self.in_doubt() && (self.view.is_none() || payable) {
                    self.load_error = Some(load_error);
                }
            }
            FlowEvent::Online(online) => {
                self.online = online;
                self.browser_online = online;
            }
            FlowEvent::TimeLeft(seconds) => {
                let takes_vouchers = self.view.as_ref().is_some_and(|view| view.takes_vouchers());
                self.time_left = Some(seconds).filter(|_| takes_vouchers);
            }
            FlowEvent::WaitLeft(seconds) => {
                // While every provider is down, only the session ends the wait; the wait for a proof ends with the answer.
                self.wait = self
                    .wait
                    .filter(|wait| {
                        seconds > Seconds(0) || matches!(wait.word, Word::AllDownText | Word::ProofText)
                    })
                    .map(|wait| Wait { seconds, ..wait });
            }
        }
    }

    /// Returns the state that the page shows.
    pub fn state(&self) -> PageState<'_> {
        PageState {
            screen: self.screen(),
            view: self.view.as_deref(),
            error: self.error,
            has_outcome: self.outcome.is_some(),
            wait: self.wait,
            online: self.online,
        }
    }

    /// Returns the main part of the page.
    pub fn screen(&self) -> Screen {
        let screen = match (self.load_error, &self.view) {
            (Some(load_error), _) => return Screen::LoadError(load_error),
            (None, None) => return Screen::Loading,
            (None, Some(view)) => Screen::of(view),
        };
        match screen {
            Screen::Form | Screen::Code | Screen::Checking | Screen::Pending => {}
            screen => return screen,
        }
        let takes_input = matches!(screen, Screen::Form | Screen::Code);
        match screen {
            _ if self.is_submitting() => Screen::Checking,
            _ if takes_input && !self.in_doubt() => match screen {
                _ if self.is_blocked() => Screen::Checking,
                Screen::Code if self.view.as_ref().is_some_and(|view| self.has_given_up(view)) => {
                    Screen::Form
                }
                screen => screen,
            },
            _ if !self.online => Screen::Offline,
            Screen::Pending => Screen::Pending,
            _ if self.is_unconfirmed() => Screen::Pending,
            // The attempt is still under way, whatever the session says.
            _ => Screen::Checking,
        }
    }

    /// Returns the request to make next.
    pub fn next_request(&self) -> NextRequest {
        let pending = self.view.as_ref().is_some_and(|view| view.awaits_outcome());
        match self.attempt.as_ref().map(|attempt| attempt.post) {
            Some(PostState::Sending) => NextRequest::Nothing,
            Some(PostState::ResendDue) => NextRequest::Resend,
            _ if self.stale => NextRequest::LoadNow,
            Some(PostState::AnswerLost | PostState::RefusalUnconfirmed | PostState::Accepted) => {
                NextRequest::Load
            }
            None if pending || self.reload_failed || self.awaits_provider() || self.awaits_connection() => {
                NextRequest::Load
            }
            None if self.load_error == Some(LoadError::Failed) => NextRequest::Load,
            None => NextRequest::Nothing,
        }
    }

    /// Returns whether a payment attempt is under way: its first `POST` has no answer yet, or it was refused and the session has
    /// to be loaded to learn the amount that remains.
    pub fn is_submitting(&self) -> bool {
        let reloading = self.stale || (self.reload_failed && self.error.is_none());
        self.attempt.as_ref().map_or(reloading, PaymentAttempt::is_first_send)
    }

    /// Returns whether the outcome of a submission is unknown.
    pub fn in_doubt(&self) -> bool {
        self.attempt.is_some() || self.view.as_ref().is_some_and(|view| view.is_checking())
    }

    /// Returns whether a submission was sent and the Worker has not confirmed it; `false` while its first `POST` is awaited.
    pub fn is_unconfirmed(&self) -> bool {
        self.attempt
            .as_ref()
            .is_some_and(|attempt| attempt.post != PostState::Accepted && !attempt.is_first_send())
    }

    /// Returns whether another redemption of this session was in progress when the Worker last answered.
    pub fn is_blocked(&self) -> bool {
        self.error == Some(NotCharged::Text(Word::InProgressText))
    }

    /// Returns whether the session could be paid if the browser were online. The session is still loaded meanwhile, because some
    /// browsers report their online state wrongly.
    fn awaits_connection(&self) -> bool {
        !self.browser_online && self.status() == Some(SessionStatus::Open)
    }

    /// Returns whether the shopper uses another voucher than the one whose owner was sent a code.
    fn has_given_up(&self, view: &CheckoutView) -> bool {
        WITH_CODE && view.redemptions.len() == self.given_up
    }

    /// Returns whether a wait for a provider or for a code is over.
    fn awaits_provider(&self) -> bool {
        let down = |view: &Arc<CheckoutView>| {
            view.takes_vouchers() && view.providers.iter().any(|offer| offer.retry_after.is_some())
        };
        self.wait.is_none_or(|wait| wait.seconds <= Seconds(0))
            && (WITH_CODE && self.screen() == Screen::Code || self.view.as_ref().is_some_and(down))
    }

    /// Returns whether the shopper has something to keep from the page.
    pub fn has_something_to_keep(&self) -> bool {
        self.view.as_ref().is_some_and(|view| view.has_something_to_keep())
    }

    /// Returns the session's status, once it is known.
    pub fn status(&self) -> Option<SessionStatus> {
        self.view.as_ref().map(|view| view.status)
    }

    fn submit(&mut self, code: bool) {
        self.attempt = Some(PaymentAttempt { code, ..PaymentAttempt::new() });
        self.error = None;
        self.outcome = None;
    }

    fn set_post(&mut self, post: PostState) {
        self.attempt = self.attempt.take().map(|attempt| attempt.with(post));
    }

    fn refuse(&mut self, problem: Option<Problem>) {
        const NOT_FOUND: [&str; 4] = [
            ErrorCode::ClientSecretMissing.as_str(),
            ErrorCode::ClientSecretInvalid.as_str(),
            ErrorCode::OriginNotAllowed.as_str(),
            ErrorCode::SessionNotFound.as_str(),
        ];
        // A mismatch: another request with this key was carried out. The session shows its outcome.
        const SHOWN_BY_SESSION: [&str; 5] = [
            ErrorCode::IdempotencyMismatch.as_str(),
            ErrorCode::SessionComplete.as_str(),
            ErrorCode::SessionExpired.as_str(),
            ErrorCode::SessionCanceled.as_str(),
            ErrorCode::TooManyVouchers.as_str(),
        ];
        let code = problem.as_ref().map(|problem| problem.code.as_str());
        self.error = None;
        self.stale = true;
        match code {
            Some(code) if NOT_FOUND.contains(&code) && !self.is_uncertain() => {
                self.load_error = Some(LoadError::NotFound);
                self.stale = false;
            }
            Some(code) if SHOWN_BY_SESSION.contains(&code) => {}
            _ => {
                let retry_after = problem.as_ref().and_then(|problem| problem.retry_after);
                let field = problem.as_ref().and_then(|problem| problem.field.as_deref());
                let wait = code.and_then(|code| Wait::of_problem(code, retry_after));
                self.error = Some(NotCharged::of_problem(code, field)).filter(|_| wait.is_none());
                // Of the fields, only the amount is checked against the session: load the amount that remains.
                self.stale = match self.error {
                    Some(NotCharged::Field(field)) => field == Field::Amount,
                    _ => wait.is_none(),
                };
                self.wait = wait.or(self.wait);
            }
        }
        if self.is_uncertain() || code.is_none() {
            self.set_post(PostState::RefusalUnconfirmed);
            self.stale = true;
        } else {
            self.attempt = None;
        }
    }

    fn is_uncertain(&self) -> bool {
        self.attempt.as_ref().is_some_and(|attempt| attempt.uncertain)
    }

    fn set_view(&mut self, mut view: CheckoutView) {
        // A PIN that the phone number has shown stays on the page.
        let before = self.view.iter().flat_map(|before| &before.redemptions);
        for (one, before) in view.redemptions.iter_mut().zip(before) {
            if let (Some(change), Some(before)) = (&mut one.change, &before.change)
                && change.pin.reveal().is_empty()
            {
                change.pin = before.pin.clone();
            }
        }
        let last =
            |view: &CheckoutView| (view.redemptions.len(), view.redemptions.last().map(|one| one.status));
        let previous = self.view.as_deref().map(last);
        // Shows the outcome of a voucher that was tried in another window or before this page was opened.
        if self.attempt.is_none() && view.status == SessionStatus::Open && previous != Some(last(&view)) {
            self.error = view.redemptions.last().and_then(NotCharged::of);
            self.outcome = None;
        }
        self.online = true;
        self.stale = false;
        self.reload_failed = false;
        self.load_error = None;
        let own = Wait::of(&view).filter(|wait| wait.word != Word::CodeLeft || !self.has_given_up(&view));
        self.wait = own.or(self.wait.filter(|wait| !matches!(wait.word, Word::AllDownText | Word::CodeLeft)));
        let over = match self.error {
            Some(NotCharged::Text(Word::InProgressText)) => !view.is_checking(),
            Some(NotCharged::Text(Word::ProviderDownText)) => {
                view.providers.iter().all(|offer| offer.retry_after.is_none())
            }
            _ => false,
        };
        if over {
            self.error = None;
        }
        if let Some(attempt) = self.attempt.take() {
            let mine = view
                .redemptions
                .iter()
                .find(|redemption| attempt.redemption_id.as_ref() == Some(&redemption.id));
            match mine.filter(|redemption| !is_pending(redemption.status)) {
                Some(mine) => {
                    self.outcome = Some(mine.status);
                    self.wait = own;
                    let is_wrong = attempt.code && mine.challenge.is_some();
                    self.error = NotCharged::of(mine).or(is_wrong.then_some(NotCharged::WrongCode));
                }
                None => self.attempt = attempt.after_load(view.status),
            }
        }
        self.time_left = view.time_left();
        self.view = Some(Arc::new(view));
    }
}

/// Returns whether the outcome is pending.
const fn is_pending(status: RedemptionStatus) -> bool {
    matches!(status, RedemptionStatus::Processing | RedemptionStatus::Unknown)
}

#[cfg(test)]
mod tests;
