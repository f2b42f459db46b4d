//! The Cloudflare shell around `checkout-core`: routes, Durable Objects, and the one place that calls
//! `fetch`. It makes no decisions about money.

mod access;
mod api;
mod http;
mod index;
mod log;
mod objects;
mod page;
mod problem;
mod provider;
mod routes;
mod runtime;
mod webhooks;
mod zone;

use worker::{Context, Env, Request, Response, Result, event};

/// Answers every request. An incomplete configuration is reported first.
#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> Result<Response> {
    routes::answer(request, env).await
}
