mod webhooks;

use super::super::golden::NOON;
use super::*;
use proptest::prelude::*;
use serde_json::{Value, json};

fn kora() -> Kora {
    Kora {
        base_url: "https://api.korapay.com/sandbox/merchant".into(),
        secret_key: Replaceable::parse("sk_test_0123456789").unwrap(),
        features: Features {
            id: "kora",
            currency: Currency::Zar,
            country: Country::SouthAfrica,
            checkout: None,
            issues: None,
            views: None,
            reverses: false,
            rate: None,
        },
    }
}

fn pin() -> Pin {
    Pin::from_provider("1168648096792943".into())
}

fn charge(pin: &Pin, amount: i64) -> Charge<'_> {
    Charge {
        pin,
        brand: None,
        amount: Minor(amount),
        reference: "ref-1",
        phone: "+27821234567",
        email: None,
        name: None,
        description: "order-1",
        notification_url: "https://pay.example/v1/webhooks/kora",
        metadata: &[],
    }
}

/// Reads an answer to a charge of R 10.
fn read(status: u16, body: Value) -> Result<Reply, Unreadable> {
    let body = body.to_string().into_bytes();
    kora().reply(&Op::Charge(&charge(&pin(), 1_000)), &HttpResponse { status, body })
}

/// Reads a success with these members of `data` replaced.
fn success(instead: Value) -> Result<Reply, Unreadable> {
    let mut data = json!({"status": "success", "currency": "ZAR", "amount": 10});
    for (name, value) in instead.as_object().unwrap() {
        data[name] = value.clone();
    }
    read(200, json!({"status": true, "message": "Charge Successful", "data": data}))
}

fn paid(reply: Result<Reply, Unreadable>) -> Paid {
    match reply {
        Ok(Reply::Paid(paid)) => paid,
        other => panic!("{other:?}"),
    }
}

#[test]
fn pin_patterns() {
    let rule = |alphabet, min, max| Some(PinRule { alphabet, min, max });
    for (pattern, expected) in [
        (r"^\d{16}$", rule(Alphabet::Digits, 16, 16)),
        (r"\d{16}", rule(Alphabet::Digits, 16, 16)),
        ("[0-9]{10,16}", rule(Alphabet::Digits, 10, 16)),
        ("^[A-Za-z0-9]{12}$", rule(Alphabet::Alphanumeric, 12, 12)),
        ("[a-zA-Z0-9]{1,64}", rule(Alphabet::Alphanumeric, 1, 64)),
        ("[0-9A-Za-z]{8}", rule(Alphabet::Alphanumeric, 8, 8)),
        ("[0-9a-zA-Z]{8}", rule(Alphabet::Alphanumeric, 8, 8)),
    ] {
        assert_eq!(pin_rule(pattern), expected, "{pattern}");
    }
    for pattern in [
        "",
        "^$",
        r"\d",
        r"\d+",
        r"\d{}",
        r"\d{0}",
        r"\d{65}",
        r"\d{16,10}",
        r"\d{-1}",
        r"\d{,16}",
        r"\d{10,}",
        r"\d{ 16 }",
        r"\d{1,2,3}",
        r"\w{16}",
        "[0-8]{16}",
        "[A-Z0-9]{16}",
        "(a|b)*",
        r"\d{16}|\d{12}",
        r"x\d{16}",
        r"\d{16}{2}",
        r"\d{99999999999999999999}",
        "{16}",
    ] {
        assert_eq!(pin_rule(pattern), None, "{pattern}");
    }
}

// Law 6: 16 digits exceed 2^53, and a number would lose leading zeros.
#[test]
fn law_6_the_pin_is_a_json_string() {
    for text in ["0000000000000001", "9999999999999999", "1168648096792943"] {
        let pin = Pin::from_provider(text.into());
        let request = kora().request(&Op::Charge(&charge(&pin, 1)), NOON).unwrap();
        let body: Value = serde_json::from_str(&request.body).unwrap();
        assert_eq!(body["voucher"]["pin"], Value::String(text.into()));
    }
}

