use super::*;
use serde_json::json;

const ORIGIN: &str = "https://pay.example.com";
const NOW: Millis = Millis(1_800_000_000_000);

fn of(report: Value) -> Vec<[String; 3]> {
    let seen = read(report.to_string().as_bytes(), ORIGIN, NOW);
    assert!(seen.iter().all(|one| one.count == 1 && one.last_at == NOW));
    seen.into_iter().map(|one| [one.page, one.directive, one.blocked]).collect()
}

fn report(document: &str, directive: &str, blocked: &str) -> Value {
    let body = json!({
        "documentURL": document, "effectiveDirective": directive, "blockedURL": blocked,
        "sample": "4242 4242", "sourceFile": document, "disposition": "enforce", "statusCode": 200,
    });
    json!({"type": "csp-violation", "age": 3, "url": document, "user_agent": "x", "body": body})
}

fn texts<const N: usize>(texts: [[&str; 3]; N]) -> Vec<[String; 3]> {
    texts.map(|one| one.map(str::to_owned)).into()
}

#[test]
fn both_forms_of_a_report_are_read() {
    let page = "https://pay.example.com/pay/cs_1";
    let listed = of(json!([
        report(page, "script-src-elem", "inline"),
        report(page, "connect-src", "https://evil.example/x")
    ]));
    assert_eq!(
        listed,
        texts([["pay", "script-src-elem", "inline"], ["pay", "connect-src", "https://evil.example"]])
    );
    let older = json!({"csp-report": {
        "document-uri": "https://pay.example.com/embed/cs_1?theme=dark", "effective-directive": "img-src",
        "blocked-uri": "http://localhost:8080/a.png", "violated-directive": "img-src",
    }});
    assert_eq!(of(older), texts([["embed", "img-src", "http://localhost:8080"]]));
}

#[test]
fn law_6_nothing_but_an_origin_and_words_is_kept() {
    let page = "https://pay.example.com/pay/cs_1?key=secret";
    let blocked = [
        "https://evil.example/pin/1234567890123456?p=1#f",
        "https://user:password@evil.example/",
        "1234567890123456",
        "data:text/plain,1234",
        "javascript:1234",
        "",
    ];
    let kept = of(Value::from(blocked.map(|url| report(page, "script-src", url)).to_vec()));
    let kept: Vec<_> = kept.iter().map(|[page, _, blocked]| (page.as_str(), blocked.as_str())).collect();
    let other = ("pay", "other");
    assert_eq!(kept, [("pay", "https://evil.example"), other, other, other, other, other]);
    assert_eq!(of(json!([report(page, "script-src 1234", "inline")])), texts([]));
}

#[test]
fn other_pages_and_other_texts_count_nothing() {
    for document in [
        "https://pay.example.com/problems",
        "https://pay.example.com",
        "https://pay.example.com.evil/pay/1",
        "about:blank",
    ] {
        assert_eq!(of(json!([report(document, "script-src", "inline")])), texts([]), "{document}");
    }
    for other in [json!(null), json!([]), json!([1, {"body": 1}]), json!({"csp-report": []}), json!("x")] {
        assert_eq!(of(other), texts([]));
    }
    assert_eq!(read(b"<html>", ORIGIN, NOW), []);
    let many = vec![report("https://pay.example.com/pay/1", "script-src", "inline"); 50];
    assert_eq!(of(Value::from(many)).len(), MOST);
}
