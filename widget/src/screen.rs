//! Which screen shows what is known, which message stands on it, and what the shop's page hears.

use crate::flow::{Flow, Notice, Trouble, Wait};
use checkout_present::{CheckoutRules, Field, Word};
use checkout_wire::{CheckoutView, DeclineCode, RedemptionStatus, RedemptionView, SessionStatus};

/// The main part of the view.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Screen {
    /// Nothing known yet.
    Loading,
    /// The form.
    Form,
    /// A voucher is on its way, or being checked.
    Checking,
    /// A voucher's outcome is late or its answer was lost.
    Pending,
    /// The same, and the browser has no connection.
    Offline,
    /// Paid in full.
    Paid,
    /// Ended by time.
    Expired,
    /// Ended by the shop.
    Canceled,
    /// No session to show.
    Trouble(Trouble),
}

impl Screen {
    /// The screen of what is known.
    pub fn of(flow: &Flow) -> Self {
        if let Some(trouble) = flow.trouble {
            return Self::Trouble(trouble);
        }
        let Some(view) = &flow.view else {
            return Self::Loading;
        };
        match view.status {
            SessionStatus::Complete => Self::Paid,
            SessionStatus::Expired => Self::Expired,
            SessionStatus::Canceled => Self::Canceled,
            SessionStatus::Open | SessionStatus::Processing if flow.is_trying() => Self::Checking,
            SessionStatus::Open if !flow.in_doubt() && flow.is_held() => Self::Checking,
            SessionStatus::Open if !flow.in_doubt() => Self::Form,
            SessionStatus::Open | SessionStatus::Processing if !flow.online => Self::Offline,
            SessionStatus::Open | SessionStatus::Processing if flow.unheard() => Self::Pending,
            SessionStatus::Open | SessionStatus::Processing => {
                let unknown = |redemption: &RedemptionView| redemption.status == RedemptionStatus::Unknown;
                let late = view.redemptions.iter().any(unknown);
                if late { Self::Pending } else { Self::Checking }
            }
        }
    }

    /// Whether the form is there to be filled in.
    pub fn has_form(flow: &Flow) -> bool {
        let asked = |view: &CheckoutView| {
            view.vouchers_left > 0 && !view.providers.is_empty() && view.down().is_none()
        };
        Self::of(flow) == Self::Form && flow.view.as_deref().is_some_and(asked)
    }

    /// Whether a voucher's outcome is being waited for, with no form to see.
    pub const fn waits(self) -> bool {
        matches!(self, Self::Checking | Self::Pending | Self::Offline)
    }
}

/// How a message looks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tone {
    /// Done.
    Good,
    /// Refused or impossible.
    Bad,
    /// Not over yet.
    Wait,
}

/// Where a message stands. Each has a place of its own, so that none of them moves what stays in sight when it comes or goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// At the form, and in its place while a voucher's outcome is waited for: the last try, and what the next one waits for.
    Try,
    /// At the top: how far the order is paid.
    Order,
    /// Below the form: why it cannot be sent just now.
    Connection,
}

impl Place {
    /// All of them, what concerns the shopper most first.
    pub const ALL: [Self; 3] = [Self::Try, Self::Order, Self::Connection];

    /// The id of what the focus goes to there.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Try => "try",
            Self::Order => "order",
            Self::Connection => "connection",
        }
    }
}

/// What is said at one place, in words. The texts' gaps are filled by the view.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Message {
    /// How it looks.
    pub tone: Tone,
    /// Its heading.
    pub title: Option<Word>,
    /// What it says; none where a field says it.
    pub text: Option<Word>,
}

