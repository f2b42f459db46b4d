//! Which screen shows what is known, which message stands on it, and what the shop's page hears.

use crate::flow::{Field, Flow, Notice, Trouble, Wait};
use checkout_wire::{
    Change, CheckoutView, DeclineCode, RedemptionStatus, RedemptionView, SessionStatus, Word,
};

/// The main part of the view.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Screen {
    /// Nothing known yet.
    Loading,
    /// The form, open or being sent.
    Form,
    /// A voucher is being checked.
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
            SessionStatus::Open | SessionStatus::Processing if flow.busy() => Self::Form,
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

/// What is said about the state, in words. The texts' gaps are filled by the view.
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
    /// What to say about what is known, if there is something to say.
    pub fn of(flow: &Flow) -> Option<Self> {
        let (tone, title, text) = match Screen::of(flow) {
            Screen::Loading => return None,
            Screen::Form => return Self::on_form(flow),
            Screen::Checking if flow.is_held() => (Tone::Wait, Some(Word::BusyTitle), Word::InProgressText),
            Screen::Checking => (Tone::Wait, Some(Word::BusyTitle), Word::BusyText),
            Screen::Pending => (Tone::Wait, Some(Word::PendingTitle), Word::PendingText),
            Screen::Offline => (Tone::Wait, Some(Word::PendingTitle), Word::OfflineText),
            Screen::Paid => (Tone::Good, Some(Word::PaidTitle), Word::PaidText),
            Screen::Expired => (Tone::Bad, Some(Word::ExpiredTitle), Word::ExpiredText),
            Screen::Canceled => (Tone::Bad, Some(Word::CanceledTitle), Word::CanceledText),
            Screen::Trouble(Trouble::Gone) => (Tone::Bad, None, Word::GoneText),
            Screen::Trouble(Trouble::Misconfigured) => (Tone::Bad, None, Word::MisconfiguredText),
            Screen::Trouble(Trouble::Failed) => (Tone::Bad, None, Word::LoadFailedText),
        };
        Some(Self { tone, title, text: Some(text) })
    }

    fn on_form(flow: &Flow) -> Option<Self> {
        let view = flow.view.as_ref()?;
        if flow.busy() {
            return None;
        }
        let (tone, title, text) = match (flow.notice, flow.wait) {
            _ if view.vouchers_left < 1 => (Tone::Bad, None, Some(Word::NoVoucherLeftText)),
            _ if !flow.online => (Tone::Wait, None, Some(Word::OfflineFormText)),
            (notice, Some(Wait { word: Word::AllDownText, .. })) => {
                let tried = notice == Some(Notice::Text(Word::ProviderDownText));
                (Tone::Wait, tried.then_some(Word::DeclinedTitle), Some(Word::AllDownText))
            }
            (Some(Notice::Short(..)), _) => {
                (Tone::Bad, Some(Word::DeclinedTitle), Some(Word::DeclinedUsable))
            }
            (Some(Notice::Declined(code)), _) => {
                let text = at_field(code).is_none().then(|| Word::declined(code));
                (Tone::Bad, Some(Word::DeclinedTitle), text)
            }
            (Some(Notice::Text(word)), _) => (Tone::Bad, None, Some(word)),
            (_, Some(wait)) => (Tone::Wait, None, Some(wait.word)),
            (Some(Notice::Field(_)), None) => return None,
            (None, None) if view.providers.is_empty() => (Tone::Bad, None, Some(Word::MisconfiguredText)),
            (None, None) if view.amount_received > 0 => (Tone::Good, None, Some(Word::PartPaidText)),
            (None, None) => return None,
        };
        Some(Self { tone, title, text })
    }
}

/// What to say at which field about the last try.
pub fn field_error(flow: &Flow) -> Option<(Field, Word)> {
    match flow.notice? {
        Notice::Declined(code) => at_field(code).map(|field| (field, Word::declined(code))),
        Notice::Field(Field::Pin) => Some((Field::Pin, Word::PinWrongCharacter)),
        Notice::Field(Field::Phone) => Some((Field::Phone, Word::PhoneInvalid)),
        Notice::Field(Field::Email) => Some((Field::Email, Word::EmailInvalid)),
        Notice::Field(Field::Amount) => Some((Field::Amount, Word::AmountTooMuch)),
        Notice::Short(..) | Notice::Text(_) => None,
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

/// What a voucher's payment leaves in the shopper's hand.
pub struct Receipt<'a> {
    /// The redemption.
    pub id: &'a str,
    /// The new voucher with the rest of the value.
    pub change: Option<&'a Change>,
    /// Whether that can pay for the rest of this order.
    pub usable: bool,
    /// What is left on the same voucher.
    pub balance: Option<i64>,
    /// What comes to the voucher's owner by message.
    pub rest: Option<i64>,
    /// What the provider took on top.
    pub fee: Option<i64>,
}

impl<'a> Receipt<'a> {
    /// The receipts of a session. A change voucher is money, so it is there whatever became of the rest.
    pub fn all(view: &'a CheckoutView) -> Vec<Self> {
        let receipt = |redemption: &'a RedemptionView| {
            let taken = redemption.status == RedemptionStatus::Succeeded;
            let receipt = Self {
                id: &redemption.id,
                change: redemption.change.as_ref(),
                usable: view.rest_by(redemption).is_some(),
                balance: redemption.voucher_balance.filter(|balance| taken && *balance > 0),
                rest: redemption.rest_by_message.filter(|_| taken),
                fee: redemption.fee.filter(|fee| taken && *fee > 0),
            };
            let amounts = [receipt.balance, receipt.rest, receipt.fee];
            let empty = receipt.change.is_none() && amounts == [None; 3];
            (!empty).then_some(receipt)
        };
        view.redemptions.iter().filter_map(receipt).collect()
    }
}

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
    /// What to tell after a change, if it is worth telling.
    pub fn of(before: &Flow, after: &Flow) -> Option<Self> {
        let (old, new) = (Screen::of(before), Screen::of(after));
        match new {
            Screen::Paid if old != new => Some(Self::Paid),
            Screen::Trouble(trouble) if old != new => Some(Self::Error(match trouble {
                Trouble::Gone => "session_not_found",
                Trouble::Misconfigured => "misconfigured",
                Trouble::Failed => "internal",
            })),
            _ if new.waits() && !old.waits() => Some(Self::Pending),
            _ if before.ended.is_some() || after.ended.is_none() => None,
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
