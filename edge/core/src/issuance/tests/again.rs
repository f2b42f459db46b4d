//! Tests of the time for which an order may be sent again: as long as it is certain to be recognised as the same one.

use super::*;

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// Returns limits with look-ups ten hours apart, the first after one second.
fn limits() -> Limits {
    Limits { settle_backoff_ms: vec![1_000, 10 * HOUR, 10 * HOUR, 10 * HOUR], ..Limits::default() }
}

#[test]
fn law_2_an_order_may_be_sent_again_for_a_day() {
    let (order, resent) = (order_after([doubted(Doubt::Cut)]), resent_after([doubted(Doubt::Cut)]));
    assert_eq!((order.resends, resent.resends), (false, true));
    for after in [0, HOUR, DAY - 1, DAY] {
        assert!(order.may_ask(NOW + after) && resent.may_ask(NOW + after), "{after}");
    }
    for after in [DAY + 1, 2 * DAY, 400 * DAY] {
        // A look-up is allowed at any time, because it orders nothing.
        assert!(order.may_ask(NOW + after) && !resent.may_ask(NOW + after), "{after}");
    }
    // The time counts from the order, not from later answers.
    let late = resent_after([doubted(Doubt::Cut), asked(), asked()]);
    assert!(late.recovery.changed_at > NOW && !late.may_ask(NOW + DAY + 1));
}

#[test]
fn law_2_after_a_day_no_order_is_sent_again_by_itself() {
    let (mut order, mut resent) = (order_after([]), resent_after([]));
    let mut sent = Vec::new();
    for one in [&mut order, &mut resent] {
        one.apply(NOW, doubted(Doubt::Timeout));
        let mut times = Vec::new();
        while let Some(at) = one.due_at(&limits()) {
            assert!(!one.is_left_to_person(&limits()));
            one.apply(at, asked());
            times.push(at - NOW);
        }
        assert!(one.is_left_to_person(&limits()) && one.is_open());
        assert_eq!((one.status(), one.due_at(&limits())), ("unknown", None));
        sent.push(times);
    }
    let (first, second) = (1_000, 1_000 + 10 * HOUR);
    let third = second + 10 * HOUR;
    assert_eq!(sent, [vec![first, second, third, third + 10 * HOUR], vec![first, second, third]]);
    // The merchant sees that a review is needed.
    let view = resent.view(None, None, &limits());
    assert_eq!(view["needs_review"], true);
}

#[test]
fn the_day_ends_to_the_millisecond() {
    let last = |pause: i64| {
        let limits = Limits { settle_backoff_ms: vec![pause], ..Limits::default() };
        // The doubt is recorded one second after the order.
        let order = resent_after([doubted(Doubt::Timeout)]);
        (order.due_at(&limits).map(|at| at - NOW), order.is_left_to_person(&limits))
    };
    assert_eq!(last(DAY - 1_000), (Some(DAY), false));
    assert_eq!(last(DAY - 999), (None, true));
}

#[test]
fn an_order_whose_process_stopped_for_a_day_is_left_to_a_person() {
    let order = resent_after([]);
    let mut late = order.clone();
    late.apply(NOW + 2 * DAY, order.orphaned());
    assert_eq!((late.due_at(&Limits::default()), late.is_left_to_person(&Limits::default())), (None, true));
    assert!(!late.may_ask(NOW + 2 * DAY));
    // A late answer still settles it.
    late.apply(NOW + 3 * DAY, issued(None));
    assert!(!late.is_open());
}

#[test]
fn with_the_default_pauses_it_is_asked_about_for_most_of_the_day() {
    let mut order = resent_after([doubted(Doubt::Timeout)]);
    let mut last = NOW;
    while let Some(at) = order.due_at(&Limits::default()) {
        order.apply(at, asked());
        last = at;
    }
    assert!((NOW + DAY / 2..=NOW + DAY).contains(&last), "{}", last - NOW);
}
