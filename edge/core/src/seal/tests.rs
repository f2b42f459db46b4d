use super::*;

const OLD: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const NEW: &str = "Hx4dHBsaGRgXFhUUExIREA8ODQwLCgkIBwYFBAMCAQA=";

/// Returns a session id.
fn session(n: u32) -> SessionId {
    SessionId::of(&format!("{n:032x}")).unwrap()
}

fn opened(keys: &Keyring, purpose: &str, sealed: &str) -> Option<String> {
    keys.open(purpose, sealed).map(Secret::into_revealed)
}

#[test]
fn a_sealed_text_begins_with_the_id_of_its_key() {
    let keys = Keyring::parse(&format!("{NEW} {OLD}")).unwrap();
    let ids: Vec<&str> = keys.ids().collect();
    let sealed = keys.seal("change rd_1", [7; 24], "1").unwrap();
    let older = Keyring::parse(OLD).unwrap().seal("change rd_1", [7; 24], "1").unwrap();
    assert_eq!(ids, [sealed.split('.').next().unwrap(), older.split('.').next().unwrap()]);
    assert_eq!(ids[1], "630dcd29");
}

#[test]
fn a_sealed_text_opens_for_its_purpose_only() {
    let keys = Keyring::parse(OLD).unwrap();
    let sealed = keys.seal("change rd_1", [7; 24], "1234252526252525").unwrap();
    assert!(!sealed.contains("1234252526252525"));
    assert_eq!(opened(&keys, "change rd_1", &sealed).as_deref(), Some("1234252526252525"));
    assert_eq!(opened(&keys, "change rd_2", &sealed), None);
    for i in 0..sealed.len() {
        let mut bent = sealed.clone().into_bytes();
        bent[i] = if bent[i] == b'A' { b'B' } else { b'A' };
        let bent = String::from_utf8(bent).unwrap();
        assert_eq!(opened(&keys, "change rd_1", &bent), None, "byte {i}");
    }
    for junk in ["", ".", "..", "a.b.c", "a.b", "💥"] {
        assert_eq!(opened(&keys, "change rd_1", junk), None);
    }
}

#[test]
fn a_new_key_opens_texts_sealed_by_the_old_one() {
    let (old, both, new) = (
        Keyring::parse(OLD).unwrap(),
        Keyring::parse(&format!("{NEW} {OLD}")).unwrap(),
        Keyring::parse(NEW).unwrap(),
    );
    let sealed = old.seal("p", [1; 24], "text").unwrap();
    assert_eq!(opened(&both, "p", &sealed).as_deref(), Some("text"));
    assert_eq!(opened(&new, "p", &sealed), None);
    let known = old.client_secrets(&session(1)).next().unwrap();
    assert!(both.client_secrets(&session(1)).any(|secret| secret.is(known.reveal())));
}

#[test]
fn only_a_holder_of_the_key_can_name_a_session() {
    let (old, both) = (Keyring::parse(OLD).unwrap(), Keyring::parse(&format!("{NEW} {OLD}")).unwrap());
    let id = old.session_id("00112233445566778899aabbccddeeff").unwrap();
    assert_eq!(id.digits().get(..20), Some("00112233445566778899"));
    assert_eq!(old.session_id("00112233445566778899000000000000"), Some(id.clone()));
    assert!(old.has_named(&id) && both.has_named(&id));
    assert!(!Keyring::parse(NEW).unwrap().has_named(&id));
    for place in 0..32 {
        let mut digits = id.digits().as_bytes().to_vec();
        digits[place] = if digits[place] == b'0' { b'1' } else { b'0' };
        let bent = SessionId::of(core::str::from_utf8(&digits).unwrap()).unwrap();
        assert!(!old.has_named(&bent), "{bent:?}");
    }
    for short in ["", "0011", "0011223344556677889"] {
        assert_eq!(old.session_id(short), None);
    }
}

#[test]
fn the_key_of_a_client_secret_is_found() {
    let (old, both) = (Keyring::parse(OLD).unwrap(), Keyring::parse(&format!("{NEW} {OLD}")).unwrap());
    let secret = old.client_secrets(&session(1)).next().unwrap();
    assert!(both.is_client_secret(&session(1), &secret));
    assert!(!both.is_client_secret(&session(2), &secret));
    let hash = sha256(secret.reveal());
    assert_eq!(both.client_secret_key(&session(1), &hash), old.ids().next());
    assert_eq!(Keyring::parse(NEW).unwrap().client_secret_key(&session(1), &hash), None);
}

#[test]
fn secrets_are_long_and_differ() {
    let keys = Keyring::parse(OLD).unwrap();
    let secret = |n| keys.client_secrets(&session(n)).next().unwrap().reveal().to_owned();
    assert_eq!(secret(1).len(), 32);
    assert_ne!(secret(1), secret(2));
    assert!(same("abc", "abc") && !same("abc", "abd") && !same("abc", "ab"));
    assert_ne!(keys.hash("pin", "1168648096792943"), sha256("1168648096792943"));
    assert_ne!(keys.hash("pin", "1"), keys.hash("pi", "n1"));
    assert_eq!(format!("{keys:?}"), "Keyring(1 keys)");
}

// RFC 4231 (test case 2) and FIPS 180-4's "abc".
#[test]
fn hashes_are_the_standard_ones() {
    let mac = hmac_hex(&Secret::new("Jefe".into()), "what do ya want for nothing?");
    assert_eq!(mac, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    // A key longer than a block is hashed first.
    let long = |length| Secret::new("k".repeat(length));
    assert_ne!(hmac_hex(&long(65), "text"), hmac_hex(&long(64), "text"));
    assert_eq!(sha256_base64("abc"), "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
    assert_eq!(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}
