//! The shopper's texts, by key. There is one JSON file per language in `edge/present/words/`; a page contains the one it needs, as a list
//! in the order of [`Word`], because keys would only add size.

use checkout_wire::{DeclineCode, Seconds, text_enum};

text_enum! {
    /// A text. `{name}` in it is a gap that [`fill`] fills. If its file has an object instead, the object has a text for each
    /// plural category (CLDR) of the number in its gap `count`. The first two are settings: the writing direction, and the
    /// language whose formats `Intl` uses, because browsers do not have those of every language. The last ones are not part of
    /// the widget; before them are those that the widget needs only where a voucher's owner is sent a code.
    #[allow(missing_docs)]
    pub enum Word {
        Direction = "direction",
        Formats = "formats",
        Title = "title",
        ToPay = "to_pay",
        AmountPaid = "amount_paid",
        VoucherKind = "voucher_kind",
        PinHintDigits = "pin_hint_digits",
        PinHintAlphanumeric = "pin_hint_alphanumeric",
        PinCount = "pin_count",
        FeeNote = "fee_note",
        FeeNotePart = "fee_note_part",
        LastVoucher = "last_voucher",
        PayButton = "pay_button",
        Required = "required",
        PinTooShort = "pin_too_short",
        PinTooLong = "pin_too_long",
        PinWrongCharacter = "pin_wrong_character",
        PinOfOther = "pin_of_other",
        AmountInvalid = "amount_invalid",
        AmountTooMuch = "amount_too_much",
        PhoneInvalid = "phone_invalid",
        EmailInvalid = "email_invalid",
        BusyTitle = "busy_title",
        BusyText = "busy_text",
        ProofText = "proof_text",
        PendingTitle = "pending_title",
        PendingText = "pending_text",
        ReviewText = "review_text",
        PaidTitle = "paid_title",
        PaidText = "paid_text",
        PartPaidText = "part_paid_text",
        TimeLeft = "time_left",
        PartUntil = "part_until",
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
        ShowPhone = "show_phone",
        ShowButton = "show_button",
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
        EndedCheckedText = "ended_checked_text",
        ChangeUnknownText = "change_unknown_text",
        PaymentNumber = "payment_number",
        SupportText = "support_text",
        ReceiptTitle = "receipt_title",
        Order = "order",
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
        ContinueButton = "continue_button",
        CodeText = "code_text",
        CodeOwnerText = "code_owner_text",
        CodeLeft = "code_left",
        CodeWrong = "code_wrong",
        CodeInvalid = "code_invalid",
        CodeAgain = "code_again",
        DeclinedCodeRefused = "declined_code_refused",
        DeclinedCodeNotEntered = "declined_code_not_entered",
        PayPartButton = "pay_part_button",
        PayTo = "pay_to",
        Language = "language",
        Pin = "pin",
        Phone = "phone",
        PhoneHint = "phone_hint",
        Email = "email",
        EmailHint = "email_hint",
        CancelButton = "cancel_button",
        PartButton = "part_button",
        Amount = "amount",
        AmountHint = "amount_hint",
        RetryButton = "retry_button",
        WidgetFailedText = "widget_failed_text",
        OpenPageButton = "open_page_button",
        Loading = "loading",
        PhoneUnconfirmed = "phone_unconfirmed",
        Code = "code",
        CodeHint = "code_hint",
        CodeButton = "code_button",
        AnotherButton = "another_button",
        PaidBackText = "paid_back_text",
        PaidBackVoucherText = "paid_back_voucher_text",
    }
}

impl Word {
    /// Returns its index in the list of a page's texts.
    pub const fn place(self) -> usize {
        self as usize
    }

    /// The number of texts that the widget needs: the first ones. The rest appear only on pages of the Worker.
    pub const FOR_WIDGET: usize = Self::CodeText.place();

    /// The number of texts that the widget needs where a voucher's owner is sent a code.
    pub const WITH_CODE: usize = Self::PayPartButton.place();

    /// Returns the text that explains why nothing was taken and what to do next.
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
            DeclineCode::CodeRefused => Word::DeclinedCodeRefused,
            DeclineCode::CodeNotEntered => Word::DeclinedCodeNotEntered,
        }
    }
}

/// Returns the text for a duration, and the number in its gap: seconds below two minutes, then minutes, rounded up.
pub const fn span(Seconds(seconds): Seconds) -> (Word, i64) {
    if seconds < 120 { (Word::Seconds, seconds) } else { (Word::Minutes, (seconds + 59) / 60) }
}

/// Returns the text with its gaps filled: `fill("Pay {amount}", &[("amount", "R 5.00")], false)` is `Pay R 5.00`. The inserted
/// values are not searched for gaps. In right-to-left text (`from_right`) each value keeps its own direction.
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
mod tests;
