use super::*;
use crate::config::tests::config_with;

const NOW: Millis = Millis(1_777_464_000_000);

fn told(notes: &[Note]) -> Option<ReportedCauses> {
    ReportedCauses::replay(notes.iter().cloned().map(|note| (NOW, note)))
}

fn owed(count: i64) -> Cause {
    let waits = Backlog { count, oldest: Some(NOW) };
    Cause { waits: Some(waits), ..Cause::of(CauseKind::MoneyOwed) }
}

fn note(day: &str, causes: &[Cause]) -> Note {
    Note::Reported { day: day.into(), causes: causes.iter().map(Cause::view).collect() }
}

// Every later version reads the stored entries.
#[test]
fn entries_are_stored_in_this_form() {
    let note = note("2026-04-29", &[owed(2), Cause::provider_down("kora")]);
    let json = concat!(
        r#"{"told":{"day":"2026-04-29","causes":[{"cause":"owed_sessions","count":2,"oldest_at":"2026-04-29T12:00:00.000Z"},"#,
        r#"{"cause":"provider_down","provider":"kora"}]}}"#
    );
    assert_eq!(serde_json::to_string(&note).unwrap(), json);
    assert_eq!(crate::stored::read::<Note>(json).unwrap(), note);
}

#[test]
fn a_cause_is_reported_once_a_day_whatever_its_count() {
    let first = ReportedCauses::next(None, "2026-04-29", &[owed(2)]).unwrap();
    let state = told(core::slice::from_ref(&first));
    assert_eq!(ReportedCauses::next(state.as_ref(), "2026-04-29", &[owed(3)]), None);
    let next = ReportedCauses::next(state.as_ref(), "2026-04-30", &[owed(3)]).unwrap();
    assert_eq!(next, note("2026-04-30", &[owed(3)]));
    // After a change of time zone, the same day can come again.
    let state = told(&[first.clone(), next]);
    assert_eq!(ReportedCauses::next(state.as_ref(), "2026-04-29", &[owed(2)]), Some(first));
}

#[test]
fn a_new_cause_of_the_day_is_reported_alone() {
    let state = told(&[note("2026-04-29", &[owed(2), Cause::provider_down("kora")])]);
    let all = [owed(2), Cause::provider_down("kora"), Cause::provider_down("wipay")];
    let next = ReportedCauses::next(state.as_ref(), "2026-04-29", &all).unwrap();
    assert_eq!(next, note("2026-04-29", &[Cause::provider_down("wipay")]));
    assert_eq!(ReportedCauses::next(state.as_ref(), "2026-04-29", &[]), None);
}

#[test]
fn only_a_wait_longer_than_the_limit_is_a_cause() {
    let config = config_with(&[("LIMITS", r#"{"attention_after_ms":60000}"#)]).unwrap();
    let overdue =
        |oldest| Cause::overdue(CauseKind::EventsUndelivered, Backlog { count: 4, oldest }, &config, NOW);
    assert_eq!(overdue(None), None);
    assert_eq!(overdue(Some(NOW - Millis(60_000))), None);
    let cause = overdue(Some(NOW - Millis(60_001))).unwrap();
    let view = json!({"cause": "undelivered_events", "count": 4, "oldest_at": "2026-04-29T11:58:59.999Z"});
    assert_eq!(cause.view(), view);
    assert_eq!(config_with(&[]).unwrap().limits.attention_after_ms, Millis::HOUR);
    assert!(config_with(&[("LIMITS", r#"{"attention_after_ms":0}"#)]).is_err());
}

#[test]
fn each_entry_makes_one_event_with_the_address_of_the_page() {
    let config = config_with(&[
        ("ACCESS_TEAM_DOMAIN", "acme.cloudflareaccess.com"),
        ("ACCESS_AUD", "4714c1358e65fe4b408ad6d432a5f878f08194bdb4752441fd56faefa9b2b6f2"),
    ])
    .unwrap();
    let first = note("2026-04-29", &[owed(2)]);
    let second = note("2026-04-30", &[Cause::of(CauseKind::IndexUnavailable)]);
    let before = told(core::slice::from_ref(&first)).unwrap();
    let after = told(&[first, second]).unwrap();
    assert_eq!(before.news(Some(&before), &config), []);
    let owed = json!({"cause": "owed_sessions", "count": 2, "oldest_at": "2026-04-29T12:00:00.000Z"});
    let index = json!({"cause": "index_unavailable"});
    for (news, day, cause) in [
        (before.news(None, &config), "2026-04-29", owed),
        (after.news(Some(&before), &config), "2026-04-30", index),
    ] {
        let url = format!("{}/operations", config.public_url);
        let object =
            json!({"id": "attention", "object": "attention", "day": day, "causes": [cause], "url": url});
        assert_eq!(news, [(EventType::Attention, object)]);
    }
    let without_access = before.news(None, &config_with(&[]).unwrap());
    assert_eq!(without_access[0].1["url"], Value::Null);
}
