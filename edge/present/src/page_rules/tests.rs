use super::*;
use crate::fixture::{self, offer};
use checkout_wire::Pin;

fn redemption(id: &str, status: RedemptionStatus, amount: i64) -> RedemptionView {
    RedemptionView { amount: Minor(amount), ..fixture::redemption(id, status, None) }
}

fn view(status: SessionStatus, redemptions: Vec<RedemptionView>) -> CheckoutView {
    CheckoutView {
        amount_remaining: Minor(14_900),
        vouchers_left: 2,
        providers: vec![offer("kora", None), offer("celbux", None)],
        ..fixture::view(status, redemptions)
    }
}

#[test]
fn a_provider_that_does_not_answer_is_not_offered() {
    let mut view = view(SessionStatus::Open, Vec::new());
    let offered = |view: &CheckoutView, key| view.offer_for(key).map(Offer::key);
    assert_eq!(offered(&view, "celbux").as_deref(), Some("celbux"));
    assert_eq!(offered(&view, "").as_deref(), Some("kora"));
    assert_eq!(view.all_down(), None);
    view.providers = vec![offer("kora", Some(9)), offer("celbux", None)];
    assert_eq!(offered(&view, "kora").as_deref(), Some("celbux"));
    assert_eq!(view.all_down(), None);
    view.providers = vec![offer("kora", Some(9)), offer("celbux", Some(4))];
    assert_eq!(view.all_down(), Some(Seconds(4)));
    assert_eq!(
        offered(&view, "celbux").as_deref(),
        Some("celbux"),
        "when both come back it is still that one"
    );
    view.providers = vec![offer("kora", Some(240))];
    assert_eq!(view.all_down(), Some(Seconds(15)));
    view.providers = Vec::new();
    assert_eq!((offered(&view, "kora"), view.all_down()), (None, None));
}

#[test]
fn an_outcome_is_awaited_while_it_is_looked_up() {
    for (session, one, awaited) in [
        (SessionStatus::Processing, RedemptionStatus::Unknown, true),
        (SessionStatus::Open, RedemptionStatus::Declined, false),
        (SessionStatus::Complete, RedemptionStatus::Succeeded, false),
        // The outcome of a reversal.
        (SessionStatus::Canceled, RedemptionStatus::Processing, true),
        (SessionStatus::Expired, RedemptionStatus::Processing, true),
        // The outcome of a payment after the end.
        (SessionStatus::Canceled, RedemptionStatus::Unknown, true),
        (SessionStatus::Expired, RedemptionStatus::Unknown, true),
        (SessionStatus::Expired, RedemptionStatus::Succeeded, false),
    ] {
        let mut view = view(session, vec![redemption("rd_1", one, 1)]);
        assert_eq!(view.awaits_outcome(), awaited, "{session:?} {one:?}");
        // It is in review.
        view.redemptions[0].needs_review = true;
        assert_eq!(
            view.awaits_outcome(),
            session == SessionStatus::Processing,
            "{session:?} {one:?} in review"
        );
    }
}

#[test]
fn the_receipt_lists_every_voucher_that_has_paid() {
    let mut view = view(
        SessionStatus::Open,
        vec![
            redemption("rd_1", RedemptionStatus::Declined, 1),
            redemption("rd_2", RedemptionStatus::Succeeded, 2),
        ],
    );
    let listed =
        |view: &CheckoutView| view.paid_with().iter().map(|one| view.label(one).len()).sum::<usize>();
    assert_eq!(listed(&view), 4);
    view.amount_remaining = Minor::ZERO;
    assert_eq!(listed(&view), 4);
    view.redemptions.push(RedemptionView {
        provider: "gone".into(),
        ..redemption("rd_3", RedemptionStatus::Succeeded, 3)
    });
    assert_eq!(view.paid_with().len(), 2);
    assert_eq!(view.paid_with().last().map(|one| view.label(one)).as_deref(), Some("gone"));
    view.redemptions[2].pin_end = Some("0101".into());
    assert_eq!(view.label(&view.redemptions[2]), "gone …0101");
}

