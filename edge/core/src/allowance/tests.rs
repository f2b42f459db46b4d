use super::*;

const NOW: Millis = Millis(1_800_000_000_000);
const HOUR: Millis = Millis::HOUR;

fn voucher(n: u32) -> VoucherId {
    VoucherId::of(&format!("{n:032x}")).unwrap()
}

fn limits() -> Limits {
    Limits { issued_per_day: 3, issued_per_day_up_to: Minor(1_000), ..Limits::default() }
}

#[test]
fn a_day_takes_so_much_money() {
    let mut day = Allowance::default();
    assert_eq!(day.reserve(&voucher(1), Minor(400), &limits(), NOW), None);
    assert_eq!(day.reserve(&voucher(2), Minor(600), &limits(), NOW + HOUR), None);
    let wait = Millis::DAY - HOUR.times(2);
    assert_eq!(day.reserve(&voucher(3), Minor(1), &limits(), NOW + HOUR.times(2)), Some(wait));
    assert_eq!(day.reserve(&voucher(3), Minor(500), &limits(), NOW + HOUR.times(2)), Some(wait + HOUR));
    assert_eq!(day.reserve(&voucher(3), Minor(1_001), &limits(), NOW + HOUR.times(2)), Some(Millis::DAY));
    assert_eq!(day.reserve(&voucher(3), Minor(400), &limits(), NOW + Millis::DAY), None);
}

#[test]
fn a_day_takes_so_many_vouchers() {
    let mut day = Allowance::default();
    for n in 0..3 {
        assert_eq!(day.reserve(&voucher(n), Minor::ZERO, &limits(), NOW), None);
    }
    assert_eq!(day.reserve(&voucher(3), Minor::ZERO, &limits(), NOW), Some(Millis::DAY));
}

#[test]
fn an_order_that_is_sent_again_is_counted_once() {
    let mut day = Allowance::default();
    for _ in 0..5 {
        assert_eq!(day.reserve(&voucher(1), Minor(1_000), &limits(), NOW), None);
    }
    assert_eq!(day.reserve(&voucher(2), Minor(1), &limits(), NOW), Some(Millis::DAY));
}

#[test]
fn the_outcome_counts() {
    let mut day = Allowance::default();
    assert_eq!(day.reserve(&voucher(1), Minor::ZERO, &limits(), NOW), None);
    day.settle(&voucher(1), Some(Minor(1_000)));
    assert_eq!(day.reserve(&voucher(2), Minor(1), &limits(), NOW), Some(Millis::DAY));
    day.settle(&voucher(1), None);
    assert_eq!(day.reserve(&voucher(2), Minor(1_000), &limits(), NOW), None);
    day.settle(&voucher(9), Some(Minor(1)));
    assert_eq!(day.0.len(), 1);
}
