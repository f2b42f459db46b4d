use super::*;
use checkout_wire::CheckoutView;
use serde_json::{Value, json};

const HOSTILE: &str = "</script><img src=x onerror=alert(1)>\"'&{shop}<!--\u{2028}";

/// Returns a session with this text in every field that a shop, its customer or a provider can set.
fn checkout() -> CheckoutView {
    let change = json!({"pin": HOSTILE, "amount": 1, "expires_at": HOSTILE});
    let view = json!({
        "id": HOSTILE, "status": "open", "amount": 2, "currency": HOSTILE, "amount_received": 1, "amount_remaining": 1,
        "amount_owed": 0, "vouchers_left": 1, "shop_name": HOSTILE, "support": HOSTILE, "locale": HOSTILE, "description": HOSTILE,
        "reference": HOSTILE,
        "providers": [{"provider": HOSTILE, "provider_code": HOSTILE, "label": HOSTILE,
            "pin": {"alphabet": "digits", "min": 16, "max": 16}, "phone_country": "ZA", "needs_email": true, "fee": 0}],
        "redemptions": [{"id": HOSTILE, "provider": HOSTILE, "provider_code": HOSTILE, "status": "succeeded", "amount": 1,
            "created_at": HOSTILE, "change": change, "change_unknown": true, "needs_review": true}],
        "email": HOSTILE, "phone": HOSTILE, "success_url": HOSTILE, "cancel_url": HOSTILE, "expires_at": HOSTILE
    });
    serde_json::from_value(view).unwrap()
}

#[test]
fn no_text_breaks_out_of_the_page() {
    let page = Page {
        mode: PageMode::Hosted,
        session: HOSTILE.to_owned(),
        checkout: Some(checkout()),
        redemption: serde_json::from_value(HOSTILE.into()).ok(),
    };
    let document = Document {
        texts: &Texts::english(),
        theme: &Theme::default(),
        mode: PageMode::Hosted,
        page: Some(Data { page: &page, origins: &[HOSTILE.to_owned()], secret: Some(HOSTILE), event: None }),
        widget: true,
        main: html! { p title=(HOSTILE) { (HOSTILE) } },
        refresh: None,
        shop_name: HOSTILE,
        with_code: false,
        turnstile: None,
        query: None,
    };
    let assets = Assets { js: "/a.js".to_owned(), wasm: "/a.wasm".to_owned(), ..Assets::default() };
    let html = document.html(&assets, "").into_string();
    let escaped = "&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;&quot;'&amp;{shop}&lt;!--\u{2028}";
    assert!(html.contains(&format!(" – {escaped}</title>")), "{html}");
    assert!(html.contains(&format!("<p title=\"{escaped}\">{escaped}</p>")), "{html}");
    let (_, told) = html.split_once("<script type=\"application/json\" id=\"page\">").unwrap();
    let (told, rest) = told.split_once("</script>").unwrap();
    assert_eq!(rest, "<script type=\"module\" src=\"/a.js\"></script></body></html>");
    assert!(!told.contains('<'), "{told}");
    let mut told: Value = serde_json::from_str(told).unwrap();
    let mut taken = |name| told.as_object_mut().unwrap().remove(name).unwrap();
    let (words, secret, origins) = (taken("words"), taken("client_secret"), taken("origins"));
    assert_eq!((secret, origins), (HOSTILE.into(), vec![HOSTILE].into()));
    assert_eq!(words.as_array().map(Vec::len), Some(checkout_present::Word::FOR_WIDGET));
    assert_eq!(told, serde_json::to_value(&page).unwrap());
}
