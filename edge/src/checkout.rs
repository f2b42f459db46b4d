//! The `Checkout` object: one per session. It keeps the session's ledger, lets one voucher be tried at a time, and finds
//! out by alarm what became of a payment whose answer was lost.
//!
//! The order is the same everywhere: decide (in `checkout-core`, without waiting), write, act, read again, decide.

use crate::api::{Answer, random, random_hex};
use crate::border::{json_answer, settle};
use crate::calls::{CheckoutCall, GateCall, ask, gate, internal};
use crate::ledger::{Kind, Ledger, Secret};
use crate::{log, provider_call, setup};
use checkout_core::gate::Pass;
use checkout_core::provider::{ChangeVoucher, Charge, Op, Provider, Recovery, Reply};
use checkout_core::seal::{same, sha256};
use checkout_core::session::{
    Attempt, Changes, Doubt, Entry, Heard, Outcome, Redemption, State as Progress, Task, Terms, TypedAttempt,
};
use checkout_core::{Config, Session};
use checkout_wire::{Change, ErrorCode, Pin, Problem, RedemptionAnswer, SessionStatus};
use std::rc::Rc;
use worker::{Date, DurableObject, Env, Request, Response, Result as WorkerResult, State, durable_object};

/// A session and everything that may happen to it.
#[durable_object]
pub struct Checkout {
    state: State,
    env: Env,
}

impl DurableObject for Checkout {
    fn new(state: State, env: Env) -> Self {
        Self { state, env }
    }

    async fn fetch(&self, mut request: Request) -> WorkerResult<Response> {
        let call: CheckoutCall = request.json().await?;
        settle(self.answer(call).await)
    }

    async fn alarm(&self) -> WorkerResult<Response> {
        self.look_after()
            .await
            .map_err(|problem| worker::Error::from(problem.title))?;
        Response::empty()
    }
}

impl Checkout {
    async fn answer(&self, call: CheckoutCall) -> Answer {
        let config = setup::config(&self.env)?;
        match call {
            CheckoutCall::Create {
                id,
                terms,
                expires_in_ms,
            } => self.create(&config, id, terms, expires_in_ms),
            CheckoutCall::Show => self.for_shop(&config, 200, &self.session()?),
            CheckoutCall::Cancel => self.cancel(&config),
            CheckoutCall::View { secret } => {
                let session = self.session_of(&secret)?;
                let view = session.checkout_view(&config, &self.changes(&config)?, now());
                json_answer(200, &view).map_err(internal("view"))
            }
            CheckoutCall::Redeem { secret, key, attempt } => {
                self.session_of(&secret)?;
                self.redeem(config, key, attempt).await
            }
        }
    }

    fn create(&self, config: &Config, id: String, terms: Terms, expires_in_ms: i64) -> Answer {
        let secret = config.keyring.client_secrets(&id).next().unwrap_or_default();
        let now = now();
        let entry = Entry::Created {
            id,
            secret_hash: sha256(&secret),
            expires_at: now + expires_in_ms,
            terms,
        };
        self.ledger()
            .write(now, &entry, Vec::new())
            .map_err(internal("create"))?;
        self.for_shop(config, 201, &self.session()?)
    }

    fn cancel(&self, config: &Config) -> Answer {
        let session = self.session()?;
        match session.status(now()) {
            SessionStatus::Open => {
                self.ledger()
                    .write(now(), &Entry::Canceled, Vec::new())
                    .map_err(internal("cancel"))?;
                self.for_shop(config, 200, &self.session()?)
            }
            SessionStatus::Canceled => self.for_shop(config, 200, &session),
            SessionStatus::Complete => Err(ErrorCode::SessionComplete.problem()),
            SessionStatus::Expired => Err(ErrorCode::SessionExpired.problem()),
            SessionStatus::Processing => Err(ErrorCode::PaymentInProgress.problem()),
        }
    }

    fn for_shop(&self, config: &Config, status: u16, session: &Session) -> Answer {
        let mut secrets = config.keyring.client_secrets(&session.id);
        let secret = secrets.find(|secret| same(&sha256(secret), &session.secret_hash));
        json_answer(status, &session.shop_view(secret.as_deref(), config, now()))
            .map_err(internal("shop view"))
    }