#[test]
fn unknown_details_are_not_sent() {
    let pin = pin();
    let request = kora().request(&Op::Charge(&charge(&pin, 1_050)), NOON).unwrap();
    let body: Value = serde_json::from_str(&request.body).unwrap();
    assert!(body["voucher"].get("provider_code").is_none() && body["customer"].get("name").is_none());
    assert!(kora().request(&Op::Balance { pin: &pin, reference: "r" }, NOON).is_err());
}

// A look-up that settles a lost answer must still report a possible change voucher.
#[test]
fn law_5_a_look_up_without_the_change_voucher_reports_a_possible_one() {
    let look_up = |voucher: Option<Value>| {
        let mut data = json!({"status": "success", "currency": "ZAR", "amount": 10, "amount_paid": 10});
        if let Some(voucher) = voucher {
            data["voucher"] = voucher;
        }
        let body = json!({"status": true, "message": "", "data": data}).to_string().into_bytes();
        paid(kora().reply(&Op::Lookup { reference: "ref" }, &HttpResponse { status: 200, body }))
    };
    for untold in [None, Some(Value::Null), Some(json!({})), Some(json!({"balance": 251})), Some(json!("?"))]
    {
        let paid = look_up(untold.clone());
        assert_eq!((paid.change, paid.change_unknown), (None, true), "{untold:?}");
    }
    let none = look_up(Some(json!({"balance": 0})));
    assert_eq!((none.change, none.change_unknown), (None, false));
    let told = look_up(Some(json!({"balance": 251, "pin": "0234252526252525"})));
    assert_eq!((told.change.unwrap().amount, told.change_unknown), (Some(Minor(25_100)), false));
    // The answer to the charge itself contains the change voucher, if there is one.
    let charged = paid(success(json!({})));
    assert_eq!((charged.change, charged.change_unknown), (None, false));
}

// The change voucher's PIN, which no `Debug` shows.
#[test]
fn law_5_the_change_voucher_is_read_whole() {
    let voucher = json!({"serial_number": "20251024103152983020", "balance": 10, "pin": "0234252526252525",
        "expiry_date": "2028-10-24 10:31:26"});
    let change = paid(success(json!({ "voucher": voucher }))).change.unwrap();
    assert_eq!(change.pin.reveal(), "0234252526252525");
    assert_eq!(
        (change.amount, change.expires_at.as_deref()),
        (Some(Minor(1_000)), Some("2028-10-24 10:31:26"))
    );
    let least = json!({"balance": "0.01", "pin": "0234252526252525"});
    let change = paid(success(json!({ "voucher": least }))).change.unwrap();
    assert_eq!((change.amount, change.expires_at), (Some(Minor(1)), None));
}

#[test]
fn only_a_new_pin_with_value_is_a_change_voucher() {
    for voucher in [
        json!(null),
        json!({}),
        json!({"balance": 0, "pin": "1234252526252525"}),
        json!({"balance": 10}),
        json!({"balance": 10, "pin": null}),
        json!({"balance": 10, "pin": ""}),
        json!({"balance": 10, "pin": "1168648096792943"}),
    ] {
        assert_eq!(paid(success(json!({"voucher": voucher}))).change, None, "{voucher}");
    }
}

