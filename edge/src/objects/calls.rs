//! Calls to the Durable Objects and their answers, with one type for both sides.
//!
//! A call is a POST to the object. Its name is the path of the address, the call is the body, and the
//! response is the answer or a [`Problem`]. The names of objects are storage keys: their form never changes.

use crate::log::context;
use crate::outgoing;
use crate::problem::Problem;
use checkout_core::actor::Actor;
use checkout_core::attention::{Backlog, OWNER};
use checkout_core::gate::{Ask, Pass};
use checkout_core::json::{self, Part};
use checkout_core::manual::ManualRequest;
use checkout_core::secret::Secret;
use checkout_core::session::{Parameters, PayoutStep, PayoutVoucher};
use checkout_core::stored::{self, Stored};
use checkout_core::throttle::{Bucket, Ruling};
use checkout_core::violation::Violation;
use checkout_core::{stored_enum, stored_struct};
use checkout_wire::{
    ActId, ChangeVoucher, CheckoutView, ErrorCode, Millis, Minor, Read, RedemptionAnswer, RedemptionId,
    RedemptionRequest, SessionId, VoucherId,
};
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

stored_struct! {
    /// Creates the session, unless it exists.
    pub struct CreateSession {
        /// `cs_…`, which is also the object's name.
        pub id: SessionId,
        /// The parameters that the merchant set.
        pub parameters: Parameters,
        /// The time until it expires.
        pub expires_in_ms: Millis,
    }
}
call!(CreateSession, "CHECKOUT", "create", Json<Value>);

stored_struct! {
    /// Reads the session, for the merchant.
    pub struct ShowSession;
}
call!(ShowSession, "CHECKOUT", "show", Json<Value>);

stored_struct! {
    /// Ends the session.
    pub struct CancelSession;
}
call!(CancelSession, "CHECKOUT", "cancel", Json<Value>);

stored_struct! {
    /// Reads the entries of the session's ledger.
    pub struct ShowLedger;
}
call!(ShowLedger, "CHECKOUT", "ledger", Json<Value>);

stored_struct! {
    /// Carries out a manual act, once per `id`. The answer is the session.
    pub struct Perform {
        /// `act_…`.
        pub id: ActId,
        /// The person or key that acts.
        pub by: Actor,
        /// The requested act.
        pub request: ManualRequest,
    }
}
call!(Perform, "CHECKOUT", "perform", Json<Value>);

stored_struct! {
    /// Lists the session's events and their deliveries.
    pub struct ListEvents;
}
call!(ListEvents, "CHECKOUT", "events", Json<Value>);

stored_struct! {
    /// Delivers an event again. The answer is the list of events.
    pub struct Redeliver {
        /// `evt_…`.
        pub event: String,
    }
}
call!(Redeliver, "CHECKOUT", "redeliver", Json<Value>);

stored_struct! {
    /// Reads the public part of the session: its language and, while it is open, its ways to pay.
    pub struct Outline;
}
call!(Outline, "CHECKOUT", "outline", Json<CheckoutView>);

stored_struct! {
    /// Reads the session, for the holder of the client secret.
    pub struct ViewSession {
        /// The client secret.
        #[serde(serialize_with = "checkout_core::secret::revealed::serialize")]
        pub secret: Secret,
        /// SHA-256 of the payer key.
        pub payer: Option<String>,
        /// The phone number of a payment, as typed, to see the PIN of its change voucher.
        pub phone: Option<String>,
        /// The bucket of the shopper's address.
        pub address: Option<String>,
    }
}
call!(ViewSession, "CHECKOUT", "view", Json<CheckoutView>);

stored_struct! {
    /// Reads the payouts of money that the merchant owed to the shopper.
    pub struct ShowPaidBack;
}
call!(ShowPaidBack, "CHECKOUT", "paid_back", Option<PaidBack>);

stored_struct! {
    /// Money owed to the shopper that the merchant has paid out.
    pub struct PaidBack {
        /// The sum of all payouts.
        pub amount: Minor,
        /// The time of the last payout.
        pub at: Millis,
        /// Whether the last payout was a voucher.
        pub by_voucher: bool,
    }
}

stored_struct! {
    /// Pays with one voucher, for the holder of the client secret.
    pub struct Redeem {
        /// The client secret.
        #[serde(serialize_with = "checkout_core::secret::revealed::serialize")]
        pub secret: Secret,
        /// SHA-256 of the payer key.
        pub payer: Option<String>,
        /// The browser's idempotency key.
        pub key: String,
        /// The shopper's input.
        pub request: RedemptionRequest,
        /// The bucket of the shopper's address.
        pub address: Option<String>,
        /// The proof of work that an earlier answer requested.
        pub proof: Option<String>,
    }
}
call!(Redeem, "CHECKOUT", "redeem", Redeemed);

