//! Tests of the rows that the index keeps of a session.

use super::manual::{act_id, thandi};
use super::*;
use crate::index::{ContactPoint, NeededKey, Rows, Version};
use serde_json::{Value, json};

const VERSION: Version = Version { seq: 7, changed_at: Millis(NOW.0 + 9_000) };

fn rows(session: &Session) -> Rows {
    Rows::of_session(session, &[], &config(), VERSION, NOW)
}

fn listed<T: serde::Serialize>(rows: &[T]) -> Vec<Value> {
    rows.iter().map(|row| serde_json::to_value(row).unwrap()).collect()
}

/// Returns these members of a row.
fn members(row: &Value, names: &[&str]) -> Vec<Value> {
    names.iter().map(|name| row[name].clone()).collect()
}

#[test]
fn the_rows_name_the_sealing_keys_that_the_session_needs() {
    let keys = ["b40711a8", "630dcd29", "b40711a8"].map(str::to_owned).to_vec();
    let rows = rows(&session(10_000, [])).needing(keys);
    assert_eq!(listed(&rows.sessions)[0]["sealing_keys"], "630dcd29 b40711a8");
    let needed = |id: &str, sessions, vouchers| NeededKey { id: id.into(), sessions, vouchers };
    let sums =
        NeededKey::sum([("630dcd29 b40711a8", 2, 0), ("b40711a8", 1, 0), ("", 9, 9), ("630dcd29", 0, 4)]);
    assert_eq!(sums, [needed("630dcd29", 2, 4), needed("b40711a8", 3, 0)]);
}

#[test]
fn the_key_that_locks_a_voucher_is_needed_until_the_outcome_is_known() {
    let key = |id: &str| {
        let begun = Begun { sealing_key: Some("630dcd29".into()), ..as_begun(begun(id, 10_000)) };
        Entry::Begun(begun)
    };
    let locking = |entries: Vec<Entry>| session(10_000, entries).locking_keys().count();
    assert_eq!(locking(vec![begun("rd_1", 10_000)]), 0, "of an earlier release");
    assert_eq!(locking(vec![key("rd_1")]), 1);
    assert_eq!(locking(vec![key("rd_1"), sending("rd_1"), doubted("rd_1", Doubt::Timeout)]), 1);
    assert_eq!(locking(vec![key("rd_1"), sending("rd_1"), succeeded("rd_1", 10_000)]), 0);
}

#[test]
fn a_paid_session_has_a_row_a_redemption_and_a_movement() {
    let rows = rows(&session(10_000, [begun("rd_1", 10_000), sending("rd_1"), succeeded("rd_1", 10_000)]));
    let sessions = listed(&rows.sessions);
    let names =
        ["id", "seq", "status", "amount", "received", "remaining", "owed", "providers", "needs_review"];
    assert_eq!(
        members(&sessions[0], &names),
        [
            json!("cs_1"),
            json!(7),
            json!("complete"),
            json!(10_000),
            json!(10_000),
            json!(0),
            json!(0),
            json!(" kora "),
            json!(0)
        ]
    );
    assert_eq!(
        members(&sessions[0], &["created_at", "changed_at", "owed_since"]),
        [json!(NOW), json!(VERSION.changed_at), Value::Null]
    );
    let redemptions = listed(&rows.redemptions);
    assert_eq!(
        members(&redemptions[0], &["session", "status", "provider_reference", "reference"]),
        ["cs_1", "succeeded", "ref-rd_1", "order-1"]
    );
    let movements = listed(&rows.movements);
    assert_eq!(movements.len(), 1);
    // The money was taken when the answer was written, three seconds after the session.
    assert_eq!(
        members(&movements[0], &["id", "kind", "amount", "at", "redemption"]),
        [
            json!("rd_1.taken"),
            json!("taken"),
            json!(10_000),
            json!(NOW + Millis::SECOND.times(3)),
            json!("rd_1")
        ]
    );
}

#[test]
fn a_reversal_is_a_movement_of_its_own() {
    let entries = [
        begun_celbux("rd_1", 4_000),
        balance_checked("rd_1", 4_000),
        succeeded("rd_1", 4_000),
        Entry::Canceled,
        reversing("rd_1"),
    ];
    let before = session(10_000, entries.clone());
    assert_eq!(listed(&rows(&before).movements).len(), 1);
    let owed = listed(&rows(&before).sessions);
    assert_eq!(
        members(&owed[0], &["owed", "owed_since"]),
        [json!(4_000), json!(NOW + Millis::SECOND.times(4))]
    );
    let after = rows(&session(10_000, entries.into_iter().chain([reversed("rd_1")])));
    let movements = listed(&after.movements);
    let told: Vec<_> =
        movements.iter().map(|one| members(one, &["id", "kind", "amount", "provider_reference"])).collect();
    assert_eq!(
        told,
        [
            [json!("rd_1.taken"), json!("taken"), json!(4_000), json!("ref-rd_1")],
            [json!("rd_1.reversed"), json!("reversed"), json!(4_000), json!("ref-rd_1r")],
        ]
    );
    assert_eq!(listed(&after.sessions)[0]["owed"], 0);
    assert_eq!(listed(&after.redemptions)[0]["status"], "reversed");
}

