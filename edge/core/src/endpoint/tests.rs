use super::*;
use ed25519_dalek::{Signature, Verifier};
use std::collections::BTreeMap;

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const KEY: &str = "whsk_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

fn read(changes: &[(&'static str, &str)]) -> Result<Option<Endpoint>, ConfigError> {
    let usual = [
        ("WEBHOOK_URL", "https://shop.example/hook"),
        ("WEBHOOK_SECRET", SECRET),
        ("WEBHOOK_SIGNING_KEY", KEY),
    ];
    let vars: BTreeMap<&str, String> =
        usual.iter().chain(changes).map(|(name, value)| (*name, (*value).to_owned())).collect();
    Endpoint::read(&Vars::new(&|name| vars.get(name).cloned()))
}

// The test vector in the README of the Standard Webhooks libraries.
#[test]
fn the_published_vector() {
    let endpoint = read(&[]).unwrap().unwrap();
    let headers = endpoint.headers(
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        Millis(1_614_265_330_999),
        r#"{"test": 2432232314}"#,
    );
    let [_, id, timestamp, (name, signatures)] = &headers;
    assert_eq!(
        (id.1.as_str(), timestamp.1.as_str(), *name),
        ("msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", "webhook-signature")
    );
    let (shared, public) = signatures.split_once(' ').unwrap();
    assert_eq!(shared, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    let signature = BASE64_STANDARD.decode(public.strip_prefix("v1a,").unwrap()).unwrap();
    let signed = br#"msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{"test": 2432232314}"#;
    let key = endpoint.keys[0].reveal().verifying_key();
    key.verify(signed, &Signature::from_slice(&signature).unwrap()).unwrap();
}

#[test]
fn two_keys_sign_twice() {
    let both = format!("{SECRET} whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX");
    let endpoint = read(&[("WEBHOOK_SECRET", &both)]).unwrap().unwrap();
    let [.., (_, signatures)] = endpoint.headers("evt_1", Millis::ZERO, "{}");
    assert_eq!(signatures.matches("v1,").count(), 2);
    assert_eq!(signatures.matches("v1a,").count(), 1);
    assert!(!format!("{endpoint:?}").contains("whsec") && !format!("{endpoint:?}").contains("MfKQ"));
}

#[test]
fn law_9_a_missing_variable_is_refused_by_name() {
    for (name, value) in [
        ("WEBHOOK_URL", ""),
        ("WEBHOOK_URL", "http://shop.example/hook"),
        ("WEBHOOK_URL", "shop.example"),
        ("WEBHOOK_SECRET", ""),
        ("WEBHOOK_SECRET", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
        ("WEBHOOK_SECRET", "whsec_short"),
        ("WEBHOOK_SECRET", "whsec_AAECAwQFBgc="),
        ("WEBHOOK_SIGNING_KEY", ""),
        ("WEBHOOK_SIGNING_KEY", "whsk_AAECAwQFBgc="),
        ("WEBHOOK_SIGNING_KEY", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="),
    ] {
        assert_eq!(read(&[(name, value)]).err().map(|error| error.variable), Some(name), "{value}");
    }
    let off = read(&[("WEBHOOK_URL", ""), ("WEBHOOK_SECRET", ""), ("WEBHOOK_SIGNING_KEY", "")]);
    assert!(off.unwrap().is_none());
}

#[test]
fn webhook_events_selects_types() {
    let all = read(&[]).unwrap().unwrap();
    assert!(EventType::ALL.iter().all(|kind| all.wants(*kind)));
    let some =
        read(&[("WEBHOOK_EVENTS", "checkout_session.completed  redemption.declined")]).unwrap().unwrap();
    let wanted = EventType::ALL.iter().copied().filter(|kind| some.wants(*kind));
    assert!(wanted.eq([EventType::SessionCompleted, EventType::RedemptionDeclined]));
    for names in ["checkout_session.paid", "redemption.*", "redemption.declined,redemption.unknown"] {
        let error = read(&[("WEBHOOK_EVENTS", names)]).err().unwrap();
        assert_eq!(error.variable, "WEBHOOK_EVENTS");
        assert!(error.problem.contains("redemption.declined, "), "{}", error.problem);
    }
}