stored_struct! {
    /// Answers the provider's challenge of a payment, for the holder of the client secret.
    pub struct AnswerChallenge {
        /// The client secret.
        #[serde(serialize_with = "checkout_core::secret::revealed::serialize")]
        pub secret: Secret,
        /// SHA-256 of the payer key.
        pub payer: Option<String>,
        /// `rd_…`.
        pub redemption: RedemptionId,
        /// The browser's idempotency key.
        pub key: String,
        /// The code; empty to have another one sent.
        #[serde(serialize_with = "checkout_core::secret::revealed::serialize")]
        pub code: Secret,
        /// The bucket of the shopper's address.
        pub address: Option<String>,
        /// The proof of work that an earlier answer requested.
        pub proof: Option<String>,
    }
}
call!(AnswerChallenge, "CHECKOUT", "challenge", Redeemed);

stored_struct! {
    /// The state of a payment after a call to [`Redeem`] or [`AnswerChallenge`].
    pub struct Redeemed {
        /// Whether the outcome is known.
        pub is_settled: bool,
        /// Whether an earlier request with the same key began the payment.
        pub is_replay: bool,
        /// The payment and its session.
        pub answer: Json<RedemptionAnswer>,
    }
}

stored_struct! {
    /// Asks whether a payment has no final outcome yet.
    pub struct AskProgress {
        /// `rd_…`.
        pub redemption: RedemptionId,
    }
}
call!(AskProgress, "CHECKOUT", "progress", Progress);

stored_enum! {
    /// Whether a payment has no final outcome yet.
    #[derive(Clone, Copy, PartialEq, Eq)]
    pub enum Progress or Progress::Open;

    /// It is still open.
    "Open" = Open,
    /// It has a final outcome, or does not exist.
    "Settled" = Settled,
}

stored_struct! {
    /// Passes on the hint of an authenticated webhook about a payment.
    pub struct PaymentHint {
        /// Our reference of the payment.
        pub reference: String,
        /// Whether the webhook reports that money moved.
        pub success: bool,
        /// The change voucher.
        pub change: Option<ChangeVoucher>,
    }
}
call!(PaymentHint, "CHECKOUT", "hint", HintResult);

stored_enum! {
    /// The effect of a hint.
    #[derive(Clone, Copy, PartialEq, Eq)]
    pub enum HintResult or HintResult::Unknown;

    /// It is stored and looked up at once.
    "noted" = Noted,
    /// It reports an outcome that is already known.
    "known" = Known,
    /// It names a payment that does not exist.
    "unknown" = Unknown,
}

impl HintResult {
    /// Returns its name in the log and in the answer to the webhook.
    pub const fn as_str(self) -> &'static str {
        match self {
            HintResult::Noted => "noted",
            HintResult::Known => "known",
            HintResult::Unknown => "unknown",
        }
    }
}

stored_struct! {
    /// Claims a voucher for a payment (law 4).
    pub struct ClaimVoucher {
        /// `cs_…`.
        pub session: SessionId,
        /// `rd_…`, recorded in that session's ledger.
        pub redemption: RedemptionId,
    }
}
call!(ClaimVoucher, "VOUCHER", "claim", Claim);

stored_enum! {
    /// The answer to a claim.
    #[derive(Clone, Copy, PartialEq, Eq)]
    pub enum Claim or Claim::Refused;

    /// This payment alone holds the voucher.
    "Granted" = Granted,
    /// Another payment without a final outcome holds the voucher.
    "Refused" = Refused,
}

stored_struct! {
    /// Asks whether a payment was the last one to claim a voucher.
    pub struct AskHolder {
        /// `rd_…`.
        pub redemption: RedemptionId,
    }
}
call!(AskHolder, "VOUCHER", "holder", Holding);

stored_enum! {
    /// Whether a payment was the last one to claim a voucher.
    #[derive(Clone, Copy, PartialEq, Eq)]
    pub enum Holding or Holding::Held;

    /// It was.
    "Held" = Held,
    /// Another payment has claimed the voucher since, or the claim is no longer stored.
    "Lost" = Lost,
}

stored_struct! {
    /// Carries out a POST of the merchant once, or returns its earlier answer.
    pub struct PerformOnce {
        /// The name of the key's object.
        pub name: String,
        /// The address and the body, which must be the same when the key is used again.
        pub request: String,
        /// The action.
        pub action: MerchantAction,
    }
}
call!(PerformOnce, "IDEMPOTENCY", "perform", PerformedOnce);

stored_struct! {
    /// Reports a step of a payout by voucher to the session that owes the money. A repeated step changes nothing.
    pub struct PayOutByVoucher {
        /// The payout.
        pub payout: PayoutVoucher,
        /// The step.
        pub step: PayoutStep,
    }
}
call!(PayOutByVoucher, "CHECKOUT", "payout", ());

