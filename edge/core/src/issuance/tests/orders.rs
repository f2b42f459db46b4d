//! Tests of the body of `POST /v1/vouchers`, of the stored order, and of the merchant's view.

use super::*;
use crate::fields::tests::{INVALID, at, plain};
use crate::fields::{BodyError, Fault};
use crate::provider::Viewed;

fn celbux() -> Value {
    json!({"provider": "celbux", "recipient": "27648302057", "voucher_type": "168Cash", "amount": 2000, "currency": "ZAR",
        "reference": "order-1", "metadata": {"till": "3"}})
}

/// Returns the parsed order with one member changed; `null` removes it.
fn order(name: &str, value: Value) -> Result<Step, OrderError> {
    let mut body = celbux();
    body[name] = value;
    Step::order(body.to_string().as_bytes(), &buyer(), &id(), &config()).map_err(|error| match error {
        OrderError::Body(error) => plain(error).into(),
        error => error,
    })
}

fn refused_as(name: &str, value: Value, fault: Fault) {
    let error = order(name, value.clone()).err();
    assert_eq!(error, Some(at(name, fault).into()), "{name} {value}");
}

#[test]
fn an_order_names_a_provider_that_issues() {
    for provider in ["kora", "wipay", "nobody", "Celbux"] {
        let error = order("provider", json!(provider)).err();
        assert_eq!(error, Some(OrderError::NoIssuer { issuers: vec!["celbux", "odm"] }), "{provider}");
    }
    refused_as("provider", Value::Null, Fault::Missing);
    refused_as("provider", json!(5), INVALID);
    let none = config_of(&["kora", "wipay"], &[]).unwrap();
    let body = json!({"provider": "kora"}).to_string();
    let error = Step::order(body.as_bytes(), &buyer(), &id(), &none).err();
    assert_eq!(error, Some(OrderError::NoIssuer { issuers: Vec::new() }));
}

#[test]
fn a_wrong_member_of_an_order_is_named() {
    refused_as("reference", json!(""), INVALID);
    refused_as("reference", json!("x".repeat(101)), INVALID);
    refused_as("recipient", Value::Null, Fault::Missing);
    refused_as("amount", json!(0), Fault::NotAmount);
    // Law 1: everything sent to the provider comes from us, or from a member that we know.
    for name in ["provider_reference", "idempotency_key", "status", "voucher_number"] {
        refused_as(name, json!("x"), Fault::Unknown);
    }
    // A member of another provider is unknown as well.
    refused_as("denomination_id", json!(4), Fault::Unknown);
    for (body, error) in
        [(&b"[]"[..], BodyError::NotObject), (b"", BodyError::NotJson), (b"{", BodyError::NotJson)]
    {
        assert_eq!(Step::order(body, &buyer(), &id(), &config()), Err(error.into()));
    }
}

#[test]
fn law_2_an_order_is_sealed_as_it_will_be_sent() {
    let stored = |step: &Step| serde_json::to_string(step).unwrap();
    assert_eq!(
        stored(&order("metadata", Value::Null).unwrap()),
        r#"{"ordered":{"id":"vo_0f8fad5bd9cb469fa165708677280000","provider":"celbux","order":{"reference":"vo-0f8fad5bd9cb469fa165708677280000","body":"{\"Username\":\"27648302057\",\"VoucherType\":\"168Cash\",\"Amount\":\"2000\",\"Currency\":\"ZAR\",\"StoreID\":\"Store1\",\"Reference\":\"vo-0f8fad5bd9cb469fa165708677280000\"}","amount":2000,"shown":{"voucher_type":"168Cash"},"recipient":{"recipient":"27648302057"}},"shop_reference":"order-1"}}"#
    );
    let body = r#"{"provider":"odm","denomination_id":4,"merchant_id":12,"recipient_phone":"+251911234567","restricted":true,"originating_country":"US","foreign_currency_amount":"8.85","exchange_rate":"56.5"}"#;
    assert_eq!(
        stored(&Step::order(body.as_bytes(), &buyer(), &id(), &config()).unwrap()),
        r#"{"ordered":{"id":"vo_0f8fad5bd9cb469fa165708677280000","provider":"odm","order":{"reference":"vo-0f8fad5bd9cb469fa165708677280000","body":"{\"denominationId\":4,\"merchantId\":12,\"recipientPhone\":\"+251911234567\",\"isRestricted\":true,\"originatingCountry\":\"US\",\"foreignCurrencyAmount\":8.85,\"exchangeRate\":56.5}","shown":{"denomination_id":4,"merchant_id":12,"restricted":true},"recipient":{"recipient_phone":"+251911234567"}},"resends":true}}"#
    );
}

