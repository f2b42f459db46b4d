//! Tests of the stored form of entries, byte for byte: a change here makes the ledgers of running shops unreadable.

use super::manual::{act_id, thandi};
use super::*;
use checkout_wire::VoucherId;
use serde_json::json;
use std::collections::BTreeSet;

fn act(note: Option<&str>) -> Act {
    Act { id: act_id(1), by: thandi(), note: note.map(str::to_owned) }
}

fn vo(id: &str) -> VoucherId {
    serde_json::from_value(id.into()).unwrap()
}

fn entries() -> Vec<(Entry, String)> {
    let full = Entry::Succeeded {
        redemption: rd("rd_1"),
        amount: Minor(3_000),
        fee: Some(Minor(500)),
        transaction: Some("5bda8f887426f".into()),
        balance: Some(Minor(7_500)),
        inferred: false,
        change_unknown: false,
    };
    let words = Entry::Declined {
        redemption: rd("rd_1"),
        code: DeclineCode::VoucherUsed,
        words: Some("used".into()),
        balance: None,
    };
    let forms = [
        (
            created(25_000, "ZAR"),
            r#"{"created":{"id":"cs_1","secret_hash":"00ff","expires_at":1777467600000,"terms":{"amount":25000,"currency":"ZAR","reference":"order-1","providers":["kora"]}}}"#,
        ),
        (
            begun("rd_1", 4_000),
            r#"{"begun":{"id":"rd_1","key":"key-rd_1","request":"hash","provider":"kora","brand":"0001","amount":4000,"fee":0,"reference":"ref-rd_1","sends":true}}"#,
        ),
        (
            begun_wipay("rd_1", 4_000),
            r#"{"begun":{"id":"rd_1","key":"key-rd_1","request":"hash","provider":"wipay","amount":4000,"fee":500,"reference":"ref-rd_1","sends":false}}"#,
        ),
        (
            Entry::Begun(Begun { voucher: Some("00ff".into()), ..as_begun(begun("rd_1", 4_000)) }),
            r#"{"begun":{"id":"rd_1","key":"key-rd_1","request":"hash","provider":"kora","brand":"0001","voucher":"00ff","amount":4000,"fee":0,"reference":"ref-rd_1","sends":true}}"#,
        ),
        (
            Entry::Begun(Begun { sealing_key: Some("630dcd29".into()), ..as_begun(begun("rd_1", 4_000)) }),
            r#"{"begun":{"id":"rd_1","key":"key-rd_1","request":"hash","provider":"kora","brand":"0001","sealing_key":"630dcd29","amount":4000,"fee":0,"reference":"ref-rd_1","sends":true}}"#,
        ),
        (balance_checked("rd_1", 10_000), r#"{"weighed":{"redemption":"rd_1","balance":10000}}"#),
        (unchanged("rd_1"), r#"{"asked":{"redemption":"rd_1","unchanged":true}}"#),
        (
            succeeded_without_change("rd_1", 4_000),
            r#"{"succeeded":{"redemption":"rd_1","amount":4000,"change_unknown":true}}"#,
        ),
        (inferred("rd_1", 4_000), r#"{"succeeded":{"redemption":"rd_1","amount":4000,"inferred":true}}"#),
        (change_stated("rd_1"), r#"{"change_stated":{"redemption":"rd_1"}}"#),
        (reversal_blocked("rd_1", None), r#"{"reversal_blocked":{"redemption":"rd_1"}}"#),
        (
            reversal_blocked("rd_1", Some("bad token")),
            r#"{"reversal_blocked":{"redemption":"rd_1","words":"bad token"}}"#,
        ),
        (doubted("rd_1", Doubt::Pending), r#"{"doubted":{"redemption":"rd_1","doubt":"pending"}}"#),
        (doubted("rd_1", Doubt::Timeout), r#"{"doubted":{"redemption":"rd_1","doubt":"timeout"}}"#),
        (doubted("rd_1", Doubt::Cut), r#"{"doubted":{"redemption":"rd_1","doubt":"cut"}}"#),
        (doubted("rd_1", Doubt::Unreadable), r#"{"doubted":{"redemption":"rd_1","doubt":"unreadable"}}"#),
        (doubted("rd_1", Doubt::Amount), r#"{"doubted":{"redemption":"rd_1","doubt":"amount"}}"#),
        (doubted("rd_1", Doubt::Stopped), r#"{"doubted":{"redemption":"rd_1","doubt":"stopped"}}"#),
        (doubted("rd_1", Doubt::Unconfirmed), r#"{"doubted":{"redemption":"rd_1","doubt":"unconfirmed"}}"#),
        (
            challenging("rd_1", 10_000),
            r#"{"challenging":{"redemption":"rd_1","balance":10000,"sent_to":"67"}}"#,
        ),
        (challenged("rd_1"), r#"{"challenged":{"redemption":"rd_1","challenge":"7721"}}"#),
        (answering("rd_1", "key-1"), r#"{"answering":{"redemption":"rd_1","key":"key-1","code":"00ff"}}"#),
        (code_refused("rd_1"), r#"{"code_refused":{"redemption":"rd_1"}}"#),
        (sending("rd_1"), r#"{"sending":{"redemption":"rd_1"}}"#),
        (asked("rd_1"), r#"{"asked":{"redemption":"rd_1"}}"#),
        (left_to_person("rd_1"), r#"{"left_to_person":{"redemption":"rd_1"}}"#),
        (succeeded("rd_1", 3_000), r#"{"succeeded":{"redemption":"rd_1","amount":3000}}"#),
        (
            full,
            r#"{"succeeded":{"redemption":"rd_1","amount":3000,"fee":500,"transaction":"5bda8f887426f","balance":7500}}"#,
        ),
        (
            declined("rd_1", DeclineCode::NotCharged),
            r#"{"declined":{"redemption":"rd_1","code":"not_charged"}}"#,
        ),
        (words, r#"{"declined":{"redemption":"rd_1","code":"voucher_used","words":"used"}}"#),
        (
            not_sent("rd_1", DeclineCode::ProviderBusy),
            r#"{"not_sent":{"redemption":"rd_1","code":"provider_busy"}}"#,
        ),
        (Entry::Canceled, "\"canceled\""),
        (Entry::Expired, "\"expired\""),
        (
            begun_celbux("rd_1", 4_000),
            r#"{"begun":{"id":"rd_1","key":"key-rd_1","request":"hash","provider":"celbux","amount":4000,"fee":0,"reference":"ref-rd_1","sends":false,"reverses":true}}"#,
        ),
        (renewing("rd_1", 10_000), r#"{"weighed":{"redemption":"rd_1","balance":10000,"renews":true}}"#),
        (hinted("rd_1"), r#"{"hinted":{"redemption":"rd_1"}}"#),
        (reversing("rd_1"), r#"{"reversing":{"redemption":"rd_1","reference":"ref-rd_1r"}}"#),
        (reversal_doubted("rd_1"), r#"{"reversal_doubted":{"redemption":"rd_1"}}"#),
        (reversal_asked("rd_1"), r#"{"reversal_asked":{"redemption":"rd_1"}}"#),
        (reversed("rd_1"), r#"{"reversed":{"redemption":"rd_1"}}"#),
        (not_reversed("rd_1", None), r#"{"not_reversed":{"redemption":"rd_1"}}"#),
        (not_reversed("rd_1", Some("no")), r#"{"not_reversed":{"redemption":"rd_1","words":"no"}}"#),
        (
            Entry::Resolved { redemption: rd("rd_1"), act: act(Some("Asked Kora")) },
            r#"{"resolved":{"redemption":"rd_1","act":{"id":"act_00000000000000000000000000000001","by":"thandi@shop.example","note":"Asked Kora"}}}"#,
        ),
        (
            Entry::AskRequested { redemption: rd("rd_1"), act: act(None) },
            r#"{"ask_requested":{"redemption":"rd_1","act":{"id":"act_00000000000000000000000000000001","by":"thandi@shop.example"}}}"#,
        ),
        (
            Entry::RefundRequested { redemption: rd("rd_1"), act: act(None) },
            r#"{"refund_requested":{"redemption":"rd_1","act":{"id":"act_00000000000000000000000000000001","by":"thandi@shop.example"}}}"#,
        ),
        (
            Entry::Refunded { redemption: rd("rd_1"), amount: Minor(1_000), voucher: None, act: act(None) },
            r#"{"refunded":{"redemption":"rd_1","amount":1000,"act":{"id":"act_00000000000000000000000000000001","by":"thandi@shop.example"}}}"#,
        ),
        (
            Entry::PaidOut { amount: Minor(1_000), voucher: Some(vo("vo_1")), act: act(None) },
            r#"{"paid_out":{"amount":1000,"voucher":"vo_1","act":{"id":"act_00000000000000000000000000000001","by":"thandi@shop.example"}}}"#,
        ),
        (
            Entry::PayoutReserved { amount: Minor(1_000), voucher: vo("vo_1"), act: act(None) },
            r#"{"payout_reserved":{"amount":1000,"voucher":"vo_1","act":{"id":"act_00000000000000000000000000000001","by":"thandi@shop.example"}}}"#,
        ),
        (Entry::PayoutReleased { voucher: vo("vo_1") }, r#"{"payout_released":{"voucher":"vo_1"}}"#),
        (
            Entry::Erased { act: act(None) },
            r#"{"erased":{"act":{"id":"act_00000000000000000000000000000001","by":"thandi@shop.example"}}}"#,
        ),
    ];
    forms.map(|(entry, text)| (entry, text.to_owned())).into()
}

#[test]
fn every_entry_is_stored_unchanged() {
    for (entry, stored) in entries() {
        assert_eq!(serde_json::to_string(&entry).unwrap(), stored);
        assert_eq!(crate::stored::read::<Entry>(&stored).unwrap(), entry, "{stored}");
    }
}

#[test]
fn every_kind_of_entry_is_among_them() {
    // The match is exhaustive, so that a new entry has to be added here.
    let kind = |entry: &Entry| match entry {
        Entry::Created { .. } => 0,
        Entry::Begun(_) => 1,
        Entry::BalanceChecked { .. } => 2,
        Entry::Sending { .. } => 3,
        Entry::Doubted { .. } => 4,
        Entry::Asked { .. } => 5,
        Entry::Hinted { .. } => 6,
        Entry::LeftToPerson { .. } => 7,
        Entry::Succeeded { .. } => 8,
        Entry::Declined { .. } => 9,
        Entry::NotSent { .. } => 10,
        Entry::Canceled => 11,
        Entry::Expired => 12,
        Entry::Reversing { .. } => 13,
        Entry::ReversalDoubted { .. } => 14,
        Entry::ReversalAsked { .. } => 15,
        Entry::Reversed { .. } => 16,
        Entry::NotReversed { .. } => 17,
        Entry::ChangeStated { .. } => 18,
        Entry::ReversalBlocked { .. } => 19,
        Entry::Resolved { .. } => 20,
        Entry::AskRequested { .. } => 21,
        Entry::RefundRequested { .. } => 22,
        Entry::Refunded { .. } => 23,
        Entry::PaidOut { .. } => 24,
        Entry::Erased { .. } => 25,
        Entry::PayoutReserved { .. } => 26,
        Entry::PayoutReleased { .. } => 27,
        Entry::Challenging { .. } => 28,
        Entry::Challenged { .. } => 29,
        Entry::Answering { .. } => 30,
        Entry::CodeRefused { .. } => 31,
    };
    let kinds: BTreeSet<i32> = entries().iter().map(|(entry, _)| kind(entry)).collect();
    assert_eq!(kinds, (0..=31).collect());
}

#[test]
fn all_parameters_are_stored_unchanged() {
    let body = json!({"amount": 1, "currency": "TTD", "reference": "order-1", "description": "Shoes",
        "customer": {"email": "t@example.com", "phone": "6221234", "name": "T"}, "locale": "en",
        "success_url": "https://a.example", "cancel_url": "https://b.example", "metadata": {"b": "2", "a": "1"}});
    let (parameters, _) = Parameters::parse(body.to_string().as_bytes(), &config()).unwrap();
    assert_eq!(
        serde_json::to_string(&parameters).unwrap(),
        r#"{"amount":1,"currency":"TTD","reference":"order-1","providers":["wipay"],"email":"t@example.com","phone":"6221234","name":"T","description":"Shoes","success_url":"https://a.example","cancel_url":"https://b.example","locale":"en","metadata":{"a":"1","b":"2"}}"#
    );
}

#[test]
fn the_reason_of_a_decline_is_stored_unchanged() {
    let codes: Vec<String> =
        DeclineCode::ALL.iter().map(|code| serde_json::to_string(code).unwrap()).collect();
    let expected = [
        "voucher_not_found",
        "voucher_used",
        "voucher_refused",
        "insufficient_funds",
        "amount_refused",
        "provider_unavailable",
        "provider_busy",
        "voucher_in_use",
        "not_charged",
        "code_refused",
        "code_not_entered",
    ];
    assert_eq!(codes, expected.map(|code| format!("\"{code}\"")));
}

// Law 6: the ledger contains no PIN, whatever the shopper types.
#[test]
fn law_6_no_entry_has_a_place_for_a_pin() {
    for (_, stored) in entries() {
        assert!(!stored.contains("pin"), "{stored}");
    }
}

// Law 7: every stored amount is an integer.
#[test]
fn law_7_no_stored_number_is_a_float() {
    for (_, stored) in entries() {
        for bent in [stored.replace("000,", "000.0,"), stored.replace("000}", "000.0}")] {
            assert!(bent == stored || crate::stored::read::<Entry>(&bent).is_none(), "{bent}");
        }
    }
}

#[test]
fn a_ledger_must_start_with_its_first_entry() {
    assert!(Session::replay([]).is_none());
    assert!(Session::replay([(NOW, begun("rd_1", 1))]).is_none());
}
