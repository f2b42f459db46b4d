//! Law 3 as a property: mutated golden answers, checked against a second and simpler reading of the providers'
//! documents. An answer read as paid must say so explicitly; so must every other certain answer.

pub(super) mod meaning;

use super::golden::{cases, sandboxes};
use super::*;
use crate::http::HttpResponse;
use meaning::Meaning;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::TestRunner;
use serde_json::Value;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;
use std::time::SystemTime;

/// The replacements for members.
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

/// Returns [`INSTEAD`], nesting within and beyond the reader's limit, and every value in the golden answers, so that
/// each provider is also answered in the words of the others.
fn instead() -> &'static [String] {
    static POOL: OnceLock<Vec<String>> = OnceLock::new();
    POOL.get_or_init(|| {
        let deep = |depth| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
        let answers = cases(&sandboxes()).into_iter().filter_map(|case| case.answer());
        let mut found = BTreeSet::new();
        for value in answers.filter_map(|answer| serde_json::from_slice::<Value>(&answer.body).ok()) {
            let mut paths = Vec::new();
            members(&value, String::new(), &mut paths);
            found.extend(paths.iter().filter_map(|path| value.pointer(path)).map(Value::to_string));
        }
        let fixed = INSTEAD.iter().map(|text| (*text).to_owned());
        fixed.chain([deep(100), deep(200), "9".repeat(400)]).chain(found).collect()
    })
}

/// The inserted bytes: some with a meaning in JSON, some without.
const BYTES: &[u8] = b"{}[]:,\"\\0159.eE-+ \n\x00\xc3\xff";

#[derive(Clone, Debug)]
enum Mutation {
    Flip(Index, u8),
    Cut(Index),
    Drop(Index),
    Insert(Index, Index),
    Swap(Index, Index),
    Without(Index),
    Digit(Index, u8),
    ToList,
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let at = any::<Index>;
    prop_oneof![
        4 => (at(), 0u8..8).prop_map(|(at, bit)| Mutation::Flip(at, bit)),
        1 => at().prop_map(Mutation::Cut),
        2 => at().prop_map(Mutation::Drop),
        2 => (at(), at()).prop_map(|(at, byte)| Mutation::Insert(at, byte)),
        8 => (at(), at()).prop_map(|(at, value)| Mutation::Swap(at, value)),
        2 => at().prop_map(Mutation::Without),
        4 => (at(), b'0'..=b'9').prop_map(|(at, digit)| Mutation::Digit(at, digit)),
        1 => Just(Mutation::ToList),
    ]
}

impl Mutation {
    fn apply(&self, body: &mut Vec<u8>) {
        let length = body.len();
        if length == 0 {
            return;
        }
        match self {
            Mutation::Flip(at, bit) => body[at.index(length)] ^= 1 << bit,
            Mutation::Cut(at) => body.truncate(at.index(length)),
            Mutation::Drop(at) => drop(body.remove(at.index(length))),
            Mutation::Insert(at, byte) => body.insert(at.index(length), *byte.get(BYTES)),
            Mutation::Swap(at, value) => edit(body, at, Some(value.get(instead()).as_str())),
            Mutation::Without(at) => edit(body, at, None),
            Mutation::Digit(at, digit) => {
                let digits: Vec<usize> = (0..length).filter(|i| body[*i].is_ascii_digit()).collect();
                if !digits.is_empty() {
                    body[*at.get(&digits)] = *digit;
                }
            }
            Mutation::ToList => {
                let items = serde_json::from_slice(body).map(|value: Value| match value {
                    Value::Object(members) => members.into_iter().map(|(_, value)| value).collect(),
                    other => Value::Array(vec![other]),
                });
                *body = items.map_or(std::mem::take(body), |list: Value| list.to_string().into_bytes());
            }
        }
    }
}

/// Replaces one member with other JSON, or removes it.
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

/// Collects the JSON pointers of all members of an object, at every depth.
pub(super) fn members(value: &Value, path: String, paths: &mut Vec<String>) {
    for (name, inner) in value.as_object().into_iter().flatten() {
        // Names with a meaning in a JSON pointer come from flipped bytes and are skipped.
        if !name.contains(['/', '~']) {
            paths.push(format!("{path}/{name}"));
            members(inner, format!("{path}/{name}"), paths);
        }
    }
}

