//! The `Idempotency` object: one per key of the shop's API. It carries a POST of the shop out once, keeps the answer sealed
//! for 90 days, and gives it again to whoever sends the same request with the same key.
//!
//! A voucher that is issued is a ledger of its own here ([`Issuance`]): its order is on disk before the first byte goes to
//! the provider, and the alarm finds out what became of it when the answer was lost.

mod issuance;

use crate::api::{Answer, random, random_hex};
use crate::http::{header, json_answer, settle};
use crate::log;
use crate::objects::calls::{self, Action, IdempotencyCall, internal};
use crate::objects::lease::{Held, Mark};
use crate::objects::store::{Kind, Ledger, Secret};
use crate::objects::{alarm, merchant_action, outbox};
use crate::problem::Problem;
use crate::runtime::{self, now};
use checkout_core::Config;
use checkout_core::issuance::{Issuance, Stage, Step};
use checkout_core::seal::same;
use checkout_wire::ErrorCode;
use serde::{Deserialize, Serialize};
use serde_json::json;
use worker::{
    DurableObject, Env, Request, Response, ResponseBuilder, Result as WorkerResult, State, durable_object,
};

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;
/// How long an answer is kept.
const KEPT_MS: i64 = 90 * DAY_MS;
/// Time on top of the provider's timeout before a call that does not end counts as gone.
const PATIENCE_MS: i64 = 5_000;

/// An entry of the object's ledger, as it is stored. A name or field here is a storage format: add, never change.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Record {
    /// The key is taken: written before anything is done.
    Taken {
        /// The keyed hash of the request.
        request: String,
        /// 32 random hexadecimal digits: what is made under this key is named by them.
        id: String,
    },
    /// The call was carried out; its answer stands sealed beside this.
    Answered {
        /// The HTTP status.
        status: u16,
    },
    /// A step of the voucher that is issued under this key.
    Voucher(Step),
}

/// A key, and what became of it.
#[durable_object]
pub struct Idempotency {
    state: State,
    env: Env,
    /// Held while a call is under way in this process.
    running: Mark,
}

/// What the ledger says.
struct Known {
    taken_at: i64,
    request: String,
    id: String,
    answered: Option<u16>,
    issuance: Option<Issuance>,
}

impl DurableObject for Idempotency {
    fn new(state: State, env: Env) -> Self {
        Self { state, env, running: Mark::default() }
    }

    async fn fetch(&self, mut request: Request) -> WorkerResult<Response> {
        let call = calls::call(&mut request).await?;
        settle(match call {
            IdempotencyCall::Perform { name, request, action } => self.answer(&name, &request, action).await,
            IdempotencyCall::Hint => self.hint().await,
        })
    }

    async fn alarm(&self) -> WorkerResult<Response> {
        // As in the Checkout object: an alarm that fails sets the next one itself.
        let rung = alarm::ring(|| self.look_after(), || self.settling_due(), self.deliver()).await;
        if rung.is_err() {
            let due = self.settling_due().ok().flatten().map(|at| at - now()).filter(|ms| *ms > 0);
            self.ledger().wake_in(due.unwrap_or(MINUTE_MS).min(MINUTE_MS)).await?;
        }
        Response::empty()
    }
}

impl Idempotency {
    async fn answer(&self, name: &str, request: &str, action: Action) -> Answer {
        let config = runtime::config(&self.env)?;
        let Some(known) = self.known()? else {
            return self.first(&config, name, request, action).await;
        };
        let hashes = config.keyring.hashes("shop-request", request);
        if hashes.filter(|hash| same(hash, &known.request)).count() == 0 {
            return Err(Problem::of(ErrorCode::IdempotencyMismatch));
        }
        if self.running.is_held() {
            return Err(Problem::of(ErrorCode::IdempotencyInProgress));
        }
        let answer = match (&known.issuance, known.answered) {
            (Some(issuance), _) => {
                if issuance.is_left_to_person(&config.limits) && issuance.may_ask(now()) {
                    // Whoever sends it again wants to know: the provider is asked once more.
                    self.ask(&config, issuance).await?;
                }
                self.rouse(&config, issuance).await?;
                settle(self.tell(&config)).map_err(internal("voucher"))?
            }
            (None, Some(status)) => self.stored_answer(&config, &known.id, status)?,
            // The process stopped before the answer was stored. What was made has its name already, and is not made again.
            (None, None) => {
                let _running = self.run(&config);
                return self.carry_out(&config, &action, &known.id).await;
            }
        };
        answer.headers().set("idempotent-replayed", "true").map_err(internal("idempotent answer"))?;
        Ok(answer)
    }

