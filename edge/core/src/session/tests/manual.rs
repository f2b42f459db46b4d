//! Tests of manual acts: what can be settled, refunded and paid out, and the entries in the ledger.

use super::*;
use crate::actor::Actor;
use crate::fields::{BodyError, FieldError};
use crate::manual::{ManualError, ManualKind, ManualRequest};
use crate::secret::Secret;
use checkout_wire::{ActId, ChangeVoucher, Pin, VoucherId};
use serde_json::json;

pub(super) fn act_id(number: u32) -> ActId {
    ActId::of(&format!("{number:032x}")).unwrap()
}

pub(super) fn thandi() -> Actor {
    Actor::email("thandi@shop.example").unwrap()
}

/// Returns the entries of an act in this session, and the session after it.
fn perform(session: &Session, act: &ManualAct, number: u32) -> Result<(Vec<Entry>, Session), ManualError> {
    let now = NOW + Millis::MINUTE;
    let (entries, _) = session.manual(act, &act_id(number), &thandi(), &config(), now)?;
    let after = Session::after(Some(session), now, &entries).unwrap();
    Ok((entries, after))
}

fn resolve(verdict: Verdict, amount: Option<i64>) -> ManualAct {
    let amount = amount.map(Minor);
    ManualAct::Resolve { redemption: rd("rd_1"), verdict, amount, change: None, note: "Asked Kora".into() }
}

fn refund(amount: Option<i64>) -> ManualAct {
    ManualAct::Refund {
        redemption: rd("rd_1"),
        amount: amount.map(Minor),
        voucher: None,
        note: "Returned".into(),
    }
}

fn pay_out(amount: i64) -> ManualAct {
    ManualAct::PayOut { amount: Minor(amount), voucher: None, note: "In cash".into() }
}

fn ask() -> ManualAct {
    ManualAct::Ask { redemption: rd("rd_1"), note: None }
}

/// Returns the sentence of a refusal.
fn refusal(result: Result<(Vec<Entry>, Session), ManualError>) -> String {
    match result.unwrap_err() {
        ManualError::NothingToResolve(why) => why,
        ManualError::NotRefundable(why) => why,
        ManualError::NotOwed(why) => why,
        other => panic!("{other:?}"),
    }
}

/// Returns a session over 100.00 with a payment that waits for a person.
fn in_review() -> Session {
    session(10_000, [begun("rd_1", 10_000), doubted("rd_1", Doubt::Timeout), left_to_person("rd_1")])
}

fn paid() -> Session {
    session(10_000, [begun("rd_1", 10_000), succeeded("rd_1", 10_000)])
}

fn paid_by_celbux() -> Session {
    session(
        10_000,
        [begun_celbux("rd_1", 10_000), balance_checked("rd_1", 10_000), succeeded("rd_1", 10_000)],
    )
}

fn canceled() -> Session {
    session(10_000, [begun("rd_1", 4_000), succeeded("rd_1", 4_000), Entry::Canceled])
}

#[test]
fn a_payment_in_review_is_settled_as_taken() {
    let (entries, after) = perform(&in_review(), &resolve(Verdict::Taken, None), 1).unwrap();
    assert_eq!(entries.len(), 2, "{entries:?}");
    assert_eq!(after.status(NOW), SessionStatus::Complete);
    let one = after.redemption(&rd("rd_1")).unwrap();
    assert!(!one.needs_review(&config().limits));
    let view = after.merchant_view(None, &config(), NOW);
    let resolved = &view["redemptions"][0]["resolved"];
    assert_eq!((&resolved["by"], &resolved["note"]), (&json!("thandi@shop.example"), &json!("Asked Kora")));
    let kinds: Vec<&str> =
        after.news(&in_review(), &config(), NOW).iter().map(|(kind, _)| kind.as_str()).collect();
    assert_eq!(kinds, ["redemption.succeeded", "redemption.resolved", "checkout_session.completed"]);
}

