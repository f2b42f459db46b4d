use super::*;

#[test]
fn pauses_grow_to_fifteen_seconds_and_begin_again() {
    let mut pauses = Pauses::new();
    let ms: Vec<i32> = (0..9).map(|_| pauses.next()).collect();
    assert_eq!(ms, [1_000, 1_500, 2_000, 3_000, 5_000, 8_000, 12_000, 15_000, 15_000]);
    pauses.restart();
    assert_eq!(pauses.next(), 1_000);
}
