//! Issuing a voucher: the order, what became of it, and the alarm that finds out when the answer was lost.

use super::{Idempotency, KEPT_MS, Record, seal};
use crate::http::json_answer;
use crate::log;
use crate::objects::calls::internal;
use crate::objects::outbox;
use crate::objects::store::{Kind, Secret};
use crate::problem::Problem;
use crate::provider::call;
use crate::runtime::{self, now};
use checkout_core::Config;
use checkout_core::event;
use checkout_core::issuance::{Issuance, Outcome, Stage};
use checkout_core::provider::{IssueRecovery, Op};
use checkout_core::session::Doubt;
use checkout_wire::ErrorCode;
use serde_json::Value;
use worker::Response;

impl Idempotency {
    /// Sends the order that is on disk.
    pub(super) async fn issue(&self, config: &Config) -> Result<(), Problem> {
        let Some(issuance) = self.issuance()? else {
            return Ok(());
        };
        let heard = match config.provider(&issuance.provider) {
            Some(provider) => {
                let op = Op::Issue(&issuance.order);
                call::perform(provider, &issuance.id, &op, config.limits.provider_timeout_ms).await
            }
            None => Err(Doubt::Unreadable),
        };
        // The alarm may have asked meanwhile: what it is now decides what the answer means.
        let Some(now) = self.issuance()? else {
            return Ok(());
        };
        self.conclude(config, &now, &issuance, now.answered(heard)).await
    }

    /// Asks what became of an order whose answer was lost.
    pub(super) async fn ask(&self, config: &Config, issuance: &Issuance) -> Result<(), Problem> {
        let asked_at = now();
        let provider = config.provider(&issuance.provider);
        match provider.and_then(|provider| Some((provider, provider.features().issues?))) {
            Some((_, IssueRecovery::Resend)) | None => self.issue(config).await,
            Some((provider, IssueRecovery::Lookup)) => {
                let op = Op::Lookup { reference: &issuance.order.reference };
                let timeout = config.limits.provider_timeout_ms;
                let heard = call::perform(provider, &issuance.id, &op, timeout).await;
                let Some(now) = self.issuance()? else {
                    return Ok(());
                };
                let outcome = now.looked_up(heard, asked_at, &config.limits);
                self.conclude(config, &now, issuance, outcome).await
            }
        }
    }

    /// Finds out what became of an order whose time has come, or forgets the key when its own time is up.
    pub(super) async fn look_after(&self) -> Result<(), Problem> {
        let config = runtime::config(&self.env)?;
        let Some(known) = self.known()? else {
            return Ok(());
        };
        match known.issuance {
            Some(issuance) if issuance.due_at(&config.limits).is_some_and(|at| at <= now()) => {
                match issuance.stage {
                    // Nobody reports on it any more.
                    Stage::Ordered => {
                        self.conclude(&config, &issuance, &issuance, (issuance.orphaned(), None)).await
                    }
                    // The alarm rang too late to send the order again: that is for a person now.
                    _ if !issuance.may_ask(now()) => {
                        self.conclude(&config, &issuance, &issuance, (issuance.orphaned(), None)).await
                    }
                    _ => self.ask(&config, &issuance).await,
                }
            }
            Some(issuance) if issuance.is_open() => self.arm(&config).await,
            _ if now() >= known.taken_at + KEPT_MS => {
                self.ledger().forget().await.map_err(internal("forget"))
            }
            _ => self.arm(&config).await,
        }
    }

    /// What the shop is told of these records: that a voucher is issued, without what it is spent with.
    pub(super) fn news(
        &self,
        config: &Config,
        records: &[Record],
        now: i64,
    ) -> Result<Vec<(event::Kind, Value)>, Problem> {
        let Some(mut issuance) = self.issuance()? else {
            return Ok(Vec::new());
        };
        let was_issued = matches!(issuance.stage, Stage::Issued { .. });
        for record in records {
            if let Record::Voucher(step) = record {
                issuance.apply(now, step.clone());
            }
        }
        let is_issued = matches!(issuance.stage, Stage::Issued { .. });
        let currency = config.provider(&issuance.provider).map(|provider| provider.features().currency);
        let view = || issuance.view(None, currency, &config.limits);
        Ok(if is_issued && !was_issued { vec![(event::Kind::VoucherIssued, view())] } else { Vec::new() })
    }

    /// Tells the shop's server what it has not been told.
    pub(super) async fn deliver(&self) -> Result<(), Problem> {
        let config = runtime::config(&self.env)?;
        outbox::deliver(&self.ledger(), &config).await?;
        self.arm(&config).await
    }

    /// Writes what an order came to, seals what the voucher is spent with, and sets the alarm. `asked` is how the order stood
    /// when the question was asked that this answers.
    async fn conclude(
        &self,
        config: &Config,
        issuance: &Issuance,
        asked: &Issuance,
        (step, secret): Outcome,
    ) -> Result<(), Problem> {
        let mut secrets = Vec::new();
        if let Some((name, pin)) = secret {
            let about = format!("{} {name}", issuance.id);
            let sealed = seal(config, Kind::Voucher, &about, pin.reveal())?;
            secrets.push(Secret::Keep(Kind::Voucher, about, sealed));
        }
        if matches!(issuance.stage, Stage::Issued { .. }) {
            // A look-up was quicker than this answer, but only the answer may hold what the voucher is spent with.
            return if secrets.is_empty() { Ok(()) } else { self.write(config, &[], secrets).await };
        }
        let records: Vec<Record> = issuance.with_hint(asked, step).into_iter().map(Record::Voucher).collect();
        self.write(config, &records, secrets).await?;
        if let Some(now) = self.issuance()? {
            let words = match &now.stage {
                Stage::Refused(words) => Some(words.as_str()),
                Stage::InDoubt { words, .. } => words.as_deref(),
                _ => None,
            };
            log::voucher(&now.id, &now.provider, now.status(), words);
        }
        Ok(())
    }

    /// Where the voucher stands: 201 when it is issued, 202 while that is not known, a problem when it is not.
    pub(super) fn tell(&self, config: &Config) -> Result<Response, Problem> {
        let issuance = self.issuance()?.ok_or_else(|| Problem::of(ErrorCode::Internal))?;
        let status = match &issuance.stage {
            Stage::Refused(words) => {
                let problem = Problem::of(ErrorCode::VoucherNotIssued);
                return Err(if words.is_empty() { problem } else { problem.detail(words.as_str()) });
            }
            Stage::Issued { .. } => 201,
            Stage::Ordered | Stage::InDoubt { .. } => 202,
        };
        let sealed = self.ledger().sealed(Kind::Voucher).map_err(internal("secrets"))?;
        let about = sealed.into_iter().next().map(|(about, _)| about);
        let secret = match &about {
            Some(about) => self.opened(config, Kind::Voucher, about)?,
            None => None,
        };
        // Sealed under the voucher's id and the name that it has in the answer.
        let name = about.as_deref().and_then(|about| about.split_once(' ')).map(|(_, name)| name);
        let secret = name.zip(secret.as_deref());
        let currency = config.provider(&issuance.provider).map(|provider| provider.features().currency);
        let view = issuance.view(secret, currency, &config.limits);
        json_answer(status, &view).map_err(internal("voucher"))
    }

    pub(super) fn issuance(&self) -> Result<Option<Issuance>, Problem> {
        Ok(self.known()?.and_then(|known| known.issuance))
    }
}
