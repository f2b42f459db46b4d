use super::*;

fn payment(id: &str, status: &str, more: &str) -> MerchantRedemption {
    let text = format!(
        r#"{{"id":"{id}","provider":"celbux","status":"{status}","amount":24900,"provider_reference":"{id}-ref",
        "provider_transaction":"{id}-tid","created_at":"2026-11-05"{more}}}"#
    );
    let Ok(payment) = serde_json::from_str(&text) else { panic!("{text}") };
    payment
}

const BACK: &str = r#","reversal":{"status":"succeeded","provider_reference":"back"}"#;

fn event(created_at: &str, object: MerchantRedemption) -> RedemptionEvent {
    RedemptionEvent { id: String::new(), created_at: created_at.to_owned(), data: RedemptionData { object } }
}

/// Returns the amounts of the movements, with their days.
fn moved(ours: &Ours) -> Vec<(i64, String)> {
    let day = |movement: &Movement| movement.day.map_or_else(String::new, |day| day.to_string());
    ours.movements.iter().map(|movement| (movement.amount.0, day(movement))).collect()
}

fn of(payments: Vec<MerchantRedemption>, events: Vec<RedemptionEvent>) -> Ours {
    Ours::new(payments, events, "celbux", false, Day::parse)
}

#[test]
fn only_taken_money_is_a_movement() {
    let statuses = ["processing", "succeeded", "declined", "unknown", "not_sent", "reversed"];
    let ours = of(statuses.map(|status| payment(status, status, "")).to_vec(), Vec::new());
    assert_eq!(ours.payments.len(), 6);
    let names: Vec<_> = ours.movements.iter().map(|one| one.names.join(" ")).collect();
    assert_eq!(names, ["succeeded-ref succeeded-tid", "reversed-ref reversed-tid"]);
}

#[test]
fn money_goes_back_on_the_day_of_its_first_event() {
    let object = payment("a", "reversed", BACK);
    let events = vec![event("2026-11-07", object.clone()), event("2026-11-09", object.clone())];
    let ours = of(vec![object.clone()], events);
    assert_eq!(moved(&ours), [(24_900, "2026-11-05".to_owned()), (-24_900, "2026-11-07".to_owned())]);
    assert_eq!(ours.movements.last().map(|one| one.names.join(" ")).as_deref(), Some("back a-ref a-tid"));
    // The money went back after the period.
    assert_eq!(moved(&of(vec![object], Vec::new())).last(), Some(&(-24_900, String::new())));
}

#[test]
fn an_earlier_payment_that_went_back_in_the_period_counts_by_that_alone() {
    let ours = of(Vec::new(), vec![event("2026-11-07", payment("a", "succeeded", BACK))]);
    assert_eq!((ours.payments.len(), moved(&ours)), (1, vec![(-24_900, "2026-11-07".to_owned())]));
}

#[test]
fn events_about_other_things_move_nothing() {
    let failed = payment("a", "succeeded", r#","reversal":{"status":"refused"}"#);
    let other = MerchantRedemption { provider: "kora".to_owned(), ..payment("b", "reversed", BACK) };
    let plain = payment("c", "succeeded", "");
    let events = [failed, other, plain].map(|object| event("2026-11-07", object));
    assert_eq!(of(Vec::new(), events.to_vec()), Ours::default());
}

#[test]
fn the_fee_is_added_where_the_statement_contains_it() {
    let amount = |with_fee| {
        let payments = vec![payment("a", "succeeded", r#","fee":500"#)];
        moved(&Ours::new(payments, Vec::new(), "celbux", with_fee, Day::parse))
            .first()
            .map(|(amount, _)| *amount)
    };
    assert_eq!((amount(false), amount(true)), (Some(24_900), Some(25_400)));
}