#[test]
fn a_payment_in_review_is_settled_as_taken_in_part() {
    let (_, after) = perform(&in_review(), &resolve(Verdict::Taken, Some(4_000)), 1).unwrap();
    assert_eq!((after.received(), after.remaining()), (Minor(4_000), Minor(6_000)));
    let more = refusal(perform(&in_review(), &resolve(Verdict::Taken, Some(10_001)), 1));
    assert!(more.starts_with("More cannot be credited than was asked for: 100.00."), "{more}");
}

#[test]
fn a_payment_in_review_is_settled_as_not_taken_and_never_looked_up_again() {
    let (_, after) = perform(&in_review(), &resolve(Verdict::NotTaken, None), 1).unwrap();
    let one = after.redemption(&rd("rd_1")).unwrap();
    assert_eq!((one.status(), after.status(NOW)), (RedemptionStatus::Declined, SessionStatus::Open));
    assert!(!one.keeps_pin(&config().limits), "its PIN is erased");
    assert_eq!(after.next_due(&config().limits), Some(after.expires_at));
    // The provider can still report that the money was taken.
    let late = Session::after(Some(&after), NOW, &[hinted("rd_1"), succeeded("rd_1", 10_000)]).unwrap();
    assert_eq!(late.received(), Minor(10_000));
}

#[test]
fn an_outcome_is_settled_once() {
    let (_, after) = perform(&in_review(), &resolve(Verdict::Taken, None), 1).unwrap();
    // The same act, sent again after its answer was lost.
    let (again, _) = perform(&after, &resolve(Verdict::Taken, None), 1).unwrap();
    assert_eq!(again, []);
    let other = refusal(perform(&after, &resolve(Verdict::NotTaken, None), 2));
    assert!(other.starts_with("thandi@shop.example has settled this already, at 2026"), "{other}");
}

#[test]
fn an_outcome_that_the_machine_still_looks_up_is_not_settled_by_hand() {
    let looking = session(10_000, [begun("rd_1", 10_000), doubted("rd_1", Doubt::Timeout)]);
    let why = refusal(perform(&looking, &resolve(Verdict::NotTaken, None), 1));
    assert!(why.starts_with("The outcome is still being looked up."), "{why}");
    for done in [paid(), session(10_000, [begun("rd_1", 10_000), declined("rd_1", DeclineCode::VoucherUsed)])]
    {
        let why = refusal(perform(&done, &resolve(Verdict::Taken, None), 1));
        assert!(why.starts_with("The payment waits for nobody: it is "), "{why}");
    }
    let other = ManualAct::Ask { redemption: rd("rd_9"), note: None };
    assert_eq!(perform(&paid(), &other, 1).unwrap_err(), ManualError::NoRedemption);
}

#[test]
fn a_change_voucher_is_typed_in_by_hand() {
    let unknown = session(10_000, [begun("rd_1", 10_000), succeeded_without_change("rd_1", 10_000)]);
    let change = |pin: &str| ChangeVoucher {
        pin: Pin::as_typed(pin.to_owned()),
        amount: Some(Minor(500)),
        expires_at: None,
    };
    let act = |pin: &str, verdict, amount: Option<i64>| ManualAct::Resolve {
        redemption: rd("rd_1"),
        verdict,
        amount: amount.map(Minor),
        change: Some(change(pin)),
        note: "Read by phone".into(),
    };
    let typed = act("1168 6480-9679 2943", Verdict::Taken, None);
    let (entries, kept) = unknown.manual(&typed, &act_id(1), &thandi(), &config(), NOW).unwrap();
    assert_eq!(entries.last(), Some(&change_stated("rd_1")));
    assert_eq!(kept.map(|change| change.pin.reveal().to_owned()).as_deref(), Some(PIN));
    let wrong = unknown.manual(&act("123", Verdict::Taken, None), &act_id(1), &thandi(), &config(), NOW);
    let is_pin = |error: &FieldError| error.path == "change.pin";
    assert!(matches!(wrong, Err(ManualError::Body(BodyError::Field(error))) if is_pin(&error)));
    for (verdict, amount) in [(Verdict::NotTaken, None), (Verdict::Taken, Some(9_999))] {
        let why = refusal(perform(&unknown, &resolve(verdict, amount), 1));
        assert!(why.starts_with("The provider has confirmed that it took 100.00."), "{why}");
    }
    // There is no change voucher: a person has asked the provider.
    let (_, after) = perform(&unknown, &resolve(Verdict::Taken, None), 1).unwrap();
    assert!(!after.redemption(&rd("rd_1")).unwrap().change_unknown());
}

