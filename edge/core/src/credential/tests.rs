use super::*;

const ID: &str = "cs_0f8fad5bd9cb469fa165708677280000";

fn id() -> SessionId {
    SessionId::parse(ID).unwrap()
}

#[test]
fn a_browser_keeps_the_cookies_of_the_last_thirty_sessions() {
    let credential = Credential::parse("secret.payer");
    let limits = Limits::default();
    let sent = |count: usize| {
        let cookies = (0..count).map(|place| format!("__Host-pay-{place}=x"));
        cookies.chain(["theme=dark".to_owned()]).collect::<Vec<_>>().join("; ")
    };
    let removed = |count: usize| {
        let lines = credential.set_cookies(&sent(count), &id(), &limits);
        let (own, others) = lines.split_last().unwrap();
        assert!(
            own.starts_with("__Host-pay-0f8fad5bd9cb469fa165708677280000=secret.payer; Max-Age="),
            "{own}"
        );
        others.iter().map(|line| line.split_once('=').unwrap().0.to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(removed(29), Vec::<String>::new());
    assert_eq!(removed(31), ["__Host-pay-0", "__Host-pay-1"]);
}

#[test]
fn a_cookie_gives_the_credential_of_its_session_only() {
    let sent = "a=b; __Host-pay-0f8fad5bd9cb469fa165708677280000=secret.payer;c";
    let found = Credential::of_cookie(sent, &id()).unwrap();
    assert_eq!((found.secret.reveal().as_str(), found.payer.reveal().as_str()), ("secret", "payer"));
    let other = SessionId::parse("cs_00000000000000000000000000000001").unwrap();
    assert!(Credential::of_cookie(sent, &other).is_none());
}

#[test]
fn a_ticket_gives_the_client_secret_for_a_minute() {
    let config = crate::config::tests::config_of(&["kora"], &[]).unwrap();
    let now = Millis(1_777_464_000_500);
    let secret = config.keyring.client_secrets(&id()).next().unwrap();
    let opens = |text: &str, later: Millis| of_ticket(&config.keyring, &id(), text, now + later).is_some();
    let ticket = ticket(&secret, now);
    assert!(opens(&ticket, Millis::ZERO) && opens(&ticket, Millis::MINUTE));
    assert!(!opens(&ticket, Millis::MINUTE + Millis::SECOND) && !opens(&ticket, Millis(-1_000)));
    // A time that no ticket has: too large for milliseconds.
    for at in ["177744075366245623", "9223372036854775807", "-9223372036854775808", ""] {
        assert!(!opens(&format!("{at}-{}", "0".repeat(64)), Millis::ZERO), "{at}");
    }
}
