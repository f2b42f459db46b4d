//! The `Checkout` object, one per session. It keeps the session's ledger, admits one voucher at a time, and
//! settles payments with a lost answer by its alarm.
//!
//! The order of steps is always: decide (in `checkout-core`, without waiting), write, act, read again,
//! decide.

mod archive;
mod challenge;
mod change;
mod hint;
mod manual;
mod pay;
mod recovery;
mod redeem;
mod reversal;
mod secrets;
mod throttled;

use super::calls::{
    AnswerChallenge, AskProgress, Call, CancelSession, CreateSession, Json, ListEvents, Outline,
    PayOutByVoucher, PaymentHint, Perform, Progress, Received, Redeem, Redeliver, ReindexSession, ShowLedger,
    ShowPaidBack, ShowSession, ViewSession, answer, internal, refuse,
};
use super::lease::{Held, Lease};
use super::ledger_object::{Ledger, LedgerObject};
use super::outbox;
use super::store::SecretWrite;
use crate::log::context::{LogContext, within};
use crate::problem::Problem;
use crate::provider::gate;
use crate::runtime::{self, now};
use checkout_core::index::{Rows, Version};
use checkout_core::seal::{same, sha256};
use checkout_core::secret::Secret;
use checkout_core::session::{Down, Entry, Redemption, RedemptionState};
use checkout_core::{Config, Session};
use checkout_wire::{CheckoutView, ErrorCode, EventType, Millis, RedemptionId, SessionStatus};
use serde_json::Value;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use worker::{DurableObject, Env, Request, Response, State, durable_object};

/// The time that admission may take, including the calls to a gate and the writes to disk.
const ADMISSION: Millis = Millis::SECOND.times(10);

/// A session with its ledger, and state that is kept in memory only.
#[durable_object(alarm)]
pub struct Checkout {
    env: Env,
    ledger: Ledger<Session>,
    /// Held by a request between its first check and its first entry. Otherwise two concurrent requests would both be admitted.
    admitting: Lease,
    /// The payment for which that request claims its voucher before the payment is on disk.
    claiming: RefCell<Option<RedemptionId>>,
    /// Whether a payment was refused before it was on disk.
    has_refused: Cell<bool>,
    /// The time until which the gate to a provider is closed, by its last answer.
    busy_until: Cell<Millis>,
    /// The providers that do not answer, by the last answers of their gates.
    down: RefCell<Down>,
    /// The earliest time of the next attempt to archive the session, after the index has failed.
    archive_not_before: Cell<Millis>,
    /// Whether a payment of this session has been reported as unanswered.
    reported_unanswered: Cell<bool>,
}

impl DurableObject for Checkout {
    fn new(state: State, env: Env) -> Self {
        Self {
            env,
            ledger: Ledger::new(&state),
            admitting: Lease::default(),
            claiming: RefCell::default(),
            has_refused: Cell::default(),
            busy_until: Cell::default(),
            archive_not_before: Cell::default(),
            down: RefCell::default(),
            reported_unanswered: Cell::default(),
        }
    }

    async fn fetch(&self, request: Request) -> worker::Result<Response> {
        let received = Received::receive(request).await?;
        let context = LogContext { request: received.request_id(), session: self.session_id() };
        within(context, self.receive(received)).await
    }

    async fn alarm(&self) -> worker::Result<Response> {
        let context = LogContext { request: None, session: self.session_id() };
        within(context, self.ring()).await?;
        Response::empty()
    }
}

impl Checkout {
    /// Returns the session's id for the log; `None` before the session is created.
    fn session_id(&self) -> Option<String> {
        Some(self.ledger.state().ok()??.id.as_str().to_owned())
    }

    async fn receive(&self, received: Received) -> worker::Result<Response> {
        match received.name() {
            CreateSession::NAME => answer::<CreateSession>(self.create(received.call()?).await),
            ShowSession::NAME => answer::<ShowSession>(self.show().await),
            CancelSession::NAME => answer::<CancelSession>(self.cancel().await),
            ListEvents::NAME => answer::<ListEvents>(self.events()),
            Redeliver::NAME => answer::<Redeliver>(self.redeliver(received.call()?).await),
            Perform::NAME => answer::<Perform>(self.perform(received.call()?).await),
            PayOutByVoucher::NAME => {
                answer::<PayOutByVoucher>(self.pay_out_by_voucher(received.call()?).await)
            }
            ShowLedger::NAME => answer::<ShowLedger>(self.ledger_view()),
            ReindexSession::NAME => answer::<ReindexSession>(self.reindex().await),
            ShowPaidBack::NAME => answer::<ShowPaidBack>(self.paid_back()),
            Outline::NAME => answer::<Outline>(self.outline()),
            ViewSession::NAME => answer::<ViewSession>(self.view(received.call()?).await),
            Redeem::NAME => answer::<Redeem>(self.redeem(received.call()?).await),
            AnswerChallenge::NAME => answer::<AnswerChallenge>(self.answer_challenge(received.call()?).await),
            AskProgress::NAME => answer::<AskProgress>(self.progress(&received.call()?)),
            PaymentHint::NAME => answer::<PaymentHint>(self.hint(received.call()?).await),
            _ => refuse(),
        }
    }
}

