//! Tests of the rows that the index keeps of an issued voucher and of an event.

use super::*;
use crate::event::body;
use crate::index::{Rows, StoredEvent, Version};
use crate::outbox::Delivery;

fn row(issuance: &Issuance) -> Value {
    let version = Version { seq: 3, changed_at: NOW };
    let rows = Rows::of_voucher(issuance, &config(), version);
    serde_json::to_value(rows.vouchers.first().unwrap()).unwrap()
}

fn issued() -> Issuance {
    let shown = [("recipient".to_owned(), Value::from("27648302057"))].into_iter().collect();
    order_after([Step::Issued {
        amount: Some(Minor(2_000)),
        transaction: Some("17".into()),
        finalization_pending: false,
        shown,
    }])
}

#[test]
fn an_issued_voucher_has_a_row_without_its_recipient() {
    let row = row(&issued());
    assert_eq!((&row["id"], &row["status"], &row["amount"]), (&ID.into(), &"issued".into(), &2_000.into()));
    assert_eq!((&row["reference"], &row["needs_review"]), (&"order-1".into(), &0.into()));
    let text = row.to_string();
    assert!(text.contains("provider_transaction") && !text.contains("27648302057"), "{text}");
}

#[test]
fn law_11_the_row_of_an_event_names_no_person() {
    let config = config();
    let object = issued().view(None, None, &config.limits);
    assert!(object.to_string().contains("27648302057"));
    let text = body("evt_1", EventType::VoucherIssued, 1, NOW, &object);
    let tries = [(NOW, Some(500)), (NOW + Millis::SECOND, Some(204))];
    let event = StoredEvent {
        id: "evt_1",
        kind: "voucher.issued",
        sequence: 1,
        at: NOW,
        body: &text,
        delivery: Delivery::Delivered,
        next_at: None,
        tries: &tries,
    };
    let row = serde_json::to_value(event.row(4)).unwrap();
    assert_eq!(
        (&row["owner"], &row["delivery"], &row["tries"]),
        (&ID.into(), &"delivered".into(), &2.into())
    );
    assert_eq!(row["delivered_at"], serde_json::json!(NOW + Millis::SECOND));
    let view: Value = serde_json::from_str(row["view"].as_str().unwrap()).unwrap();
    assert_eq!(
        (&view["data"]["object"]["id"], &view["delivery"]["tries"][0]["status"]),
        (&ID.into(), &500.into())
    );
    assert!(!view.to_string().contains("27648302057"));
}
