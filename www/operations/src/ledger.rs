//! The entries of a ledger in plain words.

use crate::format::money;
use crate::words::{provider, spoken};
use checkout_wire::merchant::LedgerEntry;
use checkout_wire::money::Currency;

/// Returns an entry as a sentence. An entry of an unknown type is shown by its name.
pub fn sentence_of(entry: &LedgerEntry, currency: Option<Currency>) -> String {
    let amount = entry.amount.map(|amount| money(amount, currency));
    let amount = amount.as_deref().unwrap_or("the amount");
    let asked = entry.provider.as_deref().map_or_else(|| "the provider".to_owned(), provider);
    let reason =
        entry.code.as_deref().map(|code| format!(": {}", spoken(code).to_lowercase())).unwrap_or_default();
    match entry.kind.as_str() {
        "created" => format!("The shop’s server created the session for {amount}."),
        "begun" => format!("The shopper sent a voucher of {asked} to pay {amount}."),
        "balance_checked" | "weighed" => "The voucher’s balance is sufficient.".to_owned(),
        "challenging" => "The provider was asked to send a code to the voucher’s owner.".to_owned(),
        "challenged" => "The voucher’s owner was sent a code. Nothing is taken without it.".to_owned(),
        "answering" => "The shopper typed the code, and it was sent to the provider.".to_owned(),
        "code_refused" => "The provider refused the code. Nothing was taken.".to_owned(),
        "sending" => "The charge was sent to the provider.".to_owned(),
        "doubted" => "No clear answer came: money may have been taken.".to_owned(),
        "asked" => "The provider was asked, and could not tell the outcome.".to_owned(),
        "hinted" => "The provider sent a notification, and was asked.".to_owned(),
        "left_to_person" => "The look-ups did not help: a person has to find out the outcome.".to_owned(),
        "succeeded" => format!("{amount} was taken and credited."),
        "change_stated" => "The provider told whether there is a change voucher.".to_owned(),
        "declined" => format!("The voucher was declined{reason}. Nothing was taken."),
        "not_sent" => format!("Nothing was taken{reason}."),
        "canceled" => "The shop canceled the session.".to_owned(),
        "expired" => "The session expired before it was paid.".to_owned(),
        "reversing" => "The provider was asked to take the charge back.".to_owned(),
        "reversal_doubted" => "No clear answer to the reversal came.".to_owned(),
        "reversal_asked" => "The provider was asked about the reversal, and could not tell.".to_owned(),
        "reversal_blocked" => "The provider refused the reversal for a reason on the shop’s side.".to_owned(),
        "reversed" => "The provider took the charge back.".to_owned(),
        "not_reversed" => "The provider does not take the charge back: the shop owes the amount.".to_owned(),
        "resolved" => "A person found out the outcome, which follows.".to_owned(),
        "ask_requested" => "The provider is to be asked again.".to_owned(),
        "refund_requested" => "The provider is to give the payment back.".to_owned(),
        "refunded" => format!("The shop gave {amount} back to the shopper."),
        "payout_reserved" => format!("A voucher of {amount} was ordered to pay out owed money."),
        "payout_released" => "The voucher was not issued: the money is still owed.".to_owned(),
        "paid_out" => format!("The shop paid {amount} of owed money out."),
        "erased" => "The shopper’s personal data was erased.".to_owned(),
        other => format!("{}.", spoken(other)),
    }
}

#[cfg(test)]
mod tests;
