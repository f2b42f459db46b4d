//! The two calls to the Worker, and what their answers mean.

use crate::dom;
use crate::flow::{Event, Trouble};
use crate::json::Json;
use checkout_wire::{CheckoutView, ErrorCode, Problem, RedemptionAnswer};
use js_sys::futures::JsFuture;
use js_sys::{Function, Promise, Reflect};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AbortController, Response};

/// Who asks about what.
pub struct Access {
    /// `cs_…`.
    pub session: String,
    /// The session's client secret.
    pub secret: String,
}

/// One submission: repeated, it is the same key and the same body, so that it cannot take money twice.
pub struct Submission {
    key: String,
    body: String,
}

impl Submission {
    /// A new one, with a key of its own.
    pub fn new(body: String) -> Self {
        const HEX: &[u8; 16] = b"0123456789abcdef";
        let mut random = [0_u8; 16];
        if let Ok(crypto) = window().crypto() {
            _ = crypto.get_random_values_with_u8_array(&mut random);
        }
        let nibbles = random.iter().flat_map(|byte| [byte >> 4, byte & 15]);
        let hex = nibbles.filter_map(|nibble| HEX.get(usize::from(nibble)));
        Self { key: hex.map(|hex| char::from(*hex)).collect(), body }
    }
}

/// Asks for the session.
pub async fn view(access: &Access) -> Event {
    match call(access, None).await {
        Some((status, json)) => seen(status, json.read(), json.read()),
        None => Event::Unseen(Trouble::Failed),
    }
}

/// Pays with a voucher.
pub async fn redeem(access: &Access, submission: &Submission) -> Event {
    match call(access, Some(submission)).await {
        Some((status, json)) => sent(status, json.read(), json.read()),
        None => Event::Lost,
    }
}

/// Status and body of the answer; `None` when there is none, or none in time.
async fn call(access: &Access, submission: Option<&Submission>) -> Option<(u16, Json)> {
    // A payment's limit is longer than a provider may take for one call. Should several take longer, the answer counts as lost, and
    // is asked for.
    let (limit, method, path) = match submission {
        Some(_) => (40_000, "POST", "/redemptions"),
        None => (15_000, "GET", ""),
    };
    let url = ["/v1/checkout/", &access.session, path].concat();
    let bearer = ["Bearer ", &access.secret].concat();
    let mut headers = vec![("Authorization", JsValue::from_str(&bearer))];
    let mut body = JsValue::UNDEFINED;
    if let Some(submission) = submission {
        headers.push(("Idempotency-Key", JsValue::from_str(&submission.key)));
        headers.push(("Content-Type", "application/json".into()));
        body = JsValue::from_str(&submission.body);
    }
    let abort = AbortController::new().ok()?;
    let init = dom::object(&[
        ("method", method.into()),
        ("headers", dom::object(&headers).into()),
        ("body", body),
        ("cache", "no-store".into()),
        ("credentials", "omit".into()),
        ("signal", abort.signal().into()),
    ]);
    let timer = dom::after(limit, move || abort.abort());
    let answer = async {
        let asked = submission.is_none().then(|| asked(&access.secret)).flatten();
        let response = asked.unwrap_or_else(|| window().fetch_with_str_and_init(&url, init.unchecked_ref()));
        let response: Response = JsFuture::from(response).await.ok()?.unchecked_into();
        let text = JsFuture::from(response.text().ok()?).await.ok()?.as_string()?;
        Some((response.status(), Json::parse(&text)))
    };
    let answer = answer.await;
    dom::stop(timer);
    answer
}

/// What entry.js has asked already with that secret, while this wasm was on its way; once.
fn asked(secret: &str) -> Option<Promise> {
    let asked: Function = Reflect::get(&window(), &"asked".into()).ok()?.dyn_into().ok()?;
    asked.call1(&JsValue::UNDEFINED, &JsValue::from_str(secret)).ok()?.dyn_into().ok()
}

/// What an answer to `GET` means.
fn seen(status: u16, view: Option<CheckoutView>, problem: Option<Problem>) -> Event {
    let code = problem.map(|problem| problem.code);
    match (status, view, code) {
        (200, Some(view), _) => Event::Seen(view),
        (_, _, Some(ErrorCode::Misconfigured)) => Event::Unseen(Trouble::Misconfigured),
        // Of the Worker, not of something on the way to it.
        (401 | 403 | 404, _, Some(_)) => Event::Unseen(Trouble::Gone),
        _ => Event::Unseen(Trouble::Failed),
    }
}

/// What an answer to `POST` means. Only a refusal says that this call took nothing; what cannot be read says nothing.
fn sent(status: u16, answer: Option<RedemptionAnswer>, problem: Option<Problem>) -> Event {
    // The two that stand before anything is sent.
    let refused =
        |problem: &Problem| matches!(problem.code, ErrorCode::Misconfigured | ErrorCode::ProviderDown);
    let refused = problem.as_ref().is_some_and(refused);
    match (status, answer) {
        (200 | 202, Some(answer)) => Event::Answered(answer),
        // The server, or something before it, gave the request up while it may have been at work.
        (408 | 499, _) => Event::Lost,
        (400..=499, _) => Event::Refused(problem),
        _ if refused => Event::Refused(problem),
        _ => Event::Lost,
    }
}

#[cfg(test)]
mod tests;
