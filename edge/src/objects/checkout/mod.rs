//! The `Checkout` object: one per session. It keeps the session's ledger, lets one voucher be tried at a time, and finds
//! out by alarm what became of a payment whose answer was lost.
//!
//! The order is the same everywhere: decide (in `checkout-core`, without waiting), write, act, read again, decide.

mod pay;
mod recovery;
mod redeem;
mod reversal;
mod secrets;

use crate::api::Answer;
use crate::http::{json_answer, settle};
use crate::objects::calls::{self, CheckoutCall, internal};
use crate::objects::lease::Mark;
use crate::objects::store::{Kind, Ledger, Secret};
use crate::objects::{alarm, outbox};
use crate::problem::Problem;
use crate::provider::gate;
use crate::runtime::{self, now};
use checkout_core::seal::{same, sha256};
use checkout_core::session::{Down, Entry, Redemption, State as Progress, Terms};
use checkout_core::{Config, Session};
use checkout_wire::{Change, ErrorCode, SessionStatus};
use serde_json::json;
use std::cell::{Cell, RefCell};
use worker::{DurableObject, Env, Request, Response, Result as WorkerResult, State, durable_object};

const MINUTE_MS: i64 = 60_000;

/// A session and everything that may happen to it.
#[durable_object]
pub struct Checkout {
    state: State,
    env: Env,
    /// Held while a request is between its first check and its first entry: two at once would both be let through.
    admitting: Mark,
    /// Until when the gate to a provider is closed, as it said last.
    busy_until: Cell<i64>,
    /// The providers that do not answer, as their gates said last.
    down: RefCell<Down>,
    /// Whether a payment of this session has counted as one that its provider did not answer.
    blamed: Cell<bool>,
}

impl DurableObject for Checkout {
    fn new(state: State, env: Env) -> Self {
        Self {
            state,
            env,
            admitting: Mark::default(),
            busy_until: Cell::new(0),
            down: RefCell::default(),
            blamed: Cell::default(),
        }
    }

    async fn fetch(&self, mut request: Request) -> WorkerResult<Response> {
        let call = calls::call(&mut request).await?;
        settle(self.answer(call).await)
    }

    async fn alarm(&self) -> WorkerResult<Response> {
        let rung = alarm::ring(|| self.look_after(), || self.settling_due(), self.deliver()).await;
        // An alarm that fails is tried again only a few times, and then forgotten: this one sets the next itself.
        if rung.is_err() {
            let due = self.settling_due().ok().flatten().map(|at| at - now()).filter(|ms| *ms > 0);
            self.ledger().wake_in(due.unwrap_or(MINUTE_MS).min(MINUTE_MS)).await?;
        }
        Response::empty()
    }
}

impl Checkout {
    async fn answer(&self, call: CheckoutCall) -> Answer {
        let config = runtime::config(&self.env)?;
        match call {
            CheckoutCall::Create { id, terms, expires_in_ms } => {
                self.create(&config, id, terms, expires_in_ms).await
            }
            CheckoutCall::Show => {
                let session = self.session()?;
                self.rouse(&config, &session).await?;
                self.for_shop(&config, 200, &session)
            }
            CheckoutCall::Cancel => self.cancel(&config).await,
            CheckoutCall::Events => self.events(),
            CheckoutCall::Redeliver { event } => self.redeliver(&config, &event).await,
            CheckoutCall::Outline => {
                json_answer(200, &self.session()?.outline(&config, now())).map_err(internal("outline"))
            }
            CheckoutCall::View { secret } => {
                let session = self.session_of(&secret)?;
                self.rouse(&config, &session).await?;
                self.look_at_providers(&config, &session).await;
                let session = self.session()?;
                let changes = self.changes(&config, &session)?;
                let view = session.checkout_view(&config, &changes, &self.down.borrow(), now());
                json_answer(200, &view).map_err(internal("view"))
            }
            CheckoutCall::Redeem { secret, key, attempt } => {
                self.session_of(&secret)?;
                self.redeem(config, key, attempt).await
            }
            CheckoutCall::IsOpen { redemption } => {
                let open = match self.session() {
                    Err(Problem { code: ErrorCode::SessionNotFound, .. }) => false,
                    session => session?.redemption(&redemption).is_some_and(Redemption::is_open),
                };
                json_answer(200, &open).map_err(internal("is open"))
            }
            CheckoutCall::Hint { reference, success, change } => {
                self.hint(&config, &reference, success, change).await
            }
        }
    }

