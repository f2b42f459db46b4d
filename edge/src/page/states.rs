//! The page in every state of its session. A page without JavaScript shows the state; the widget shows later states in the same
//! elements.

use super::form::{Form, Typed, at_field};
use super::known::Known;
use super::notice::{Tone, notice};
use super::receipts::receipts;
use super::text::Texts;
use crate::problem::Problem;
use checkout_present::{CheckoutRules, Place, RedemptionRules, Word, ids, words};
use checkout_wire::{
    CheckoutView, ErrorCode, Minor, PageMode, RedemptionStatus, Seconds, SessionStatus, ascii::digits,
};
use maud::{Markup, html};

/// A page's content.
pub struct Content<'a> {
    /// The page's texts.
    pub texts: &'a Texts,
    /// The kind of page.
    pub mode: PageMode,
    /// The name of the payee.
    pub shop_name: &'a str,
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
}

/// Returns the message that there is nothing to pay here, or (`ours`) that the session cannot be loaded at the moment.
pub fn gone(t: &Texts, ours: bool) -> Markup {
    let word = if ours { Word::LoadFailedText } else { Word::GoneText };
    notice(t, Place::Order, Tone::Bad, None, &[t.text(word).to_owned()])
}

/// Returns the message that a voucher is being checked.
pub fn unclear(t: &Texts) -> Markup {
    notice(t, Place::Attempt, Tone::Wait, Some(Word::PendingTitle), &[t.text(Word::PendingText).to_owned()])
}

