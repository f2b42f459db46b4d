use super::*;
use checkout_wire::Minor;

fn entry(kind: &str) -> LedgerEntry {
    LedgerEntry {
        sequence: 1,
        at: "2026-11-22T02:07:38.847Z".into(),
        kind: kind.into(),
        redemption: None,
        by: None,
        note: None,
        amount: None,
        provider: None,
        code: None,
        voucher: None,
    }
}

#[test]
fn entries_are_described_with_their_facts() {
    let begun = LedgerEntry { amount: Some(Minor(24_900)), provider: Some("kora".into()), ..entry("begun") };
    assert_eq!(
        sentence_of(&begun, Some(Currency::Zar)),
        "The shopper sent a voucher of Kora to pay ZAR\u{a0}249.00."
    );
    let declined = LedgerEntry { code: Some("voucher_used".into()), ..entry("declined") };
    assert_eq!(
        sentence_of(&declined, Some(Currency::Zar)),
        "The voucher was declined: voucher used. Nothing was taken."
    );
    assert_eq!(
        sentence_of(&entry("code_refused"), Some(Currency::Etb)),
        "The provider refused the code. Nothing was taken."
    );
    let paid_out = LedgerEntry { amount: Some(Minor(100)), ..entry("paid_out") };
    assert_eq!(sentence_of(&paid_out, Some(Currency::Zar)), "The shop paid ZAR\u{a0}1.00 of owed money out.");
}

#[test]
fn an_entry_of_a_later_version_is_shown_by_its_name() {
    assert_eq!(sentence_of(&entry("partly_moved"), Some(Currency::Zar)), "Partly moved.");
}