    /// Pays with one voucher, or tells how an earlier request with the same key went.
    async fn redeem(&self, config: Rc<Config>, key: String, typed: TypedAttempt) -> Answer {
        let request = typed.fingerprint(&config.keyring);
        let session = self.session()?;
        if let Some(known) = session.by_key(&key) {
            return self.replay(&config, known, &request);
        }
        session.admit(now(), &config.limits)?;
        let attempt = typed.check(&session, &config)?;
        let Some(provider) = config.provider(&attempt.provider) else {
            return Err(ErrorCode::ProviderNotAllowed.problem());
        };
        self.pass_gate(provider, &config, calls_to_pay(provider)).await?;
        let id = format!("rd_{}", random_hex::<16>()?);
        let reference = format!("vc-{}", random_hex::<16>()?);
        let begun = attempt.begin(provider, &key, request.clone(), id.clone(), reference);
        let sealed = self.seal(&config, Kind::Pin, &id, attempt.pin.reveal())?;
        // The alarm is set before there is anything to look after: one too many does no harm, one too few loses money.
        self.wake_for(&config, begun.sends).await?;

        // Others may have come while the gate and the alarm were asked. From here to the write nothing waits.
        let session = self.session()?;
        if let Some(known) = session.by_key(&key) {
            return self.replay(&config, known, &request);
        }
        session.admit(now(), &config.limits)?;
        if attempt.amount > session.remaining() {
            return Err(ErrorCode::AmountAboveRemaining.problem().about("amount"));
        }
        let keep = provider
            .features()
            .recovery
            .needs_pin()
            .then(|| Secret::Keep(Kind::Pin, id.clone(), sealed));
        self.write(&Entry::Begun(begun), keep.into_iter().collect())
            .await?;

        self.pay(&config, provider, &session.terms, &attempt, &id).await?;
        self.tell(&config, &id, false)
    }

    /// Takes the money: asks for the voucher's value first where the provider has no other way to find out later.
    async fn pay(
        &self,
        config: &Config,
        provider: &dyn Provider,
        terms: &Terms,
        attempt: &Attempt,
        id: &str,
    ) -> Result<(), Problem> {
        let timeout = config.limits.provider_timeout_ms;
        if provider.features().recovery == Recovery::Balance {
            let heard =
                provider_call::perform(provider, id, &Op::Balance { pin: &attempt.pin }, timeout).await;
            self.close_gate_if_busy(provider, config, &heard).await;
            let Some(open) = self.still_open(id)? else {
                return Ok(());
            };
            let entry = open.weighed(heard);
            let goes_on = matches!(entry, Entry::Weighed { .. });
            self.conclude(config, id, Outcome { entry, change: None }).await?;
            if !goes_on {
                return Ok(());
            }
        }
        let Some(open) = self.still_open(id)? else {
            return Ok(());
        };
        let session = self.session()?;
        let charge = Charge {
            pin: &attempt.pin,
            brand: attempt.brand.as_deref(),
            amount: open.begun.amount,
            reference: &open.begun.reference,
            phone: &attempt.phone,
            email: attempt.email.as_deref(),
            name: terms.name.as_deref(),
            description: &terms.summary(),
            notification_url: &format!("{}/webhooks/{}", config.public_url, provider.features().id),
            metadata: &[("checkout-session", &session.id)],
        };
        let heard = provider_call::perform(provider, id, &Op::Charge(&charge), timeout).await;
        self.close_gate_if_busy(provider, config, &heard).await;
        // A look-up may have been quicker than this answer.
        let Some(open) = self.still_open(id)? else {
            return Ok(());
        };
        self.conclude(config, id, open.charged(heard)).await
    }

    /// Finds out what became of payments whose time has come, and sets the next alarm.
    async fn look_after(&self) -> Result<(), Problem> {
        let config = setup::config(&self.env)?;
        // Should this run be cut short, there is another one.
        self.wake_for(&config, false).await?;
        while let Some(task) = self.session()?.due(now(), &config.limits) {
            match task {
                Task::Write(entry) => {
                    let id = redemption_of(&entry).to_owned();
                    self.conclude(&config, &id, Outcome { entry, change: None })
                        .await?;
                }
                Task::Ask(open) => {
                    if let Err(busy) = self.ask_provider(&config, &open).await? {
                        return self
                            .ledger()
                            .wake_at(now() + busy, now())
                            .await
                            .map_err(internal("alarm"));
                    }
                }
            }
        }
        self.rearm(&config).await
    }

