//! What an object does when its alarm rings: it settles what is due and tells the shop's server what is new, beside each other. A
//! shop's server that is slow does not keep a shopper waiting: what comes due meanwhile is settled all the same.

use crate::problem::Problem;
use crate::runtime::now;
use core::future::{Future, poll_fn};
use core::pin::{Pin, pin};
use core::task::Poll;
use core::time::Duration;
use worker::Delay;

/// The longest timer that is set: those of browsers and workerd end at 24 days.
const LONGEST_MS: u64 = 60_000;

/// Performs `settle` now and whenever `next_due` (milliseconds) comes while `deliver` goes on; ends when both are done. An
/// error of either ends it, too, but never in the middle of the other.
pub async fn ring<S: Future<Output = Result<(), Problem>>>(
    settle: impl Fn() -> S,
    next_due: impl Fn() -> Result<Option<i64>, Problem>,
    deliver: impl Future<Output = Result<(), Problem>>,
) -> Result<(), Problem> {
    let mut deliver = Beside { future: pin!(deliver), done: None };
    loop {
        let at = match deliver.during(settle()).await.and_then(|()| next_due()) {
            Ok(Some(at)) => at,
            // What is being delivered is noted in any case, or it would be sent again and again.
            ended => return deliver.end().await.and(ended.map(drop)),
        };
        let wait = Duration::from_millis(u64::try_from(at - now()).unwrap_or_default().min(LONGEST_MS));
        if let Some(done) = deliver.until(Delay::from(wait)).await {
            return done;
        }
    }
}

/// A future that goes on while others are awaited.
struct Beside<'a, F, T> {
    future: Pin<&'a mut F>,
    done: Option<T>,
}

impl<T: Clone + Unpin, F: Future<Output = T>> Beside<'_, F, T> {
    fn go_on(&mut self, context: &mut core::task::Context<'_>) {
        if self.done.is_none()
            && let Poll::Ready(done) = self.future.as_mut().poll(context)
        {
            self.done = Some(done);
        }
    }

    /// The result of `main`, which is awaited to its end.
    async fn during<M: Future>(&mut self, main: M) -> M::Output {
        let mut main = pin!(main);
        poll_fn(|context| {
            self.go_on(context);
            main.as_mut().poll(context)
        })
        .await
    }

    /// Its own result, if it ends before `other` does.
    async fn until(&mut self, other: impl Future) -> Option<T> {
        let mut other = pin!(other);
        poll_fn(|context| {
            self.go_on(context);
            match &self.done {
                Some(done) => Poll::Ready(Some(done.clone())),
                None => other.as_mut().poll(context).map(|_| None),
            }
        })
        .await
    }

    /// Its own result.
    async fn end(&mut self) -> T {
        poll_fn(|context| {
            self.go_on(context);
            self.done.clone().map_or(Poll::Pending, Poll::Ready)
        })
        .await
    }
}
