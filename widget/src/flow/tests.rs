use super::*;
use crate::screen::{Message, Place, Screen, Told};

fn redemption(id: &str, status: RedemptionStatus, code: Option<DeclineCode>) -> RedemptionView {
    RedemptionView {
        id: id.to_owned(),
        provider: "kora".to_owned(),
        provider_code: None,
        status,
        amount: 24_900,
        fee: None,
        decline_code: code,
        created_at: "2026-01-01T00:00:00.000Z".to_owned(),
        change: None,
        voucher_balance: None,
        usable: None,
        rest_by_message: None,
    }
}

pub fn view(status: SessionStatus, redemptions: Vec<RedemptionView>) -> CheckoutView {
    CheckoutView {
        id: "cs_1".to_owned(),
        status,
        amount: 24_900,
        currency: "ZAR".to_owned(),
        amount_received: 0,
        amount_remaining: 24_900,
        amount_owed: 0,
        vouchers_left: 10,
        shop_name: "Shop".to_owned(),
        locale: None,
        description: None,
        reference: "order-1".to_owned(),
        providers: vec![checkout_wire::Offer {
            provider: "kora".to_owned(),
            provider_code: None,
            label: "Kora".to_owned(),
            pin: checkout_wire::PinRule { alphabet: checkout_wire::Alphabet::Digits, min: 16, max: 16 },
            phone_country: checkout_wire::Country::SouthAfrica,
            needs_email: false,
            fee: 0,
            retry_after: None,
        }],
        redemptions,
        email: None,
        phone: None,
        success_url: None,
        cancel_url: None,
        retry_after: None,
        expires_at: "2026-01-01T01:00:00.000Z".to_owned(),
    }
}

fn answer(session: SessionStatus, status: RedemptionStatus, code: Option<DeclineCode>) -> Event {
    let redemption = redemption("rd_1", status, code);
    Event::Answered(RedemptionAnswer { session: view(session, vec![redemption.clone()]), redemption })
}

fn problem(code: ErrorCode) -> Problem {
    Problem { code, title: String::new(), detail: None, field: None, retry_after: None }
}

fn after(events: Vec<Event>) -> Flow {
    let mut flow = Flow::new(Some(view(SessionStatus::Open, Vec::new())), true);
    for event in events {
        flow.on(event);
    }
    flow
}

fn open() -> Event {
    Event::Seen(view(SessionStatus::Open, Vec::new()))
}

fn seen(session: SessionStatus, status: RedemptionStatus) -> Event {
    Event::Seen(view(session, vec![redemption("rd_1", status, None)]))
}

/// What is said first.
pub fn said(flow: &Flow) -> Option<Message> {
    Place::ALL.into_iter().find_map(|place| Message::at(place, flow))
}

use RedemptionStatus as R;
use SessionStatus as S;

#[test]
fn every_state_of_the_session_has_its_screen() {
    assert_eq!(Screen::of(&Flow::new(None, true)), Screen::Loading);
    assert_eq!(Flow::new(None, true).todo(), Todo::AskNow);
    for (status, redemptions, screen, todo) in [
        (S::Open, vec![], Screen::Form, Todo::Nothing),
        (S::Processing, vec![redemption("rd_1", R::Processing, None)], Screen::Checking, Todo::Ask),
        (S::Processing, vec![redemption("rd_1", R::Unknown, None)], Screen::Pending, Todo::Ask),
        (S::Complete, vec![redemption("rd_1", R::Succeeded, None)], Screen::Paid, Todo::Nothing),
        (S::Expired, vec![], Screen::Expired, Todo::Nothing),
        (S::Canceled, vec![], Screen::Canceled, Todo::Nothing),
        // Money that is on its way back.
        (S::Canceled, vec![redemption("rd_1", R::Processing, None)], Screen::Canceled, Todo::Ask),
        (S::Canceled, vec![redemption("rd_1", R::Unknown, None)], Screen::Canceled, Todo::Nothing),
    ] {
        let flow = Flow::new(Some(view(status, redemptions)), true);
        assert_eq!((Screen::of(&flow), flow.todo()), (screen, todo), "{}", status.as_str());
    }
}

