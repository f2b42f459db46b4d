use super::*;
use checkout_present::fixture::{challenged, offer, rd, redemption, view};
use checkout_wire::{ChangeVoucher, CheckoutView, RedemptionAnswer, RedemptionView, SessionStatus};

const PIN: &str = "1168 6480 9679 2943";

fn model(view: CheckoutView) -> Model {
    let mut model = Model::new(Flow::new(Some(view), true), String::new(), String::new());
    begin(&mut model, &Flow::new(None, true));
    model
}

fn open() -> CheckoutView {
    view(SessionStatus::Open, Vec::new())
}

fn inputs(pin: &str, amount: &str) -> FormValues {
    let [pin, amount, phone] = [pin, amount, "082 123 4567"].map(str::to_owned);
    FormValues { pin: Pin::as_typed(pin), amount, phone, email: String::new() }
}

fn paid(id: &str, change: Option<&str>) -> RedemptionView {
    let change = change.map(|pin| ChangeVoucher {
        pin: Pin::as_typed(pin.to_owned()),
        amount: Some(Minor(5_000)),
        expires_at: None,
    });
    RedemptionView { change, ..redemption(id, RedemptionStatus::Succeeded, None) }
}

fn declined() -> RedemptionView {
    redemption("rd_1", RedemptionStatus::Declined, Some(DeclineCode::VoucherUsed))
}

fn id() -> String {
    rd("rd_1").as_str().to_owned()
}

fn pay_with(model: &mut Model, inputs: FormValues) -> Vec<Effect> {
    update(model, Message::Intent(Intent::Pay(inputs)))
}

fn submitted(effects: &[Effect]) -> Option<&str> {
    effects.iter().find_map(|effect| match effect {
        Effect::Submit(body) => Some(body.as_str()),
        _ => None,
    })
}

fn focused(effects: &[Effect]) -> Option<&'static str> {
    effects.iter().find_map(|effect| match effect {
        Effect::Focus(id) => Some(*id),
        _ => None,
    })
}

fn pin_set(effects: &[Effect]) -> Option<&str> {
    effects.iter().find_map(|effect| match effect {
        Effect::SetPin(pin) => Some(pin.reveal()),
        _ => None,
    })
}

#[test]
fn valid_values_are_submitted_once() {
    let mut model = model(open());
    let effects = pay_with(&mut model, inputs(PIN, "100"));
    let body = submitted(&effects).unwrap();
    assert!(body.contains("\"pin\":\"1168648096792943\"") && body.contains("\"amount\":10000"), "{body}");
    assert_eq!(model.screen(), Screen::Checking);
    assert_eq!(submitted(&pay_with(&mut model, inputs(PIN, "100"))), None, "while it is on its way");
}

#[test]
fn the_first_wrong_field_receives_the_focus() {
    let mut model = model(open());
    let effects = pay_with(&mut model, FormValues { phone: "12".to_owned(), ..inputs("1234", "a lot") });
    assert_eq!((submitted(&effects), focused(&effects)), (None, Some("pin")));
    let errors = Field::ALL.iter().map(|field| model.error(*field)).collect::<Vec<_>>();
    let expected = [Some(Word::PinTooShort), Some(Word::AmountInvalid), Some(Word::PhoneInvalid), None, None];
    assert_eq!(errors, expected);
    assert!(
        effects.iter().any(|effect| matches!(effect, Effect::OpenPart(true))),
        "the amount can be corrected"
    );
    assert_eq!(focused(&pay_with(&mut model, inputs(PIN, "250"))), Some("amount"));
}

#[test]
fn a_field_is_checked_when_the_shopper_leaves_it_with_a_value() {
    let mut model = model(open());
    let mut leave = |value: &str| {
        update(&mut model, Message::Intent(Intent::Leave(Field::Phone, value.to_owned())));
        model.error(Field::Phone)
    };
    assert_eq!(leave(""), None);
    assert_eq!(leave("12"), Some(Word::PhoneInvalid));
    assert_eq!(leave("082 123 4567"), None);
}

#[test]
fn a_declined_pin_is_selected_and_reported_at_its_field() {
    let mut model = model(open());
    pay_with(&mut model, inputs(PIN, ""));
    let answer =
        RedemptionAnswer { session: view(SessionStatus::Open, vec![declined()]), redemption: declined() };
    let effects = update(&mut model, Message::Event(FlowEvent::Answered(answer)));
    assert_eq!((pin_set(&effects), focused(&effects)), (None, Some("pin")));
    assert!(effects.iter().any(|effect| matches!(effect, Effect::SelectPin)));
    assert_eq!(model.error(Field::Pin), Some(Word::DeclinedVoucherUsed));
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Forget)), "the PIN is forgotten");
    let told =
        |effect: &Effect| matches!(effect, Effect::Notify(DomEvent::Declined(DeclineCode::VoucherUsed)));
    assert!(effects.iter().any(told));
    update(&mut model, Message::Intent(Intent::Leave(Field::Pin, PIN.to_owned())));
    assert_eq!(model.error(Field::Pin), Some(Word::DeclinedVoucherUsed), "until it is changed");
    update(&mut model, Message::Intent(Intent::EditPin));
    assert_eq!(model.error(Field::Pin), None);
}