impl Content<'_> {
    /// Renders the content. Elements that do not apply yet are hidden.
    pub fn html(&self) -> Markup {
        let t = self.texts;
        let has_form = self.has_form();
        html! {
            (self.summary())
            (self.order())
            (receipts(t, self.known.session()))
            p.said #(ids::COPIED) aria-hidden="true" {}
            div #(ids::ROOM) { (self.attempt()) }
            @if matches!(self.known, Known::Nothing) { div.skeleton #(ids::SKELETON) {} }
            @if !self.is_final() { (self.form(!has_form)) }
            (self.exit(has_form))
            button.button #(ids::RETRY) type="button" hidden { (t.text(Word::RetryButton)) }
            (notice(t, Place::Connection, Tone::Wait, None, &[]))
            p.live #(ids::LIVE) role="status" {
                @if self.known.session().is_none() { (t.text(Word::Loading)) }
            }
            @if self.mode == PageMode::Embed { (self.fallback()) }
        }
    }

    /// Renders the link that replaces the content of an iframe in which the widget cannot run. widget/entry.js shows it.
    fn fallback(&self) -> Markup {
        html! {
            template #fallback {
                div.notice.bad role="alert" { p { (self.texts.text(Word::WidgetFailedText)) } }
                a.button target="_blank" rel="noopener" { (self.texts.text(Word::OpenPageButton)) }
            }
        }
    }

    fn is_final(&self) -> bool {
        let is_final =
            |view: &CheckoutView| !matches!(view.status, SessionStatus::Open | SessionStatus::Processing);
        self.known.session().is_some_and(is_final)
    }

    /// Returns whether the form can be filled in.
    fn has_form(&self) -> bool {
        match self.known {
            Known::Nothing => false,
            Known::Outline(_) => true,
            Known::Session(view) => {
                view.takes_vouchers() && view.down().is_none() && !view.providers.is_empty()
            }
        }
    }

    fn form(&self, hidden: bool) -> Markup {
        Form {
            t: self.texts,
            known: self.known,
            attempt: self.attempt,
            secret: (self.mode == PageMode::Embed).then_some(self.secret),
            typed: self.typed,
            problem: self.problem,
            hidden,
        }
        .html()
    }

    fn summary(&self) -> Markup {
        let t = self.texts;
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
            }
        }
    }

    /// Renders how much of the order is paid, and the money that does not pay for it.
    fn order(&self) -> Markup {
        let t = self.texts;
        let Some(view) = self.known.session() else {
            return notice(t, Place::Order, Tone::Wait, None, &[]);
        };
        let (amount, remaining) = (t.money(view, view.amount_received), t.money(view, view.amount_remaining));
        let (tone, title, word) = match view.status {
            SessionStatus::Complete => (Tone::Good, Some(Word::PaidTitle), Some(Word::PaidText)),
            SessionStatus::Expired => (Tone::Bad, Some(Word::ExpiredTitle), Some(Word::ExpiredText)),
            SessionStatus::Canceled => (Tone::Bad, Some(Word::CanceledTitle), Some(Word::CanceledText)),
            SessionStatus::Open if !view.takes_vouchers() => (Tone::Bad, None, Some(Word::NoVoucherLeftText)),
            SessionStatus::Open if view.providers.is_empty() => {
                (Tone::Bad, None, Some(Word::MisconfiguredText))
            }
            _ if view.amount_received > Minor::ZERO => (Tone::Good, None, Some(Word::PartPaidText)),
            _ => (Tone::Wait, None, None),
        };
        let gaps = [("shop", &*view.shop_name), ("amount", &*amount), ("remaining", &*remaining)];
        let mut texts: Vec<_> = word.map(|word| t.filled(word, &gaps)).into_iter().collect();
        view.beside(|word, minor| {
            let gaps = [("shop", &*view.shop_name), ("amount", &*t.money(view, minor))];
            texts.push(t.filled(word, &gaps));
        });
        notice(t, Place::Order, tone, title, &texts)
    }

    /// Renders the outcome of the last payment attempt, and the wait before the next one.
    fn attempt(&self) -> Markup {
        let t = self.texts;
        let (tone, title, texts) = match self.known.session() {
            Some(view) if view.status == SessionStatus::Processing => {
                let late = view.redemptions.iter().any(|one| one.status == RedemptionStatus::Unknown);
                let (title, text) = match late {
                    true => (Word::PendingTitle, Word::PendingText),
                    false => (Word::BusyTitle, Word::BusyText),
                };
                (Tone::Wait, Some(title), vec![t.text(text).to_owned()])
            }
            Some(view) if view.status == SessionStatus::Open => {
                let (title, text) = match self.problem {
                    Some(problem) => top_message(t, problem),
                    None => last_attempt(t, view),
                };
                let tone = if text.is_some() { Tone::Bad } else { Tone::Wait };
                (tone, title, text.into_iter().chain(self.wait(view)).collect())
            }
            _ => (Tone::Wait, None, Vec::new()),
        };
        notice(t, Place::Attempt, tone, title, &texts)
    }

    /// Returns how long to wait before the next voucher.
    fn wait(&self, view: &CheckoutView) -> Option<String> {
        let t = self.texts;
        let told = |word, seconds| Some(t.filled(word, &[("time", &time(t, Some(seconds)))]));
        match (view.retry_after, view.down().filter(|_| view.takes_vouchers())) {
            // The problem says so itself.
            (Some(_), _) if self.problem.is_some() => None,
            (Some(seconds), _) => told(Word::WaitText, seconds),
            (None, Some(seconds)) => told(Word::AllDownText, seconds),
            (None, None) => None,
        }
    }

    /// Renders the way back to the shop: a link on the hosted page, and in the iframe a button of the widget.
    fn exit(&self, has_form: bool) -> Markup {
        let t = self.texts;
        let session = self.known.session();
        let (word, url) = match session {
            Some(view) if view.status == SessionStatus::Complete => (Word::ReturnButton, &view.success_url),
            Some(view) => (Word::CancelButton, &view.cancel_url),
            None => (Word::CancelButton, &None),
        };
        let waits = session.is_some_and(|view| view.status == SessionStatus::Processing);
        let class = if has_form { "button secondary" } else { "button" };
        html! {
            @if self.mode == PageMode::Embed {
                @let paid = session.filter(|view| view.status == SessionStatus::Complete);
                // It lets the shopper keep the change voucher before the shop's page goes on.
                @let keeps = paid.is_some_and(|view| view.redemptions.iter().any(|one| one.change.is_some()));
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

/// Returns why the last voucher was not charged, with a title.
fn last_attempt(t: &Texts, view: &CheckoutView) -> (Option<Word>, Option<String>) {
    let last = view.redemptions.last();
    let Some((last, code)) = last.and_then(|last| Some((last, last.refused()?))) else {
        return (None, None);
    };
    let text = match last.short_of() {
        Some((balance, usable)) => {
            let gaps = [("balance", &*t.money(view, balance)), ("amount", &*t.money(view, usable))];
            t.filled(Word::DeclinedUsable, &gaps)
        }
        None => t.text(Word::declined(code)).to_owned(),
    };
    (Some(Word::DeclinedTitle), Some(text))
}

/// Returns the message about the whole form, with a title. A message about a field stands at the field.
fn top_message(t: &Texts, problem: &Problem) -> (Option<Word>, Option<String>) {
    let (title, word) = match problem.code {
        ErrorCode::TooManyAttempts => (None, Word::WaitText),
        ErrorCode::ProviderBusy => (None, Word::ProviderWaitText),
        ErrorCode::ProviderDown => (Some(Word::DeclinedTitle), Word::ProviderDownText),
        ErrorCode::Misconfigured => (None, Word::MisconfiguredText),
        _ if at_field(problem).is_some() => return (None, None),
        _ => (None, Word::FailedText),
    };
    (title, Some(t.filled(word, &[("time", &time(t, problem.retry_after))])))
}

fn time(t: &Texts, seconds: Option<Seconds>) -> String {
    let (word, count) = words::span(seconds.unwrap_or(Seconds(60)).max(Seconds(1)));
    t.counted(word, count, &[("count", &digits(count))])
}
