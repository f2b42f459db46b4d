use super::{read, read_bytes};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

#[derive(Deserialize, PartialEq, Debug)]
struct Outer {
    name: String,
    #[serde(default)]
    inner: Option<Inner>,
    #[serde(default)]
    list: Vec<Inner>,
}

#[derive(Deserialize, PartialEq, Debug)]
struct Inner {
    amount: i64,
}

#[derive(Deserialize, PartialEq, Debug)]
#[serde(rename_all = "snake_case")]
enum Choice {
    Nothing,
    One(Inner),
    Named { amount: i64 },
}

#[test]
fn an_object_is_read_with_everything_inside() {
    let text = r#"{"name": "a", "inner": {"amount": 1}, "list": [{"amount": 2}], "unknown": [{"x": null}]}"#;
    let (one, two) = (Inner { amount: 1 }, Inner { amount: 2 });
    assert_eq!(
        read::<Outer>(text).unwrap(),
        Outer { name: "a".to_owned(), inner: Some(one), list: vec![two] }
    );
    let null = r#"{"name": "a", "inner": null}"#;
    assert_eq!(read::<Outer>(null).unwrap().inner, None);
}

#[test]
fn a_list_is_no_object_at_any_level() {
    for text in [r#"["a"]"#, r#"{"name": "a", "inner": [1]}"#, r#"{"name": "a", "list": [[2]]}"#] {
        assert!(serde_json::from_str::<Outer>(text).is_ok(), "serde alone reads {text}");
        assert!(read::<Outer>(text).is_err(), "{text}");
    }
    for text in [r#"{"one": [1]}"#, r#"{"named": [1]}"#] {
        assert!(serde_json::from_str::<Choice>(text).is_ok(), "serde alone reads {text}");
        assert!(read::<Choice>(text).is_err(), "{text}");
    }
}

#[test]
fn each_kind_of_variant_is_read() {
    assert_eq!(read::<Choice>(r#""nothing""#).unwrap(), Choice::Nothing);
    assert_eq!(read::<Choice>(r#"{"one": {"amount": 1}}"#).unwrap(), Choice::One(Inner { amount: 1 }));
    assert_eq!(read::<Choice>(r#"{"named": {"amount": 2}}"#).unwrap(), Choice::Named { amount: 2 });
    assert!(read::<Choice>(r#"{"other": {}}"#).is_err());
}

#[test]
fn lists_tuples_and_free_values_are_read_unchanged() {
    assert_eq!(read::<(String, i64)>(r#"["a", 1]"#).unwrap(), ("a".to_owned(), 1));
    assert_eq!(
        read::<Value>(r#"{"a": [1, null, {"b": "c"}]}"#).unwrap(),
        json!({"a": [1, null, {"b": "c"}]})
    );
    assert_eq!(read::<Box<RawValue>>(r#"{"a": 1.50}"#).unwrap().get(), r#"{"a": 1.50}"#);
    assert_eq!(read::<Result<u16, String>>(r#"{"Err": "x"}"#).unwrap(), Err("x".to_owned()));
}

#[test]
fn text_after_the_value_and_bytes_that_are_no_utf_8_are_refused() {
    assert!(read::<Outer>(r#"{"name": "a"} {"#).is_err());
    assert!(read_bytes::<Outer>(b"{\"name\": \"a\", \"unknown\": \"\xff\"}").is_none());
    assert!(read_bytes::<Outer>(br#"{"name": "a"}"#).is_some());
}
