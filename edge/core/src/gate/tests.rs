mod crowd;

use super::*;

fn rate() -> Rate {
    Rate { account: "wipay".into(), calls: 5, period: Millis::MINUTE }
}

/// Returns the request of the payment with this number, whose outcome has been unknown since as many milliseconds.
fn resolve(payment: u64) -> Ask {
    Ask::Resolve { payment, since: Millis(payment as i64) }
}

/// Returns the admission of a payment at `now`.
fn admitted(role: Role, now: i64) -> Pass {
    Pass::Admitted { role, until: Millis(now) + Millis::MINUTE + MARGIN }
}

#[test]
fn one_call_is_reserved_for_resolving_outcomes() {
    let (rate, limits, mut gate) = (rate(), Limits::default(), GateState::default());
    let mut ask = |what| gate.ask(what, Some(&rate), &limits, Millis::ZERO);
    assert_eq!(ask(Ask::Pay(2)), admitted(Role::Usual, 0));
    assert_eq!(ask(Ask::Pay(2)), admitted(Role::Usual, 0));
    assert_eq!(ask(Ask::Look), Pass::Full(Millis(65_000)));
    assert_eq!(ask(Ask::Pay(2)), Pass::Full(Millis(65_000)));
    assert_eq!(ask(resolve(1)), Pass::Granted(Role::Usual));
    assert_eq!(ask(resolve(1)), Pass::Full(Millis(65_000)));
}

#[test]
fn a_call_that_was_not_made_is_free_at_once() {
    let (rate, limits, mut gate) = (rate(), Limits::default(), GateState::default());
    let mut ask = |what, now| gate.ask(what, Some(&rate), &limits, Millis(now));
    // A typing error costs one call of five.
    for now in [0, 1_000, 2_000] {
        let Pass::Admitted { until, .. } = ask(Ask::Pay(2), now) else { panic!("{now}") };
        assert_eq!(ask(Ask::GiveBack { calls: 1, until }, now), Pass::Granted(Role::Usual));
    }
    assert_eq!(ask(Ask::Pay(2), 3_000), Pass::Full(Millis(62_000)));
    assert_eq!(ask(Ask::Look, 3_000), Pass::Granted(Role::Usual));
    // The calls that were made still count, each from its own time.
    assert_eq!(ask(Ask::Pay(2), 65_000), Pass::Full(Millis(1_000)));
    assert_eq!(ask(Ask::Pay(2), 66_000), admitted(Role::Usual, 66_000));
    // No call of another payment is given back.
    ask(Ask::GiveBack { calls: 2, until: Millis(1) }, 66_000);
    assert_eq!(ask(Ask::Look, 66_000), Pass::Full(Millis(1_000)));
}

#[test]
fn law_8_a_payment_after_failed_tries_waits_behind_others() {
    let (rate, limits, mut gate) = (rate(), Limits::default(), GateState::default());
    let mut ask = |what, now| gate.ask(what, Some(&rate), &limits, Millis(now));
    // No other payment waits.
    assert_eq!(ask(Ask::PayBehind(2), 0), admitted(Role::Usual, 0));
    assert_eq!(ask(Ask::PayBehind(2), 1_000), admitted(Role::Usual, 1_000));
    assert_eq!(ask(Ask::PayBehind(2), 2_000), Pass::Full(Millis(63_000)));
    // Another payment waits, and is admitted first when there is room again, whichever asks first.
    assert_eq!(ask(Ask::Pay(2), 3_000), Pass::Full(Millis(62_000)));
    assert_eq!(ask(Ask::PayBehind(2), 65_000), Pass::Full(Millis(5_000)));
    assert_eq!(ask(Ask::Pay(2), 65_000), admitted(Role::Usual, 65_000));
    assert_eq!(ask(Ask::PayBehind(2), 66_000), admitted(Role::Usual, 66_000));
    // It waits no longer with room for both, or if the other payment does not ask again.
    assert_eq!(ask(Ask::Pay(2), 67_000), Pass::Full(Millis(63_000)));
    assert_eq!(ask(Ask::PayBehind(2), 130_500), Pass::Full(Millis(4_500)));
    assert_eq!(ask(Ask::PayBehind(2), 131_000), admitted(Role::Usual, 131_000));
    assert_eq!(ask(Ask::Pay(2), 132_000), admitted(Role::Usual, 132_000));
    assert_eq!(ask(Ask::Pay(2), 133_000), Pass::Full(Millis(63_000)));
    assert_eq!(ask(Ask::PayBehind(2), 201_000), admitted(Role::Usual, 201_000));
}

