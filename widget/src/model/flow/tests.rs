use super::*;
use crate::model::dom_event::DomEvent;
use checkout_present::fixture::{challenged, redemption, view};
use checkout_present::{Notice, Place};
use checkout_wire::DeclineCode;

fn answer(session: SessionStatus, status: RedemptionStatus, code: Option<DeclineCode>) -> FlowEvent {
    let redemption = redemption("rd_1", status, code);
    FlowEvent::Answered(RedemptionAnswer { session: view(session, vec![redemption.clone()]), redemption })
}

fn problem(code: ErrorCode) -> Problem {
    Problem { code: code.as_str().to_owned(), ..Problem::default() }
}

fn after(events: Vec<FlowEvent>) -> Flow {
    let mut flow = Flow::new(Some(view(SessionStatus::Open, Vec::new())), true);
    for event in events {
        flow.on(event);
    }
    flow
}

fn open() -> FlowEvent {
    FlowEvent::Loaded(view(SessionStatus::Open, Vec::new()))
}

fn seen(session: SessionStatus, status: RedemptionStatus) -> FlowEvent {
    FlowEvent::Loaded(view(session, vec![redemption("rd_1", status, None)]))
}

/// Returns the first notice in the order of importance.
fn first_notice(flow: &Flow) -> Option<Notice> {
    Place::ALL.into_iter().find_map(|place| Notice::at(place, &flow.state()))
}

#[test]
fn every_session_status_has_a_screen_and_a_next_request() {
    assert_eq!(Flow::new(None, true).screen(), Screen::Loading);
    assert_eq!(Flow::new(None, true).next_request(), NextRequest::LoadNow);
    for (status, redemptions, screen, todo) in [
        (SessionStatus::Open, vec![], Screen::Form, NextRequest::Nothing),
        (
            SessionStatus::Processing,
            vec![redemption("rd_1", RedemptionStatus::Processing, None)],
            Screen::Checking,
            NextRequest::Load,
        ),
        (
            SessionStatus::Processing,
            vec![redemption("rd_1", RedemptionStatus::Unknown, None)],
            Screen::Pending,
            NextRequest::Load,
        ),
        (
            SessionStatus::Complete,
            vec![redemption("rd_1", RedemptionStatus::Succeeded, None)],
            Screen::Paid,
            NextRequest::Nothing,
        ),
        (SessionStatus::Expired, vec![], Screen::Expired, NextRequest::Nothing),
        (SessionStatus::Canceled, vec![], Screen::Canceled, NextRequest::Nothing),
        // The money is being returned.
        (
            SessionStatus::Canceled,
            vec![redemption("rd_1", RedemptionStatus::Processing, None)],
            Screen::Canceled,
            NextRequest::Load,
        ),
        // A voucher is still being checked.
        (
            SessionStatus::Canceled,
            vec![redemption("rd_1", RedemptionStatus::Unknown, None)],
            Screen::Canceled,
            NextRequest::Load,
        ),
    ] {
        let flow = Flow::new(Some(view(status, redemptions)), true);
        assert_eq!((flow.screen(), flow.next_request()), (screen, todo), "{}", status.as_str());
    }
}

#[test]
fn a_redemption_that_succeeds_shows_the_session_as_paid() {
    let flow = after(vec![FlowEvent::Submitted]);
    assert_eq!((flow.screen(), flow.next_request()), (Screen::Checking, NextRequest::Nothing));
    assert_eq!(DomEvent::between(&after(Vec::new()), &flow), Some(DomEvent::Pending));
    let paid =
        after(vec![FlowEvent::Submitted, answer(SessionStatus::Complete, RedemptionStatus::Succeeded, None)]);
    assert_eq!((paid.screen(), paid.next_request()), (Screen::Paid, NextRequest::Nothing));
    assert_eq!(DomEvent::between(&flow, &paid), Some(DomEvent::Paid(false)));
}

