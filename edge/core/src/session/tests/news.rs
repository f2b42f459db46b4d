//! Tests of the events for each step: no more and no fewer than expected.

use super::*;
use crate::event;
use crate::provider::{Paid, Refusal, Reply};
use checkout_wire::{ChangeVoucher, EventType, Pin};

const USED: DeclineCode = DeclineCode::VoucherUsed;
const NOT_CHARGED: DeclineCode = DeclineCode::NotCharged;
const BUSY: DeclineCode = DeclineCode::ProviderBusy;

/// Returns the events of a step with these entries, after those before, in a session over R 100.00.
fn told(before: &[Entry], step: &[Entry]) -> Vec<&'static str> {
    let before = session(10_000, before.to_vec());
    let mut after = before.clone();
    step.iter().for_each(|entry| after.apply(NOW + Millis(60_000), entry.clone()));
    let kinds = |before: &Session| -> Vec<&str> {
        let news = after.news(before, &config(), NOW + Millis(60_000));
        news.iter().map(|(kind, _)| kind.as_str()).collect()
    };
    assert_eq!(kinds(&after), [""; 0], "the same once more: {step:?}");
    kinds(&before)
}

/// Checks a table of events. A row has the entries before, the entries of the step, and the event names without their common
/// prefix.
fn table(rows: &[(&[Entry], &[Entry], &[&str])]) {
    for (before, step, expected) in rows {
        let names: Vec<String> = expected
            .iter()
            .map(|name| match *name {
                "completed" | "canceled" | "expired" => format!("checkout_session.{name}"),
                name => format!("redemption.{name}"),
            })
            .collect();
        assert_eq!(told(before, step), names, "{before:?} then {step:?}");
        // A repeated step causes no further events.
        let all = [*before, *step].concat();
        assert_eq!(told(&all, step), [""; 0], "{before:?} then {step:?} twice");
    }
}

#[test]
fn the_events_of_a_payment_with_a_clear_answer() {
    let begun = || begun("rd_1", 4_000);
    let paid = || succeeded("rd_1", 4_000);
    let no = || declined("rd_1", USED);
    table(&[
        (&[], &[begun()], &[]),
        (&[], &[waiting("rd_1", 4_000)], &[]),
        (&[waiting("rd_1", 4_000)], &[sending("rd_1")], &[]),
        (&[begun_celbux("rd_1", 4_000)], &[balance_checked("rd_1", 9_000)], &[]),
        (&[begun_celbux("rd_1", 4_000)], &[no()], &["declined"]),
        (&[begun()], &[paid()], &["succeeded"]),
        (&[begun()], &[succeeded("rd_1", 1)], &["succeeded"]),
        (&[begun()], &[no()], &["declined"]),
        (&[begun()], &[not_sent("rd_1", BUSY)], &[]),
        (&[begun()], &[hinted("rd_1")], &[]),
        (&[begun(), hinted("rd_1")], &[no(), hinted("rd_1")], &["declined"]),
        // The outcome is still pending.
        (&[begun()], &[doubted("rd_1", Doubt::Pending)], &["unknown"]),
        (&[begun()], &[doubted("rd_1", Doubt::Unconfirmed)], &["unknown"]),
        (&[begun(), doubted("rd_1", Doubt::Pending)], &[asked("rd_1")], &[]),
        (&[begun(), doubted("rd_1", Doubt::Pending)], &[doubted("rd_1", Doubt::Timeout)], &[]),
        (&[begun(), doubted("rd_1", Doubt::Pending)], &[paid()], &["succeeded", "resolved"]),
        (
            &[begun(), doubted("rd_1", Doubt::Pending)],
            &[declined("rd_1", NOT_CHARGED)],
            &["declined", "resolved"],
        ),
        // There may be a change voucher, and it is found later.
        (&[begun()], &[succeeded_without_change("rd_1", 4_000)], &["succeeded", "needs_review"]),
        (
            &[begun(), doubted("rd_1", Doubt::Cut)],
            &[succeeded_without_change("rd_1", 4_000)],
            &["succeeded", "resolved", "needs_review"],
        ),
        (&[begun(), succeeded_without_change("rd_1", 4_000)], &[change_stated("rd_1")], &["resolved"]),
        (&[begun(), paid()], &[change_stated("rd_1")], &[]),
        // Two payments in one step cause two events, oldest first.
        (&[begun(), super::begun("rd_2", 1)], &[declined("rd_2", USED), paid()], &["succeeded", "declined"]),
    ]);
}