    async fn first(&self, config: &Config, name: &str, request: &str, action: Action) -> Answer {
        merchant_action::check(config, &action)?;
        let id = match action {
            // Its beginning is the object's name, by which a webhook finds it.
            Action::IssueVoucher { .. } => format!("{name}{}", random_hex::<6>()?),
            _ => random_hex::<16>()?,
        };
        let taken = Record::Taken { request: config.keyring.hash("shop-request", request), id: id.clone() };
        if let Action::IssueVoucher { body } = &action {
            let ordered = Step::order(body.as_bytes(), &format!("vo_{id}"), config)?;
            let _running = self.run(config);
            self.write(config, &[taken, Record::Voucher(ordered)], Vec::new()).await?;
            // Whatever goes wrong from here on, the order is on disk and its alarm is set: the shop is told how far it got. An alarm
            // that was quicker than the disk has taken it for lost: then it is found out, and no longer sent.
            if self.issuance()?.is_some_and(|issuance| issuance.stage == Stage::Ordered) {
                let _ = self.issue(config).await;
            }
            return self.tell(config);
        }
        let _running = self.run(config);
        self.write(config, &[taken], Vec::new()).await?;
        self.carry_out(config, &action, &id).await
    }

    /// Carries the call out and stores its answer. One that fails gives the key back: nothing was made, so it can be tried
    /// again.
    async fn carry_out(&self, config: &Config, action: &Action, id: &str) -> Answer {
        let performed = merchant_action::perform(&self.env, config, action, id).await;
        let mut answer = settle(performed).map_err(internal("answer"))?;
        let status = answer.status_code();
        let body = answer.bytes().await.map_err(internal("answer body"))?;
        if (200..300).contains(&status) {
            let text = String::from_utf8_lossy(&body);
            let sealed = seal(config, Kind::Answer, id, &text)?;
            let answer = Secret::Keep(Kind::Answer, id.to_owned(), sealed);
            self.write(config, &[Record::Answered { status }], vec![answer]).await?;
        } else if status < 500 || matches!(action, Action::LookUpVoucher { .. }) {
            self.ledger().forget().await.map_err(internal("forget"))?;
            #[cfg(feature = "crash-points")]
            self.reached(&[crate::objects::crash_points::Point::Forgotten]).await?;
        }
        let mut copy = ResponseBuilder::new().with_status(status);
        for name in ["content-type", "retry-after"] {
            if let Some(value) = header(answer.headers(), name) {
                copy = copy.with_header(name, &value).map_err(internal("answer"))?;
            }
        }
        Ok(copy.fixed(body))
    }

    fn stored_answer(&self, config: &Config, id: &str, status: u16) -> Answer {
        let text = self.opened(config, Kind::Answer, id)?.ok_or_else(|| Problem::of(ErrorCode::Internal))?;
        json_text(status, "application/json", text.into_bytes()).map_err(internal("stored answer"))
    }

    async fn hint(&self) -> Answer {
        let config = runtime::config(&self.env)?;
        let result = match self.known()?.and_then(|known| known.issuance) {
            None => "unknown",
            Some(issuance) if !issuance.is_news() => "known",
            // It is looked up by the alarm, at once. A voucher that counts as refused may turn out to be issued.
            Some(_) => {
                self.write(&config, &[Record::Voucher(Step::Hinted)], Vec::new()).await?;
                "noted"
            }
        };
        json_answer(200, &json!({"result": result})).map_err(internal("hint answer"))
    }

    fn known(&self) -> Result<Option<Known>, Problem> {
        let mut entries = self.ledger().entries().map_err(internal("ledger"))?.into_iter();
        let Some((taken_at, Record::Taken { request, id })) = entries.next() else {
            return Ok(None);
        };
        let (mut answered, mut steps) = (None, Vec::new());
        for (at, record) in entries {
            match record {
                Record::Taken { .. } => {}
                Record::Answered { status } => answered = Some(status),
                Record::Voucher(step) => steps.push((at, step)),
            }
        }
        Ok(Some(Known { taken_at, request, id, answered, issuance: Issuance::replay(steps) }))
    }

