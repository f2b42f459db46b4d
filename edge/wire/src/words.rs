//! The texts a shopper reads, by key. One JSON file per language in `edge/wire/words/`; a page carries the one it needs.

use crate::DeclineCode;

wire_enum! {
    /// A text. `{name}` in it is a gap that [`fill`] fills.
    #[allow(missing_docs)]
    pub enum Word {
        Title = "title",
        PayTo = "pay_to",
        Order = "order",
        ToPay = "to_pay",
        AlreadyPaid = "already_paid",
        OfTotal = "of_total",
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
        PayPartButton = "pay_part_button",
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
        FailedText = "failed_text",
        LoadFailedText = "load_failed_text",
        GoneText = "gone_text",
        MisconfiguredText = "misconfigured_text",
        SecondsOne = "seconds_one",
        SecondsOther = "seconds_other",
        MinutesOne = "minutes_one",
        MinutesOther = "minutes_other",
        RetryButton = "retry_button",
        Loading = "loading",
    }
}

impl Word {
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

/// The text with its gaps filled: `fill("Pay {amount}", &[("amount", "R 5.00")])` is `Pay R 5.00`. What is filled in is
/// not searched again.
pub fn fill(text: &str, gaps: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        match after.split_once('}') {
            Some((name, behind)) => {
                match gaps.iter().find(|(gap, _)| *gap == name) {
                    Some((_, value)) => out.push_str(value),
                    None => {
                        out.push('{');
                        out.push_str(name);
                        out.push('}');
                    }
                }
                rest = behind;
            }
            None => {
                out.push('{');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// The English texts, as JSON. Every other language has the same keys and gaps.
pub const ENGLISH: &str = include_str!("../words/en.json");

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, BTreeSet};

    #[test]
    fn every_text_is_there_and_no_other() {
        let texts: BTreeMap<String, String> = serde_json::from_str(ENGLISH).unwrap();
        let keys: BTreeSet<&str> = texts.keys().map(String::as_str).collect();
        let words: BTreeSet<&str> = Word::ALL.iter().map(|word| word.as_str()).collect();
        assert_eq!(keys, words);
        assert!(texts.values().all(|text| !text.trim().is_empty()));
    }

    #[test]
    fn gaps_are_filled_once() {
        assert_eq!(
            fill("Pay {amount} to {shop}.", &[("shop", "{amount}"), ("amount", "R 5.00")]),
            "Pay R 5.00 to {amount}."
        );
        assert_eq!(fill("no gap, {open and {unknown}", &[]), "no gap, {open and {unknown}");
    }
}
