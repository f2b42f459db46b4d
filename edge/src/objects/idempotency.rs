//! The `Idempotency` object, one per key of the merchant's API. It carries out a POST once, stores the sealed
//! answer for 90 days, and returns it again for the same request with the same key.
//!
//! A voucher issued under a key has its steps in the key's ledger ([`super::issuance`]). The voucher's id and
//! its reference at the provider contain the object's name, so that a webhook can find the object.

use super::calls::{
    AskWorth, Call, HintResult, Json, MerchantAction, PerformOnVoucher, PerformOnce, Performed,
    PerformedOnce, Received, ReindexVoucher, Reindexing, ShowVoucher, VoucherHint, Worth, answer, internal,
    refuse,
};
use super::issuance::Issuing;
use super::lease::{Held, Lease};
use super::ledger_object::{Ledger, LedgerObject};
use super::merchant_action;
use super::store::{SecretKind, SecretWrite};
use crate::log::context::{LogContext, within};
use crate::problem::Problem;
use crate::runtime::{self, now, random_hex};
use checkout_core::idempotency::{Key, Record};
use checkout_core::index::{Rows, Version};
use checkout_core::issuance::IssuanceStage;
use checkout_core::seal::same;
use checkout_core::{Config, Issuance};
use checkout_wire::{ErrorCode, EventType, Millis, VoucherId};
use serde_json::Value;
use worker::{DurableObject, Env, Request, Response, State, durable_object};

/// The time on top of the provider's timeout after which a call without an end counts as lost.
const GRACE: Millis = Millis::SECOND.times(5);

/// A key, its request and its answer.
#[durable_object(alarm)]
pub struct Idempotency {
    #[cfg(feature = "crash-points")]
    name: String,
    env: Env,
    ledger: Ledger<Key>,
    /// Held while this process carries out a call.
    running: Lease,
}

impl DurableObject for Idempotency {
    fn new(state: State, env: Env) -> Self {
        Self {
            #[cfg(feature = "crash-points")]
            name: state.id().name().unwrap_or_default(),
            ledger: Ledger::new(&state),
            env,
            running: Lease::default(),
        }
    }

    async fn fetch(&self, request: Request) -> worker::Result<Response> {
        let received = Received::receive(request).await?;
        let context = LogContext { request: received.request_id(), session: None };
        within(context, self.receive(received)).await
    }

    async fn alarm(&self) -> worker::Result<Response> {
        within(LogContext::default(), self.ring()).await?;
        Response::empty()
    }
}

impl Idempotency {
    async fn receive(&self, received: Received) -> worker::Result<Response> {
        match received.name() {
            PerformOnce::NAME => answer::<PerformOnce>(self.perform_once(received.call()?).await),
            ShowVoucher::NAME => answer::<ShowVoucher>(self.show_voucher(&received.call()?).await),
            PerformOnVoucher::NAME => {
                answer::<PerformOnVoucher>(self.perform_on_voucher(received.call()?).await)
            }
            AskWorth::NAME => answer::<AskWorth>(self.worth(&received.call()?)),
            ReindexVoucher::NAME => {
                let ReindexVoucher { voucher } = received.call()?;
                answer::<ReindexVoucher>(self.reindex_voucher(&voucher).await)
            }
            VoucherHint::NAME => answer::<VoucherHint>(self.hint().await),
            _ => refuse(),
        }
    }
}

impl LedgerObject for Idempotency {
    type State = Key;

    #[cfg(feature = "crash-points")]
    const KIND: &'static str = "idempotency";

    fn env(&self) -> &Env {
        &self.env
    }

    fn ledger(&self) -> &Ledger<Key> {
        &self.ledger
    }

    fn news(config: &Config, before: Option<&Key>, after: &Key, _now: Millis) -> Vec<(EventType, Value)> {
        let before = before.and_then(|key| key.issuance.as_ref());
        after.issuance.as_ref().map_or_else(Vec::new, |issuance| issuance.news(before, config))
    }

    fn is_indexed(key: &Key) -> bool {
        key.issuance.is_some()
    }

