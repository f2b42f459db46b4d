//! Law 3 as a property: the golden answers, bent in every way, against a second and simpler reading of the providers'
//! documents. What is read as paid must say so, in so many words; the same for refused.

use super::golden::{cases, sandboxes};
use super::*;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::TestRunner;
use serde_json::Value;
use serde_json::value::RawValue;
use std::cell::Cell;
use std::collections::BTreeMap;

/// What stands where something else stood.
const INSTEAD: &[&str] = &[
    "null",
    "true",
    "false",
    "0",
    "-1",
    "10",
    "1e1",
    "10.001",
    "10.0",
    "1e400",
    "9007199254740993",
    "99999999999999999999",
    "\"10.00\"",
    "\"10,00\"",
    "\"success\"",
    "\"Success\"",
    "\"failed\"",
    "\"processing\"",
    "\"error\"",
    "\"ZAR\"",
    "\"TTD\"",
    "\"\"",
    "\"Too many attempts\"",
    "[]",
    "{}",
    "[\"success\"]",
    "{\"status\":\"success\"}",
    "[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]",
];

/// Bytes that matter to JSON, and some that matter to nothing.
const BYTES: &[u8] = b"{}[]:,\"\\0159.eE-+ \n\x00\xc3\xff";

#[derive(Clone, Debug)]
enum Bend {
    Flip(Index, u8),
    Cut(Index),
    Drop(Index),
    Insert(Index, Index),
    Swap(Index, Index),
    Without(Index),
    Digit(Index, u8),
    Listed,
}

fn bend() -> impl Strategy<Value = Bend> {
    let at = any::<Index>;
    prop_oneof![
        4 => (at(), 0u8..8).prop_map(|(at, bit)| Bend::Flip(at, bit)),
        1 => at().prop_map(Bend::Cut),
        2 => at().prop_map(Bend::Drop),
        2 => (at(), at()).prop_map(|(at, byte)| Bend::Insert(at, byte)),
        8 => (at(), at()).prop_map(|(at, value)| Bend::Swap(at, value)),
        2 => at().prop_map(Bend::Without),
        4 => (at(), b'0'..=b'9').prop_map(|(at, digit)| Bend::Digit(at, digit)),
        1 => Just(Bend::Listed),
    ]
}

impl Bend {
    fn apply(&self, body: &mut Vec<u8>) {
        let length = body.len();
        if length == 0 {
            return;
        }
        match self {
            Bend::Flip(at, bit) => body[at.index(length)] ^= 1 << bit,
            Bend::Cut(at) => body.truncate(at.index(length)),
            Bend::Drop(at) => drop(body.remove(at.index(length))),
            Bend::Insert(at, byte) => body.insert(at.index(length), *byte.get(BYTES)),
            Bend::Swap(at, value) => edit(body, at, Some(INSTEAD[value.index(INSTEAD.len())])),
            Bend::Without(at) => edit(body, at, None),
            Bend::Digit(at, digit) => {
                let digits: Vec<usize> = (0..length).filter(|i| body[*i].is_ascii_digit()).collect();
                if !digits.is_empty() {
                    body[*at.get(&digits)] = *digit;
                }
            }
            Bend::Listed => {
                let items = serde_json::from_slice(body).map(|value: Value| match value {
                    Value::Object(members) => members.into_iter().map(|(_, value)| value).collect(),
                    other => Value::Array(vec![other]),
                });
                *body = items.map_or(std::mem::take(body), |list: Value| list.to_string().into_bytes());
            }
        }
    }
}

/// Puts other JSON in the place of one member, or takes the member out.
fn edit(body: &mut Vec<u8>, at: &Index, instead: Option<&str>) {
    let Ok(mut value) = serde_json::from_slice::<Value>(body) else {
        return;
    };
    let mut paths = Vec::new();
    members(&value, String::new(), &mut paths);
    if paths.is_empty() {
        return;
    }
    let path = at.get(&paths);
    let (parent, name) = path.rsplit_once('/').unwrap();
    let Some(Value::Object(parent)) = value.pointer_mut(parent) else {
        return;
    };
    parent.remove(name);
    if instead.is_some() {
        parent.insert(name.to_owned(), "(instead)".into());
    }
    *body = value.to_string().replace("\"(instead)\"", instead.unwrap_or_default()).into_bytes();
}

