//! Tests of the API's message for each error, word for word (`edge/API.md`).

use super::*;
use checkout_wire::money::Currency;

fn document(code: ErrorCode, detail: Option<&str>, field: Option<&str>, retry_after: Option<i64>) -> Problem {
    Problem {
        code,
        detail: detail.map(str::to_owned),
        field: field.map(str::to_owned),
        retry_after: retry_after.map(Seconds),
        puzzle: None,
    }
}

fn field(fault: Fault) -> Problem {
    FieldError { path: "customer.email".into(), fault }.into()
}

#[test]
fn an_error_names_the_field_and_the_fault() {
    let named = |code, detail| document(code, Some(detail), Some("customer.email"), None);
    assert_eq!(field(Fault::Missing), named(ErrorCode::FieldMissing, "customer.email is missing."));
    assert_eq!(field(Fault::Unknown), named(ErrorCode::FieldUnknown, "customer.email is not known."));
    let invalid = Fault::Invalid { must_be: "an e-mail address".into() };
    assert_eq!(field(invalid), named(ErrorCode::FieldInvalid, "customer.email must be an e-mail address."));
    let amount = "customer.email must be a whole number of minor units (cents) from 1 to 9007199254740991.";
    assert_eq!(field(Fault::NotAmount), named(ErrorCode::AmountInvalid, amount));
}

#[test]
fn a_body_that_is_no_object_has_no_field() {
    for (error, code, detail) in [
        (BodyError::TooLarge, ErrorCode::BodyTooLarge, None),
        (BodyError::NotJson, ErrorCode::BodyNotJson, None),
        (BodyError::NotObject, ErrorCode::BodyNotJson, Some("The body is JSON, but not an object.")),
    ] {
        assert_eq!(Problem::from(error), document(code, detail, None, None));
    }
}

#[test]
fn the_error_lists_the_accepted_values() {
    let currency = ParametersError::Currency { taken: vec!["TTD", "ZAR"] };
    let detail = Some("currency must be one of: TTD, ZAR.");
    let expected = document(ErrorCode::CurrencyUnsupported, detail, Some("currency"), None);
    assert_eq!(Problem::from(currency), expected);
    let providers = ParametersError::Providers { currency: Currency::Zar, usable: vec!["kora", "celbux"] };
    let detail = Some("providers must be some of those for ZAR: kora, celbux.");
    let expected = document(ErrorCode::ProviderNotAllowed, detail, Some("providers"), None);
    assert_eq!(Problem::from(providers), expected);
    let issuers = OrderError::NoIssuer { issuers: vec!["celbux", "odm"] };
    let detail = Some("provider must be one of: celbux, odm.");
    let expected = document(ErrorCode::ProviderNotAllowed, detail, Some("provider"), None);
    assert_eq!(Problem::from(issuers), expected);
    let detail = Some("No provider that issues vouchers is configured.");
    let expected = document(ErrorCode::ProviderNotAllowed, detail, Some("provider"), None);
    assert_eq!(Problem::from(OrderError::NoIssuer { issuers: Vec::new() }), expected);
    let detail = Some("currency must be ZAR.");
    let expected = document(ErrorCode::CurrencyUnsupported, detail, Some("currency"), None);
    assert_eq!(Problem::from(OrderError::Currency { issued: Currency::Zar }), expected);
}

#[test]
fn a_session_states_why_it_takes_no_voucher() {
    for (error, code, retry_after) in [
        (NotAdmitted::Complete, ErrorCode::SessionComplete, None),
        (NotAdmitted::PaymentInProgress, ErrorCode::PaymentInProgress, None),
        (NotAdmitted::Canceled, ErrorCode::SessionCanceled, None),
        (NotAdmitted::Expired, ErrorCode::SessionExpired, None),
        (NotAdmitted::NoVoucherLeft, ErrorCode::TooManyVouchers, None),
        (NotAdmitted::TooManyAttempts { wait: Millis(39_001) }, ErrorCode::TooManyAttempts, Some(40)),
        (NotAdmitted::TooManyAttempts { wait: Millis(39_000) }, ErrorCode::TooManyAttempts, Some(39)),
        (NotAdmitted::TooManyAttempts { wait: Millis(1) }, ErrorCode::TooManyAttempts, Some(1)),
    ] {
        assert_eq!(Problem::from(error), document(code, None, None, retry_after));
    }
}

#[test]
fn a_try_is_refused_by_its_field() {
    use ErrorCode::*;
    for (error, code, detail, field) in [
        (RequestError::ProviderNotAllowed, ProviderNotAllowed, None, "provider"),
        (
            RequestError::BrandMissing,
            FieldMissing,
            Some("provider_code is missing: this provider takes several voucher brands."),
            "provider_code",
        ),
        (
            RequestError::BrandNotOffered,
            ProviderNotAllowed,
            Some("provider_code must be one of those offered."),
            "provider_code",
        ),
        (RequestError::Pin(PinProblem::Empty), PinInvalid, Some("The PIN is empty."), "pin"),
        (RequestError::Pin(PinProblem::TooShort), PinInvalid, Some("The PIN is too short."), "pin"),
        (RequestError::Pin(PinProblem::TooLong), PinInvalid, Some("The PIN is too long."), "pin"),
        (
            RequestError::Pin(PinProblem::WrongCharacter),
            PinInvalid,
            Some("The PIN has a character that does not belong there."),
            "pin",
        ),
        (RequestError::Phone, PhoneInvalid, None, "phone"),
        (RequestError::Email, EmailInvalid, None, "email"),
        (RequestError::EmailMissing, EmailInvalid, Some("email is missing."), "email"),
        (RequestError::AboveRemaining, AmountAboveRemaining, None, "amount"),
        (RequestError::BelowRemaining, AmountBelowRemaining, None, "amount"),
    ] {
        assert_eq!(Problem::from(error), document(code, detail, Some(field), None), "{error:?}");
    }
}

#[test]
fn a_look_up_of_a_voucher_shows_the_refusal_of_the_provider() {
    let words = ViewError::Unavailable { words: Some("their words".into()) };
    let expected = document(ErrorCode::ProviderUnavailable, Some("their words"), None, None);
    assert_eq!(Problem::from(words), expected);
    let silent = Problem::from(ViewError::Unavailable { words: None });
    assert_eq!(silent, document(ErrorCode::ProviderUnavailable, None, None, None));
    let expected = document(ErrorCode::VoucherNotFound, None, Some("voucher_number"), None);
    assert_eq!(Problem::from(ViewError::NotFound), expected);
    let busy = Problem::from(ViewError::Busy { wait: Millis(60_000) });
    assert_eq!(busy, document(ErrorCode::ProviderBusy, None, None, Some(60)));
}

#[test]
fn a_variable_that_is_wrong_is_named() {
    let problem = Problem::from(ConfigError::new("SEALING_KEY", "is not set"));
    let expected = document(ErrorCode::Misconfigured, Some("SEALING_KEY is not set."), None, None);
    assert_eq!(problem, expected);
}