#[test]
fn the_events_of_unknown_and_corrected_outcomes() {
    let paid = || succeeded("rd_1", 4_000);
    let not_charged = || declined("rd_1", NOT_CHARGED);
    for doubt in [Doubt::Timeout, Doubt::Cut, Doubt::Unreadable, Doubt::Amount, Doubt::Stopped] {
        let begun = [begun("rd_1", 4_000)];
        let unknown = [begun[0].clone(), doubted("rd_1", doubt)];
        table(&[
            (&begun, &[doubted("rd_1", doubt)], &["unknown"]),
            (&unknown, &[asked("rd_1")], &[]),
            // A late answer that it is pending does not undo the event already sent.
            (
                &[unknown[0].clone(), unknown[1].clone(), doubted("rd_1", Doubt::Pending)],
                &[paid()],
                &["succeeded", "resolved"],
            ),
            (&unknown, &[asked("rd_1"), hinted("rd_1")], &[]),
            (&unknown, &[left_to_person("rd_1")], &["needs_review"]),
            (&begun, &[doubted("rd_1", doubt), left_to_person("rd_1")], &["unknown", "needs_review"]),
            (&unknown, &[hinted("rd_1")], &[]),
            (&unknown, &[doubted("rd_1", Doubt::Cut)], &[]),
            (&unknown, &[paid()], &["succeeded", "resolved"]),
            (&unknown, &[declined("rd_1", USED)], &["declined", "resolved"]),
            (&unknown, &[not_charged()], &["declined", "resolved"]),
            (&unknown, &[not_charged(), hinted("rd_1")], &["declined", "resolved"]),
            (&unknown, &[not_sent("rd_1", BUSY)], &["resolved"]),
        ]);
    }
    let refused = [begun("rd_1", 4_000), declined("rd_1", USED)];
    let nothing = [begun("rd_1", 4_000), not_charged()];
    let unsent = [begun("rd_1", 4_000), not_sent("rd_1", BUSY)];
    for settled in [&refused, &nothing, &unsent] {
        let too_much = [&settled[..], &[doubted("rd_1", Doubt::Amount)]].concat();
        table(&[
            (settled, &[paid()], &["succeeded", "resolved"]),
            (settled, &[hinted("rd_1")], &[]),
            (settled, &[asked("rd_1")], &[]),
            (settled, &[declined("rd_1", DeclineCode::VoucherRefused)], &[]),
            (settled, &[doubted("rd_1", Doubt::Timeout)], &[]),
            (settled, &[doubted("rd_1", Doubt::Amount)], &["unknown"]),
            (&too_much, &[paid()], &["succeeded", "resolved"]),
            (&too_much, &[not_charged()], &["declined", "resolved"]),
        ]);
    }
}

#[test]
fn a_review_is_reported_once_and_again_after_a_doubt() {
    let pending = [begun("rd_1", 4_000), doubted("rd_1", Doubt::Pending)];
    let left = [&pending[..], &[left_to_person("rd_1")]].concat();
    table(&[
        (&pending, &[left_to_person("rd_1")], &["needs_review"]),
        (&left, &[hinted("rd_1")], &[]),
        (&left, &[asked("rd_1")], &[]),
    ]);
    let again = [&left[..], &[doubted("rd_1", Doubt::Pending)]].concat();
    assert_eq!(told(&again, &[left_to_person("rd_1")]), ["redemption.needs_review"]);
    // A review after the end of the session is reported, too.
    let over = [&pending[..], &[Entry::Canceled]].concat();
    assert_eq!(told(&over, &[left_to_person("rd_1")]), ["redemption.needs_review"]);
}

#[test]
fn the_review_of_a_reversal_is_reported_after_its_last_look_up() {
    let limits = config().limits;
    let celbux = [begun_celbux("rd_1", 4_000), balance_checked("rd_1", 9_000), succeeded("rd_1", 4_000)];
    let back = [Entry::Canceled, reversing("rd_1"), reversal_doubted("rd_1")];
    let mut before = session(10_000, [&celbux[..], &back].concat());
    let told: Vec<Vec<&str>> = (0..limits.settle_backoff_ms.len() + 1)
        .map(|_| {
            let mut after = before.clone();
            after.apply(NOW + Millis(60_000), reversal_asked("rd_1"));
            let news = after.news(&before, &config(), NOW + Millis(60_000));
            before = after;
            news.iter().map(|(kind, _)| kind.as_str()).collect()
        })
        .collect();
    let place = limits.settle_backoff_ms.len() - 1;
    assert_eq!(told.concat(), ["redemption.needs_review"]);
    assert_eq!(told[place], ["redemption.needs_review"]);
}

