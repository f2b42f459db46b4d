use super::super::Charge;
use super::super::golden::NOON;
use super::*;
use checkout_wire::Pin;
use proptest::prelude::*;
use serde_json::{Value, json};

fn wipay(fee: &str) -> Box<dyn Provider> {
    let vars = |name: &str| match name {
        "WIPAY_BASE_URL" => Some("https://sandbox.wipayfinancial.com".to_owned()),
        "WIPAY_ACCOUNT_NUMBER" => Some("4630".to_owned()),
        "WIPAY_FEE" => Some(fee.to_owned()),
        _ => None,
    };
    configure(&Vars::new(&vars)).unwrap().unwrap()
}

fn charge<'a>(pin: &'a Pin, amount: i64, description: &'a str) -> Charge<'a> {
    Charge {
        pin,
        brand: None,
        amount: Minor(amount),
        reference: "ref-1",
        phone: "+18686221234",
        email: None,
        name: None,
        description,
        notification_url: "https://pay.example/v1/webhooks/wipay",
        metadata: &[],
    }
}

fn pin() -> Pin {
    Pin::from_provider("uyr8vmap230t".into())
}

/// Returns the form that is sent for a charge.
fn sent(amount: i64, description: &str) -> Vec<(String, String)> {
    let pin = pin();
    let charge = charge(&pin, amount, description);
    let request = wipay("").request(&Op::Charge(&charge), NOON).unwrap();
    form_urlencoded::parse(request.body.as_bytes()).into_owned().collect()
}

/// Reads an answer to a charge.
fn read(status: u16, body: Value) -> Result<Reply, Unreadable> {
    let (pin, body) = (pin(), body.to_string().into_bytes());
    wipay("").reply(&Op::Charge(&charge(&pin, 1, "")), &HttpResponse { status, body })
}

