use super::*;
use crate::flow::{Event, tests::said};
use checkout_wire::RedemptionAnswer;

fn redemption(status: RedemptionStatus) -> RedemptionView {
    RedemptionView {
        id: "rd_1".to_owned(),
        provider: "kora".to_owned(),
        provider_code: None,
        status,
        amount: 24_900,
        fee: None,
        decline_code: None,
        created_at: "2026-01-01T00:00:00.000Z".to_owned(),
        change: None,
        voucher_balance: None,
        usable: None,
        rest_by_message: None,
    }
}

fn view(status: SessionStatus, redemptions: Vec<RedemptionView>) -> CheckoutView {
    crate::flow::tests::view(status, redemptions)
}

#[test]
fn every_decline_is_said_at_the_field_or_in_the_message() {
    for code in DeclineCode::ALL {
        let redemption =
            RedemptionView { decline_code: Some(*code), ..redemption(RedemptionStatus::Declined) };
        let mut flow = Flow::new(Some(view(SessionStatus::Open, Vec::new())), true);
        flow.on(Event::Submitted);
        let session = view(SessionStatus::Open, vec![redemption.clone()]);
        flow.on(Event::Answered(RedemptionAnswer { redemption, session }));
        let message = said(&flow).unwrap();
        assert_eq!(message.title, Some(Word::DeclinedTitle));
        let at_field = field_error(&flow).map(|(_, word)| word);
        assert_eq!(message.text.or(at_field), Some(Word::declined(*code)));
        assert!(message.text.is_none() || at_field.is_none(), "{} is said twice", code.as_str());
    }
}

#[test]
fn too_little_is_said_with_what_can_be_used_or_asked_for_where_it_goes() {
    let declined = |usable: Option<i64>| {
        let redemption = RedemptionView {
            decline_code: Some(DeclineCode::InsufficientFunds),
            voucher_balance: usable.map(|usable| usable + 500),
            usable,
            ..redemption(RedemptionStatus::Declined)
        };
        let mut flow = Flow::new(Some(view(SessionStatus::Open, Vec::new())), true);
        flow.on(Event::Submitted);
        let session = view(SessionStatus::Open, vec![redemption.clone()]);
        flow.on(Event::Answered(RedemptionAnswer { redemption, session }));
        flow
    };
    let told = declined(Some(1_000));
    assert_eq!(told.notice, Some(Notice::Short(1_500, 1_000)));
    assert_eq!(said(&told).and_then(|message| message.text), Some(Word::DeclinedUsable));
    assert_eq!(field_error(&told), None);
    let untold = declined(None);
    assert_eq!(said(&untold).map(|message| message.text), Some(None));
    assert_eq!(field_error(&untold), Some((Field::Amount, Word::DeclinedInsufficientFunds)));
    let start = Flow::new(Some(view(SessionStatus::Open, Vec::new())), true);
    for flow in [told, untold] {
        assert!(flow.is_short(), "its PIN is kept");
        assert_eq!(Told::of(&start, &flow), Some(Told::Declined(DeclineCode::InsufficientFunds)));
    }
}

#[test]
fn when_no_voucher_is_taken_any_more_there_is_only_a_message() {
    let none = CheckoutView {
        vouchers_left: 0,
        amount_received: 5_000,
        ..view(SessionStatus::Open, vec![redemption(RedemptionStatus::Succeeded)])
    };
    let flow = Flow::new(Some(none), true);
    assert_eq!(Screen::of(&flow), Screen::Form);
    assert_eq!(said(&flow).and_then(|message| message.text), Some(Word::NoVoucherLeftText));
}

#[test]
fn that_a_part_is_paid_stays_said_beside_what_becomes_of_the_next_try() {
    let part =
        |redemptions| CheckoutView { amount_received: 5_000, ..view(SessionStatus::Open, redemptions) };
    let mut flow = Flow::new(Some(part(Vec::new())), true);
    assert_eq!((Message::at(Place::Try, &flow), Screen::has_form(&flow)), (None, true));
    let redemption = redemption(RedemptionStatus::Declined);
    let session = part(vec![redemption.clone()]);
    for (event, text) in [
        (Event::Submitted, Some(Word::BusyText)),
        (Event::Lost, Some(Word::PendingText)),
        (Event::Answered(RedemptionAnswer { redemption, session }), None),
    ] {
        flow.on(event);
        let order = Message::at(Place::Order, &flow).unwrap();
        assert_eq!((order.tone, order.text), (Tone::Good, Some(Word::PartPaidText)));
        assert_eq!(Message::at(Place::Try, &flow).unwrap().text, text);
    }
    assert_eq!(field_error(&flow), Some((Field::Pin, Word::DeclinedVoucherRefused)));
}

#[test]
fn without_a_connection_that_is_said_only_where_there_is_something_to_send() {
    let at = |status| {
        let flow = Flow::new(Some(view(status, Vec::new())), false);
        Message::at(Place::Connection, &flow).and_then(|message| message.text)
    };
    assert_eq!(at(SessionStatus::Open), Some(Word::OfflineFormText));
    for status in SessionStatus::ALL.iter().filter(|status| **status != SessionStatus::Open) {
        assert_eq!(at(*status), None, "{}", status.as_str());
    }
}

#[test]
fn a_form_with_nothing_to_choose_says_so() {
    let none = CheckoutView { providers: Vec::new(), ..view(SessionStatus::Open, Vec::new()) };
    let message = said(&Flow::new(Some(none), true)).unwrap();
    assert_eq!(message.text, Some(Word::MisconfiguredText));
}
