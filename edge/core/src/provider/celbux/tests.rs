use super::super::Charge;
use super::super::golden::NOON;
use super::super::op;
use super::*;
use crate::fields::Fault;
use crate::fields::tests::{INVALID, at};
use serde_json::json;

const REFERENCE: &str = "0f8fad5bd9cb469fa16570867728950e-1";

/// Configures Celbux with one more variable than it needs.
fn celbux(name: &str, value: &str) -> Box<dyn Provider> {
    let vars = |asked: &str| match asked {
        asked if asked == name => Some(value.to_owned()),
        "CELBUX_API_URL" => Some("https://api.celbux.example/".to_owned()),
        "CELBUX_TOKEN" => Some("3xyk0123456789abcdef".to_owned()),
        "CELBUX_COMMUNITY" => Some("community".to_owned()),
        "CELBUX_STORE_ID" => Some("Store1".to_owned()),
        _ => None,
    };
    configure(&Vars::new(&vars)).unwrap().unwrap()
}

/// Builds an order with one member replaced.
fn order(name: &str, value: Value) -> Result<Order, OrderError> {
    let mut body =
        json!({"recipient": "27648302057", "voucher_type": "168Cash", "amount": 2000, "currency": "ZAR"});
    body[name] = value;
    op::tests::order(celbux("", "").as_ref(), &body, REFERENCE)
}

fn refused(name: &str, values: &[Value], fault: Fault) {
    op::tests::refused(order, name, values, &fault);
}

fn sent(order: &Order) -> Value {
    serde_json::from_str(&order.body).unwrap()
}

// Celbux opens an account for an unknown number: a typing error gives the voucher to a stranger.
#[test]
fn a_recipient_is_a_whole_mobile_number_and_never_guessed() {
    for typed in ["27648302057", "+27648302057", " 27648302057 ", "27711234567", "27821234567"] {
        let order = order("recipient", json!(typed)).unwrap();
        assert_eq!(sent(&order)["Username"], typed.trim().trim_start_matches('+'), "{typed}");
        assert_eq!(order.recipient["recipient"], sent(&order)["Username"]);
    }
    let bad = [
        "0648302057",
        "648302057",
        "2764830205",
        "276483020577",
        "270648302057",
        "27118302057",
        "27548302057",
        "0027648302057",
        "++27648302057",
        "27 64 830 2057",
        "251911234567",
        "27648302O57",
        "٢٧٦٤٨٣٠٢٠٥٧",
        "thandi",
        "",
        "   ",
    ];
    refused("recipient", &bad.map(Value::from), INVALID);
    refused("recipient", &[json!(27_648_302_057_i64), json!([]), json!(true)], INVALID);
    refused("recipient", &[Value::Null], Fault::Missing);
}

#[test]
fn without_a_recipient_to_self_is_required() {
    let order = |body: Value| {
        let mut body = body;
        for (name, value) in
            [("voucher_type", json!("168Cash")), ("amount", json!(1)), ("currency", json!("ZAR"))]
        {
            body[name] = value;
        }
        op::tests::order(celbux("", "").as_ref(), &body, REFERENCE)
    };
    let kept = order(json!({"to_self": true})).unwrap();
    assert!(sent(&kept).get("Username").is_none());
    assert_eq!((kept.shown.get("to_self"), kept.recipient.get("recipient")), (Some(&json!(true)), None));
    let named = |fault, field: &str| Err(at(field, fault).into());
    assert_eq!(order(json!({})), named(Fault::Missing, "recipient"));
    assert_eq!(order(json!({"to_self": false})), named(Fault::Missing, "recipient"));
    assert_eq!(order(json!({"to_self": "true"})), named(INVALID, "to_self"));
    let both = json!({"to_self": true, "recipient": "27648302057"});
    assert_eq!(order(both), named(INVALID, "recipient"));
    assert!(order(json!({"to_self": false, "recipient": "27648302057"})).is_ok());
}

