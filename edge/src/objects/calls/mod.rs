//! Calls to the Durable Objects and their answers, with one type for both sides.
//!
//! A call is a POST to the object. Its name is the path of the address, the call is the body, and the
//! response is the answer or a [`Problem`]. The names of objects are storage keys: their form never changes.

use crate::log::context;
use crate::outgoing;
use crate::problem::Problem;
use checkout_core::json::{self, Part};
use checkout_core::stored::{self, Stored};
use checkout_core::stored_enum;
use checkout_wire::{ErrorCode, Read};
use core::marker::PhantomData;
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;
use worker::{Env, Headers, Request, Response, ResponseBuilder};

/// A call to an object.
pub trait Call: Serialize + Stored {
    /// The object's answer.
    type Answer: Serialize + Stored;
    /// The binding of the object's class.
    const OBJECT: &'static str;
    /// The call's name in the address of the request.
    const NAME: &'static str;
}

/// Declares the object of a call, the call's name, and its answer.
macro_rules! call {
    ($call:ty, $object:literal, $name:literal, $answer:ty) => {
        impl Call for $call {
            type Answer = $answer;
            const OBJECT: &'static str = $object;
            const NAME: &'static str = $name;
        }
    };
}

mod attention;
mod checkout;
mod gate;
mod idempotency;
mod issuance;
mod throttle;
mod voucher_lock;

pub use attention::*;
pub use checkout::*;
pub use gate::*;
pub use idempotency::*;
pub use issuance::*;
pub use throttle::*;
pub use voucher_lock::*;

stored_enum! {
    /// The effect of a hint.
    #[derive(Clone, Copy, PartialEq, Eq)]
    pub enum HintResult or HintResult::NotFound;

    /// It is stored and looked up at once.
    "noted" = Noted,
    /// It reports an outcome that is already known.
    "known" = Known,
    /// It names a payment that does not exist.
    "not_found" = NotFound,
}

impl HintResult {
    /// Returns its name in the log and in the answer to the webhook.
    pub const fn as_str(self) -> &'static str {
        match self {
            HintResult::Noted => "noted",
            HintResult::Known => "known",
            HintResult::NotFound => "not_found",
        }
    }
}

stored_enum! {
    /// The effect of a call that sends an object to the index again.
    #[derive(Clone, Copy, PartialEq, Eq)]
    pub enum Reindexing or Reindexing::NotFound;

    /// All its rows are sent again.
    "begun" = Begun,
    /// The object does not exist.
    "not_found" = NotFound,
}

/// The status of a response that carries a [`Problem`] in place of an answer.
const REFUSED: u16 = 400;

/// Sends a call, with text in both directions. Not generic, so that the Worker contains it once.
async fn send(
    env: &Env,
    object: &str,
    name: &str,
    call: &'static str,
    body: String,
) -> Result<String, Problem> {
    let sent = async {
        let headers = Headers::new();
        if let Some(id) = context::request_id() {
            headers.set(REQUEST_ID, &id)?;
        }
        let request = outgoing::request("POST", &format!("https://object/{call}"), &headers, Some(&body))?;
        let stub = env.durable_object(object)?.get_by_name(name)?;
        let mut response = stub.fetch_with_request(request).await?;
        Ok((response.status_code(), response.text().await?))
    };
    match sent.await.map_err(internal(call))? {
        (200, answer) => Ok(answer),
        (REFUSED, problem) => Err(read(&problem)?),
        _ => Err(internal(call)("the object failed".into())),
    }
}

/// The header with the id of the request that caused a call.
const REQUEST_ID: &str = "request-id";

/// A call as its object receives it.
pub struct Received {
    path: String,
    body: String,
    request_id: Option<String>,
}

impl Received {
    /// Receives a call. The JSON reader of the crate `worker` would add a second copy of the code for every
    /// type.
    pub async fn receive(mut request: Request) -> worker::Result<Self> {
        let request_id = request.headers().get(REQUEST_ID)?;
        Ok(Self { path: request.path(), body: request.text().await?, request_id })
    }

    /// Returns the call's name ([`Call::NAME`]).
    pub fn name(&self) -> &str {
        self.path.trim_start_matches('/')
    }

    /// Returns the id of the request that caused the call.
    pub fn request_id(&self) -> Option<String> {
        self.request_id.clone()
    }

    /// Reads the call.
    pub fn call<C: Call>(&self) -> worker::Result<C> {
        stored::read(&self.body).ok_or_else(|| "a call of another shape".into())
    }
}

/// Answers the call `C`.
pub fn answer<C: Call>(result: Result<C::Answer, Problem>) -> worker::Result<Response> {
    let (status, body) = match result.and_then(|answer| written(&answer)) {
        Ok(answer) => (200, answer),
        Err(problem) => (REFUSED, serde_json::to_string(&problem)?),
    };
    Ok(ResponseBuilder::new().with_status(status).fixed(body.into_bytes()))
}

/// Refuses a call that the object does not support.
pub fn refuse() -> worker::Result<Response> {
    Err("a call of an unknown name".into())
}

fn written<T: Serialize>(value: &T) -> Result<String, Problem> {
    serde_json::to_string(value).map_err(worker::Error::from).map_err(internal("JSON"))
}

fn read<T: Stored>(text: &str) -> Result<T, Problem> {
    stored::read(text).ok_or_else(|| internal("JSON")("an answer of another shape".into()))
}

/// A `T` as JSON text.
#[derive(Serialize)]
#[serde(transparent, bound = "")]
pub struct Json<T>(Box<RawValue>, PhantomData<T>);

impl<T> Stored for Json<T> {
    fn take(part: Part<'_>, whole: &mut bool) -> Self {
        let raw = RawValue::from_string(<Value as Stored>::take(part, whole).to_string());
        *whole &= raw.is_ok();
        Self(raw.unwrap_or_else(|_| RawValue::NULL.to_owned()), PhantomData)
    }
}

impl<T> Json<T> {
    /// Wraps stored text that is known to be JSON.
    pub fn stored(text: String) -> Result<Self, Problem> {
        let raw =
            RawValue::from_string(text).map_err(worker::Error::from).map_err(internal("stored JSON"))?;
        Ok(Self(raw, PhantomData))
    }

    /// Returns the text.
    pub fn text(&self) -> &str {
        self.0.get()
    }
}

impl<T: Serialize> Json<T> {
    /// Writes a value as JSON.
    pub fn of(value: &T) -> Result<Self, Problem> {
        Self::stored(written(value)?)
    }
}

impl<T: Read> Json<T> {
    /// Parses the view.
    pub fn read(&self) -> Result<T, Problem> {
        json::read_view(self.text()).ok_or_else(|| internal("JSON")("a view of another shape".into()))
    }
}

/// Logs a failure of the Worker, and returns a problem without its cause.
pub fn internal(place: &'static str) -> impl FnOnce(worker::Error) -> Problem {
    move |error| {
        crate::log::failed(place, &error);
        Problem::of(ErrorCode::Internal)
    }
}
