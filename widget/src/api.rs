//! The two calls to the Worker, and the events that their answers cause.

use crate::dom;
use crate::json::JsonNode;
use crate::model::flow::FlowEvent;
use checkout_present::{LoadError, WITH_CODE};
use checkout_wire::{CheckoutView, ErrorCode, Node, Problem, RedemptionAnswer, Seconds};
use gloo_net::http::Request;
use js_sys::{Promise, futures::JsFuture};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use web_sys::AbortController;

const MISCONFIGURED: &str = ErrorCode::Misconfigured.as_str();
const PROVIDER_DOWN: &str = ErrorCode::ProviderDown.as_str();

/// The session and the secret that gives access to it.
pub struct Access {
    /// The session's id, `cs_…`.
    pub session: String,
    /// The session's client secret; `None` on a hosted page, whose cookie has it.
    pub secret: Option<String>,
}

/// One submission. Every repetition sends the same idempotency key and body, so that the voucher is charged only once.
pub struct Submission {
    /// The path below the session's; empty for a voucher.
    path: String,
    key: String,
    body: String,
}

impl Submission {
    /// Creates a submission. Its idempotency key is that of the form on the page (`attempt`) if no submission had it, else a random
    /// one: should the browser have sent the form as well, the Worker carries out only one of the two.
    pub fn new(attempt: Option<String>, body: String) -> Self {
        Self { path: String::new(), key: attempt.unwrap_or_else(random_key), body }
    }

    /// Sends it to this path below the session's.
    pub fn to(self, path: String) -> Self {
        Self { path, ..self }
    }

    /// Returns the path below the session's.
    fn path(&self) -> &str {
        if WITH_CODE && !self.path.is_empty() { &self.path } else { "/redemptions" }
    }
}

fn random_key() -> String {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let mut random = [0_u8; 16];
    if let Ok(crypto) = window().crypto() {
        _ = crypto.get_random_values_with_u8_array(&mut random);
    }
    let nibbles = random.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    let hex = nibbles.filter_map(|nibble| HEX.get(usize::from(nibble)));
    hex.map(|hex| char::from(*hex)).collect()
}

/// Loads the session.
pub async fn load_session(access: &Access) -> FlowEvent {
    match call(access, None, None).await {
        Some((status, json)) => load_event(status, json.read(), Problem::read(&json)),
        None => FlowEvent::LoadFailed(LoadError::Failed),
    }
}

/// Submits a voucher for redemption, or its code, with a proof of work if the Worker has asked for one.
pub async fn redeem(access: &Access, submission: &Submission, proof: Option<&str>) -> FlowEvent {
    match call(access, Some(submission), proof).await {
        Some((status, json)) => redeem_event(status, json.read(), Problem::read(&json)),
        None => FlowEvent::Lost,
    }
}

/// Returns the puzzle of the proof of work that the Worker asks for, and the time after which it counts as solved. `proofs` is the
/// number of proofs sent so far: the second one is for a puzzle that expired on a device that slept, and after that the shopper waits.
pub fn proof_asked(event: &FlowEvent, proofs: u32) -> Option<(&str, Seconds)> {
    match event {
        FlowEvent::Refused(Some(problem)) if proofs < 2 => problem.puzzle.as_deref().zip(problem.retry_after),
        _ => None,
    }
}

#[wasm_bindgen]
extern "C" {
    /// Calls the function of widget/prove.js.
    #[wasm_bindgen(js_name = prove)]
    fn proof(puzzle: &str, wait_ms: i32) -> Promise;
}

/// Computes the proof of work for a puzzle, in the background. If that fails, returns a text that counts as a proof after the wait.
pub async fn prove(puzzle: &str, wait: Seconds) -> String {
    let proof = JsFuture::from(proof(puzzle, wait.to_millis().0 as i32)).await;
    proof.ok().and_then(|proof| proof.as_string()).unwrap_or_default()
}

