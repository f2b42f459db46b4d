use super::*;
use proptest::prelude::*;

const PERIOD: (&str, &str) = ("2026-11-01", "2026-11-30");

fn period() -> Option<Period> {
    let (from, to) = PERIOD;
    Some(Period { from: Day::parse(from)?, to: Day::parse(to)? })
}

fn line(reference: &str, transaction: &str, amount: i64, day: &str) -> Line {
    Line {
        number: 1,
        reference: reference.to_owned(),
        transaction: transaction.to_owned(),
        amount: Minor(amount),
        day: Day::parse(day),
    }
}

fn movement(names: &[&str], amount: i64, day: &str) -> Movement {
    Movement {
        payment: 0,
        amount: Minor(amount),
        day: Day::parse(day),
        names: names.iter().map(|name| (*name).to_owned()).collect(),
    }
}

/// Matches in pieces of two lines.
fn matched(lines: &[Line], movements: &[Movement]) -> Matches {
    let mut matching = Matching::new(lines, movements);
    for at in (0..lines.len()).step_by(2) {
        matching.same(at..at + 2);
    }
    for at in (0..lines.len()).step_by(2) {
        matching.others(at..at + 2);
    }
    let Some(period) = period() else { panic!("no period") };
    matching.finish(period)
}

#[test]
fn a_line_is_matched_by_our_reference_or_by_the_transaction() {
    let movements =
        [movement(&["cs_1-1", "T1"], 100, "2026-11-05"), movement(&["cs_2-1", "T2"], 200, "2026-11-05")];
    let lines = [line("", "T2", 200, ""), line("cs_1-1", "", 100, "")];
    let result = matched(&lines, &movements);
    assert_eq!(result.lines, [Found::Same(1), Found::Same(0)]);
    assert_eq!(result.movements, [Found::Same(1), Found::Same(0)]);
}

#[test]
fn different_missing_and_extra_lines_are_reported() {
    let movements = [
        movement(&["a"], 100, "2026-11-05"),
        movement(&["b"], 200, "2026-11-05"),
        movement(&["c"], 300, "2026-11-05"),
    ];
    let lines = [line("a", "", 101, ""), line("c", "", 300, ""), line("x", "", 5, "2026-11-05")];
    let result = matched(&lines, &movements);
    assert_eq!(result.lines, [Found::Other(0), Found::Same(2), Found::Missing]);
    assert_eq!(result.movements, [Found::Other(0), Found::Missing, Found::Same(1)]);
}

#[test]
fn a_reversal_is_matched_with_returned_money() {
    let movements =
        [movement(&["a", "T"], 100, "2026-11-05"), movement(&["a-back", "a", "T"], -100, "2026-11-06")];
    for name in ["a", "a-back"] {
        let lines = [line(name, "", -100, ""), line("a", "T", 100, "")];
        assert_eq!(matched(&lines, &movements).lines, [Found::Same(1), Found::Same(0)], "{name}");
    }
    let lines = [line("a", "", -100, ""), line("a", "", -100, "")];
    assert_eq!(matched(&lines, &movements).lines, [Found::Same(1), Found::Missing]);
}

#[test]
fn a_reference_that_is_there_twice_is_matched_once() {
    let movements = [movement(&["a"], 100, "2026-11-05")];
    // The one with the same amount is the match, whichever comes first.
    let lines = [line("a", "", 90, ""), line("a", "", 100, ""), line("a", "", 100, "")];
    let result = matched(&lines, &movements);
    assert_eq!(result.lines, [Found::Missing, Found::Same(0), Found::Missing]);
    assert_eq!(result.repeated, HashSet::from([0, 2]));
    assert!(matched(&[line("", "", 1, ""), line("", "", 1, "")], &[]).repeated.is_empty());
}