#[test]
fn law_8_in_a_crowd_the_calls_of_one_payment_stay_free_for_those_who_come_first() {
    let (rate, limits, mut gate) = (rate(), Limits::default(), GateState::default());
    let mut ask = |what, now| gate.ask(what, Some(&rate), &limits, Millis(now));
    assert_eq!(ask(Ask::Pay(2), 0), admitted(Role::Usual, 0));
    assert_eq!(ask(Ask::Pay(2), 0), admitted(Role::Usual, 0));
    // Refusals far from each other are no crowd.
    for now in [1_000, 12_000, 23_000, 34_000, 45_000, 56_000] {
        assert!(matches!(ask(Ask::PayBehind(2), now), Pass::Full(_)));
    }
    assert_eq!(ask(Ask::Pay(2), 65_000), admitted(Role::Usual, 65_000));
    assert_eq!(ask(Ask::Pay(2), 65_000), admitted(Role::Usual, 65_000));
    for now in 66_000..66_005 {
        assert!(matches!(ask(Ask::PayBehind(2), now), Pass::Full(_)));
    }
    // From now on a payment asks by its place. Those behind wait until the calls of two payments are free, and are told to wait for a whole
    // period: who comes again at random must be early.
    assert_eq!(ask(Ask::Pay(2), 67_000), Pass::Crowded);
    assert_eq!(ask(Ask::PayBehind(2), 68_000), Pass::Full(Millis(65_000)));
    assert_eq!(ask(Ask::PayBehind(2), 129_000), Pass::Full(Millis(65_000)));
    assert_eq!(ask(Ask::PayBehind(2), 130_000), admitted(Role::Usual, 130_000));
    assert_eq!(ask(Ask::PayBehind(2), 131_000), Pass::Full(Millis(65_000)));
    assert_eq!(ask(Ask::Pay(2), 132_000), Pass::Crowded);
    assert_eq!(ask(Ask::PayFirst(2), 132_000), admitted(Role::Usual, 132_000));
    assert_eq!(ask(Ask::PayFirst(2), 133_000), Pass::Full(Millis(62_000)));
    // It is over five minutes after the last refusals of a crowd.
    assert_eq!(ask(Ask::Pay(2), 367_999), Pass::Crowded);
    assert_eq!(ask(Ask::Pay(2), 368_000), admitted(Role::Usual, 368_000));
}

#[test]
fn shoppers_keep_the_calls_of_one_payment() {
    let (rate, limits, mut gate) = (rate(), Limits::default(), GateState::default());
    let mut ask = |what, now| gate.ask(what, Some(&rate), &limits, Millis(now));
    let granted = (1..=20).filter(|payment| ask(resolve(*payment), 0) == Pass::Granted(Role::Usual)).count();
    assert_eq!(granted, 3);
    assert_eq!(ask(Ask::Pay(2), 1_000), admitted(Role::Usual, 1_000));
    assert_eq!(ask(Ask::Pay(2), 1_000), Pass::Full(Millis(64_000)));
}

#[test]
fn many_unknown_outcomes_share_a_saturated_gate_oldest_first() {
    let (rate, limits, mut gate) = (rate(), Limits::default(), GateState::default());
    // Each asks again after its wait, the youngest one first; shoppers pay whenever a call is free.
    let mut asks: Vec<(i64, u64)> = (1..=30).rev().map(|payment| (0, payment)).collect();
    let mut resolved = Vec::new();
    let mut sent: Vec<(i64, usize)> = Vec::new();
    for now in (0..1_000_000).step_by(500) {
        let mut pass = gate.ask(Ask::Pay(2), Some(&rate), &limits, Millis(now));
        if pass == Pass::Crowded {
            pass = gate.ask(Ask::PayFirst(2), Some(&rate), &limits, Millis(now));
        }
        if let Pass::Admitted { .. } = pass {
            sent.push((now, 2));
        }
        for (at, payment) in asks.iter_mut().filter(|(at, _)| *at <= now) {
            match gate.ask(resolve(*payment), Some(&rate), &limits, Millis(now)) {
                Pass::Granted(_) => {
                    resolved.push(*payment);
                    sent.push((now, 1));
                    *at = i64::MAX;
                }
                Pass::Full(Millis(wait)) => *at = now + wait.max(1),
                other => panic!("{other:?}"),
            }
        }
        let recent = sent.iter().filter(|(at, _)| *at > now - 60_000).map(|(_, calls)| calls).sum::<usize>();
        assert!(recent <= 5, "{recent} calls in a minute");
    }
    assert_eq!(resolved.len(), 30, "{resolved:?}");
    // The first three were admitted before an older one had asked. Then the three oldest come together, in any order.
    for (place, three) in resolved.chunks(3).enumerate().skip(1) {
        let mut three = three.to_vec();
        three.sort_unstable();
        let oldest = 3 * place as u64 - 2;
        assert_eq!(three, [oldest, oldest + 1, oldest + 2], "{resolved:?}");
    }
    let payments = sent.iter().filter(|(_, calls)| *calls == 2).count();
    assert!(payments >= 10, "{payments} payments");
}

#[test]
fn an_outcome_that_does_not_ask_again_loses_its_place() {
    let (rate, limits, mut gate) = (rate(), Limits::default(), GateState::default());
    let mut ask = |what, now| gate.ask(what, Some(&rate), &limits, Millis(now));
    for payment in 11..=13 {
        assert_eq!(ask(resolve(payment), 0), Pass::Granted(Role::Usual));
    }
    assert_eq!(ask(resolve(1), 0), Pass::Full(Millis(65_000)));
    assert_eq!(ask(resolve(2), 0), Pass::Full(Millis(65_000)));
    // Calls are free for both: the younger one does not wait for the older one.
    assert_eq!(ask(resolve(2), 65_000), Pass::Granted(Role::Usual));
    assert_eq!(ask(resolve(3), 65_000), Pass::Granted(Role::Usual));
    assert_eq!(ask(resolve(4), 65_000), Pass::Full(Millis(65_000)));
    assert_eq!(ask(resolve(4), 75_001), Pass::Granted(Role::Usual));
}

