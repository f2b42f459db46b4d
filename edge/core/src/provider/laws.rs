//! The laws, held against every registered provider.

use super::*;
use crate::config::Config;
use crate::config::tests::config_with;
use crate::money;
use crate::provider::golden;
use checkout_wire::Alphabet;
use proptest::prelude::*;
use serde_json::Value;

const REFERENCE: &str = "0f8fad5b-d9cb-469f-a165-70867728950e";
const KEY: &str = "sk_test_0123456789";

fn config() -> Config {
    config_with(&[("KORA_SECRET_KEY", KEY)]).unwrap()
}

/// A PIN of the provider, with leading zeros.
fn pin_of(provider: &dyn Provider) -> Pin {
    let rule = provider.features().brands[0].pin;
    Pin::parse(&first(&"0098765432109876".repeat(4), rule.max), &rule).unwrap()
}

fn first(text: &str, characters: i64) -> String {
    text.chars().take(characters as usize).collect()
}

fn charge<'a>(provider: &'a dyn Provider, pin: &'a Pin) -> Charge<'a> {
    Charge {
        pin,
        brand: provider.features().brands[0].code.as_deref(),
        amount: 123_450,
        reference: REFERENCE,
        phone: "+27821234567",
        email: Some("thandi@example.com"),
        name: Some("Thandi M"),
        description: "order: shoes",
        notification_url: "https://pay.example/v1/webhooks/kora",
        metadata: &[("session", "cs_1")],
    }
}

/// Every operation that the provider has a request for.
fn operations<'a>(charge: &'a Charge<'a>) -> [Op<'a>; 3] {
    let (pin, reference) = (charge.pin, charge.reference);
    [Op::Charge(charge), Op::Lookup { reference }, Op::Balance { pin }]
}

fn answer(status: u16, body: impl Into<Vec<u8>>) -> HttpResponse {
    let body = body.into();
    HttpResponse { status, body }
}

/// Every text in a JSON value.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Object(members) => members.values().flat_map(texts).collect(),
        _ => vec![],
    }
}

/// Every text that a request carries in its body.
fn sent_texts(request: &HttpRequest) -> Vec<String> {
    if request.headers.contains(&("Content-Type", "application/json".into())) {
        let body: Value = serde_json::from_str(&request.body).unwrap();
        texts(&body).into_iter().map(str::to_owned).collect()
    } else {
        assert!(request.body.is_ascii() && !request.body.contains(' '));
        form_urlencoded::parse(request.body.as_bytes()).map(|(_, value)| value.into_owned()).collect()
    }
}

// Law 2: what was sent can be found again: by our reference, or by account and amount.
#[test]
fn law_2_every_charge_says_what_it_is_found_by() {
    for provider in &config().providers {
        let pin = pin_of(provider.as_ref());
        let charge = charge(provider.as_ref(), &pin);
        let sent = sent_texts(&provider.request(&Op::Charge(&charge)).unwrap());
        let [_, lookup, balance] = operations(&charge);
        match provider.features().recovery {
            Recovery::Lookup => {
                assert!(sent.iter().any(|text| text == REFERENCE));
                assert!(provider.request(&lookup).unwrap().url.ends_with(REFERENCE));
            }
            Recovery::Balance => {
                assert!(sent.iter().any(|text| text == "4630"));
                assert!(sent.iter().any(|text| *text == money::decimal(charge.amount)));
                assert!(provider.request(&balance).is_ok());
            }
        }
    }
}

#[test]
fn law_6_a_pin_stands_in_no_address_and_no_header() {
    for provider in &config().providers {
        let pin = pin_of(provider.as_ref());
        let charge = charge(provider.as_ref(), &pin);
        let mut built = 0;
        for op in operations(&charge) {
            let Ok(request) = provider.request(&op) else {
                continue;
            };
            built += 1;
            assert!(!request.url.contains(pin.reveal()), "{op:?}");
            for (name, value) in &request.headers {
                assert!(!value.contains(pin.reveal()), "{op:?} {name}");
                assert!(!value.contains(['\r', '\n']));
            }
        }
        assert_eq!(built, 2, "charge and its recovery");
    }
}

#[test]
fn law_6_no_debug_output_shows_a_pin_or_a_key() {
    for provider in &config().providers {
        let pin = pin_of(provider.as_ref());
        let charge = charge(provider.as_ref(), &pin);
        let said = format!("The PIN {0} (also {0}) of {KEY} is wrong", pin.reveal());
        let mut shown = format!("{charge:?} {:?} {:?}", provider.features(), config().keyring);
        for op in operations(&charge) {
            let kora = serde_json::json!({"status": false, "message": said});
            let wipay = serde_json::json!({"status": "error", "msg": said});
            for body in [kora, wipay] {
                let answer = answer(400, body.to_string());
                let reply = provider.reply(&op, &answer);
                shown += &format!("{op:?} {:?} {answer:?} {reply:?}", provider.request(&op));
            }
        }
        let rest = ChangeVoucher { pin: pin.clone(), amount: Some(1), expires_at: None };
        let paid = Reply::Paid(Paid { amount: None, transaction: None, balance: None, change: Some(rest) });
        shown += &format!("{paid:?}");
        assert!(!shown.contains(pin.reveal()), "{shown}");
        assert!(!shown.contains(KEY), "{shown}");
    }
}