stored_enum! {
    /// A POST of the merchant.
    pub enum MerchantAction or MerchantAction::LookUpVoucher { body: String::new() };

    /// `POST /v1/checkout_sessions`.
    "create_session" = CreateSession {
        /// The body.
        body: String,
    },
    /// `POST /v1/checkout_sessions/{id}/cancel`.
    "cancel_session" = CancelSession {
        /// `cs_…`.
        id: SessionId,
    },
    /// `POST /v1/checkout_sessions/{id}/events/{event}/redeliver`.
    "redeliver" = Redeliver {
        /// `cs_…`.
        id: SessionId,
        /// `evt_…`.
        event: String,
    },
    /// A manual act: `resolve`, `ask`, `refunds`, `payouts` and `erase`.
    "manual" = Manual {
        /// `cs_…`.
        id: SessionId,
        /// The person or key that acts.
        by: Actor,
        /// The requested act.
        request: ManualRequest,
    },
    /// A manual act on an issued voucher: `resolve` and `ask`.
    "manual_order" = ManualOrder {
        /// `vo_…`.
        id: VoucherId,
        /// The person or key that acts.
        by: Actor,
        /// The requested act.
        request: ManualRequest,
    },
    /// `POST /v1/vouchers`.
    "issue_voucher" = IssueVoucher {
        /// The person or key that orders it.
        by: Actor,
        /// The body.
        body: String,
    },
    /// `POST /v1/vouchers/lookup`.
    "look_up_voucher" = LookUpVoucher {
        /// The body.
        body: String,
    },
}

stored_struct! {
    /// The result of a POST of the merchant.
    pub struct PerformedOnce {
        /// The answer, or the problem.
        pub result: Result<Performed, Problem>,
        /// Whether it is the result of an earlier request with the same key.
        pub is_replay: bool,
    }
}

stored_struct! {
    /// An action of the merchant, carried out.
    pub struct Performed {
        /// The HTTP status.
        pub status: u16,
        /// The answer's body.
        pub body: Json<Value>,
    }
}

stored_struct! {
    /// Reads the voucher that was ordered under this key.
    pub struct ShowVoucher {
        /// `vo_…`.
        pub voucher: VoucherId,
    }
}
call!(ShowVoucher, "IDEMPOTENCY", "voucher", Json<Value>);

stored_struct! {
    /// Carries out a manual act on the voucher that was ordered under this key, once per `id`. The answer is the
    /// voucher.
    pub struct PerformOnVoucher {
        /// `vo_…`.
        pub voucher: VoucherId,
        /// `act_…`.
        pub id: ActId,
        /// The person or key that acts.
        pub by: Actor,
        /// The requested act.
        pub request: ManualRequest,
    }
}
call!(PerformOnVoucher, "IDEMPOTENCY", "act", Json<Value>);

stored_struct! {
    /// Passes on a hint from a provider's webhook about the voucher issued under this key.
    pub struct VoucherHint;
}
call!(VoucherHint, "IDEMPOTENCY", "hint", HintResult);

stored_struct! {
    /// Sends a session to the index again.
    pub struct ReindexSession;
}
call!(ReindexSession, "CHECKOUT", "reindex", Reindexing);

stored_struct! {
    /// Sends an issued voucher to the index again.
    pub struct ReindexVoucher {
        /// `vo_…`.
        pub voucher: VoucherId,
    }
}
call!(ReindexVoucher, "IDEMPOTENCY", "reindex", Reindexing);

stored_enum! {
    /// The effect of a call that sends an object to the index again.
    #[derive(Clone, Copy, PartialEq, Eq)]
    pub enum Reindexing or Reindexing::NotFound;

    /// All its rows are sent again.
    "begun" = Begun,
    /// The object does not exist.
    "not_found" = NotFound,
}

stored_struct! {
    /// Asks the gate of a provider account for permission, or reports the result of a call.
    pub struct AskGate {
        /// The provider's id.
        pub provider: String,
        /// The request or the report.
        pub ask: Ask,
    }
}
call!(AskGate, "GATE", "ask", Pass);

stored_struct! {
    /// Asks whether an address or a phone number may make another try.
    pub struct AskThrottle {
        /// The owner of the bucket.
        pub bucket: Bucket,
        /// A new name for the try.
        pub attempt: String,
    }
}
call!(AskThrottle, "THROTTLE", "ask", Ruling);

stored_struct! {
    /// Reports the outcome of a try.
    pub struct ReportTry {
        /// The name of the try.
        pub attempt: String,
        /// Whether it counts as failed.
        pub failed: bool,
        /// Until when its owner was told to wait, because the provider takes no more calls; zero if it was not.
        pub told_until: Millis,
    }
}
call!(ReportTry, "THROTTLE", "report", ());