    fn rows(&self, config: &Config, key: &Key, version: Version) -> Result<Rows, Problem> {
        let issuance = key.issuance.as_ref();
        let rows = issuance.map(|issuance| Rows::of_voucher(issuance, config, version)).unwrap_or_default();
        // Without its recipient an order cannot be sent again.
        let is_open = issuance.is_some_and(Issuance::is_open);
        let kinds: &[SecretKind] =
            if is_open { &[SecretKind::Voucher, SecretKind::Customer] } else { &[SecretKind::Voucher] };
        let keys = self.ledger.store().sealing_keys(kinds).map_err(internal("secrets"))?;
        Ok(rows.needing(keys))
    }

    fn next_due(&self, config: &Config, key: &Key) -> Result<Option<Millis>, Problem> {
        let issuance = key.issuance.as_ref().and_then(|issuance| issuance.due_at(&config.limits));
        // A key whose voucher has an open outcome is never erased. After the last look-up no task is due.
        let recipient = Issuing { object: self, config }.next_to_forget()?.map(|(at, _)| at);
        Ok(issuance.or_else(|| key.forget_at()).into_iter().chain(recipient).min())
    }

    async fn settle(&self, config: &Config) -> Result<(), Problem> {
        let Some(key) = self.ledger.state()? else {
            return Ok(());
        };
        let is_due = |at: &Millis| *at <= now();
        let issuing = Issuing { object: self, config };
        if let Some((_, erase)) = issuing.next_to_forget()?.filter(|(at, _)| is_due(at)) {
            self.write(config, &[], &[erase]).await
        } else if key.issuance.as_ref().and_then(|issuance| issuance.due_at(&config.limits)).is_some() {
            issuing.settle().await
        } else if key.forget_at().as_ref().is_some_and(is_due) {
            self.ledger.erase().await
        } else {
            Ok(())
        }
    }

    /// Adds the recipient of the voucher.
    fn complete_event(&self, config: &Config, body: String) -> Result<String, Problem> {
        Issuing { object: self, config }.complete_event(body)
    }

    #[cfg(feature = "crash-points")]
    fn names(&self, key: Option<&Key>) -> Vec<String> {
        let made = key.map(|key| key.id.clone()).unwrap_or_default();
        vec![self.name.clone(), made]
    }
}

impl Idempotency {
    async fn perform_once(&self, call: PerformOnce) -> Result<PerformedOnce, Problem> {
        let PerformOnce { name, request, action } = call;
        let config = runtime::config(&self.env)?;
        let Some(key) = self.ledger.state()? else {
            let result = self.first(&config, &name, request.reveal(), action).await;
            return Ok(PerformedOnce { result, is_replay: false });
        };
        let hashes = config.keyring.hashes("shop-request", request.reveal());
        if hashes.filter(|hash| same(hash, &key.request)).count() == 0 {
            return Err(Problem::of(ErrorCode::IdempotencyMismatch));
        }
        if self.running.is_held() {
            return Err(Problem::of(ErrorCode::IdempotencyInProgress));
        }
        match (&key.issuance, key.answered) {
            (Some(_), _) => {
                self.rearm_overdue(&config).await?;
                let issuing = Issuing { object: self, config: &config };
                Ok(PerformedOnce { result: issuing.performed(), is_replay: true })
            }
            (None, Some(status)) => {
                let body = self.stored_answer(&config, &key.id)?;
                Ok(PerformedOnce { result: Ok(Performed { status, body }), is_replay: true })
            }
            // The process stopped before the answer was stored. The id is known, so the object is not created twice.
            (None, None) => {
                let _running = self.run(&config);
                let result = self.carry_out(&config, &action, &key.id).await;
                Ok(PerformedOnce { result, is_replay: false })
            }
        }
    }

    async fn first(
        &self,
        config: &Config,
        name: &str,
        request: &str,
        action: MerchantAction,
    ) -> Result<Performed, Problem> {
        merchant_action::check(config, &action)?;
        let id = match action {
            // The voucher's id starts with the object's name, so that a webhook can find the object.
            MerchantAction::IssueVoucher { .. } => format!("{name}{}", random_hex::<6>()?),
            _ => random_hex::<16>()?,
        };
        let taken = Record::Taken { request: config.keyring.hash("shop-request", request), id: id.clone() };
        if let MerchantAction::IssueVoucher { by, body } = &action {
            let issuing = Issuing { object: self, config };
            let (ordered, recipient) = issuing.order(body, by, &id)?;
            let _running = self.run(config);
            self.write(config, &[taken, ordered], &[recipient]).await?;
            return issuing.issue_ordered().await;
        }
        let _running = self.run(config);
        self.write(config, &[taken], &[]).await?;
        self.carry_out(config, &action, &id).await
    }