#[test]
fn the_fee_is_flat_and_a_share_rounded_up() {
    for (fee, amount, expected) in [
        ("", 0, 500),
        ("", 12_000, 500),
        (r#"{"flat_minor":0}"#, 12_000, 0),
        (r#"{"percent":"1.5"}"#, 10_000, 150),
        (r#"{"flat_minor":0,"percent":"1.5"}"#, 10_000, 150),
        (r#"{"flat_minor":0,"percent":1.25}"#, 10_000, 125),
        (r#"{"flat_minor":0,"percent":"1.5"}"#, 1, 1),
        (r#"{"flat_minor":0,"percent":"1.5"}"#, 0, 0),
        (r#"{"flat_minor":0,"percent":"0.01"}"#, 10_001, 2),
        (r#"{"flat_minor":0,"percent":"100"}"#, 12_345, 12_345),
        (r#"{"flat_minor":7,"percent":"90071992547409.91"}"#, Minor::MAX.0, i64::MAX),
    ] {
        assert_eq!(wipay(fee).fee(Minor(amount)), Minor(expected), "{fee} {amount}");
    }
}

#[test]
fn details_are_cut_by_characters_and_left_out_when_empty() {
    let details = |description: &str| {
        let form = sent(100, description);
        form.into_iter().find(|(name, _)| name == "details").map(|(_, text)| text)
    };
    assert_eq!(details(&"é".repeat(300)), Some("é".repeat(254)));
    assert_eq!(details(&"x".repeat(255)), Some("x".repeat(254)));
    assert_eq!(details(&"x".repeat(254)), Some("x".repeat(254)));
    assert_eq!(details("a&total=1"), Some("a&total=1".into()));
    assert_eq!(details(""), None);
}

#[test]
fn there_is_no_look_up() {
    let wipay = wipay("");
    let lookup = Op::Lookup { reference: "ref-1" };
    assert!(wipay.request(&lookup, NOON).is_err());
    let body = br#"{"status":"success","value":"75.00"}"#.to_vec();
    assert!(wipay.reply(&lookup, &HttpResponse { status: 200, body }).is_err());
}

#[test]
fn a_success_states_the_remaining_value_and_not_the_amount_paid() {
    let left = |value: Value| match read(
        200,
        json!({"status": "success", "trxn_id": "5bda8f887426f", "value": value}),
    ) {
        Ok(Reply::Paid(Paid { amount: None, balance, change: None, transaction, change_unknown: false })) => {
            assert_eq!(transaction.as_deref(), Some("5bda8f887426f"));
            Ok(balance)
        }
        Err(doubt) => Err(doubt),
        other => panic!("{other:?}"),
    };
    assert_eq!(left(json!("75.00")), Ok(Some(Minor(7_500))));
    assert_eq!(left(json!(75)), Ok(Some(Minor(7_500))));
    assert_eq!(left(json!("0.00")), Ok(Some(Minor::ZERO)));
    assert_eq!(left(Value::Null), Ok(None));
    assert!(left(json!("lots")).is_err() && left(json!(-1)).is_err());
    for status in [302, 400, 404, 429, 500] {
        assert!(read(status, json!({"status": "success", "value": "75.00"})).is_err(), "{status}");
    }
}

#[test]
fn an_error_is_one_with_any_status_but_a_server_error() {
    for status in [200, 400, 401, 404, 429] {
        let reply = read(status, json!({"status": "error", "msg": "Too many attempts"}));
        assert_eq!(reply, Ok(Reply::Busy), "{status}");
        let reply = read(status, json!({"status": "error", "msg": "Parameter: voucher not found"}));
        let refused = matches!(&reply, Ok(Reply::Declined(one)) if one.code == DeclineCode::VoucherNotFound);
        assert!(refused, "{status} {reply:?}");
    }
    assert!(read(500, json!({"status": "error", "msg": "Too many attempts"})).is_err());
}

// Law 3: the page on payments lists ten errors. "Invalid Voucher" is in a sample of the page on checks only.
#[test]
fn law_3_another_error_refuses_a_check_and_leaves_a_charge_in_doubt() {
    let pin = pin();
    for msg in [
        "Words of another day",
        "Invalid Voucher",
        "Parameter: details has incorrect format",
        "parameter: voucher not found",
        "Parameter: voucher not found ",
        "",
    ] {
        let error = json!({"status": "error", "msg": msg});
        for status in [200, 400, 401, 403, 404, 429] {
            assert!(read(status, error.clone()).is_err(), "{status} {msg}");
        }
        let body = error.to_string().into_bytes();
        for op in [Op::Balance { pin: &pin, reference: "r" }, Op::View { pin: &pin, metadata: &[] }] {
            let reply = wipay("").reply(&op, &HttpResponse { status: 200, body: body.clone() });
            assert!(matches!(reply, Ok(Reply::Declined(_))), "{msg} {reply:?}");
        }
    }
    assert!(read(200, json!({"status": "error"})).is_err());
}

#[test]
fn a_balance_is_read_only_as_one() {
    let pin = pin();
    let ask = |status, body: Value| {
        let body = body.to_string().into_bytes();
        wipay("").reply(&Op::Balance { pin: &pin, reference: "r" }, &HttpResponse { status, body })
    };
    assert_eq!(ask(200, json!({"status": "success", "value": "200.00"})), Ok(Reply::Balance(Minor(20_000))));
    assert!(ask(200, json!({"status": "success"})).is_err());
    assert!(ask(400, json!({"status": "success", "value": "200.00"})).is_err());
    assert_eq!(ask(200, json!({"status": "error", "msg": "Too many attempts"})), Ok(Reply::Busy));
    let unknown = ask(200, json!({"status": "error", "msg": "Invalid Voucher"}));
    assert!(matches!(unknown, Ok(Reply::Declined(one)) if one.code == DeclineCode::VoucherNotFound));
}

proptest! {
    // Law 7: the amount on the wire is exact, with two decimals and nothing else.
    #[test]
    fn law_7_totals_have_two_decimals(amount in 1..=Minor::MAX.0) {
        let form = sent(amount, "");
        let total = &form.iter().find(|(name, _)| name == "total").unwrap().1;
        let (whole, cents) = total.split_once('.').unwrap();
        prop_assert!(cents.len() == 2 && whole.bytes().chain(cents.bytes()).all(|b| b.is_ascii_digit()));
        prop_assert_eq!(format!("{whole}{cents}").parse(), Ok(amount));
    }

    // Law 7: whole minor units, never less than the share.
    #[test]
    fn law_7_no_fee_is_less_than_its_share(amount in 0..=Minor::MAX.0, percent in 0i64..10_000) {
        let fee = wipay(&format!(r#"{{"flat_minor":3,"percent":"{}"}}"#, money::decimal(Minor(percent)))).fee(Minor(amount));
        let exact = i128::from(amount) * i128::from(percent);
        let taken = i128::from(fee.0 - 3) * 10_000;
        prop_assert!(exact <= taken && taken < exact + 10_000);
    }
}
