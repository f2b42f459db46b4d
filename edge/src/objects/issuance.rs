//! Issuing a voucher: the order, its outcome, and the look-ups after a lost answer. The steps are stored in
//! the ledger of the key under which the merchant ordered the voucher.

use super::calls::{self, HintResult, Json, PayOutByVoucher, PayoutReply, PerformOnVoucher, Performed};
use super::ledger_object::LedgerObject;
use super::store::{SecretKind, SecretWrite};
use crate::index::archive;
use crate::log;
use crate::objects::calls::internal;
use crate::problem::Problem;
use crate::provider::{call, gate};
use crate::runtime::now;
use checkout_core::actor::Actor;
use checkout_core::idempotency::{Key, Record};
use checkout_core::issuance::{Issuance, IssuanceOutcome, IssuanceStage, OrderAct, OrderedPayout, Step};
use checkout_core::provider::{IssueRecovery, Op};
use checkout_core::recovery::Doubt;
use checkout_core::session::PayoutStep;
use checkout_core::{Config, stored};
use checkout_wire::{ErrorCode, Millis, Minor, VoucherId};
use serde_json::Value;

/// The refusal of an order above the daily issuing limit.
const PAST_LIMIT: &str =
    "No more may be issued at this provider today: LIMITS.issued_per_day and LIMITS.issued_per_day_up_to.";

/// The voucher issued under a key.
pub struct Issuing<'a, O> {
    /// The object with the key's ledger.
    pub object: &'a O,
    /// The current configuration.
    pub config: &'a Config,
}

