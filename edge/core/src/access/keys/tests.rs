use super::*;
use serde_json::json;

const START: Millis = Millis(1_800_000_000_000);
const SECOND: Millis = Millis::SECOND;

fn key(id: &str) -> PublicKey {
    PublicKey { id: id.into(), modulus: "n".into(), exponent: "AQAB".into() }
}

/// Returns a cache that has fetched these keys at the start.
fn with(ids: &[&str]) -> KeyCache {
    let mut cache = KeyCache::new();
    assert_eq!(cache.step("any", START), KeyLookup::Fetch);
    cache.fetched(Some(ids.iter().map(|id| key(id)).collect()), START);
    cache
}

fn modulus(bytes: usize) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(vec![0xd7; bytes])
}

#[test]
fn rsa_keys_for_signatures_are_read() {
    let good = |id: &str| json!({"kid": id, "kty": "RSA", "alg": "RS256", "use": "sig", "n": modulus(256), "e": "AQAB"});
    let with = |name: &str, value: Value| {
        let mut key = good("bad");
        key[name] = value;
        key
    };
    let document = json!({"keys": [
        good("k1"), good("k2"),
        with("kty", json!("oct")), with("kty", json!("EC")), with("alg", json!("HS256")), with("use", json!("enc")),
        with("n", json!(modulus(128))), with("n", json!(modulus(2048))), with("n", json!("+/=")), with("n", json!(7)),
        with("e", json!("")), with("kid", json!(null)), json!("text"),
    ], "public_cert": {"kid": "k1"}});
    let ids: Vec<_> = parse(document.to_string().as_bytes()).unwrap().into_iter().map(|key| key.id).collect();
    assert_eq!(ids, ["k1", "k2"]);
    let many = json!({"keys": vec![good("k"); 100]});
    assert_eq!(parse(many.to_string().as_bytes()).unwrap().len(), MAX_KEYS);
}

#[test]
fn a_document_without_keys_is_refused() {
    for document in
        ["", "{}", "[]", "<html>", "{\"keys\":{}}", "{\"keys\":[]}", "{\"keys\":[{\"kty\":\"RSA\"}]}"]
    {
        assert_eq!(parse(document.as_bytes()), None, "{document}");
    }
}

#[test]
fn a_known_key_is_used_for_an_hour_without_a_fetch() {
    let mut cache = with(&["k1"]);
    assert_eq!(cache.step("k1", START + Millis(3_599_999)), KeyLookup::Use(key("k1")));
    assert_eq!(cache.step("k1", START + Millis::HOUR), KeyLookup::Fetch);
}

#[test]
fn an_unknown_key_is_fetched_at_most_once_a_minute() {
    let mut cache = with(&["k1"]);
    assert_eq!(cache.step("k2", START + SECOND), KeyLookup::Unknown);
    assert_eq!(cache.step("k2", START + Millis::MINUTE), KeyLookup::Fetch);
    cache.fetched(Some(vec![key("k1")]), START + Millis::MINUTE);
    assert_eq!(cache.step("k2", START + Millis(61_000)), KeyLookup::Unknown);
    assert_eq!(cache.step("k3", START + Millis(119_000)), KeyLookup::Unknown);
    assert_eq!(cache.step("k3", START + Millis(120_000)), KeyLookup::Fetch);
    cache.fetched(Some(vec![key("k3")]), START + Millis(120_000));
    assert_eq!(cache.step("k3", START + Millis(120_001)), KeyLookup::Use(key("k3")));
    assert_eq!(cache.step("k1", START + Millis(120_001)), KeyLookup::Unknown);
}

#[test]
fn one_request_fetches_and_the_others_wait() {
    let mut cache = KeyCache::new();
    assert_eq!(cache.step("k1", START), KeyLookup::Fetch);
    assert_eq!(cache.step("k1", START + SECOND), KeyLookup::Wait);
    cache.fetched(Some(vec![key("k1")]), START + SECOND);
    assert_eq!(cache.step("k1", START + SECOND), KeyLookup::Use(key("k1")));
}

#[test]
fn a_fetch_that_never_ended_is_taken_over() {
    let mut cache = KeyCache::new();
    assert_eq!(cache.step("k1", START), KeyLookup::Fetch);
    assert_eq!(cache.step("k1", START + Millis(9_999)), KeyLookup::Wait);
    assert_eq!(cache.step("k1", START + Millis(10_000)), KeyLookup::Fetch);
}

#[test]
fn known_keys_outlive_an_outage_of_a_day() {
    let mut cache = with(&["k1"]);
    assert_eq!(cache.step("k1", START + Millis::HOUR), KeyLookup::Fetch);
    assert_eq!(
        cache.step("k1", START + Millis::HOUR),
        KeyLookup::Use(key("k1")),
        "while another request fetches"
    );
    cache.fetched(None, START + Millis::HOUR);
    assert_eq!(cache.step("k1", START + Millis::HOUR + SECOND), KeyLookup::Use(key("k1")));
    assert_eq!(cache.step("k2", START + Millis::HOUR + SECOND), KeyLookup::Unknown);
    assert_eq!(cache.step("k1", START + Millis::DAY), KeyLookup::Fetch);
    cache.fetched(None, START + Millis::DAY);
    assert_eq!(cache.step("k1", START + Millis::DAY + SECOND), KeyLookup::Unavailable);
}

#[test]
fn without_any_key_a_failure_is_repeated_after_five_seconds() {
    let mut cache = KeyCache::new();
    assert_eq!(cache.step("k1", START), KeyLookup::Fetch);
    cache.fetched(None, START + SECOND);
    assert_eq!(cache.step("k1", START + Millis(4_999)), KeyLookup::Unavailable);
    assert_eq!(cache.step("k1", START + Millis(5_000)), KeyLookup::Fetch);
}
