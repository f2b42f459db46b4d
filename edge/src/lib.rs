//! The Cloudflare shell around `checkout-core`: routes, Durable Objects, and the one place that fetches. It decides
//! nothing about money.

mod api;
mod http;
mod log;
mod objects;
mod page;
mod problem;
mod provider;
mod routes;
mod runtime;
mod webhooks;

use worker::{Context, Env, Request, Response, Result, event};

/// Answers every request. An incomplete configuration is reported before anything else is done.
#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> Result<Response> {
    routes::answer(request, env).await
}