#[test]
fn a_decline_reopens_the_form_and_causes_one_event() {
    let busy = after(vec![FlowEvent::Submitted]);
    for (status, code, shown) in [
        (RedemptionStatus::Declined, Some(DeclineCode::VoucherUsed), DeclineCode::VoucherUsed),
        (RedemptionStatus::Declined, None, DeclineCode::VoucherRefused),
        (RedemptionStatus::NotSent, Some(DeclineCode::ProviderBusy), DeclineCode::ProviderBusy),
        (RedemptionStatus::Reversed, None, DeclineCode::NotCharged),
    ] {
        let mut flow = after(vec![FlowEvent::Submitted, answer(SessionStatus::Open, status, code)]);
        assert_eq!((flow.screen(), flow.next_request()), (Screen::Form, NextRequest::Nothing));
        assert_eq!(flow.error, Some(NotCharged::Declined(shown)));
        assert_eq!(flow.outcome, Some(status));
        assert_eq!(DomEvent::between(&busy, &flow), Some(DomEvent::Declined(shown)));
        let declined = flow.clone();
        flow.on(FlowEvent::Online(true));
        assert_eq!(DomEvent::between(&declined, &flow), None);
        flow.on(FlowEvent::Submitted);
        assert_eq!(flow.error, None);
    }
}

#[test]
fn an_unknown_outcome_stays_pending_until_it_is_known() {
    let busy = after(vec![FlowEvent::Submitted]);
    let mut flow =
        after(vec![FlowEvent::Submitted, answer(SessionStatus::Processing, RedemptionStatus::Unknown, None)]);
    assert_eq!((flow.screen(), flow.next_request()), (Screen::Pending, NextRequest::Load));
    assert_eq!(DomEvent::between(&busy, &flow), None, "it is told already");
    for load_error in [LoadError::Failed, LoadError::NotFound, LoadError::Misconfigured] {
        flow.on(FlowEvent::LoadFailed(load_error));
        assert_eq!((flow.screen(), flow.next_request()), (Screen::Pending, NextRequest::Load));
    }
    flow.on(seen(SessionStatus::Open, RedemptionStatus::Declined));
    assert_eq!(flow.screen(), Screen::Form);
    assert_eq!(flow.error, Some(NotCharged::Declined(DeclineCode::VoucherRefused)));
}

#[test]
fn a_lost_answer_is_shown_as_pending() {
    let mut flow = after(vec![FlowEvent::Submitted, FlowEvent::Lost]);
    assert_eq!((flow.screen(), flow.next_request()), (Screen::Pending, NextRequest::Load));
    flow.on(FlowEvent::Online(false));
    assert_eq!(flow.screen(), Screen::Offline);
    flow.on(FlowEvent::LoadFailed(LoadError::Failed));
    assert_eq!((flow.screen(), flow.next_request()), (Screen::Offline, NextRequest::Load));
    assert_eq!(first_notice(&flow).and_then(|notice| notice.text), Some(Word::OfflineText));
    flow.on(FlowEvent::Online(true));
    flow.on(seen(SessionStatus::Complete, RedemptionStatus::Succeeded));
    assert_eq!((flow.screen(), flow.next_request()), (Screen::Paid, NextRequest::Nothing));
}

#[test]
fn an_answer_proves_a_connection() {
    let mut flow = Flow::new(Some(view(SessionStatus::Open, Vec::new())), false);
    for event in [FlowEvent::LoadFailed(LoadError::Failed), FlowEvent::Online(false)] {
        assert_eq!(first_notice(&flow).and_then(|notice| notice.text), Some(Word::OfflineFormText));
        assert_eq!(flow.next_request(), NextRequest::Load);
        flow.on(event);
    }
    flow.on(FlowEvent::Loaded(view(SessionStatus::Open, Vec::new())));
    assert!(first_notice(&flow).is_none());
    assert_eq!(
        flow.next_request(),
        NextRequest::Load,
        "the answer may have been sent before the connection was lost"
    );
    flow.on(FlowEvent::LoadFailed(LoadError::Failed));
    assert!(first_notice(&flow).is_some());
    flow.on(FlowEvent::Online(true));
    assert!(first_notice(&flow).is_none());
    assert_eq!(flow.next_request(), NextRequest::Nothing);
    assert_eq!(
        Flow::new(Some(view(SessionStatus::Complete, Vec::new())), false).next_request(),
        NextRequest::Nothing
    );
}

