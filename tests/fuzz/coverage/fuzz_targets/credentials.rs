//! Credentials: sign-ins of the staff and the keys that verify them, ids of sessions, cookies, tickets, proofs of work, addresses. The
//! input: the kind, the content.
#![cfg_attr(fuzzing, no_main)]

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use checkout_core::access::keys::{KeyCache, KeyLookup, PublicKey, parse};
use checkout_core::access::{MAX_TOKEN, Token};
use checkout_core::config::Config;
use checkout_core::credential::{Credential, cookies, of_ticket};
use checkout_core::proof_of_work::{Try, WAIT};
use checkout_core::reference::{Owner, owner};
use checkout_core::seal::sha256;
use checkout_core::secret::Secret;
use checkout_core::throttle::owner_of_address;
use checkout_fuzz::{NOW, Seeds, config, seed};
use checkout_wire::{ActId, Millis, RedemptionId, SessionId, VoucherId, contact};
use serde_json::{Value, json};

thread_local! {
    static CONFIG: Config = config();
}

const ISSUER: &str = "https://acme.cloudflareaccess.com";
const AUDIENCE: &str = "audience0123456789abcdef";
/// The time of the checks.
const NOW_SECONDS: f64 = (NOW.0 / 1000) as f64;
const LEEWAY_SECONDS: f64 = 30.0;

fn seeds() -> Seeds {
    let second = NOW.0 / 1000;
    let header = json!({"alg": "RS256", "kid": "k1", "typ": "JWT"});
    let claims = json!({
        "iss": ISSUER, "aud": [AUDIENCE], "email": "thandi@example.com", "iat": second - 60, "nbf": second - 60,
        "exp": second + 3600, "type": "app", "sub": "x",
    });
    let pair = format!("{header}\n{claims}");
    let key =
        json!({"kid": "k1", "kty": "RSA", "alg": "RS256", "use": "sig", "n": "1".repeat(342), "e": "AQAB"});
    let document =
        json!({"keys": [key, {"kid": "k2", "kty": "EC", "alg": "ES256", "use": "sig"}]}).to_string();
    let id = CONFIG.with(|config| config.keyring.session_id(&"0123456789".repeat(4))).expect("an id");
    let digits = "0123456789abcdef".repeat(2);
    let mut seeds = vec![
        seed(b"t", signed(&header.to_string(), &claims.to_string())),
        seed(b"s\x00\x00", &pair),
        seed(b"s\x00\x09", &pair),
        seed(b"s\x07\x00", &pair),
        seed(b"s\x00\x00", pair.replace("[\"audience0123456789abcdef\"]", "\"audience0123456789abcdef\"")),
        seed(b"k", document),
        seed(b"i", id.as_str()),
        seed(b"p", ":1"),
        seed(b"p", ":1f3a"),
        seed(b"q", format!("{}.8.0123456789abcdef0123456789abcdef:42", NOW.0)),
    ];
    for text in
        [format!("rd_{digits}"), format!("vo-{digits}"), format!("{digits}-12"), format!("{digits}-1r")]
    {
        seeds.push(seed(b"i", text));
    }
    let digits = id.digits();
    for text in [
        format!("__Host-pay-{digits}=c2VjcmV0.1a2b3c; theme=dark"),
        format!("theme=dark; CF_Authorization=a.b.c; __Host-pay-{digits}=x.y;"),
        (0..40).map(|place| format!("__Host-pay-{place}=x")).collect::<Vec<_>>().join("; "),
    ] {
        seeds.push(seed(b"c", text));
    }
    seeds.push(seed(b"r", format!("{second}-{}", "0123456789abcdef".repeat(4))));
    for text in ["192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1", " 2001:DB8:0:1:2:3:4:5 ", "unknown"] {
        seeds.push(seed(b"a", text));
    }
    seeds
}

fn check(data: &[u8]) {
    let [kind, content @ ..] = data else { return };
    CONFIG.with(|config| match (kind, content) {
        (b't', _) => texts(content, |text| check_unsigned(config, text)),
        (b's', [change, place, rest @ ..]) => texts(rest, |text| check_signed(config, text, *change, *place)),
        (b'k', _) => check_keys(content),
        (b'i', _) => texts(content, |text| check_ids(config, text)),
        (b'p', _) => texts(content, |text| check_proof(config, text)),
        (b'q', _) => texts(content, |text| {
            assert_eq!(
                attempt(|attempt| attempt.wait(&config.keyring, text, NOW)),
                None,
                "a puzzle of nobody"
            );
        }),
        (b'a', _) => texts(content, check_address),
        (b'c', _) => texts(content, |text| check_cookies(config, text)),
        (b'r', _) => texts(content, |text| {
            let ours = attempt(|attempt| of_ticket(&config.keyring, attempt.session, text, NOW));
            assert!(ours.is_none(), "a ticket that nobody was given");
        }),
        _ => {}
    });
}

