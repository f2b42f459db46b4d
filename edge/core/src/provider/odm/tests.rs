use super::super::golden::NOON;
use super::super::op;
use super::keys::{canonical, signing_key};
use super::*;
use crate::fields::Fault;
use crate::fields::tests::{INVALID, at};
use crate::http::Method;
use crate::seal::sha256_base64;
use base64::{Engine, prelude::BASE64_STANDARD};
use ed25519_dalek::{Signature, Signer, VerifyingKey};
use serde_json::json;

/// The bytes 00 to 1f: the seed of the vectors.
const SEED: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const KEY: &str = "a3f0f55a-80f4-44d1-93dd-61035d4e6b72";
const BODY: &str = r#"{"denominationId":4,"merchantId":12,"recipientPhone":"+251911234567","recipientName":"Abebe Kebede","isRestricted":true,"originatingCountry":"US","foreignCurrencyAmount":8.85,"exchangeRate":56.5}"#;
const PUBLIC: &str = "A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=";
const SIGNATURE: &str =
    "BlhvkFzYe1hvcIHwEdodGIUeTGccO2UIax+pP2re/xAVD1FVI+9VH9RTnTxY8rtpZYN19a/pI+6nMDT0O0kGDw==";

/// Configures ODM with one variable replaced.
fn odm_with(name: &str, value: &str) -> Result<Box<dyn Provider>, ConfigError> {
    let vars = |asked: &str| match asked {
        asked if asked == name => Some(value.to_owned()),
        "ODM_BASE_URL" => Some("https://api.odm.example/api/v1".to_owned()),
        "ODM_API_KEY" => Some("pk_0123456789abcdef".to_owned()),
        "ODM_SIGNING_KEY" => Some(SEED.to_owned()),
        _ => None,
    };
    configure(&Vars::new(&vars)).map(Option::unwrap)
}

fn odm() -> Box<dyn Provider> {
    odm_with("", "").unwrap()
}

fn stored(body: &str) -> Order {
    Order { reference: KEY.into(), body: body.into(), amount: None, shown: Map::new(), recipient: Map::new() }
}

fn header(request: &HttpRequest, name: &str) -> String {
    request.headers.iter().find(|(known, _)| *known == name).unwrap().1.clone()
}

fn signature_with(key: &str) -> String {
    let odm = odm_with("ODM_SIGNING_KEY", key).unwrap();
    header(&odm.request(&Op::Issue(&stored(BODY)), NOON).unwrap(), "X-Signature")
}

/// The bytes before the seed in PKCS#8.
const PREFIX: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

/// Returns the seed as PKCS#8 in PEM, with these line ends.
fn pem(line_end: &str) -> String {
    pem_of(&PREFIX, 0..32, line_end)
}

fn pem_of(prefix: &[u8], rest: impl IntoIterator<Item = u8>, line_end: &str) -> String {
    let der: Vec<u8> = prefix.iter().copied().chain(rest).collect();
    let lines =
        ["-----BEGIN PRIVATE KEY-----", &BASE64_STANDARD.encode(der), "-----END PRIVATE KEY-----", ""];
    lines.join(line_end)
}

/// Configures ODM with these variables only, besides its address.
fn configured(values: &[(&str, &str)]) -> Result<Box<dyn Provider>, ConfigError> {
    let base = ("ODM_BASE_URL", "https://api.odm.example/api/v1");
    let find = |asked: &str| {
        values.iter().chain([&base]).find(|(name, _)| *name == asked).map(|(_, value)| (*value).to_owned())
    };
    configure(&Vars::new(&find)).map(Option::unwrap)
}

#[test]
fn law_9_each_variable_of_a_merchant_is_needed_and_checked() {
    let merchant = [
        ("ODM_MERCHANT_API_KEY", "mk_0123456789abcdef"),
        ("ODM_MERCHANT_SIGNING_KEY", SEED),
        ("ODM_MERCHANT_ID", "12"),
    ];
    let takes = configured(&merchant).unwrap();
    assert!(takes.features().checkout.is_some() && takes.features().issues.is_none());
    assert!(odm().features().checkout.is_none() && odm().features().issues.is_some());
    for missing in 0..merchant.len() {
        let mut some = merchant.to_vec();
        let (name, _) = some.remove(missing);
        assert_eq!(configured(&some).err().map(|error| error.variable), Some(name));
    }
    let wrong =
        [("ODM_MERCHANT_SIGNING_KEY", "AAEC"), ("ODM_MERCHANT_ID", "0"), ("ODM_MERCHANT_ID", "twelve")];
    for (name, value) in wrong {
        let changed = merchant.map(|(known, usual)| (known, if known == name { value } else { usual }));
        assert_eq!(configured(&changed).err().map(|error| error.variable), Some(name), "{value}");
    }
}

