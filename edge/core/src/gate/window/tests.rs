use super::*;
use proptest::prelude::*;

#[test]
fn five_calls_in_sixty_seconds() {
    let mut window = Window::default();
    assert_eq!(window.pass(2, 5, 60_000, 0), None);
    assert_eq!(window.pass(2, 5, 60_000, 1_000), None);
    assert_eq!(window.pass(2, 5, 60_000, 2_000), Some(63_000));
    assert_eq!(window.pass(1, 5, 60_000, 2_000), None);
    assert_eq!(window.pass(1, 5, 60_000, 3_000), Some(62_000));
    assert_eq!(window.pass(1, 5, 60_000, 65_000), None);
    window.close(5, 60_000, 70_000);
    assert_eq!(window.pass(1, 5, 60_000, 70_001), Some(64_999));
}

proptest! {
    #[test]
    fn never_more_than_the_limit_in_any_window(steps in prop::collection::vec((1usize..3, 0i64..30_000), 1..200)) {
        let (mut window, mut now, mut sent) = (Window::default(), 0, Vec::new());
        for (calls, pause) in steps {
            now += pause;
            match window.pass(calls, 5, 60_000, now) {
                None => sent.extend(core::iter::repeat_n(now, calls)),
                Some(ms) => prop_assert!(ms > 0 && ms <= 65_000),
            }
            prop_assert!(sent.iter().filter(|at| **at > now - 60_000).count() <= 5);
        }
    }
}
