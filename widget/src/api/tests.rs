use super::*;
use checkout_present::fixture::view;
use checkout_wire::SessionStatus;

fn problem(code: ErrorCode) -> Option<Problem> {
    Some(Problem { code: code.as_str().to_owned(), ..Problem::default() })
}

#[test]
fn an_answer_to_get_is_a_session_or_an_error() {
    assert!(matches!(
        load_event(200, Some(view(SessionStatus::Open, Vec::new())), None),
        FlowEvent::Loaded(_)
    ));
    for (status, code, load_error) in [
        (401, Some(ErrorCode::ClientSecretInvalid), LoadError::NotFound),
        (403, Some(ErrorCode::OriginNotAllowed), LoadError::NotFound),
        (403, None, LoadError::Failed),
        (404, None, LoadError::Failed),
        (404, Some(ErrorCode::SessionNotFound), LoadError::NotFound),
        (503, Some(ErrorCode::Misconfigured), LoadError::Misconfigured),
        (503, None, LoadError::Failed),
        (500, Some(ErrorCode::Internal), LoadError::Failed),
        (429, Some(ErrorCode::TooManyAttempts), LoadError::Failed),
        (200, None, LoadError::Failed),
    ] {
        let event = load_event(status, None, code.and_then(problem));
        assert!(matches!(event, FlowEvent::LoadFailed(found) if found == load_error), "{status}");
    }
}

#[test]
fn only_a_refusal_proves_that_nothing_was_charged() {
    for (status, code) in [
        (400, Some(ErrorCode::PinInvalid)),
        (409, Some(ErrorCode::PaymentInProgress)),
        (429, Some(ErrorCode::ProviderBusy)),
        (413, None),
        (409, Some(ErrorCode::TooManyVouchers)),
        (503, Some(ErrorCode::Misconfigured)),
        (503, Some(ErrorCode::ProviderDown)),
    ] {
        assert!(
            matches!(redeem_event(status, None, code.and_then(problem)), FlowEvent::Refused(_)),
            "{status}"
        );
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
        assert!(matches!(redeem_event(status, None, code.and_then(problem)), FlowEvent::Lost), "{status}");
    }
}

#[test]
fn a_proof_of_work_is_asked_for_twice_at_most() {
    let asked = |puzzle: Option<&str>, retry_after| {
        let puzzle = puzzle.map(str::to_owned);
        FlowEvent::Refused(problem(ErrorCode::ProofRequired).map(|one| Problem {
            puzzle,
            retry_after,
            ..one
        }))
    };
    let minute = Some(Seconds(60));
    let event = asked(Some("1764504000000.15.mac"), minute);
    let found = Some(("1764504000000.15.mac", Seconds(60)));
    for (proofs, found) in [(0, found), (1, found), (2, None)] {
        assert_eq!(proof_asked(&event, proofs), found);
    }
    for event in [asked(None, minute), asked(Some("1764504000000.15.mac"), None), FlowEvent::Refused(None)] {
        assert_eq!(proof_asked(&event, 0), None);
    }
}
