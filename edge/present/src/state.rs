//! The state of the page: the screen, the session, and any error or wait.

use crate::{CheckoutRules, Field, RedemptionRules, WITH_CODE, Word, ids};
use checkout_wire::{
    CheckoutView, DeclineCode, ErrorCode, Minor, RedemptionStatus, RedemptionView, Seconds, SessionStatus,
};

/// The main part of the page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Screen {
    /// The session is being loaded.
    Loading,
    /// The session is open: the form, or the reason why it cannot be used.
    Form,
    /// The voucher's owner was sent a code, which the shopper types.
    Code,
    /// A voucher or its code was submitted, or the Worker is checking it.
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

/// The reason why there is no session to show.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LoadError {
    /// The session does not exist, or this client secret or origin may not read it.
    NotFound,
    /// The merchant's configuration is incomplete.
    Misconfigured,
    /// The request failed: no answer, or one without a session.
    Failed,
}

/// The reason why the last payment attempt charged nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NotCharged {
    /// The voucher was declined.
    Declined(DeclineCode),
    /// The voucher was declined because its value is too low. Holds its balance and the usable part of it.
    Short(Minor, Minor),
    /// The code was wrong, and can be typed again.
    WrongCode,
    /// The Worker rejected a field.
    Field(Field),
    /// Any other reason, as the text to show.
    Text(Word),
}

/// A wait that the Worker asks of the shopper.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Wait {
    /// The text with the reason.
    pub word: Word,
    /// The time left.
    pub seconds: Seconds,
}

/// The state of the page.
pub struct PageState<'a> {
    /// The main part of the page.
    pub screen: Screen,
    /// The session, if it is known.
    pub view: Option<&'a CheckoutView>,
    /// The reason why the last payment attempt charged nothing.
    pub error: Option<NotCharged>,
    /// Whether that attempt was made on this page, so that its fields show the error.
    pub has_outcome: bool,
    /// The wait before the next payment attempt.
    pub wait: Option<Wait>,
    /// Whether there is a connection.
    pub online: bool,
}

impl Screen {
    /// Returns the screen of a session.
    pub fn of(view: &CheckoutView) -> Self {
        let is_late = |one: &RedemptionView| one.status == RedemptionStatus::Unknown;
        match view.status {
            SessionStatus::Open => Self::Form,
            SessionStatus::Processing if view.challenged().is_some() => Self::Code,
            SessionStatus::Processing if view.redemptions.iter().any(is_late) => Self::Pending,
            SessionStatus::Processing => Self::Checking,
            SessionStatus::Complete => Self::Paid,
            SessionStatus::Expired => Self::Expired,
            SessionStatus::Canceled => Self::Canceled,
        }
    }

    /// Returns whether this screen waits for the outcome of a voucher, with the form hidden.
    pub const fn is_waiting(self) -> bool {
        matches!(self, Self::Checking | Self::Pending | Self::Offline)
    }
}

impl NotCharged {
    /// Returns the reason why this redemption charged nothing; `None` if it may have charged the voucher.
    pub fn of(redemption: &RedemptionView) -> Option<Self> {
        let declined = Self::Declined(redemption.refused()?);
        Some(redemption.usable_balance().map_or(declined, |(balance, usable)| Self::Short(balance, usable)))
    }

    /// Returns the refusal for an error code of the Worker and the member of the body that it names.
    pub fn of_problem(code: Option<&str>, member: Option<&str>) -> Self {
        const IN_PROGRESS: &str = ErrorCode::PaymentInProgress.as_str();
        const DOWN: &str = ErrorCode::ProviderDown.as_str();
        const MISCONFIGURED: &str = ErrorCode::Misconfigured.as_str();
        match code {
            Some(IN_PROGRESS) => Self::Text(Word::InProgressText),
            Some(DOWN) => Self::Text(Word::ProviderDownText),
            Some(MISCONFIGURED) => Self::Text(Word::MisconfiguredText),
            _ => member.and_then(Field::from_text).map_or(Self::Text(Word::FailedText), Self::Field),
        }
    }
}

impl Wait {
    /// Returns the wait that the session asks for, or the time for which the code can be typed.
    pub fn of(view: &CheckoutView) -> Option<Self> {
        let down = || view.all_down().filter(|_| view.takes_vouchers());
        let code = || view.challenged().map(|(_, challenge)| challenge.expires_in);
        let wait = |word| move |seconds| Self { word, seconds };
        view.retry_after
            .map(wait(Word::WaitText))
            .or_else(|| code().map(wait(Word::CodeLeft)))
            .or_else(|| down().map(wait(Word::AllDownText)))
    }

    /// Returns the wait that a refusal with that code asks for.
    pub fn of_problem(code: &str, retry_after: Option<Seconds>) -> Option<Self> {
        const DEFAULT: Seconds = Seconds(30);
        const TOO_MANY: &str = ErrorCode::TooManyAttempts.as_str();
        const PROOF: &str = ErrorCode::ProofRequired.as_str();
        const BUSY: &str = ErrorCode::ProviderBusy.as_str();
        let word = match code {
            TOO_MANY | PROOF => Word::WaitText,
            BUSY => Word::ProviderWaitText,
            _ => return None,
        };
        Some(Self { word, seconds: retry_after.unwrap_or(DEFAULT) })
    }
}

impl PageState<'_> {
    /// Returns the state of a page that shows no session.
    pub const fn without_session(screen: Screen) -> Self {
        Self { screen, view: None, error: None, has_outcome: false, wait: None, online: true }
    }

    /// Returns whether the form is shown: the session takes another voucher and a provider is up.
    pub fn has_form(&self) -> bool {
        let is_usable = |view: &CheckoutView| {
            view.vouchers_left > 0 && !view.providers.is_empty() && view.all_down().is_none()
        };
        self.screen == Screen::Form && self.view.is_some_and(is_usable)
    }

    /// Returns the id of the form that is shown: the one for a voucher, or the one for its code.
    pub fn form(&self) -> Option<&'static str> {
        match self.screen {
            Screen::Code if WITH_CODE => Some(ids::CODE_FORM),
            _ => self.has_form().then_some(ids::FORM),
        }
    }

    /// Returns the field that the last error is about, and the error text to show there.
    pub fn field_error(&self) -> Option<(Field, Word)> {
        match self.error.filter(|_| self.form().is_some())? {
            NotCharged::WrongCode if WITH_CODE => Some((Field::Code, Word::CodeWrong)),
            NotCharged::Declined(code) if self.has_outcome => {
                field_of(code).map(|field| (field, Word::declined(code)))
            }
            NotCharged::Field(field) => Some((field, field.refused())),
            NotCharged::Declined(_) | NotCharged::Short(..) | NotCharged::WrongCode | NotCharged::Text(_) => {
                None
            }
        }
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
        | DeclineCode::CodeRefused
        | DeclineCode::CodeNotEntered
        | DeclineCode::VoucherInUse => None,
    }
}