    /// Carries out an action and stores its answer. A refused action frees the key: nothing was created, so the action can be tried again.
    async fn carry_out(
        &self,
        config: &Config,
        action: &MerchantAction,
        id: &str,
    ) -> Result<Performed, Problem> {
        let result = merchant_action::perform(&self.env, config, action, id).await;
        match &result {
            Ok(performed) => {
                let kind = SecretKind::Answer;
                let sealed = self.ledger.store().seal(config, kind, id, performed.body.text())?;
                let answer = SecretWrite::Keep(kind, id.to_owned(), sealed);
                self.write(config, &[Record::Answered { status: performed.status }], &[answer]).await?;
            }
            // After a failure of the Worker something may have been created: the key keeps its id.
            Err(problem)
                if problem.is_failure() && !matches!(action, MerchantAction::LookUpVoucher { .. }) => {}
            Err(_) => {
                self.ledger.erase().await?;
                #[cfg(feature = "crash-points")]
                self.reached(&[super::crash_points::Point::Forgotten]).await?;
            }
        }
        result
    }

    fn stored_answer(&self, config: &Config, id: &str) -> Result<Json<Value>, Problem> {
        let text = self.ledger.store().unseal(config, SecretKind::Answer, id)?;
        Json::stored(text.ok_or(Problem::of(ErrorCode::Internal))?.into_revealed())
    }

    async fn show_voucher(&self, ShowVoucher { voucher }: &ShowVoucher) -> Result<Json<Value>, Problem> {
        self.check_voucher(voucher)?;
        let config = runtime::config(&self.env)?;
        self.rearm_overdue(&config).await?;
        Issuing { object: self, config: &config }.view()
    }

    fn worth(&self, AskWorth { voucher }: &AskWorth) -> Result<Worth, Problem> {
        let key = self.ledger.state()?;
        let issuance = key.as_ref().and_then(|key| key.issuance.as_ref());
        Ok(match issuance.filter(|issuance| issuance.id == *voucher).map(|issuance| &issuance.stage) {
            Some(IssuanceStage::Issued { amount, .. }) => Worth::Issued { amount: *amount },
            _ => Worth::NotIssued,
        })
    }

    /// Carries out a manual act on the voucher. A concurrent act must not send the order a second time.
    async fn perform_on_voucher(&self, call: PerformOnVoucher) -> Result<Json<Value>, Problem> {
        self.check_voucher(&call.voucher)?;
        if self.running.is_held() {
            return Err(Problem::of(ErrorCode::IdempotencyInProgress));
        }
        let config = runtime::config(&self.env)?;
        let _running = self.run(&config);
        Issuing { object: self, config: &config }.perform(call).await
    }

    /// Checks that this voucher was ordered under the key: only part of its id names the object.
    fn check_voucher(&self, voucher: &VoucherId) -> Result<(), Problem> {
        let key = self.ledger.state()?;
        let known = key.as_ref().and_then(|key| key.issuance.as_ref()).map(|issuance| &issuance.id);
        if known == Some(voucher) { Ok(()) } else { Err(Problem::of(ErrorCode::VoucherNotFound)) }
    }

    async fn hint(&self) -> Result<HintResult, Problem> {
        let config = runtime::config(&self.env)?;
        Issuing { object: self, config: &config }.hint().await
    }

    /// Sends the voucher issued under this key to the index again, if this is its id.
    async fn reindex_voucher(&self, voucher: &VoucherId) -> Result<Reindexing, Problem> {
        let key = self.ledger.state()?;
        let issuance = key.as_ref().and_then(|key| key.issuance.as_ref());
        if issuance.is_some_and(|issuance| issuance.id == *voucher) {
            self.reindex().await
        } else {
            Ok(Reindexing::NotFound)
        }
    }

    fn run(&self, config: &Config) -> Held<'_> {
        self.running.hold(config.limits.provider_timeout_ms + GRACE)
    }
}
