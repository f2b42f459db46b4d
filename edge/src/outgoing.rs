//! The requests that the Worker sends: to providers, to the merchant's server, to its own objects and for its own files.

use wasm_bindgen::JsValue;
use web_sys::{RequestInit, RequestRedirect};
use worker::{Env, Headers, Request, Response, Result};

/// Builds a request. A redirect is not followed: it could carry PIN and key to another host. The type `RequestInit` of the crate `worker`
/// would add 6 KB for options that no request here uses.
pub fn request(method: &str, url: &str, headers: &Headers, body: Option<&str>) -> Result<Request> {
    let init = RequestInit::new();
    init.set_method(method);
    init.set_headers(&headers.0);
    init.set_redirect(RequestRedirect::Manual);
    if let Some(body) = body {
        init.set_body(&JsValue::from_str(body));
    }
    Ok(web_sys::Request::new_with_str_and_init(url, &init)?.into())
}

/// Reads one of the Worker's own files; the host of the address is ignored.
pub async fn asset(env: &Env, path: &str) -> Result<Response> {
    let request = request("GET", &format!("https://assets{path}"), &Headers::new(), None)?;
    env.assets("ASSETS")?.fetch_request(request).await
}