fn texts(content: &[u8], check: impl Fn(&str)) {
    if let Ok(text) = core::str::from_utf8(content) {
        check(text);
    }
}

/// Stands in for the signature of Access, which the Worker has WebCrypto verify.
fn signature(signed: &str) -> Vec<u8> {
    sha256(&format!("the key of Access\n{signed}")).into_bytes()
}

fn signed(header: &str, claims: &str) -> String {
    let encode = |part: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(part);
    let signed = format!("{}.{}", encode(header.as_bytes()), encode(claims.as_bytes()));
    let signature = encode(&signature(&signed));
    format!("{signed}.{signature}")
}

/// Signs in, in the order of the Worker: takes the token apart, verifies its signature, reads its claims.
fn sign_in(config: &Config, text: &str) -> Option<String> {
    let token = Token::parse(text).ok()?;
    // The signature covers the whole text.
    let whole = format!("{}.{}", token.signed, BASE64_URL_SAFE_NO_PAD.encode(&token.signature));
    assert_eq!(whole, text, "another spelling of a token");
    assert!(text.len() <= MAX_TOKEN);
    if token.signature != signature(token.signed) {
        return None;
    }
    let access = config.access.as_ref().expect("Access is configured");
    access.actor(&token, NOW).ok().map(|actor| actor.to_string())
}

fn check_unsigned(config: &Config, text: &str) {
    let is_seed = || seeds().contains(&seed(b"t", text));
    assert!(sign_in(config, text).is_none() || is_seed(), "a token that nobody signed");
}

/// Checks a signed token, and the same with one character changed.
fn check_signed(config: &Config, text: &str, change: u8, place: u8) {
    let Some((header, claims)) = text.split_once('\n') else { return };
    let token = signed(header, claims);
    let person = sign_in(config, &token);
    let named = person_of(header, claims).filter(|_| token.len() <= MAX_TOKEN);
    // We refuse a time with a fraction, which RFC 7519 allows and Access does not write.
    assert!(
        person == named || person.is_none() && claims.contains(['.', 'e', 'E']),
        "{header} {claims} {person:?}"
    );
    let mut bytes = token.clone().into_bytes();
    let place = usize::from(change) * 256 + usize::from(place);
    if let Some(byte) = bytes.get_mut(place) {
        *byte = if *byte == b'A' { b'B' } else { b'A' };
        let altered = String::from_utf8(bytes).expect("a token is ASCII");
        assert_eq!(sign_in(config, &altered), None, "an altered token");
    }
}

/// Returns the person whom a signed token names, by an independent reading of RFC 7519.
fn person_of(header: &str, claims: &str) -> Option<String> {
    let header: Value = serde_json::from_str(header).ok().filter(Value::is_object)?;
    let claims: Value = serde_json::from_str(claims).ok().filter(Value::is_object)?;
    let is_readable = header["alg"] == "RS256" && header["kid"].is_string() && header.get("crit").is_none();
    let is_ours = claims["iss"] == ISSUER
        && match &claims["aud"] {
            Value::Array(all) => all.contains(&AUDIENCE.into()),
            one => one == AUDIENCE,
        };
    // A time may have a fraction; one that is no number can be before no time.
    let begins = |name: &str| match &claims[name] {
        Value::Null => true,
        time => time.as_f64().is_some_and(|time| time <= NOW_SECONDS + LEEWAY_SECONDS),
    };
    let ends = claims["exp"].as_i64().is_some_and(|time| time as f64 > NOW_SECONDS);
    let is_valid = is_readable && is_ours && begins("nbf") && begins("iat") && ends;
    claims["email"].as_str().filter(|_| is_valid).and_then(contact::email)
}