#[test]
fn a_voucher_that_pays() {
    let flow = after(vec![Event::Submitted]);
    assert_eq!((Screen::of(&flow), flow.todo()), (Screen::Checking, Todo::Nothing));
    assert_eq!(Told::of(&after(Vec::new()), &flow), None, "nothing is late yet");
    let paid = after(vec![Event::Submitted, answer(S::Complete, R::Succeeded, None)]);
    assert_eq!((Screen::of(&paid), paid.todo()), (Screen::Paid, Todo::Nothing));
    assert_eq!(Told::of(&flow, &paid), Some(Told::Paid));
}

#[test]
fn a_decline_opens_the_form_again_and_is_told_once() {
    let busy = after(vec![Event::Submitted]);
    for (status, code, shown) in [
        (R::Declined, Some(DeclineCode::VoucherUsed), DeclineCode::VoucherUsed),
        (R::Declined, None, DeclineCode::VoucherRefused),
        (R::NotSent, Some(DeclineCode::ProviderBusy), DeclineCode::ProviderBusy),
        (R::Reversed, None, DeclineCode::NotCharged),
    ] {
        let mut flow = after(vec![Event::Submitted, answer(S::Open, status, code)]);
        assert_eq!((Screen::of(&flow), flow.todo()), (Screen::Form, Todo::Nothing));
        assert_eq!(flow.notice, Some(Notice::Declined(shown)));
        assert_eq!(flow.ended, Some(status));
        assert_eq!(Told::of(&busy, &flow), Some(Told::Declined(shown)));
        let told = flow.clone();
        flow.on(Event::Online(true));
        assert_eq!(Told::of(&told, &flow), None);
        flow.on(Event::Submitted);
        assert_eq!(flow.notice, None);
    }
}

#[test]
fn an_unknown_outcome_is_waited_for() {
    let busy = after(vec![Event::Submitted]);
    let mut flow = after(vec![Event::Submitted, answer(S::Processing, R::Unknown, None)]);
    assert_eq!((Screen::of(&flow), flow.todo()), (Screen::Pending, Todo::Ask));
    assert_eq!(Told::of(&busy, &flow), Some(Told::Pending));
    for trouble in [Trouble::Failed, Trouble::Gone, Trouble::Misconfigured] {
        flow.on(Event::Unseen(trouble));
        assert_eq!((Screen::of(&flow), flow.todo()), (Screen::Pending, Todo::Ask));
    }
    flow.on(seen(S::Open, R::Declined));
    assert_eq!(Screen::of(&flow), Screen::Form);
    assert_eq!(flow.notice, Some(Notice::Declined(DeclineCode::VoucherRefused)));
}

#[test]
fn a_lost_answer_is_never_a_failure() {
    let mut flow = after(vec![Event::Submitted, Event::Lost]);
    assert_eq!((Screen::of(&flow), flow.todo()), (Screen::Pending, Todo::Ask));
    flow.on(Event::Online(false));
    assert_eq!(Screen::of(&flow), Screen::Offline);
    flow.on(Event::Unseen(Trouble::Failed));
    assert_eq!((Screen::of(&flow), flow.todo()), (Screen::Offline, Todo::Ask));
    assert_eq!(said(&flow).and_then(|message| message.text), Some(Word::OfflineText));
    flow.on(Event::Online(true));
    flow.on(seen(S::Complete, R::Succeeded));
    assert_eq!((Screen::of(&flow), flow.todo()), (Screen::Paid, Todo::Nothing));
}

#[test]
fn an_answer_shows_that_there_is_a_connection() {
    let mut flow = Flow::new(Some(view(S::Open, Vec::new())), false);
    for event in [Event::Unseen(Trouble::Failed), Event::Online(false)] {
        assert_eq!(said(&flow).and_then(|message| message.text), Some(Word::OfflineFormText));
        assert_eq!(flow.todo(), Todo::Ask);
        flow.on(event);
    }
    flow.on(Event::Seen(view(S::Open, Vec::new())));
    assert!(said(&flow).is_none());
    assert_eq!(flow.todo(), Todo::Ask, "it may have been on its way when the connection was lost");
    flow.on(Event::Unseen(Trouble::Failed));
    assert!(said(&flow).is_some());
    flow.on(Event::Online(true));
    assert!(said(&flow).is_none());
    assert_eq!(flow.todo(), Todo::Nothing);
    assert_eq!(Flow::new(Some(view(S::Complete, Vec::new())), false).todo(), Todo::Nothing);
}

