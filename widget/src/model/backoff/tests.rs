use super::*;

#[test]
fn delays_grow_to_fifteen_seconds_and_start_again_after_a_reset() {
    let mut backoff = Backoff::new();
    let ms: Vec<i32> = (0..9).map(|_| backoff.next()).collect();
    assert_eq!(ms, [1_000, 1_500, 2_000, 3_000, 5_000, 8_000, 12_000, 15_000, 15_000]);
    backoff.reset();
    assert_eq!(backoff.next(), 1_000);
}
