use super::*;

fn rate() -> Rate {
    Rate { account: "wipay".into(), calls: 5, period: Millis::MINUTE }
}

#[test]
fn one_call_is_reserved_for_resolving_outcomes() {
    let (rate, limits, mut gate) = (rate(), Limits::default(), GateState::default());
    let mut ask = |what| gate.ask(what, Some(&rate), &limits, Millis::ZERO);
    assert_eq!(ask(Ask::Pay(2)), Pass::Granted(Role::Usual));
    assert_eq!(ask(Ask::Pay(2)), Pass::Granted(Role::Usual));
    assert_eq!(ask(Ask::Look), Pass::Full(Millis(65_000)));
    assert_eq!(ask(Ask::Pay(2)), Pass::Full(Millis(65_000)));
    assert_eq!(ask(Ask::Resolve), Pass::Granted(Role::Usual));
    assert_eq!(ask(Ask::Resolve), Pass::Full(Millis(65_000)));
}

#[test]
fn a_limit_too_low_for_a_reserve_still_lets_payments_through() {
    let (rate, mut gate) = (rate(), GateState::default());
    let limits = Limits { provider_calls_per_period: Some(2), ..Limits::default() };
    assert_eq!(gate.ask(Ask::Pay(2), Some(&rate), &limits, Millis::ZERO), Pass::Granted(Role::Usual));
    let limits = Limits { provider_calls_per_period: Some(1), ..Limits::default() };
    assert_eq!(
        GateState::default().ask(Ask::Pay(2), Some(&rate), &limits, Millis::ZERO),
        Pass::Granted(Role::Usual)
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
    // Unknown outcomes are resolved all the same.
    assert_eq!(ask(Ask::Resolve, 1_000), Pass::Granted(Role::Usual));
    // A query is not a payment.
    assert_eq!(ask(Ask::Health, 15_000), Pass::Granted(Role::Usual));
    assert_eq!(ask(Ask::Pay(1), 15_000), Pass::Granted(Role::Probe));
    assert_eq!(ask(Ask::Pay(1), 15_000), Pass::Down(Millis(5_000)));
    // The probe had nothing to ask: the next payment probes.
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
        assert_eq!(gate.ask(Ask::Pay(2), Some(&rate), &limits, Millis::ZERO), Pass::Granted(Role::Usual));
    }
    gate.ask(Ask::Unanswered(Role::Usual), Some(&rate), &limits, Millis::ZERO);
    assert_eq!(gate.ask(Ask::Pay(2), Some(&rate), &limits, Millis(15_000)), Pass::Full(Millis(50_000)));
    assert_eq!(gate.ask(Ask::Pay(2), Some(&rate), &limits, Millis(65_000)), Pass::Granted(Role::Probe));
}

#[test]
fn too_many_calls_is_an_answer() {
    let (rate, mut gate) = (rate(), GateState::default());
    let limits = Limits { breaker_failures: 1, ..Limits::default() };
    gate.ask(Ask::Unanswered(Role::Usual), Some(&rate), &limits, Millis::ZERO);
    gate.ask(Ask::Busy, Some(&rate), &limits, Millis(1_000));
    assert_eq!(gate.ask(Ask::Pay(2), Some(&rate), &limits, Millis(1_000)), Pass::Full(Millis(65_000)));
    assert_eq!(gate.ask(Ask::Pay(2), Some(&rate), &limits, Millis(66_000)), Pass::Granted(Role::Usual));
}

#[test]
fn the_state_of_an_older_version_can_be_read() {
    let kept: GateState = serde_json::from_str(r#"{"window":[7],"breaker":{"unanswered":1}}"#).unwrap();
    assert_eq!(kept.breaker.wait(Millis::ZERO), None);
}