    /// Asks what became of a payment; `Err` with the milliseconds to wait when the gate is closed.
    async fn ask_provider(&self, config: &Config, open: &Redemption) -> Result<Result<(), i64>, Problem> {
        let id = &open.begun.id;
        let provider = config.provider(&open.begun.provider);
        let pin = match provider.map(|provider| provider.features().recovery) {
            Some(Recovery::Balance) => self.opened(config, Kind::Pin, id)?.map(Pin::from_provider),
            _ => None,
        };
        let heard = match (provider, &pin) {
            // Switched off since, or its PIN cannot be read any more: nobody can be asked.
            (None, _) => Err(Doubt::Unreadable),
            (Some(provider), pin) => {
                if let Err(problem) = self.pass_gate(provider, config, 1).await {
                    return Ok(Err(problem.retry_after.unwrap_or(1) * 1_000));
                }
                let op = match (provider.features().recovery, pin) {
                    (Recovery::Balance, Some(pin)) => Op::Balance { pin },
                    _ => Op::Lookup {
                        reference: &open.begun.reference,
                    },
                };
                let heard =
                    provider_call::perform(provider, id, &op, config.limits.provider_timeout_ms).await;
                self.close_gate_if_busy(provider, config, &heard).await;
                heard
            }
        };
        if let Some(open) = self.still_open(id)? {
            self.conclude(config, id, open.asked(heard, now(), &config.limits))
                .await?;
        }
        Ok(Ok(()))
    }

    /// Writes what a payment came to, keeps its change voucher, erases its PIN once it is settled, and sets the alarm.
    async fn conclude(&self, config: &Config, id: &str, outcome: Outcome) -> Result<(), Problem> {
        let mut secrets = Vec::new();
        if let Some(change) = outcome.change {
            secrets.push(Secret::Keep(
                Kind::Change,
                id.to_owned(),
                self.sealed_change(config, id, change)?,
            ));
        }
        if settles(&outcome.entry) {
            secrets.push(Secret::Erase(Kind::Pin, id.to_owned()));
        }
        self.write(&outcome.entry, secrets).await?;
        if let Some(redemption) = self.session()?.redemption(id) {
            report(redemption);
        }
        self.rearm(config).await
    }

    fn replay(&self, config: &Config, known: &Redemption, request: &str) -> Answer {
        if same(&known.begun.request, request) {
            self.tell(config, &known.begun.id, true)
        } else {
            Err(ErrorCode::IdempotencyMismatch.problem())
        }
    }

    /// Where the payment and the session stand now: 200 when the outcome is known, 202 while it is not.
    fn tell(&self, config: &Config, id: &str, replayed: bool) -> Answer {
        let session = self.session()?;
        let changes = self.changes(config)?;
        let redemption = session
            .redemption(id)
            .ok_or_else(|| ErrorCode::Internal.problem())?;
        let status = if redemption.is_open() { 202 } else { 200 };
        let body = RedemptionAnswer {
            redemption: session.redemption_view(redemption, config, &changes),
            session: session.checkout_view(config, &changes, now()),
        };
        let answer = json_answer(status, &body).map_err(internal("redemption answer"))?;
        if replayed {
            answer
                .headers()
                .set("idempotent-replayed", "true")
                .map_err(internal("redemption answer"))?;
        }
        Ok(answer)
    }

    /// Nothing, when the provider's own limit leaves room for so many calls.
    async fn pass_gate(&self, provider: &dyn Provider, config: &Config, calls: usize) -> Result<(), Problem> {
        match self.ask_gate(provider, config, calls).await? {
            Pass::Granted => Ok(()),
            Pass::Wait(ms) => Err(ErrorCode::ProviderBusy.problem().wait(ms)),
        }
    }

    async fn close_gate_if_busy(&self, provider: &dyn Provider, config: &Config, heard: &Heard) {
        if matches!(heard, Ok(Reply::Busy)) {
            // Should this fail, the next call is told by the provider itself.
            let _ = self.ask_gate(provider, config, 0).await;
        }
    }

    async fn ask_gate(
        &self,
        provider: &dyn Provider,
        config: &Config,
        calls: usize,
    ) -> Result<Pass, Problem> {
        let Some(rate) = &provider.features().rate else {
            return Ok(Pass::Granted);
        };
        let limit = config.limits.gate_calls.unwrap_or(rate.calls) as usize;
        let call = GateCall {
            calls,
            limit,
            period_ms: rate.period_ms,
        };
        let stub = gate(&self.env, &rate.account).map_err(internal("gate stub"))?;
        let mut answer = ask(&stub, &call).await.map_err(internal("gate"))?;
        answer.json().await.map_err(internal("gate answer"))
    }

    fn ledger(&self) -> Ledger {
        Ledger::new(self.state.storage())
    }

    fn session(&self) -> Result<Session, Problem> {
        self.ledger()
            .session()
            .map_err(internal("ledger"))?
            .ok_or_else(|| ErrorCode::SessionNotFound.problem())
    }