#[test]
fn a_request_without_an_answer_is_repeated_until_its_outcome_is_known() {
    let mut flow = after(vec![FlowEvent::Submitted, FlowEvent::Lost, open()]);
    assert_eq!((flow.screen(), flow.next_request()), (Screen::Pending, NextRequest::Resend));
    flow.on(FlowEvent::Resent);
    assert!(!flow.is_submitting());
    assert_eq!((flow.screen(), flow.next_request()), (Screen::Pending, NextRequest::Nothing));
    flow.on(FlowEvent::Lost);
    assert_eq!((flow.screen(), flow.next_request()), (Screen::Pending, NextRequest::Load));
    flow.on(open());
    flow.on(FlowEvent::Resent);
    flow.on(answer(SessionStatus::Open, RedemptionStatus::Declined, Some(DeclineCode::VoucherNotFound)));
    assert_eq!((flow.screen(), flow.next_request()), (Screen::Form, NextRequest::Nothing));
}

#[test]
fn a_redemption_of_another_tab_does_not_end_the_attempt() {
    for (session, status) in [
        (SessionStatus::Open, RedemptionStatus::Declined),
        (SessionStatus::Processing, RedemptionStatus::Processing),
        (SessionStatus::Open, RedemptionStatus::Succeeded),
    ] {
        let mut flow = after(vec![FlowEvent::Submitted, FlowEvent::Lost, seen(session, status)]);
        assert_eq!(
            (flow.screen(), flow.next_request(), flow.outcome),
            (Screen::Pending, NextRequest::Resend, None)
        );
        flow.on(FlowEvent::Resent);
        let mine = redemption("rd_2", RedemptionStatus::Declined, Some(DeclineCode::VoucherUsed));
        let both = vec![redemption("rd_1", status, None), mine.clone()];
        flow.on(FlowEvent::Answered(RedemptionAnswer {
            redemption: mine,
            session: view(SessionStatus::Open, both),
        }));
        assert_eq!(flow.error, Some(NotCharged::Declined(DeclineCode::VoucherUsed)));
    }
}

#[test]
fn a_repeated_request_returns_the_outcome_of_the_first() {
    let mut flow = after(vec![
        FlowEvent::Submitted,
        FlowEvent::Lost,
        seen(SessionStatus::Processing, RedemptionStatus::Processing),
        FlowEvent::Resent,
    ]);
    flow.on(answer(SessionStatus::Processing, RedemptionStatus::Unknown, None));
    assert_eq!((flow.screen(), flow.next_request()), (Screen::Pending, NextRequest::Load));
    flow.on(seen(SessionStatus::Open, RedemptionStatus::Declined));
    assert_eq!((flow.screen(), flow.outcome), (Screen::Form, Some(RedemptionStatus::Declined)));
}

#[test]
fn a_refusal_of_a_repeated_request_counts_once_the_session_confirms_it() {
    let repeated = || vec![FlowEvent::Submitted, FlowEvent::Lost, open(), FlowEvent::Resent];
    for code in [ErrorCode::TooManyAttempts, ErrorCode::ClientSecretInvalid, ErrorCode::PaymentInProgress] {
        let mut flow = after(repeated());
        flow.on(FlowEvent::Refused(Some(problem(code))));
        assert_eq!(
            (flow.screen(), flow.next_request()),
            (Screen::Pending, NextRequest::LoadNow),
            "{}",
            code.as_str()
        );
        flow.on(FlowEvent::LoadFailed(LoadError::Failed));
        assert_eq!(flow.next_request(), NextRequest::Load);
        let mut late = flow.clone();
        flow.on(open());
        assert_eq!(flow.screen(), Screen::Form);
        late.on(seen(SessionStatus::Complete, RedemptionStatus::Succeeded));
        assert_eq!(late.screen(), Screen::Paid);
    }
}

#[test]
fn a_refusal_without_a_problem_document_is_checked_against_the_session() {
    let mut flow = after(vec![FlowEvent::Submitted, FlowEvent::Refused(None)]);
    assert_eq!((flow.screen(), flow.next_request()), (Screen::Pending, NextRequest::LoadNow));
    flow.on(open());
    assert_eq!(flow.screen(), Screen::Form);
    assert_eq!(flow.error, Some(NotCharged::Text(Word::FailedText)));
}