impl Message {
    /// What to say there about what is known, if there is something to say.
    pub fn at(place: Place, flow: &Flow) -> Option<Self> {
        let (tone, title, text) = match place {
            Place::Try => return Self::of_try(flow),
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
            Screen::Trouble(Trouble::Gone) => (Tone::Bad, None, Word::GoneText),
            Screen::Trouble(Trouble::Misconfigured) => (Tone::Bad, None, Word::MisconfiguredText),
            Screen::Trouble(Trouble::Failed) => (Tone::Bad, None, Word::LoadFailedText),
            Screen::Form if view?.vouchers_left < 1 => (Tone::Bad, None, Word::NoVoucherLeftText),
            Screen::Form if view?.providers.is_empty() => (Tone::Bad, None, Word::MisconfiguredText),
            _ if view?.amount_received > 0 => (Tone::Good, None, Word::PartPaidText),
            _ => return None,
        })
    }

    fn of_try(flow: &Flow) -> Option<Self> {
        let (tone, title, text) = match (Screen::of(flow), flow.notice, flow.wait) {
            (Screen::Checking, ..) if flow.is_held() => {
                (Tone::Wait, Some(Word::BusyTitle), Some(Word::InProgressText))
            }
            (Screen::Checking, ..) => (Tone::Wait, Some(Word::BusyTitle), Some(Word::BusyText)),
            (Screen::Pending, ..) => (Tone::Wait, Some(Word::PendingTitle), Some(Word::PendingText)),
            (Screen::Offline, ..) => (Tone::Wait, Some(Word::PendingTitle), Some(Word::OfflineText)),
            (
                Screen::Form,
                Some(Notice::Text(Word::ProviderDownText)),
                Some(Wait { word: Word::AllDownText, .. }),
            ) => (Tone::Wait, Some(Word::DeclinedTitle), Some(Word::AllDownText)),
            (Screen::Form, Some(Notice::Short(..)), _) => {
                (Tone::Bad, Some(Word::DeclinedTitle), Some(Word::DeclinedUsable))
            }
            (Screen::Form, Some(Notice::Declined(code)), _) => {
                let text = field_error(flow).is_none().then(|| Word::declined(code));
                (Tone::Bad, Some(Word::DeclinedTitle), text)
            }
            (Screen::Form, Some(Notice::Text(word)), _) => (Tone::Bad, None, Some(word)),
            (Screen::Form, _, Some(wait)) => (Tone::Wait, None, Some(wait.word)),
            _ => return None,
        };
        Some(Self { tone, title, text })
    }
}

/// What to say at which field about the last try.
pub fn field_error(flow: &Flow) -> Option<(Field, Word)> {
    if !Screen::has_form(flow) {
        return None;
    }
    match flow.notice? {
        // Only of what was typed here.
        Notice::Declined(code) if flow.ended.is_some() => {
            at_field(code).map(|field| (field, Word::declined(code)))
        }
        Notice::Field(field) => Some((field, field.refused())),
        Notice::Declined(_) | Notice::Short(..) | Notice::Text(_) => None,
    }
}

/// The field at which a shopper can mend that, if there is one.
const fn at_field(code: DeclineCode) -> Option<Field> {
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

/// The event that says that the line to the shop's page is open, and its one member.
pub const READY: (&str, &str) = ("ready", "title");

/// What the shop's page hears: that something happened, never a PIN or a secret.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Told {
    /// The session is paid in full.
    Paid,
    /// A voucher was not charged.
    Declined(DeclineCode),
    /// A voucher's outcome is being waited for.
    Pending,
    /// There is no session to show.
    Error(&'static str),
    /// The shopper wants to go back without paying.
    Cancel,
}

impl Told {
    /// The event's type and its members, by name.
    pub fn event(self, session: &str) -> (&'static str, Vec<(&'static str, &str)>) {
        let session = ("session", session);
        match self {
            Self::Paid => ("paid", vec![session]),
            Self::Declined(code) => ("declined", vec![session, ("code", code.as_str())]),
            Self::Pending => ("pending", vec![session]),
            Self::Error(code) => ("error", vec![("code", code)]),
            Self::Cancel => ("cancel", vec![session]),
        }
    }

    /// What to tell after a change, if it is worth telling.
    pub fn of(before: &Flow, after: &Flow) -> Option<Self> {
        let (old, new) = (Screen::of(before), Screen::of(after));
        let late = |screen: Screen, flow: &Flow| screen.waits() && !flow.is_trying();
        match new {
            Screen::Paid if old != new => Some(Self::Paid),
            Screen::Trouble(trouble) if old != new => Some(Self::Error(match trouble {
                Trouble::Gone => "session_not_found",
                Trouble::Misconfigured => "misconfigured",
                Trouble::Failed => "internal",
            })),
            _ if late(new, after) && !late(old, before) => Some(Self::Pending),
            _ if !(late(old, before) && new == Screen::Form)
                && (before.ended.is_some() || after.ended.is_none()) =>
            {
                None
            }
            _ => match after.notice {
                Some(Notice::Declined(code)) => Some(Self::Declined(code)),
                Some(Notice::Short(..)) => Some(Self::Declined(DeclineCode::InsufficientFunds)),
                _ => None,
            },
        }
    }
}

#[cfg(test)]
mod tests;
