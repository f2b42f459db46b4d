use super::*;

#[test]
fn every_code_has_the_status_of_an_error() {
    for code in ErrorCode::ALL {
        assert!((400..600).contains(&status(*code)), "{}", code.as_str());
    }
}

#[test]
fn only_failures_of_our_side_are_5xx() {
    let found: Vec<_> = ErrorCode::ALL.iter().filter(|code| status(**code) >= 500).collect();
    let expected = [
        ErrorCode::AccessUnavailable,
        ErrorCode::ProviderUnavailable,
        ErrorCode::IndexUnavailable,
        ErrorCode::Misconfigured,
        ErrorCode::Internal,
    ];
    assert_eq!(found, expected.iter().collect::<Vec<_>>());
}
