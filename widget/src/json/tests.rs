use super::*;

#[test]
fn only_exact_whole_numbers_are_converted() {
    assert_eq!(exact(24900.0), Some(24900));
    assert_eq!(exact(-0.0), Some(0));
    assert_eq!(exact(9_007_199_254_740_991.0), Some(9_007_199_254_740_991));
    for bad in [0.5, 9_007_199_254_740_992.0, f64::NAN, f64::INFINITY, -1e300] {
        assert_eq!(exact(bad), None, "{bad}");
    }
}
