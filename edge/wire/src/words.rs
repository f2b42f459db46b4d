//! The texts a shopper reads, by key. One JSON file per language in `edge/wire/words/`; a page carries the one it needs, as a
//! list in the order of [`Word`]: the keys would only weigh.

use crate::DeclineCode;

wire_enum! {
    /// A text. `{name}` in it is a gap that [`fill`] fills. Where its file has an object instead, there is a text for each plural
    /// category (CLDR) of the number in its gap `count`. The first two are not texts: the direction of writing, and the
    /// language whose formats `Intl` is to use, since browsers do not know those of every language. The last ones are not for
    /// the widget.
    #[allow(missing_docs)]
    pub enum Word {
        Direction = "direction",
        Formats = "formats",
        Title = "title",
        PayTo = "pay_to",
        Order = "order",
        ToPay = "to_pay",
        AlreadyPaid = "already_paid",
        VoucherKind = "voucher_kind",
        Pin = "pin",
        PinHintDigits = "pin_hint_digits",
        PinHintAlphanumeric = "pin_hint_alphanumeric",
        Phone = "phone",
        PhoneHint = "phone_hint",
        Email = "email",
        EmailHint = "email_hint",
        FeeNote = "fee_note",
        FeeNotePart = "fee_note_part",
        LastVoucher = "last_voucher",
        PayButton = "pay_button",
        CancelButton = "cancel_button",
        Required = "required",
        PinTooShort = "pin_too_short",
        PinTooLong = "pin_too_long",
        PinWrongCharacter = "pin_wrong_character",
        PartButton = "part_button",
        Amount = "amount",
        AmountHint = "amount_hint",
        AmountInvalid = "amount_invalid",
        AmountTooMuch = "amount_too_much",
        PhoneInvalid = "phone_invalid",
        EmailInvalid = "email_invalid",
        BusyTitle = "busy_title",
        BusyText = "busy_text",
        PendingTitle = "pending_title",
        PendingText = "pending_text",
        PaidTitle = "paid_title",
        PaidText = "paid_text",
        PartPaidText = "part_paid_text",
        NextVoucherText = "next_voucher_text",
        FeeTaken = "fee_taken",
        ChangeTitle = "change_title",
        ChangeText = "change_text",
        ChangeValue = "change_value",
        ChangeExpires = "change_expires",
        ChangeButton = "change_button",
        BalanceLeft = "balance_left",
        RestByMessage = "rest_by_message",
        CopyButton = "copy_button",
        Copied = "copied",
        CopyFailed = "copy_failed",
        PrintButton = "print_button",
        ReturnButton = "return_button",
        ExpiredTitle = "expired_title",
        ExpiredText = "expired_text",
        CanceledTitle = "canceled_title",
        CanceledText = "canceled_text",
        OwedText = "owed_text",
        GivenBackText = "given_back_text",
        StillCheckedText = "still_checked_text",
        DeclinedTitle = "declined_title",
        DeclinedVoucherNotFound = "declined_voucher_not_found",
        DeclinedVoucherUsed = "declined_voucher_used",
        DeclinedVoucherRefused = "declined_voucher_refused",
        DeclinedInsufficientFunds = "declined_insufficient_funds",
        DeclinedUsable = "declined_usable",
        DeclinedAmountRefused = "declined_amount_refused",
        DeclinedProviderUnavailable = "declined_provider_unavailable",
        DeclinedProviderBusy = "declined_provider_busy",
        DeclinedNotCharged = "declined_not_charged",
        DeclinedVoucherInUse = "declined_voucher_in_use",
        WaitText = "wait_text",
        ProviderWaitText = "provider_wait_text",
        ProviderDownText = "provider_down_text",
        AllDownText = "all_down_text",
        OfferDown = "offer_down",
        NoVoucherLeftText = "no_voucher_left_text",
        InProgressText = "in_progress_text",
        OfflineText = "offline_text",
        OfflineFormText = "offline_form_text",
        FailedText = "failed_text",
        LoadFailedText = "load_failed_text",
        GoneText = "gone_text",
        MisconfiguredText = "misconfigured_text",
        Seconds = "seconds",
        Minutes = "minutes",
        RetryButton = "retry_button",
        PayPartButton = "pay_part_button",
        WidgetFailedText = "widget_failed_text",
        OpenPageButton = "open_page_button",
        Loading = "loading",
    }
}

impl Word {
    /// Its place in the list of a page's texts.
    pub const fn place(self) -> usize {
        self as usize
    }

    /// How many of them the widget needs: the first ones. The rest stand on pages of the Worker only.
    pub const FOR_WIDGET: usize = Self::PayPartButton.place();