#[test]
fn a_request_that_never_arrived_is_repeated_until_it_is_told() {
    let mut flow = after(vec![Event::Submitted, Event::Lost, open()]);
    assert_eq!((Screen::of(&flow), flow.todo()), (Screen::Pending, Todo::Resend));
    flow.on(Event::Resent);
    assert!(!flow.is_trying());
    assert_eq!((Screen::of(&flow), flow.todo()), (Screen::Pending, Todo::Nothing));
    flow.on(Event::Lost);
    assert_eq!((Screen::of(&flow), flow.todo()), (Screen::Pending, Todo::Ask));
    flow.on(open());
    flow.on(Event::Resent);
    flow.on(answer(S::Open, R::Declined, Some(DeclineCode::VoucherNotFound)));
    assert_eq!((Screen::of(&flow), flow.todo()), (Screen::Form, Todo::Nothing));
}

#[test]
fn another_tabs_redemption_is_not_taken_for_the_attempt() {
    for (session, status) in [(S::Open, R::Declined), (S::Processing, R::Processing), (S::Open, R::Succeeded)]
    {
        let mut flow = after(vec![Event::Submitted, Event::Lost, seen(session, status)]);
        assert_eq!((Screen::of(&flow), flow.todo(), flow.ended), (Screen::Pending, Todo::Resend, None));
        flow.on(Event::Resent);
        let mine = redemption("rd_2", R::Declined, Some(DeclineCode::VoucherUsed));
        let both = vec![redemption("rd_1", status, None), mine.clone()];
        flow.on(Event::Answered(RedemptionAnswer { redemption: mine, session: view(S::Open, both) }));
        assert_eq!(flow.notice, Some(Notice::Declined(DeclineCode::VoucherUsed)));
    }
}

#[test]
fn the_same_request_again_tells_what_became_of_it() {
    let mut flow =
        after(vec![Event::Submitted, Event::Lost, seen(S::Processing, R::Processing), Event::Resent]);
    flow.on(answer(S::Processing, R::Unknown, None));
    assert_eq!((Screen::of(&flow), flow.todo()), (Screen::Pending, Todo::Ask));
    flow.on(seen(S::Open, R::Declined));
    assert_eq!((Screen::of(&flow), flow.ended), (Screen::Form, Some(R::Declined)));
}

#[test]
fn a_refusal_of_a_repeated_request_is_believed_only_with_the_session() {
    let repeated = || vec![Event::Submitted, Event::Lost, open(), Event::Resent];
    for code in [ErrorCode::TooManyAttempts, ErrorCode::ClientSecretInvalid, ErrorCode::PaymentInProgress] {
        let mut flow = after(repeated());
        flow.on(Event::Refused(Some(problem(code))));
        assert_eq!((Screen::of(&flow), flow.todo()), (Screen::Pending, Todo::AskNow), "{}", code.as_str());
        flow.on(Event::Unseen(Trouble::Failed));
        assert_eq!(flow.todo(), Todo::Ask);
        let mut late = flow.clone();
        flow.on(open());
        assert_eq!(Screen::of(&flow), Screen::Form);
        late.on(seen(S::Complete, R::Succeeded));
        assert_eq!(Screen::of(&late), Screen::Paid);
    }
}

#[test]
fn a_refusal_that_is_not_the_workers_is_checked() {
    let mut flow = after(vec![Event::Submitted, Event::Refused(None)]);
    assert_eq!((Screen::of(&flow), flow.todo()), (Screen::Pending, Todo::AskNow));
    flow.on(open());
    assert_eq!(Screen::of(&flow), Screen::Form);
    assert_eq!(flow.notice, Some(Notice::Text(Word::FailedText)));
}