/// Checks that the keys are those of the document, and are used only while they are known.
fn check_keys(document: &[u8]) {
    let Some(keys) = parse(document) else { return };
    let ids = |keys: &[PublicKey]| keys.iter().map(|key| key.id.clone()).collect::<Vec<_>>();
    let printed =
        keys.iter().map(|key| json!({"kty": "RSA", "kid": key.id, "n": key.modulus, "e": key.exponent}));
    let printed = json!({"keys": printed.collect::<Vec<_>>()}).to_string();
    assert!(!keys.is_empty() && parse(printed.as_bytes()).as_ref() == Some(&keys));
    for key in &keys {
        let bits = BASE64_URL_SAFE_NO_PAD.decode(&key.modulus).map(|bytes| bytes.len() * 8);
        assert!(bits.is_ok_and(|bits| (2048..=8192).contains(&bits)), "{key:?}");
    }
    let mut cache = KeyCache::new();
    assert_eq!(cache.step("k", NOW), KeyLookup::Fetch);
    cache.fetched(Some(keys.clone()), NOW);
    for id in ids(&keys) {
        let key = cache.step(&id, NOW);
        assert!(matches!(&key, KeyLookup::Use(key) if key.id == id && keys.contains(key)), "{key:?}");
        let late = cache.step(&id, NOW + Millis::DAY.times(2));
        assert!(!matches!(late, KeyLookup::Use(_)), "a key that was fetched two days ago");
        cache.fetched(Some(keys.clone()), NOW);
    }
    let unknown = cache.step("\u{0}", NOW);
    assert!(unknown == KeyLookup::Unknown || ids(&keys).contains(&"\u{0}".to_owned()), "{unknown:?}");
}

/// Checks that only our own ids are accepted, and that an id is written as it was read.
fn check_ids(config: &Config, text: &str) {
    let known = || seeds().contains(&seed(b"i", text));
    if let Some(id) = SessionId::parse(text) {
        assert!(!config.keyring.has_named(&id) || known(), "the id of no session of ours");
        assert!(!config.keyring.is_client_secret(&id, &Secret::new(text.to_owned())));
        assert_eq!(id.as_str(), text);
    }
    let spelled = [
        RedemptionId::parse(text).map(|id| id.as_str().to_owned()),
        VoucherId::parse(text).map(|id| id.as_str().to_owned()),
        ActId::parse(text).map(|id| id.as_str().to_owned()),
    ];
    spelled.iter().flatten().for_each(|id| assert_eq!(id, text));
    match owner(text) {
        Some(Owner::Session(id)) => assert!(text.starts_with(id.digits()) && text.len() <= 39),
        Some(Owner::Voucher(id)) => assert_eq!(text, format!("vo-{}", id.digits())),
        None => {}
    }
}

fn attempt<T>(with: impl Fn(Try<'_>) -> T) -> T {
    let session = SessionId::of(&"0123456789abcdef".repeat(2)).expect("an id");
    with(Try { session: &session, key: "key" })
}

/// Checks an answer to our own puzzle: it is solved by zero bits only, and by no more than a minute's wait.
fn check_proof(config: &Config, text: &str) {
    const BITS: u32 = 8;
    let puzzle = attempt(|attempt| attempt.puzzle(&config.keyring, BITS, NOW));
    let proof = format!("{puzzle}{text}");
    let wait = attempt(|attempt| attempt.wait(&config.keyring, &proof, NOW));
    let is_ours = text.is_empty() || text.starts_with(':');
    let is_solved = sha256(&proof).starts_with("00");
    assert_eq!(wait, is_ours.then_some(if is_solved { Millis::ZERO } else { WAIT }), "{proof}");
    let later = attempt(|attempt| attempt.wait(&config.keyring, &proof, NOW + WAIT));
    assert_eq!(later, is_ours.then_some(Millis::ZERO), "{proof}");
}

/// Checks that a browser's cookies are read as RFC 6265 (section 5.4) has them sent, and that only our own ones are removed.
fn check_cookies(config: &Config, text: &str) {
    for (name, value) in cookies(text) {
        assert!(
            text.contains(&format!("{name}={value}")) && !name.contains(['=', ';']) && !value.contains(';')
        );
    }
    attempt(|attempt| {
        let own = format!("__Host-pay-{}", attempt.session.digits());
        let value = cookies(text).find(|(name, _)| *name == own).map(|(_, value)| value);
        let kept = Credential::of_cookie(text, attempt.session);
        assert_eq!(kept.is_some(), value.is_some());
        let lines = kept.unwrap_or_default().set_cookies(text, attempt.session, &config.limits);
        let (set, removed) = lines.split_last().expect("at least its own cookie");
        assert!(set.starts_with(&format!("{own}=")) && lines.len() <= 1 + cookies(text).count());
        for line in removed {
            assert!(line.starts_with("__Host-pay-") && !line.starts_with(&format!("{own}=")), "{line}");
            assert!(line.ends_with("=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=Lax"), "{line}");
        }
    });
}

/// Checks that one owner has one name.
fn check_address(text: &str) {
    let owner = owner_of_address(text);
    assert_eq!(owner_of_address(&format!(" {text} ")), owner);
    assert!(owner.len() <= text.trim().len().max(16));
    if let Ok(std::net::IpAddr::V4(address)) = text.parse() {
        assert_eq!(owner_of_address(&format!("::ffff:{address}")), owner);
    }
}

checkout_fuzz::target!(check, seeds);
