//! The parameters in the addresses of lists and reports. The input: the query.
#![cfg_attr(fuzzing, no_main)]

use checkout_core::fields::FieldError;
use checkout_core::query::Query;
use checkout_core::time::{Date, parse_rfc3339, rfc3339};
use checkout_fuzz::Seeds;
use checkout_wire::Millis;

const TEXTS: [&str; 6] =
    ["reference", "provider", "number", "provider_reference", "starting_after", "ending_before"];
const TIMES: [&str; 2] = ["created_after", "created_before"];
const WORDS: [(&str, &[&str]); 4] = [
    ("status", &["open", "processing", "complete", "expired", "canceled"]),
    ("needs_review", &["true"]),
    ("order", &["asc", "desc"]),
    ("group", &["day", "provider"]),
];

fn seeds() -> Seeds {
    let queries = [
        "",
        "limit=20&order=asc&starting_after=cs_0123456789abcdef0123456789abcdef",
        "status=open&needs_review=true&provider=kora&reference=A+17%2F3",
        "created_after=2026-04-29T12:00:00Z&created_before=2026-04-29T14:00:00.5%2B02:00",
        "created_after=1970-01-01&created_before=9999-12-31T23:59:59.999-23:59",
        "from=2024-02-29&to=2026-12-31&group=provider",
        "limit=0&limit=1",
        "number=%F0%9F%8E%81&unknown=1",
        "ending_before=%00&limit=99999999999999999999",
    ];
    queries.iter().map(|query| query.as_bytes().to_vec()).collect()
}

fn check(data: &[u8]) {
    let Ok(query) = core::str::from_utf8(data) else { return };
    let told: Vec<(String, String)> =
        form_urlencoded::parse(data).map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
    let is_repeated =
        told.iter().enumerate().any(|(place, (name, _))| told[..place].iter().any(|one| one.0 == *name));
    match Query::parse(query) {
        Err(error) => {
            assert!(is_repeated);
            check_error(&error);
        }
        Ok(parameters) => {
            assert!(!is_repeated);
            if let Err(error) = take_all(parameters, &told) {
                check_error(&error);
            }
        }
    }
}

/// Takes every parameter that a list or a report has, and checks the values.
fn take_all(mut query: Query, told: &[(String, String)]) -> Result<(), FieldError> {
    let value = |name: &str| told.iter().find(|one| one.0 == name).map(|one| one.1.as_str());
    for name in TEXTS {
        let text = query.text(name)?;
        assert_eq!(text.as_deref(), value(name));
        assert!(text.is_none_or(|text| {
            (1..=200).contains(&text.chars().count()) && !text.contains(char::is_control)
        }));
    }
    for (name, words) in WORDS {
        assert_eq!(query.word(name, words)?, value(name));
    }
    let limit = query.number("limit", 1, 100)?;
    assert!(
        limit.is_none_or(|limit| (1..=100).contains(&limit)) && limit.is_some() == value("limit").is_some()
    );
    for name in TIMES {
        query.time(name)?.inspect(|at| check_time(*at));
    }
    for name in ["from", "to"].into_iter().filter(|name| value(name).is_some()) {
        let date = query.date(name)?;
        assert_eq!(Some(date.text().as_str()), value(name));
        check_time(date.midnight());
    }
    let is_known = |name: &str| {
        TEXTS.contains(&name)
            || TIMES.contains(&name)
            || ["limit", "from", "to"].contains(&name)
            || WORDS.iter().any(|one| one.0 == name)
    };
    let ended = query.finish();
    assert_eq!(ended.is_ok(), told.iter().all(|(name, _)| is_known(name)));
    ended
}

/// Checks that a time is written as it is read. A zone can move the first and the last day out of the years that are written.
fn check_time(at: Millis) {
    let day = Millis::DAY.0;
    let last = Date::parse("9999-12-31").expect("a date").midnight().0 + day;
    assert!((-day..last + day).contains(&at.0), "{at:?}");
    if (0..last).contains(&at.0) {
        assert_eq!(parse_rfc3339(&rfc3339(at)), Some(at));
        assert_eq!(Date::parse(&rfc3339(at)[..10]).map(|date| date.0), Some(at.0 / day));
    }
}

/// Checks that an error names its parameter, and repeats nothing else that was sent.
fn check_error(FieldError { path, .. }: &FieldError) {
    let is_plain = path.len() <= 40 && path.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    assert!(is_plain || path == "(a name)", "{path}");
}

checkout_fuzz::target!(check, seeds);