#[test]
fn a_change_voucher_pays_as_if_its_pin_had_been_typed() {
    let mut session = view(SessionStatus::Open, vec![paid("rd_1", Some("1111222233334444"))]);
    session.amount_received = Minor(10_000);
    session.amount_remaining = Minor(14_900);
    let mut model = model(session);
    let intent = Intent::UseChange(id(), inputs("99", "1"));
    let effects = update(&mut model, Message::Intent(intent));
    assert_eq!(pin_set(&effects), Some("1111 2222 3333 4444"));
    let body = submitted(&effects).unwrap();
    assert!(body.contains("\"pin\":\"1111222233334444\"") && body.contains("\"amount\":5000"), "{body}");
}

#[test]
fn offline_a_change_voucher_leads_to_the_message_and_pays_nothing() {
    let mut session = view(SessionStatus::Open, vec![paid("rd_1", Some("1111222233334444"))]);
    session.amount_remaining = Minor(14_900);
    let mut model = model(session);
    update(&mut model, Message::Event(FlowEvent::Online(false)));
    let intent = Intent::UseChange(id(), inputs("", ""));
    let effects = update(&mut model, Message::Intent(intent));
    assert_eq!((submitted(&effects), focused(&effects)), (None, Some("connection-message")));
}

#[test]
fn a_pin_is_cleared_when_the_provider_it_was_typed_for_is_down() {
    let mut session = open();
    session.providers = vec![offer("kora", Some(10)), offer("celbux", None)];
    let mut model = Model::new(Flow::new(None, true), "kora".to_owned(), String::new());
    let effects = update(&mut model, Message::Event(FlowEvent::Loaded(session.clone())));
    assert_eq!((model.offer.as_str(), pin_set(&effects)), ("celbux", Some("")));
    let mut model = Model::new(Flow::new(None, true), "celbux".to_owned(), String::new());
    let effects = update(&mut model, Message::Event(FlowEvent::Loaded(session)));
    assert_eq!((model.offer.as_str(), pin_set(&effects)), ("celbux", None));
}

#[test]
fn the_answer_to_a_form_sent_without_the_widget_is_reported_to_the_shop() {
    let flow = Flow::after_form(view(SessionStatus::Open, vec![declined()]), rd("rd_1"), true);
    let mut model = Model::new(flow, String::new(), String::new());
    let effects = begin(&mut model, &Flow::new(None, true));
    let told =
        |effect: &Effect| matches!(effect, Effect::Notify(DomEvent::Declined(DeclineCode::VoucherUsed)));
    assert!(effects.iter().any(told));
    assert_eq!(model.error(Field::Pin), Some(Word::DeclinedVoucherUsed));
}

#[test]
fn the_shop_continues_at_once_unless_the_shopper_has_something_to_keep() {
    let unknown = RedemptionView { change_unknown: true, ..paid("rd_1", None) };
    let open_still = redemption("rd_2", RedemptionStatus::Unknown, None);
    for (redemptions, at_once) in [
        (vec![paid("rd_1", None)], true),
        (vec![paid("rd_1", Some("1111222233334444"))], false),
        (vec![unknown], false),
        (vec![paid("rd_1", None), open_still], false),
    ] {
        let mut model = model(open());
        let session = view(SessionStatus::Complete, redemptions);
        let effects = update(&mut model, Message::Event(FlowEvent::Loaded(session)));
        let notified = |effects: &[Effect]| -> Vec<DomEvent> {
            let event = |effect: &Effect| match effect {
                Effect::Notify(event) => Some(*event),
                _ => None,
            };
            effects.iter().filter_map(event).collect()
        };
        let told = notified(&effects);
        match at_once {
            true => assert_eq!(told, [DomEvent::Paid(false), DomEvent::Done]),
            false => assert_eq!(told, [DomEvent::Paid(true)]),
        }
        let effects = update(&mut model, Message::Intent(Intent::Exit));
        assert_eq!(notified(&effects), [DomEvent::Done]);
    }
    let mut model = model(open());
    let effects = update(&mut model, Message::Intent(Intent::Exit));
    assert!(matches!(effects[..], [Effect::Notify(DomEvent::Cancel)]));
}

#[test]
fn copying_a_pin_again_is_a_new_result() {
    let mut model = model(view(SessionStatus::Complete, vec![paid("rd_1", Some("1111222233334444"))]));
    let effects = update(&mut model, Message::Intent(Intent::CopyPin(id())));
    assert!(matches!(&effects[..], [Effect::Copy(_, pin)] if pin.reveal() == "1111222233334444"));
    assert!(update(&mut model, Message::Copied(id(), true)).is_empty());
    let first = model.copied;
    let effects = update(&mut model, Message::Copied(id(), false));
    assert!(matches!(&effects[..], [Effect::Select(id)] if *id == self::id()));
    assert!(model.copied != first);
}

