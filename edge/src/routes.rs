//! The routes: the handler of each address.

use crate::api::{exports, lists, merchant, operations, reports, shopper};
use crate::log::context::{LogContext, within};
use crate::problem::Problem;
use crate::runtime::random_hex;
use crate::{csp_reports, http, log, needed_keys, page, runtime, webhooks};
use checkout_core::manual::ManualKind;
use checkout_wire::{ErrorCode, PageMode};
use worker::{Env, Request, Response, ResponseBuilder, Result};

/// Answers a request, in a log context of its own: the answer has the id in `Request-Id`.
pub async fn answer(request: Request, env: Env, worker: &worker::Context) -> Result<Response> {
    let id = format!("req_{}", random_hex::<12>().unwrap_or_default());
    let context = LogContext { request: Some(id.clone()), session: None };
    let mut answer = within(context, answer_within(request, env, worker)).await?;
    answer.headers_mut().set("request-id", &id)?;
    Ok(answer)
}

/// Answers a request. Failures of the Worker become a 500 problem document without their cause.
async fn answer_within(request: Request, env: Env, worker: &worker::Context) -> Result<Response> {
    // The method `clone` of a JavaScript request would copy the body; this copies the handle.
    let incoming = Clone::clone(request.inner());
    let answer = match route(request, &env, worker).await {
        Ok(answer) => Ok(answer),
        Err(RouteError::Problem(problem)) => http::problem(&problem),
        Err(RouteError::Method(allowed)) => {
            let answer = http::problem(&Problem::of(ErrorCode::MethodNotAllowed))?;
            answer.headers().set("allow", allowed)?;
            Ok(answer)
        }
    };
    let answer = answer.or_else(|error| {
        log::failed("answer", &error);
        http::problem(&Problem::of(ErrorCode::Internal))
    })?;
    http::drain(incoming).await;
    http::guarded(answer)
}