#[test]
fn a_reversal_that_waits_for_a_person_is_settled_either_way() {
    let blocked = session(
        10_000,
        [
            begun_celbux("rd_1", 4_000),
            balance_checked("rd_1", 4_000),
            succeeded("rd_1", 4_000),
            Entry::Canceled,
            reversing("rd_1"),
            reversal_blocked("rd_1", Some("bad token")),
        ],
    );
    for (verdict, owed) in [(Verdict::Taken, 4_000), (Verdict::NotTaken, 0)] {
        let (_, after) = perform(&blocked, &resolve(verdict, None), 1).unwrap();
        assert_eq!(after.owed(), Minor(owed));
        assert_eq!(after.next_due(&config().limits), None, "{verdict:?}");
    }
    let why = refusal(perform(&blocked, &resolve(Verdict::Taken, Some(1)), 1));
    assert!(why.starts_with("A charge is given back whole"), "{why}");
}

#[test]
fn the_provider_is_asked_once_more_at_once() {
    let limits = config().limits;
    let (_, after) = perform(&in_review(), &ask(), 1).unwrap();
    assert!(after.next_due(&limits).is_some_and(|at| at <= NOW + Millis::MINUTE));
    let answered = Session::after(Some(&after), NOW + Millis::MINUTE, &[left_to_person("rd_1")]).unwrap();
    assert!(!answered.redemption(&rd("rd_1")).unwrap().recovery.hinted, "once");
    let why = refusal(perform(&paid(), &ask(), 1));
    assert_eq!(why, "There is nothing to ask the provider: the payment is succeeded.");

    let mut entries = vec![
        begun_celbux("rd_1", 4_000),
        balance_checked("rd_1", 4_000),
        succeeded("rd_1", 4_000),
        Entry::Canceled,
        reversing("rd_1"),
        reversal_doubted("rd_1"),
    ];
    entries.extend((0..limits.settle_backoff_ms.len()).map(|_| reversal_asked("rd_1")));
    let reversal = session(10_000, entries);
    assert_eq!(reversal.next_due(&limits), None);
    let (_, after) = perform(&reversal, &ask(), 1).unwrap();
    assert!(after.next_due(&limits).is_some_and(|at| at <= NOW + Millis::MINUTE), "its reversal");
}

#[test]
fn refunds_in_parts_never_exceed_the_amount_taken() {
    let (entries, after) = perform(&paid(), &refund(Some(3_000)), 1).unwrap();
    assert!(matches!(&entries[..], [Entry::Refunded { .. }]), "Kora gives nothing back: {entries:?}");
    assert_eq!((after.refunded(), after.received()), (Minor(3_000), Minor(10_000)));
    assert_eq!((after.status(NOW), after.owed()), (SessionStatus::Complete, Minor::ZERO));
    let why = refusal(perform(&after, &refund(Some(7_001)), 2));
    assert_eq!(why, "ZAR 70.01 is more than is left of this payment: ZAR 70.00.");
    let (_, whole) = perform(&after, &refund(None), 3).unwrap();
    assert_eq!(whole.refunded(), Minor(10_000));
    assert_eq!(refusal(perform(&whole, &refund(None), 4)), "All of this payment has been given back.");
    let view = whole.merchant_view(None, &config(), NOW);
    assert_eq!(view["amount_refunded"], 10_000);
    let refunds = view["redemptions"][0]["refunds"].as_array().unwrap().clone();
    let shown: Vec<_> = refunds.iter().map(|one| (one["amount"].clone(), one["status"].clone())).collect();
    assert_eq!(shown, [(json!(3_000), json!("succeeded")), (json!(7_000), json!("succeeded"))]);
}

