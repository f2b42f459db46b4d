//! Tests of webhooks about an order. A hint makes a look-up due and has no other effect.

use super::*;
use crate::provider::Paid;

fn limits() -> Limits {
    Limits::default()
}

fn due(order: &Issuance) -> Option<Millis> {
    order.due_at(&limits())
}

fn paid() -> ProviderAnswer {
    Ok(Reply::Paid(Paid { amount: Some(Minor(2_000)), ..Paid::default() }))
}

#[test]
fn a_webhook_is_recorded_if_there_is_something_to_look_up() {
    for steps in [vec![], vec![doubted(Doubt::Timeout)], vec![refused("no")]] {
        assert!(order_after(steps.clone()).is_news(), "{steps:?}");
        // Without look-ups a webhook has no effect; in particular it must not send the order again.
        assert!(!resent_after(steps.clone()).is_news(), "{steps:?}");
    }
    assert!(!order_after([issued(None)]).is_news() && !resent_after([issued(None)]).is_news());
}

#[test]
fn a_hint_makes_one_look_up_due_at_once() {
    let clashes = || [doubted_by("clash", true), asked_by("clash", true), asked_by("clash", true)];
    for steps in [vec![doubted(Doubt::Timeout)], clashes().to_vec(), vec![refused("no")]] {
        let mut order = order_after(steps.clone());
        let before = order.clone();
        order.apply(NOW + Millis(9_000), Step::Hinted);
        assert!(due(&order).is_some_and(|at| at <= NOW + Millis(9_000)), "{steps:?}");
        assert!(!order.is_left_to_person(&limits()));
        // Law 3: a webhook changes no outcome.
        assert_eq!((&order.stage, order.recovery.changed_at), (&before.stage, before.recovery.changed_at));
        order.apply(NOW + Millis(9_500), Step::Hinted);
        order.apply(NOW + Millis(10_000), asked());
        assert!(due(&order).is_none_or(|at| at > NOW + Millis(10_000)), "{steps:?}");
    }
    // The outcome stays unknown, with as many look-ups as without a webhook.
    let often = vec![asked(); limits().settle_backoff_ms.len()];
    let mut order = order_after([doubted(Doubt::Cut)].into_iter().chain(often));
    assert!(order.is_left_to_person(&limits()));
    order.apply(NOW + Millis(100_000), Step::Hinted);
    assert!(due(&order).is_some_and(|at| at <= NOW + Millis(100_000)));
    order.apply(NOW + Millis(101_000), asked());
    assert!(order.is_left_to_person(&limits()));
}

#[test]
fn a_hint_while_the_order_is_under_way_waits_for_its_answer() {
    let mut order = order_after([Step::Hinted]);
    assert_eq!(due(&order), Some(NOW + limits().provider_timeout_ms + Millis(5_000)));
    order.apply(NOW + Millis(2_000), doubted(Doubt::Timeout));
    assert_eq!(due(&order), Some(NOW + Millis(2_000)), "the doubt is looked into without a pause");
    order.apply(NOW + Millis(3_000), asked());
    assert_eq!(due(&order), Some(NOW + Millis(3_000) + limits().settle_backoff_ms[1]));
}

// Law 5: an issued voucher is never lost, whatever the earlier outcome.
#[test]
fn law_5_a_webhook_can_turn_a_refused_order_into_an_issued_one() {
    let mut order = order_after([refused("no"), Step::Hinted]);
    let (step, secret) = order.looked_up(paid(), NOW + Millis(3_000), &limits());
    assert_eq!(
        (&step, secret),
        (
            &Step::Issued {
                amount: Some(Minor(2_000)),
                transaction: None,
                finalization_pending: false,
                shown: Map::new()
            },
            None
        )
    );
    order.apply(NOW + Millis(3_000), step);
    assert_eq!((order.status(), order.recovery.hinted, due(&order)), ("issued", false, None));
    order.apply(NOW + Millis(4_000), Step::Hinted);
    assert_eq!((order.recovery.hinted, due(&order)), (false, None));
}

#[test]
fn law_3_a_refused_order_stays_refused_whatever_else_the_look_up_answers() {
    for (answer, is_answer) in [
        (Ok(Reply::Failed), true),
        (Ok(Reply::Reversed), true),
        (Ok(Reply::NotFound), false),
        (Ok(Reply::Pending), false),
        (Ok(Reply::Busy), false),
        (Ok(Reply::Declined(refusal(DeclineCode::VoucherRefused))), false),
        (Err(Doubt::Timeout), false),
    ] {
        // Early and late, when "not found" would be final for an order in doubt.
        for now in [NOW + Millis(3_000), NOW + limits().not_found_grace_ms.times(10)] {
            let mut order = order_after([refused("no"), Step::Hinted]);
            let question = order.clone();
            let (step, secret) = order.looked_up(answer.clone(), now, &limits());
            assert_eq!(secret, None);
            order.with_hint(&question, step).into_iter().for_each(|step| order.apply(now, step));
            assert_eq!(order.stage, IssuanceStage::Refused("no".into()), "{answer:?}");
            let again = (!is_answer).then(|| now + limits().settle_backoff_ms[0]);
            assert_eq!((order.recovery.hinted, due(&order)), (!is_answer, again), "{answer:?} {now:?}");
        }
    }
}

// Law 5: the provider does not repeat a webhook that was accepted, so a failed look-up must be repeated.
#[test]
fn law_5_a_webhook_about_a_refused_order_is_looked_up_until_answered() {
    let mut order = order_after([refused("no"), Step::Hinted]);
    let mut now = due(&order).unwrap();
    for pause in limits().settle_backoff_ms {
        order.apply(now, asked());
        assert_eq!(due(&order), Some(now + pause));
        now += pause;
    }
    // As many look-ups as for an unknown outcome, then none until another webhook arrives.
    order.apply(now, asked());
    assert_eq!(due(&order), None);
    order.apply(now + Millis(500), Step::Hinted);
    assert!(due(&order).is_some_and(|at| at <= now + Millis(500)));
}

#[test]
fn law_5_a_hint_survives_the_answer_to_an_earlier_look_up() {
    for (steps, answers) in [
        (vec![], vec![refused("no")]),
        (vec![doubted(Doubt::Timeout)], vec![asked(), asked_by("clash", true), refused("no")]),
        (vec![refused("no"), Step::Hinted], vec![asked(), refused("other")]),
    ] {
        let question = order_after(steps);
        for answer in answers {
            let mut order = question.clone();
            order.apply(NOW + Millis(5_000), Step::Hinted);
            let written = order.with_hint(&question, answer.clone());
            assert_eq!(written, [answer.clone(), Step::Hinted]);
            written.into_iter().for_each(|step| order.apply(NOW + Millis(6_000), step));
            assert!(due(&order).is_some_and(|at| at <= NOW + Millis(6_000)), "{answer:?}");
            // The look-up answers a hint that came before it.
            let question = order.clone();
            assert_eq!(order.with_hint(&question, answer.clone()), std::slice::from_ref(&answer));
            order.apply(NOW + Millis(7_000), answer.clone());
            assert!(due(&order).is_none_or(|at| at > NOW + Millis(7_000)), "{answer:?}");
        }
    }
}

#[test]
fn an_issued_voucher_needs_no_hint() {
    let question = order_after([doubted(Doubt::Timeout)]);
    let mut order = question.clone();
    order.apply(NOW + Millis(5_000), Step::Hinted);
    let step = issued(Some(Minor(2_000)));
    assert_eq!(order.with_hint(&question, step.clone()), [step]);
}