#[test]
fn after_a_refusal_the_form_reopens_once_the_remaining_amount_is_known() {
    for (code, field, notice, todo) in [
        (ErrorCode::PinInvalid, Some("pin"), Some(NotCharged::Field(Field::Pin)), NextRequest::Nothing),
        (ErrorCode::PhoneInvalid, Some("phone"), Some(NotCharged::Field(Field::Phone)), NextRequest::Nothing),
        (ErrorCode::EmailInvalid, Some("email"), Some(NotCharged::Field(Field::Email)), NextRequest::Nothing),
        (
            ErrorCode::ProviderNotAllowed,
            Some("provider"),
            Some(NotCharged::Text(Word::FailedText)),
            NextRequest::LoadNow,
        ),
        (
            ErrorCode::Misconfigured,
            None,
            Some(NotCharged::Text(Word::MisconfiguredText)),
            NextRequest::LoadNow,
        ),
        (ErrorCode::SessionExpired, None, None, NextRequest::LoadNow),
    ] {
        let refusal = Problem { field: field.map(str::to_owned), ..problem(code) };
        let mut flow = after(vec![FlowEvent::Submitted, FlowEvent::Refused(Some(refusal))]);
        let screen = if todo == NextRequest::LoadNow { Screen::Checking } else { Screen::Form };
        assert_eq!((flow.screen(), flow.next_request()), (screen, todo), "{}", code.as_str());
        flow.on(FlowEvent::LoadFailed(LoadError::Failed));
        // Without a reason to show, the form stays closed: the session may have ended.
        let screen = if notice.is_some() { Screen::Form } else { Screen::Checking };
        assert_eq!((flow.screen(), flow.error), (screen, notice), "{}", code.as_str());
    }
    let gone =
        after(vec![FlowEvent::Submitted, FlowEvent::Refused(Some(problem(ErrorCode::SessionNotFound)))]);
    assert_eq!(
        (gone.screen(), gone.next_request()),
        (Screen::LoadError(LoadError::NotFound), NextRequest::Nothing)
    );
}

fn attempt_text(flow: &Flow) -> Option<Word> {
    Notice::at(Place::Attempt, &flow.state()).and_then(|notice| notice.text)
}

#[test]
fn a_proof_of_work_is_part_of_the_check() {
    let busy = after(vec![FlowEvent::Submitted]);
    let mut flow = busy.clone();
    for event in [
        FlowEvent::ProofAsked(Seconds(60)),
        FlowEvent::WaitLeft(Seconds(59)),
        FlowEvent::Online(false),
        FlowEvent::Online(true),
        open(),
        FlowEvent::ProofAsked(Seconds(60)),
        FlowEvent::WaitLeft(Seconds(1)),
        // The wait counts as a proof, which is sent.
        FlowEvent::WaitLeft(Seconds(0)),
    ] {
        flow.on(event);
        assert_eq!((flow.screen(), flow.next_request()), (Screen::Checking, NextRequest::Nothing));
        assert_eq!(attempt_text(&flow), Some(Word::ProofText));
        assert_eq!(DomEvent::between(&busy, &flow), None, "it is told already");
    }
}

#[test]
fn an_answer_ends_the_wait_for_a_proof_of_work() {
    let refusal = Problem { field: Some("pin".to_owned()), ..problem(ErrorCode::PinInvalid) };
    let declined = answer(SessionStatus::Open, RedemptionStatus::Declined, Some(DeclineCode::VoucherUsed));
    for (event, screen, text) in [
        (answer(SessionStatus::Complete, RedemptionStatus::Succeeded, None), Screen::Paid, None),
        (
            answer(SessionStatus::Processing, RedemptionStatus::Processing, None),
            Screen::Checking,
            Some(Word::BusyText),
        ),
        // The texts are at the field.
        (declined, Screen::Form, None),
        (FlowEvent::Refused(Some(refusal)), Screen::Form, None),
        (FlowEvent::Lost, Screen::Pending, Some(Word::PendingText)),
    ] {
        let mut flow = after(vec![FlowEvent::Submitted, FlowEvent::ProofAsked(Seconds(60))]);
        flow.on(event);
        assert_eq!((flow.screen(), flow.wait, attempt_text(&flow)), (screen, None, text));
    }
}