    fn run(&self, config: &Config) -> Held<'_> {
        self.running.hold(config.limits.provider_timeout_ms + PATIENCE_MS)
    }

    fn ledger(&self) -> Ledger<Record> {
        Ledger::new(self.state.storage())
    }

    /// Writes records, sets the alarm that follows from them, and waits until both are on disk.
    async fn write(&self, config: &Config, records: &[Record], secrets: Vec<Secret>) -> Result<(), Problem> {
        let now = now();
        let events = outbox::events(&self.ledger(), self.news(config, records, now)?, now)?;
        self.ledger().write(now, records, secrets, &events).map_err(internal("write"))?;
        self.arm(config).await?;
        self.ledger().on_disk().await.map_err(internal("sync"))?;
        #[cfg(feature = "crash-points")]
        self.reached(records).await?;
        Ok(())
    }

    /// Tells a test that this is on disk, by the names of the key and of what is made under it.
    #[cfg(feature = "crash-points")]
    async fn reached<T: Serialize>(&self, steps: &[T]) -> Result<(), Problem> {
        let key = self.state.id().name().unwrap_or_default();
        let made = self.known()?.map(|known| known.id).unwrap_or_default();
        crate::objects::crash_points::reached("idempotency", &[&key, &made], steps).await;
        Ok(())
    }

    /// Sets the alarm: for the voucher that needs looking after, and in the end for forgetting everything.
    async fn arm(&self, config: &Config) -> Result<(), Problem> {
        if self.known()?.is_none() {
            return Ok(());
        }
        let event = outbox::due_at(&self.ledger(), config).map_err(internal("outbox"))?;
        let armed = match self.settling_due()?.into_iter().chain(event).min() {
            Some(at) => self.ledger().wake_in(at - now()).await,
            None => self.ledger().let_sleep().await,
        };
        armed.map_err(internal("alarm"))
    }

    /// When there is a voucher to look after, or everything to be forgotten, in milliseconds.
    fn settling_due(&self) -> Result<Option<i64>, Problem> {
        let Some(known) = self.known()? else {
            return Ok(None);
        };
        let config = runtime::config(&self.env)?;
        let due = known.issuance.as_ref().and_then(|issuance| issuance.due_at(&config.limits));
        // What is not known is never forgotten, and after its time never asked about by itself.
        let open = known.issuance.as_ref().is_some_and(Issuance::is_open);
        Ok(due.or_else(|| (!open).then_some(known.taken_at + KEPT_MS)))
    }

    /// Sets the alarm again when it should have rung a minute ago: a runtime gives up on an alarm that keeps failing.
    async fn rouse(&self, config: &Config, issuance: &Issuance) -> Result<(), Problem> {
        match issuance.due_at(&config.limits) {
            Some(at) if at + MINUTE_MS < now() => self.ledger().wake_in(0).await.map_err(internal("alarm")),
            _ => Ok(()),
        }
    }

    fn opened(&self, config: &Config, kind: Kind, about: &str) -> Result<Option<String>, Problem> {
        let sealed = self.ledger().sealed(kind).map_err(internal("secrets"))?;
        let sealed = sealed.into_iter().find(|(name, _)| name == about);
        let opened = sealed.as_ref().and_then(|(_, text)| config.keyring.open(&kind.purpose(about), text));
        if sealed.is_some() && opened.is_none() {
            log::unreadable_secret("answer", about);
        }
        Ok(opened)
    }
}

fn seal(config: &Config, kind: Kind, about: &str, text: &str) -> Result<String, Problem> {
    config.keyring.seal(&kind.purpose(about), random()?, text).ok_or_else(|| Problem::of(ErrorCode::Internal))
}

fn json_text(status: u16, media_type: &str, body: Vec<u8>) -> WorkerResult<Response> {
    Ok(ResponseBuilder::new().with_status(status).with_header("content-type", media_type)?.fixed(body))
}