    /// Why nothing was taken, and what to do next.
    pub const fn declined(code: DeclineCode) -> Self {
        match code {
            DeclineCode::VoucherNotFound => Word::DeclinedVoucherNotFound,
            DeclineCode::VoucherUsed => Word::DeclinedVoucherUsed,
            DeclineCode::VoucherRefused => Word::DeclinedVoucherRefused,
            DeclineCode::InsufficientFunds => Word::DeclinedInsufficientFunds,
            DeclineCode::AmountRefused => Word::DeclinedAmountRefused,
            DeclineCode::ProviderUnavailable => Word::DeclinedProviderUnavailable,
            DeclineCode::ProviderBusy => Word::DeclinedProviderBusy,
            DeclineCode::NotCharged => Word::DeclinedNotCharged,
            DeclineCode::VoucherInUse => Word::DeclinedVoucherInUse,
        }
    }
}

/// So many seconds in words: exact below two minutes, then in minutes, rounded up. The text, and the number in its gap.
pub const fn span(seconds: i64) -> (Word, i64) {
    if seconds < 120 { (Word::Seconds, seconds) } else { (Word::Minutes, (seconds + 59) / 60) }
}

/// The text with its gaps filled: `fill("Pay {amount}", &[("amount", "R 5.00")], false)` is `Pay R 5.00`. What is filled in is
/// not searched again. In a text that is written from right to left each filling keeps its own direction.
pub fn fill(text: &str, gaps: &[(&str, &str)], from_right: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let (name, behind) = after.split_once('}').unwrap_or((after, ""));
        let value = gaps.iter().find(|(gap, _)| *gap == name).map_or("", |(_, value)| value);
        let isolate = |mark| if from_right { mark } else { "" };
        for part in [isolate("\u{2068}"), value, isolate("\u{2069}")] {
            out.push_str(part);
        }
        rest = behind;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;
    use std::collections::{BTreeMap, BTreeSet};

    type File = BTreeMap<String, Value>;

    /// Every language's file, by language.
    fn files() -> BTreeMap<String, File> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/words");
        let files = std::fs::read_dir(folder).unwrap().map(|entry| {
            let path = entry.unwrap().path();
            let language = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let texts = serde_json::from_str(&std::fs::read_to_string(path).unwrap());
            (language.clone(), texts.unwrap_or_else(|error| panic!("{language}: {error}")))
        });
        files.collect()
    }

    /// The text, or the texts of each plural category.
    fn texts(value: &Value) -> Vec<&str> {
        match value {
            Value::Object(forms) => forms.values().map(|form| form.as_str().unwrap()).collect(),
            value => vec![value.as_str().unwrap()],
        }
    }

    fn gaps(text: &str) -> BTreeSet<&str> {
        text.split('{').skip(1).map(|rest| rest.split_once('}').unwrap().0).collect()
    }

    #[test]
    fn every_language_has_every_text_and_no_other() {
        let words: BTreeSet<&str> = Word::ALL.iter().map(|word| word.as_str()).collect();
        for (language, file) in files() {
            let keys: BTreeSet<&str> = file.keys().map(String::as_str).collect();
            assert_eq!(keys, words, "{language}");
            for (key, value) in &file {
                assert!(
                    texts(value).iter().all(|text| text.trim() == *text && !text.is_empty()),
                    "{language}: {key}"
                );
            }
        }
    }

    #[test]
    fn every_language_has_the_same_gaps() {
        let files = files();
        let english = &files["en"];
        for (language, file) in &files {
            for (key, value) in file {
                let whole: BTreeSet<&str> = texts(&english[key]).iter().flat_map(|text| gaps(text)).collect();
                assert_eq!(value.is_object(), english[key].is_object(), "{language}: {key}");
                for text in texts(value) {
                    let mut expected = whole.clone();
                    // Some languages say one or two of a thing without a number.
                    if value.is_object() && !gaps(text).contains("count") {
                        expected.remove("count");
                    }
                    assert_eq!(gaps(text), expected, "{language}: {key}");
                }
            }
        }
    }

    #[test]
    fn gaps_are_filled_once() {
        let gaps = [("shop", "{amount}"), ("amount", "R 5.00")];
        assert_eq!(fill("Pay {amount} to {shop}.", &gaps, false), "Pay R 5.00 to {amount}.");
        assert_eq!(fill("no gap, {unknown} and {open", &[], false), "no gap,  and ");
        assert_eq!(fill("ادفع {amount}", &gaps, true), "ادفع \u{2068}R 5.00\u{2069}");
    }

    #[test]
    fn spans() {
        for (seconds, word, count) in [
            (0, Word::Seconds, 0),
            (1, Word::Seconds, 1),
            (119, Word::Seconds, 119),
            (120, Word::Minutes, 2),
            (121, Word::Minutes, 3),
        ] {
            assert_eq!(span(seconds), (word, count), "{seconds}");
        }
    }
}