impl LedgerObject for Checkout {
    type State = Session;

    #[cfg(feature = "crash-points")]
    const KIND: &'static str = "checkout";

    fn env(&self) -> &Env {
        &self.env
    }

    fn ledger(&self) -> &Ledger<Session> {
        &self.ledger
    }

    fn news(
        config: &Config,
        before: Option<&Session>,
        after: &Session,
        now: Millis,
    ) -> Vec<(EventType, Value)> {
        before.map_or_else(Vec::new, |before| after.news(before, config, now))
    }

    fn is_indexed(_: &Session) -> bool {
        true
    }

    fn rows(&self, config: &Config, session: &Session, version: Version) -> Result<Rows, Problem> {
        let rows = Rows::of_session(session, &self.contact_points(config)?, config, version, now());
        Ok(rows.needing(self.needed_keys(config, session)?))
    }

    fn next_due(&self, config: &Config, session: &Session) -> Result<Option<Millis>, Problem> {
        let payment = session.next_due(&config.limits).map(|at| at.max(self.busy_until.get()));
        let forget = self.next_to_forget(config, session)?.map(|(at, _)| at);
        Ok(payment.into_iter().chain(forget).min())
    }

    async fn settle(&self, config: &Config) -> Result<(), Problem> {
        self.settle_payments(config).await?;
        self.forget_secrets(config).await
    }

    fn archive_at(&self, config: &Config, session: &Session) -> Result<Option<Millis>, Problem> {
        self.archiving_at(config, session)
    }

    async fn archive(&self, config: &Config) -> Result<(), Problem> {
        self.archive_if_due(config).await
    }

    /// Adds the merchant's metadata, which may be personal.
    fn complete_event(&self, config: &Config, body: String) -> Result<String, Problem> {
        Ok(self.opened(config)?.parameters.put_metadata(body))
    }

    #[cfg(feature = "crash-points")]
    fn names(&self, session: Option<&Session>) -> Vec<String> {
        session.map(|session| session.id.as_str().to_owned()).into_iter().collect()
    }
}

impl Checkout {
    fn config(&self) -> Result<Rc<Config>, Problem> {
        runtime::config(&self.env)
    }

    async fn create(&self, call: CreateSession) -> Result<Json<Value>, Problem> {
        let config = self.config()?;
        // Ids are random and unique, so an existing session was created by the same call, whose answer was
        // lost.
        if self.ledger.state()?.is_none() {
            let CreateSession { id, mut parameters, expires_in_ms: expires_in } = call;
            let customer = self.sealed_customer(&config, &id, &parameters.take_customer())?;
            let secret = config.keyring.client_secrets(&id).next().ok_or(Problem::of(ErrorCode::Internal))?;
            let now = now();
            let expires_at = now + expires_in;
            let created = Entry::Created { id, secret_hash: sha256(secret.reveal()), expires_at, parameters };
            let secrets: Vec<SecretWrite> = customer.into_iter().collect();
            self.write_at(now, &config, &[created], &secrets).await?;
        }
        self.for_merchant(&config)
    }

    async fn show(&self) -> Result<Json<Value>, Problem> {
        let config = self.config()?;
        self.session()?;
        self.rearm_overdue(&config).await?;
        self.for_merchant(&config)
    }

    /// Ends the session, and reverses its payments where the provider can.
    async fn cancel(&self) -> Result<Json<Value>, Problem> {
        let config = self.config()?;
        let session = self.session()?;
        match session.status(now()) {
            // The look-ups continue after the end: money found to be taken is reversed or listed as owed.
            SessionStatus::Processing if !session.awaits_answer() => self.end(&config, &session).await,
            SessionStatus::Open => self.end(&config, &session).await,
            SessionStatus::Canceled => self.for_merchant(&config),
            SessionStatus::Complete => Err(Problem::of(ErrorCode::SessionComplete)),
            SessionStatus::Expired => Err(Problem::of(ErrorCode::SessionExpired)),
            SessionStatus::Processing => Err(Problem::of(ErrorCode::PaymentInProgress)),
        }
    }

