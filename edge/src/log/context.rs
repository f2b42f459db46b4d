//! The request and the session that a log line belongs to. A future that runs [`within`] a context has it whenever it is polled, even if
//! other requests run in between.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};
use serde_json::{Map, Value};
use std::cell::RefCell;

/// The context of a piece of work.
#[derive(Clone, Default)]
pub struct LogContext {
    /// The id of the request that caused it, which its answer has as `Request-Id`; `None` for the work of an alarm.
    pub request: Option<String>,
    /// The session, `cs_…`.
    pub session: Option<String>,
}

thread_local! {
    static CURRENT: RefCell<LogContext> = const { RefCell::new(LogContext { request: None, session: None }) };
}

/// Returns the id of the request for which this code runs.
pub fn request_id() -> Option<String> {
    CURRENT.with_borrow(|current| current.request.clone())
}

/// Adds the context to a log line.
pub fn add_to(line: &mut Map<String, Value>) {
    CURRENT.with_borrow(|current| {
        for (name, value) in [("request", &current.request), ("session", &current.session)] {
            if let Some(value) = value {
                line.insert(name.to_owned(), value.as_str().into());
            }
        }
    });
}

/// Runs a future in a context.
pub fn within<F: Future>(context: LogContext, work: F) -> Within<F> {
    Within { context, work: Box::pin(work) }
}

/// A future that runs in a context.
pub struct Within<F> {
    context: LogContext,
    work: Pin<Box<F>>,
}

impl<F: Future> Future for Within<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<F::Output> {
        let outer = CURRENT.replace(self.context.clone());
        let polled = self.work.as_mut().poll(task);
        CURRENT.set(outer);
        polled
    }
}

#[cfg(test)]
mod tests;
