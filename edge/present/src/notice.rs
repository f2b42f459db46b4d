//! The notices to the shopper, and their places.

use crate::page_rules::payment_number;
use crate::state::{LoadError, NotCharged, PageState, Screen, Wait};
use crate::{CheckoutRules, Language, RedemptionRules, WITH_CODE, Word};
use checkout_wire::{CheckoutView, Minor, Seconds};

/// A place for a notice. Each notice has a fixed place, so that its coming and going does not shift the layout.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// Above the form, and in its place while an outcome is awaited: the last payment attempt, and the wait before the next.
    Attempt,
    /// At the top: how much of the order is paid.
    Order,
    /// Below the form: there is no connection.
    Connection,
}

impl Place {
    /// All places, the most important one first.
    pub const ALL: [Self; 3] = [Self::Attempt, Self::Order, Self::Connection];

    /// Returns the id of the notice's element.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Attempt => "attempt-notice",
            Self::Order => "order-notice",
            Self::Connection => "connection-notice",
        }
    }

    /// Returns the id of the part of the notice that receives the focus: its title, or its text if it has no title.
    pub const fn focus_id(self) -> &'static str {
        match self {
            Self::Attempt => "attempt-message",
            Self::Order => "order-message",
            Self::Connection => "connection-message",
        }
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

impl Tone {
    /// Returns the classes of a notice's element.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Good => "notice good",
            Self::Bad => "notice bad",
            Self::Wait => "notice wait",
        }
    }
}

/// A notice to the shopper.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Notice {
    /// Its look.
    pub tone: Tone,
    /// Its heading.
    pub title: Option<Word>,
    /// Its text; `None` if a field shows the error instead.
    pub text: Option<Word>,
}

impl Notice {
    /// Returns the notice to show at that place, if any.
    pub fn at(place: Place, state: &PageState<'_>) -> Option<Self> {
        let (tone, title, text) = match place {
            Place::Attempt => Self::of_attempt(state)?,
            Place::Order => Self::of_order(state)?,
            Place::Connection if state.online || state.form().is_none() => return None,
            Place::Connection => (Tone::Wait, None, Some(Word::OfflineFormText)),
        };
        Some(Self { tone, title, text })
    }

    fn of_order(state: &PageState<'_>) -> Option<(Tone, Option<Word>, Option<Word>)> {
        let (tone, title, text) = match (state.screen, state.view) {
            (Screen::Paid, _) => (Tone::Good, Some(Word::PaidTitle), Word::PaidText),
            (Screen::Expired, view) => (Tone::Bad, Some(Word::ExpiredTitle), ended(view, Word::ExpiredText)),
            (Screen::Canceled, view) => {
                (Tone::Bad, Some(Word::CanceledTitle), ended(view, Word::CanceledText))
            }
            (Screen::LoadError(LoadError::NotFound), _) => (Tone::Bad, None, Word::GoneText),
            (Screen::LoadError(LoadError::Misconfigured), _) => (Tone::Bad, None, Word::MisconfiguredText),
            (Screen::LoadError(LoadError::Failed), _) => (Tone::Bad, None, Word::LoadFailedText),
            (Screen::Form, Some(view)) if view.vouchers_left < 1 => {
                (Tone::Bad, None, Word::NoVoucherLeftText)
            }
            (Screen::Form, Some(view)) if view.providers.is_empty() => {
                (Tone::Bad, None, Word::MisconfiguredText)
            }
            (_, Some(view)) if view.amount_received > Minor::ZERO => (Tone::Good, None, Word::PartPaidText),
            _ => return None,
        };
        Some((tone, title, Some(text)))
    }

    fn of_attempt(state: &PageState<'_>) -> Option<(Tone, Option<Word>, Option<Word>)> {
        const DOWN: NotCharged = NotCharged::Text(Word::ProviderDownText);
        const BLOCKED: NotCharged = NotCharged::Text(Word::InProgressText);
        Some(match (state.screen, state.error, state.wait) {
            (Screen::Checking, _, Some(Wait { word: Word::ProofText, .. })) => {
                (Tone::Wait, Some(Word::BusyTitle), Some(Word::ProofText))
            }
            (Screen::Checking, Some(BLOCKED), _) => {
                (Tone::Wait, Some(Word::BusyTitle), Some(Word::InProgressText))
            }
            (Screen::Checking, ..) => (Tone::Wait, Some(Word::BusyTitle), Some(Word::BusyText)),
            (Screen::Pending, ..) if state.view.is_some_and(CheckoutRules::is_reviewed) => {
                (Tone::Wait, Some(Word::PendingTitle), Some(Word::ReviewText))
            }
            (Screen::Pending, ..) => (Tone::Wait, Some(Word::PendingTitle), Some(Word::PendingText)),
            (Screen::Offline, ..) => (Tone::Wait, Some(Word::PendingTitle), Some(Word::OfflineText)),
            (Screen::Form, Some(DOWN), Some(Wait { word: Word::AllDownText, .. })) => {
                (Tone::Wait, Some(Word::DeclinedTitle), Some(Word::AllDownText))
            }
            (Screen::Form, Some(NotCharged::Short(..)), _) => {
                (Tone::Bad, Some(Word::DeclinedTitle), Some(Word::DeclinedUsable))
            }
            (Screen::Form, Some(NotCharged::Declined(code)), _) => {
                let text = state.field_error().is_none().then(|| Word::declined(code));
                (Tone::Bad, Some(Word::DeclinedTitle), text)
            }
            (Screen::Form, Some(NotCharged::Text(word)), _) => {
                (Tone::Bad, Some(Word::DeclinedTitle).filter(|_| word == Word::ProviderDownText), Some(word))
            }
            (Screen::Code, Some(NotCharged::Text(word)), _) if WITH_CODE => (Tone::Bad, None, Some(word)),
            (Screen::Code, ..) if WITH_CODE => {
                let sent_to = state.view.and_then(sent_to);
                (Tone::Wait, None, Some(if sent_to.is_some() { Word::CodeText } else { Word::CodeOwnerText }))
            }
            (Screen::Form, _, Some(wait)) => (Tone::Wait, None, Some(wait.word)),
            _ => return None,
        })
    }
}

