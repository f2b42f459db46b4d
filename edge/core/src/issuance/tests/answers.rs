//! Tests of the effect of every answer on an order: to the order, to the repeated order, and to a look-up.

use super::*;
use crate::provider::Paid;

const SILENCE: [Doubt; 5] = [Doubt::Pending, Doubt::Timeout, Doubt::Cut, Doubt::Unreadable, Doubt::Stopped];

/// Returns replies that no provider's document lists as an answer to an order.
fn odd() -> [Reply; 8] {
    use Reply::*;
    let viewed = crate::provider::Viewed { amount: Minor(2_000), spendable: true, shown: Map::new() };
    [Paid(paid(None)), Failed, Pending, NotFound, Reversed, Busy, Balance(Minor(2_000)), Viewed(viewed)]
}

fn paid(amount: Option<Minor>) -> Paid {
    Paid { amount, transaction: Some("14975698673".into()), ..Paid::default() }
}

fn limits() -> Limits {
    Limits::default()
}

#[test]
fn the_step_for_each_answer_to_the_first_order() {
    let order = order_after([]);
    for amount in [Some(Minor(2_000)), None] {
        let (step, secret) = order.answered(Ok(voucher(amount)));
        assert_eq!(
            (step, secret.is_some()),
            (issued(Some(Minor(2_000))), true),
            "what was ordered, when it is not told"
        );
    }
    assert_eq!(order.answered(Ok(voucher(Some(Minor(1_900))))).0, issued(Some(Minor(1_900))));
    for code in DeclineCode::ALL {
        let (step, secret) = order.answered(Ok(Reply::Declined(refusal(*code))));
        assert_eq!((step, secret), (refused("their words"), None), "{code:?}");
    }
    let clash = order.answered(Ok(Reply::Conflict(refusal(DeclineCode::ProviderBusy))));
    assert_eq!(clash, (doubted_by("their words", true), None));
}

// Law 3: a missing or unusable answer leaves the outcome open.
#[test]
fn law_3_no_answer_to_an_order_is_a_doubt_and_no_refusal() {
    let (first, later) = (order_after([]), order_after([doubted(Doubt::Timeout)]));
    for doubt in SILENCE {
        assert_eq!(first.answered(Err(doubt)), (doubted(doubt), None));
        assert_eq!(later.answered(Err(doubt)), (asked(), None));
        assert_eq!(first.looked_up(Err(doubt), Millis::MAX, &limits()), (doubted(Doubt::Unreadable), None));
        assert_eq!(later.looked_up(Err(doubt), Millis::MAX, &limits()), (asked(), None));
    }
    for reply in odd() {
        assert_eq!(first.answered(Ok(reply.clone())), (doubted(Doubt::Unreadable), None), "{reply:?}");
        assert_eq!(later.answered(Ok(reply.clone())), (asked(), None), "{reply:?}");
    }
}

// Law 3: the first order may have been accepted, and may be the reason why the second one is refused.
#[test]
fn law_3_only_a_voucher_settles_a_second_sending() {
    let order = order_after([doubted(Doubt::Timeout)]);
    let (step, secret) = order.answered(Ok(voucher(None)));
    assert_eq!((step, secret.is_some()), (issued(Some(Minor(2_000))), true));
    for code in
        [DeclineCode::VoucherRefused, DeclineCode::InsufficientFunds, DeclineCode::ProviderUnavailable]
    {
        assert_eq!(order.answered(Ok(Reply::Declined(refusal(code)))).0, asked_by("their words", false));
    }
}

// Law 3: once an order may have been accepted, "not authorised" concerns the caller and not the order.
#[test]
fn law_3_a_refused_key_settles_only_an_order_sent_once() {
    let no = || Ok(Reply::Declined(refusal(DeclineCode::ProviderUnavailable)));
    assert_eq!(order_after([]).answered(no()).0, refused("their words"));
    for steps in [vec![doubted(Doubt::Timeout)], vec![doubted(Doubt::Cut), asked(), asked()]] {
        assert_eq!(order_after(steps).answered(no()), (asked_by("their words", false), None));
    }
    // Our own process stopped, and the answer arrives late: it may be the second one.
    let orphan = order_after([order_after([]).orphaned()]);
    assert_eq!(orphan.answered(no()), (asked_by("their words", false), None));
}

// Law 3: a conflict says neither that the first order was carried out, nor that it was not.
#[test]
fn law_3_an_order_with_a_conflict_is_sent_twice_more_and_then_goes_to_review() {
    let clash = || Ok(Reply::Conflict(refusal(DeclineCode::ProviderBusy)));
    let mut order = order_after([]);
    let mut sent = 1;
    let (step, _) = order.answered(clash());
    order.apply(NOW, step);
    while order.due_at(&limits()).is_some() {
        assert!(!order.is_left_to_person(&limits()));
        let (step, secret) = order.answered(clash());
        assert_eq!((&step, secret), (&asked_by("their words", true), None));
        order.apply(NOW, step);
        sent += 1;
    }
    assert_eq!((sent, order.is_left_to_person(&limits()), order.status()), (3, true, "unknown"));
    // The merchant repeats its request: both outcomes are still possible.
    let (step, _) = order.answered(Ok(voucher(Some(Minor(2_000)))));
    assert_eq!(step, issued(Some(Minor(2_000))));
    // Any other answer in between restarts the count.
    order.apply(NOW, asked());
    assert!(!order.is_left_to_person(&limits()));
}

