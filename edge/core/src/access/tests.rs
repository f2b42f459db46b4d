use super::*;
use crate::config::tests::{config_with, vars_with};
use serde_json::json;

const TEAM: &str = "acme.cloudflareaccess.com";
const AUD: &str = "4714c1358e65fe4b408ad6d432a5f878f08194bdb4752441fd56faefa9b2b6f2";
const NOW: Millis = Millis(1_800_000_000_500);
const SECOND: i64 = 1_800_000_000;

fn access() -> Access {
    config_with(&[("ACCESS_TEAM_DOMAIN", TEAM), ("ACCESS_AUD", AUD)]).unwrap().access.unwrap()
}

fn encoded(value: &Value) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(value.to_string())
}

fn text(header: &Value, claims: &Value) -> String {
    format!("{}.{}.c2lnbmF0dXJl", encoded(header), encoded(claims))
}

/// Returns the claims of a good token with these changes; `null` removes one.
fn claims(changes: &Value) -> Value {
    let mut claims = json!({
        "iss": "https://acme.cloudflareaccess.com", "aud": [AUD], "email": "thandi@example.com",
        "iat": SECOND - 60, "nbf": SECOND - 60, "exp": SECOND + 3600, "type": "app", "sub": "x",
    });
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims
}

fn actor(changes: &Value) -> Result<String, TokenError> {
    let text = text(&json!({"alg": "RS256", "kid": "k1"}), &claims(changes));
    access().actor(&Token::parse(&text)?, NOW).map(|actor| actor.to_string())
}

#[test]
fn a_token_for_this_application_names_its_person() {
    assert_eq!(actor(&json!({})), Ok("thandi@example.com".to_owned()));
    assert_eq!(actor(&json!({"aud": AUD})), Ok("thandi@example.com".to_owned()));
    assert_eq!(actor(&json!({"aud": ["other", AUD]})), Ok("thandi@example.com".to_owned()));
    assert_eq!(actor(&json!({"nbf": null, "iat": null})), Ok("thandi@example.com".to_owned()));
}

#[test]
fn a_token_with_other_claims_is_refused() {
    for (changes, error) in [
        (json!({"iss": "https://evil.cloudflareaccess.com"}), TokenError::Issuer),
        (json!({"iss": "https://acme.cloudflareaccess.com/"}), TokenError::Issuer),
        (json!({"iss": null}), TokenError::Issuer),
        (json!({"aud": ["other"]}), TokenError::Audience),
        (json!({"aud": []}), TokenError::Audience),
        (json!({"aud": null}), TokenError::Audience),
        (json!({"aud": {"0": AUD}}), TokenError::Audience),
        (json!({"exp": SECOND}), TokenError::Expired),
        (json!({"exp": SECOND - 1}), TokenError::Expired),
        (json!({"exp": null}), TokenError::Expired),
        (json!({"exp": "never"}), TokenError::Expired),
        (json!({"exp": 9e99}), TokenError::Expired),
        (json!({"nbf": SECOND + 31}), TokenError::NotYetValid),
        (json!({"iat": SECOND + 31}), TokenError::NotYetValid),
        (json!({"nbf": 1_800_086_400.5}), TokenError::NotYetValid),
        (json!({"nbf": "tomorrow"}), TokenError::NotYetValid),
        (json!({"iat": 9e99}), TokenError::NotYetValid),
        (json!({"email": null}), TokenError::NoEmail),
        (json!({"email": "key:6789"}), TokenError::NoEmail),
        (json!({"email": ["thandi@example.com"]}), TokenError::NoEmail),
    ] {
        assert_eq!(actor(&changes), Err(error), "{changes}");
    }
}

#[test]
fn clocks_may_differ_by_half_a_minute() {
    assert!(actor(&json!({"nbf": SECOND + 30, "iat": SECOND + 30})).is_ok());
}

