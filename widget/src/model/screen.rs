//! Which screen and notices show the state of the checkout, and which events the shop's page receives.

use super::flow::{Flow, LoadError, Refusal, Wait};
use checkout_present::{CheckoutRules, Field, Place, Word};
use checkout_wire::{CheckoutView, DeclineCode, Minor, RedemptionStatus, RedemptionView, SessionStatus};

/// The main part of the view.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Screen {
    /// The session is being loaded.
    Loading,
    /// The session is open: the form, or the reason why it cannot be used.
    Form,
    /// A voucher was submitted, or the Worker is checking it.
    Checking,
    /// The outcome of a voucher is late, or the answer was lost.
    Pending,
    /// The outcome of a voucher is unknown and there is no connection.
    Offline,
    /// The session is paid in full.
    Paid,
    /// The session has expired.
    Expired,
    /// The merchant canceled the session.
    Canceled,
    /// There is no session to show.
    LoadError(LoadError),
}

impl Screen {
    /// Returns the screen for that state.
    pub fn of(flow: &Flow) -> Self {
        if let Some(load_error) = flow.load_error {
            return Self::LoadError(load_error);
        }
        let Some(view) = &flow.view else {
            return Self::Loading;
        };
        match view.status {
            SessionStatus::Complete => Self::Paid,
            SessionStatus::Expired => Self::Expired,
            SessionStatus::Canceled => Self::Canceled,
            SessionStatus::Open | SessionStatus::Processing if flow.is_submitting() => Self::Checking,
            SessionStatus::Open if !flow.in_doubt() && flow.is_blocked() => Self::Checking,
            SessionStatus::Open if !flow.in_doubt() => Self::Form,
            SessionStatus::Open | SessionStatus::Processing if !flow.online => Self::Offline,
            SessionStatus::Open | SessionStatus::Processing if flow.is_unconfirmed() => Self::Pending,
            SessionStatus::Open | SessionStatus::Processing => {
                let unknown = |redemption: &RedemptionView| redemption.status == RedemptionStatus::Unknown;
                let late = view.redemptions.iter().any(unknown);
                if late { Self::Pending } else { Self::Checking }
            }
        }
    }

    /// Returns whether the form is shown: the session takes another voucher and a provider is up.
    pub fn has_form(flow: &Flow) -> bool {
        let takes_voucher = |view: &CheckoutView| {
            view.vouchers_left > 0 && !view.providers.is_empty() && view.down().is_none()
        };
        Self::of(flow) == Self::Form && flow.view.as_deref().is_some_and(takes_voucher)
    }

    /// Returns whether this screen waits for the outcome of a voucher, with the form hidden.
    pub const fn is_waiting(self) -> bool {
        matches!(self, Self::Checking | Self::Pending | Self::Offline)
    }
}

/// The look of a notice.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tone {
    /// Success.
    Good,
    /// A refusal or an error.
    Bad,
    /// Waiting.
    Wait,
}

/// A notice to the shopper. The view fills in the placeholders of its texts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Notice {
    /// Its look.
    pub tone: Tone,
    /// Its heading.
    pub title: Option<Word>,
    /// Its text; none where a field shows the error instead.
    pub text: Option<Word>,
}

impl Notice {
    /// Returns the notice to show at that place, if any.
    pub fn at(place: Place, flow: &Flow) -> Option<Self> {
        let (tone, title, text) = match place {
            Place::Attempt => return Self::of_attempt(flow),
            Place::Order => Self::of_order(flow)?,
            Place::Connection if flow.online || !Screen::has_form(flow) => return None,
            Place::Connection => (Tone::Wait, None, Word::OfflineFormText),
        };
        Some(Self { tone, title, text: Some(text) })
    }

    fn of_order(flow: &Flow) -> Option<(Tone, Option<Word>, Word)> {
        let view = flow.view.as_deref();
        Some(match Screen::of(flow) {
            Screen::Paid => (Tone::Good, Some(Word::PaidTitle), Word::PaidText),
            Screen::Expired => (Tone::Bad, Some(Word::ExpiredTitle), Word::ExpiredText),
            Screen::Canceled => (Tone::Bad, Some(Word::CanceledTitle), Word::CanceledText),
            Screen::LoadError(LoadError::NotFound) => (Tone::Bad, None, Word::GoneText),
            Screen::LoadError(LoadError::Misconfigured) => (Tone::Bad, None, Word::MisconfiguredText),
            Screen::LoadError(LoadError::Failed) => (Tone::Bad, None, Word::LoadFailedText),
            Screen::Form if view?.vouchers_left < 1 => (Tone::Bad, None, Word::NoVoucherLeftText),
            Screen::Form if view?.providers.is_empty() => (Tone::Bad, None, Word::MisconfiguredText),
            _ if view?.amount_received > Minor::ZERO => (Tone::Good, None, Word::PartPaidText),
            _ => return None,
        })
    }