    async fn end(&self, config: &Config, session: &Session) -> Result<Json<Value>, Problem> {
        // One step: the ledger of a canceled session already contains the start of its reversals.
        let returning: Vec<Redemption> = session.returnable().cloned().collect();
        let entries = [Entry::Canceled].into_iter().chain(returning.iter().map(Redemption::reversing));
        self.write(config, &entries.collect::<Vec<_>>(), &[]).await?;
        for redemption in &returning {
            // After an error here the alarm continues the reversal.
            let _ = self.give_back(config, redemption).await;
        }
        self.for_merchant(config)
    }

    /// Returns the session as the merchant's API shows it.
    fn for_merchant(&self, config: &Config) -> Result<Json<Value>, Problem> {
        let session = self.opened(config)?;
        let mut secrets = config.keyring.client_secrets(&session.id);
        let secret = secrets.find(|secret| same(&sha256(secret.reveal()), &session.secret_hash));
        Json::of(&session.merchant_view(secret.as_ref(), config, now()))
    }

    fn outline(&self) -> Result<Json<CheckoutView>, Problem> {
        Json::of(&self.session()?.outline(&*self.config()?, now()))
    }

    async fn view(&self, call: ViewSession) -> Result<Json<CheckoutView>, Problem> {
        let config = self.config()?;
        let session = self.session_of(&call.secret)?;
        let proven = match &call.phone {
            Some(phone) => self.prove(&config, &session, phone, call.address).await?,
            None => Vec::new(),
        };
        self.rearm_overdue(&config).await?;
        self.look_at_providers(&config, &session).await;
        Json::of(&self.shopper_view(&config, call.payer.as_deref(), &proven)?)
    }

    /// Queries the gates of this session's providers for providers that do not answer.
    async fn look_at_providers(&self, config: &Config, session: &Session) {
        if session.status(now()) != SessionStatus::Open {
            return;
        }
        for provider in session.parameters.providers.iter().filter_map(|id| config.provider(id)) {
            let health = gate::health(&self.env, provider).await;
            let id = provider.features().id.to_owned();
            // A provider whose gate does not answer is offered.
            match health.ok().flatten() {
                Some(wait) => self.down.borrow_mut().insert(id, now() + wait),
                None => self.down.borrow_mut().remove(&id),
            };
        }
    }

    /// Lets a request be the one that admits a payment or a code, for at most [`ADMISSION`].
    fn start_admission(&self) -> Held<'_> {
        self.claiming.take();
        self.admitting.hold(ADMISSION)
    }

    fn progress(&self, AskProgress { redemption }: &AskProgress) -> Result<Progress, Problem> {
        let session = self.ledger.state()?;
        let payment = session.as_ref().and_then(|session| session.redemption(redemption));
        if payment.is_none() && !self.admitting.is_held() {
            // Another payment may be granted the voucher after this answer, so that the answer is final.
            self.claiming.take();
        }
        Ok(match payment {
            Some(payment) if payment.is_open() => Progress::Open,
            Some(payment) if payment.may_have_taken() => Progress::Settled,
            Some(_) => Progress::Unsent,
            None if self.claiming.borrow().as_ref() == Some(redemption) => Progress::Open,
            None => Progress::Unsent,
        })
    }

    fn session(&self) -> Result<Rc<Session>, Problem> {
        self.ledger.state()?.ok_or(Problem::of(ErrorCode::SessionNotFound))
    }

    /// Returns the session if the client secret is correct and still valid.
    fn session_of(&self, secret: &Secret) -> Result<Rc<Session>, Problem> {
        let session = self.session()?;
        if !same(&sha256(secret.reveal()), &session.secret_hash) {
            return Err(Problem::of(ErrorCode::ClientSecretInvalid));
        }
        match session.secret_ends_at(&self.config()?.limits) {
            Some(end) if end <= now() => Err(Problem::of(ErrorCode::SessionNotFound)),
            _ => Ok(session),
        }
    }

    /// Returns the payment while the request that began it is still working on it.
    fn still_begun(&self, id: &RedemptionId) -> Result<Option<Redemption>, Problem> {
        Ok(self.session()?.redemption(id).filter(|payment| payment.state == RedemptionState::Begun).cloned())
    }

    /// Lists the session's events with every delivery attempt.
    fn events(&self) -> Result<Json<Value>, Problem> {
        self.session()?;
        Json::of(&outbox::list(self.ledger.store(), &*self.config()?).map_err(internal("events"))?)
    }

    /// Makes an event due at once, even a delivered one.
    async fn redeliver(&self, Redeliver { event }: Redeliver) -> Result<Json<Value>, Problem> {
        self.session()?;
        if !self.ledger.store().send_again(&event, now()).map_err(internal("send again"))? {
            return Err(Problem::of(ErrorCode::EventNotFound));
        }
        self.arm(&*self.config()?).await?;
        self.events()
    }
}
