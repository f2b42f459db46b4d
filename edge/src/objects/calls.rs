//! What the Worker asks its Durable Objects, typed on both sides.

use crate::problem::Problem;
use checkout_core::gate::Ask;
use checkout_core::session::{Terms, TypedAttempt};
use checkout_wire::{Change, ErrorCode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;
use worker::{Env, Headers, Method, Request, RequestInit, Response, Stub};

/// A call to the `Checkout` object of a session.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckoutCall {
    /// Make the session, unless it is made. Answers with it, for the shop.
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
    /// The session's events and their deliveries, for the shop.
    Events,
    /// Deliver an event again.
    Redeliver {
        /// `evt_…`.
        event: String,
    },
    /// What anybody may see of the session: its language and its ways to pay, while it is open.
    Outline,
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
    /// Whether a payment's outcome is still to come; `true` or `false`.
    IsOpen {
        /// `rd_…`.
        redemption: String,
    },
    /// A webhook of a provider, proved to be one, speaks of a payment.
    Hint {
        /// Our reference of the payment.
        reference: String,
        /// Whether it says that money moved.
        success: bool,
        /// The new voucher with the rest of the value.
        change: Option<Change>,
    },
}

/// A call to the `Voucher` object of a voucher: a payment wants to have it. Answers `true` when it has it now.
#[derive(Serialize, Deserialize)]
pub struct VoucherCall {
    /// `cs_…`.
    pub session: String,
    /// `rd_…`, begun in that session's ledger.
    pub redemption: String,
}

/// A call to the `Idempotency` object of a key.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdempotencyCall {
    /// Perform the shop's call once, and answer it; or answer as it was answered before.
    Perform {
        /// The object's name.
        name: String,
        /// Address and body: what must be the same when the key is used again.
        request: String,
        /// What is to be done.
        action: Action,
    },
    /// A webhook of a provider, proved to be one, speaks of the voucher that was issued under this key.
    Hint,
}

/// A POST of the shop.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// `POST /v1/checkout_sessions`.
    CreateSession {
        /// The body.
        body: String,
    },
    /// `POST /v1/checkout_sessions/{id}/cancel`.
    CancelSession {
        /// `cs_…`.
        id: String,
    },
    /// `POST /v1/checkout_sessions/{id}/events/{event}/redeliver`.
    Redeliver {
        /// `cs_…`.
        id: String,
        /// `evt_…`.
        event: String,
    },
    /// `POST /v1/vouchers`.
    IssueVoucher {
        /// The body.
        body: String,
    },
    /// `POST /v1/vouchers/lookup`.
    LookUpVoucher {
        /// The body.
        body: String,
    },
}

/// A call to the `Gate` object of a provider account. Answers with a [`checkout_core::gate::Pass`].
#[derive(Serialize, Deserialize)]
pub struct GateCall {
    /// The provider's id.
    pub provider: String,
    /// What it is asked or told.
    pub ask: Ask,
}

/// The name of a `Checkout` object is the session's id. A storage key: never change its form.
pub fn checkout(env: &Env, session: &str) -> worker::Result<Stub> {
    env.durable_object("CHECKOUT")?.get_by_name(session)
}

/// The name of a `Gate` object is the provider account. A storage key: never change its form.
pub fn gate(env: &Env, account: &str) -> worker::Result<Stub> {
    env.durable_object("GATE")?.get_by_name(account)
}

/// The name of a `Voucher` object is the keyed hash of provider and number. A storage key: never change its form.
pub fn voucher(env: &Env, hash: &str) -> worker::Result<Stub> {
    env.durable_object("VOUCHER")?.get_by_name(hash)
}

/// The name of an `Idempotency` object is the beginning of the key's SHA-256, twenty hexadecimal digits. A storage key:
/// never change its form.
pub fn idempotency(env: &Env, name: &str) -> worker::Result<Stub> {
    env.durable_object("IDEMPOTENCY")?.get_by_name(name)
}

/// The object's answer, whatever it says.
pub async fn ask<T: Serialize>(stub: &Stub, call: &T) -> worker::Result<Response> {
    let mut init = RequestInit::new();
    let body = JsValue::from_str(&serde_json::to_string(call)?);
    init.with_method(Method::Post).with_headers(Headers::new()).with_body(Some(body));
    // The address is a formality: there is one call per object and the body says which.
    stub.fetch_with_request(Request::new_with_init("https://object/", &init)?).await
}

/// A call as its object gets it. Not by the crate's own reader: that one comes with a second copy of every type.
pub async fn call<T: DeserializeOwned>(request: &mut Request) -> worker::Result<T> {
    Ok(serde_json::from_str(&request.text().await?)?)
}

/// The body of an object's answer.
pub async fn told<T: DeserializeOwned>(answer: &mut Response) -> worker::Result<T> {
    Ok(serde_json::from_str(&answer.text().await?)?)
}

/// What went wrong, as the browser or the shop is told.
pub fn internal(place: &'static str) -> impl FnOnce(worker::Error) -> Problem {
    move |error| {
        crate::log::failed(place, &error);
        Problem::of(ErrorCode::Internal)
    }
}