stored_struct! {
    /// Asks for the state of a provider's brake.
    pub struct AskBrake;
}
call!(AskBrake, "THROTTLE", "brake", BrakeState);

stored_enum! {
    /// The state of a provider's brake.
    #[derive(Clone, Copy, PartialEq, Eq)]
    pub enum BrakeState or BrakeState::Off;

    /// Most recent tries at the provider have failed.
    "on" = On,
    /// Tries are not slowed down.
    "off" = Off,
}

stored_struct! {
    /// Counts a try for a provider's brake.
    pub struct CountTry {
        /// Whether it failed.
        pub failed: bool,
    }
}
call!(CountTry, "THROTTLE", "count", ());

stored_struct! {
    /// Reserves part of the provider's daily issuing limit for an order. The answer is the time to wait if the limit is used up.
    pub struct ReserveIssue {
        /// `vo_…`.
        pub voucher: VoucherId,
        /// The order's amount; zero if only the provider knows it.
        pub amount: Minor,
    }
}
call!(ReserveIssue, "GATE", "reserve", Option<Millis>);

stored_struct! {
    /// Records the outcome of an order.
    pub struct SettleIssue {
        /// `vo_…`.
        pub voucher: VoucherId,
        /// The voucher's amount; `None` if no voucher is issued.
        pub amount: Option<Minor>,
    }
}
call!(SettleIssue, "GATE", "settle", ());

stored_struct! {
    /// Checks for causes that need a person's attention, and reports the new ones.
    pub struct LookAround;
}
call!(LookAround, "ATTENTION", "look_around", ());

stored_struct! {
    /// Records how far the index is behind an object.
    pub struct NoteFeed {
        /// The object's id.
        pub object: String,
        /// The time of the oldest change that the index has not received; `None` once it has received all.
        pub since: Option<Millis>,
    }
}
call!(NoteFeed, "ATTENTION", "note_feed", ());

stored_struct! {
    /// Counts violations that a browser has reported.
    pub struct NoteViolations {
        /// At least one.
        pub violations: Vec<Violation>,
    }
}
call!(NoteViolations, "ATTENTION", "note_violations", ());

stored_struct! {
    /// Asks for what was noted.
    pub struct AskNotes;
}
call!(AskNotes, "ATTENTION", "notes", Notes);

stored_struct! {
    /// What objects and browsers have noted.
    pub struct Notes {
        /// The objects that the index is behind.
        pub behind: Backlog,
        /// The violations of our pages' policy, the last reported first.
        pub violations: Vec<Violation>,
    }
}

/// Calls the `Checkout` object of a session, whose name is the session's id.
pub async fn checkout<C: Call>(env: &Env, session: &SessionId, call: &C) -> Result<C::Answer, Problem> {
    read(&send(env, C::OBJECT, session.as_str(), C::NAME, written(call)?).await?)
}

/// Calls the `Voucher` object of a voucher, whose name is the keyed hash of provider and number.
pub async fn voucher<C: Call>(env: &Env, hash: &str, call: &C) -> Result<C::Answer, Problem> {
    read(&send(env, C::OBJECT, hash, C::NAME, written(call)?).await?)
}

/// Calls the `Idempotency` object of a key, whose name is the first twenty hexadecimal digits of the key's
/// SHA-256.
pub async fn idempotency<C: Call>(env: &Env, name: &str, call: &C) -> Result<C::Answer, Problem> {
    read(&send(env, C::OBJECT, name, C::NAME, written(call)?).await?)
}

/// Calls the object of the key under which a voucher was ordered: the voucher's id begins with the object's name.
pub async fn ordered<C: Call>(env: &Env, voucher: &VoucherId, call: &C) -> Result<C::Answer, Problem> {
    let name: String = voucher.digits().chars().take(20).collect();
    idempotency(env, &name, call).await
}

/// Calls the `Gate` object of a provider, whose name is that of the provider account.
pub async fn gate<C: Call>(env: &Env, account: &str, call: &C) -> Result<C::Answer, Problem> {
    read(&send(env, C::OBJECT, account, C::NAME, written(call)?).await?)
}

/// Calls the `Throttle` object of an address or a phone number, whose name is the owner's keyed hash, or of a shard of a provider's
/// brake.
pub async fn throttle<C: Call>(env: &Env, name: &str, call: &C) -> Result<C::Answer, Problem> {
    read(&send(env, C::OBJECT, name, C::NAME, written(call)?).await?)
}

/// Calls the `Attention` object, one for the deployment.
pub async fn attention<C: Call>(env: &Env, call: &C) -> Result<C::Answer, Problem> {
    read(&send(env, C::OBJECT, OWNER, C::NAME, written(call)?).await?)
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

impl Json<Value> {
    /// Parses the text.
    pub fn value(&self) -> Result<Value, Problem> {
        json::read(self.text()).map_err(worker::Error::from).map_err(internal("JSON"))
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