#[test]
fn the_rest_of_an_order_is_named_too() {
    refused("voucher_type", &[json!(""), json!(5), json!("x".repeat(51)), json!("a\u{7}b")], INVALID);
    refused("voucher_type", &[Value::Null], Fault::Missing);
    refused(
        "amount",
        &[json!(0), json!(-1), json!(1.5), json!("2000"), json!(9_007_199_254_740_992_i64)],
        Fault::NotAmount,
    );
    refused("amount", &[Value::Null], Fault::Missing);
    for other in ["TTD", "zar", "XXX"] {
        let error = order("currency", json!(other)).err();
        assert_eq!(error, Some(OrderError::Currency { issued: Currency::Zar }), "{other}");
    }
    refused("currency", &[Value::Null], Fault::Missing);
    refused("metadata", &[json!("text"), json!([]), json!({"": "x"}), json!({"k".repeat(41): "x"})], INVALID);
    let inner = order("metadata", json!({"a": 1})).err();
    assert_eq!(inner, Some(at("metadata.a", INVALID).into()));
    for ours in ["StoreID", "store_id", "Reference", "Username", "status"] {
        assert_eq!(order(ours, json!("x")).err(), Some(at(ours, Fault::Unknown).into()), "{ours}");
    }
}

// Law 7: cents, to the last of them.
#[test]
fn law_7_an_order_is_sent_in_cents_as_text() {
    for amount in [1_i64, 10, 2_000, 9_007_199_254_740_991] {
        let order = order("amount", json!(amount)).unwrap();
        assert_eq!(sent(&order)["Amount"], amount.to_string());
        assert_eq!(order.amount, Some(Minor(amount)));
    }
}

#[test]
fn metadata_is_text_that_holds_json() {
    let metadata = |words: Value| {
        let body = sent(&order("metadata", words).unwrap());
        body.get("Metadata").map(|text| text.as_str().unwrap().to_owned())
    };
    assert_eq!(
        metadata(json!({"ActorUserIDs": "547828938941114"})).unwrap(),
        r#"{"ActorUserIDs": "547828938941114"}"#
    );
    assert_eq!(metadata(json!({"b": "2", "a": "1"})).unwrap(), r#"{"a": "1", "b": "2"}"#);
    assert_eq!(metadata(Value::Null), None);
    assert_eq!(metadata(json!({})), None);
    assert_eq!(metadata(json!({"a": null})), None);
    let odd = json!({"quote\"": "back\\slash, \u{e9} and \u{2028} within"});
    assert_eq!(serde_json::from_str::<Value>(&metadata(odd.clone()).unwrap()).unwrap(), odd);
}

#[test]
fn numbers_are_sent_with_their_hyphens() {
    let sent = |number: &str| hyphenated(&Pin::from_provider(number.to_owned()));
    assert_eq!(sent("1687843948310"), "168-78439-48310");
    assert_eq!(sent("0000000000001"), "000-00000-00001");
    // Any other number is sent as it is, and never cut at a wrong place.
    assert_eq!(sent("168"), "168");
    for typed in ["168-78439-48310", "168 78439 48310", "1687843948310"] {
        assert_eq!(sent(Pin::parse(typed, &NUMBER).unwrap().reveal()), "168-78439-48310", "{typed}");
    }
    for typed in ["168-78439-4831", "168-78439-483100", "16B-78439-48310"] {
        assert!(Pin::parse(typed, &NUMBER).is_err(), "{typed}");
    }
}

#[test]
fn an_answer_about_another_voucher_is_unreadable() {
    let pin = Pin::from_provider("1687843948310".into());
    let ask = |number: Value| {
        let body = json!({"VoucherNo": number, "Amount": "2000", "Locked": "0", "VSettle": "0", "State": "Success", "Status": "1"});
        let answer = HttpResponse { status: 200, body: body.to_string().into_bytes() };
        celbux("", "").reply(&Op::Balance { pin: &pin, reference: "r" }, &answer)
    };
    assert_eq!(ask(json!("168-78439-48310")), Ok(Reply::Balance(Minor(2_000))));
    assert_eq!(ask(json!("1687843948310")), Ok(Reply::Balance(Minor(2_000))));
    for other in [json!("168-78439-48311"), json!(""), Value::Null, json!(1_687_843_948_310_i64)] {
        assert!(ask(other.clone()).is_err(), "{other}");
    }
}

#[test]
fn cents_are_whole_and_fit() {
    assert_eq!(cents("0"), Some(Minor::ZERO));
    assert_eq!(cents("0002000"), Some(Minor(2_000)));
    assert_eq!(cents("9007199254740991"), Some(Minor(9_007_199_254_740_991)));
    for text in ["", "-1", "+1", "20.00", "2e3", " 1", "9007199254740992", "99999999999999999999", "٢"] {
        assert_eq!(cents(text), None, "{text}");
    }
}

#[test]
fn an_error_is_a_negative_number() {
    for status in ["-1", "-14", "-99", "-1000"] {
        assert!(is_error_code(status), "{status}");
    }
    for status in ["", "-", "0", "1", "-0", "-01", "--1", "-1.0", "-1 ", "-٣", "-10000", "-12x"] {
        assert!(!is_error_code(status), "{status}");
    }
}

fn charge(pin: &Pin) -> Charge<'_> {
    Charge {
        pin,
        brand: None,
        amount: Minor(5),
        reference: REFERENCE,
        phone: "+27648302057",
        email: None,
        name: None,
        description: "order-1",
        notification_url: "https://pay.example/v1/webhooks/celbux",
        metadata: &[],
    }
}

