use super::*;

#[test]
fn the_largest_amount_fills_the_drawing_and_any_money_shows() {
    for (amount, most, height) in [
        (0, 1, 0),
        (-5, 10, 0),
        (10, 10, HEIGHT),
        (5, 10, HEIGHT / 2),
        (1, 1_000_000, 2),
        (i64::MAX, i64::MAX, HEIGHT),
    ] {
        assert_eq!(bar_height(Minor(amount), Minor(most)), height, "{amount} of {most}");
    }
}
