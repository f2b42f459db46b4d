//! What an object does when its alarm rings: it settles what is due and delivers events, side by side. A merchant's server that is
//! slow does not keep a shopper waiting: what comes due meanwhile is settled all the same.

use crate::problem::Problem;
use crate::runtime::now;
use checkout_wire::Millis;
use core::future::Future;
use core::pin::pin;
use core::time::Duration;
use futures_util::future::{Either, maybe_done, select};
use worker::Delay;

/// The longest timer that is set: those of browsers and workerd end at 24 days.
const LONGEST: Millis = Millis::MINUTE;

/// Performs `settle` now and whenever `next_due` comes while `deliver` goes on; ends when both are done. An
/// error of either ends it, too, but never in the middle of the other.
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
                // An event that is on its way is noted in any case, or it would be sent again and again.
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