#[test]
fn a_pin_that_the_page_has_stays_on_it() {
    let session = |pin| view(SessionStatus::Complete, vec![paid("rd_1", Some(pin))]);
    let mut model = model(session("1111222233334444"));
    update(&mut model, Message::Event(FlowEvent::Loaded(session(""))));
    let change = model.view().unwrap().redemptions[0].change.clone().unwrap();
    assert_eq!(change.pin.reveal(), "1111222233334444");
}

#[test]
fn a_change_voucher_whose_pin_is_hidden_does_not_pay() {
    let session = CheckoutView {
        amount_remaining: Minor(14_900),
        ..view(SessionStatus::Open, vec![paid("rd_1", Some(""))])
    };
    let mut model = model(session);
    assert_eq!(
        submitted(&update(&mut model, Message::Intent(Intent::UseChange(id(), inputs("", ""))))),
        None
    );
}

/// Returns the model of a page that asks for a code.
fn asked() -> Model {
    let mut model = model(open());
    pay_with(&mut model, inputs(PIN, ""));
    answer_with(&mut model, challenged("rd_1", 3));
    model
}

fn answer_with(model: &mut Model, redemption: RedemptionView) -> Vec<Effect> {
    let session = view(SessionStatus::Processing, vec![redemption.clone()]);
    update(model, Message::Event(FlowEvent::Answered(RedemptionAnswer { redemption, session })))
}

fn type_code(model: &mut Model, code: Option<&str>) -> Vec<Effect> {
    update(model, Message::Intent(Intent::Answer(code.map(str::to_owned))))
}

fn answered(effects: &[Effect]) -> Option<(&str, &str)> {
    effects.iter().find_map(|effect| match effect {
        Effect::Answer(path, body) => Some((path.as_str(), body.as_str())),
        _ => None,
    })
}

#[test]
fn a_code_is_sent_once_to_its_redemption() {
    let mut model = asked();
    let path = format!("/redemptions/{}/challenge", id());
    let effects = type_code(&mut model, Some(" 123 456 "));
    assert_eq!(answered(&effects), Some((&*path, "{\"code\":\"123456\"}")));
    assert_eq!(answered(&type_code(&mut model, Some("123456"))), None, "while it is on its way");
}

#[test]
fn the_field_for_the_code_receives_the_focus() {
    let mut model = model(open());
    pay_with(&mut model, inputs(PIN, ""));
    assert_eq!(focused(&answer_with(&mut model, challenged("rd_1", 3))), Some("code"));
    for code in ["", "12345", "1234567", "12345x"] {
        let effects = type_code(&mut model, Some(code));
        assert_eq!((answered(&effects), focused(&effects)), (None, Some("code")), "{code}");
        assert_eq!(model.error(Field::Code), Some(Word::CodeInvalid));
    }
    type_code(&mut model, Some("654321"));
    assert_eq!(model.error(Field::Code), None);
    assert_eq!(focused(&answer_with(&mut model, challenged("rd_1", 2))), Some("code"));
    assert_eq!(model.error(Field::Code), Some(Word::CodeWrong));
}

#[test]
fn another_code_is_sent_when_it_may_be() {
    let mut model = asked();
    assert_eq!(answered(&type_code(&mut model, None)), None);
    update(&mut model, Message::Event(FlowEvent::WaitLeft(Seconds(270))));
    let effects = type_code(&mut model, None);
    assert_eq!(answered(&effects).map(|(_, body)| body), Some("{\"resend\":true}"));
}

#[test]
fn another_voucher_can_be_used() {
    let mut model = asked();
    let effects = update(&mut model, Message::Intent(Intent::UseAnother));
    assert_eq!((model.screen(), focused(&effects), pin_set(&effects)), (Screen::Form, Some("pin"), None));
    assert!(model.can_pay());
    let same = view(SessionStatus::Processing, vec![challenged("rd_1", 3)]);
    update(&mut model, Message::Event(FlowEvent::Loaded(same)));
    assert!(model.screen() == Screen::Form && model.can_pay(), "a load does not bring the code back");
    assert!(submitted(&pay_with(&mut model, inputs(PIN, ""))).is_some());
    let ended = redemption("rd_1", RedemptionStatus::NotSent, Some(DeclineCode::CodeNotEntered));
    let next = challenged("rd_2", 3);
    let session = view(SessionStatus::Processing, vec![ended, next.clone()]);
    let answer = RedemptionAnswer { redemption: next, session };
    update(&mut model, Message::Event(FlowEvent::Answered(answer)));
    assert_eq!((model.screen(), model.error(Field::Code)), (Screen::Code, None));
}

#[test]
fn offline_no_code_is_sent() {
    let mut model = asked();
    update(&mut model, Message::Event(FlowEvent::Online(false)));
    assert_eq!(model.screen(), Screen::Code);
    assert_eq!(answered(&type_code(&mut model, Some("123456"))), None);
}