/// Returns a word for how an answer was read.
const fn read_as(reply: &Result<Reply, Unreadable>) -> &'static str {
    match reply {
        Ok(Reply::Paid(_)) => "paid",
        Ok(Reply::Issued(_)) => "issued",
        Ok(Reply::Reversed) => "reversed",
        Ok(Reply::Declined(_)) => "refused",
        Ok(Reply::Failed) => "failed",
        Ok(Reply::NotFound) => "not found",
        Ok(Reply::Busy) => "busy",
        Ok(Reply::Conflict(_)) => "in conflict",
        Ok(Reply::Pending) => "pending",
        Ok(Reply::Challenged(_)) => "challenged",
        Ok(Reply::CodeRefused) => "a wrong code",
        Ok(Reply::Balance(_) | Reply::Renewing(_) | Reply::Guarded { .. } | Reply::Viewed(_)) => "a value",
        Err(_) => "unreadable",
    }
}

// PROPTEST_CASES sets the number of answers.
#[test]
#[expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "how much was tried, and for how long, is for people"
)]
fn law_3_only_an_explicit_answer_pays_or_declines() {
    let started = SystemTime::now();
    let (config, meanings) = (sandboxes(), Meaning::of_all());
    let samples: Vec<_> =
        cases(&config).into_iter().filter_map(|case| Some((case.op()?, case.answer()?, case))).collect();
    let counts = RefCell::new(BTreeMap::<&str, u64>::new());
    let check = |case: &golden::Case, op: &Op<'_>, status: u16, body: Vec<u8>| {
        let answer = HttpResponse { status, body };
        let reply = config.provider(&case.provider).unwrap().reply(op, &answer);
        *counts.borrow_mut().entry(read_as(&reply)).or_default() += 1;
        if let Ok(reply) = reply {
            let says = meanings[&case.provider].says(op, status, &answer.body);
            let shown = String::from_utf8_lossy(&answer.body);
            prop_assert!(
                says.allows(&reply),
                "{}/{} {} {}: {:?} is not {:?}",
                case.provider,
                case.name,
                status,
                shown,
                reply,
                says
            );
        }
        Ok(())
    };
    for (op, answer, case) in &samples {
        check(case, op, answer.status, answer.body.clone()).unwrap();
        // Every other 2xx status is tried as well.
        for status in 200..300 {
            check(case, op, status, answer.body.clone()).unwrap();
        }
    }
    let statuses = vec![200, 200, 200, 201, 204, 302, 400, 400, 402, 403, 404, 409, 422, 429, 500, 500, 502];
    let mutated = (
        any::<Index>(),
        prop::option::of(prop::sample::select(statuses)),
        prop::collection::vec(mutation(), 1..4),
    );
    let mut config = ProptestConfig::default();
    config.cases = config.cases.max(20_000);
    config.failure_persistence = None;
    TestRunner::new(config)
        .run(&mutated, |(at, status, mutations)| {
            let (op, answer, case) = at.get(&samples);
            let mut body = answer.body.clone();
            mutations.iter().for_each(|mutation| mutation.apply(&mut body));
            check(case, op, status.unwrap_or(answer.status), body)
        })
        .unwrap();
    let (counts, seconds) = (counts.into_inner(), started.elapsed().unwrap_or_default().as_secs());
    let total: u64 = counts.values().sum();
    let listed: Vec<String> = counts.iter().map(|(word, count)| format!("{word} {count}")).collect();
    println!("{total} answers in {seconds} s: {}", listed.join(", "));
    let enough = |word: &str, least| counts.get(word).is_some_and(|count| *count >= least);
    assert!(
        enough("paid", 200)
            && enough("issued", 100)
            && enough("refused", 2_000)
            && enough("unreadable", 5_000)
    );
    for word in ["reversed", "failed", "not found", "busy", "in conflict", "a value"] {
        // Of 20,000 answers the rarest kinds have some thirty: fewer than five is not chance.
        assert!(enough(word, 5), "{word}: nothing was tested");
    }
}