/// Returns the order of the first step.
fn order_of(step: Step) -> Order {
    match step {
        Step::Ordered { order, .. } => order,
        step => panic!("{step:?}"),
    }
}

#[test]
fn law_11_the_ledger_has_the_order_without_its_recipient() {
    for step in [ordered(), ordered_resent()] {
        let whole = order_of(step);
        let mut kept = whole.clone();
        kept.take_recipient();
        assert!(whole.is_whole() && !kept.is_whole());
        let text = serde_json::to_string(&kept).unwrap();
        assert!(!text.contains("648302057") && !text.contains("911234567"), "{text}");
        assert_eq!(
            (&kept.reference, kept.amount, &kept.shown),
            (&whole.reference, whole.amount, &whole.shown)
        );
        let sealed = serde_json::to_string(&whole).unwrap();
        assert_eq!(crate::stored::read::<Order>(&sealed).unwrap(), whole);
    }
}

#[test]
fn an_order_of_an_earlier_release_is_complete() {
    let text = r#"{"reference":"vo-1","body":"{}","amount":2000,"shown":{"recipient":"27648302057"}}"#;
    let order: Order = crate::stored::read(text).unwrap();
    assert!(order.is_whole());
    let view = order_after([]).with_order(order).view(None, None, &Limits::default());
    assert_eq!(view["recipient"], "27648302057");
}

#[test]
fn an_event_gets_the_recipient_when_it_is_sent() {
    let mut order = order_of(ordered());
    let whole = order.clone();
    order.take_recipient();
    let body = json!({"type": "voucher.issued", "data": {"object": {"id": ID}}}).to_string();
    let event: Value = serde_json::from_str(&whole.put_recipient(body.clone())).unwrap();
    assert_eq!(event["data"]["object"], json!({"id": ID, "recipient": "27648302057"}));
    assert_eq!(order.put_recipient(body.clone()), body, "it is erased");
}

#[test]
fn law_11_the_recipient_is_kept_as_long_as_the_order_can_be_sent_again() {
    let limits = Limits { personal_kept_days: 3, ..Limits::default() };
    let at = |order: &Issuance| order.forget_recipient_at(&limits);
    assert_eq!(at(&order_after([])), None);
    assert_eq!(at(&resent_after([doubted(Doubt::Timeout), asked()])), None);
    let refused = Step::Refused { words: String::new(), not_found: false };
    let settled = NOW + Millis::SECOND.times(2) + Millis::DAY.times(3);
    assert_eq!(at(&resent_after([doubted(Doubt::Timeout), refused])), Some(settled));
}