#[test]
fn only_rs256_is_read() {
    for header in [
        json!({"alg": "none", "kid": "k1"}),
        json!({"alg": "None", "kid": "k1"}),
        json!({"alg": "HS256", "kid": "k1"}),
        json!({"alg": "RS512", "kid": "k1"}),
        json!({"alg": "ES256", "kid": "k1"}),
        json!({"alg": ["RS256"], "kid": "k1"}),
        json!({"kid": "k1"}),
        json!({"alg": "RS256", "kid": "k1", "crit": ["exp"]}),
    ] {
        let text = text(&header, &claims(&json!({})));
        assert_eq!(Token::parse(&text).err(), Some(TokenError::Algorithm), "{header}");
    }
    let without_key = text(&json!({"alg": "RS256"}), &claims(&json!({})));
    assert_eq!(Token::parse(&without_key).err(), Some(TokenError::UnknownKey));
}

#[test]
fn a_token_is_taken_apart() {
    let text = text(&json!({"alg": "RS256", "kid": "k1"}), &claims(&json!({})));
    let token = Token::parse(&text).unwrap();
    assert_eq!((token.key.as_str(), token.signature.as_slice()), ("k1", b"signature".as_slice()));
    assert_eq!(format!("{}.c2lnbmF0dXJl", token.signed), text);
}

#[test]
fn other_text_is_no_token() {
    let good = text(&json!({"alg": "RS256", "kid": "k1"}), &claims(&json!({})));
    let header = encoded(&json!({"alg": "RS256", "kid": "k1"}));
    for text in [
        String::new(),
        ".".into(),
        "..".into(),
        "a.b".into(),
        "a.b.c".into(),
        "key_0123456789abcdef0123456789".into(),
        format!("{header}.{}.c2ln", encoded(&json!([1]))),
        format!("{header}.{}", encoded(&json!({}))),
        format!("{good}="),
        format!("{good}.e30"),
        good.replace('.', " . "),
        "[".repeat(5_000),
    ] {
        let found = Token::parse(&text).err();
        assert!(matches!(found, Some(TokenError::Malformed)), "{text}: {found:?}");
    }
    assert_eq!(Token::parse(&"a".repeat(MAX_TOKEN + 1)).err(), Some(TokenError::TooLong));
}

#[test]
fn the_team_domain_is_a_domain_or_an_origin() {
    for (value, url) in [
        (TEAM, "https://acme.cloudflareaccess.com/cdn-cgi/access/certs"),
        ("https://acme.cloudflareaccess.com/", "https://acme.cloudflareaccess.com/cdn-cgi/access/certs"),
        ("http://localhost:8788", "http://localhost:8788/cdn-cgi/access/certs"),
    ] {
        let config = config_with(&[("ACCESS_TEAM_DOMAIN", value), ("ACCESS_AUD", AUD)]).unwrap();
        assert_eq!(config.access.unwrap().keys_url(), url);
    }
    assert!(config_with(&[]).unwrap().access.is_none());
}

#[test]
fn law_9_half_a_sign_in_is_refused_by_name() {
    for (team, aud, variable) in [
        (TEAM, "", "ACCESS_AUD"),
        ("", AUD, "ACCESS_TEAM_DOMAIN"),
        ("http://acme.cloudflareaccess.com", AUD, "ACCESS_TEAM_DOMAIN"),
        ("https://acme.cloudflareaccess.com/path", AUD, "ACCESS_TEAM_DOMAIN"),
        ("ftp://localhost", AUD, "ACCESS_TEAM_DOMAIN"),
        ("a b", AUD, "ACCESS_TEAM_DOMAIN"),
        (TEAM, "a b", "ACCESS_AUD"),
        (TEAM, "{\"aud\":1}", "ACCESS_AUD"),
    ] {
        let mut vars = vars_with(&[("ACCESS_TEAM_DOMAIN", team), ("ACCESS_AUD", aud)]);
        vars.retain(|_, value| !value.is_empty());
        let error = Access::read(&Vars::new(&|name| vars.get(name).cloned())).err().unwrap();
        assert_eq!(error.variable, variable, "{team:?} {aud:?}");
    }
}
