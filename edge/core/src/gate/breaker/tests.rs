use super::*;
use proptest::prelude::*;

fn limits() -> Limits {
    Limits {
        breaker_failures: 3,
        breaker_open_ms: Millis(10_000),
        provider_timeout_ms: Millis(20_000),
        ..Limits::default()
    }
}

#[test]
fn after_the_limit_of_failures_it_is_down_and_probed_by_one_payment_at_a_time() {
    let (limits, mut breaker) = (limits(), Breaker::default());
    assert_eq!(breaker.pass(Millis::ZERO, &limits), Ok(Role::Usual));
    for _ in 0..2 {
        breaker.unanswered(Role::Usual, Millis::ZERO, &limits);
        assert_eq!(breaker.pass(Millis::ZERO, &limits), Ok(Role::Watched));
    }
    breaker.unanswered(Role::Watched, Millis(1_000), &limits);
    assert_eq!(breaker.pass(Millis(2_000), &limits), Err(Millis(9_000)));
    assert_eq!(breaker.wait(Millis(11_000)), None);
    assert_eq!(breaker.pass(Millis(11_000), &limits), Ok(Role::Probe), "one to see");
    assert_eq!(breaker.pass(Millis(11_000), &limits), Err(Millis(60_000)), "and no other beside it");
    assert_eq!(breaker.wait(Millis(11_000)), Some(Millis(5_000)), "but its answer may come at once");
    breaker.unanswered(Role::Probe, Millis(12_000), &limits);
    assert_eq!(breaker.wait(Millis(12_000)), Some(Millis(20_000)), "twice as long");
    assert_eq!(breaker.pass(Millis(32_000), &limits), Ok(Role::Probe));
    breaker.answered();
    assert_eq!(breaker.pass(Millis(33_000), &limits), Ok(Role::Usual));
}

#[test]
fn payments_under_way_when_it_went_down_do_not_keep_it_down_longer() {
    let (limits, mut breaker) = (limits(), Breaker::default());
    (0..20).for_each(|_| breaker.unanswered(Role::Usual, Millis::ZERO, &limits));
    assert_eq!(
        (breaker.wait(Millis::ZERO), breaker.pass(Millis(10_000), &limits)),
        (Some(Millis(10_000)), Ok(Role::Probe))
    );
    breaker.unanswered(Role::Watched, Millis(10_000), &limits);
    assert_eq!(breaker.pass(Millis(10_000), &limits), Err(Millis(60_000)), "the one to see is still awaited");
}

#[test]
fn an_answer_in_between_resets_the_count() {
    let (limits, mut breaker) = (limits(), Breaker::default());
    for _ in 0..50 {
        breaker.unanswered(Role::Usual, Millis::ZERO, &limits);
        breaker.unanswered(Role::Watched, Millis::ZERO, &limits);
        breaker.answered();
    }
    assert_eq!(breaker.pass(Millis::ZERO, &limits), Ok(Role::Usual));
}

#[test]
fn a_probe_without_an_outcome_does_not_close_it_for_good() {
    let (limits, mut breaker) = (limits(), Breaker::default());
    (0..3).for_each(|_| breaker.unanswered(Role::Usual, Millis::ZERO, &limits));
    assert_eq!(breaker.pass(Millis(10_000), &limits), Ok(Role::Probe));
    assert_eq!(breaker.pass(Millis(69_999), &limits), Err(Millis(1)));
    assert_eq!(breaker.pass(Millis(70_000), &limits), Ok(Role::Probe));
}

#[test]
fn only_an_unused_probe_lets_the_next_payment_probe() {
    let (limits, mut breaker) = (limits(), Breaker::default());
    (0..3).for_each(|_| breaker.unanswered(Role::Usual, Millis::ZERO, &limits));
    breaker.unused(Role::Watched, Millis::ZERO);
    assert_eq!(breaker.pass(Millis::ZERO, &limits), Err(Millis(10_000)));
    assert_eq!(breaker.pass(Millis(10_000), &limits), Ok(Role::Probe));
    breaker.unused(Role::Watched, Millis(10_000));
    assert_eq!(breaker.pass(Millis(10_000), &limits), Err(Millis(60_000)));
    breaker.unused(Role::Probe, Millis(11_000));
    assert_eq!(breaker.pass(Millis(11_000), &limits), Ok(Role::Probe));
}

proptest! {
    #[test]
    fn a_payment_is_admitted_in_time_whatever_happens(steps in prop::collection::vec((0u8..5, 0i64..30_000), 0..200)) {
        let (limits, mut breaker, mut now) = (limits(), Breaker::default(), 0);
        let mut role = Role::Usual;
        for (step, pause) in steps {
            now += pause;
            match step {
                0 => role = breaker.pass(Millis(now), &limits).unwrap_or(role),
                1 | 2 => breaker.unanswered(role, Millis(now), &limits),
                3 => breaker.unused(role, Millis(now)),
                _ => breaker.answered(),
            }
            let until = breaker.pass(Millis(now), &limits).err().unwrap_or(Millis::ZERO);
            prop_assert!(until <= Millis(160_000));
            prop_assert!(breaker.wait(Millis(now)).unwrap_or(Millis::ZERO) <= Millis(160_000));
            let read: Breaker = crate::stored::read(&serde_json::to_string(&breaker).unwrap()).unwrap();
            prop_assert_eq!(&read, &breaker);
        }
    }
}
