use super::*;

/// Message data as a list of named members; one member with an empty name stands for a plain value.
#[derive(Clone)]
struct Data(Vec<(&'static str, Value)>);

#[derive(Clone, Copy)]
enum Value {
    Text(&'static str),
    Number(i64),
}

impl Node for Data {
    fn field(&self, name: &str) -> Self {
        Self(self.0.iter().filter(|(field, _)| *field == name).map(|(_, value)| ("", *value)).collect())
    }
    fn is_null(&self) -> bool {
        self.0.is_empty()
    }
    fn text(&self) -> Option<String> {
        match self.0.as_slice() {
            [("", Value::Text(text))] => Some((*text).to_owned()),
            _ => None,
        }
    }
    fn integer(&self) -> Option<i64> {
        match self.0.as_slice() {
            [("", Value::Number(number))] => Some(*number),
            _ => None,
        }
    }
    fn boolean(&self) -> Option<bool> {
        None
    }
    fn items(&self) -> Option<Vec<Self>> {
        None
    }
}

fn init() -> Data {
    Data(vec![
        ("v", Value::Number(1)),
        ("ns", Value::Text("voucher-checkout")),
        ("type", Value::Text("init")),
        ("clientSecret", Value::Text("s3cret_-")),
    ])
}

fn with(name: &'static str, value: Option<Value>) -> Data {
    let mut data = init();
    data.0.retain(|(field, _)| *field != name);
    data.0.extend(value.map(|value| (name, value)));
    data
}

const ORIGINS: [&str; 2] = ["https://shop.example", "http://localhost:8788"];

fn accepted(from_parent: bool, origin: &str, ports: u32, data: &Data) -> Option<String> {
    let origins = ORIGINS.map(str::to_owned);
    accept(&Message { from_parent, origin, ports, data }, &origins)
}

#[test]
fn the_loader_on_an_allowed_page_is_accepted() {
    for origin in ORIGINS {
        assert_eq!(accepted(true, origin, 1, &init()).as_deref(), Some("s3cret_-"), "{origin}");
    }
    let more = with("locale", Some(Value::Text("fr")));
    assert!(accepted(true, ORIGINS[0], 1, &more).is_some());
}

#[test]
fn another_sender_is_ignored() {
    assert_eq!(accepted(false, ORIGINS[0], 1, &init()), None);
    for origin in [
        "",
        "null",
        "*",
        "https://evil.example",
        "https://shop.example.evil.example",
        "https://shop.example/",
        "http://shop.example",
        "https://SHOP.example",
        "https://shop.example:8443",
    ] {
        assert_eq!(accepted(true, origin, 1, &init()), None, "{origin}");
    }
}

#[test]
fn another_message_is_ignored() {
    for (name, value) in [
        ("v", None),
        ("v", Some(Value::Number(2))),
        ("v", Some(Value::Text("1"))),
        ("ns", None),
        ("ns", Some(Value::Text("other"))),
        ("type", None),
        ("type", Some(Value::Text("hello"))),
    ] {
        assert_eq!(accepted(true, ORIGINS[0], 1, &with(name, value)), None, "{name}");
    }
    assert_eq!(accepted(true, ORIGINS[0], 0, &init()), None);
    assert_eq!(accepted(true, ORIGINS[0], 2, &init()), None);
    assert_eq!(accepted(true, ORIGINS[0], 1, &Data(Vec::new())), None);
}

#[test]
fn a_malformed_secret_is_empty() {
    let texts = ["", "a b", "a\r\nX: y", "sécret"].map(|text| Some(Value::Text(text)));
    for value in texts.into_iter().chain([None, Some(Value::Number(7))]) {
        let message = with("clientSecret", value);
        assert_eq!(accepted(true, ORIGINS[0], 1, &message).as_deref(), Some(""));
    }
}
