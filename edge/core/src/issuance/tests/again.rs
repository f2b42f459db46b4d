//! Tests of the time for which an order may be sent again: as long as it is certain to be recognised as the same one.

use super::*;

const HOUR: Millis = Millis::HOUR;
const DAY: Millis = Millis::DAY;

/// Returns limits with look-ups ten hours apart, the first after one second.
fn limits() -> Limits {
    Limits {
        settle_backoff_ms: vec![Millis(1_000), HOUR.times(10), HOUR.times(10), HOUR.times(10)],
        ..Limits::default()
    }
}

#[test]
fn law_2_an_order_may_be_sent_again_for_a_day() {
    let (order, resent) = (order_after([doubted(Doubt::Cut)]), resent_after([doubted(Doubt::Cut)]));
    assert_eq!((order.resends, resent.resends), (false, true));
    for after in [Millis::ZERO, HOUR, DAY - Millis(1), DAY] {
        assert!(order.may_ask(NOW + after) && resent.may_ask(NOW + after), "{after:?}");
    }
    for after in [DAY + Millis(1), DAY.times(2), DAY.times(400)] {
        // A look-up is allowed at any time, because it orders nothing.
        assert!(order.may_ask(NOW + after) && !resent.may_ask(NOW + after), "{after:?}");
    }
    // The time counts from the order, not from later answers.
    let late = resent_after([doubted(Doubt::Cut), asked(), asked()]);
    assert!(late.recovery.changed_at > NOW && !late.may_ask(NOW + DAY + Millis(1)));
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
    let (first, second) = (Millis::SECOND, Millis::SECOND + HOUR.times(10));
    let third = second + HOUR.times(10);
    assert_eq!(sent, [vec![first, second, third, third + HOUR.times(10)], vec![first, second, third]]);
    // The merchant sees that a review is needed.
    let view = resent.view(None, None, &limits());
    assert_eq!(view["needs_review"], true);
}

#[test]
fn the_day_ends_to_the_millisecond() {
    let last = |pause: Millis| {
        let limits = Limits { settle_backoff_ms: vec![pause], ..Limits::default() };
        // The doubt is recorded one second after the order.
        let order = resent_after([doubted(Doubt::Timeout)]);
        (order.due_at(&limits).map(|at| at - NOW), order.is_left_to_person(&limits))
    };
    assert_eq!(last(DAY - Millis(1_000)), (Some(DAY), false));
    assert_eq!(last(DAY - Millis(999)), (None, true));
}

#[test]
fn an_order_whose_process_stopped_for_a_day_is_left_to_a_person() {
    let order = resent_after([]);
    let mut late = order.clone();
    late.apply(NOW + DAY.times(2), order.orphaned());
    assert_eq!((late.due_at(&Limits::default()), late.is_left_to_person(&Limits::default())), (None, true));
    assert!(!late.may_ask(NOW + DAY.times(2)));
    // A late answer still settles it.
    late.apply(NOW + DAY.times(3), issued(None));
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
    assert!((NOW + HOUR.times(12)..=NOW + DAY).contains(&last), "{:?}", last - NOW);
}
