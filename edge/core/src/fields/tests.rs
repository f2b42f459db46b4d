use super::*;

/// A fault with an empty requirement.
pub(crate) const INVALID: Fault = Fault::Invalid { must_be: Cow::Borrowed("") };

/// Builds the error of that member, without its requirement.
pub(crate) fn at(path: &str, fault: Fault) -> BodyError {
    BodyError::Field(FieldError { path: path.to_owned(), fault })
}

/// Returns the error without its requirement, which is text for people.
pub(crate) fn plain(error: impl Into<BodyError>) -> BodyError {
    match error.into() {
        BodyError::Field(FieldError { path, fault: Fault::Invalid { .. } }) => at(&path, INVALID),
        error => error,
    }
}

fn wrong<T>(result: Result<T, FieldError>) -> BodyError {
    result.err().map(plain).unwrap()
}

#[test]
fn bodies_that_are_no_object() {
    for body in [&b""[..], b"{", b"nonsense", b"\xff\xfe", b"{\"a\":1}x"] {
        assert_eq!(Fields::parse(body).err(), Some(BodyError::NotJson));
    }
    for body in [&b"[]"[..], b"1", b"null"] {
        assert_eq!(Fields::parse(body).err(), Some(BodyError::NotObject));
    }
    let deep = format!("{{\"a\":{}1{}}}", "[".repeat(5000), "]".repeat(5000));
    assert_eq!(Fields::parse(deep.as_bytes()).err(), Some(BodyError::NotJson));
    let large = format!("{{\"a\":\"{}\"}}", "x".repeat(MAX_BODY));
    assert_eq!(Fields::parse(large.as_bytes()).err(), Some(BodyError::TooLarge));
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
            Ok(mut fields) => {
                assert_eq!(wrong(fields.amount("amount")), at("amount", Fault::NotAmount), "{bad}");
            }
            Err(error) => assert_eq!(error, BodyError::NotJson, "{bad}"),
        }
    }
    let mut fields = Fields::parse(b"{\"amount\":9007199254740991}").unwrap();
    assert_eq!(fields.amount("amount"), Ok(Some(Minor(9_007_199_254_740_991))));
}

#[test]
fn flags_are_true_or_false() {
    let flag = |value: &str| {
        let body = format!("{{\"a\":{value}}}");
        Fields::parse(body.as_bytes()).unwrap().flag("a").map_err(plain)
    };
    assert_eq!((flag("true"), flag("false"), flag("null")), (Ok(Some(true)), Ok(Some(false)), Ok(None)));
    for bad in ["\"true\"", "1", "0", "[]", "\"\""] {
        assert_eq!(flag(bad), Err(at("a", INVALID)), "{bad}");
    }
}

// Law 7: text in, the same text out.
#[test]
fn law_7_decimals_stay_text() {
    let decimal = |value: &str| {
        let body = format!("{{\"a\":{value}}}");
        Fields::parse(body.as_bytes()).unwrap().required_decimal("a").map_err(plain)
    };
    for good in ["1", "0.5", "8.85", "56.50", "999999999999.99999999", "0.00000001"] {
        assert_eq!(decimal(&format!("\"{good}\"")), Ok(good.to_owned()));
        assert!(serde_json::from_str::<serde_json::Number>(good).is_ok(), "{good} is a number in JSON");
    }
    for bad in
        ["\"0\"", "\"-1\"", "\"1e3\"", "\"01\"", "\".5\"", "\"5.\"", "\"\"", "8.85", "1", "true", "\"0.000\""]
    {
        assert_eq!(decimal(bad), Err(at("a", INVALID)), "{bad}");
    }
    assert_eq!(decimal("null"), Err(at("a", Fault::Missing)));
}

#[test]
fn metadata_is_a_few_short_texts() {
    let words = |value: &str| {
        let body = format!("{{\"m\":{value}}}");
        Fields::parse(body.as_bytes()).unwrap().words("m").map_err(|error| error.path)
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
    assert_eq!(wrong(fields.required_text("a", 5)), at("a", INVALID));
    assert_eq!(wrong(fields.text("b", 5)), at("b", INVALID));
    let mut inner = fields.object("c").unwrap().unwrap();
    assert_eq!(wrong(inner.texts("d")), at("c.d", INVALID));
    assert_eq!(wrong(fields.text("e", 5)), at("e", INVALID));
    assert_eq!(wrong(fields.required_text("f", 5)), at("f", Fault::Missing));
    assert_eq!(wrong(fields.number("g", 3, 4)), at("g", INVALID));
    let leftover = fields.finish().unwrap_err();
    assert_eq!(leftover.fault, Fault::Unknown);
    assert!(!format!("{leftover:?}").contains("1168648096792943"));
}