impl<O: LedgerObject<State = Key>> Issuing<'_, O> {
    /// Returns the record that orders the voucher in `body`, and the write that seals the whole record with its recipient. `id` is 32
    /// hexadecimal digits.
    pub fn order(&self, body: &str, by: &Actor, id: &str) -> Result<(Record, SecretWrite), Problem> {
        let id = VoucherId::of(id).ok_or(Problem::of(ErrorCode::Internal))?;
        let mut record = Record::Voucher(Step::order(body.as_bytes(), by, &id, self.config)?);
        let text = serde_json::to_string(&record).map_err(|error| internal("order")(error.into()))?;
        if let Record::Voucher(Step::Ordered { order, .. }) = &mut record {
            order.take_recipient();
        }
        let (kind, about) = (SecretKind::Customer, id.as_str());
        let sealed = self.object.ledger().store().seal(self.config, kind, about, &text)?;
        Ok((record, SecretWrite::Keep(kind, about.to_owned(), sealed)))
    }

    /// Puts the recipient into the body of an event, unless it is erased.
    pub fn complete_event(&self, body: String) -> Result<String, Problem> {
        Ok(match self.opened()? {
            Some(issuance) => issuance.order.put_recipient(body),
            None => body,
        })
    }

    /// Returns when the recipient is erased, and the write that erases it; `None` if there is none, or as long as the order can be
    /// sent again.
    pub fn next_to_forget(&self) -> Result<Option<(Millis, SecretWrite)>, Problem> {
        let at = self.issuance()?.and_then(|issuance| issuance.forget_recipient_at(&self.config.limits));
        let secrets = self.object.ledger().store().secrets().map_err(internal("secrets"))?;
        let recipient = secrets.into_iter().find(|(kind, _)| *kind == SecretKind::Customer);
        Ok(at.zip(recipient).map(|(at, (kind, about))| (at, SecretWrite::Erase(kind, about))))
    }

    /// Sends the order that was just written, and returns its state: the order is on disk and its alarm is
    /// set, so an error changes nothing. If an alarm has already given the order up as lost, it is looked up instead of sent.
    pub async fn issue_ordered(&self) -> Result<Performed, Problem> {
        if self.issuance()?.is_some_and(|issuance| issuance.stage == IssuanceStage::Ordered) {
            let _ = self.issue().await;
            let _ = self.settle_payout().await;
        }
        self.performed()
    }

    /// Carries out a manual act, and returns the state of the voucher.
    pub async fn perform(&self, call: PerformOnVoucher) -> Result<Json<Value>, Problem> {
        let PerformOnVoucher { id, by, request, .. } = call;
        let act = OrderAct::parse(&request)?;
        let issuance = self.issuance()?.ok_or(Problem::of(ErrorCode::VoucherNotFound))?;
        let steps = issuance.manual(&act, &id, &by, now(), &self.config.limits)?;
        if !steps.is_empty() {
            let records: Vec<Record> = steps.into_iter().map(Record::Voucher).collect();
            self.object.write(self.config, &records, &[]).await?;
            if let (OrderAct::Ask { .. }, Some(issuance)) = (&act, self.issuance()?) {
                // After an error the alarm or another request continues.
                let _ = self.ask(&issuance).await;
            }
        }
        self.view()
    }

    /// Looks up the outcome of the order, if that is due.
    pub async fn settle(&self) -> Result<(), Problem> {
        let Some(issuance) = self.issuance()? else {
            return Ok(());
        };
        if issuance.due_at(&self.config.limits).is_none_or(|at| at > now()) {
            return Ok(());
        }
        if issuance.payout_step().is_some() {
            return self.settle_payout().await;
        }
        // The order counts as orphaned, or it goes to review because it is too late to send it again.
        if issuance.stage == IssuanceStage::Ordered || !issuance.may_ask(now(), &self.config.limits) {
            return self.conclude(&issuance, &issuance, (issuance.orphaned(), None)).await;
        }
        self.ask(&issuance).await
    }

    /// Stores a hint from a provider's webhook about the voucher. The alarm looks it up at once.
    pub async fn hint(&self) -> Result<HintResult, Problem> {
        match self.issuance()? {
            None => Ok(HintResult::NotFound),
            Some(issuance) if !issuance.is_news() => Ok(HintResult::Known),
            // A voucher recorded as refused can turn out to be issued.
            Some(_) => {
                self.object.write(self.config, &[Record::Voucher(Step::Hinted)], &[]).await?;
                Ok(HintResult::Noted)
            }
        }
    }

    /// Returns the state of the voucher: 201 when it is issued, 202 while that is unknown, a problem when it
    /// is refused.
    pub fn performed(&self) -> Result<Performed, Problem> {
        let issuance = self.issuance()?.ok_or(Problem::of(ErrorCode::Internal))?;
        let status = match &issuance.stage {
            IssuanceStage::Refused(words) => {
                let problem = Problem::of(ErrorCode::VoucherNotIssued);
                return Err(if words.is_empty() { problem } else { problem.detail(words.as_str()) });
            }
            IssuanceStage::Issued { .. } => 201,
            IssuanceStage::Ordered | IssuanceStage::InDoubt { .. } => 202,
        };
        Ok(Performed { status, body: self.view()? })
    }

    /// Returns the voucher as the merchant's API shows it.
    pub fn view(&self) -> Result<Json<Value>, Problem> {
        let issuance = self.opened()?.ok_or(Problem::of(ErrorCode::VoucherNotFound))?;
        let store = self.object.ledger().store();
        let sealed = store.sealed(SecretKind::Voucher).map_err(internal("secrets"))?;
        let about = sealed.into_iter().next().map(|(about, _)| about);
        let secret = match &about {
            Some(about) => store.unseal(self.config, SecretKind::Voucher, about)?,
            None => None,
        };
        // Sealed under the voucher's id and the secret's name in the answer.
        let name = about.as_deref().and_then(|about| about.split_once(' ')).map(|(_, name)| name);
        let secret = name.zip(secret.as_ref());
        let currency = self.config.provider(&issuance.provider).map(|provider| provider.features().currency);
        Json::of(&issuance.view(secret, currency, &self.config.limits))
    }

    /// Sends the stored order.
    async fn issue(&self) -> Result<(), Problem> {
        let Some(issuance) = self.opened()? else {
            return Ok(());
        };
        // An order above the daily limit is not sent. An order that was sent before is sent again in any case.
        if self.reserve(&issuance).await? && issuance.stage == IssuanceStage::Ordered {
            return self.refuse(PAST_LIMIT.to_owned()).await;
        }
        // Before each sending: the money is reserved, or nothing has ever been sent.
        if let Some(words) = self.notify_session(&issuance, PayoutStep::Reserve).await? {
            return self.refuse(words).await;
        }
        // If the session took too long to answer, the alarm has given the order up as lost and looks it up: it must not be sent now.
        if self.issuance()?.is_none_or(|now| now.stage != issuance.stage) {
            return Ok(());
        }
        let answer = match self.config.provider(&issuance.provider) {
            // Without its sealing key, or erased, the order is left to a person.
            Some(provider) if issuance.order.is_whole() => {
                let op = Op::Issue(&issuance.order);
                let timeout = self.config.limits.provider_timeout_ms;
                call::perform(provider, issuance.id.as_str(), &op, timeout).await
            }
            _ => Err(Doubt::Unreadable),
        };
        // The alarm may have looked the order up in the meantime. Its current state decides the meaning of
        // the answer.
        let Some(now) = self.issuance()? else {
            return Ok(());
        };
        self.conclude(&now, &issuance, now.answered(answer)).await
    }

    /// Reserves part of the daily issuing limit for the order. Returns whether the limit is used up.
    async fn reserve(&self, issuance: &Issuance) -> Result<bool, Problem> {
        let Some(provider) = self.config.provider(&issuance.provider) else {
            return Ok(false);
        };
        let amount = issuance.order.amount.unwrap_or(Minor::ZERO);
        let wait = gate::reserve_issue(self.object.env(), provider, &issuance.id, amount).await?;
        Ok(wait.is_some())
    }

    /// Writes that the order is refused before it was ever sent.
    async fn refuse(&self, words: String) -> Result<(), Problem> {
        let refused = Record::Voucher(Step::Refused { words, not_found: false });
        self.object.write(self.config, &[refused], &[]).await?;
        if let Some(now) = self.issuance()? {
            self.settle_allowance(&now).await;
        }
        Ok(())
    }

    /// Records the outcome in the daily issuing limit.
    async fn settle_allowance(&self, issuance: &Issuance) {
        let issued = match issuance.stage {
            IssuanceStage::Issued { amount: Some(amount), .. } => Some(amount),
            IssuanceStage::Refused(_) => None,
            _ => return,
        };
        if let Some(provider) = self.config.provider(&issuance.provider) {
            gate::settle_issue(self.object.env(), provider, &issuance.id, issued).await;
        }
    }

    /// Reports the outcome of a payout to the session. After an error the alarm continues.
    async fn settle_payout(&self) -> Result<(), Problem> {
        let Some((issuance, step)) = self.issuance()?.and_then(|one| Some((one.clone(), one.payout_step()?)))
        else {
            return Ok(());
        };
        let words = self.notify_session(&issuance, step).await?;
        // A refused order may have turned out to be issued in the meantime: that is reported to the session, too.
        if self.issuance()?.and_then(|now| now.payout_step()) != Some(step) {
            return Ok(());
        }
        self.object.write(self.config, &[Record::Voucher(Step::PayoutSettled { words })], &[]).await
    }

    /// Reports a step of the payout to the session that owes the money, if the voucher is ordered for a payout. Returns the reason why the
    /// session refuses it.
    async fn notify_session(&self, issuance: &Issuance, step: PayoutStep) -> Result<Option<String>, Problem> {
        let Some(OrderedPayout { session, .. }) = &issuance.payout else {
            return Ok(None);
        };
        let payout = issuance.payout_voucher(self.config).ok_or(Problem::of(ErrorCode::Internal))?;
        let env = self.object.env();
        Ok(match calls::checkout(env, session, &PayOutByVoucher { payout, step }).await? {
            PayoutReply::Recorded => None,
            PayoutReply::Refused { words } => Some(words),
            PayoutReply::NoSession => Some(match archive::session(env, session).await? {
                Some(_) => ErrorCode::SessionArchived.title().to_owned(),
                None => ErrorCode::SessionNotFound.title().to_owned(),
            }),
        })
    }

    /// Looks up an order whose answer was lost.
    async fn ask(&self, issuance: &Issuance) -> Result<(), Problem> {
        let asked_at = now();
        let provider = self.config.provider(&issuance.provider);
        match provider.and_then(|provider| Some((provider, provider.features().issues?))) {
            Some((_, IssueRecovery::Resend)) | None => self.issue().await,
            Some((provider, IssueRecovery::Lookup)) => {
                let op = Op::Lookup { reference: &issuance.order.reference };
                let timeout = self.config.limits.provider_timeout_ms;
                let answer = call::perform(provider, issuance.id.as_str(), &op, timeout).await;
                let Some(now) = self.issuance()? else {
                    return Ok(());
                };
                let outcome = now.looked_up(answer, asked_at, &self.config.limits);
                self.conclude(&now, issuance, outcome).await
            }
        }
    }

    /// Writes the outcome of an order, and seals the voucher's secret. `asked` is the state of the order when
    /// the request was sent.
    async fn conclude(
        &self,
        issuance: &Issuance,
        asked: &Issuance,
        (step, secret): IssuanceOutcome,
    ) -> Result<(), Problem> {
        let mut secrets = Vec::new();
        if let Some((name, pin)) = secret {
            let about = format!("{} {name}", issuance.id.as_str());
            let sealed =
                self.object.ledger().store().seal(self.config, SecretKind::Voucher, &about, pin.reveal())?;
            secrets.push(SecretWrite::Keep(SecretKind::Voucher, about, sealed));
        }
        if matches!(issuance.stage, IssuanceStage::Issued { .. }) {
            // A look-up has settled the order before this answer, but only the answer may contain the
            // voucher's secret.
            return match secrets.is_empty() {
                true => Ok(()),
                false => self.object.write(self.config, &[], &secrets).await,
            };
        }
        let records: Vec<Record> = issuance.with_hint(asked, step).into_iter().map(Record::Voucher).collect();
        self.object.write(self.config, &records, &secrets).await?;
        if let Some(now) = self.issuance()? {
            let words = match &now.stage {
                IssuanceStage::Refused(words) => Some(words.as_str()),
                IssuanceStage::InDoubt { words, .. } => words.as_deref(),
                _ => None,
            };
            log::voucher(now.id.as_str(), &now.provider, now.status(), words);
            self.settle_allowance(&now).await;
        }
        Ok(())
    }

    /// Returns the order with its recipient, unless that is erased.
    fn opened(&self) -> Result<Option<Issuance>, Problem> {
        let Some(issuance) = self.issuance()? else {
            return Ok(None);
        };
        let store = self.object.ledger().store();
        let sealed = store.unseal(self.config, SecretKind::Customer, issuance.id.as_str())?;
        Ok(Some(match sealed.and_then(|text| stored::read(text.reveal())) {
            Some(Record::Voucher(Step::Ordered { order, .. })) => issuance.with_order(order),
            _ => issuance,
        }))
    }

    fn issuance(&self) -> Result<Option<Issuance>, Problem> {
        Ok(self.object.ledger().state()?.and_then(|key| key.issuance.clone()))
    }
}
