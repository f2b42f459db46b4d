//! The operations page at the addresses of its screens. The file is a static one; its script reads the address.

use crate::http::HttpResult;
use crate::objects::calls::internal;
use crate::outgoing::asset;
use crate::problem::Problem;
use checkout_wire::ErrorCode;
use worker::{Env, Response, ResponseBuilder, Result};

/// The headers of the file that its answer keeps. `www/public/_headers` sets them.
const KEPT: [&str; 3] = ["content-type", "content-security-policy", "reporting-endpoints"];

/// Answers `GET /operations/{screen}`. A path with a dot is that of a file that does not exist.
pub async fn operations(env: &Env, path: &str) -> HttpResult {
    if path.contains('.') {
        return Err(Problem::of(ErrorCode::NotFound));
    }
    file(env).await.map_err(internal("assets"))
}

async fn file(env: &Env) -> Result<Response> {
    let mut file = asset(env, "/operations/").await?;
    let mut answer = ResponseBuilder::new().with_status(file.status_code());
    for name in KEPT {
        if let Some(value) = file.headers().get(name)? {
            answer = answer.with_header(name, &value)?;
        }
    }
    Ok(answer.fixed(file.bytes().await?))
}
