//! The words for statuses, reasons and events.

use checkout_wire::{RedemptionStatus, SessionStatus};

/// The look of a badge.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tone {
    /// As it should be.
    Good,
    /// Under way.
    Busy,
    /// Waits for a person.
    Alert,
    /// Ended without money.
    Plain,
}

impl Tone {
    /// Returns its class.
    pub const fn class(self) -> &'static str {
        match self {
            Tone::Good => "badge good",
            Tone::Busy => "badge busy",
            Tone::Alert => "badge alert",
            Tone::Plain => "badge",
        }
    }
}

/// Returns the word for a session's status.
pub const fn session(status: SessionStatus) -> (Tone, &'static str) {
    match status {
        SessionStatus::Open => (Tone::Busy, "Open"),
        SessionStatus::Processing => (Tone::Busy, "Being checked"),
        SessionStatus::Complete => (Tone::Good, "Paid"),
        SessionStatus::Expired => (Tone::Plain, "Expired"),
        SessionStatus::Canceled => (Tone::Plain, "Canceled"),
    }
}

/// Returns the word for a redemption's status.
pub const fn redemption(status: RedemptionStatus, needs_review: bool) -> (Tone, &'static str) {
    match status {
        _ if needs_review => (Tone::Alert, "Needs review"),
        RedemptionStatus::Processing => (Tone::Busy, "Under way"),
        RedemptionStatus::Succeeded => (Tone::Good, "Taken"),
        RedemptionStatus::Declined => (Tone::Plain, "Declined"),
        RedemptionStatus::Unknown => (Tone::Busy, "Unknown, being asked"),
        RedemptionStatus::Challenged => (Tone::Busy, "Waits for the code"),
        RedemptionStatus::NotSent => (Tone::Plain, "Not charged"),
        RedemptionStatus::Reversed => (Tone::Plain, "Reversed"),
    }
}

/// Returns the word for an issued voucher's status.
pub fn voucher(status: &str, needs_review: bool) -> (Tone, String) {
    match status {
        _ if needs_review => (Tone::Alert, "Needs review".to_owned()),
        "issued" => (Tone::Good, "Issued".to_owned()),
        "refused" => (Tone::Plain, "Not issued".to_owned()),
        other => (Tone::Busy, spoken(other)),
    }
}

/// Returns the word for the state of a delivery, by whether it was tried.
pub fn delivery(status: &str, is_tried: bool) -> (Tone, String) {
    match status {
        "pending" if !is_tried => (Tone::Plain, "Not sent yet".to_owned()),
        "delivered" => (Tone::Good, "Delivered".to_owned()),
        "pending" => (Tone::Busy, "Being delivered".to_owned()),
        "given_up" => (Tone::Alert, "Given up".to_owned()),
        "gone" => (Tone::Alert, "Stopped by the shop’s server".to_owned()),
        "not_wanted" => (Tone::Plain, "Not wanted".to_owned()),
        other => (Tone::Plain, spoken(other)),
    }
}

/// The providers with their names.
pub const PROVIDERS: [(&str, &str); 4] =
    [("kora", "Kora"), ("wipay", "WiPay"), ("celbux", "Celbux"), ("odm", "ODM")];

/// Returns the name of a provider, or of the shop for its own payouts.
pub fn provider(id: &str) -> String {
    let known = PROVIDERS.iter().chain(&[("shop", "The shop itself")]).find(|(known, _)| *known == id);
    known.map_or(id, |(_, name)| name).to_owned()
}

/// Turns a name of the API into words: `insufficient_funds` is "Insufficient funds".
pub fn spoken(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Shortens an id to the part that can be read out on the telephone: `rd_55c0b0f1`.
pub fn short(id: &str) -> String {
    id.chars().take(11).collect()
}
