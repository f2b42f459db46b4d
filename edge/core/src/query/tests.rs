use super::*;

fn error<T: core::fmt::Debug>(result: Result<T, FieldError>) -> FieldError {
    result.unwrap_err()
}

#[test]
fn parameters_are_taken_by_name() {
    let url = "https://pay.example/v1/events?limit=7&number=cs_0+1&type=a%26b&created_after=2026-04-29&day=2026-04-30#x";
    let mut query = Query::of(url).unwrap();
    assert_eq!(query.number("limit", 1, 100), Ok(Some(7)));
    assert_eq!(query.text("number"), Ok(Some("cs_0 1".to_owned())));
    assert_eq!(query.text("number"), Ok(None));
    assert_eq!(query.word("type", &["a&b", "c"]), Ok(Some("a&b")));
    assert_eq!(query.time("created_after"), Ok(parse_rfc3339("2026-04-29T00:00:00Z")));
    assert_eq!(query.date("day"), Ok(Date::parse("2026-04-30").unwrap()));
    assert_eq!(query.finish(), Ok(()));
    assert_eq!(Query::of("https://pay.example/v1/events").unwrap().finish(), Ok(()));
}

#[test]
fn every_error_names_its_parameter() {
    let parse = |query: &str| Query::parse(query).unwrap();
    assert_eq!(error(parse("limit=101").number("limit", 1, 100)).path, "limit");
    assert_eq!(error(parse("limit=+7").number("limit", 1, 100)).path, "limit");
    assert_eq!(error(parse("number=").text("number")).path, "number");
    assert_eq!(error(parse("number=a%0Ab").text("number")).path, "number");
    assert_eq!(error(parse("order=up").word("order", &["asc", "desc"])).path, "order");
    assert_eq!(error(parse("from=2026-02-30").date("from")).path, "from");
    assert_eq!(error(parse("").date("from")), wrong("from", Fault::Missing));
    assert_eq!(error(parse("made_up=1").finish()), wrong("made_up", Fault::Unknown));
    assert_eq!(error(parse("%3Cb%3E=1").finish()), wrong("(a name)", Fault::Unknown));
    assert_eq!(Query::parse("limit=1&limit=2").err().map(|error| error.path), Some("limit".to_owned()));
}
