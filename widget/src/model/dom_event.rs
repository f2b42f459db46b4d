//! The events for the shop's page.

use super::flow::Flow;
use checkout_present::{LoadError, NotCharged, Screen};
use checkout_wire::DeclineCode;

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
pub enum DomEvent {
    /// The session is paid in full. Holds whether the shopper has something to keep.
    Paid(bool),
    /// The shopper has seen the final screen and continues.
    Done,
    /// A voucher was not charged.
    Declined(DeclineCode),
    /// A payment was sent, and its outcome is awaited.
    Pending,
    /// There is no session to show.
    Error(&'static str),
    /// The shopper wants to go back without paying.
    Cancel,
}

impl DomEvent {
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
        let (old, new) = (before.screen(), after.screen());
        let received = |flow: &Flow| flow.view.as_ref().map(|view| view.amount_received);
        let has_new_outcome = before.outcome.is_none() && after.outcome.is_some();
        match new {
            Screen::Paid if old != new => Some(Self::Paid(after.has_something_to_keep())),
            Screen::LoadError(load_error) if old != new => Some(Self::Error(match load_error {
                LoadError::NotFound => "session_not_found",
                LoadError::Misconfigured => "misconfigured",
                LoadError::Failed => "internal",
            })),
            _ if new.is_waiting() && !old.is_waiting() => Some(Self::Pending),
            Screen::Form if old.is_waiting() || old == Screen::Code || has_new_outcome => match after.error {
                Some(NotCharged::Declined(code)) => Some(Self::Declined(code)),
                Some(NotCharged::Short(..)) => Some(Self::Declined(DeclineCode::InsufficientFunds)),
                // The Worker refused the request.
                _ if old.is_waiting() && received(before) == received(after) => {
                    Some(Self::Declined(DeclineCode::NotCharged))
                }
                _ => None,
            },
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
