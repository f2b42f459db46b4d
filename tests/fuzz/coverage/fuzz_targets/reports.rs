//! What browsers and Cloudflare tell: reports of violations, and verdicts of Turnstile. The input: which of them, the body.
#![cfg_attr(fuzzing, no_main)]

use checkout_core::turnstile::refusal;
use checkout_core::violation::read;
use checkout_fuzz::{Seeds, seed};
use checkout_wire::{Millis, SessionId};
use serde_json::Value;

const ORIGIN: &str = "https://pay.example.com";
const NOW: Millis = Millis(1_800_000_000_000);

fn seeds() -> Seeds {
    let reports = [
        r#"[{"type":"csp-violation","url":"https://pay.example.com/pay/cs_1","body":{"documentURL":"https://pay.example.com/pay/cs_1?key=k","effectiveDirective":"script-src-elem","blockedURL":"https://evil.example:8080/a.js?p=1"}}]"#,
        r#"[{"body":{"documentURL":"https://pay.example.com/operations","effectiveDirective":"img-src","blockedURL":"inline"}}]"#,
        r#"{"csp-report":{"document-uri":"https://pay.example.com/embed/cs_1","effective-directive":"connect-src","blocked-uri":"data"}}"#,
    ];
    let session = session();
    let verdict = format!(r#"{{"success":true,"cdata":"{}","error-codes":[]}}"#, session.as_str());
    let reports = reports.map(|report| seed(&[0], report.as_bytes()));
    reports.into_iter().chain([seed(&[1], verdict.as_bytes()), seed(&[1], br#"{"success":false}"#)]).collect()
}

fn session() -> SessionId {
    SessionId::of(&"7".repeat(32)).expect("an id")
}

fn check(data: &[u8]) {
    let [which, body @ ..] = data else { return };
    if which % 2 == 0 { check_report(body) } else { check_verdict(body) }
}

/// Checks that nothing of a report but words and origins is kept, for pages of ours.
fn check_report(body: &[u8]) {
    let found = read(body, ORIGIN, NOW);
    assert!(found.len() <= 10);
    for one in found {
        let is_word = |text: &str| text.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
        assert!(["pay", "embed", "operations"].contains(&&*one.page), "{one:?}");
        assert!(is_word(&one.directive) && (1..=100).contains(&one.directive.len()), "{one:?}");
        let host = one.blocked.split_once("://").map_or("", |(_, host)| host);
        let is_origin = !host.contains(['/', '?', '#', '@', '\\', '%']) && host.is_ascii();
        assert!((is_word(&one.blocked) || is_origin) && (1..=100).contains(&one.blocked.len()), "{one:?}");
        assert_eq!((one.count, one.last_at), (1, NOW));
    }
}

/// Checks that only an explicit word about this session counts.
fn check_verdict(body: &[u8]) {
    let session = session();
    if refusal(body, &session).is_none() {
        let verdict: Value = serde_json::from_slice(body).expect("a verdict is JSON");
        assert_eq!((&verdict["success"], &verdict["cdata"]), (&true.into(), &session.as_str().into()));
    }
}

checkout_fuzz::target!(check, seeds);
