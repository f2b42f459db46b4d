//! Tests of the time for which an order may be sent again: as long as it is certain to be recognised as the same one.

use super::*;

const HOUR: Millis = Millis::HOUR;
const DAY: Millis = Millis::DAY;

const TEN_MINUTES: Millis = Millis::MINUTE.times(10);

/// Returns limits with look-ups four minutes apart, the first after one second.
fn limits() -> Limits {
    let pause = Millis::MINUTE.times(4);
    Limits { settle_backoff_ms: vec![Millis(1_000), pause, pause, pause], ..Limits::default() }
}

#[test]
fn law_2_an_order_is_sent_again_by_itself_for_ten_minutes() {
    let limits = limits();
    let (order, resent) = (order_after([doubted(Doubt::Cut)]), resent_after([doubted(Doubt::Cut)]));
    assert_eq!((order.resends, resent.resends), (false, true));
    assert_eq!(limits.order_resent_for_ms, TEN_MINUTES);
    for after in [Millis::ZERO, Millis::MINUTE, TEN_MINUTES] {
        assert!(order.may_ask(NOW + after, &limits) && resent.may_ask(NOW + after, &limits), "{after:?}");
    }
    for after in [TEN_MINUTES + Millis(1), HOUR, DAY, DAY.times(400)] {
        // A look-up is allowed at any time, because it orders nothing.
        assert!(order.may_ask(NOW + after, &limits) && !resent.may_ask(NOW + after, &limits), "{after:?}");
    }
    // The time counts from the order, not from later answers.
    let late = resent_after([doubted(Doubt::Cut), asked(), asked()]);
    assert!(late.recovery.changed_at > NOW && !late.may_ask(NOW + TEN_MINUTES + Millis(1), &limits));
}

#[test]
fn law_2_a_person_may_have_an_order_sent_again_for_a_day() {
    let limits = Limits { settle_backoff_ms: vec![TEN_MINUTES], ..Limits::default() };
    let left = resent_after([doubted(Doubt::Cut)]);
    assert!(left.is_left_to_person(&limits));
    for after in [Millis::ZERO, HOUR, DAY] {
        assert!(left.may_person_ask(NOW + after, &limits), "{after:?}");
    }
    assert!(!left.may_person_ask(NOW + DAY + Millis(1), &limits));
    // A person cannot ask while the order is still looked up automatically.
    let limits = Limits { settle_backoff_ms: vec![Millis::SECOND], ..limits };
    assert!(!left.may_person_ask(NOW, &limits));
}

#[test]
fn law_2_after_ten_minutes_no_order_is_sent_again_by_itself() {
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
    let first = Millis::SECOND;
    let [second, third, fourth] = [1, 2, 3].map(|four| first + Millis::MINUTE.times(4 * four));
    assert_eq!(sent, [vec![first, second, third, fourth], vec![first, second, third]]);
    // The merchant sees that a review is needed.
    let view = resent.view(None, None, &limits());
    assert_eq!(view["needs_review"], true);
}

#[test]
fn the_ten_minutes_end_to_the_millisecond() {
    let last = |pause: Millis| {
        let limits = Limits { settle_backoff_ms: vec![pause], ..Limits::default() };
        // The doubt is recorded one second after the order.
        let order = resent_after([doubted(Doubt::Timeout)]);
        (order.due_at(&limits).map(|at| at - NOW), order.is_left_to_person(&limits))
    };
    assert_eq!(last(TEN_MINUTES - Millis(1_000)), (Some(TEN_MINUTES), false));
    assert_eq!(last(TEN_MINUTES - Millis(999)), (None, true));
}

#[test]
fn an_order_whose_process_stopped_for_long_goes_to_review() {
    let order = resent_after([]);
    let mut late = order.clone();
    late.apply(NOW + HOUR, order.orphaned());
    assert_eq!((late.due_at(&Limits::default()), late.is_left_to_person(&Limits::default())), (None, true));
    assert!(!late.may_ask(NOW + HOUR, &Limits::default()));
    // A late answer still settles it.
    late.apply(NOW + DAY.times(3), issued(None));
    assert!(!late.is_open());
}

#[test]
fn with_the_default_pauses_it_is_sent_again_for_most_of_the_ten_minutes() {
    let mut order = resent_after([doubted(Doubt::Timeout)]);
    let mut last = NOW;
    while let Some(at) = order.due_at(&Limits::default()) {
        order.apply(at, asked());
        last = at;
    }
    let times = NOW + Millis::MINUTE.times(4)..=NOW + TEN_MINUTES;
    assert!(times.contains(&last), "{:?}", last - NOW);
}

// As a payment may wrongly count as not charged, an order may wrongly count as not issued.
#[test]
fn an_order_that_was_not_found_is_looked_up_once_more_after_an_hour_and_after_a_day() {
    let limits = Limits::default();
    let refused_at = NOW + Millis::SECOND.times(2);
    let mut order = order_after([doubted(Doubt::Cut), not_found()]);
    for pause in [HOUR, DAY] {
        assert_eq!(order.due_at(&limits), Some(refused_at + pause));
        let (step, _) = order.looked_up(Ok(Reply::NotFound), refused_at + pause, &limits);
        assert_eq!(step, not_found());
        order.apply(refused_at + pause, step);
    }
    assert_eq!((order.due_at(&limits), order.is_open()), (None, false));
    // An unanswered look-up is repeated.
    let mut silent = order_after([doubted(Doubt::Cut), not_found()]);
    silent.apply(refused_at + HOUR, asked());
    assert_eq!(silent.due_at(&limits), Some(refused_at + HOUR + limits.settle_backoff_ms[0]));
    // An order that is found later is issued.
    let paid = Reply::Paid(crate::provider::Paid { amount: Some(Minor(2_000)), ..Default::default() });
    let (step, _) = silent.looked_up(Ok(paid), refused_at + HOUR, &limits);
    assert!(matches!(step, Step::Issued { .. }));
    // An order that the provider itself refused is not looked up.
    assert_eq!(order_after([refused("no")]).due_at(&limits), None);
}
