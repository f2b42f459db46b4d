//! The invariants of the simulation.

use super::desk::{Desk, Payment};
use super::manner::Manner;
use super::provider::{Charge, Progress};
use super::state::World;
use crate::ledger::Replay;
use crate::provider::Reply;
use crate::recovery::{Doubt, ProviderAnswer};
use crate::session::{Entry, Redemption, RedemptionState, Return, Session, Stage};
use checkout_wire::{Millis, Minor};
use proptest::prelude::*;

pub(super) type Checked = Result<(), TestCaseError>;

/// Checks a charge, or a code, before it is sent: its entry is written, nothing that was sent for the payment can still take money,
/// and no other payment with the same voucher may have taken some without a known outcome (laws 2 and 4).
pub(super) fn about_to_send(world: &mut World, me: Payment) -> Checked {
    prop_assert_eq!(world.one(me.desk, me.number).stage(), Stage::Sending);
    let is_first = world.desks[me.desk].sent.insert(me.number);
    let may_take = world.strays.iter().any(|stray| stray.takes_money_of(world, me))
        || world.provider.charge_of(me).is_some_and(|charge| charge.progress != Progress::Failed);
    let by_code = world.manner(me.desk, me.number) == Manner::ByCode;
    prop_assert!((is_first || by_code) && !may_take, "{:?} is charged twice", me);
    let voucher = world.desks[me.desk].vouchers[me.number];
    for (at, desk) in world.desks.iter().enumerate() {
        for (number, one) in desk.session.redemptions.iter().enumerate() {
            let other = Payment { desk: at, number };
            // A payment that comes into doubt again counted as not charged when the voucher was unlocked.
            let in_doubt =
                is_unsettled(one) && desk.sent.contains(&number) && !desk.settled.contains(&number);
            let holds = other != me && desk.vouchers[number] == voucher && in_doubt;
            prop_assert!(!holds, "{:?} is charged while {:?} is in doubt", me, other);
        }
    }
    Ok(())
}

/// Checks a code before it is sent once more: it may be carried out only now, so the session must still need the money.
pub(super) fn about_to_repeat(world: &World, me: Payment) -> Checked {
    let (one, session) = (world.one(me.desk, me.number), &world.desks[me.desk].session);
    prop_assert!(session.ended_at().is_none(), "repeated after the end: {:?}", one);
    Ok(())
}

/// Returns whether its outcome is not known, in review or not.
pub(super) const fn is_unsettled(one: &Redemption) -> bool {
    matches!(one.state, RedemptionState::Begun | RedemptionState::InDoubt { .. })
}

/// Checks that a payment goes to review only if the provider gives no way to determine its outcome.
pub(super) fn asked_a_person(
    world: &World,
    desk: usize,
    payment: usize,
    entry: &Entry,
    answer: &ProviderAnswer,
) -> Checked {
    let one = world.one(desk, payment);
    if !matches!(entry, Entry::LeftToPerson { .. }) {
        return Ok(());
    }
    let shell = &world.desks[desk];
    let voucher = &world.provider.vouchers[shell.vouchers[payment]];
    if voucher.manner.is_by_balance() && !shell.settled.contains(&payment) {
        prop_assert!(shell.pins.contains(&payment), "its PIN is erased too early: {:?}", one);
    }
    let too_much =
        world.provider.charge_of(Payment { desk, number: payment }).is_some_and(Charge::is_too_much);
    let blurred = voucher.manner.is_by_balance() && voucher.spent_elsewhere > Minor::ZERO;
    // The missing amount may have been spent elsewhere since the charge.
    let in_time = one.sent_at.is_some_and(|at| {
        world.now - at <= world.limits.provider_timeout_ms + world.limits.not_found_grace_ms
    });
    let by_code = voucher.manner == Manner::ByCode;
    let inferred_late =
        voucher.manner.is_by_balance() && (by_code || one.was_unchanged || !in_time || !one.is_open());
    let often = matches!(one.state, RedemptionState::InDoubt { .. })
        && one.recovery.asked + 1 >= world.limits.settle_backoff_ms.len();
    // The provider reported a success and then contradicted it: neither answer outweighs the other.
    let unsaid = matches!(one.state, RedemptionState::InDoubt { doubt: Doubt::Unconfirmed, .. });
    let clear = matches!(answer, Ok(Reply::Paid(_) | Reply::Failed | Reply::Reversed)) && !unsaid;
    let excused = too_much || blurred || inferred_late;
    prop_assert!(excused || (often && !clear), "a person is asked after {:?}: {:?}", answer, one);
    Ok(())
}