#[test]
fn the_events_of_the_end_of_a_session_and_of_reversals() {
    let celbux = [begun_celbux("rd_1", 4_000), balance_checked("rd_1", 9_000), succeeded("rd_1", 4_000)];
    let over = |end: Entry| [&celbux[..], &[end]].concat();
    table(&[
        (&[], &[Entry::Canceled], &["canceled"]),
        (&[], &[Entry::Expired], &["expired"]),
        (&celbux, &[Entry::Canceled, reversing("rd_1")], &["canceled"]),
        (&celbux, &[Entry::Expired], &["expired"]),
        // Canceled during a review: a late outcome is reported and completes nothing.
        (
            &[begun("rd_1", 10_000), doubted("rd_1", Doubt::Cut), left_to_person("rd_1")],
            &[Entry::Canceled],
            &["canceled"],
        ),
        (
            &[begun("rd_1", 10_000), doubted("rd_1", Doubt::Cut), left_to_person("rd_1"), Entry::Canceled],
            &[succeeded("rd_1", 10_000)],
            &["succeeded", "resolved"],
        ),
        (
            &[begun("rd_1", 10_000), declined("rd_1", USED), Entry::Expired],
            &[succeeded("rd_1", 10_000)],
            &["succeeded", "resolved"],
        ),
    ]);
    for end in [Entry::Canceled, Entry::Expired] {
        let begun = [over(end), vec![reversing("rd_1")]].concat();
        let doubt = [&begun[..], &[reversal_doubted("rd_1")]].concat();
        let refused = [&begun[..], &[not_reversed("rd_1", None)]].concat();
        table(&[
            (&begun[..4], &[reversing("rd_1")], &[]),
            (&begun, &[reversal_doubted("rd_1")], &[]),
            (&begun, &[reversed("rd_1")], &["resolved"]),
            (&begun, &[not_reversed("rd_1", Some("no"))], &["resolved"]),
            (&doubt, &[reversed("rd_1")], &["resolved"]),
            (&doubt, &[not_reversed("rd_1", None)], &["resolved"]),
            (&refused, &[reversed("rd_1")], &[]),
        ]);
        // A look-up and another attempt cause no events, and they would not be the same step twice.
        assert_eq!(told(&doubt, &[reversal_asked("rd_1")]), [""; 0]);
        assert_eq!(told(&doubt, &[reversing("rd_1")]), [""; 0]);
    }
}

#[test]
fn completion_is_reported_once_after_the_payment_that_completes_the_session() {
    let part = [begun("rd_1", 4_000), succeeded("rd_1", 4_000)];
    let rest = begun("rd_2", 6_000);
    let almost = [&part[..], &[rest]].concat();
    let refused = [begun("rd_1", 10_000), declined("rd_1", NOT_CHARGED), begun("rd_2", 10_000)];
    let twice = [&refused[..], &[succeeded("rd_2", 10_000)]].concat();
    table(&[
        (&part[..1], &part[1..], &["succeeded"]),
        (&almost, &[succeeded("rd_2", 5_999)], &["succeeded"]),
        (&almost, &[succeeded("rd_2", 6_000)], &["succeeded", "completed"]),
        (&[], &[begun("rd_1", 10_000), succeeded("rd_1", 10_000)], &["succeeded", "completed"]),
        (
            &[begun("rd_1", 10_000), doubted("rd_1", Doubt::Timeout)],
            &[succeeded("rd_1", 10_000)],
            &["succeeded", "resolved", "completed"],
        ),
        // Paid twice, because a decline was followed by a success.
        (&refused, &[succeeded("rd_2", 10_000)], &["succeeded", "completed"]),
        (&twice, &[succeeded("rd_1", 10_000)], &["succeeded", "resolved"]),
    ]);
    // At any time of observation.
    let before = session(10_000, [begun("rd_1", 10_000)]);
    let mut after = before.clone();
    after.apply(NOW + HOUR.times(2), succeeded("rd_1", 10_000));
    let news = after.news(&before, &config(), NOW + HOUR.times(2));
    assert_eq!(news.last().map(|(kind, _)| *kind), Some(EventType::SessionCompleted));
}