#[test]
fn the_credited_amount_is_the_amount_paid() {
    for (members, minor) in [
        (json!({"amount": 10}), 1_000),
        (json!({"amount": "10.00"}), 1_000),
        (json!({"amount": 0.29}), 29),
        (json!({"amount": 100}), 10_000),
        // Nothing is credited: a success with an amount of zero is in doubt.
        (json!({"amount": 10, "amount_paid": 0}), 0),
        (json!({"amount": 10, "amount_paid": "0.00"}), 0),
        (json!({"amount": 10, "amount_paid": null}), 1_000),
        (json!({"amount": 10, "amount_paid": "6.50"}), 650),
        (json!({"amount": 10, "amount_paid": 10}), 1_000),
    ] {
        assert_eq!(paid(success(members.clone())).amount, Some(Minor(minor)), "{members}");
    }
    for members in [
        json!({"amount": null}),
        json!({"amount": -10}),
        json!({"amount": 10.001}),
        json!({"amount": true}),
        json!({"amount": 10, "amount_paid": "all"}),
        json!({"currency": "NGN"}),
        json!({"currency": "zar"}),
        json!({"currency": null}),
        json!({"status": "successful"}),
    ] {
        assert!(success(members.clone()).is_err(), "{members}");
    }
}

#[test]
fn the_status_in_data_decides_and_not_the_outer_status() {
    for (word, expected) in [
        ("processing", Ok(Reply::Pending)),
        ("pending", Ok(Reply::Pending)),
        // Final in the answer to a look-up only: Kora's document has no such word for a charge.
        ("expired", Err(Unreadable("a charge status that is not known"))),
        ("cancelled", Err(Unreadable("a charge status that is not known"))),
        ("reversed", Err(Unreadable("a charge status that is not known"))),
        ("", Err(Unreadable("a charge status that is not known"))),
    ] {
        assert_eq!(success(json!({ "status": word })), expected, "{word}");
    }
    let success = json!({"status": "success", "currency": "ZAR", "amount": 10});
    for (status, outer) in [(200, false), (302, true), (302, false), (400, true), (404, true)] {
        let reply = read(status, json!({"status": outer, "message": "", "data": success}));
        assert!(reply.is_err(), "{status} {outer}");
    }
}

#[test]
fn refusals_beside_the_table() {
    use DeclineCode::*;
    for (status, text, expected) in [
        (400, "The voucher has already been used.", Some(VoucherUsed)),
        (400, "THE VOUCHER HAS ALREADY BEEN USED.", Some(VoucherUsed)),
        (400, "The voucher has already been used", Some(VoucherUsed)),
        (402, "Voucher funds are lower than the transaction amount.", Some(InsufficientFunds)),
        (400, "The voucher has already been used. The charge is under review.", None),
        (400, "The voucher has already been used..", None),
        (402, "The voucher has already been used.", None),
        (409, "The voucher has already been used.", None),
        (302, "The voucher has already been used.", None),
        (400, "Some new words", None),
        (402, "Some new words", None),
        (403, "Some new words", None),
        (400, "", None),
        (422, "invalid request", None),
        (401, "Invalid authorization key", None),
        (404, "Not here", None),
        (429, "Too many requests", None),
        (409, "Duplicate Payment Reference", None),
        (400, "Duplicate payment reference", None),
        (408, "Request timeout", None),
        (409, "Conflict", None),
    ] {
        let code = match read(status, json!({"status": false, "message": text, "data": null})) {
            Ok(Reply::Declined(refusal)) => Some(refusal.code),
            Err(_) => None,
            other => panic!("{other:?}"),
        };
        assert_eq!(code, expected, "{status} {text}");
    }
    assert!(read(400, json!({"status": false, "data": null})).is_err());
}

#[test]
fn a_refused_look_up_leaves_the_charge_in_doubt() {
    let ask = |status, text: &str| {
        let body = json!({"status": false, "message": text, "data": null}).to_string().into_bytes();
        kora().reply(&Op::Lookup { reference: "ref-1" }, &HttpResponse { status, body })
    };
    assert_eq!(ask(400, "Charge not found"), Ok(Reply::NotFound));
    assert_eq!(ask(404, "Charge not found"), Ok(Reply::NotFound));
    assert!(
        ask(404, "Cannot GET /api/v1/charges/ref-1").is_err(),
        "a wrong address knows nothing of charges"
    );
    for status in [400, 401, 403, 409, 422, 429, 500] {
        let reply = ask(status, "The voucher has already been used.");
        assert!(reply.is_err(), "{status} {reply:?}");
    }
}

