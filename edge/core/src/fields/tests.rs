use super::*;

fn problem<T>(result: Result<T, Problem>) -> (ErrorCode, Option<String>) {
    result.err().map(|p| (p.code, p.field)).unwrap()
}

#[test]
fn bodies_that_are_no_object() {
    for body in [&b""[..], b"{", b"nonsense", b"[]", b"1", b"null", b"\xff\xfe", b"{\"a\":1}x"] {
        assert_eq!(Fields::parse(body).err().map(|p| p.code), Some(ErrorCode::BodyNotJson));
    }
    let deep = format!("{{\"a\":{}1{}}}", "[".repeat(5000), "]".repeat(5000));
    assert_eq!(Fields::parse(deep.as_bytes()).err().map(|p| p.code), Some(ErrorCode::BodyNotJson));
    let large = format!("{{\"a\":\"{}\"}}", "x".repeat(MAX_BODY));
    assert_eq!(Fields::parse(large.as_bytes()).err().map(|p| p.code), Some(ErrorCode::BodyTooLarge));
}

#[test]
fn amounts() {
    for bad in [
        "0",
        "-1",
        "1.5",
        "1.0",
        "9007199254740992",
        "1e400",
        "\"100\"",
        "true",
        "[]",
        "18446744073709551615",
    ] {
        let body = format!("{{\"amount\":{bad}}}");
        match Fields::parse(body.as_bytes()) {
            Ok(mut fields) => assert_eq!(
                problem(fields.amount("amount")),
                (ErrorCode::AmountInvalid, Some("amount".into())),
                "{bad}"
            ),
            Err(problem) => assert_eq!(problem.code, ErrorCode::BodyNotJson, "{bad}"),
        }
    }
    let mut fields = Fields::parse(b"{\"amount\":9007199254740991}").unwrap();
    assert_eq!(fields.amount("amount"), Ok(Some(9_007_199_254_740_991)));
}

#[test]
fn flags_are_true_or_false() {
    let flag = |value: &str| {
        let body = format!("{{\"a\":{value}}}");
        Fields::parse(body.as_bytes()).unwrap().flag("a").map_err(|problem| problem.code)
    };
    assert_eq!((flag("true"), flag("false"), flag("null")), (Ok(Some(true)), Ok(Some(false)), Ok(None)));
    for bad in ["\"true\"", "1", "0", "[]", "\"\""] {
        assert_eq!(flag(bad), Err(ErrorCode::FieldInvalid), "{bad}");
    }
}

// Law 7: text in, the same text out.
#[test]
fn law_7_decimals_stay_text() {
    let decimal = |value: &str| {
        let body = format!("{{\"a\":{value}}}");
        Fields::parse(body.as_bytes()).unwrap().required_decimal("a").map_err(|problem| problem.code)
    };
    for good in ["1", "0.5", "8.85", "56.50", "999999999999.99999999", "0.00000001"] {
        assert_eq!(decimal(&format!("\"{good}\"")), Ok(good.to_owned()));
        assert!(serde_json::from_str::<serde_json::Number>(good).is_ok(), "{good} is a number in JSON");
    }
    for bad in
        ["\"0\"", "\"-1\"", "\"1e3\"", "\"01\"", "\".5\"", "\"5.\"", "\"\"", "8.85", "1", "true", "\"0.000\""]
    {
        assert_eq!(decimal(bad), Err(ErrorCode::FieldInvalid), "{bad}");
    }
    assert_eq!(decimal("null"), Err(ErrorCode::FieldMissing));
}

#[test]
fn words_are_a_few_short_texts() {
    let words = |value: &str| {
        let body = format!("{{\"m\":{value}}}");
        Fields::parse(body.as_bytes()).unwrap().words("m").map_err(|problem| problem.field.unwrap())
    };
    let found = words(r#"{"b":"2","a":" 1 ","c":null}"#).unwrap();
    let found: Vec<(&str, &str)> = found.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    assert_eq!(found, [("a", "1"), ("b", "2")]);
    assert!(words("null").unwrap().is_empty() && words("{}").unwrap().is_empty());
    for (bad, named) in
        [("[]", "m"), ("\"x\"", "m"), (r#"{"":"x"}"#, "m"), (r#"{"a":1}"#, "m.a"), (r#"{"a":{}}"#, "m.a")]
    {
        assert_eq!(words(bad), Err(named.to_owned()), "{bad}");
    }
}

#[test]
fn every_mistake_names_its_field() {
    let mut fields =
        Fields::parse(br#"{"a":1,"b":"","c":{"d":[1]},"e":"x\u0000","f":null,"g":2,"1168648096792943":1}"#)
            .unwrap();
    assert_eq!(problem(fields.required_text("a", 5)), (ErrorCode::FieldInvalid, Some("a".into())));
    assert_eq!(problem(fields.text("b", 5)), (ErrorCode::FieldInvalid, Some("b".into())));
    let mut inner = fields.object("c").unwrap().unwrap();
    assert_eq!(problem(inner.texts("d")), (ErrorCode::FieldInvalid, Some("c.d".into())));
    assert_eq!(problem(fields.text("e", 5)), (ErrorCode::FieldInvalid, Some("e".into())));
    assert_eq!(problem(fields.required_text("f", 5)), (ErrorCode::FieldMissing, Some("f".into())));
    assert_eq!(problem(fields.number("g", 3, 4)), (ErrorCode::FieldInvalid, Some("g".into())));
    let leftover = fields.finish().unwrap_err();
    assert_eq!(leftover.code, ErrorCode::FieldUnknown);
    assert!(!format!("{leftover:?}").contains("1168648096792943"));
}