/// Sends the request; returns the answer's status and body, or `None` when no answer came in time.
async fn call(
    access: &Access,
    submission: Option<&Submission>,
    proof: Option<&str>,
) -> Option<(u16, JsonNode)> {
    // A redemption's timeout exceeds the Worker's timeout for one provider call. If several calls take longer, the answer counts as
    // lost and the widget loads the session.
    let (timeout_ms, method, path) = match submission {
        Some(submission) => (40_000, "POST", submission.path()),
        None => (15_000, "GET", ""),
    };
    let url = ["/v1/checkout/", &access.session, path].concat();
    let mut headers = Vec::new();
    if let Some(secret) = &access.secret {
        headers.push(("Authorization", JsValue::from_str(&["Bearer ", secret].concat())));
    }
    let mut body = JsValue::UNDEFINED;
    if let Some(submission) = submission {
        headers.push(("Idempotency-Key", JsValue::from_str(&submission.key)));
        headers.push(("Content-Type", "application/json".into()));
        body = JsValue::from_str(&submission.body);
    }
    if let Some(proof) = proof {
        headers.push(("Proof-Of-Work", JsValue::from_str(proof)));
    }
    let abort = AbortController::new().ok()?;
    let init = dom::object(&[
        ("method", method.into()),
        ("headers", dom::object(&headers).into()),
        ("body", body),
        ("cache", "no-store".into()),
        ("credentials", if access.secret.is_some() { "omit" } else { "same-origin" }.into()),
        ("signal", abort.signal().into()),
    ]);
    let request = web_sys::Request::new_with_str_and_init(&url, init.unchecked_ref()).ok()?;
    let timer = dom::after(timeout_ms, move || abort.abort());
    let answer = async {
        // gloo's own request builder would add 1.3 KB.
        let response = Request::from(request).send().await.ok()?;
        Some((response.status(), JsonNode::parse(&response.text().await.ok()?)))
    };
    let answer = answer.await;
    dom::cancel(timer);
    answer
}

/// Returns the event for the answer that widget/entry.js has received: `{status, text}`.
pub fn first_event(answer: &JsonNode) -> FlowEvent {
    let json = JsonNode::parse(&answer.field("text").text().unwrap_or_default());
    let status = answer.field("status").integer().unwrap_or_default() as u16;
    load_event(status, json.read(), Problem::read(&json))
}

/// Returns the event for an answer to `GET`.
fn load_event(status: u16, view: Option<CheckoutView>, problem: Option<Problem>) -> FlowEvent {
    let code = problem.as_ref().map(|problem| problem.code.as_str());
    match (status, view, code) {
        (200, Some(view), _) => FlowEvent::Loaded(view),
        (_, _, Some(MISCONFIGURED)) => FlowEvent::LoadFailed(LoadError::Misconfigured),
        // With a problem code the answer is the Worker's own, not a proxy's.
        (401 | 403 | 404, _, Some(_)) => FlowEvent::LoadFailed(LoadError::NotFound),
        _ => FlowEvent::LoadFailed(LoadError::Failed),
    }
}

/// Returns the event for an answer to `POST`. Only a refusal proves that the call charged nothing; an answer that cannot be read
/// counts as lost.
fn redeem_event(status: u16, answer: Option<RedemptionAnswer>, problem: Option<Problem>) -> FlowEvent {
    // The Worker answers these two before it calls the provider.
    let before_call = |problem: &Problem| [MISCONFIGURED, PROVIDER_DOWN].contains(&problem.code.as_str());
    let before_call = problem.as_ref().is_some_and(before_call);
    match (status, answer) {
        (200 | 202, Some(answer)) => FlowEvent::Answered(answer),
        // A timeout: the Worker may still be processing the request.
        (408 | 499, _) => FlowEvent::Lost,
        (400..=499, _) => FlowEvent::Refused(problem),
        _ if before_call => FlowEvent::Refused(problem),
        _ => FlowEvent::Lost,
    }
}

#[cfg(test)]
mod tests;