proptest! {
    // Law 7: the amount on the wire is exact.
    #[test]
    fn law_7_amounts_are_sent_to_the_cent(amount in 1..=Minor::MAX.0) {
        #[derive(Deserialize)]
        struct Sent<'a> {
            #[serde(borrow)]
            amount: &'a RawValue,
        }
        let pin = pin();
        let request = kora().request(&Op::Charge(&charge(&pin, amount)), NOON).unwrap();
        let sent: Sent<'_> = serde_json::from_str(&request.body).unwrap();
        prop_assert_eq!(money::parse(sent.amount.get()), Some(Minor(amount)));
    }
}

/// Reads the answer to a look-up that reports the success of a charge of R 10, with this `amount_paid`.
fn looked_up(amount_paid: Value) -> Result<Reply, Unreadable> {
    let data = json!({"status": "success", "currency": "ZAR", "amount": "10.00", "amount_paid": amount_paid});
    let body = json!({"status": true, "message": "", "data": data}).to_string().into_bytes();
    kora().reply(&Op::Lookup { reference: "ref-1" }, &HttpResponse { status: 200, body })
}

#[test]
fn a_look_up_reports_the_amount_taken_even_if_it_is_more() {
    for (told, minor) in [(json!("6.50"), 650), (json!(10), 1_000), (json!(15), 1_500), (json!("0.01"), 1)] {
        assert_eq!(paid(looked_up(told.clone())).amount, Some(Minor(minor)), "{told}");
    }
}

// Law 3: `amount` in a look-up is the requested amount. Without `amount_paid`, the amount paid is unknown.
#[test]
fn law_3_a_look_up_without_the_amount_paid_is_in_doubt() {
    for told in [json!(0), json!("0"), json!("0.00"), json!(0.0), Value::Null] {
        let doubt = Unreadable("a success that does not tell what was paid");
        assert_eq!(looked_up(told.clone()), Err(doubt), "{told}");
    }
    let body =
        br#"{"status":true,"message":"","data":{"status":"success","currency":"ZAR","amount":"10.00"}}"#;
    let answer = HttpResponse { status: 200, body: body.to_vec() };
    assert!(kora().reply(&Op::Lookup { reference: "ref-1" }, &answer).is_err());
}

#[test]
fn law_5_a_malformed_change_voucher_is_kept() {
    let sent = Pin::from_provider("1168648096792943".into());
    let of = |voucher: &str| {
        let body = format!(
            r#"{{"status":true,"message":null,"data":{{"status":"success","currency":"ZAR","amount":1,"voucher":{voucher}}}}}"#
        );
        let charge = charge(&sent, 100);
        match kora().reply(&Op::Charge(&charge), &HttpResponse { status: 200, body: body.into_bytes() }) {
            Ok(Reply::Paid(paid)) => {
                paid.change.map(|change| (change.pin.reveal().to_owned(), change.amount))
            }
            other => panic!("{voucher}: {other:?}"),
        }
    };
    let new = |amount: Option<i64>| Some(("1234252526252525".to_owned(), amount.map(Minor)));
    for (voucher, change) in [
        (r#"{"pin":"1234252526252525","balance":10}"#, new(Some(1_000))),
        (r#"{"pin":1234252526252525,"balance":"10.00","expiry_date":7}"#, new(Some(1_000))),
        (r#"{"pin":"1234252526252525","balance":10.005}"#, new(None)),
        (r#"{"pin":"1234252526252525","balance":null}"#, new(None)),
        (r#"{"pin":"1234252526252525"}"#, new(None)),
        (r#"{"pin":"1234252526252525","balance":0}"#, None),
        (r#"{"pin":"1168648096792943","balance":10}"#, None),
        (r#"{"pin":"","balance":10}"#, None),
        (r#"{"pin":null,"balance":10}"#, None),
        ("[]", None),
        ("null", None),
        ("7", None),
    ] {
        assert_eq!(of(voucher), change, "{voucher}");
    }
}
