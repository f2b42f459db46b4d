use super::*;
use crate::fixture::{challenged, redemption, view};
use crate::{Field, ids};
use checkout_wire::{CheckoutView, DeclineCode, RedemptionStatus, SessionStatus};

/// Returns the state after a payment attempt on this page, which had that outcome.
fn after_attempt(view: &CheckoutView) -> PageState<'_> {
    PageState {
        screen: Screen::of(view),
        view: Some(view),
        error: view.redemptions.last().and_then(NotCharged::of),
        has_outcome: true,
        wait: None,
        online: true,
    }
}

fn declined(code: DeclineCode) -> CheckoutView {
    view(SessionStatus::Open, vec![redemption("rd_1", RedemptionStatus::Declined, Some(code))])
}

fn text_at(place: Place, state: &PageState<'_>) -> Option<Word> {
    Notice::at(place, state).and_then(|notice| notice.text)
}

#[test]
fn every_decline_is_shown_once_at_the_field_or_in_the_notice() {
    for code in DeclineCode::ALL {
        let view = declined(*code);
        let state = after_attempt(&view);
        let notice = Notice::at(Place::Attempt, &state).unwrap();
        assert_eq!(notice.title, Some(Word::DeclinedTitle));
        let at_field = state.field_error().map(|(_, word)| word);
        assert_eq!(notice.text.or(at_field), Some(Word::declined(*code)));
        assert!(notice.text.is_none() || at_field.is_none(), "{} is shown twice", code.as_str());
    }
}

#[test]
fn insufficient_funds_show_the_usable_part_or_ask_for_an_amount() {
    let mut view = declined(DeclineCode::InsufficientFunds);
    let state = after_attempt(&view);
    assert_eq!(Notice::at(Place::Attempt, &state).map(|notice| notice.text), Some(None));
    assert_eq!(state.field_error(), Some((Field::Amount, Word::DeclinedInsufficientFunds)));
    view.redemptions[0].voucher_balance = Some(Minor(1_500));
    view.redemptions[0].usable = Some(Minor(1_000));
    let state = after_attempt(&view);
    assert_eq!(state.error, Some(NotCharged::Short(Minor(1_500), Minor(1_000))));
    assert_eq!(text_at(Place::Attempt, &state), Some(Word::DeclinedUsable));
    assert_eq!(state.field_error(), None);
}

#[test]
fn a_session_without_vouchers_or_offers_shows_a_notice_only() {
    let mut none = view(SessionStatus::Open, Vec::new());
    none.amount_received = Minor(5_000);
    assert_eq!(text_at(Place::Order, &after_attempt(&none)), Some(Word::PartPaidText));
    assert!(after_attempt(&none).has_form());
    none.vouchers_left = 0;
    assert_eq!(text_at(Place::Order, &after_attempt(&none)), Some(Word::NoVoucherLeftText));
    assert!(!after_attempt(&none).has_form());
    let none = CheckoutView { providers: Vec::new(), ..view(SessionStatus::Open, Vec::new()) };
    assert_eq!(text_at(Place::Order, &after_attempt(&none)), Some(Word::MisconfiguredText));
}

#[test]
fn the_paid_part_stays_shown_during_the_next_attempt() {
    let mut part = declined(DeclineCode::VoucherRefused);
    part.amount_received = Minor(5_000);
    for (screen, text) in [
        (Screen::Checking, Some(Word::BusyText)),
        (Screen::Pending, Some(Word::PendingText)),
        (Screen::Form, None),
    ] {
        let state = PageState { screen, ..after_attempt(&part) };
        let order = Notice::at(Place::Order, &state).unwrap();
        assert_eq!((order.tone, order.text), (Tone::Good, Some(Word::PartPaidText)));
        assert_eq!(Notice::at(Place::Attempt, &state).unwrap().text, text);
    }
}

#[test]
fn a_missing_connection_is_shown_only_with_the_form() {
    for status in SessionStatus::ALL {
        let view = view(*status, Vec::new());
        let state = PageState { online: false, ..after_attempt(&view) };
        let shown = (*status == SessionStatus::Open).then_some(Word::OfflineFormText);
        assert_eq!(text_at(Place::Connection, &state), shown, "{}", status.as_str());
    }
}