#[test]
fn a_whole_charge_is_reversed_by_a_provider_that_supports_it() {
    let (entries, after) = perform(&paid_by_celbux(), &refund(None), 1).unwrap();
    assert!(matches!(&entries[..], [Entry::RefundRequested { .. }, Entry::Reversing { .. }]), "{entries:?}");
    assert_eq!((after.refunded(), after.status(NOW)), (Minor::ZERO, SessionStatus::Complete));
    assert!(refusal(perform(&after, &refund(Some(1)), 2)).contains("is being asked to"));
    let done = Session::after(Some(&after), NOW, &[reversed("rd_1")]).unwrap();
    assert_eq!((done.refunded(), done.received()), (Minor(10_000), Minor(10_000)));
    assert_eq!((done.status(NOW), done.owed()), (SessionStatus::Complete, Minor::ZERO));
    assert_eq!(done.redemption(&rd("rd_1")).unwrap().status(), RedemptionStatus::Succeeded);
    let kinds: Vec<&str> = done.news(&after, &config(), NOW).iter().map(|(kind, _)| kind.as_str()).collect();
    assert_eq!(kinds, ["redemption.refunded"]);
    assert!(refusal(perform(&done, &refund(Some(1)), 3)).contains("has given this payment back"));

    // Refused by the provider, it can still be recorded as given back by the merchant.
    let refused = Session::after(Some(&after), NOW, &[not_reversed("rd_1", Some("too late"))]).unwrap();
    assert_eq!(
        refused.merchant_view(None, &config(), NOW)["redemptions"][0]["refunds"][0]["status"],
        "refused"
    );
    let (entries, by_hand) = perform(&refused, &refund(None), 4).unwrap();
    assert!(matches!(&entries[..], [Entry::Refunded { .. }]), "{entries:?}");
    assert_eq!(by_hand.refunded(), Minor(10_000));
}

#[test]
fn a_refund_of_a_part_or_with_a_voucher_is_not_the_providers() {
    let voucher = VoucherId::of(&"0".repeat(32)).unwrap();
    let with_voucher = ManualAct::Refund {
        redemption: rd("rd_1"),
        amount: None,
        voucher: Some(voucher),
        note: "A new voucher".into(),
    };
    for act in [refund(Some(1)), with_voucher] {
        let (entries, _) = perform(&paid_by_celbux(), &act, 1).unwrap();
        assert!(matches!(&entries[..], [Entry::Refunded { .. }]), "{entries:?}");
    }
}

#[test]
fn only_a_complete_session_is_refunded() {
    let part = session(10_000, [begun("rd_1", 4_000), succeeded("rd_1", 4_000)]);
    assert!(refusal(perform(&part, &refund(None), 1)).starts_with("The session is not paid yet."));
    assert!(refusal(perform(&canceled(), &refund(None), 1)).contains("Record a payout."));
    let other = session(
        10_000,
        [
            begun("rd_2", 10_000),
            declined("rd_2", DeclineCode::VoucherUsed),
            begun("rd_1", 10_000),
            succeeded("rd_1", 10_000),
        ],
    );
    let declined =
        ManualAct::Refund { redemption: rd("rd_2"), amount: None, voucher: None, note: "Why".into() };
    assert_eq!(refusal(perform(&other, &declined, 1)), "Nothing was taken by this payment.");
}

#[test]
fn a_payout_lowers_the_owed_amount() {
    let (_, after) = perform(&canceled(), &pay_out(1_500), 1).unwrap();
    assert_eq!((after.owed(), after.paid_out()), (Minor(2_500), Minor(1_500)));
    let why = refusal(perform(&after, &pay_out(2_501), 2));
    assert_eq!(why, "ZAR 25.01 is more than is owed: ZAR 25.00.");
    let news = after.news(&canceled(), &config(), NOW);
    let [(kind, payout)] = &news[..] else { panic!("{news:?}") };
    assert_eq!(
        (kind.as_str(), &payout["amount"], &payout["amount_owed"]),
        ("payout.recorded", &json!(1_500), &json!(2_500))
    );
    assert_eq!(refusal(perform(&paid(), &pay_out(1), 1)), "ZAR 0.01 is more than is owed: ZAR 0.00.");
}

