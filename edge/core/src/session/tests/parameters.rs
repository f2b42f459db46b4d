//! Tests of the body of `POST /v1/checkout_sessions`.

use super::*;
use crate::fields::tests::{INVALID, at, plain};
use crate::fields::{BodyError, Fault};

const FULL: &[(&str, &str)] = &[
    ("amount", "25000"),
    ("currency", "\"ZAR\""),
    ("reference", "\"order-1\""),
    ("providers", "[\"kora\"]"),
    ("customer", r#"{"email":"thandi@example.com","phone":"0821234567","name":"Thandi M"}"#),
    ("description", "\"Shoes\""),
    ("success_url", "\"https://shop.example/thanks?order=1\""),
    ("cancel_url", "\"http://localhost:8788/cart\""),
    ("locale", "\"en-ZA\""),
    ("metadata", r#"{"cart":"77","till":"3"}"#),
    ("expires_in", "1800"),
];

fn parse(name: &str, value: &str) -> Result<(Parameters, Millis), ParametersError> {
    Parameters::parse(&body(FULL, name, value), &config()).map_err(|error| match error {
        ParametersError::Body(error) => plain(error).into(),
        error => error,
    })
}

/// Checks that each of these values is rejected with that fault, and that the member is named.
fn refused(name: &str, values: &[&str], fault: Fault, path: &str) {
    refused_as(name, values, &at(path, fault).into());
}

fn refused_as(name: &str, values: &[&str], error: &ParametersError) {
    for value in values {
        assert_eq!(parse(name, value).as_ref().err(), Some(error), "{name} {value}");
    }
}

#[test]
fn amounts() {
    let bad = ["0", "-1", "1.5", "1.0", "1e3", "9007199254740992", "18446744073709551616"];
    refused("amount", &bad, Fault::NotAmount, "amount");
    refused("amount", &["\"100\"", "true", "[]", "{}", "[100]"], Fault::NotAmount, "amount");
    refused("amount", &["", "null"], Fault::Missing, "amount");
    assert_eq!(parse("amount", "1e400").err(), Some(BodyError::NotJson.into()));
    for good in [1, 9_007_199_254_740_991] {
        assert_eq!(parse("amount", &good.to_string()).unwrap().0.amount, Minor(good));
    }
}

#[test]
fn currencies() {
    let unknown = ["\"XXX\"", "\"zar\"", "\"ETB\"", "\"ZAR \u{200b}\""];
    refused_as("currency", &unknown, &ParametersError::Currency { taken: vec!["TTD", "ZAR"] });
    refused("currency", &["\"\"", "710", "[\"ZAR\"]"], INVALID, "currency");
    refused("currency", &["", "null"], Fault::Missing, "currency");
    let only_wipay =
        config_with(&[("KORA_BASE_URL", ""), ("KORA_SECRET_KEY", ""), ("KORA_PROVIDERS", "")]).unwrap();
    let error = Parameters::parse(&body(FULL, "amount", "1"), &only_wipay).err();
    assert_eq!(error, Some(ParametersError::Currency { taken: vec!["TTD"] }));
}

#[test]
fn references() {
    refused("reference", &["", "null"], Fault::Missing, "reference");
    let long = format!("\"{}\"", "x".repeat(101));
    refused("reference", &["\"\"", "\"  \"", "1", &long, "\"a\\u0000b\"", "\"a\\nb\""], INVALID, "reference");
    assert!(parse("reference", &long.replacen('x', "", 1)).is_ok());
}

#[test]
fn providers_are_configured_ones_of_the_currency() {
    let others = ["[]", "[\"wipay\"]", "[\"odm\"]", "[\"kora\",\"wipay\"]", "[\"Kora\"]"];
    let usable =
        ParametersError::Providers { currency: checkout_wire::money::Currency::Zar, usable: vec!["kora"] };
    refused_as("providers", &others, &usable);
    refused("providers", &["\"kora\"", "[1]", "{}", "[\"kora\",null]"], INVALID, "providers");
    for all in ["", "null", "[\"kora\"]", "[\"kora\",\"kora\"]"] {
        assert_eq!(parse("providers", all).unwrap().0.providers, ["kora"]);
    }
}

#[test]
fn customers() {
    refused("customer", &["\"x\"", "[]", "1"], INVALID, "customer");
    refused(
        "customer",
        &[r#"{"email":"nobody"}"#, r#"{"email":1}"#, r#"{"email":""}"#],
        INVALID,
        "customer.email",
    );
    refused("customer", &[r#"{"phone":27821234567}"#, r#"{"phone":""}"#], INVALID, "customer.phone");
    refused("customer", &[r#"{"name":""}"#, r#"{"name":["T"]}"#], INVALID, "customer.name");
    refused("customer", &[r#"{"pin":"1168648096792943"}"#], Fault::Unknown, "customer.pin");
    let (parameters, _) = parse("customer", r#"{"name":null}"#).unwrap();
    assert_eq!((parameters.email, parameters.phone, parameters.name), (None, None, None));
}

#[test]
fn addresses_are_web_addresses() {
    for name in ["success_url", "cancel_url"] {
        let bad = [
            "\"javascript:alert(1)\"",
            "\"javascript:alert(1)//https://shop.example/\"",
            "\"JavaScript:alert(1)\"",
            "\"data:text/html,x\"",
            "\"http://shop.example/\"",
            "\"//shop.example/\"",
            "\"/thanks\"",
            "\"https://\"",
            "\"https:///thanks\"",
            "\"https://shop.example/a b\"",
            "\"https://shop.example/\\\"onload=x\"",
            "\"https://user@shop.example/\"",
            "\"http://localhost.evil.example/\"",
            "\"ftp://shop.example/\"",
            "\"\"",
            "5",
        ];
        refused(name, &bad, INVALID, name);
        refused(name, &[&format!("\"https://shop.example/{}\"", "x".repeat(2_000))], INVALID, name);
    }
    for good in
        ["https://shop.example", "https://shop.example:8443/a?b=c#d", "http://[::1]:80/", "http://127.0.0.1/"]
    {
        assert_eq!(
            parse("success_url", &format!("\"{good}\"")).unwrap().0.success_url.as_deref(),
            Some(good)
        );
    }
}

#[test]
fn locales_and_descriptions() {
    let long = format!("\"{}\"", "x".repeat(36));
    refused("locale", &["\"en ZA\"", "\"\"", "\"<x>\"", "5", "\"é\"", &long], INVALID, "locale");
    for tag in ["\"zu-ZA\"", "\"zu_ZA\""] {
        assert_eq!(parse("locale", tag).unwrap().0.locale.as_deref(), Some("zu-ZA"));
    }
    let long = format!("\"{}\"", "x".repeat(201));
    refused("description", &["\"\"", "5", "\"a\\u0007b\"", &long], INVALID, "description");
}

#[test]
fn metadata_is_a_small_object_of_texts() {
    let many: Vec<String> = (0..21).map(|i| format!("\"k{i}\":\"v\"")).collect();
    let (many, fits) = (format!("{{{}}}", many.join(",")), format!("{{{}}}", many[..20].join(",")));
    let long_name = format!("{{\"{}\":\"v\"}}", "k".repeat(41));
    let bad = ["[]", "\"x\"", "5", r#"{"":"v"}"#, &many, &long_name];
    refused("metadata", &bad, INVALID, "metadata");
    let long = format!("{{\"a\":\"{}\"}}", "x".repeat(501));
    refused(
        "metadata",
        &[r#"{"a":1}"#, r#"{"a":{}}"#, r#"{"a":["b"]}"#, r#"{"a":""}"#, &long],
        INVALID,
        "metadata.a",
    );
    assert_eq!(parse("metadata", &fits).unwrap().0.metadata.len(), 20);
    assert!(parse("metadata", r#"{"a":null}"#).unwrap().0.metadata.is_empty());
}

#[test]
fn times() {
    refused("expires_in", &["0", "-1", "2592001", "1.5", "60.0", "\"60\"", "true"], INVALID, "expires_in");
    for (given, ms) in [("1", 1_000), ("2592000", 2_592_000_000), ("", 3_600_000), ("null", 3_600_000)] {
        assert_eq!(parse("expires_in", given).unwrap().1, Millis(ms), "{given}");
    }
}

#[test]
fn unknown_members_are_refused() {
    refused("status", &["\"complete\""], Fault::Unknown, "status");
    refused("amount_received", &["0", "\"x\""], Fault::Unknown, "amount_received");
    refused("1168648096792943", &["1"], Fault::Unknown, "(a name)");
    for (body, error) in [
        (&b"[]"[..], BodyError::NotObject),
        (b"25000", BodyError::NotObject),
        (b"", BodyError::NotJson),
        (b"{", BodyError::NotJson),
    ] {
        assert_eq!(Parameters::parse(body, &config()), Err(error.into()));
    }
    let large = body(FULL, "description", &format!("\"{}\"", "x".repeat(17_000)));
    assert_eq!(Parameters::parse(&large, &config()), Err(BodyError::TooLarge.into()));
}

#[test]
fn a_full_body_survives_the_store() {
    let (parameters, open_for) = parse("expires_in", "1800").unwrap();
    assert_eq!(open_for, Millis(1_800_000));
    assert_eq!(
        (parameters.amount, parameters.currency.code(), parameters.reference.as_str()),
        (Minor(25_000), "ZAR", "order-1")
    );
    assert_eq!(
        (parameters.email.as_deref(), parameters.phone.as_deref()),
        (Some("thandi@example.com"), Some("0821234567"))
    );
    assert_eq!((parameters.name.as_deref(), parameters.locale.as_deref()), (Some("Thandi M"), Some("en-ZA")));
    assert_eq!(parameters.success_url.as_deref(), Some("https://shop.example/thanks?order=1"));
    assert_eq!(parameters.cancel_url.as_deref(), Some("http://localhost:8788/cart"));
    assert_eq!(parameters.metadata.get("cart").map(String::as_str), Some("77"));
    assert_eq!(parameters.summary(), "order-1: Shoes");
    let entry = Entry::Created { id: cs("cs_1"), secret_hash: "00ff".into(), expires_at: NOW, parameters };
    let stored = serde_json::to_string(&entry).unwrap();
    assert_eq!(crate::stored::read::<Entry>(&stored).unwrap(), entry);
}