#[test]
fn where_no_proof_of_work_is_accepted_the_shopper_waits() {
    let puzzle = Some("1764504000000.15.mac".to_owned());
    let asked = Problem { puzzle, retry_after: Some(Seconds(60)), ..problem(ErrorCode::ProofRequired) };
    let busy = after(vec![FlowEvent::Submitted, FlowEvent::ProofAsked(Seconds(60))]);
    let mut flow = busy.clone();
    flow.on(FlowEvent::Refused(Some(asked)));
    assert_eq!((flow.screen(), flow.next_request()), (Screen::Form, NextRequest::Nothing));
    assert_eq!(flow.wait, Some(Wait { word: Word::WaitText, seconds: Seconds(60) }));
    assert_eq!(DomEvent::between(&busy, &flow), Some(DomEvent::Declined(DeclineCode::NotCharged)));
}

#[test]
fn a_session_that_ends_while_a_proof_of_work_is_computed_ends_the_attempt() {
    for (status, screen) in
        [(SessionStatus::Expired, Screen::Expired), (SessionStatus::Canceled, Screen::Canceled)]
    {
        let mut flow = after(vec![FlowEvent::Submitted, FlowEvent::ProofAsked(Seconds(60))]);
        flow.on(FlowEvent::Loaded(view(status, Vec::new())));
        assert_eq!((flow.screen(), flow.next_request()), (screen, NextRequest::Nothing));
    }
}

#[test]
fn a_wait_is_counted_down_to_its_end() {
    let busy = Problem { retry_after: Some(Seconds(42)), ..problem(ErrorCode::ProviderBusy) };
    let mut flow = after(vec![FlowEvent::Submitted, FlowEvent::Refused(Some(busy))]);
    assert_eq!(flow.wait, Some(Wait { word: Word::ProviderWaitText, seconds: Seconds(42) }));
    assert_eq!(flow.next_request(), NextRequest::Nothing);
    let notice = first_notice(&flow);
    flow.on(FlowEvent::WaitLeft(Seconds(41)));
    assert_eq!(first_notice(&flow), notice);
    flow.on(FlowEvent::WaitLeft(Seconds(0)));
    assert_eq!((flow.wait, first_notice(&flow)), (None, None));
}

#[test]
fn another_redemption_in_progress_is_shown_until_it_ends() {
    let refusal = FlowEvent::Refused(Some(problem(ErrorCode::PaymentInProgress)));
    let mut flow = after(vec![FlowEvent::Submitted, refusal]);
    for event in [
        FlowEvent::LoadFailed(LoadError::Failed),
        seen(SessionStatus::Processing, RedemptionStatus::Processing),
    ] {
        assert_eq!((flow.screen(), flow.next_request() != NextRequest::Nothing), (Screen::Checking, true));
        flow.on(event);
    }
    assert_eq!(first_notice(&flow).and_then(|notice| notice.text), Some(Word::InProgressText));
    flow.on(seen(SessionStatus::Open, RedemptionStatus::Declined));
    let other = NotCharged::Declined(DeclineCode::VoucherRefused);
    assert_eq!(
        (flow.screen(), flow.error, first_notice(&flow).and_then(|notice| notice.text)),
        (Screen::Form, Some(other), Some(Word::DeclinedVoucherRefused))
    );
}

#[test]
fn a_session_that_cannot_be_loaded_is_shown_and_reported_as_an_error() {
    for (load_error, todo) in [
        (LoadError::NotFound, NextRequest::Nothing),
        (LoadError::Misconfigured, NextRequest::Nothing),
        (LoadError::Failed, NextRequest::Load),
    ] {
        let before = Flow::new(None, true);
        let mut flow = before.clone();
        flow.on(FlowEvent::LoadFailed(load_error));
        assert_eq!((flow.screen(), flow.next_request()), (Screen::LoadError(load_error), todo));
        assert!(matches!(DomEvent::between(&before, &flow), Some(DomEvent::Error(_))));
        flow.on(open());
        assert_eq!(flow.screen(), Screen::Form);
    }
}

