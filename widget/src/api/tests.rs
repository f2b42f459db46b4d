use super::*;
use crate::flow::tests::view;
use checkout_wire::SessionStatus;

fn problem(code: ErrorCode) -> Option<Problem> {
    Some(Problem { code, title: String::new(), detail: None, field: None, retry_after: None })
}

#[test]
fn what_shows_no_session_says_why() {
    assert!(matches!(seen(200, Some(view(SessionStatus::Open, Vec::new())), None), Event::Seen(_)));
    for (status, code, trouble) in [
        (401, Some(ErrorCode::ClientSecretInvalid), Trouble::Gone),
        (403, Some(ErrorCode::OriginNotAllowed), Trouble::Gone),
        (403, None, Trouble::Failed),
        (404, None, Trouble::Failed),
        (404, Some(ErrorCode::SessionNotFound), Trouble::Gone),
        (503, Some(ErrorCode::Misconfigured), Trouble::Misconfigured),
        (503, None, Trouble::Failed),
        (500, Some(ErrorCode::Internal), Trouble::Failed),
        (429, Some(ErrorCode::TooManyAttempts), Trouble::Failed),
        (200, None, Trouble::Failed),
    ] {
        let event = seen(status, None, code.and_then(problem));
        assert!(matches!(event, Event::Unseen(found) if found == trouble), "{status}");
    }
}

#[test]
fn only_a_refusal_says_that_nothing_was_taken() {
    for (status, code) in [
        (400, Some(ErrorCode::PinInvalid)),
        (409, Some(ErrorCode::PaymentInProgress)),
        (429, Some(ErrorCode::ProviderBusy)),
        (413, None),
        (409, Some(ErrorCode::TooManyVouchers)),
        (503, Some(ErrorCode::Misconfigured)),
        (503, Some(ErrorCode::ProviderDown)),
    ] {
        assert!(matches!(sent(status, None, code.and_then(problem)), Event::Refused(_)), "{status}");
    }
    for (status, code) in [
        (200, None),
        (202, None),
        (204, None),
        (302, None),
        (408, None),
        (500, Some(ErrorCode::Internal)),
        (502, None),
        (503, None),
        (524, None),
    ] {
        assert!(matches!(sent(status, None, code.and_then(problem)), Event::Lost), "{status}");
    }
}
