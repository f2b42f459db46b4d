use super::*;

#[test]
fn debug_hides_secrets() {
    let request = HttpRequest {
        method: Method::Post,
        url: "https://x.example/pin-in-path".into(),
        headers: vec![("Authorization", "Bearer sk_test_secret".into())],
        body: "1168648096792943".into(),
    };
    let shown = format!("{request:?} {:?}", HttpResponse { status: 200, body: b"1168648096792943".to_vec() });
    assert!(!shown.contains("1168") && !shown.contains("secret") && !shown.contains("path"), "{shown}");
}