/// The texts of the notice at a place.
#[derive(Clone, PartialEq, Eq)]
pub struct NoticeTexts {
    /// Its look.
    pub tone: Tone,
    /// Its title; empty if it has none.
    pub title: String,
    /// Its texts; for the notice about the order, also the amounts that do not pay for it.
    pub texts: Vec<String>,
    /// The number of texts that are announced. The others are details for a question to the merchant.
    pub announced: usize,
}

impl NoticeTexts {
    /// Returns the texts at that place; there are none where there is no notice.
    pub fn at(place: Place, state: &PageState<'_>, language: &impl Language) -> Self {
        let notice = Notice::at(place, state);
        let (title, text) = notice.map_or((None, None), |notice| (notice.title, notice.text));
        // The wait before the next attempt is shown below the reason why the last one was refused, and the time for a code below
        // where it was sent.
        let wait = state.wait.map(|wait| wait.word);
        let wait =
            wait.filter(|_| place == Place::Attempt && matches!(state.screen, Screen::Form | Screen::Code));
        let words = text.into_iter().chain(wait.filter(|word| text != Some(*word)));
        let mut texts: Vec<_> = words.map(|word| filled(word, state, language)).collect();
        if let Some(view) = state.view.filter(|_| place == Place::Order) {
            view.other_amounts(|word, minor| {
                let gaps = [("shop", &*view.shop_name), ("amount", &language.money(view, minor))];
                texts.push(language.filled(word, &gaps));
            });
        }
        let is_told = match place {
            Place::Attempt => matches!(state.screen, Screen::Pending | Screen::Offline),
            Place::Order => !state.screen.is_waiting(),
            Place::Connection => false,
        };
        // A wrong code is reported at its field.
        let is_told_there = matches!(state.error, Some(NotCharged::WrongCode));
        let announced = if WITH_CODE && is_told_there { 0 } else { texts.len() };
        if let Some(view) = state.view.filter(|_| is_told) {
            case(view, language, &mut texts);
        }
        Self {
            announced,
            tone: notice.map_or(Tone::Wait, |notice| notice.tone),
            title: title.map(|word| language.text(word)).unwrap_or_default(),
            texts,
        }
    }

    /// Returns whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.title.is_empty() && self.texts.is_empty()
    }

    /// Returns the contents of the notice's elements: the title, the first text, and the others in lines.
    pub fn parts(&self) -> [String; 3] {
        let (first, more) = self.texts.split_first().map_or(("", &[][..]), |(first, more)| (first, more));
        [self.title.clone(), first.to_owned(), more.join("\n")]
    }

    /// Returns the notice as one text for screen readers.
    pub fn spoken(&self) -> String {
        let mut spoken = self.title.clone();
        for text in self.texts.iter().take(self.announced) {
            if !spoken.is_empty() {
                spoken.push_str(if spoken.ends_with('.') { " " } else { ". " });
            }
            spoken.push_str(text);
        }
        spoken
    }
}

/// Returns the text of a session that ended: `usual`, unless a voucher is still being checked. The shopper must not use another voucher
/// before its outcome is known.
fn ended(view: Option<&CheckoutView>, usual: Word) -> Word {
    let is_checked = view.is_some_and(|view| view.uncertain().any(RedemptionRules::is_open));
    if is_checked { Word::EndedCheckedText } else { usual }
}

/// Adds the details for a question to the merchant about money whose outcome is uncertain: the number and the time of each payment, and how
/// to reach the merchant.
fn case(view: &CheckoutView, language: &impl Language, texts: &mut Vec<String>) {
    let before = texts.len();
    texts.extend(view.uncertain().map(|one| payment_number(view, one, language)));
    if let Some(support) = view.support.as_ref().filter(|_| texts.len() > before) {
        texts.push(language.filled(Word::SupportText, &[("shop", &view.shop_name), ("support", support)]));
    }
}

/// Returns the last digits of the phone number that a code was sent to, if they are known.
fn sent_to(view: &CheckoutView) -> Option<&String> {
    view.challenged()?.1.sent_to.as_ref()
}

/// Returns a text of a notice with its gaps filled.
fn filled(word: Word, state: &PageState<'_>, language: &impl Language) -> String {
    let Some(view) = state.view else {
        return language.text(word);
    };
    let (balance, amount) = match state.error {
        Some(NotCharged::Short(balance, usable)) if word == Word::DeclinedUsable => (balance, usable),
        _ => (Minor::ZERO, view.amount_received),
    };
    if WITH_CODE
        && word == Word::CodeText
        && let Some(digits) = sent_to(view)
    {
        return language.filled(word, &[("digits", digits)]);
    }
    let money = |minor| language.money(view, minor);
    let time = state.wait.map(|wait| language.duration(wait.seconds.max(Seconds(1)))).unwrap_or_default();
    let gaps = [
        ("shop", &view.shop_name),
        ("amount", &money(amount)),
        ("balance", &money(balance)),
        ("remaining", &money(view.amount_remaining)),
        ("time", &time),
    ];
    language.filled(word, &gaps.map(|(gap, value)| (gap, value.as_str())))
}

#[cfg(test)]
mod tests;