#[test]
fn a_final_status_stays_shown_after_a_failed_load() {
    for status in [SessionStatus::Complete, SessionStatus::Expired, SessionStatus::Canceled] {
        for load_error in [LoadError::NotFound, LoadError::Misconfigured, LoadError::Failed] {
            let mut flow = Flow::new(
                Some(view(status, vec![redemption("rd_1", RedemptionStatus::Succeeded, None)])),
                true,
            );
            let before = flow.clone();
            flow.on(FlowEvent::LoadFailed(load_error));
            assert_eq!(flow.screen(), before.screen(), "{}", status.as_str());
            assert_eq!(DomEvent::between(&before, &flow), None);
        }
    }
}

/// Returns a session with two offers whose providers are down for that many seconds.
fn with_down(seconds: [Option<Seconds>; 2]) -> CheckoutView {
    let mut view = view(SessionStatus::Open, Vec::new());
    let one = view.providers.remove(0);
    view.providers = seconds
        .into_iter()
        .zip(["kora", "celbux"])
        .map(|(retry_after, provider)| checkout_wire::Offer {
            provider: provider.to_owned(),
            retry_after,
            ..one.clone()
        })
        .collect();
    view
}

#[test]
fn while_every_provider_is_down_the_session_is_loaded_again_after_a_wait() {
    let mut flow = Flow::new(Some(with_down([Some(Seconds(9)), Some(Seconds(4))])), true);
    assert_eq!(flow.wait, Some(Wait { word: Word::AllDownText, seconds: Seconds(4) }));
    assert_eq!((flow.screen(), flow.next_request()), (Screen::Form, NextRequest::Nothing));
    let notice = first_notice(&flow);
    assert_eq!(notice.and_then(|notice| notice.text), Some(Word::AllDownText));
    flow.on(FlowEvent::WaitLeft(Seconds(0)));
    assert_eq!((flow.next_request(), first_notice(&flow)), (NextRequest::Load, notice));
    flow.on(FlowEvent::LoadFailed(LoadError::Failed));
    assert_eq!((flow.next_request(), first_notice(&flow)), (NextRequest::Load, notice));
    flow.on(FlowEvent::Loaded(with_down([Some(Seconds(8)), Some(Seconds(8))])));
    assert_eq!(
        (flow.wait.map(|wait| wait.seconds), flow.next_request()),
        (Some(Seconds(8)), NextRequest::Nothing)
    );
    flow.on(FlowEvent::Loaded(with_down([None, None])));
    assert_eq!((flow.wait, flow.next_request(), first_notice(&flow)), (None, NextRequest::Nothing, None));
}

#[test]
fn while_one_provider_is_down_the_other_can_be_used() {
    let flow = Flow::new(Some(with_down([Some(Seconds(9)), None])), true);
    assert_eq!((flow.wait, flow.next_request(), first_notice(&flow)), (None, NextRequest::Load, None));
}

#[test]
fn a_refusal_for_a_down_provider_loads_the_session_to_learn_which_are_down() {
    let down = Problem { retry_after: Some(Seconds(9)), ..problem(ErrorCode::ProviderDown) };
    let refused = || after(vec![FlowEvent::Submitted, FlowEvent::Refused(Some(down.clone()))]);
    let mut flow = refused();
    assert_eq!((flow.screen(), flow.next_request()), (Screen::Checking, NextRequest::LoadNow));
    flow.on(FlowEvent::Loaded(with_down([Some(Seconds(9)), None])));
    assert_eq!(first_notice(&flow).and_then(|notice| notice.text), Some(Word::ProviderDownText));
    flow.on(FlowEvent::Loaded(with_down([None, None])));
    assert_eq!((flow.error, first_notice(&flow)), (None, None));
    let mut flow = refused();
    flow.on(FlowEvent::Loaded(with_down([Some(Seconds(9)), Some(Seconds(9))])));
    let notice = first_notice(&flow);
    assert_eq!(notice.and_then(|notice| notice.title), Some(Word::DeclinedTitle));
    assert_eq!(notice.and_then(|notice| notice.text), Some(Word::AllDownText));
}