#[test]
fn money_that_the_provider_may_still_return_is_not_paid_out() {
    let returning = session(
        10_000,
        [
            begun_celbux("rd_1", 4_000),
            balance_checked("rd_1", 4_000),
            succeeded("rd_1", 4_000),
            begun("rd_2", 1_000),
            succeeded("rd_2", 1_000),
            Entry::Canceled,
            reversing("rd_1"),
            reversal_blocked("rd_1", None),
        ],
    );
    let why = refusal(perform(&returning, &pay_out(1_001), 1));
    assert!(why.starts_with("ZAR 10.01 is more than is owed: ZAR 10.00. The provider"), "{why}");
    assert!(perform(&returning, &pay_out(1_000), 1).is_ok());
}

#[test]
fn money_whose_reversal_is_due_is_not_paid_out() {
    // The session has expired, and the alarm has not begun the reversal yet.
    let due = session(
        10_000,
        [
            begun_celbux("rd_1", 4_000),
            balance_checked("rd_1", 4_000),
            succeeded("rd_1", 4_000),
            Entry::Expired,
        ],
    );
    let why = refusal(perform(&due, &pay_out(1), 1));
    assert!(why.starts_with("ZAR 0.01 is more than is owed: ZAR 0.00. The provider"), "{why}");
    let kept = Session::after(Some(&due), NOW, &[reversing("rd_1"), not_reversed("rd_1", None)]).unwrap();
    assert!(perform(&kept, &pay_out(4_000), 1).is_ok());
}

#[test]
fn refunds_and_payouts_together_never_exceed_the_amount_taken() {
    // Paid twice: once by a charge that was found late.
    let twice = session(
        10_000,
        [
            begun("rd_1", 10_000),
            doubted("rd_1", Doubt::Timeout),
            declined("rd_1", DeclineCode::NotCharged),
            begun("rd_2", 10_000),
            succeeded("rd_2", 10_000),
            hinted("rd_1"),
            succeeded("rd_1", 10_000),
        ],
    );
    assert_eq!(twice.owed(), Minor(10_000));
    let (_, paid_out) = perform(&twice, &pay_out(10_000), 1).unwrap();
    let (_, refunded) = perform(&paid_out, &refund(None), 2).unwrap();
    assert_eq!((refunded.refunded(), refunded.owed()), (Minor(10_000), Minor::ZERO));
    let second = ManualAct::Refund { redemption: rd("rd_2"), amount: None, voucher: None, note: "x".into() };
    assert_eq!(refusal(perform(&refunded, &second, 3)), "All of this payment has been given back.");
    // Refunded first, nothing is owed any more.
    let (_, refunded) = perform(&twice, &refund(None), 1).unwrap();
    assert_eq!(refusal(perform(&refunded, &pay_out(1), 2)), "ZAR 0.01 is more than is owed: ZAR 0.00.");
}

