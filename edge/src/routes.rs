//! Which address does what.

use crate::{api, border, log, page, setup};
use checkout_wire::{ErrorCode, Problem};
use worker::{Env, Method, Request, Response, ResponseBuilder, Result};

/// The answer to any request. Errors of our own become a 500 problem document without a word about their cause.
pub async fn answer(request: Request, env: Env) -> Result<Response> {
    let answer = match route(request, &env).await {
        Ok(answer) => Ok(answer),
        Err(Failure::Problem(problem)) => border::problem(&problem),
        Err(Failure::Method(allowed)) => {
            let answer = border::refuse(ErrorCode::MethodNotAllowed)?;
            answer.headers().set("allow", allowed)?;
            Ok(answer)
        }
    };
    let answer = answer.or_else(|error| {
        log::failed("answer", &error);
        border::refuse(ErrorCode::Internal)
    })?;
    border::guarded(answer)
}

enum Failure {
    Problem(Problem),
    Method(&'static str),
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Failure::Problem(problem)
    }
}

async fn route(request: Request, env: &Env) -> Result<Response, Failure> {
    let path = request.path();
    let method = request.method();
    let segments: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    let config = setup::config(env)?;
    let answer = match (segments.as_slice(), method) {
        (["healthz"], Method::Get | Method::Head) => healthy(),
        (["healthz"], _) => return Err(Failure::Method("GET")),

        (["v1", "providers"], Method::Get) => api::providers(&request, &config),
        (["v1", "providers"], _) => return Err(Failure::Method("GET")),
        (["v1", "checkout_sessions"], Method::Post) => api::create_session(request, env, &config).await,
        (["v1", "checkout_sessions"], _) => return Err(Failure::Method("POST")),
        (["v1", "checkout_sessions", id], Method::Get) => api::show_session(&request, env, &config, id).await,
        (["v1", "checkout_sessions", _], _) => return Err(Failure::Method("GET")),
        (["v1", "checkout_sessions", id, "cancel"], Method::Post) => {
            api::cancel_session(&request, env, &config, id).await
        }
        (["v1", "checkout_sessions", _, "cancel"], _) => return Err(Failure::Method("POST")),

        (["v1", "checkout", id], Method::Get) => api::view_checkout(&request, env, &config, id).await,
        (["v1", "checkout", _], _) => return Err(Failure::Method("GET")),
        (["v1", "checkout", id, "redemptions"], Method::Post) => api::redeem(request, env, &config, id).await,
        (["v1", "checkout", _, "redemptions"], _) => return Err(Failure::Method("POST")),

        (["problems"], Method::Get | Method::Head) => page::problems(),
        (["problems"], _) => return Err(Failure::Method("GET")),

        (["embed", id], Method::Get | Method::Head) => page::embed(&config, id),
        (["embed", _], _) => return Err(Failure::Method("GET")),
        (["pay", id], Method::Get | Method::Head) => page::pay(&request, env, &config, id).await,
        (["pay", id], Method::Post) => page::pay_by_form(request, env, &config, id).await,
        (["pay", _], _) => return Err(Failure::Method("GET, POST")),

        _ => Err(ErrorCode::NotFound.problem()),
    };
    Ok(answer?)
}

fn healthy() -> Result<Response, Problem> {
    Ok(ResponseBuilder::new().fixed(b"ok\n".to_vec()))
}