/// Checks that the ledger alone restores the session's state after a stop at any point (law 2).
pub(super) fn ledger_tells_all(world: &World, desk: usize) -> Checked {
    let desk = &world.desks[desk];
    let again = Session::replay(desk.ledger.iter().cloned()).unwrap();
    prop_assert_eq!(&again.redemptions, &desk.session.redemptions);
    prop_assert_eq!(
        (again.canceled_at, again.expired_at),
        (desk.session.canceled_at, desk.session.expired_at)
    );
    Ok(())
}

/// Checks the payments once nothing is due and before late webhooks arrive: every open payment is in review, and a charge was
/// counted as not charged only if the provider's answers allowed no other result.
pub(super) fn nothing_is_forgotten(world: &World) -> Checked {
    for (desk, number) in payments(world) {
        let one = world.one(desk, number);
        prop_assert!(!one.is_open() || one.is_left_to_person(), "left open: {:?}", one);
        let session = &world.desks[desk].session;
        let goes_back = session.ended_at().is_some() && one.is_success() && one.begun.reverses;
        prop_assert!(!goes_back || one.reversal.is_some(), "not given back: {:?}", one);
        change_is_known(world, Payment { desk, number })?;
        if let Some(back) = &one.reversal {
            let ended = matches!(back.stage, Return::Done | Return::Refused(_));
            prop_assert!(ended || back.is_left_to_person(&world.limits), "left open: {:?}", one);
        }
        if matches!(one.state, RedemptionState::Declined { .. } | RedemptionState::NotSent { .. }) {
            let Some(charge) = world.provider.charge_of(Payment { desk, number }) else { continue };
            // The last look-up is a day after the one that did not find the charge.
            let late = charge.at - one.recovery.changed_at >= Millis::DAY;
            let excused = late || charge.was_denied;
            prop_assert!(
                charge.holds() == Minor::ZERO || excused,
                "taken and forgotten: {:?} {:?}",
                charge,
                one
            );
        }
    }
    Ok(())
}

/// Checks that the change voucher of a success is kept, or marked as possible (law 5).
fn change_is_known(world: &World, payment: Payment) -> Checked {
    let (one, shell) = (world.one(payment.desk, payment.number), &world.desks[payment.desk]);
    let charge = world.provider.charge_of(payment).filter(|charge| charge.change().is_some());
    if let Some(charge) = charge.filter(|_| one.is_success()) {
        let is_kept = shell.changes.contains(&payment.number);
        prop_assert!(is_kept || !charge.told, "a change voucher is lost: {:?}", one);
        prop_assert_eq!(one.change_unknown(), !is_kept, "{:?}", one);
    }
    Ok(())
}

/// Checks at the very end that the money taken by the provider is credited or in review, to the cent (laws 3 and 5).
pub(super) fn books_agree(world: &World) -> Checked {
    for (desk, number) in payments(world) {
        let one = world.one(desk, number);
        let charge = world.provider.charge_of(Payment { desk, number });
        let holds = charge.map_or(Minor::ZERO, Charge::holds);
        let of_person =
            one.reversal.as_ref().is_some_and(|reversal| reversal.is_left_to_person(&world.limits));
        // The provider reported a success, did not answer the look-up that should confirm it, and in the end took nothing.
        let word_broken = world.desks[desk].unconfirmed.contains(&number)
            && charge.is_some_and(|charge| charge.progress == Progress::Failed && charge.was_undecided);
        // A shopper may spend the same amount elsewhere before the first look at the balance. The credit is marked then.
        let inferred = matches!(one.state, RedemptionState::Succeeded { inferred: true, .. });
        let voucher = &world.provider.vouchers[world.desks[desk].vouchers[number]];
        let by_code = voucher.manner == Manner::ByCode;
        let misled =
            inferred && !by_code && !one.was_unchanged && voucher.spent_elsewhere >= one.begun.amount;
        prop_assert!(one.credited() <= one.begun.amount, "more than asked for: {:?}", one);
        if !one.is_left_to_person() && !of_person && !word_broken && !misled {
            prop_assert_eq!(one.credited(), holds, "{:?} {:?}", one, charge);
        }
        change_is_known(world, Payment { desk, number })?;
    }
    for desk in &world.desks {
        let session = &desk.session;
        let received: Minor = session.redemptions.iter().map(|one| one.credited()).sum();
        let owed = match session.canceled_at.or(session.expired_at) {
            Some(_) => received,
            None => received - session.parameters.amount,
        };
        prop_assert_eq!((session.received(), session.owed()), (received, owed.max(Minor::ZERO)));
    }
    prop_assert!(world.provider.vouchers.iter().all(|voucher| voucher.left >= Minor::ZERO));
    Ok(())
}

fn payments(world: &World) -> impl Iterator<Item = (usize, usize)> {
    let numbers = |(at, desk): (usize, &Desk)| (0..desk.vouchers.len()).map(move |n| (at, n));
    world.desks.iter().enumerate().flat_map(numbers)
}