    async fn create(&self, config: &Config, id: String, terms: Terms, expires_in_ms: i64) -> Answer {
        // Ids are random and new: what is here already was made by the same call, whose answer was lost.
        if let Err(Problem { code: ErrorCode::SessionNotFound, .. }) = self.session() {
            let secret = config.keyring.client_secrets(&id).next().unwrap_or_default();
            let now = now();
            let expires_at = now + expires_in_ms;
            let entries = [Entry::Created { id, secret_hash: sha256(&secret), expires_at, terms }];
            self.ledger().write(now, &entries, Vec::new(), &[]).map_err(internal("create"))?;
            self.arm(config).await?;
            #[cfg(feature = "crash-points")]
            crate::objects::crash_points::reached("checkout", &[&self.session()?.id], &entries).await;
        }
        self.for_shop(config, 201, &self.session()?)
    }

    /// Ends the session, and gives back what the providers take back.
    async fn cancel(&self, config: &Config) -> Answer {
        let session = self.session()?;
        match session.status(now()) {
            // What waits for a person can wait after the end as well: late money is given back, or listed as owed.
            SessionStatus::Processing if session.waits_for_person_only() => self.end(config, &session).await,
            SessionStatus::Open => self.end(config, &session).await,
            SessionStatus::Canceled => self.for_shop(config, 200, &session),
            SessionStatus::Complete => Err(Problem::of(ErrorCode::SessionComplete)),
            SessionStatus::Expired => Err(Problem::of(ErrorCode::SessionExpired)),
            SessionStatus::Processing => Err(Problem::of(ErrorCode::PaymentInProgress)),
        }
    }

    async fn end(&self, config: &Config, session: &Session) -> Answer {
        // One step: a session that is canceled has begun to give back.
        let returning: Vec<Redemption> = session.returnable().cloned().collect();
        let entries = [Entry::Canceled].into_iter().chain(returning.iter().map(Redemption::reversing));
        self.write(config, &entries.collect::<Vec<_>>(), Vec::new()).await?;
        for one in &returning {
            // Whatever goes wrong here, the alarm goes on with it.
            let _ = self.give_back(config, one).await;
        }
        self.for_shop(config, 200, &self.session()?)
    }

    fn for_shop(&self, config: &Config, status: u16, session: &Session) -> Answer {
        let mut secrets = config.keyring.client_secrets(&session.id);
        let secret = secrets.find(|secret| same(&sha256(secret), &session.secret_hash));
        json_answer(status, &session.shop_view(secret.as_deref(), config, now()))
            .map_err(internal("shop view"))
    }

    /// Asks the gates of the providers that this session offers whether they answer.
    async fn look_at_providers(&self, config: &Config, session: &Session) {
        if session.status(now()) != SessionStatus::Open {
            return;
        }
        for provider in session.terms.providers.iter().filter_map(|id| config.provider(id)) {
            let health = gate::health(&self.env, provider).await;
            let id = provider.features().id.to_owned();
            match health {
                Some(ms) => self.down.borrow_mut().insert(id, now() + ms),
                None => self.down.borrow_mut().remove(&id),
            };
        }
    }

    /// Notes what a webhook hints at; the alarm looks it up at once. Answers before that: the provider waits for us.
    async fn hint(&self, config: &Config, reference: &str, success: bool, change: Option<Change>) -> Answer {
        let told =
            |result: &str| json_answer(200, &json!({"result": result})).map_err(internal("hint answer"));
        let session = match self.session() {
            Err(Problem { code: ErrorCode::SessionNotFound, .. }) => return told("unknown"),
            session => session?,
        };
        let Some(one) = session.redemptions.iter().find(|one| one.begun.reference == reference) else {
            return told("unknown");
        };
        let id = &one.begun.id;
        let entry = session.hinted(reference, success);
        // A webhook that is repeated after all that time brings nothing back.
        let kept = session.forget_change_at(id, &config.limits).is_some_and(|at| at > now());
        let change = change.filter(|_| kept);
        if entry.is_none() && change.is_none() {
            return told("known");
        }
        let mut secrets = Vec::new();
        if let Some(change) = change {
            let sealed = self.sealed_change(config, Kind::HintedChange, id, &change)?;
            secrets.push(Secret::Keep(Kind::HintedChange, id.clone(), sealed));
        }
        self.write(config, entry.as_slice(), secrets).await?;
        told("noted")
    }

