//! Tests of payouts by voucher: the same money is never paid out twice, and the money of a voucher that is not issued is owed again.

use super::manual::thandi;
use super::*;
use crate::manual::ManualError;
use checkout_wire::VoucherId;
use checkout_wire::money::Currency;

fn vo(number: u32) -> VoucherId {
    VoucherId::of(&format!("{number:032x}")).unwrap()
}

fn payout(number: u32, amount: i64) -> PayoutVoucher {
    PayoutVoucher { voucher: vo(number), amount: Minor(amount), currency: Currency::Zar, by: thandi() }
}

/// Returns the session after these steps; the last one's refusal, if it is refused.
fn after(session: &Session, steps: &[(PayoutStep, &PayoutVoucher)]) -> Result<Session, ManualError> {
    let mut session = session.clone();
    for (step, payout) in steps {
        if let Some(entry) = session.pay_out_by_voucher(payout, *step)? {
            session.apply(NOW + Millis::MINUTE, entry);
        }
    }
    Ok(session)
}

/// Returns a session that ended with R 40.00 of the shopper's.
fn owing() -> Session {
    session(10_000, [begun("rd_1", 4_000), succeeded("rd_1", 4_000), Entry::Expired])
}

use PayoutStep::{Record, Release, Reserve};

#[test]
fn reserved_money_is_owed_until_the_voucher_is_issued() {
    let one = payout(1, 1_500);
    let reserved = after(&owing(), &[(Reserve, &one)]).unwrap();
    assert_eq!((reserved.owed(), reserved.reserved()), (Minor(4_000), Minor(1_500)));
    let paid = after(&reserved, &[(Record, &one)]).unwrap();
    assert_eq!((paid.owed(), paid.reserved(), paid.paid_out()), (Minor(2_500), Minor::ZERO, Minor(1_500)));
    assert_eq!(paid.payouts[0].voucher, Some(vo(1)));
    let released = after(&reserved, &[(Release, &one)]).unwrap();
    assert_eq!((released.owed(), released.reserved()), (Minor(4_000), Minor::ZERO));
}

#[test]
fn every_step_counts_once() {
    let one = payout(1, 1_500);
    let steps =
        [(Reserve, &one), (Reserve, &one), (Record, &one), (Record, &one), (Release, &one), (Reserve, &one)];
    let paid = after(&owing(), &steps).unwrap();
    assert_eq!((paid.owed(), paid.reserved(), paid.payouts.len()), (Minor(2_500), Minor::ZERO, 1));
}

#[test]
fn two_vouchers_and_a_payout_by_hand_never_pay_the_same_money() {
    let reserved = after(&owing(), &[(Reserve, &payout(1, 2_500))]).unwrap();
    let refused = after(&reserved, &[(Reserve, &payout(2, 1_501))]);
    let Err(ManualError::NotOwed(why)) = refused else { panic!("{refused:?}") };
    assert_eq!(why, "ZAR 15.01 is more than is owed: ZAR 15.00. A voucher is being ordered for the rest.");
    assert!(after(&reserved, &[(Reserve, &payout(2, 1_500))]).is_ok());
    assert!(reserved.may_pay_out(Minor(1_501)).is_err() && reserved.may_pay_out(Minor(1_500)).is_ok());
}

#[test]
fn money_of_another_currency_is_not_owed() {
    let birr = PayoutVoucher { currency: Currency::Etb, ..payout(1, 100) };
    let refused = after(&owing(), &[(Reserve, &birr)]);
    assert_eq!(refused, Err(ManualError::NotOwed("The money is owed in ZAR, not in ETB.".to_owned())));
}

#[test]
fn a_voucher_that_is_issued_after_all_is_recorded_if_the_money_is_still_owed() {
    let one = payout(1, 4_000);
    let released = [(Reserve, &one), (Release, &one)];
    let paid = after(&owing(), &[released[0], released[1], (Record, &one)]).unwrap();
    assert_eq!((paid.owed(), paid.paid_out()), (Minor::ZERO, Minor(4_000)));
    let other = payout(2, 4_000);
    let twice = after(&owing(), &[released[0], released[1], (Reserve, &other), (Record, &one)]);
    assert!(matches!(twice, Err(ManualError::NotOwed(_))), "{twice:?}");
}

#[test]
fn a_session_with_a_reserved_payout_is_not_archived() {
    let one = payout(1, 4_000);
    let paid = after(&owing(), &[(Reserve, &one), (Record, &one)]).unwrap();
    assert!(paid.archive_at(&crate::Limits::default()).is_some());
    let reserved = after(&owing(), &[(Reserve, &one)]).unwrap();
    assert_eq!(reserved.archive_at(&crate::Limits::default()), None);
}
