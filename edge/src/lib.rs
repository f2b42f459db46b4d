//! The Cloudflare shell around `checkout-core`: routes, Durable Objects, and the one place that fetches. It decides
//! nothing about money.

mod alarm;
mod api;
mod border;
mod calls;
mod checkout;
#[cfg(feature = "crash-points")]
mod crash_points;
mod gate;
mod held;
mod idempotency;
mod ledger;
mod log;
mod outbox;
mod page;
mod provider_call;
mod provider_gate;
mod routes;
mod setup;
mod shop;
mod voucher;
mod webhooks;

use worker::{Context, Env, Request, Response, Result, event};

/// Every request. A configuration that is incomplete is told to whoever asks, before anything else is done.
#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> Result<Response> {
    routes::answer(request, env).await
}