#[test]
fn the_signed_text_and_the_signature_match_the_vectors() {
    let hash = "NDkux0UHWxadPVAqeZFj8W6wP0004+ngaOKdd8FEkgo=";
    assert_eq!(sha256_base64(BODY), hash);
    let url = "https://api.odm.example/api/v1/vouchers/issue";
    let text = canonical(Method::Post, url, "2026-04-29T12:00:00.000Z", KEY, BODY);
    assert_eq!(text, format!("POST\n/v1/vouchers/issue\n2026-04-29T12:00:00.000Z\n{KEY}\n{hash}"));
    let request = odm().request(&Op::Issue(&stored(BODY)), NOON).unwrap();
    assert_eq!(header(&request, "X-Timestamp"), "2026-04-29T12:00:00.000Z");
    assert_eq!(header(&request, "X-Signature"), SIGNATURE);
    assert_eq!((header(&request, "Idempotency-Key").as_str(), request.body.as_str()), (KEY, BODY));
    // Without body and key the lines stay, and the hash is that of the empty text.
    let text = canonical(
        Method::Get,
        "https://h.example/api/v1/gift-denominations",
        "2026-04-29T12:00:00.000Z",
        "",
        "",
    );
    let empty = "GET\n/v1/gift-denominations\n2026-04-29T12:00:00.000Z\n\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    assert_eq!(text, empty);
    let signed = signing_key(SEED).unwrap().reveal().sign(text.as_bytes());
    let expected = "knBk6992NytRQA0XWyffOkdSGCRTmeWp+h7yUQYfFtDb7ah8CgoAdjfB0V0/MgjbDJORvbs7g8l3/l2a0FjDDw==";
    assert_eq!(BASE64_STANDARD.encode(signed.to_bytes()), expected);
}

// Checks a request as ODM does: with the verifying half of the library, from the request's bytes alone.
fn accepts(public: &str, request: &HttpRequest) -> bool {
    let key: [u8; 32] = BASE64_STANDARD.decode(public).unwrap().try_into().unwrap();
    let signature: [u8; 64] =
        BASE64_STANDARD.decode(header(request, "X-Signature")).unwrap().try_into().unwrap();
    let (_, path) = request.url.split_once("/api/").unwrap();
    let lines = [
        request.method.as_str(),
        &format!("/{path}"),
        &header(request, "X-Timestamp"),
        &header(request, "Idempotency-Key"),
        &sha256_base64(&request.body),
    ];
    let key = VerifyingKey::from_bytes(&key).unwrap();
    key.verify_strict(lines.join("\n").as_bytes(), &Signature::from_bytes(&signature)).is_ok()
}

#[test]
fn a_signature_holds_for_this_request_only() {
    let sent = odm().request(&Op::Issue(&stored(BODY)), NOON).unwrap();
    assert!(accepts(PUBLIC, &sent));
    for at in (0..BODY.len()).step_by(11) {
        let mut bytes = BODY.as_bytes().to_vec();
        bytes[at] ^= 1;
        let bent = HttpRequest { body: String::from_utf8(bytes).unwrap(), ..sent.clone() };
        assert!(!accepts(PUBLIC, &bent), "byte {at}");
    }
    let with = |name: &str, value: &str| {
        let headers = sent.headers.iter();
        let headers =
            headers.map(|(known, old)| (*known, if *known == name { value.to_owned() } else { old.clone() }));
        HttpRequest { headers: headers.collect(), ..sent.clone() }
    };
    assert!(accepts(PUBLIC, &with("User-Agent", "another")));
    assert!(!accepts(PUBLIC, &with("X-Timestamp", "2026-04-29T12:00:00.001Z")));
    assert!(!accepts(PUBLIC, &with("Idempotency-Key", "a3f0f55a-80f4-44d1-93dd-61035d4e6b73")));
    assert!(!accepts(PUBLIC, &HttpRequest { method: Method::Get, ..sent.clone() }));
    let elsewhere = "https://api.odm.example/api/v1/vouchers/issue2".to_owned();
    assert!(!accepts(PUBLIC, &HttpRequest { url: elsewhere, ..sent.clone() }));
    let another = signing_key(&BASE64_STANDARD.encode([7; 32])).unwrap().reveal().verifying_key();
    assert!(!accepts(&BASE64_STANDARD.encode(another.as_bytes()), &sent));
}