#[test]
fn an_amount_above_the_remaining_one_or_one_voucher_too_many_loads_the_session() {
    for (code, field, notice) in [
        (ErrorCode::TooManyVouchers, None, None),
        (ErrorCode::AmountAboveRemaining, Some("amount"), Some(NotCharged::Field(Field::Amount))),
    ] {
        let refusal = Problem { field: field.map(str::to_owned), ..problem(code) };
        let flow = after(vec![FlowEvent::Submitted, FlowEvent::Refused(Some(refusal))]);
        assert_eq!((flow.next_request(), flow.error), (NextRequest::LoadNow, notice), "{}", code.as_str());
    }
}

#[test]
fn the_decline_of_a_voucher_tried_earlier_or_in_another_window_is_shown() {
    let used = || redemption("rd_1", RedemptionStatus::Declined, Some(DeclineCode::VoucherUsed));
    // One page was opened while the voucher was checked, the other one afterwards.
    let mut checked = Flow::new(
        Some(view(SessionStatus::Processing, vec![redemption("rd_1", RedemptionStatus::Processing, None)])),
        true,
    );
    let before = checked.clone();
    checked.on(FlowEvent::Loaded(view(SessionStatus::Open, vec![used()])));
    assert_eq!(DomEvent::between(&before, &checked), Some(DomEvent::Declined(DeclineCode::VoucherUsed)));
    let opened = Flow::new(Some(view(SessionStatus::Open, vec![used()])), true);
    for mut flow in [checked, opened] {
        assert_eq!(first_notice(&flow).and_then(|notice| notice.text), Some(Word::DeclinedVoucherUsed));
        // Another window pays a part.
        flow.on(FlowEvent::Loaded(view(
            SessionStatus::Open,
            vec![used(), redemption("rd_2", RedemptionStatus::Succeeded, None)],
        )));
        assert_eq!(flow.error, None);
    }
}

#[test]
fn a_decline_stays_shown_when_every_provider_is_down() {
    let refused = vec![redemption("rd_1", RedemptionStatus::Declined, Some(DeclineCode::VoucherUsed))];
    let down = FlowEvent::Loaded(CheckoutView {
        redemptions: refused,
        ..with_down([Some(Seconds(9)), Some(Seconds(9))])
    });
    let mut flow = after(vec![
        FlowEvent::Submitted,
        answer(SessionStatus::Open, RedemptionStatus::Declined, Some(DeclineCode::VoucherUsed)),
    ]);
    flow.on(down);
    let notice = first_notice(&flow);
    assert_eq!(notice.and_then(|notice| notice.title), Some(Word::DeclinedTitle));
}

/// Returns the answer to a `POST` after which the code can be typed that often.
fn asks_for_code(tries_left: i64) -> FlowEvent {
    let redemption = challenged("rd_1", tries_left);
    FlowEvent::Answered(RedemptionAnswer {
        session: view(SessionStatus::Processing, vec![redemption.clone()]),
        redemption,
    })
}

fn with_code() -> Flow {
    after(vec![FlowEvent::Submitted, asks_for_code(3)])
}

#[test]
fn a_challenged_redemption_asks_for_the_code_and_calls_nothing() {
    let busy = after(vec![FlowEvent::Submitted]);
    let mut flow = with_code();
    assert_eq!((flow.screen(), flow.next_request()), (Screen::Code, NextRequest::Nothing));
    assert!(!flow.in_doubt());
    assert_eq!(flow.wait, Some(Wait { word: Word::CodeLeft, seconds: Seconds(300) }));
    assert_eq!(DomEvent::between(&busy, &flow), None);
    flow.on(FlowEvent::WaitLeft(Seconds(0)));
    assert_eq!(
        (flow.screen(), flow.next_request()),
        (Screen::Code, NextRequest::Load),
        "the code has expired"
    );
    let before = flow.clone();
    let ended = redemption("rd_1", RedemptionStatus::NotSent, Some(DeclineCode::CodeNotEntered));
    flow.on(FlowEvent::Loaded(view(SessionStatus::Open, vec![ended])));
    assert_eq!((flow.screen(), flow.wait), (Screen::Form, None));
    assert_eq!(flow.error, Some(NotCharged::Declined(DeclineCode::CodeNotEntered)));
    let declined = DomEvent::Declined(DeclineCode::CodeNotEntered);
    assert_eq!(DomEvent::between(&before, &flow), Some(declined));
}

