use super::*;
use crate::reconciliation::day::Day;
use crate::reconciliation::matching::{Matching, Period};
use crate::reconciliation::statement::Unreadable;

/// A line the same, one with other cents, one extra, one of a declined payment, one that cannot be read; and a payment missing.
fn report() -> Report {
    let payment = |id: &str, status: &str| {
        let text = format!(
            r#"{{"id":"rd_{id}","checkout_session":{{"id":"cs_{id}","reference":"=order {id}"}},"provider":"kora","status":"{status}",
            "amount":24900,"provider_reference":"{id}","provider_transaction":"T{id}","created_at":"2026-11-05"}}"#
        );
        let Ok(payment) = serde_json::from_str::<MerchantRedemption>(&text) else { panic!("{text}") };
        payment
    };
    let payments = vec![
        payment("a", "succeeded"),
        payment("b", "succeeded"),
        payment("c", "succeeded"),
        payment("d", "declined"),
    ];
    let ours = Ours::new(payments, Vec::new(), "kora", false, Day::parse);
    let line = |number, reference: &str, amount| Line {
        number,
        reference: reference.to_owned(),
        transaction: String::new(),
        amount: Minor(amount),
        day: Day::parse("2026-11-05"),
    };
    let lines = vec![line(2, "a", 24_900), line(3, "b", 24_899), line(4, "x", -500), line(5, "d", 24_900)];
    let wrong = Unreadable {
        number: 6,
        reference: "@b".to_owned(),
        transaction: String::new(),
        reason: "“x” is no amount".to_owned(),
    };
    let statement = Statement { lines, unreadable: vec![wrong], bad_days: 0, month_first: false };
    let Some(day) = Day::parse("2026-11-05") else { panic!("no day") };
    let mut matching = Matching::new(&statement.lines, &ours.movements);
    matching.same(0..4);
    matching.others(0..4);
    let matches = matching.finish(Period { from: day, to: day });
    Report::new(statement, ours, matches)
}

#[test]
fn the_parts_have_their_sums() {
    let report = report();
    let sum = |count, amount| Sum { count, amount: Minor(amount) };
    assert_eq!(report.sums(Part::Same), (sum(1, 24_900), sum(1, 24_900)));
    assert_eq!(report.sums(Part::Different), (sum(1, 24_899), sum(1, 24_900)));
    assert_eq!(report.sums(Part::Missing), (sum(2, 24_400), sum(1, 24_900)));
    assert_eq!(report.sums(Part::Outside), (sum(0, 0), sum(0, 0)));
    assert!(!report.agrees());
}

#[test]
fn a_line_names_a_payment_that_took_nothing() {
    let report = report();
    let named: Vec<_> = report
        .lines(Part::Missing)
        .map(|(_, line, _)| report.named(line).map(|one| one.id.as_str()))
        .collect();
    assert_eq!(named, [None, Some("rd_d")]);
}

#[test]
fn the_file_has_everything_once() {
    let expected = "result,line,reference,transaction,statement_day,statement_amount,our_amount,difference,redemption,checkout_session,order,status,our_day\r\n\
        matched,2,a,,2026-11-05,249.00,249.00,0.00,rd_a,cs_a,'=order a,succeeded,2026-11-05\r\n\
        amounts_differ,3,b,,2026-11-05,248.99,249.00,-0.01,rd_b,cs_b,'=order b,succeeded,2026-11-05\r\n\
        only_on_statement,4,x,,2026-11-05,-5.00,,,,,,,\r\n\
        only_on_statement,5,d,,2026-11-05,249.00,,,rd_d,cs_d,'=order d,declined,\r\n\
        only_here,,c,,,,249.00,,rd_c,cs_c,'=order c,succeeded,2026-11-05\r\n\
        unreadable,6,'@b,,,,,,,,,,\r\n";
    for size in 1..6 {
        assert_eq!(report().file(size).collect::<String>(), expected, "in pieces of {size}");
    }
}
