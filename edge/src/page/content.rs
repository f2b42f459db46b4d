//! The content of a page. form.rs, code_form.rs and screens.rs render it.

use super::session_data::SessionData;
use super::text::Texts;
use super::typed::Typed;
use crate::objects::calls::PaidBack;
use crate::problem::Problem;
use checkout_present::{CheckoutRules, NotCharged, PageState, Screen, Wait, Word};
use checkout_wire::{CheckoutView, PageMode};

/// A page's content.
pub struct Content<'a> {
    /// The page's texts.
    pub t: &'a Texts,
    /// The kind of page.
    pub mode: PageMode,
    /// The name of the payee.
    pub shop_name: &'a str,
    /// The vouchers whose provider needs an e-mail address: named in the form's hint while the ways to pay are not known.
    pub email_for: &'a str,
    /// The session.
    pub known: SessionData<'a>,
    /// The idempotency key of the form.
    pub attempt: &'a str,
    /// The client secret, for the form of an iframe that has received it.
    pub secret: &'a str,
    /// The redemption whose change voucher is not shown, and why.
    pub refused: Option<(&'a str, &'a Problem)>,
    /// The shopper's input.
    pub typed: &'a Typed,
    /// The problem with the form.
    pub problem: Option<&'a Problem>,
    /// Whether the page answers a form whose payment has an outcome.
    pub has_outcome: bool,
    /// Whether a voucher's owner can be sent a code.
    pub with_code: bool,
    /// The owed money that the merchant has paid out.
    pub paid_back: Option<&'a PaidBack>,
}

impl Content<'_> {
    /// Returns the puzzle that the form sends back: without the widget the shopper waits until it counts as solved.
    pub fn puzzle(&self) -> Option<&str> {
        self.problem?.puzzle.as_deref()
    }

    /// Returns the screen: that of the session, unless the shopper uses a voucher other than the one whose owner was sent a code.
    fn screen(&self, view: &CheckoutView) -> Screen {
        let is_other =
            self.typed.wants_another || (self.problem.is_some() && self.typed.challenged.is_none());
        match Screen::of(view) {
            Screen::Code if is_other => Screen::Form,
            screen => screen,
        }
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
                Some(NotCharged::of_problem(Some(problem.code.as_str()), problem.field.as_deref()))
            }
            None if self.typed.code.is_some() && view.challenged().is_some() => Some(NotCharged::WrongCode),
            None => view.redemptions.last().and_then(NotCharged::of),
        };
        let screen = self.screen(view);
        let wait = wait
            .or_else(|| Wait::of(view).filter(|wait| wait.word != Word::CodeLeft || screen == Screen::Code));
        PageState { screen, view: Some(view), error, has_outcome: self.has_outcome, wait, online: true }
    }
}