// Law 3: the error page lists eleven codes, of which -2 and -7 leave open whether money moved. An order takes money of the
// merchant, and a reversal gives money back.
#[test]
fn law_3_only_a_listed_code_refuses_a_call_that_moves_money() {
    const LISTED: [i32; 9] = [-1, -3, -4, -5, -6, -8, -12, -13, -14];
    let pin = Pin::from_provider("1687843948310".into());
    let order = order("amount", json!(2_000)).unwrap();
    let charge = charge(&pin);
    let reverse = Op::Reverse { charge: REFERENCE, reference: "0f8fad5bd9cb469fa16570867728950e-1r" };
    let reads = |op: &Op<'_>, code: i32, http| {
        let body = json!({"State": "Failed", "Status": code.to_string(), "Error": "Transaction Failed"});
        celbux("", "").reply(op, &HttpResponse { status: http, body: body.to_string().into_bytes() })
    };
    for op in [Op::Charge(&charge), Op::Issue(&order), reverse] {
        for (code, http) in (-120..0).flat_map(|code| [200, 400, 401, 403, 500].map(|http| (code, http))) {
            let reply = reads(&op, code, http);
            let refused = matches!(reply, Ok(Reply::Declined(_)));
            assert_eq!(refused, LISTED.contains(&code), "{code} {http} {reply:?}");
            assert_eq!(reply.is_err(), !refused, "{code} {http} {reply:?}");
        }
    }
    // A view takes nothing, whatever its error code.
    for op in [Op::Balance { pin: &pin, reference: "r" }, Op::View { pin: &pin, metadata: &[] }] {
        let reply = reads(&op, -10, 500);
        assert!(matches!(reply, Ok(Reply::Declined(_))), "{reply:?}");
    }
}

#[test]
fn the_currency_is_the_merchants() {
    let pin = Pin::from_provider("1687843948310".into());
    let charge = charge(&pin);
    for (value, currency) in [("", "ZAR"), ("ETB", "ETB")] {
        let celbux = celbux("CELBUX_CURRENCY", value);
        assert_eq!(celbux.features().currency.code(), currency);
        let request = celbux.request(&Op::Charge(&charge), NOON).unwrap();
        let body: Value = serde_json::from_str(&request.body).unwrap();
        assert_eq!((&body["Currency"], body.get("Metadata")), (&json!(currency), None));
        assert_eq!(request.url, "https://api.celbux.example/pay?ns=community");
    }
}

#[test]
fn while_the_webhook_token_is_replaced_both_are_accepted() {
    let celbux = celbux("CELBUX_WEBHOOK_TOKEN", "newer-0123456789abcdef hook-0123456789abcdef");
    let heard = |token: &str| {
        let header = |_: &str| Some(token.to_owned());
        celbux.webhook(&WebhookMessage { header: &header, body: b"{}", rewritten: &|_| None })
    };
    assert!(heard("newer-0123456789abcdef").is_ok() && heard("bearer hook-0123456789abcdef").is_ok());
    for other in ["hook-0123456789abcde", "newer-0123456789abcdef hook-0123456789abcdef", ""] {
        assert_eq!(heard(other), Err(WebhookError::Unsigned), "{other}");
    }
}

#[test]
fn without_a_webhook_token_webhooks_are_refused() {
    let header = |_: &str| Some("bearer hook-0123456789abcdef".to_owned());
    let message = WebhookMessage { header: &header, body: b"{}", rewritten: &|_| None };
    assert_eq!(celbux("", "").webhook(&message), Err(WebhookError::NotOffered));
    assert!(celbux("CELBUX_WEBHOOK_TOKEN", "hook-0123456789abcdef").webhook(&message).is_ok());
    // A header's name is asked for in lower case.
    let only = |name: &str| (name == "authorization").then(|| "hook-0123456789abcdef".to_owned());
    let message = WebhookMessage { header: &only, ..message };
    assert!(celbux("CELBUX_WEBHOOK_TOKEN", "hook-0123456789abcdef").webhook(&message).is_ok());
}
