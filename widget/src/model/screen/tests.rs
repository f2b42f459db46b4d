use super::*;
use crate::model::flow::Event;
use crate::model::flow::tests::{first_notice, rd};
use checkout_wire::RedemptionAnswer;

fn redemption(status: RedemptionStatus) -> RedemptionView {
    RedemptionView {
        id: rd("rd_1"),
        provider: "kora".to_owned(),
        provider_code: None,
        status,
        amount: Minor(24_900),
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
    crate::model::flow::tests::view(status, redemptions)
}

#[test]
fn every_decline_is_shown_once_at_the_field_or_in_the_notice() {
    for code in DeclineCode::ALL {
        let redemption =
            RedemptionView { decline_code: Some(*code), ..redemption(RedemptionStatus::Declined) };
        let mut flow = Flow::new(Some(view(SessionStatus::Open, Vec::new())), true);
        flow.on(Event::Submitted);
        let session = view(SessionStatus::Open, vec![redemption.clone()]);
        flow.on(Event::Answered(RedemptionAnswer { redemption, session }));
        let notice = first_notice(&flow).unwrap();
        assert_eq!(notice.title, Some(Word::DeclinedTitle));
        let at_field = field_error(&flow).map(|(_, word)| word);
        assert_eq!(notice.text.or(at_field), Some(Word::declined(*code)));
        assert!(notice.text.is_none() || at_field.is_none(), "{} is shown twice", code.as_str());
    }
}

#[test]
fn insufficient_funds_show_the_usable_part_or_ask_for_an_amount() {
    let declined = |usable: Option<Minor>| {
        let redemption = RedemptionView {
            decline_code: Some(DeclineCode::InsufficientFunds),
            voucher_balance: usable.map(|usable| usable + Minor(500)),
            usable,
            ..redemption(RedemptionStatus::Declined)
        };
        let mut flow = Flow::new(Some(view(SessionStatus::Open, Vec::new())), true);
        flow.on(Event::Submitted);
        let session = view(SessionStatus::Open, vec![redemption.clone()]);
        flow.on(Event::Answered(RedemptionAnswer { redemption, session }));
        flow
    };
    let with_balance = declined(Some(Minor(1_000)));
    assert_eq!(with_balance.refusal, Some(Refusal::Short(Minor(1_500), Minor(1_000))));
    assert_eq!(first_notice(&with_balance).and_then(|notice| notice.text), Some(Word::DeclinedUsable));
    assert_eq!(field_error(&with_balance), None);
    let without_balance = declined(None);
    assert_eq!(first_notice(&without_balance).map(|notice| notice.text), Some(None));
    assert_eq!(field_error(&without_balance), Some((Field::Amount, Word::DeclinedInsufficientFunds)));
    let start = Flow::new(Some(view(SessionStatus::Open, Vec::new())), true);
    for flow in [with_balance, without_balance] {
        assert!(flow.is_short(), "its PIN is kept");
        assert_eq!(
            ShopEvent::between(&start, &flow),
            Some(ShopEvent::Declined(DeclineCode::InsufficientFunds))
        );
    }
}

#[test]
fn a_session_with_no_voucher_left_shows_a_notice_only() {
    let none = CheckoutView {
        vouchers_left: 0,
        amount_received: Minor(5_000),
        ..view(SessionStatus::Open, vec![redemption(RedemptionStatus::Succeeded)])
    };
    let flow = Flow::new(Some(none), true);
    assert_eq!(Screen::of(&flow), Screen::Form);
    assert_eq!(first_notice(&flow).and_then(|notice| notice.text), Some(Word::NoVoucherLeftText));
}

#[test]
fn the_paid_part_stays_shown_during_the_next_attempt() {
    let part = |redemptions| CheckoutView {
        amount_received: Minor(5_000),
        ..view(SessionStatus::Open, redemptions)
    };
    let mut flow = Flow::new(Some(part(Vec::new())), true);
    assert_eq!((Notice::at(Place::Attempt, &flow), Screen::has_form(&flow)), (None, true));
    let redemption = redemption(RedemptionStatus::Declined);
    let session = part(vec![redemption.clone()]);
    for (event, text) in [
        (Event::Submitted, Some(Word::BusyText)),
        (Event::Lost, Some(Word::PendingText)),
        (Event::Answered(RedemptionAnswer { redemption, session }), None),
    ] {
        flow.on(event);
        let order = Notice::at(Place::Order, &flow).unwrap();
        assert_eq!((order.tone, order.text), (Tone::Good, Some(Word::PartPaidText)));
        assert_eq!(Notice::at(Place::Attempt, &flow).unwrap().text, text);
    }
    assert_eq!(field_error(&flow), Some((Field::Pin, Word::DeclinedVoucherRefused)));
}

#[test]
fn a_missing_connection_is_shown_only_with_the_form() {
    let at = |status| {
        let flow = Flow::new(Some(view(status, Vec::new())), false);
        Notice::at(Place::Connection, &flow).and_then(|notice| notice.text)
    };
    assert_eq!(at(SessionStatus::Open), Some(Word::OfflineFormText));
    for status in SessionStatus::ALL.iter().filter(|status| **status != SessionStatus::Open) {
        assert_eq!(at(*status), None, "{}", status.as_str());
    }
}

#[test]
fn a_session_without_offers_shows_a_configuration_error() {
    let none = CheckoutView { providers: Vec::new(), ..view(SessionStatus::Open, Vec::new()) };
    let notice = first_notice(&Flow::new(Some(none), true)).unwrap();
    assert_eq!(notice.text, Some(Word::MisconfiguredText));
}
