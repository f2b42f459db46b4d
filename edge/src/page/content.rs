//! What a page shows. form.rs and states.rs render it.

use super::known::Known;
use super::text::Texts;
use super::typed::Typed;
use crate::objects::calls::PaidBack;
use crate::problem::Problem;
use checkout_present::{AttemptError, PageState, Screen, Wait};
use checkout_wire::PageMode;

/// A page's content.
pub struct Content<'a> {
    /// The page's texts.
    pub t: &'a Texts,
    /// The kind of page.
    pub mode: PageMode,
    /// The name of the payee.
    pub shop_name: &'a str,
    /// The vouchers whose provider needs an e-mail address: what the form's hint says as long as the ways to pay are not known.
    pub email_for: &'a str,
    /// The session.
    pub known: Known<'a>,
    /// The idempotency key of the form.
    pub attempt: &'a str,
    /// The client secret, for the form of an iframe that has received it.
    pub secret: &'a str,
    /// What the shopper typed.
    pub typed: &'a Typed,
    /// Why the form could not be used.
    pub problem: Option<&'a Problem>,
    /// Whether the page answers a form whose payment has an outcome.
    pub has_outcome: bool,
    /// The owed money that the merchant has paid out.
    pub paid_back: Option<&'a PaidBack>,
}

impl Content<'_> {
    /// Returns the puzzle that the form sends back: without the widget the shopper waits until it counts as solved.
    pub fn puzzle(&self) -> Option<&str> {
        self.problem?.puzzle.as_deref()
    }

    /// Returns the state that the page shows.
    pub fn state(&self) -> PageState<'_> {
        let Some(view) = self.known.session() else {
            return PageState::without_session(Screen::Loading);
        };
        let wait =
            self.problem.and_then(|problem| Wait::of_problem(problem.code.as_str(), problem.retry_after));
        let error = match self.problem {
            Some(_) if wait.is_some() => None,
            Some(problem) => {
                Some(AttemptError::of_problem(Some(problem.code.as_str()), problem.field.as_deref()))
            }
            None => view.redemptions.last().and_then(AttemptError::of),
        };
        PageState {
            screen: Screen::of(view),
            view: Some(view),
            error,
            has_outcome: self.has_outcome,
            wait: wait.or_else(|| Wait::of(view)),
            online: true,
        }
    }
}