#[test]
fn the_step_for_each_answer_to_a_look_up() {
    let order = order_after([doubted(Doubt::Timeout)]);
    let ask = |answer: ProviderAnswer| order.looked_up(answer, NOW + Millis(5_000), &limits());
    // The voucher is issued, but only its recipient knows its number.
    assert_eq!(ask(Ok(Reply::Paid(paid(Some(Minor(2_000)))))), (issued(Some(Minor(2_000))), None));
    assert_eq!(ask(Ok(Reply::Paid(paid(None)))), (issued(Some(Minor(2_000))), None));
    for other in [1_999, 2_001, 0] {
        assert_eq!(ask(Ok(Reply::Paid(paid(Some(Minor(other)))))), (asked(), None), "{other}: not our order");
    }
    for back in [Reply::Reversed, Reply::Failed] {
        assert!(matches!(ask(Ok(back)), (Step::Refused { .. }, None)));
    }
    for open in [
        Ok(Reply::Pending),
        Ok(Reply::Busy),
        Ok(Reply::Balance(Minor(2_000))),
        Ok(Reply::Declined(refusal(DeclineCode::VoucherRefused))),
        Ok(Reply::Conflict(refusal(DeclineCode::ProviderBusy))),
        Err(Doubt::Timeout),
    ] {
        assert_eq!(order.looked_up(open.clone(), Millis::MAX, &limits()), (asked(), None), "{open:?}");
    }
}

#[test]
fn law_3_not_found_is_final_only_after_the_grace_period() {
    let order = order_after([doubted(Doubt::Timeout)]);
    // The grace period counts from the doubt: the process may have been held up between recording the order and sending it.
    let doubted_at = NOW + Millis(1_000);
    assert_eq!((order.created_at, order.recovery.doubted_at), (NOW, Some(doubted_at)));
    let ask = |after: Millis| order.looked_up(Ok(Reply::NotFound), doubted_at + after, &limits()).0;
    for after in [Millis::ZERO, Millis(1_000), limits().not_found_grace_ms - Millis(1)] {
        assert_eq!(ask(after), asked(), "{after:?}");
    }
    assert!(matches!(ask(limits().not_found_grace_ms), Step::Refused { .. }));
}

#[test]
fn a_voucher_without_a_number_is_issued_all_the_same() {
    let (step, secret) = order_after([])
        .answered(Ok(Reply::Issued(Issued { finalization_pending: true, ..Issued::default() })));
    let expected = Step::Issued {
        amount: Some(Minor(2_000)),
        transaction: None,
        finalization_pending: true,
        shown: Map::new(),
    };
    assert_eq!((step.clone(), secret), (expected, None));
    let order = order_after([step]);
    let view = order.view(None, None, &limits());
    assert_eq!(
        (view["status"].as_str(), view["finalization_pending"].as_bool()),
        (Some("issued"), Some(true))
    );
    assert!(view.get("voucher_number").is_none() && !order.is_open());
}

// Law 2: after a stop at any point, the ledger shows how far the order got.
#[test]
fn law_2_an_order_without_a_report_is_in_doubt() {
    let order = order_after([]);
    assert_eq!(order.due_at(&limits()), Some(NOW + limits().provider_timeout_ms + Millis(5_000)));
    assert!(order.is_open() && !order.is_left_to_person(&limits()));
    assert_eq!(order.orphaned(), doubted(Doubt::Stopped));
    let orphan = order_after([order.orphaned()]);
    assert_eq!((orphan.status(), orphan.is_open()), ("unknown", true));
    assert_eq!(orphan.due_at(&limits()), Some(NOW + Millis(1_000) + limits().settle_backoff_ms[0]));
    for settled in [issued(None), refused("no")] {
        let order = order_after([settled]);
        assert_eq!(
            (order.due_at(&limits()), order.is_open(), order.is_left_to_person(&limits())),
            (None, false, false)
        );
    }
}

#[test]
fn the_pauses_between_look_ups_grow_and_end() {
    let limits =
        Limits { settle_backoff_ms: vec![Millis(1_000), Millis(2_000), Millis(3_000)], ..Limits::default() };
    let mut order = order_after([doubted(Doubt::Timeout)]);
    let mut now = NOW + Millis(1_000);
    for pause in [1_000, 2_000, 3_000] {
        assert_eq!(order.due_at(&limits), Some(now + Millis(pause)));
        now += Millis(pause);
        order.apply(now, asked());
    }
    assert_eq!(
        (order.due_at(&limits), order.is_left_to_person(&limits), order.is_open()),
        (None, true, true)
    );
}

// Law 5: an issued voucher is never lost, even if the order counted as refused before.
#[test]
fn law_5_a_late_issue_overrides_a_refusal() {
    let mut order = order_after([doubted(Doubt::Timeout), refused("not found")]);
    assert_eq!(order.status(), "refused");
    order.apply(NOW + Millis(9_000), doubted(Doubt::Cut));
    order.apply(NOW + Millis(9_000), refused("other words"));
    assert_eq!(order.stage, IssuanceStage::Refused("not found".into()));
    order.apply(NOW + Millis(10_000), issued(Some(Minor(2_000))));
    assert_eq!(order.status(), "issued");
    for later in [refused("no"), doubted(Doubt::Cut), asked(), issued(Some(Minor(1))), ordered()] {
        let before = format!("{order:?}");
        order.apply(NOW + Millis(11_000), later);
        assert_eq!(format!("{order:?}"), before);
    }
}
