//! Tests that both readers agree, for every type of this crate.

use crate::*;
use serde_json::{Value, json};

impl Node for Value {
    fn field(&self, name: &str) -> Self {
        self.get(name).cloned().unwrap_or(Value::Null)
    }
    fn is_null(&self) -> bool {
        Value::is_null(self)
    }
    fn text(&self) -> Option<String> {
        self.as_str().map(str::to_owned)
    }
    fn integer(&self) -> Option<i64> {
        self.as_i64()
    }
    fn boolean(&self) -> Option<bool> {
        self.as_bool()
    }
    fn items(&self) -> Option<Vec<Self>> {
        self.as_array().cloned()
    }
}

fn checkout() -> Value {
    json!({
        "id": "cs_1", "status": "open", "amount": 25000, "currency": "ZAR", "amount_received": 5000,
        "amount_remaining": 20000, "amount_owed": 9, "vouchers_left": 3, "shop_name": "Shop", "support": "help@shop.example", "locale": "zu", "description": "Shoes", "reference": "order-1",
        "providers": [{"provider": "kora", "provider_code": "0001", "label": "Kora",
            "pin": {"alphabet": "digits", "min": 16, "max": 16}, "phone_country": "ZA", "needs_email": true, "fee": 0,
            "retry_after": 4}],
        "redemptions": [{"id": "rd_1", "provider": "kora", "status": "succeeded", "amount": 5000, "fee": 0,
            "decline_code": "not_charged", "created_at": "2026-01-01T00:00:00.000Z",
            "change": {"pin": "1234252526252525", "amount": 1000, "expires_at": "2028-10-24 10:31:26"},
            "voucher_balance": 7, "usable": 6, "rest_by_message": 8, "pin_end": "0101",
            "change_unknown": true, "needs_review": true}],
        "email": "a@b.co", "phone": "+27821234567", "success_url": "https://shop.example/", "cancel_url": "https://shop.example/c",
        "retry_after": 30, "expires_at": "2026-01-01T01:00:00.000Z"
    })
}

#[test]
fn both_readers_agree() {
    let full = checkout();
    let by_serde: CheckoutView = serde_json::from_value(full.clone()).unwrap();
    assert_eq!(CheckoutView::read(&full).as_ref(), Some(&by_serde));
    assert_eq!(serde_json::to_value(&by_serde).unwrap(), full);

    let answer = json!({"redemption": full["redemptions"][0], "session": full});
    let by_serde: RedemptionAnswer = serde_json::from_value(answer.clone()).unwrap();
    assert_eq!(RedemptionAnswer::read(&answer), Some(by_serde));

    let page = json!({"mode": "hosted", "session": "cs_1", "checkout": full});
    let by_serde: Page = serde_json::from_value(page.clone()).unwrap();
    assert!(Page::read(&page) == Some(by_serde));
}

#[test]
fn a_problem_document_is_read_only_if_it_is_the_worker_s() {
    let document = json!({"type": "/problems#pin_invalid", "code": "pin_invalid", "title": "t", "status": 400,
        "field": "pin", "retry_after": 3, "puzzle": "1.15.a"});
    let [code, field, puzzle] = ["pin_invalid", "pin", "1.15.a"].map(str::to_owned);
    let problem = Problem { code, field: Some(field), retry_after: Some(Seconds(3)), puzzle: Some(puzzle) };
    assert_eq!(Problem::read(&document), Some(problem));
    for kind in [json!(null), json!("about:blank"), json!("https://proxy.example/problems#pin_invalid")] {
        let mut other = document.clone();
        other["type"] = kind;
        assert_eq!(Problem::read(&other), None, "{other}");
    }
}

#[test]
fn optional_members_may_be_missing_and_others_may_not() {
    let mut view = checkout();
    for optional in ["support", "description", "email", "phone", "success_url", "cancel_url", "retry_after"] {
        view.as_object_mut().unwrap().remove(optional);
        assert!(CheckoutView::read(&view).is_some(), "{optional}");
    }
    for required in ["id", "status", "amount", "providers", "redemptions"] {
        let mut less = view.clone();
        less.as_object_mut().unwrap().remove(required);
        assert!(CheckoutView::read(&less).is_none(), "{required}");
    }
    view["status"] = json!("paid-ish");
    assert!(CheckoutView::read(&view).is_none());
}

#[test]
fn every_redemption_status_is_read() {
    let mut view = checkout();
    for status in RedemptionStatus::ALL {
        view["redemptions"][0]["status"] = json!(status.as_str());
        assert_eq!(CheckoutView::read(&view).unwrap().redemptions[0].status, *status);
    }
    assert_eq!(RedemptionStatus::from_text("reversed"), Some(RedemptionStatus::Reversed));
    for optional in ["change", "voucher_balance", "rest_by_message", "pin_end"] {
        view["redemptions"][0].as_object_mut().unwrap().remove(optional);
        assert!(CheckoutView::read(&view).is_some(), "{optional}");
    }
}

#[test]
fn codes_are_stable_text() {
    for code in ErrorCode::ALL {
        assert_eq!(ErrorCode::from_text(code.as_str()), Some(*code));
        assert!(!code.title().ends_with('.'));
    }
}

#[test]
fn debug_shows_no_change_pin() {
    let view: CheckoutView = serde_json::from_value(checkout()).unwrap();
    assert!(!format!("{view:?}").contains("1234252526252525"));
}

/// Returns the words in code style of the first column, for each table of `API.md` about a `status`.
fn tables_of_statuses() -> Vec<Vec<&'static str>> {
    let tables = include_str!("../../API.md").split("\n| `status` | |\n|---|---|\n").skip(1);
    let rows =
        |table: &'static str| table.lines().map_while(|line| line.strip_prefix("| ")?.split(" | ").next());
    tables.map(|table| rows(table).flat_map(|cell| cell.split('`').skip(1).step_by(2)).collect()).collect()
}

#[test]
fn the_tables_of_the_api_list_every_status_of_a_session_and_of_a_redemption() {
    let mut statuses = [
        SessionStatus::ALL.iter().map(|one| one.as_str()).collect::<Vec<_>>(),
        RedemptionStatus::ALL.iter().map(|one| one.as_str()).collect(),
    ];
    let mut tables = tables_of_statuses();
    statuses.iter_mut().chain(&mut tables).for_each(|words| words.sort_unstable());
    assert_eq!(tables, statuses);
}
