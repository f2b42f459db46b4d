use super::*;

#[test]
fn seconds_are_a_thousand_milliseconds() {
    assert_eq!(Seconds(90).to_millis(), Millis(90_000));
    for (millis, whole, rounded_up) in
        [(0, 0, 0), (1, 0, 1), (999, 0, 1), (1_000, 1, 1), (1_001, 1, 2), (59_999, 59, 60), (-999, 0, 0)]
    {
        let time = Millis(millis);
        assert_eq!(
            (time.to_whole_seconds(), time.to_seconds_rounded_up()),
            (Seconds(whole), Seconds(rounded_up)),
            "{millis}"
        );
    }
}

#[test]
fn durations_have_the_length_of_their_names() {
    assert_eq!(Millis::MINUTE, Seconds(60).to_millis());
    assert_eq!(Millis::HOUR, Seconds(3_600).to_millis());
    assert_eq!(Millis::DAY, Seconds(86_400).to_millis());
    assert_eq!(Millis::DAY.times(i64::MAX), Millis::MAX);
    assert_eq!(Millis::MAX.saturating_add(Millis::SECOND), Millis::MAX);
}

#[test]
fn times_and_durations_add_up() {
    let mut time = Millis(1_777_464_000_000);
    time += Millis::SECOND;
    assert_eq!(
        (time + Millis(1), time - Millis::HOUR),
        (Millis(1_777_464_001_001), Millis(1_777_460_401_000))
    );
}

// Ledgers and answers hold the number.
#[test]
fn a_time_is_its_number_in_json() {
    let text = serde_json::to_string(&(Millis(1_777_464_000_000), Some(Seconds(30)))).unwrap();
    assert_eq!(text, "[1777464000000,30]");
    assert_eq!(
        serde_json::from_str::<(Millis, Seconds)>(&text).unwrap(),
        (Millis(1_777_464_000_000), Seconds(30))
    );
}
