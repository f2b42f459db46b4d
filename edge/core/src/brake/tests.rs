use super::*;

const NOW: Millis = Millis(1_800_000_000_000);

fn limits() -> Limits {
    Limits { brake_after_failed: 20, brake_failed_percent: 60, ..Limits::default() }
}

fn after(good: usize, failed: usize) -> Brake {
    let mut brake = Brake::default();
    (0..good).for_each(|_| brake.count(false, NOW));
    (0..failed).for_each(|_| brake.count(true, NOW));
    brake
}

#[test]
fn law_8_the_brake_is_on_when_most_tries_fail() {
    assert!(!after(0, 19).is_on(&limits(), NOW));
    assert!(after(0, 20).is_on(&limits(), NOW));
    assert!(after(13, 20).is_on(&limits(), NOW));
    // A busy day on which one shopper in ten mistypes.
    assert!(!after(14, 20).is_on(&limits(), NOW));
    assert!(!after(9_000, 1_000).is_on(&limits(), NOW));
}

#[test]
fn the_brake_is_off_again_when_the_attack_ends() {
    let mut brake = after(0, 100);
    assert!(brake.is_on(&limits(), NOW + Millis::MINUTE.times(9)));
    assert!(!brake.is_on(&limits(), NOW + Millis::MINUTE.times(10)));
    assert_eq!(brake.forget_at(), Some(NOW + Millis::MINUTE.times(10)));
    brake.count(false, NOW + Millis::MINUTE.times(10));
    assert_eq!(brake.minutes.len(), 1);
    assert_eq!(Brake::default().forget_at(), None);
}

#[test]
fn a_brake_is_read_as_it_was_written() {
    let brake = after(3, 4);
    assert_eq!(crate::stored::read::<Brake>(&serde_json::to_string(&brake).unwrap()), Some(brake));
}

#[test]
fn sessions_fall_into_sixteen_shards() {
    for (place, shard) in SHARDS.iter().enumerate() {
        let id = SessionId::of(&format!("{place:x}{}", "0".repeat(31))).unwrap();
        assert_eq!(shard_of(&id), *shard);
    }
    assert_eq!(shard_name("kora", '7'), "brake-kora-7");
}