#[test]
fn items_outside_the_period_do_not_count_as_missing() {
    let movements = [
        movement(&["a"], 100, "2026-10-31"),
        movement(&["b"], 100, "2026-11-01"),
        movement(&["c"], 100, "2026-11-30"),
        movement(&["d"], 100, "2026-12-01"),
        movement(&["e"], 100, "2026-12-01"),
        movement(&["f"], 100, ""),
    ];
    let lines = [
        line("x", "", 1, "2026-10-31"),
        line("y", "", 1, "2026-11-01"),
        line("z", "", 1, ""),
        line("e", "", 100, "2026-11-30"),
    ];
    let result = matched(&lines, &movements);
    assert_eq!(result.lines, [Found::Outside, Found::Missing, Found::Missing, Found::Same(4)]);
    let expected =
        [Found::Outside, Found::Missing, Found::Missing, Found::Outside, Found::Same(3), Found::Outside];
    assert_eq!(result.movements, expected);
}

fn days() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["2026-10-31", "2026-11-01", "2026-11-30", "2026-12-01", ""])
}

fn names() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["", "a", "b", "c", "d"])
}

proptest! {
    /// Checks that every line and every movement is in the result once, pairs name each other, and the sums agree to the cent.
    #[test]
    fn everything_is_in_the_result_once(
        lines in prop::collection::vec((names(), names(), -3_i64..4, days()), 0..9),
        movements in prop::collection::vec((names(), names(), -3_i64..4, days()), 0..9),
    ) {
        let lines: Vec<Line> = lines.into_iter().map(|(one, other, amount, day)| line(one, other, amount, day)).collect();
        let movements: Vec<Movement> = movements.into_iter().map(|(one, other, amount, day)| movement(&[one, other], amount, day)).collect();
        let result = matched(&lines, &movements);
        prop_assert_eq!(result.lines.len(), lines.len());
        prop_assert_eq!(result.movements.len(), movements.len());
        for (at, (line, found)) in lines.iter().zip(&result.lines).enumerate() {
            match *found {
                Found::Same(place) | Found::Other(place) => {
                    let movement = &movements[place];
                    let is_same = matches!(found, Found::Same(_));
                    prop_assert_eq!(result.movements[place], if is_same { Found::Same(at) } else { Found::Other(at) });
                    prop_assert_eq!(movement.amount == line.amount, is_same);
                    prop_assert!([&line.reference, &line.transaction].iter().any(|name| !name.is_empty() && movement.names.contains(name)));
                }
                // No unmatched pair fits.
                Found::Missing | Found::Outside => for (movement, other) in movements.iter().zip(&result.movements) {
                    let fits = [&line.reference, &line.transaction].iter().any(|name| !name.is_empty() && movement.names.contains(name));
                    let is_left = matches!(other, Found::Missing | Found::Outside);
                    prop_assert!(!(is_left && fits && (movement.amount.0 < 0) == (line.amount.0 < 0)));
                },
            }
        }
        let pairs = |found: &&Found| matches!(found, Found::Same(_) | Found::Other(_));
        prop_assert_eq!(result.lines.iter().filter(pairs).count(), result.movements.iter().filter(pairs).count());
        let all = |kinds: fn(&Found) -> bool| {
            let of_lines = Sum::of(lines.iter().zip(&result.lines).filter(|(_, found)| kinds(found)).map(|(line, _)| line.amount));
            let of_movements = Sum::of(movements.iter().zip(&result.movements).filter(|(_, found)| kinds(found)).map(|(one, _)| one.amount));
            (of_lines, of_movements)
        };
        let (same_there, same_here) = all(|found| matches!(found, Found::Same(_)));
        prop_assert_eq!(same_there, same_here);
        let parts = [
            all(|found| matches!(found, Found::Same(_))),
            all(|found| matches!(found, Found::Other(_))),
            all(|found| matches!(found, Found::Missing)),
            all(|found| matches!(found, Found::Outside)),
        ];
        let there: Minor = parts.iter().map(|(there, _)| there.amount).sum();
        let here: Minor = parts.iter().map(|(_, here)| here.amount).sum();
        prop_assert_eq!(there, lines.iter().map(|line| line.amount).sum::<Minor>());
        prop_assert_eq!(here, movements.iter().map(|movement| movement.amount).sum::<Minor>());
    }
}
