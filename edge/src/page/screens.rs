//! The page in every state of its session. A page without JavaScript shows the state; the widget shows later states in the same
//! elements.

use super::content::Content;
use super::notice::notice;
use super::session_data::SessionData;
use super::text::Texts;
use checkout_core::time::rfc3339;
use checkout_present::typed::time_left;
use checkout_present::{CheckoutRules, Language, PageState, Place, Screen, Word, ids};
use checkout_wire::{CheckoutView, PageMode, SessionStatus};
use maud::{Markup, html};

/// Returns the message of a page without a session.
pub fn message(t: &Texts, screen: Screen) -> Markup {
    let place = if screen.is_waiting() { Place::Attempt } else { Place::Order };
    notice(t, place, &PageState::without_session(screen))
}

impl Content<'_> {
    /// Renders the content. Elements that do not apply yet are hidden.
    pub fn html(&self) -> Markup {
        let t = self.t;
        let state = self.state();
        let has_form = state.has_form() || matches!(self.known, SessionData::Outline(_));
        html! {
            (self.summary())
            (notice(t, Place::Order, &state))
            (self.paid_back())
            (self.receipts())
            p #(ids::COPIED) aria-hidden="true" {}
            div #(ids::ROOM) { (notice(t, Place::Attempt, &state)) }
            @if matches!(self.known, SessionData::Nothing) { div.skeleton #(ids::SKELETON) {} }
            @if !self.is_final() { (self.form(!has_form)) }
            @if self.with_code && !self.is_final() { (self.code_form(state.screen != Screen::Code)) }
            (self.exit(has_form || state.screen == Screen::Code))
            button.button #(ids::RETRY) type="button" hidden { (t.text(Word::RetryButton)) }
            (notice(t, Place::Connection, &state))
            p.live #(ids::LIVE) role="status" {
                @if self.known.session().is_none() { (t.text(Word::Loading)) }
            }
            @if self.mode == PageMode::Embed { (self.fallback()) }
        }
    }

    /// Renders the payouts of owed money. The widget does not change them.
    fn paid_back(&self) -> Markup {
        let t = self.t;
        html! {
            @if let (Some(paid), Some(view)) = (self.paid_back, self.known.session()) {
                @let word = if paid.by_voucher { Word::PaidBackVoucherText } else { Word::PaidBackText };
                @let (amount, time) = (t.money(view, paid.amount), t.time(view, &rfc3339(paid.at)));
                p { (t.filled(word, &[("shop", &view.shop_name), ("amount", &amount), ("time", &time)])) }
            }
        }
    }

    /// Renders the link that replaces the content of an iframe in which the widget cannot run. widget/entry.js shows it.
    fn fallback(&self) -> Markup {
        html! {
            template #fallback {
                div.notice.bad role="alert" { p { (self.t.text(Word::WidgetFailedText)) } }
                a.button target="_blank" rel="noopener" { (self.t.text(Word::OpenPageButton)) }
            }
        }
    }

    fn is_final(&self) -> bool {
        let is_final =
            |view: &CheckoutView| !matches!(view.status, SessionStatus::Open | SessionStatus::Processing);
        self.known.session().is_some_and(is_final)
    }

    fn summary(&self) -> Markup {
        let t = self.t;
        let headline = match self.known.session() {
            Some(view) => view.headline().map(|(label, minor)| (label, Some(t.money(view, minor)))),
            None => Some((Word::ToPay, None)),
        };
        // A shop's page shows its order itself, and the text would change the height of the iframe.
        let order = self.known.session().filter(|_| self.mode == PageMode::Hosted);
        let (label, amount) = headline.clone().unwrap_or((Word::ToPay, None));
        html! {
            section.summary {
                h1.shop { (t.filled(Word::PayTo, &[("shop", self.shop_name)])) }
                @if let Some(view) = order {
                    @let reference = t.filled(Word::Order, &[("reference", &view.reference)]);
                    p.what {
                        @if let Some(description) = &view.description { (description) " " }
                        span translate="no" { (reference) }
                    }
                }
                p.amount #(ids::HEADLINE) hidden[headline.is_none()] {
                    span #(ids::HEADLINE_LABEL) { (t.text(label)) } " "
                    strong #(ids::HEADLINE_AMOUNT) translate="no" {
                        @match amount {
                            Some(amount) => (amount),
                            None => i.blank { "\u{a0}" },
                        }
                    }
                }
                p.line #(ids::TIME_LEFT) { (time_left(self.known.session().and_then(|view| view.time_left()), t)) }
            }
        }
    }

    /// Renders the way back to the shop: a link on the hosted page, and in the iframe a button of the widget.
    fn exit(&self, has_form: bool) -> Markup {
        let t = self.t;
        let session = self.known.session();
        let (word, url) = match session {
            Some(view) if view.status == SessionStatus::Complete => (Word::ReturnButton, &view.success_url),
            Some(view) => (Word::CancelButton, &view.cancel_url),
            None => (Word::CancelButton, &None),
        };
        let waits = session.is_some_and(|view| Screen::of(view).is_waiting());
        let class = if has_form { "button secondary" } else { "button" };
        html! {
            @if self.mode == PageMode::Embed {
                @let paid = session.filter(|view| view.status == SessionStatus::Complete);
                // It lets the shopper keep the change voucher before the shop's page continues.
                @let keeps = paid.is_some_and(|view| view.has_something_to_keep());
                button #(ids::EXIT) class={ (class) " scripted" } type="button" hidden[waits || (paid.is_some() && !keeps)] {
                    (t.text(if keeps { Word::ContinueButton } else { Word::CancelButton }))
                }
            } @else {
                a #(ids::EXIT) class=(class) href=[url] hidden[waits || url.is_none()] {
                    (t.filled(word, &[("shop", self.shop_name)]))
                }
            }
        }
    }
}