enum RouteError {
    Problem(Problem),
    Method(&'static str),
}

impl From<Problem> for RouteError {
    fn from(problem: Problem) -> Self {
        RouteError::Problem(problem)
    }
}

async fn route(request: Request, env: &Env, worker: &worker::Context) -> Result<Response, RouteError> {
    let path = request.path();
    // The method as it was sent: the type of the crate `worker` turns an unknown method into GET.
    let method = match request.inner().method() {
        // The runtime leaves the body out (RFC 9110, section 9.3.2).
        head if head == "HEAD" => "GET".to_owned(),
        method => method,
    };
    let segments: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    let config = runtime::config(env)?;
    needed_keys::check(env, worker, &config, path == "/healthz").await?;
    let answer = match (segments.as_slice(), method.as_str()) {
        (["healthz"], "GET") => healthy(),
        (["healthz"], _) => return Err(RouteError::Method("GET")),

        (["v1", "status"], "GET") => operations::status(&request, env, &config).await,
        (["v1", "status"], _) => return Err(RouteError::Method("GET")),
        (["v1", "providers"], "GET") => merchant::providers(&request, &config).await,
        (["v1", "providers"], _) => return Err(RouteError::Method("GET")),
        (["v1", "checkout_sessions"], "POST") => merchant::create_session(request, env, &config).await,
        (["v1", "checkout_sessions"], "GET") => lists::answer(&request, env, &config, &lists::SESSIONS).await,
        (["v1", "checkout_sessions"], _) => return Err(RouteError::Method("GET, POST")),
        (["v1", "checkout_sessions", id], "GET") => merchant::show_session(&request, env, &config, id).await,
        (["v1", "checkout_sessions", _], _) => return Err(RouteError::Method("GET")),
        (["v1", "checkout_sessions", id, "cancel"], "POST") => {
            merchant::cancel_session(request, env, &config, id).await
        }
        (["v1", "checkout_sessions", _, "cancel"], _) => return Err(RouteError::Method("POST")),

        (["v1", "checkout_sessions", id, "events"], "GET") => {
            merchant::list_events(&request, env, &config, id).await
        }
        (["v1", "checkout_sessions", _, "events"], _) => return Err(RouteError::Method("GET")),
        (["v1", "checkout_sessions", id, "events", event, "redeliver"], "POST") => {
            merchant::redeliver(request, env, &config, id, event).await
        }
        (["v1", "checkout_sessions", _, "events", _, "redeliver"], _) => {
            return Err(RouteError::Method("POST"));
        }

        (["v1", "checkout_sessions", id, "ledger"], "GET") => {
            merchant::show_ledger(&request, env, &config, id).await
        }
        (["v1", "checkout_sessions", _, "ledger"], _) => return Err(RouteError::Method("GET")),
        (["v1", "checkout_sessions", id, act @ ("payouts" | "erase")], "POST") => {
            let kind = manual(act)?;
            merchant::act(request, env, &config, id, None, kind).await
        }
        (["v1", "checkout_sessions", _, "payouts" | "erase"], _) => return Err(RouteError::Method("POST")),
        (
            ["v1", "checkout_sessions", id, "redemptions", payment, act @ ("resolve" | "ask" | "refunds")],
            "POST",
        ) => {
            let kind = manual(act)?;
            merchant::act(request, env, &config, id, Some(payment), kind).await
        }
        (["v1", "checkout_sessions", _, "redemptions", _, "resolve" | "ask" | "refunds"], _) => {
            return Err(RouteError::Method("POST"));
        }

        (["v1", "vouchers"], "POST") => merchant::issue_voucher(request, env, &config).await,
        (["v1", "vouchers"], "GET") => lists::answer(&request, env, &config, &lists::VOUCHERS).await,
        (["v1", "vouchers"], _) => return Err(RouteError::Method("GET, POST")),
        (["v1", "vouchers", "lookup"], "POST") => merchant::look_up_voucher(request, env, &config).await,
        (["v1", "vouchers", "lookup"], _) => return Err(RouteError::Method("POST")),

        (["v1", "vouchers", id, act @ ("resolve" | "ask")], "POST") => {
            let kind = manual(act)?;
            merchant::act_on_voucher(request, env, &config, id, kind).await
        }
        (["v1", "vouchers", _, "resolve" | "ask"], _) => return Err(RouteError::Method("POST")),
        (["v1", "vouchers", id], "GET") => merchant::show_voucher(&request, env, &config, id).await,
        (["v1", "vouchers", _], _) => return Err(RouteError::Method("GET")),

        (["v1", "redemptions"], "GET") => lists::answer(&request, env, &config, &lists::REDEMPTIONS).await,
        (["v1", "redemptions"], _) => return Err(RouteError::Method("GET")),
        (["v1", "events"], "GET") => lists::answer(&request, env, &config, &lists::EVENTS).await,
        (["v1", "events"], _) => return Err(RouteError::Method("GET")),
        (["v1", "reports", "takings"], "GET") => reports::takings(&request, env, &config).await,
        (["v1", "reports", "takings"], _) => return Err(RouteError::Method("GET")),
        (["v1", "exports", "redemptions.csv"], "GET") => exports::redemptions(&request, env, &config).await,
        (["v1", "exports", "redemptions.csv"], _) => return Err(RouteError::Method("GET")),
        (["v1", "search"], "POST") => operations::search(request, env, &config).await,
        (["v1", "search"], _) => return Err(RouteError::Method("POST")),
        (["v1", "csp_reports"], "POST") => csp_reports::receive(request, env, &config).await,
        (["v1", "csp_reports"], _) => return Err(RouteError::Method("POST")),
        (["v1", "reindex"], "POST") => operations::reindex(request, env, &config).await,
        (["v1", "reindex"], _) => return Err(RouteError::Method("POST")),

        (["v1", "checkout", id], "GET") => shopper::view_session(&request, env, &config, id).await,
        (["v1", "checkout", _], _) => return Err(RouteError::Method("GET")),
        (["v1", "checkout", id, "redemptions"], "POST") => shopper::redeem(request, env, &config, id).await,
        (["v1", "checkout", _, "redemptions"], _) => return Err(RouteError::Method("POST")),
        (["v1", "checkout", id, "redemptions", payment, "challenge"], "POST") => {
            shopper::answer_challenge(request, env, &config, id, payment).await
        }
        (["v1", "checkout", _, "redemptions", _, "challenge"], _) => return Err(RouteError::Method("POST")),
        (["v1", "checkout", id, "change_vouchers"], "POST") => {
            shopper::show_change(request, env, &config, id).await
        }
        (["v1", "checkout", _, "change_vouchers"], _) => return Err(RouteError::Method("POST")),

        (["webhooks", id], "POST") => webhooks::receive(request, env, &config, id).await,
        (["webhooks", _], _) => return Err(RouteError::Method("POST")),

        (["operations", ..], "GET") => page::operations(env, &path).await,
        (["operations", ..], _) => return Err(RouteError::Method("GET")),
        (["problems"], "GET") => page::problems(),
        (["problems"], _) => return Err(RouteError::Method("GET")),

        (["embed", id], "GET") => page::embed(&request, env, &config, id).await,
        (["embed", id], "POST") => page::pay_by_form(request, env, &config, PageMode::Embed, id).await,
        (["embed", _], _) => return Err(RouteError::Method("GET, POST")),
        (["pay", id], "GET") => page::pay(&request, env, &config, id).await,
        (["pay", id], "POST") => page::pay_by_form(request, env, &config, PageMode::Hosted, id).await,
        (["pay", _], _) => return Err(RouteError::Method("GET, POST")),

        _ => Err(Problem::of(ErrorCode::NotFound)),
    };
    Ok(answer?)
}

fn manual(name: &str) -> Result<ManualKind, Problem> {
    ManualKind::from_text(name).ok_or(Problem::of(ErrorCode::NotFound))
}

fn healthy() -> Result<Response, Problem> {
    Ok(ResponseBuilder::new().fixed(b"ok\n".to_vec()))
}
