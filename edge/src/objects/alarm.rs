//! The work of an object's alarm: it settles what is due and delivers events concurrently, so that a slow
//! server of the merchant does not delay payments.

use crate::problem::Problem;
use crate::runtime::now;
use checkout_wire::Millis;
use core::future::Future;
use core::pin::pin;
use core::time::Duration;
use futures_util::future::{Either, maybe_done, select};
use worker::Delay;

/// The longest timer: timers of browsers and workerd are limited to 24 days.
const LONGEST: Millis = Millis::MINUTE;

/// Runs `settle` now and whenever `next_due` is reached while `deliver` runs; ends when both
/// are done. An error of either one ends it too, once the step of the other one is complete.
pub async fn ring<S: Future<Output = Result<(), Problem>>>(
    settle: impl Fn() -> S,
    next_due: impl Fn() -> Result<Option<Millis>, Problem>,
    deliver: impl Future<Output = Result<(), Problem>>,
) -> Result<(), Problem> {
    let mut delivery = pin!(maybe_done(deliver));
    loop {
        let settled = match select(pin!(settle()), delivery.as_mut()).await {
            Either::Left((settled, _)) => settled,
            Either::Right(((), settling)) => settling.await,
        };
        let at = match settled.and_then(|()| next_due()) {
            Ok(Some(at)) => at,
            ended => {
                // The attempt of an event in flight must be recorded, or the event would be sent again and
                // again.
                delivery.as_mut().await;
                return delivery.take_output().unwrap_or(Ok(())).and(ended.map(drop));
            }
        };
        let Millis(wait) = (at - now()).min(LONGEST);
        let delay = Delay::from(Duration::from_millis(u64::try_from(wait).unwrap_or_default()));
        if let Either::Left(_) = select(delivery.as_mut(), delay).await {
            return delivery.take_output().unwrap_or(Ok(()));
        }
    }
}