#[test]
fn items_in_review_have_the_time_since_which_they_wait() {
    let rows =
        rows(&session(10_000, [begun("rd_1", 10_000), doubted("rd_1", Doubt::Cut), left_to_person("rd_1")]));
    let since = json!(NOW + Millis::SECOND.times(3));
    for row in [&listed(&rows.sessions)[0], &listed(&rows.redemptions)[0]] {
        assert_eq!(members(row, &["needs_review", "review_since"]), [json!(1), since.clone()]);
    }
    assert!(rows.movements.is_empty());
}

#[test]
fn law_11_no_row_names_a_person() {
    let body = br#"{"amount":500,"currency":"ZAR","reference":"order-1","metadata":{"note":"for Thandi"},
        "customer":{"email":"thandi@example.com","phone":"082 123 4567","name":"Thandi Dlamini"}}"#;
    let (parameters, open_for) = Parameters::parse(body, &config()).unwrap();
    let created =
        Entry::Created { id: cs("cs_1"), secret_hash: "00ff".into(), expires_at: NOW + open_for, parameters };
    let session =
        Session::replay([(NOW, created), (NOW, begun("rd_1", 500)), (NOW, succeeded("rd_1", 500))]).unwrap();
    let contacts =
        [ContactPoint::Phone("082 123 4567".into()), ContactPoint::Email("thandi@example.com".into())];
    let rows = Rows::of_session(&session, &contacts, &config(), VERSION, NOW);
    let text = format!("{rows:?}");
    for personal in ["handi", "1234567", "example.com", "metadata", "00ff", "client_secret"] {
        assert!(!text.contains(personal), "{personal}: {text}");
    }
    assert_eq!(rows.contacts.len(), 2);
}

#[test]
fn a_number_and_an_address_are_found_however_they_are_written() {
    let keyring = &config().keyring;
    let phone = |typed: &str| ContactPoint::Phone(typed.to_owned()).hashes(keyring);
    for same in ["+27 82 123 4567", "27821234567", "0027821234567", "(082) 123-4567"] {
        assert_eq!(phone(same), phone("0821234567"), "{same}");
    }
    assert_ne!(phone("0821234568"), phone("0821234567"));
    assert_eq!(phone("none"), Vec::<String>::new());
    let email = |typed: &str| ContactPoint::Email(typed.to_owned()).hashes(keyring);
    assert_eq!(email(" Thandi@Example.com "), email("thandi@example.com"));
    assert_ne!(email("thandi@example.com"), phone("thandi@example.com"));
    assert_eq!(email(""), Vec::<String>::new());
}

#[test]
fn refunds_and_payouts_are_movements() {
    let act = |number: u32| Act { id: act_id(number), by: thandi(), note: Some("For Sipho".into()) };
    let paid =
        [begun("rd_1", 9_000), succeeded("rd_1", 9_000), begun("rd_2", 2_000), succeeded("rd_2", 2_000)];
    let refunded = Entry::Refunded { redemption: rd("rd_1"), amount: Minor(500), voucher: None, act: act(1) };
    let paid_out = Entry::PaidOut { amount: Minor(1_000), voucher: None, act: act(2) };
    let rows = rows(&session(10_000, paid.into_iter().chain([refunded, paid_out])));
    let movements = listed(&rows.movements);
    let told: Vec<_> =
        movements.iter().map(|one| members(one, &["kind", "amount", "redemption", "at"])).collect();
    let second = |number: i64| json!(NOW + Millis::SECOND.times(number));
    assert_eq!(
        told,
        [
            [json!("paid_out"), json!(1_000), Value::Null, second(6)],
            [json!("taken"), json!(9_000), json!("rd_1"), second(2)],
            [json!("refunded"), json!(500), json!("rd_1"), second(5)],
            [json!("taken"), json!(2_000), json!("rd_2"), second(4)],
        ]
    );
    assert_eq!(listed(&rows.redemptions)[0]["refunded"], 500);
    let text = format!("{rows:?}");
    assert!(
        text.contains("amount_refunded") && !text.contains("Sipho") && !text.contains("thandi"),
        "{text}"
    );
}

#[test]
fn a_refund_by_the_provider_is_a_movement_once_it_has_succeeded() {
    let act = Act { id: act_id(1), by: thandi(), note: None };
    let requested = Entry::RefundRequested { redemption: rd("rd_1"), act };
    let entries = [
        begun_celbux("rd_1", 10_000),
        balance_checked("rd_1", 10_000),
        succeeded("rd_1", 10_000),
        requested,
        reversing("rd_1"),
    ];
    let kinds = |rows: &Rows| {
        let movements = listed(&rows.movements);
        movements.iter().map(|one| one["kind"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(kinds(&rows(&session(10_000, entries.clone()))), ["taken"]);
    let after = rows(&session(10_000, entries.into_iter().chain([reversed("rd_1")])));
    assert_eq!(kinds(&after), ["taken", "refunded"]);
    assert_eq!(listed(&after.sessions)[0]["owed"], 0);
}