    fn of_attempt(flow: &Flow) -> Option<Self> {
        let (tone, title, text) = match (Screen::of(flow), flow.refusal, flow.wait) {
            (Screen::Checking, ..) if flow.is_blocked() => {
                (Tone::Wait, Some(Word::BusyTitle), Some(Word::InProgressText))
            }
            (Screen::Checking, ..) => (Tone::Wait, Some(Word::BusyTitle), Some(Word::BusyText)),
            (Screen::Pending, ..) => (Tone::Wait, Some(Word::PendingTitle), Some(Word::PendingText)),
            (Screen::Offline, ..) => (Tone::Wait, Some(Word::PendingTitle), Some(Word::OfflineText)),
            (
                Screen::Form,
                Some(Refusal::Text(Word::ProviderDownText)),
                Some(Wait { word: Word::AllDownText, .. }),
            ) => (Tone::Wait, Some(Word::DeclinedTitle), Some(Word::AllDownText)),
            (Screen::Form, Some(Refusal::Short(..)), _) => {
                (Tone::Bad, Some(Word::DeclinedTitle), Some(Word::DeclinedUsable))
            }
            (Screen::Form, Some(Refusal::Declined(code)), _) => {
                let text = field_error(flow).is_none().then(|| Word::declined(code));
                (Tone::Bad, Some(Word::DeclinedTitle), text)
            }
            (Screen::Form, Some(Refusal::Text(word)), _) => (Tone::Bad, None, Some(word)),
            (Screen::Form, _, Some(wait)) => (Tone::Wait, None, Some(wait.word)),
            _ => return None,
        };
        Some(Self { tone, title, text })
    }
}

/// Returns the field that the last refusal is about, and the error text to show there.
pub fn field_error(flow: &Flow) -> Option<(Field, Word)> {
    if !Screen::has_form(flow) {
        return None;
    }
    match flow.refusal? {
        // Only for a voucher that was submitted from this page.
        Refusal::Declined(code) if flow.outcome.is_some() => {
            field_of(code).map(|field| (field, Word::declined(code)))
        }
        Refusal::Field(field) => Some((field, field.refused())),
        Refusal::Declined(_) | Refusal::Short(..) | Refusal::Text(_) => None,
    }
}

/// Returns the field in which the shopper can correct that decline, if there is one.
const fn field_of(code: DeclineCode) -> Option<Field> {
    match code {
        DeclineCode::VoucherNotFound | DeclineCode::VoucherUsed | DeclineCode::VoucherRefused => {
            Some(Field::Pin)
        }
        DeclineCode::InsufficientFunds => Some(Field::Amount),
        DeclineCode::AmountRefused
        | DeclineCode::ProviderUnavailable
        | DeclineCode::ProviderBusy
        | DeclineCode::NotCharged
        | DeclineCode::VoucherInUse => None,
    }
}

/// The type of the event that announces the started checkout, and the name of its one member.
pub const READY: (&str, &str) = ("ready", "title");

/// The value of a member of an event.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Member<'a> {
    /// A text.
    Text(&'a str),
    /// Yes or no.
    Flag(bool),
}

/// An event for the shop's page. It carries no PIN and no client secret.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ShopEvent {
    /// The session is paid in full. Holds whether there is a change voucher to keep.
    Paid(bool),
    /// The shopper has read the end and goes on.
    Done,
    /// A voucher was not charged.
    Declined(DeclineCode),
    /// The outcome of a voucher is awaited.
    Pending,
    /// There is no session to show.
    Error(&'static str),
    /// The shopper wants to go back without paying.
    Cancel,
}

impl ShopEvent {
    /// Returns the event's type and its members, by name.
    pub fn message(self, session: &str) -> (&'static str, Vec<(&'static str, Member<'_>)>) {
        let session = ("session", Member::Text(session));
        match self {
            Self::Paid(change) => ("paid", vec![session, ("change", Member::Flag(change))]),
            Self::Done => ("done", vec![session]),
            Self::Declined(code) => ("declined", vec![session, ("code", Member::Text(code.as_str()))]),
            Self::Pending => ("pending", vec![session]),
            Self::Error(code) => ("error", vec![("code", Member::Text(code))]),
            Self::Cancel => ("cancel", vec![session]),
        }
    }

    /// Returns the event that this transition causes, if any.
    pub fn between(before: &Flow, after: &Flow) -> Option<Self> {
        let (old, new) = (Screen::of(before), Screen::of(after));
        let late = |screen: Screen, flow: &Flow| screen.is_waiting() && !flow.is_submitting();
        match new {
            Screen::Paid if old != new => Some(Self::Paid(after.has_change())),
            Screen::LoadError(load_error) if old != new => Some(Self::Error(match load_error {
                LoadError::NotFound => "session_not_found",
                LoadError::Misconfigured => "misconfigured",
                LoadError::Failed => "internal",
            })),
            _ if late(new, after) && !late(old, before) => Some(Self::Pending),
            _ if !(late(old, before) && new == Screen::Form)
                && (before.outcome.is_some() || after.outcome.is_none()) =>
            {
                None
            }
            _ => match after.refusal {
                Some(Refusal::Declined(code)) => Some(Self::Declined(code)),
                Some(Refusal::Short(..)) => Some(Self::Declined(DeclineCode::InsufficientFunds)),
                _ => None,
            },
        }
    }
}

#[cfg(test)]
mod tests;