// Law 2: a retry is the same order, at another time.
#[test]
fn law_2_a_second_sending_differs_in_time_and_signature_only() {
    let (odm, order) = (odm(), stored(BODY));
    let first = odm.request(&Op::Issue(&order), NOON).unwrap();
    let second = odm.request(&Op::Issue(&order), NOON + Millis(600_000)).unwrap();
    assert_eq!(header(&second, "X-Timestamp"), "2026-04-29T12:10:00.000Z");
    assert_eq!((&second.url, &second.body), (&first.url, &first.body));
    let pairs = first.headers.iter().zip(&second.headers);
    let changed: Vec<&str> = pairs.filter(|(a, b)| a != b).map(|(a, _)| a.0).collect();
    assert_eq!(changed, ["X-Timestamp", "X-Signature"]);
    assert!(accepts(PUBLIC, &second));
}

#[test]
fn the_signed_path_begins_behind_api() {
    let path = |base: &str| {
        let odm = odm_with("ODM_BASE_URL", base).unwrap();
        let url = odm.request(&Op::Issue(&stored(BODY)), NOON).unwrap().url;
        let text = canonical(Method::Post, &url, "t", "k", "");
        (url, text.lines().nth(1).unwrap().to_owned())
    };
    for (base, signed) in [
        ("https://api.odm.example/api/v1", "/v1/vouchers/issue"),
        ("https://api.odm.example/api/v1/", "/v1/vouchers/issue"),
        ("https://api.odm.example/v1", "/v1/vouchers/issue"),
        ("https://api.odm.example", "/vouchers/issue"),
        ("https://api.example/api", "/vouchers/issue"),
        ("https://relay.example/odm/api/v1", "/v1/vouchers/issue"),
        ("http://localhost:8788/odm/api/v1", "/v1/vouchers/issue"),
        ("https://api.odm.example/apis/v1", "/apis/v1/vouchers/issue"),
    ] {
        let (url, path) = path(base);
        assert_eq!(
            (url, path),
            (format!("{}/vouchers/issue", base.trim_end_matches('/')), signed.to_owned()),
            "{base}"
        );
    }
}

#[test]
fn a_key_is_taken_as_seed_and_as_pem() {
    assert_eq!(signature_with(SEED), SIGNATURE);
    for written in [pem("\n"), pem("\r\n"), pem("\\n"), pem("\n").trim().to_owned()] {
        assert!(signing_key(&written).is_some(), "{written:?}");
        assert_eq!(signature_with(&written), SIGNATURE, "{written:?}");
    }
    // The second version of the format, with the public key after the seed.
    let mut second = PREFIX;
    (second[1], second[4]) = (0x51, 1);
    let public = BASE64_STANDARD.decode(PUBLIC).unwrap();
    let behind = (0..32).chain([0x81, 0x21, 0x00]).chain(public);
    assert_eq!(signature_with(&pem_of(&second, behind, "\n")), SIGNATURE);
}

#[test]
fn law_9_another_kind_of_key_is_refused() {
    for at in [0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15] {
        let mut other = PREFIX;
        other[at] ^= 0x0e;
        let error = odm_with("ODM_SIGNING_KEY", &pem_of(&other, 0..32, "\n")).err();
        assert_eq!(error.map(|error| error.variable), Some("ODM_SIGNING_KEY"), "byte {at}");
    }
    let short = odm_with("ODM_SIGNING_KEY", &pem_of(&PREFIX, 0..31, "\n"));
    assert_eq!(short.err().map(|error| error.variable), Some("ODM_SIGNING_KEY"));
}

#[test]
fn law_9_an_invalid_key_is_refused_by_name_and_not_shown() {
    let (pem, short) = (pem("\n"), BASE64_STANDARD.encode([1; 31]));
    let public = pem.replace("PRIVATE", "PUBLIC");
    let cut = pem.replacen("MC4C", "MC4", 1);
    let (long, url_safe) = (BASE64_STANDARD.encode([1; 64]), SEED.replace('=', ""));
    for bad in [
        "x",
        "AAEC",
        &short,
        &long,
        &url_safe,
        &public,
        &cut,
        "-----BEGIN",
        "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----",
    ] {
        let error = odm_with("ODM_SIGNING_KEY", bad).err().unwrap();
        assert_eq!(error.variable, "ODM_SIGNING_KEY", "{bad}");
        assert!(bad.len() < 5 || !error.to_string().contains(bad), "{error}");
    }
}

