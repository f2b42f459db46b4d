use super::*;
use crate::config::tests::config_with;
use serde_json::{Value, json};

const SITE: (&str, &str) = ("TURNSTILE_SITE_KEY", "0x4AAAAAAA_site-key");
const SECRET: (&str, &str) = ("TURNSTILE_SECRET_KEY", "0x4AAAAAAA_secret");

fn turnstile() -> Turnstile {
    config_with(&[SITE, SECRET]).unwrap().turnstile.unwrap()
}

fn refused(vars: &[(&str, &str)]) -> String {
    config_with(vars).err().unwrap().to_string()
}

#[test]
fn it_is_off_without_its_keys_and_needs_both() {
    assert!(config_with(&[]).unwrap().turnstile.is_none());
    assert_eq!(refused(&[SITE]), "TURNSTILE_SECRET_KEY is not set");
    assert_eq!(refused(&[SECRET]), "TURNSTILE_SITE_KEY is not set");
    let key = refused(&[("TURNSTILE_SITE_KEY", "0x4 \"'; script-src *"), SECRET]);
    assert_eq!(key, "TURNSTILE_SITE_KEY must be the site key of a Turnstile widget");
    let origin = refused(&[SITE, SECRET, ("TURNSTILE_BASE_URL", "https://a.example/path")]);
    assert_eq!(origin, "TURNSTILE_BASE_URL must be an origin such as https://challenges.cloudflare.com");
}

#[test]
fn the_puzzle_is_the_script_with_the_site_key() {
    let puzzle = "https://challenges.cloudflare.com/turnstile/v0/api.js?render=explicit#0x4AAAAAAA_site-key";
    assert_eq!(turnstile().puzzle(), puzzle);
    let ours = config_with(&[SITE, SECRET, ("TURNSTILE_BASE_URL", "http://localhost:1")]).unwrap();
    assert_eq!(ours.turnstile.unwrap().origin(), "http://localhost:1");
}

#[test]
fn a_token_is_sent_with_the_secret_to_cloudflare_alone() {
    let question = turnstile().question("0.abc-DEF_9").unwrap();
    assert_eq!(question.url, "https://challenges.cloudflare.com/turnstile/v0/siteverify");
    let body: Value = serde_json::from_str(&question.body).unwrap();
    assert_eq!(body, json!({"secret": "0x4AAAAAAA_secret", "response": "0.abc-DEF_9"}));
}

#[test]
fn a_puzzle_or_a_proof_of_work_is_no_token() {
    let long = "x".repeat(2049);
    for text in ["", &turnstile().puzzle(), "1764504000000.15.mac:42", "1764504000000.15.mac:", &long] {
        assert!(turnstile().question(text).is_none(), "{text}");
    }
}

#[test]
fn only_a_success_on_the_page_of_the_session_counts() {
    let session = SessionId::of(&"7".repeat(32)).unwrap();
    let answer = |verdict: Value| refusal(verdict.to_string().as_bytes(), &session);
    let refused = |reason: &str| Some(reason.to_owned());
    assert_eq!(
        answer(json!({"success": true, "cdata": session.as_str(), "hostname": "x", "error-codes": []})),
        None
    );
    let codes = json!({"success": false, "cdata": session.as_str(), "error-codes": ["invalid-input-secret", "0x4SECRET"]});
    assert_eq!(answer(codes), refused("invalid-input-secret,x"));
    assert_eq!(answer(json!({"success": "true", "cdata": session.as_str()})), refused(""));
    for other in [json!({"success": true, "cdata": "cs_other"}), json!({"success": true})] {
        assert_eq!(answer(other), refused("of another session, or of none"));
    }
    assert_eq!(refusal(b"<html>", &session), refused("no JSON"));
    // Found by fuzzing: half of a surrogate pair, which no text has, elsewhere in the answer.
    let half = format!(r#"{{"success":true,"cdata":"{}","action":"\ud800"}}"#, session.as_str());
    assert_eq!(refusal(half.as_bytes(), &session), refused("no JSON"));
}
