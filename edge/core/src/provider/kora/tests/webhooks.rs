use super::*;

/// Returns the hint of a webhook with this `data`; JavaScript prints any JSON as `rewritten`.
fn webhook(data: &str, signature: Option<&str>, rewritten: Option<&str>) -> Result<Hint, WebhookError> {
    webhook_to("sk_test_example", data, signature, rewritten)
}

/// Returns the hint of a webhook for a Worker with this `KORA_SECRET_KEY`.
fn webhook_to(
    keys: &str,
    data: &str,
    signature: Option<&str>,
    rewritten: Option<&str>,
) -> Result<Hint, WebhookError> {
    let kora = Kora { secret_key: Replaceable::parse(keys).unwrap(), ..kora() };
    let body = format!(r#"{{"event":"charge.success","data":{data}}}"#);
    let header = |name: &str| signature.filter(|_| name == "x-korapay-signature").map(str::to_owned);
    let rewritten = |_: &str| rewritten.map(str::to_owned);
    kora.webhook(&WebhookMessage { header: &header, body: body.as_bytes(), rewritten: &rewritten })
}

#[test]
fn webhooks_are_signed_over_the_bytes_of_data_or_their_javascript_form() {
    let plain = r#"{"fee":0,"amount":100,"status":"success","currency":"ZAR","reference":"order-1"}"#;
    let long = plain.replace(":100,", ":100.00,");
    let of_plain = "6da80fc960b0ee9feb2cbafe9b2375add3f99218a2bcb9c306cd203150394072";
    let of_long = "3b0db243d5852dd09200816319a923bdd784af5e63b2996f5b0a837718a8d91f";
    let hint = Hint { references: vec!["order-1".into()], success: true, change: None };
    let unsigned = Err(WebhookError::Unsigned);
    assert_eq!(webhook(plain, Some(of_plain), None), Ok(hint.clone()));
    assert_eq!(webhook(&long, Some(of_long), None), Ok(hint.clone()));
    // Signed as JavaScript writes it, sent in another form.
    assert_eq!(webhook(&long, Some(of_plain), Some(plain)), Ok(hint.clone()));
    assert_eq!(webhook(&long, Some(of_plain), None), unsigned);
    assert_eq!(webhook(plain, Some(of_long), Some(plain)), unsigned);
    // The received bytes come first, whatever JavaScript would make of them.
    assert_eq!(webhook(&long, Some(of_long), Some("{}")), Ok(hint.clone()));
    assert_eq!(webhook(plain, Some(&of_plain.to_uppercase()), None), Ok(hint.clone()));
    assert_eq!(webhook(&format!(" {plain} "), Some(of_plain), None), Ok(hint));
    for wrong in
        ["", "0", of_plain.trim_end_matches('2'), &format!("{of_plain}0"), &of_plain.replace('6', "7")]
    {
        assert_eq!(webhook(plain, Some(wrong), Some(plain)), unsigned, "{wrong}");
    }
    assert_eq!(webhook(plain, None, Some(plain)), unsigned);
    for at in 0..plain.len() {
        let mut bent = plain.as_bytes().to_vec();
        bent[at] ^= 1;
        let bent = String::from_utf8(bent).unwrap();
        assert!(webhook(&bent, Some(of_plain), None).is_err(), "byte {at}");
    }
}

#[test]
fn while_the_secret_key_is_replaced_webhooks_are_signed_with_either() {
    let plain = r#"{"fee":0,"amount":100,"status":"success","currency":"ZAR","reference":"order-1"}"#;
    let signature = "6da80fc960b0ee9feb2cbafe9b2375add3f99218a2bcb9c306cd203150394072";
    for keys in ["sk_test_example sk_test_older", "sk_test_newer sk_test_example"] {
        assert!(webhook_to(keys, plain, Some(signature), None).is_ok(), "{keys}");
    }
    let others = webhook_to("sk_test_newer sk_test_older", plain, Some(signature), None);
    assert_eq!(others, Err(WebhookError::Unsigned));
}

#[test]
fn while_the_secret_key_is_replaced_calls_are_made_with_the_newer_one() {
    let kora = Kora { secret_key: Replaceable::parse("sk_test_newer sk_test_older").unwrap(), ..kora() };
    let request = kora.request(&Op::Lookup { reference: "order-1" }, Millis::ZERO).unwrap();
    let sent = request.headers.iter().find(|(name, _)| *name == "Authorization").unwrap();
    assert_eq!(sent.1, "Bearer sk_test_newer");
}