#[test]
fn law_3_what_cannot_be_read_is_in_doubt() {
    let deep = |open: &str, close: &str| format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
    let junk: Vec<Vec<u8>> = [
        "",
        " \n",
        "success",
        "<!DOCTYPE html><html><body>status: success</body></html>",
        "null",
        "true",
        "0",
        "1e999",
        "\"success\"",
        "[]",
        "{}",
        "{\"status\":",
        "{\"status\":{}}",
        "{\"status\":null}",
        "{\"status\":1}",
        "{\"status\":1e400,\"data\":{\"status\":\"success\"}}",
        "[true,\"Charge Successful\",{\"status\":\"success\",\"currency\":\"ZAR\",\"amount\":10}]",
        "{\"status\":true,\"message\":\"\",\"data\":[\"success\",\"ZAR\",10,null,null,null]}",
        "[\"success\",\"Voucher payment successful\",\"5bda8f887426f\",\"75.00\"]",
        "{\"status\":\"error\",\"msg\":[]}",
        "{\"status\":\"error\",\"msg\":\"Too many attempts\"}{}",
        "{\"status\":\"success\",\"trxn_id\":5}",
        "{\"status\":\"success\",\"value\":1e400}",
        "{\"status\":\"SUCCESS\",\"value\":\"75.00\"}",
        "{\"status\":true,\"data\":{\"status\":\"success\",\"currency\":\"ZAR\",\"amount\":1e400}}",
        "{\"status\":true,\"data\":{\"status\":\"success\",\"currency\":\"ZAR\",\"amount\":-10}}",
        "{\"status\":true,\"data\":{\"status\":\"success\",\"amount\":10}}",
        "{\"status\":true,\"data\":{\"status\":\"Success\",\"currency\":\"ZAR\",\"amount\":10}}",
        "{\"status\":true,\"data\":null}",
        "{\"status\":true}",
        "{\"status\":\"true\",\"data\":{\"status\":\"success\",\"currency\":\"ZAR\",\"amount\":10}}",
    ]
    .map(|text| text.as_bytes().to_vec())
    .into_iter()
    .chain([
        deep("[", "]").into_bytes(),
        deep("{\"status\":", "}").into_bytes(),
        format!("{{\"data\":{},\"status\":\"succeeded\"}}", deep("[", "]")).into_bytes(),
        b"\xff\xfe\x00\x01".to_vec(),
        b"{\"status\":\"success\",\"msg\":\"\xff\",\"value\":\"75.00\"}".to_vec(),
        b"{\"status\":\"success\",\"msg\":\"\",\"else\":\"\xff\",\"value\":\"75.00\"}".to_vec(),
        b"{\"status\":true,\"else\":\"\xff\",\"data\":{\"status\":\"success\",\"currency\":\"ZAR\",\"amount\":10}}".to_vec(),
        vec![b'9'; 1_000_000],
        vec![0; 100_000],
    ])
    .collect();
    for provider in &config().providers {
        let pin = pin_of(provider.as_ref());
        let charge = charge(provider.as_ref(), &pin);
        for body in &junk {
            for status in [200, 201, 204, 301, 400, 402, 404, 429, 500, 503] {
                let reply = provider.reply(&Op::Charge(&charge), &answer(status, body.clone()));
                let shown = String::from_utf8_lossy(&body[..body.len().min(90)]).into_owned();
                assert!(reply.is_err(), "{} {status} {shown} {reply:?}", provider.features().id);
            }
        }
    }
}

#[test]
fn law_3_a_server_error_is_in_doubt_whatever_it_says() {
    let config = golden::sandboxes();
    let mut answers = 0;
    for case in golden::cases() {
        let provider = config.provider(case.provider).unwrap();
        let Some(golden) = case.answer() else { continue };
        answers += 1;
        for status in 500..=599 {
            let reply = provider.reply(&case.op, &answer(status, golden.body.clone()));
            assert!(reply.is_err(), "{}/{} {status} {reply:?}", case.provider, case.name);
        }
    }
    assert!(answers > 30);
}

proptest! {
    #[test]
    fn law_6_a_pin_travels_as_the_text_it_is(digits in "[0-9]{64}", letters in "[0-9A-Za-z]{64}") {
        for provider in &config().providers {
            let rule = provider.features().brands[0].pin;
            let text = match rule.alphabet {
                Alphabet::Digits => &digits,
                Alphabet::Alphanumeric => &letters,
            };
            for typed in [text.as_str(), &text.replace(|c: char| c != '0', "0")] {
                let pin = Pin::parse(&first(typed, rule.max), &rule).unwrap();
                let charge = charge(provider.as_ref(), &pin);
                let request = provider.request(&Op::Charge(&charge)).unwrap();
                prop_assert!(sent_texts(&request).iter().any(|sent| sent == pin.reveal()));
            }
        }
    }

    #[test]
    fn law_3_words_that_nobody_knows_neither_pay_nor_panic(
        status in 0u16..1000, word in ".{0,300}", flag in prop::option::of(any::<bool>()), bytes in any::<Vec<u8>>(),
    ) {
        let bodies = [
            serde_json::json!({"status": flag, "message": word, "data": {"status": word, "amount": word}}),
            serde_json::json!({"status": flag, "message": word, "data": word}),
            serde_json::json!({"status": word, "msg": word, "value": word, "trxn_id": word}),
            serde_json::json!({"status": "error", "msg": word}),
        ];
        for provider in &config().providers {
            let pin = pin_of(provider.as_ref());
            let charge = charge(provider.as_ref(), &pin);
            for op in operations(&charge) {
                let texts = bodies.iter().map(|body| body.to_string().into_bytes());
                for body in texts.chain([bytes.clone()]) {
                    let reply = provider.reply(&op, &answer(status, body));
                    prop_assert!(!matches!(reply, Ok(Reply::Paid(_) | Reply::Balance(_))), "{:?}", reply);
                    prop_assert!(status < 500 || reply.is_err(), "{:?}", reply);
                }
            }
        }
    }
}