/// Builds an order with one member replaced.
fn order(name: &str, value: Value) -> Result<Order, OrderError> {
    let mut body = json!({"denomination_id": 4, "merchant_id": 12, "recipient_phone": "+251911234567", "restricted": true,
        "originating_country": "US", "foreign_currency_amount": "8.85", "exchange_rate": "56.5"});
    body[name] = value;
    op::tests::order(odm().as_ref(), &body, KEY)
}

fn refused(name: &str, values: &[Value], fault: Fault) {
    op::tests::refused(order, name, values, &fault);
}

#[test]
fn every_member_of_an_order_is_named_when_it_is_wrong() {
    for name in [
        "denomination_id",
        "merchant_id",
        "recipient_phone",
        "restricted",
        "originating_country",
        "foreign_currency_amount",
        "exchange_rate",
    ] {
        refused(name, &[Value::Null], Fault::Missing);
        refused(name, &[json!([]), json!({})], INVALID);
    }
    for name in ["denomination_id", "merchant_id"] {
        refused(
            name,
            &[json!(0), json!(-4), json!(4.5), json!("4"), json!(9_007_199_254_740_992_i64)],
            INVALID,
        );
    }
    refused("restricted", &[json!("true"), json!(1)], INVALID);
    refused("recipient_name", &[json!(""), json!(5), json!("x".repeat(256)), json!("a\nb")], INVALID);
    refused("originating_country", &[json!(""), json!("x".repeat(256))], INVALID);
    for name in ["idempotency_key", "denominationId", "amount", "currency"] {
        assert_eq!(order(name, json!("x")).err(), Some(at(name, Fault::Unknown).into()), "{name}");
    }
}

// The code goes to the number by SMS: a typing error gives it to a stranger.
#[test]
fn a_recipient_is_a_whole_mobile_number() {
    for phone in ["+251911234567", "+251711234567", " +251911234567 "] {
        let order = order("recipient_phone", json!(phone)).unwrap();
        assert_eq!(
            serde_json::from_str::<Value>(&order.body).unwrap()["recipientPhone"],
            phone.trim(),
            "{phone}"
        );
    }
    let bad = [
        "0911234567",
        "251911234567",
        "+25191123456",
        "+2519112345678",
        "+251811234567",
        "+2510911234567",
        "+27821234567",
        "+251 911 234 567",
        "+25191123456x",
        "",
    ];
    refused("recipient_phone", &bad.map(Value::from), INVALID);
}

// Law 7: the merchant's decimals are passed on digit by digit, never through a float.
#[test]
fn law_7_decimals_go_on_as_they_were_written() {
    for name in ["foreign_currency_amount", "exchange_rate"] {
        for text in ["8.85", "0.01", "500", "56.50", "100.00", "0.1", "123456789012.12345678", "0.30000000"] {
            let order = order(name, json!(text)).unwrap();
            let member = if name == "exchange_rate" { "exchangeRate" } else { "foreignCurrencyAmount" };
            let after = order.body.split_once(&format!("\"{member}\":")).unwrap().1;
            assert_eq!(after.split([',', '}']).next(), Some(text), "{name}");
        }
        let bad = [
            "",
            "0",
            "0.0",
            "0.00000000",
            "-1",
            "+1",
            "1e3",
            "1,5",
            ".5",
            "5.",
            "00.5",
            "01",
            " 1",
            "1 ",
            "NaN",
            "1.123456789",
            "1234567890123",
            "1.2.3",
            "٣",
        ];
        refused(name, &bad.map(Value::from), INVALID);
        refused(name, &[json!(8.85), json!(5), json!(true)], INVALID);
    }
}

#[test]
fn a_missing_name_is_left_out() {
    let without = order("recipient_name", Value::Null).unwrap();
    assert!(!without.body.contains("recipientName"));
    let with = order("recipient_name", json!("Abebe Kebede")).unwrap();
    assert_eq!(with.body, BODY);
    assert_eq!((with.reference.as_str(), with.amount), (KEY, None));
    assert!(!with.shown.contains_key("recipient_name") && with.shown["merchant_id"] == 12);
}

#[test]
fn the_message_of_an_error_is_a_text_or_a_list() {
    assert_eq!(words(Some(&json!("Merchant not found"))), "Merchant not found");
    assert_eq!(words(Some(&json!(["a is wrong", 5, "b is wrong"]))), "a is wrong; b is wrong");
    for none in [None, Some(json!(null)), Some(json!({"text": "x"})), Some(json!(5)), Some(json!([]))] {
        assert_eq!(words(none.as_ref()), "", "{none:?}");
    }
}
