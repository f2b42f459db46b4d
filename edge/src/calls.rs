//! What the Worker asks its Durable Objects, typed on both sides.

use checkout_core::session::{Terms, TypedAttempt};
use checkout_wire::{ErrorCode, Problem};
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;
use worker::{Env, Headers, Method, Request, RequestInit, Response, Stub};

/// A call to the `Checkout` object of a session.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckoutCall {
    /// Make the session. Answers with it, for the shop.
    Create {
        /// `cs_…`, which is also the object's name.
        id: String,
        /// What was agreed.
        terms: Terms,
        /// How long it stays open, in milliseconds.
        expires_in_ms: i64,
    },
    /// The session, for the shop.
    Show,
    /// End the session. Answers with it, for the shop.
    Cancel,
    /// The session, for the holder of the client secret.
    View {
        /// The client secret.
        secret: String,
    },
    /// Pay with one voucher, for the holder of the client secret.
    Redeem {
        /// The client secret.
        secret: String,
        /// The browser's idempotency key.
        key: String,
        /// What was typed.
        attempt: TypedAttempt,
    },
}

/// A call to the `Gate` object of a provider account.
#[derive(Serialize, Deserialize)]
pub struct GateCall {
    /// So many calls at once; 0 when the provider said that it had too many.
    pub calls: usize,
    /// So many within the period.
    pub limit: usize,
    /// The period in milliseconds.
    pub period_ms: i64,
}

/// The name of a `Checkout` object is the session's id. A storage key: never change its form.
pub fn checkout(env: &Env, session: &str) -> worker::Result<Stub> {
    env.durable_object("CHECKOUT")?.get_by_name(session)
}

/// The name of a `Gate` object is the provider account. A storage key: never change its form.
pub fn gate(env: &Env, account: &str) -> worker::Result<Stub> {
    env.durable_object("GATE")?.get_by_name(account)
}

/// The object's answer, whatever it says.
pub async fn ask<T: Serialize>(stub: &Stub, call: &T) -> worker::Result<Response> {
    let mut init = RequestInit::new();
    let body = JsValue::from_str(&serde_json::to_string(call)?);
    init.with_method(Method::Post).with_headers(Headers::new()).with_body(Some(body));
    // The address is a formality: there is one call per object and the body says which.
    stub.fetch_with_request(Request::new_with_init("https://object/", &init)?).await
}

/// What went wrong, as the browser or the shop is told.
pub fn internal(place: &'static str) -> impl FnOnce(worker::Error) -> Problem {
    move |error| {
        crate::log::failed(place, &error);
        ErrorCode::Internal.problem()
    }
}