#[test]
fn bad_requests_name_their_member() {
    let parse = |kind: &str, redemption: Option<&str>, body: &str| {
        let redemption = redemption.map(rd);
        let kind = ManualKind::from_text(kind).unwrap();
        ManualAct::parse(&ManualRequest { kind, redemption, body: Secret::new(body.to_owned()) })
    };
    let fault = |kind: &str, body: &str| {
        let redemption = (!matches!(kind, "payouts" | "erase")).then_some("rd_1");
        match parse(kind, redemption, body).unwrap_err() {
            ManualError::Body(BodyError::Field(error)) => error.path,
            other => format!("{other:?}"),
        }
    };
    let long = format!(r#"{{"note":"{}"}}"#, "x".repeat(501));
    for (kind, body, path) in [
        ("resolve", r#"{}"#, "outcome"),
        ("resolve", r#"{"outcome":"perhaps","note":"x"}"#, "outcome"),
        ("resolve", r#"{"outcome":"taken"}"#, "note"),
        ("resolve", r#"{"outcome":"taken","note":""}"#, "note"),
        ("resolve", r#"{"outcome":"taken","note":"x","amount":-1}"#, "amount"),
        ("resolve", r#"{"outcome":"taken","note":"x","amount":1.5}"#, "amount"),
        ("resolve", r#"{"outcome":"not_taken","note":"x","amount":1}"#, "amount"),
        ("resolve", r#"{"outcome":"not_taken","note":"x","change":{"pin":"1"}}"#, "change"),
        ("resolve", r#"{"outcome":"taken","note":"x","change":{}}"#, "change.pin"),
        ("resolve", r#"{"outcome":"taken","note":"x","change":{"pin":"1","worth":1}}"#, "change.worth"),
        ("resolve", r#"{"outcome":"taken","note":"x","by":"me"}"#, "by"),
        ("ask", &long, "note"),
        ("refunds", r#"{"note":"x","voucher":"cs_1"}"#, "voucher"),
        ("payouts", r#"{"note":"x"}"#, "amount"),
        ("erase", r#"{"note":1}"#, "note"),
    ] {
        assert_eq!(fault(kind, body), path, "{kind} {body}");
    }
    assert_eq!(parse("erase", None, ""), Ok(ManualAct::Erase { note: None }));
    for (kind, redemption) in [("payouts", Some("rd_1")), ("ask", None), ("resolve", None)] {
        assert_eq!(parse(kind, redemption, "{}"), Err(ManualError::NoRedemption), "{kind}");
    }
    assert_eq!(ManualKind::from_text("burn"), None);
}

#[test]
fn the_ledger_is_shown_without_hashes_and_secrets() {
    let voucher = Entry::Begun(Begun { voucher: Some("00ff".into()), ..as_begun(begun("rd_1", 4_000)) });
    let shown = ledger_view(2, NOW, &voucher);
    assert_eq!(
        shown,
        json!({"sequence": 2, "at": "2026-04-29T12:00:00.000Z", "type": "begun", "redemption": "rd_1",
            "provider": "kora", "brand": "0001", "amount": 4_000, "fee": 0, "reference": "ref-rd_1"})
    );
    let created = ledger_view(1, NOW, &created(10_000, "ZAR"));
    assert_eq!(created["type"], "created");
    assert!(created.get("secret_hash").is_none() && created.get("terms").is_none(), "{created}");
    assert_eq!(ledger_view(3, NOW, &Entry::Canceled)["type"], "canceled");
    assert_eq!(ledger_view(3, NOW, &balance_checked("rd_1", 1))["type"], "balance_checked");
    let answering = ledger_view(3, NOW, &answering("rd_1", "key-1"));
    assert_eq!((answering.get("code"), answering.get("key")), (None, None));
    let refused = ledger_view(3, NOW, &declined("rd_1", DeclineCode::CodeRefused));
    assert_eq!(refused["code"], "code_refused");
    let act = Act { id: act_id(1), by: thandi(), note: Some("x".into()) };
    let paid = ledger_view(4, NOW, &Entry::PaidOut { amount: Minor(1), voucher: None, act });
    assert_eq!(
        (&paid["by"], &paid["note"], paid.get("id")),
        (&json!("thandi@shop.example"), &json!("x"), None)
    );
}

#[test]
fn law_6_a_request_does_not_show_the_pin_in_its_body() {
    let body =
        Secret::new(r#"{"outcome":"taken","note":"x","change":{"pin":"1234567890123456"}}"#.to_owned());
    let request = ManualRequest { kind: ManualKind::Resolve, redemption: Some(rd("rd_1")), body };
    assert!(!format!("{request:?}").contains("1234567890123456"));
    let stored: Option<ManualRequest> = crate::stored::read(&serde_json::to_string(&request).unwrap());
    assert_eq!(stored.unwrap().body.reveal(), request.body.reveal());
}
