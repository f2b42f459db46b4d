//! Tests of manual acts on orders.

use super::*;
use crate::fields::BodyError;
use crate::issuance::manual::RESENT_BY_PERSON_FOR;

fn act_id(number: u32) -> ActId {
    ActId::of(&format!("{number:032x}")).unwrap()
}

fn thandi() -> Actor {
    Actor::email("thandi@shop.example").unwrap()
}

fn limits() -> Limits {
    Limits { settle_backoff_ms: vec![Millis::SECOND], ..Limits::default() }
}

fn perform(order: &Issuance, act: &OrderAct, number: u32, now: Millis) -> Result<Vec<Step>, ManualError> {
    order.manual(act, &act_id(number), &thandi(), now, &limits())
}

fn refusal_of(result: Result<Vec<Step>, ManualError>) -> String {
    match result.unwrap_err() {
        ManualError::NothingToResolve(why) => why,
        other => panic!("{other:?}"),
    }
}

fn resolve(issued: bool) -> OrderAct {
    OrderAct::Resolve { issued, note: "Asked them".into() }
}

const ASK: OrderAct = OrderAct::Ask { note: None };

#[test]
fn a_person_settles_an_order_in_review_once() {
    for (issued, status) in [(true, "issued"), (false, "refused")] {
        let order = order_after([doubted(Doubt::Cut), asked()]);
        let steps = perform(&order, &resolve(issued), 1, NOW).unwrap();
        let after = Issuance::after(Some(&order), NOW, &steps).unwrap();
        assert_eq!((after.status(), after.due_at(&limits())), (status, None));
        let view = after.view(None, None, &limits());
        assert_eq!(view["resolved"]["by"], "thandi@shop.example");
        assert_eq!(perform(&after, &resolve(issued), 1, NOW), Ok(vec![]), "the same act");
        let other = refusal_of(perform(&after, &resolve(!issued), 2, NOW));
        assert!(other.starts_with("thandi@shop.example has settled this already"), "{other}");
    }
}

#[test]
fn an_order_that_is_looked_up_or_settled_is_left_alone() {
    let waiting = order_after([doubted(Doubt::Cut)]);
    assert_eq!(
        refusal_of(perform(&waiting, &resolve(true), 1, NOW)),
        "The outcome is still being looked up."
    );
    let done = order_after([issued(None)]);
    assert_eq!(refusal_of(perform(&done, &ASK, 1, NOW)), "The order waits for nobody: it is issued.");
}

#[test]
fn a_person_has_an_order_looked_up_at_once() {
    let order = order_after([doubted(Doubt::Cut), asked()]);
    let steps = perform(&order, &ASK, 1, NOW).unwrap();
    let after = Issuance::after(Some(&order), NOW, &steps).unwrap();
    assert!(after.due_at(&limits()).is_some_and(|at| at <= NOW + Millis::SECOND.times(2)));
    let answered = Issuance::after(Some(&after), NOW, &[asked()]).unwrap();
    assert!(answered.is_left_to_person(&limits()));
}

#[test]
fn law_2_an_order_that_is_sent_again_is_sent_by_the_request_alone() {
    let order = resent_after([doubted(Doubt::Cut), asked()]);
    let steps = perform(&order, &ASK, 1, NOW).unwrap();
    let after = Issuance::after(Some(&order), NOW, &steps).unwrap();
    assert_eq!(after.due_at(&limits()), None, "no alarm sends it, too");
    let late = NOW + RESENT_BY_PERSON_FOR + Millis(1);
    assert!(refusal_of(perform(&order, &ASK, 1, late)).contains("second order"));
}

#[test]
fn bad_requests_name_their_member() {
    let parse = |kind: &str, body: &str| {
        let kind = ManualKind::from_text(kind).unwrap();
        OrderAct::parse(&ManualRequest { kind, redemption: None, body: Secret::new(body.to_owned()) })
    };
    for (kind, body, path) in [
        ("resolve", "{}", "outcome"),
        ("resolve", r#"{"outcome":"taken","note":"x"}"#, "outcome"),
        ("resolve", r#"{"outcome":"issued"}"#, "note"),
        ("resolve", r#"{"outcome":"issued","note":"x","amount":1}"#, "amount"),
        ("ask", r#"{"note":""}"#, "note"),
    ] {
        let ManualError::Body(BodyError::Field(error)) = parse(kind, body).unwrap_err() else {
            panic!("{kind} {body}")
        };
        assert_eq!(error.path, path, "{kind} {body}");
    }
    assert_eq!(parse("ask", ""), Ok(ASK));
    assert!(matches!(parse("refunds", "{}"), Err(ManualError::NothingToResolve(_))));
}

#[test]
fn acts_are_stored_unchanged() {
    let act = Act { id: act_id(1), by: thandi(), note: Some("x".into()) };
    let stored = r#"{"id":"act_00000000000000000000000000000001","by":"thandi@shop.example","note":"x"}"#;
    for (step, name) in
        [(Step::Resolved { act: act.clone() }, "resolved"), (Step::AskRequested { act }, "ask_requested")]
    {
        let text = format!(r#"{{"{name}":{{"act":{stored}}}}}"#);
        assert_eq!(serde_json::to_string(&step).unwrap(), text);
        assert_eq!(crate::stored::read::<Step>(&text).unwrap(), step);
    }
}