#[test]
fn a_change_voucher_pays_for_the_rest() {
    let with_change = |amount: Option<i64>| {
        let (pin, amount) = (Pin::from_provider("1".into()), amount.map(Minor));
        let change = Some(ChangeVoucher { pin, amount, expires_at: None });
        RedemptionView { change, ..redemption("rd_1", RedemptionStatus::Succeeded, 10_000) }
    };
    let part = |view: &CheckoutView| view.change_payment(&view.redemptions[0]).map(|(_, _, part)| part);
    for (amount, asked) in
        [(None, None), (Some(20_000), None), (Some(14_900), None), (Some(5_000), Some(Minor(5_000)))]
    {
        assert_eq!(part(&view(SessionStatus::Open, vec![with_change(amount)])), Some(asked));
    }
    let used = RedemptionView { usable: Some(Minor::ZERO), ..with_change(None) };
    for no in [
        view(SessionStatus::Open, vec![used]),
        view(SessionStatus::Complete, vec![with_change(None)]),
        view(SessionStatus::Processing, vec![with_change(None)]),
        CheckoutView { vouchers_left: 0, ..view(SessionStatus::Open, vec![with_change(None)]) },
        CheckoutView { vouchers_left: 1, ..view(SessionStatus::Open, vec![with_change(Some(5_000))]) },
        CheckoutView {
            providers: vec![offer("kora", Some(3))],
            ..view(SessionStatus::Open, vec![with_change(None)])
        },
        CheckoutView {
            providers: vec![offer("celbux", None)],
            ..view(SessionStatus::Open, vec![with_change(None)])
        },
    ] {
        assert_eq!(part(&no), None);
    }
}

#[test]
fn refunded_owed_and_unknown_amounts_are_shown() {
    let said = |view: &CheckoutView| {
        let mut said = Vec::new();
        view.other_amounts(|word, Minor(amount)| said.push((word, amount)));
        said
    };
    let all = vec![
        redemption("rd_1", RedemptionStatus::Reversed, 1),
        redemption("rd_2", RedemptionStatus::Unknown, 2),
        redemption("rd_3", RedemptionStatus::Succeeded, 3),
    ];
    let ended = CheckoutView { amount_owed: Minor(3), ..view(SessionStatus::Canceled, all.clone()) };
    assert_eq!(said(&ended), [(Word::GivenBackText, 1), (Word::StillCheckedText, 2), (Word::OwedText, 3)]);
    assert_eq!(said(&view(SessionStatus::Processing, all)), [(Word::GivenBackText, 1)]);
    assert_eq!(
        said(&view(SessionStatus::Complete, vec![redemption("rd_1", RedemptionStatus::Succeeded, 1)])),
        []
    );
}

#[test]
fn a_change_voucher_is_shown_in_every_state_of_the_session() {
    let change = ChangeVoucher {
        pin: Pin::from_provider("1234252526252525".to_owned()),
        amount: Some(Minor(100)),
        expires_at: None,
    };
    for session in SessionStatus::ALL {
        for status in RedemptionStatus::ALL {
            let redemption =
                RedemptionView { change: Some(change.clone()), ..redemption("rd_1", *status, 1) };
            let view = view(*session, vec![redemption]);
            let receipts = Receipt::all(&view);
            assert!(receipts.iter().any(|receipt| receipt.change.is_some()));
        }
    }
}

#[test]
fn fee_and_balance_are_shown_once_money_was_taken() {
    for (status, shown) in [(RedemptionStatus::Succeeded, true), (RedemptionStatus::Declined, false)] {
        let redemption = RedemptionView {
            fee: Some(Minor(500)),
            voucher_balance: Some(Minor(700)),
            ..redemption("rd_1", status, 1)
        };
        assert_eq!(!Receipt::all(&view(SessionStatus::Open, vec![redemption])).is_empty(), shown);
    }
    let nothing =
        RedemptionView { fee: Some(Minor::ZERO), ..redemption("rd_1", RedemptionStatus::Succeeded, 1) };
    assert!(Receipt::all(&view(SessionStatus::Complete, vec![nothing])).is_empty());
}

#[test]
fn another_code_can_be_sent_after_its_wait() {
    let challenged = crate::fixture::challenged("rd_1", 3);
    let mut challenge = challenged.challenge.unwrap();
    for (left, wait) in [(300, 30), (290, 20), (270, 0), (1, 0)] {
        assert_eq!(resend_in(&challenge, Seconds(left)), Some(Seconds(wait)), "{left}");
    }
    challenge.resend_in = None;
    assert_eq!(resend_in(&challenge, Seconds(1)), None);
}

#[test]
fn no_outcome_is_awaited_while_a_code_is() {
    let view = crate::fixture::view(SessionStatus::Processing, vec![crate::fixture::challenged("rd_1", 3)]);
    assert!(!view.awaits_outcome());
    assert!(view.challenged().is_some());
}