// The money may have been taken: the shopper must not order again before that is known.
#[test]
fn law_3_an_ended_session_with_a_voucher_that_is_being_checked_does_not_say_order_again() {
    for (status, usual) in
        [(SessionStatus::Expired, Word::ExpiredText), (SessionStatus::Canceled, Word::CanceledText)]
    {
        for open in [RedemptionStatus::Processing, RedemptionStatus::Unknown] {
            let mut view = view(status, vec![redemption("rd_1", open, None)]);
            assert_eq!(text_at(Place::Order, &after_attempt(&view)), Some(Word::EndedCheckedText));
            view.redemptions[0].needs_review = true;
            assert_eq!(text_at(Place::Order, &after_attempt(&view)), Some(Word::EndedCheckedText));
        }
        let view = view(status, vec![redemption("rd_1", RedemptionStatus::Declined, None)]);
        assert_eq!(text_at(Place::Order, &after_attempt(&view)), Some(usual));
    }
}

#[test]
fn a_payment_in_review_is_not_shown_as_being_looked_up() {
    let mut view = view(SessionStatus::Processing, vec![redemption("rd_1", RedemptionStatus::Unknown, None)]);
    assert_eq!(text_at(Place::Attempt, &after_attempt(&view)), Some(Word::PendingText));
    view.redemptions[0].needs_review = true;
    assert_eq!(text_at(Place::Attempt, &after_attempt(&view)), Some(Word::ReviewText));
    let mut said = Vec::new();
    view.status = SessionStatus::Expired;
    view.other_amounts(|word, _| said.push(word));
    view.redemptions[0].needs_review = false;
    view.other_amounts(|word, _| said.push(word));
    assert_eq!(said, [Word::ReviewText, Word::StillCheckedText]);
}

#[test]
fn law_5_an_unknown_change_voucher_is_reported_in_every_state() {
    for status in SessionStatus::ALL {
        let mut view = view(*status, vec![redemption("rd_1", RedemptionStatus::Succeeded, None)]);
        let said = |view: &CheckoutView| {
            let mut said = Vec::new();
            view.other_amounts(|word, _| said.push(word));
            (said.contains(&Word::ChangeUnknownText), view.uncertain().count())
        };
        assert_eq!(said(&view), (false, 0));
        view.redemptions[0].change_unknown = true;
        assert_eq!(said(&view), (true, 1), "{}", status.as_str());
    }
}

#[test]
fn the_request_for_a_code_shows_the_phone_that_it_was_sent_to() {
    let mut view = view(SessionStatus::Processing, vec![challenged("rd_1", 3)]);
    let state = PageState { wait: Wait::of(&view), ..after_attempt(&view) };
    assert_eq!((state.screen, state.has_form(), state.form()), (Screen::Code, false, Some(ids::CODE_FORM)));
    assert_eq!(state.wait, Some(Wait { word: Word::CodeLeft, seconds: Seconds(300) }));
    assert_eq!(text_at(Place::Attempt, &state), Some(Word::CodeText));
    assert_eq!(
        text_at(Place::Connection, &PageState { online: false, ..state }),
        Some(Word::OfflineFormText)
    );
    if let Some(challenge) = &mut view.redemptions[0].challenge {
        challenge.sent_to = None;
    }
    assert_eq!(text_at(Place::Attempt, &after_attempt(&view)), Some(Word::CodeOwnerText));
}

#[test]
fn a_wrong_code_is_shown_at_its_field() {
    let view = view(SessionStatus::Processing, vec![challenged("rd_1", 2)]);
    let state = |error| PageState { error: Some(error), ..after_attempt(&view) };
    for (error, word) in [
        (NotCharged::WrongCode, Word::CodeWrong),
        (NotCharged::of_problem(Some("code_invalid"), Some("code")), Word::CodeInvalid),
    ] {
        assert_eq!(state(error).field_error(), Some((Field::Code, word)));
        assert_eq!(text_at(Place::Attempt, &state(error)), Some(Word::CodeText));
    }
    let failed = NotCharged::Text(Word::FailedText);
    assert_eq!(text_at(Place::Attempt, &state(failed)), Some(Word::FailedText));
}
