//! The Cloudflare shell around `checkout-core`: routes, Durable Objects, and the one place that calls `fetch`. It makes no decisions about
//! money.

mod access;
mod api;
mod client_secret;
mod csp_reports;
mod http;
mod index;
mod log;
mod needed_keys;
mod objects;
mod outgoing;
mod page;
mod problem;
mod provider;
mod routes;
mod runtime;
mod webhooks;
mod zone;

use worker::{Context, Env, Request, Response, Result, ScheduleContext, ScheduledEvent, event};

/// Answers every request. An incomplete configuration is reported first.
#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> Result<Response> {
    routes::answer(request, env, &context).await
}

/// Checks for causes that need a person's attention, on the schedule of the triggers in `wrangler.toml`.
#[event(scheduled)]
async fn scheduled(_event: ScheduledEvent, env: Env, _context: ScheduleContext) {
    objects::attention::wake(&env).await;
}