#[test]
fn a_code_is_right_or_wrong_or_in_doubt() {
    let typed = || {
        let mut flow = with_code();
        flow.on(FlowEvent::CodeSubmitted);
        flow
    };
    assert_eq!((typed().screen(), typed().next_request()), (Screen::Checking, NextRequest::Nothing));
    assert_eq!(DomEvent::between(&with_code(), &typed()), Some(DomEvent::Pending));

    let mut wrong = typed();
    wrong.on(asks_for_code(2));
    assert_eq!((wrong.screen(), wrong.error), (Screen::Code, Some(NotCharged::WrongCode)));
    wrong.on(FlowEvent::Submitted);
    assert_eq!(wrong.error, None);
    wrong.on(asks_for_code(2));
    assert_eq!((wrong.screen(), wrong.error), (Screen::Code, None), "another code was sent");

    let mut lost = typed();
    lost.on(FlowEvent::Lost);
    assert_eq!((lost.screen(), lost.next_request()), (Screen::Pending, NextRequest::Load));
    lost.on(FlowEvent::Loaded(view(SessionStatus::Processing, vec![challenged("rd_1", 3)])));
    assert_eq!((lost.screen(), lost.next_request()), (Screen::Pending, NextRequest::Resend));
    lost.on(FlowEvent::Resent);
    lost.on(asks_for_code(2));
    assert_eq!((lost.screen(), lost.error), (Screen::Code, Some(NotCharged::WrongCode)));

    let mut doubted = typed();
    doubted.on(answer(SessionStatus::Processing, RedemptionStatus::Unknown, None));
    assert_eq!((doubted.screen(), doubted.next_request()), (Screen::Pending, NextRequest::Load));
    doubted.on(FlowEvent::Loaded(view(SessionStatus::Processing, vec![challenged("rd_1", 2)])));
    assert_eq!((doubted.screen(), doubted.error), (Screen::Code, Some(NotCharged::WrongCode)));

    let mut right = typed();
    right.on(answer(SessionStatus::Complete, RedemptionStatus::Succeeded, None));
    assert_eq!(right.screen(), Screen::Paid);

    let mut last = typed();
    last.on(answer(SessionStatus::Open, RedemptionStatus::Declined, Some(DeclineCode::CodeRefused)));
    assert_eq!((last.screen(), last.wait), (Screen::Form, None));
    let declined = DomEvent::Declined(DeclineCode::CodeRefused);
    assert_eq!(DomEvent::between(&typed(), &last), Some(declined));
}

#[test]
fn a_refused_code_can_be_typed_again() {
    for (code, error, wait) in [
        (ErrorCode::CodeInvalid, Some(NotCharged::Field(Field::Code)), Word::CodeLeft),
        (ErrorCode::TooManyAttempts, None, Word::WaitText),
    ] {
        let mut flow = with_code();
        flow.on(FlowEvent::CodeSubmitted);
        let refusal = Problem {
            retry_after: Some(Seconds(9)).filter(|_| wait == Word::WaitText),
            field: Some("code".into()).filter(|_| error.is_some()),
            ..problem(code)
        };
        flow.on(FlowEvent::Refused(Some(refusal)));
        assert_eq!((flow.screen(), flow.error), (Screen::Code, error));
        assert_eq!(flow.wait.map(|wait| wait.word), Some(wait));
    }
    let mut blocked = with_code();
    blocked.on(FlowEvent::CodeSubmitted);
    blocked.on(FlowEvent::Refused(Some(problem(ErrorCode::PaymentInProgress))));
    assert_eq!((blocked.screen(), blocked.next_request()), (Screen::Checking, NextRequest::LoadNow));
    blocked.on(FlowEvent::Loaded(view(SessionStatus::Processing, vec![challenged("rd_1", 3)])));
    assert_eq!((blocked.screen(), blocked.error), (Screen::Code, None));
}
