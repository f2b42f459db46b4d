//! Tests of the events of an ordered voucher.

use super::*;

/// Returns the events of the last of these steps.
fn told(before: Option<&Issuance>, order: &Issuance) -> Vec<&'static str> {
    let news = order.news(before, &config());
    assert_eq!(order.news(Some(order), &config()), [], "the same once more");
    assert!(news.iter().all(|(_, object)| object["id"] == ID && object["voucher_number"].is_null()));
    news.iter().map(|(kind, _)| kind.as_str()).collect()
}

#[test]
fn an_issued_voucher_is_reported_once() {
    let ordered = order_after([]);
    assert_eq!(told(None, &ordered), [""; 0]);
    assert_eq!(told(Some(&ordered), &order_after([issued(None)])), ["voucher.issued"]);
    let refused = order_after([refused("no")]);
    assert_eq!(told(Some(&ordered), &refused), [""; 0]);
}

#[test]
fn a_review_of_a_voucher_is_reported_after_the_last_look_up() {
    for start in [order_after([doubted(Doubt::Cut)]), resent_after([doubted(Doubt::Cut)])] {
        let (mut order, mut kinds) = (start, Vec::new());
        while let Some(at) = order.due_at(&config().limits) {
            let before = order.clone();
            order.apply(at, asked());
            kinds.push(told(Some(&before), &order));
        }
        let (last, before) = kinds.split_last().unwrap();
        assert_eq!((last.as_slice(), before.concat()), (&["voucher.needs_review"][..], vec![]));
        assert_eq!(order.news(Some(&order), &config()).len(), 0);
        // The merchant requests another look-up, which finds nothing.
        let before = order.clone();
        order.apply(NOW + Millis::DAY, asked());
        assert_eq!(told(Some(&before), &order), [""; 0]);
    }
}

#[test]
fn an_order_that_the_provider_keeps_refusing_for_a_conflict_needs_a_review() {
    let conflicts = [doubted_by("wallet", true), asked_by("wallet", true), asked_by("wallet", true)];
    let before = resent_after(conflicts[..2].to_vec());
    assert_eq!(told(Some(&before), &resent_after(conflicts)), ["voucher.needs_review"]);
}
