//! Tests of vouchers that are ordered to pay out owed money.

use super::*;
use crate::session::PayoutStep;
use serde_json::json;

const SESSION: &str = "cs_0f8fad5bd9cb469fa165708677280000";

fn order_for(payout_for: &str) -> Result<Step, OrderError> {
    let body = json!({"provider": "celbux", "recipient": "27648302057", "voucher_type": "168Cash", "amount": 2000,
        "currency": "ZAR", "payout_for": payout_for});
    Step::order(body.to_string().as_bytes(), &buyer(), &id(), &config())
}

/// Returns the order of a payout of R 20.00 after these steps, one second apart.
fn payout_after(steps: impl IntoIterator<Item = Step>) -> Issuance {
    let times = (0..).map(|i| NOW + Millis::SECOND.times(i));
    Issuance::replay(times.zip([order_for(SESSION).unwrap()].into_iter().chain(steps))).unwrap()
}

fn settled(words: Option<&str>) -> Step {
    Step::PayoutSettled { words: words.map(str::to_owned) }
}

fn issued() -> Step {
    Step::Issued { amount: None, transaction: None, finalization_pending: false, shown: Map::new() }
}

fn refused(not_found: bool) -> Step {
    Step::Refused { words: "no".to_owned(), not_found }
}

#[test]
fn the_session_hears_of_the_outcome_once() {
    let limits = Limits::default();
    let due = |steps: Vec<Step>| {
        let order = payout_after(steps);
        (order.payout_step(), order.due_at(&limits))
    };
    let second = |number: i64| NOW + Millis::SECOND.times(number);
    assert_eq!(due(vec![]).0, None);
    assert_eq!(due(vec![doubted(Doubt::Timeout)]).0, None);
    assert_eq!(due(vec![issued()]), (Some(PayoutStep::Record), Some(second(1))));
    assert_eq!(due(vec![issued(), settled(None)]), (None, None));
    assert_eq!(due(vec![refused(false)]), (Some(PayoutStep::Release), Some(second(1))));
    assert_eq!(due(vec![refused(false), settled(None)]), (None, None));
    // A refused order can still turn out to be issued.
    let late = vec![doubted(Doubt::Timeout), refused(true), settled(None), issued()];
    assert_eq!(due(late), (Some(PayoutStep::Record), Some(second(4))));
    // An order of another purpose never concerns a session.
    assert_eq!(order_after([issued()]).payout_step(), None);
}

#[test]
fn the_payout_names_voucher_amount_and_author() {
    let payout = payout_after([]).payout_voucher(&config()).unwrap();
    assert_eq!((payout.voucher, payout.amount, payout.currency), (id(), Minor(2_000), Currency::Zar));
    assert_eq!(payout.by, buyer());
    assert_eq!(order_after([]).payout_voucher(&config()), None);
}

#[test]
fn the_view_names_the_session_and_why_it_refused() {
    let view = |steps: Vec<Step>| payout_after(steps).view(None, None, &Limits::default());
    assert_eq!(view(vec![])["payout_for"], SESSION);
    let refused = view(vec![issued(), settled(Some("ZAR 20.00 is more than is owed: ZAR 0.00."))]);
    assert_eq!(refused["payout_message"], "ZAR 20.00 is more than is owed: ZAR 0.00.");
    assert!(view(vec![issued(), settled(None)]).get("payout_message").is_none());
}

#[test]
fn an_invalid_payout_is_refused_before_anything_is_sent() {
    let Err(OrderError::Body(error)) = order_for("cs_1") else { panic!("taken") };
    assert!(format!("{error:?}").contains("payout_for"), "{error:?}");
    let body = json!({"provider": "odm", "denomination_id": 4, "merchant_id": 12, "recipient_phone": "+251911234567",
        "restricted": true, "originating_country": "US", "foreign_currency_amount": "8.85", "exchange_rate": "56.5",
        "payout_for": SESSION});
    let order = Step::order(body.to_string().as_bytes(), &buyer(), &id(), &config());
    let Err(OrderError::Body(error)) = order else { panic!("taken") };
    assert!(format!("{error:?}").contains("not known beforehand"), "{error:?}");
}

#[test]
fn the_steps_of_a_payout_are_stored_unchanged() {
    let stored = serde_json::to_value(order_for(SESSION).unwrap()).unwrap();
    assert_eq!(stored["ordered"]["payout"], json!({"session": SESSION, "by": "thandi@shop.example"}));
    for (step, text) in [
        (settled(None), r#"{"payout_settled":{}}"#),
        (settled(Some("no")), r#"{"payout_settled":{"words":"no"}}"#),
    ] {
        assert_eq!(serde_json::to_string(&step).unwrap(), text);
        assert_eq!(crate::stored::read::<Step>(text).unwrap(), step);
    }
}