#[test]
fn after_a_refusal_the_form_comes_back_once_it_is_known_what_is_left_to_pay() {
    for (code, field, notice, todo) in [
        (ErrorCode::PinInvalid, Some("pin"), Some(Notice::Field(Field::Pin)), Todo::Nothing),
        (ErrorCode::PhoneInvalid, Some("phone"), Some(Notice::Field(Field::Phone)), Todo::Nothing),
        (ErrorCode::EmailInvalid, Some("email"), Some(Notice::Field(Field::Email)), Todo::Nothing),
        (ErrorCode::ProviderNotAllowed, Some("provider"), Some(Notice::Text(Word::FailedText)), Todo::AskNow),
        (ErrorCode::Misconfigured, None, Some(Notice::Text(Word::MisconfiguredText)), Todo::AskNow),
        (ErrorCode::SessionExpired, None, None, Todo::AskNow),
    ] {
        let refusal = Problem { field: field.map(str::to_owned), ..problem(code) };
        let mut flow = after(vec![Event::Submitted, Event::Refused(Some(refusal))]);
        let screen = if todo == Todo::AskNow { Screen::Checking } else { Screen::Form };
        assert_eq!((Screen::of(&flow), flow.todo()), (screen, todo), "{}", code.as_str());
        flow.on(Event::Unseen(Trouble::Failed));
        // Without a word of what it was, the form would ask for a voucher of a session that may be over.
        let screen = if notice.is_some() { Screen::Form } else { Screen::Checking };
        assert_eq!((Screen::of(&flow), flow.notice), (screen, notice), "{}", code.as_str());
    }
    let gone = after(vec![Event::Submitted, Event::Refused(Some(problem(ErrorCode::SessionNotFound)))]);
    assert_eq!((Screen::of(&gone), gone.todo()), (Screen::Trouble(Trouble::Gone), Todo::Nothing));
}

#[test]
fn waiting_is_counted_down() {
    let busy = Problem { retry_after: Some(42), ..problem(ErrorCode::ProviderBusy) };
    let mut flow = after(vec![Event::Submitted, Event::Refused(Some(busy))]);
    assert_eq!(flow.wait, Some(Wait { word: Word::ProviderWaitText, seconds: 42 }));
    assert_eq!(flow.todo(), Todo::Nothing);
    let message = said(&flow);
    flow.on(Event::WaitLeft(41));
    assert_eq!(said(&flow), message);
    flow.on(Event::WaitLeft(0));
    assert_eq!((flow.wait, said(&flow)), (None, None));
}

#[test]
fn another_vouchers_check_is_named_while_it_lasts() {
    let refusal = Event::Refused(Some(problem(ErrorCode::PaymentInProgress)));
    let mut flow = after(vec![Event::Submitted, refusal]);
    for event in [Event::Unseen(Trouble::Failed), seen(S::Processing, R::Processing)] {
        assert_eq!((Screen::of(&flow), flow.todo() != Todo::Nothing), (Screen::Checking, true));
        flow.on(event);
    }
    assert_eq!(said(&flow).and_then(|message| message.text), Some(Word::InProgressText));
    flow.on(seen(S::Open, R::Declined));
    let other = Notice::Declined(DeclineCode::VoucherRefused);
    assert_eq!(
        (Screen::of(&flow), flow.notice, said(&flow).and_then(|message| message.text)),
        (Screen::Form, Some(other), Some(Word::DeclinedVoucherRefused))
    );
}

#[test]
fn what_cannot_be_opened_says_so() {
    for (trouble, todo) in [
        (Trouble::Gone, Todo::Nothing),
        (Trouble::Misconfigured, Todo::Nothing),
        (Trouble::Failed, Todo::Ask),
    ] {
        let before = Flow::new(None, true);
        let mut flow = before.clone();
        flow.on(Event::Unseen(trouble));
        assert_eq!((Screen::of(&flow), flow.todo()), (Screen::Trouble(trouble), todo));
        assert!(matches!(Told::of(&before, &flow), Some(Told::Error(_))));
        flow.on(open());
        assert_eq!(Screen::of(&flow), Screen::Form);
    }
}

#[test]
fn what_is_over_stays_said_whatever_is_heard_then() {
    for status in [S::Complete, S::Expired, S::Canceled] {
        for trouble in [Trouble::Gone, Trouble::Misconfigured, Trouble::Failed] {
            let mut flow = Flow::new(Some(view(status, vec![redemption("rd_1", R::Succeeded, None)])), true);
            let before = flow.clone();
            flow.on(Event::Unseen(trouble));
            assert_eq!(Screen::of(&flow), Screen::of(&before), "{}", status.as_str());
            assert_eq!(Told::of(&before, &flow), None);
        }
    }
}