#[test]
fn a_limit_too_low_for_a_reserve_still_lets_payments_through() {
    let (rate, mut gate) = (rate(), GateState::default());
    let limits = Limits { provider_calls_per_period: Some(2), ..Limits::default() };
    assert_eq!(gate.ask(Ask::Pay(2), Some(&rate), &limits, Millis::ZERO), admitted(Role::Usual, 0));
    let limits = Limits { provider_calls_per_period: Some(1), ..Limits::default() };
    assert_eq!(
        GateState::default().ask(Ask::Pay(2), Some(&rate), &limits, Millis::ZERO),
        admitted(Role::Usual, 0)
    );
}

#[test]
fn a_provider_without_a_limit_is_watched_all_the_same() {
    let (limits, mut gate) = (Limits { breaker_failures: 2, ..Limits::default() }, GateState::default());
    let mut ask = |what, now| gate.ask(what, None, &limits, Millis(now));
    assert_eq!(ask(Ask::Pay(2), 0), Pass::Granted(Role::Usual));
    assert_eq!(ask(Ask::Unanswered(Role::Usual), 0), Pass::Granted(Role::Usual));
    assert_eq!(ask(Ask::Pay(2), 0), Pass::Granted(Role::Watched));
    assert_eq!(ask(Ask::Unanswered(Role::Watched), 0), Pass::Down(Millis(15_000)));
    assert_eq!(ask(Ask::Pay(1), 1_000), Pass::Down(Millis(14_000)));
    assert_eq!(ask(Ask::Health, 1_000), Pass::Down(Millis(14_000)));
    // Unknown outcomes are still resolved.
    assert_eq!(ask(resolve(1), 1_000), Pass::Granted(Role::Usual));
    // A query is not a payment.
    assert_eq!(ask(Ask::Health, 15_000), Pass::Granted(Role::Usual));
    assert_eq!(ask(Ask::Pay(1), 15_000), Pass::Granted(Role::Probe));
    assert_eq!(ask(Ask::Pay(1), 15_000), Pass::Down(Millis(5_000)));
    // The probe made no call: the next payment probes.
    assert_eq!(ask(Ask::Unused(Role::Probe), 15_000), Pass::Granted(Role::Usual));
    assert_eq!(ask(Ask::Pay(1), 15_000), Pass::Granted(Role::Probe));
    assert_eq!(ask(Ask::Pay(1), 15_000), Pass::Down(Millis(5_000)));
    assert_eq!(ask(Ask::Answered, 16_000), Pass::Granted(Role::Usual));
    assert_eq!(ask(Ask::Pay(1), 16_000), Pass::Granted(Role::Usual));
}

#[test]
fn a_payment_that_finds_the_gate_full_does_not_use_up_the_probe() {
    let (rate, mut gate) = (rate(), GateState::default());
    let limits = Limits { breaker_failures: 1, ..Limits::default() };
    for _ in 0..2 {
        assert_eq!(gate.ask(Ask::Pay(2), Some(&rate), &limits, Millis::ZERO), admitted(Role::Usual, 0));
    }
    gate.ask(Ask::Unanswered(Role::Usual), Some(&rate), &limits, Millis::ZERO);
    assert_eq!(gate.ask(Ask::Pay(2), Some(&rate), &limits, Millis(15_000)), Pass::Full(Millis(50_000)));
    assert_eq!(gate.ask(Ask::Pay(2), Some(&rate), &limits, Millis(65_000)), admitted(Role::Probe, 65_000));
}

#[test]
fn too_many_calls_is_an_answer() {
    let (rate, mut gate) = (rate(), GateState::default());
    let limits = Limits { breaker_failures: 1, ..Limits::default() };
    gate.ask(Ask::Unanswered(Role::Usual), Some(&rate), &limits, Millis::ZERO);
    gate.ask(Ask::Busy, Some(&rate), &limits, Millis(1_000));
    assert_eq!(gate.ask(Ask::Pay(2), Some(&rate), &limits, Millis(1_000)), Pass::Full(Millis(65_000)));
    assert_eq!(gate.ask(Ask::Pay(2), Some(&rate), &limits, Millis(66_000)), admitted(Role::Usual, 66_000));
}

#[test]
fn the_state_of_an_older_version_can_be_read() {
    let kept: GateState = crate::stored::read(r#"{"window":[7],"breaker":{"unanswered":1}}"#).unwrap();
    assert_eq!(kept.breaker.wait(Millis::ZERO), None);
    assert_eq!((kept.window.count(Millis::ZERO), kept.resolving.count(Millis::ZERO)), (1, 0));
}
