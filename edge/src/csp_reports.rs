//! Browsers' reports about violations of our pages' content security policy.

use crate::http::{HttpResult, body, header};
use crate::objects::calls::{self, NoteViolations};
use crate::runtime::now;
use checkout_core::Config;
use checkout_core::violation::read;
use std::cell::Cell;
use worker::{Env, Request, ResponseBuilder};

/// The reports that one instance of the Worker takes in a minute. Anybody can send reports, so that more would only cost more.
const MOST_PER_MINUTE: u32 = 20;
/// The media type of a report of CSP Level 2, which Firefox and Safari send.
const OLDER: &str = "application/csp-report";

thread_local! {
    /// The current minute, and the reports taken in it.
    static TAKEN: Cell<(i64, u32)> = const { Cell::new((0, 0)) };
}

/// Answers `POST /v1/csp_reports`, in the same way whether the report counts or not.
pub async fn receive(mut request: Request, env: &Env, config: &Config) -> HttpResult {
    let is_older = header(request.headers(), "content-type").is_some_and(|sent| sent.starts_with(OLDER));
    let report = body(&mut request, if is_older { OLDER } else { "application/reports+json" }).await?;
    let violations = read(&report, &config.public_url, now());
    if !violations.is_empty() && takes_another() {
        _ = calls::attention(env, &NoteViolations { violations }).await;
    }
    Ok(ResponseBuilder::new().with_status(204).empty())
}

fn takes_another() -> bool {
    let minute = now().0 / 60_000;
    let taken = match TAKEN.get() {
        (of, taken) if of == minute => taken,
        _ => 0,
    };
    TAKEN.set((minute, taken + 1));
    taken < MOST_PER_MINUTE
}