    fn ledger(&self) -> Ledger<Entry> {
        Ledger::new(self.state.storage())
    }

    fn session(&self) -> Result<Session, Problem> {
        let entries = self.ledger().entries().map_err(internal("ledger"))?;
        Session::replay(entries).ok_or_else(|| Problem::of(ErrorCode::SessionNotFound))
    }

    /// The session, if this is its client secret.
    fn session_of(&self, secret: &str) -> Result<Session, Problem> {
        let session = self.session()?;
        if same(&sha256(secret), &session.secret_hash) {
            Ok(session)
        } else {
            Err(Problem::of(ErrorCode::ClientSecretInvalid))
        }
    }

    /// The payment, as long as nobody but the request that began it works on it.
    fn still_begun(&self, id: &str) -> Result<Option<Redemption>, Problem> {
        Ok(self.session()?.redemption(id).filter(|one| one.state == Progress::Begun).cloned())
    }

    /// Writes entries and the events they mean for the shop, sets the alarm that follows from them, and waits until all of it
    /// is on disk (law 2). Write and alarm are one step: nothing else runs between them.
    async fn write(&self, config: &Config, entries: &[Entry], secrets: Vec<Secret>) -> Result<(), Problem> {
        let now = now();
        let before = self.session()?;
        let mut after = before.clone();
        entries.iter().for_each(|entry| after.apply(now, entry.clone()));
        let news = after.news(&before, config, now);
        let events = outbox::events(&self.ledger(), news, now)?;
        self.ledger().write(now, entries, secrets, &events).map_err(internal("write"))?;
        self.arm_for(config, &after).await?;
        self.ledger().on_disk().await.map_err(internal("sync"))?;
        #[cfg(feature = "crash-points")]
        crate::objects::crash_points::reached("checkout", &[&after.id], entries).await;
        Ok(())
    }

    /// Sets the alarm for the next thing to look after or to deliver, or takes it away when there is none.
    async fn arm(&self, config: &Config) -> Result<(), Problem> {
        self.arm_for(config, &self.session()?).await
    }

    /// The same for a session that was read, or made, just now.
    async fn arm_for(&self, config: &Config, session: &Session) -> Result<(), Problem> {
        let settling = self.next_settling(config, session)?;
        let event = outbox::due_at(&self.ledger(), config).map_err(internal("outbox"))?;
        let armed = match settling.into_iter().chain(event).min() {
            Some(at) => self.ledger().wake_in(at - now()).await,
            None => self.ledger().let_sleep().await,
        };
        armed.map_err(internal("alarm"))
    }

    /// When there is something to settle or to erase next, in milliseconds.
    fn settling_due(&self) -> Result<Option<i64>, Problem> {
        let config = runtime::config(&self.env)?;
        self.next_settling(&config, &self.session()?)
    }

    fn next_settling(&self, config: &Config, session: &Session) -> Result<Option<i64>, Problem> {
        let payment = session.next_due(&config.limits).map(|at| at.max(self.busy_until.get()));
        let forget = self.next_to_forget(config, session)?.map(|(at, _)| at);
        Ok(payment.into_iter().chain(forget).min())
    }

    /// Sets the alarm again when it should have rung a minute ago: a runtime gives up on an alarm that keeps failing.
    async fn rouse(&self, config: &Config, session: &Session) -> Result<(), Problem> {
        match session.next_due(&config.limits) {
            Some(at) if at.max(self.busy_until.get()) + MINUTE_MS < now() => {
                self.ledger().wake_in(0).await.map_err(internal("alarm"))
            }
            _ => Ok(()),
        }
    }

    /// The session's events for the shop, with every try to deliver them.
    fn events(&self) -> Answer {
        self.session()?;
        let list = outbox::list(&self.ledger()).map_err(internal("events"))?;
        json_answer(200, &list).map_err(internal("events"))
    }

    /// Has an event delivered (again) at once.
    async fn redeliver(&self, config: &Config, event: &str) -> Answer {
        self.session()?;
        if !self.ledger().send_again(event, now()).map_err(internal("send again"))? {
            return Err(Problem::of(ErrorCode::EventNotFound));
        }
        self.arm(config).await?;
        self.events()
    }
}
