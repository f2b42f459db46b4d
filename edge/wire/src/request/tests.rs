use super::*;
use serde_json::{Value, json};

fn request() -> RedemptionRequest {
    RedemptionRequest {
        provider: "kora".into(),
        provider_code: Some("0001".into()),
        pin: Pin::from_provider("0168648096792943".into()),
        phone: "082 123 4567".into(),
        email: Some("t@example.com".into()),
        amount: Some(Minor::MAX),
    }
}

#[test]
fn the_hand_written_json_is_json() {
    let value: Value = serde_json::from_str(&request().to_json()).unwrap();
    assert_eq!(
        value,
        json!({"provider": "kora", "provider_code": "0001", "pin": "0168648096792943", "phone": "082 123 4567",
            "email": "t@example.com", "amount": 9_007_199_254_740_991_i64})
    );
    let least = RedemptionRequest { provider_code: None, email: None, amount: None, ..request() };
    let value: Value = serde_json::from_str(&least.to_json()).unwrap();
    assert_eq!(value, json!({"provider": "kora", "pin": "0168648096792943", "phone": "082 123 4567"}));
}

#[test]
fn every_character_survives() {
    let phone: String = (0..0x300).chain(0xfff0..0x10010).filter_map(char::from_u32).collect();
    let odd = RedemptionRequest { phone: phone.clone(), ..request() };
    let value: Value = serde_json::from_str(&odd.to_json()).unwrap();
    assert_eq!(value["phone"], Value::String(phone));
}

#[test]
fn debug_shows_no_pin() {
    assert!(!format!("{:?}", request()).contains("0168648096792943"));
}
