use super::*;
use proptest::prelude::*;

#[test]
fn five_calls_in_sixty_seconds() {
    let mut window = Window::default();
    let mut pass = |calls, now| window.pass(calls, 5, Millis::MINUTE, Millis(now));
    assert_eq!(pass(2, 0), None);
    assert_eq!(pass(2, 1_000), None);
    assert_eq!(pass(2, 2_000), Some(Millis(63_000)));
    assert_eq!(pass(1, 2_000), None);
    assert_eq!(pass(1, 3_000), Some(Millis(62_000)));
    assert_eq!(pass(1, 65_000), None);
    window.close(5, Millis::MINUTE, Millis(70_000));
    assert_eq!(window.pass(1, 5, Millis::MINUTE, Millis(70_001)), Some(Millis(64_999)));
}

proptest! {
    #[test]
    fn never_more_than_the_limit_in_any_window(steps in prop::collection::vec((1usize..3, 0i64..30_000), 1..200)) {
        let (mut window, mut now, mut sent) = (Window::default(), Millis::ZERO, Vec::new());
        for (calls, pause) in steps {
            now += Millis(pause);
            match window.pass(calls, 5, Millis::MINUTE, now) {
                None => sent.extend(core::iter::repeat_n(now, calls)),
                Some(ms) => prop_assert!(ms > Millis::ZERO && ms <= Millis(65_000)),
            }
            prop_assert!(sent.iter().filter(|at| **at > now - Millis::MINUTE).count() <= 5);
        }
    }
}