#[test]
fn an_event_has_the_payment_or_session_after_the_step() {
    let before = session(10_000, [begun("rd_1", 10_000)]);
    let mut after = before.clone();
    after.apply(NOW + Millis(9_000), succeeded("rd_1", 10_000));
    let news = after.news(&before, &config(), NOW + Millis(9_000));
    let [(_, payment), (_, session)] = &news[..] else { panic!("{news:?}") };
    let expected = serde_json::json!({"object": "redemption", "id": "rd_1", "provider": "kora", "provider_code": "0001",
        "status": "succeeded", "amount": 10_000, "provider_reference": "ref-rd_1",
        "created_at": "2026-04-29T12:00:01.000Z", "checkout_session": {"id": "cs_1", "reference": "order-1"}});
    assert_eq!(*payment, expected);
    assert_eq!(*session, after.merchant_view(None, &config(), NOW + Millis(9_000)));
    assert_eq!((&session["status"], &session["amount_received"]), (&"complete".into(), &10_000.into()));
}

// Law 6: an event is sent to another server and stored there.
#[test]
fn law_6_no_event_holds_a_pin_a_client_secret_or_an_address() {
    let config = config();
    let secret = config.keyring.client_secrets(&cs("cs_1")).next().unwrap();
    let change = "1234252526252525";
    let body = br#"{"amount":10000,"currency":"ZAR","reference":"order-1","success_url":"https://shop.example/thanks","cancel_url":"https://shop.example/cart","customer":{"email":"t@example.com"}}"#;
    let (parameters, open_for) = Parameters::parse(body, &config).unwrap();
    let secret_hash = crate::seal::sha256(secret.reveal());
    let first = Entry::Created {
        id: cs("cs_1"),
        secret_hash: secret_hash.clone(),
        expires_at: NOW + open_for,
        parameters,
    };
    let typed = format!(r#"{{"provider":"kora","pin":"{PIN}","phone":"082 123 4567","amount":4000}}"#);
    let opened = Session::replay([(NOW, first)]).unwrap();
    let request = parse_request(typed.as_bytes()).unwrap();
    let request = CheckedRequest::check(request, &opened, &config).unwrap();
    let kora = config.provider("kora").unwrap();
    let begun = request.begin(
        kora,
        "browser-key",
        "request-hash".into(),
        rd("rd_1"),
        "ref-1".into(),
        &config.keyring,
    );
    let change_voucher =
        ChangeVoucher { pin: Pin::from_provider(change.into()), amount: Some(Minor(60)), expires_at: None };
    let paid =
        Reply::Paid(Paid { amount: Some(Minor(4_000)), change: Some(change_voucher), ..Paid::default() });
    let refused = Reply::Declined(Refusal { code: USED, words: "their words".into() });
    let mut bodies = Vec::new();
    for answer in [Ok(paid), Ok(refused), Err(Doubt::Timeout)] {
        let mut session = opened.clone();
        session.apply(NOW, Entry::Begun(begun.clone()));
        let charged = session.redemptions[0].charged(answer).entry;
        let whole = [super::begun("rd_2", 10_000), succeeded("rd_2", 10_000)];
        let ends = [Entry::Expired, Entry::Canceled].map(|end| vec![charged.clone(), end]);
        for entries in ends.into_iter().chain([[&[charged.clone()][..], &whole].concat()]) {
            let mut after = session.clone();
            entries.into_iter().for_each(|entry| after.apply(NOW, entry));
            let news = after.news(&session, &config, NOW);
            bodies.extend(news.iter().map(|(kind, about)| event::body("evt_1", *kind, 1, NOW, about)));
        }
    }
    let kinds =
        ["redemption.succeeded", "redemption.declined", "redemption.unknown", "checkout_session.completed"];
    for kind in kinds.iter().chain(&["checkout_session.expired", "checkout_session.canceled"]) {
        assert!(bodies.iter().any(|body| body.contains(kind)), "{kind}");
    }
    for body in &bodies {
        for kept in [
            PIN,
            change,
            secret.reveal(),
            &secret_hash,
            "secret",
            "url",
            "http",
            "shop.example",
            "browser-key",
            "request-hash",
            "pin",
            "21234567",
        ] {
            assert!(!body.contains(kept), "{kept}: {body}");
        }
    }
}