fn members(value: &Value, path: String, paths: &mut Vec<String>) {
    for (name, inner) in value.as_object().into_iter().flatten() {
        // Names with a meaning in a JSON pointer come from flipped bytes; they are of no interest.
        if !name.contains(['/', '~']) {
            paths.push(format!("{path}/{name}"));
            members(inner, format!("{path}/{name}"), paths);
        }
    }
}

/// What an answer says at most.
#[derive(PartialEq, Debug)]
enum Says {
    Nothing,
    Refused,
    Paid { cents: Option<i64> },
}

/// The documents in a few lines. Of the top-level `status`, the HTTP status and `data` in Kora's case, all have to agree;
/// WiPay has one word.
fn says(provider: &str, status: u16, body: &[u8]) -> Says {
    let body = object(body);
    let data = object(body.get("data").map_or(b"", |data| data.get().as_bytes()));
    let fine = (200..=299).contains(&status);
    match (provider, member(&body, "status"), member(&data, "status").as_str()) {
        _ if status >= 500 => Says::Nothing,
        ("kora", Value::Bool(true), Some("success")) if fine && member(&data, "currency") == "ZAR" => {
            let Some(whole) = cents(&member(&data, "amount")) else {
                return Says::Nothing;
            };
            let paid = cents(&member(&data, "amount_paid")).filter(|paid| *paid > 0);
            Says::Paid { cents: paid.or(Some(whole)) }
        }
        ("kora", Value::Bool(true), Some("failed" | "expired" | "cancelled")) if fine => Says::Refused,
        ("kora", Value::Bool(false), _) if (400..=499).contains(&status) => Says::Refused,
        ("wipay", Value::String(word), _) if word == "success" && fine => Says::Paid { cents: None },
        ("wipay", Value::String(word), _) if word == "error" => Says::Refused,
        _ => Says::Nothing,
    }
}

/// The members of a JSON object, unread: one that nobody asks for may hold anything that is JSON.
fn object(json: &[u8]) -> BTreeMap<String, Box<RawValue>> {
    serde_json::from_slice(json).unwrap_or_default()
}

fn member(object: &BTreeMap<String, Box<RawValue>>, name: &str) -> Value {
    let raw = object.get(name).map(|raw| raw.get());
    raw.and_then(|raw| serde_json::from_str(raw).ok()).unwrap_or_default()
}

/// The cents of `10`, `10.5`, `"10.50"`.
fn cents(value: &Value) -> Option<i64> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    format!("{whole}{:0<2}", part.trim_end_matches('0')).parse().ok()
}

#[test]
fn law_3_only_an_explicit_word_pays_or_refuses() {
    let config = sandboxes();
    let samples: Vec<_> =
        cases().into_iter().filter_map(|case| case.answer().map(|answer| (case, answer))).collect();
    let (paid, refused) = (Cell::new(0), Cell::new(0));
    let check = |case: &golden::Case, status: u16, body: Vec<u8>| {
        let provider = config.provider(case.provider).unwrap();
        let says = says(case.provider, status, &body);
        let shown = String::from_utf8_lossy(&body).into_owned();
        match provider.reply(&case.op, &HttpResponse { status, body }) {
            Ok(Reply::Paid(money)) => {
                paid.set(paid.get() + 1);
                prop_assert_eq!(says, Says::Paid { cents: money.amount }, "{} {}", status, shown);
            }
            Ok(Reply::Declined(_) | Reply::Busy | Reply::NotFound) => {
                refused.set(refused.get() + 1);
                prop_assert_eq!(says, Says::Refused, "{} {}", status, shown);
            }
            _ => {}
        }
        Ok(())
    };
    for (case, answer) in &samples {
        check(case, answer.status, answer.body.clone()).unwrap();
    }
    let statuses = vec![200, 200, 201, 204, 302, 400, 400, 402, 403, 404, 409, 429, 500, 502];
    let bent = (
        any::<Index>(),
        prop::option::of(prop::sample::select(statuses)),
        prop::collection::vec(bend(), 1..4),
    );
    let mut config = ProptestConfig::default();
    config.cases = config.cases.max(20_000);
    config.failure_persistence = None;
    TestRunner::new(config)
        .run(&bent, |(at, status, bends)| {
            let (case, answer) = at.get(&samples);
            let mut body = answer.body.clone();
            bends.iter().for_each(|bend| bend.apply(&mut body));
            check(case, status.unwrap_or(answer.status), body)
        })
        .unwrap();
    let (paid, refused) = (paid.get(), refused.get());
    assert!(paid > 100 && refused > 1000, "{paid} {refused}: nothing was tested");
}