// A change here makes the orders of running shops unreadable.
#[test]
fn every_step_is_stored_unchanged() {
    let shown = Map::from_iter([("serial_number".to_owned(), json!("VCH-1"))]);
    let full = Step::Issued {
        amount: Some(Minor(50_000)),
        transaction: Some("149".into()),
        finalization_pending: true,
        shown,
    };
    let bare =
        Step::Issued { amount: None, transaction: None, finalization_pending: false, shown: Map::new() };
    for (step, stored) in [
        (doubted(Doubt::Timeout), r#"{"doubted":{"doubt":"timeout"}}"#),
        (doubted_by("clash", true), r#"{"doubted":{"doubt":"pending","words":"clash","conflict":true}}"#),
        (asked(), r#"{"asked":{}}"#),
        (asked_by("clash", true), r#"{"asked":{"words":"clash","conflict":true}}"#),
        (bare, r#"{"issued":{}}"#),
        (
            full,
            r#"{"issued":{"amount":50000,"transaction":"149","finalization_pending":true,"shown":{"serial_number":"VCH-1"}}}"#,
        ),
        (refused("no"), r#"{"refused":{"words":"no"}}"#),
        (Step::Hinted, r#""hinted""#),
        (doubted(Doubt::Pending), r#"{"doubted":{"doubt":"pending"}}"#),
        (doubted(Doubt::Cut), r#"{"doubted":{"doubt":"cut"}}"#),
        (doubted(Doubt::Unreadable), r#"{"doubted":{"doubt":"unreadable"}}"#),
        (doubted(Doubt::Stopped), r#"{"doubted":{"doubt":"stopped"}}"#),
    ] {
        assert_eq!(serde_json::to_string(&step).unwrap(), stored);
        assert_eq!(crate::stored::read::<Step>(stored).unwrap(), step);
    }
    let first = ordered();
    let again: Step = crate::stored::read(&serde_json::to_string(&first).unwrap()).unwrap();
    assert_eq!(again, first);
}

#[test]
fn a_ledger_must_start_with_its_order() {
    assert!(Issuance::replay([]).is_none());
    assert!(Issuance::replay([(NOW, doubted(Doubt::Cut)), (NOW, ordered())]).is_none());
}

/// Returns the merchant's view without the constant members.
fn view(steps: impl IntoIterator<Item = Step>, secret: Option<(&str, &str)>) -> Value {
    let secret = secret.map(|(name, text)| (name, Secret::new(text.to_owned())));
    let secret = secret.as_ref().map(|(name, secret)| (*name, secret));
    let view = order_after(steps).view(secret, Some(Currency::Zar), &Limits::default());
    let Value::Object(mut members) = view else { panic!("no object") };
    for (name, value) in [
        ("id", ID),
        ("object", "voucher"),
        ("provider", "celbux"),
        ("currency", "ZAR"),
        ("reference", "order-1"),
        ("provider_reference", REFERENCE),
        ("created_at", "2026-04-29T12:00:00.000Z"),
        ("recipient", "27648302057"),
        ("voucher_type", "168Cash"),
    ] {
        assert_eq!(members.remove(name), Some(json!(value)), "{name}");
    }
    Value::Object(members)
}

#[test]
fn the_shop_sees_the_state_of_an_order() {
    assert_eq!(view([], None), json!({"status": "processing", "amount": 2_000}));
    let unknown = json!({"status": "unknown", "amount": 2_000});
    assert_eq!(view([doubted(Doubt::Timeout), asked()], None), unknown);
    let clash = json!({"status": "unknown", "amount": 2_000, "provider_message": "Insufficient partner wallet balance"});
    let words = "Insufficient partner wallet balance";
    assert_eq!(view([doubted_by(words, true), asked()], None), clash);
    let steps = [doubted_by(words, true), asked_by(words, true), asked_by(words, true)];
    let person =
        json!({"status": "unknown", "amount": 2_000, "provider_message": words, "needs_review": true});
    assert_eq!(view(steps, None), person);
    let number = Some(("voucher_number", NUMBER));
    let issued_view = json!({"status": "issued", "amount": 1_900, "provider_transaction": "14975698673",
        "finalization_pending": false, "voucher_number": NUMBER});
    assert_eq!(view([issued(Some(Minor(1_900)))], number), issued_view);
}

// Law 6: the voucher's secret is in no step, no `Debug` output and no view without the secret.
#[test]
fn law_6_a_voucher_number_is_stored_outside_the_ledger() {
    let (step, secret) = order_after([]).answered(Ok(voucher(Some(Minor(2_000)))));
    let order = order_after([step.clone()]);
    let shown = format!(
        "{step:?} {} {secret:?} {order:?} {}",
        serde_json::to_string(&step).unwrap(),
        order.view(None, None, &Limits::default())
    );
    assert!(shown.contains("14975698673") && !shown.contains(NUMBER), "{shown}");
    assert_eq!(
        secret.map(|(name, pin)| (name, pin.reveal().to_owned())),
        Some(("voucher_number", NUMBER.to_owned()))
    );
}

#[test]
fn the_view_of_a_looked_up_voucher() {
    let config = config();
    let celbux = config.provider("celbux").unwrap();
    let look = |answer: ProviderAnswer| viewed(celbux, &Secret::new(NUMBER.to_owned()), answer);
    let shown = Map::from_iter([("owner".to_owned(), json!("27648302057"))]);
    let seen = look(Ok(Reply::Viewed(Viewed { amount: Minor(2_000), spendable: false, shown })));
    let expected = json!({"object": "voucher", "provider": "celbux", "voucher_number": NUMBER, "amount": 2_000,
        "currency": "ZAR", "spendable": false, "owner": "27648302057"});
    assert_eq!(seen, Ok(expected));
    for code in [DeclineCode::VoucherRefused, DeclineCode::VoucherNotFound, DeclineCode::InsufficientFunds] {
        assert_eq!(look(Ok(Reply::Declined(refusal(code)))), Err(ViewError::NotFound));
    }
    assert_eq!(
        look(Ok(Reply::Declined(refusal(DeclineCode::ProviderUnavailable)))),
        Err(ViewError::Unavailable { words: Some("their words".to_owned()) })
    );
    assert_eq!(look(Ok(Reply::Busy)), Err(ViewError::Busy { wait: Millis::MINUTE }));
    for nothing in [Ok(Reply::Balance(Minor(5))), Ok(voucher(None)), Ok(Reply::NotFound), Err(Doubt::Timeout)]
    {
        assert_eq!(look(nothing.clone()), Err(ViewError::Unavailable { words: None }), "{nothing:?}");
    }
}
