//! The work of an object's alarm: it settles what is due, delivers events and feeds the index concurrently, so that a slow
//! server of the merchant does not delay payments, a slow provider does not delay events, and a slow index delays neither.
//! [`LedgerObject::next_alarm`](super::ledger_object::LedgerObject::next_alarm) determines when it fires.

use crate::problem::Problem;
use crate::runtime::now;
use checkout_wire::Millis;
use core::pin::pin;
use core::time::Duration;
use futures_util::future::{Either, LocalBoxFuture, MaybeDone, maybe_done, select};
use worker::Delay;

/// The longest timer: timers of browsers and workerd are limited to 24 days.
const LONGEST: Millis = Millis::MINUTE;
/// The pause before the next check for events during a call to a provider.
const LOOK_AGAIN: Millis = Millis::SECOND;

/// Starts a piece of work. Boxed, so that the Worker contains the code below once for all objects.
pub type Start<'a> = dyn Fn() -> LocalBoxFuture<'a, Result<(), Problem>> + 'a;
/// Returns when the next task is due.
pub type NextDue<'a> = dyn Fn() -> Result<Option<Millis>, Problem> + 'a;

/// Runs `settle` now and whenever `next_due` is reached while `deliver` or `feed` runs; ends when all
/// are done. An error of either of the first two ends it too, once the step of the other ones is complete.
pub async fn ring(
    settle: &Start<'_>,
    next_due: &NextDue<'_>,
    deliver: &Start<'_>,
    feed: LocalBoxFuture<'_, ()>,
) -> Result<(), Problem> {
    let mut feeding = pin!(feed);
    let both = settle_and_deliver(settle, next_due, deliver);
    let mut result = match select(pin!(both), feeding.as_mut()).await {
        Either::Left((result, _)) => result,
        Either::Right(((), both)) => return both.await,
    };
    // Nothing else waits for a slow index.
    while result.is_ok() {
        if let Either::Left(_) = select(feeding.as_mut(), pin!(delay(LOOK_AGAIN))).await {
            return result;
        }
        let both = pin!(settle_and_deliver(settle, next_due, deliver));
        result = match select(both, feeding.as_mut()).await {
            Either::Left((result, _)) => result,
            Either::Right(((), both)) => return both.await,
        };
    }
    feeding.await;
    result
}

/// Runs `settle` now and whenever `next_due` is reached while `deliver` runs; ends when both
/// are done. An error of either one ends it too, once the step of the other one is complete.
async fn settle_and_deliver(
    settle: &Start<'_>,
    next_due: &NextDue<'_>,
    deliver: &Start<'_>,
) -> Result<(), Problem> {
    let mut delivery = pin!(maybe_done(deliver()));
    loop {
        let mut settling = pin!(settle());
        let settled = loop {
            if let Either::Left((settled, _)) = select(settling.as_mut(), delivery.as_mut()).await {
                break settled;
            }
            if matches!(*delivery, MaybeDone::Done(Err(_))) {
                break settling.await;
            }
            // A shopper's call may have written an event since.
            if let Either::Left((settled, _)) = select(settling.as_mut(), pin!(delay(LOOK_AGAIN))).await {
                break settled;
            }
            delivery.set(maybe_done(deliver()));
        };
        let at = match settled.and_then(|()| next_due()) {
            Ok(Some(at)) => at,
            ended => {
                // An attempt in flight must be recorded: an event without a recorded answer is sent again.
                delivery.as_mut().await;
                return delivery.take_output().unwrap_or(Ok(())).and(ended.map(drop));
            }
        };
        if let Either::Left(_) = select(delivery.as_mut(), pin!(delay((at - now()).min(LONGEST)))).await {
            return delivery.take_output().unwrap_or(Ok(()));
        }
    }
}

/// Waits for this long.
pub fn delay(wait: Millis) -> Delay {
    Delay::from(Duration::from_millis(u64::try_from(wait.0).unwrap_or_default()))
}
