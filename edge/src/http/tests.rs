use super::*;

#[test]
fn every_code_has_the_status_of_an_error() {
    for code in ErrorCode::ALL {
        assert!((400..600).contains(&status(*code)), "{}", code.as_str());
    }
}

#[test]
fn only_failures_of_our_side_are_5xx() {
    for code in ErrorCode::ALL {
        assert_eq!(status(*code) >= 500, Problem::of(*code).is_failure(), "{}", code.as_str());
    }
}