/// A session with two ways to pay, which are down for so many seconds.
fn with_down(seconds: [Option<i64>; 2]) -> CheckoutView {
    let mut view = view(S::Open, Vec::new());
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
fn while_no_provider_answers_the_session_is_asked_again_after_a_wait() {
    let mut flow = Flow::new(Some(with_down([Some(9), Some(4)])), true);
    assert_eq!(flow.wait, Some(Wait { word: Word::AllDownText, seconds: 4 }));
    assert_eq!((Screen::of(&flow), flow.todo()), (Screen::Form, Todo::Nothing));
    let message = said(&flow);
    assert_eq!(message.and_then(|message| message.text), Some(Word::AllDownText));
    flow.on(Event::WaitLeft(0));
    assert_eq!((flow.todo(), said(&flow)), (Todo::Ask, message));
    flow.on(Event::Unseen(Trouble::Failed));
    assert_eq!((flow.todo(), said(&flow)), (Todo::Ask, message));
    flow.on(Event::Seen(with_down([Some(8), Some(8)])));
    assert_eq!((flow.wait.map(|wait| wait.seconds), flow.todo()), (Some(8), Todo::Nothing));
    flow.on(Event::Seen(with_down([None, None])));
    assert_eq!((flow.wait, flow.todo(), said(&flow)), (None, Todo::Nothing, None));
}

#[test]
fn while_one_provider_does_not_answer_the_other_can_be_used() {
    let flow = Flow::new(Some(with_down([Some(9), None])), true);
    assert_eq!((flow.wait, flow.todo(), said(&flow)), (None, Todo::Ask, None));
}

#[test]
fn a_provider_that_is_down_took_nothing_and_the_session_tells_which_one() {
    let down = Problem { retry_after: Some(9), ..problem(ErrorCode::ProviderDown) };
    let refused = || after(vec![Event::Submitted, Event::Refused(Some(down.clone()))]);
    let mut flow = refused();
    assert_eq!((Screen::of(&flow), flow.todo()), (Screen::Checking, Todo::AskNow));
    flow.on(Event::Seen(with_down([Some(9), None])));
    assert_eq!(said(&flow).and_then(|message| message.text), Some(Word::ProviderDownText));
    flow.on(Event::Seen(with_down([None, None])));
    assert_eq!((flow.notice, said(&flow)), (None, None));
    let mut flow = refused();
    flow.on(Event::Seen(with_down([Some(9), Some(9)])));
    let message = said(&flow);
    assert_eq!(message.and_then(|message| message.title), Some(Word::DeclinedTitle));
    assert_eq!(message.and_then(|message| message.text), Some(Word::AllDownText));
}

#[test]
fn what_asks_for_more_than_remains_or_one_voucher_too_many_leads_to_a_fresh_view() {
    for (code, field, notice) in [
        (ErrorCode::TooManyVouchers, None, None),
        (ErrorCode::AmountAboveRemaining, Some("amount"), Some(Notice::Field(Field::Amount))),
    ] {
        let refusal = Problem { field: field.map(str::to_owned), ..problem(code) };
        let flow = after(vec![Event::Submitted, Event::Refused(Some(refusal))]);
        assert_eq!((flow.todo(), flow.notice), (Todo::AskNow, notice), "{}", code.as_str());
    }
}

#[test]
fn what_became_of_a_voucher_that_was_tried_before_or_elsewhere_is_said() {
    let used = || redemption("rd_1", R::Declined, Some(DeclineCode::VoucherUsed));
    // A reload while it is checked, and a page that is opened after it.
    let mut checked =
        Flow::new(Some(view(S::Processing, vec![redemption("rd_1", R::Processing, None)])), true);
    let before = checked.clone();
    checked.on(Event::Seen(view(S::Open, vec![used()])));
    assert_eq!(Told::of(&before, &checked), Some(Told::Declined(DeclineCode::VoucherUsed)));
    let opened = Flow::new(Some(view(S::Open, vec![used()])), true);
    for mut flow in [checked, opened] {
        assert_eq!(said(&flow).and_then(|message| message.text), Some(Word::DeclinedVoucherUsed));
        // Another window pays a part.
        flow.on(Event::Seen(view(S::Open, vec![used(), redemption("rd_2", R::Succeeded, None)])));
        assert_eq!(flow.notice, None);
    }
}

#[test]
fn that_nothing_was_charged_is_said_also_when_no_provider_answers_any_more() {
    let refused = vec![redemption("rd_1", R::Declined, Some(DeclineCode::VoucherUsed))];
    let down = Event::Seen(CheckoutView { redemptions: refused, ..with_down([Some(9), Some(9)]) });
    let mut flow =
        after(vec![Event::Submitted, answer(S::Open, R::Declined, Some(DeclineCode::VoucherUsed))]);
    flow.on(down);
    let message = said(&flow);
    assert_eq!(message.and_then(|message| message.title), Some(Word::DeclinedTitle));
}