    /// The session, if this is its client secret.
    fn session_of(&self, secret: &str) -> Result<Session, Problem> {
        let session = self.session()?;
        if same(&sha256(secret), &session.secret_hash) {
            Ok(session)
        } else {
            Err(ErrorCode::ClientSecretInvalid.problem())
        }
    }

    fn still_open(&self, id: &str) -> Result<Option<Redemption>, Problem> {
        Ok(self
            .session()?
            .redemption(id)
            .filter(|one| one.is_open())
            .cloned())
    }

    /// Writes an entry and waits until it is on disk (law 2).
    async fn write(&self, entry: &Entry, secrets: Vec<Secret>) -> Result<(), Problem> {
        let ledger = self.ledger();
        ledger.write(now(), entry, secrets).map_err(internal("write"))?;
        ledger.on_disk().await.map_err(internal("sync"))
    }

    /// An alarm for the time when a payment that begins now, and is not heard of again, would be an orphan.
    async fn wake_for(&self, config: &Config, sends: bool) -> Result<(), Problem> {
        let calls = if sends { 1 } else { 2 };
        let at = now() + calls * config.limits.provider_timeout_ms + 10_000;
        self.ledger().wake_at(at, now()).await.map_err(internal("alarm"))
    }

    async fn rearm(&self, config: &Config) -> Result<(), Problem> {
        match self.session()?.next_due(&config.limits) {
            Some(at) => self.ledger().wake_at(at, now()).await.map_err(internal("alarm")),
            None => Ok(()),
        }
    }

    fn seal(&self, config: &Config, kind: Kind, id: &str, text: &str) -> Result<String, Problem> {
        let sealed = config.keyring.seal(&kind.purpose(id), random()?, text);
        sealed.ok_or_else(|| ErrorCode::Internal.problem())
    }

    fn sealed_change(&self, config: &Config, id: &str, change: ChangeVoucher) -> Result<String, Problem> {
        let change = Change {
            pin: change.pin.reveal().to_owned(),
            amount: change.amount,
            expires_at: change.expires_at,
        };
        let text = serde_json::to_string(&change).map_err(|error| internal("change")(error.into()))?;
        self.seal(config, Kind::Change, id, &text)
    }

    fn opened(&self, config: &Config, kind: Kind, id: &str) -> Result<Option<String>, Problem> {
        let sealed = self.ledger().sealed(kind).map_err(internal("secrets"))?;
        let sealed = sealed.into_iter().find(|(redemption, _)| redemption == id);
        Ok(sealed.and_then(|(_, text)| config.keyring.open(&kind.purpose(id), &text)))
    }

    /// The change vouchers of the session, opened.
    fn changes(&self, config: &Config) -> Result<Changes, Problem> {
        let sealed = self.ledger().sealed(Kind::Change).map_err(internal("secrets"))?;
        let opened = sealed.into_iter().filter_map(|(id, text)| {
            let text = config.keyring.open(&Kind::Change.purpose(&id), &text)?;
            Some((id, serde_json::from_str(&text).ok()?))
        });
        Ok(opened.collect())
    }
}

fn now() -> i64 {
    i64::try_from(Date::now().as_millis()).unwrap_or(i64::MAX)
}

/// How many calls a payment makes: the gate lets all of them through, or none.
fn calls_to_pay(provider: &dyn Provider) -> usize {
    match provider.features().recovery {
        Recovery::Lookup => 1,
        Recovery::Balance => 2,
    }
}

const fn settles(entry: &Entry) -> bool {
    matches!(
        entry,
        Entry::Succeeded { .. } | Entry::Declined { .. } | Entry::NotSent { .. }
    )
}

fn redemption_of(entry: &Entry) -> &str {
    match entry {
        Entry::Begun(begun) => &begun.id,
        Entry::Weighed { redemption, .. }
        | Entry::Doubted { redemption, .. }
        | Entry::Asked { redemption }
        | Entry::LeftToPerson { redemption }
        | Entry::Succeeded { redemption, .. }
        | Entry::Declined { redemption, .. }
        | Entry::NotSent { redemption, .. } => redemption,
        Entry::Created { .. } | Entry::Canceled => "",
    }
}

/// Tells the log where a payment stands.
fn report(one: &Redemption) {
    let words = match &one.state {
        Progress::Declined { words, .. } => words.as_deref(),
        Progress::InDoubt {
            left_to_person: true, ..
        } => Some("left to a person"),
        _ => None,
    };
    log::redemption(&one.begun.id, &one.begun.provider, one.status().as_str(), words);
    if let Progress::Succeeded { fee: Some(fee), .. } = one.state
        && fee != one.begun.fee
    {
        log::fee_differs(&one.begun.provider, &one.begun.id, one.begun.fee, fee);
    }
}
