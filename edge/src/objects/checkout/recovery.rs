//! Look-ups of payments whose answer was lost, run by the alarm.

use super::Checkout;
use super::secrets::needless_secrets;
use crate::log;
use crate::objects::calls::{self, AskHolder, Holding};
use crate::objects::ledger_object::LedgerObject;
use crate::objects::store::{SecretKind, SecretWrite};
use crate::problem::Problem;
use crate::provider::call;
use crate::provider::gate::{self, CallResult, NotPermitted};
use crate::runtime::now;
use checkout_core::Config;
use checkout_core::Session;
use checkout_core::ledger::Replay;
use checkout_core::provider::{Op, OutcomeCheck, Provider};
use checkout_core::recovery::Doubt;
use checkout_core::session::{Outcome, Redemption, RedemptionState, Repeat, Task};
use checkout_wire::{Pin, RedemptionId};

/// The way to find out the outcome of a payment.
enum Question {
    /// Look up the charge.
    Lookup,
    /// Compare the voucher's balance.
    Balance(Pin),
    /// Send the shopper's code once more.
    Repeat(Repeat, Pin),
}

impl Checkout {
    /// Settles the payments that are due.
    pub(super) async fn settle_payments(&self, config: &Config) -> Result<(), Problem> {
        loop {
            // A separate statement, so that the session is not borrowed while the task is carried out.
            let task = self.session()?.due(now(), &config.limits);
            match task {
                None => return Ok(()),
                Some(Task::Write(entry)) => match entry.redemption() {
                    Some(id) => {
                        let id = id.clone();
                        self.conclude(config, &id, Outcome { entry, change: None }, None).await?;
                    }
                    None => self.write(config, &[entry], &[]).await?,
                },
                Some(Task::Ask(one)) => {
                    if let Err(closed) = self.ask_provider(config, &one).await? {
                        self.busy_until.set(now() + closed.wait());
                        return Ok(());
                    }
                }
                Some(Task::Reverse(one)) => {
                    self.write(config, &[one.reversing()], &[]).await?;
                    self.give_back(config, &one).await?;
                }
                Some(Task::AskReversal(one)) => self.ask_reversal(config, &one).await?,
            }
        }
    }

    /// Looks up the outcome of a payment, unless the provider's gate is closed.
    async fn ask_provider(
        &self,
        config: &Config,
        one: &Redemption,
    ) -> Result<Result<(), NotPermitted>, Problem> {
        let id = &one.begun.id;
        // The answer counts as of the time of the request, the earliest moment that it can describe.
        let asked_at = now();
        if !one.is_open() && self.is_used_since(config, one).await? {
            let entry = one.balance_inconclusive();
            self.conclude(config, id, Outcome { entry, change: None }, Some(one)).await?;
            return Ok(Ok(()));
        }
        let answer = match self.question(config, one)? {
            // The provider is no longer configured, or the PIN can no longer be opened: a look-up is
            // impossible.
            None => Err(Doubt::Unreadable),
            Some((provider, question)) => {
                let since = one.recovery.doubted_at.unwrap_or(one.created_at);
                if let Err(closed) = gate::resolve(&self.env, provider, id, since).await {
                    return Ok(Err(closed));
                }
                // During that call the session may have ended, or a person may have settled the payment, and a code that is sent now may
                // take money. The due task is therefore determined again.
                if matches!(question, Question::Repeat(..)) {
                    let session = self.session()?;
                    let one = session.redemption(id);
                    if one.and_then(|one| session.repeat(one, &config.limits)).is_none() {
                        return Ok(Ok(()));
                    }
                }
                let op = match &question {
                    Question::Balance(pin) => Op::Balance { pin, reference: &one.begun.reference },
                    Question::Lookup => Op::Lookup { reference: &one.begun.reference },
                    Question::Repeat(Repeat { challenge, reference }, code) => {
                        Op::VerifyCode { challenge, code, reference }
                    }
                };
                let answer =
                    call::perform(provider, id.as_str(), &op, config.limits.provider_timeout_ms).await;
                gate::report(&self.env, provider, None, CallResult::of(&answer)).await;
                answer
            }
        };
        // The payment may have been settled in the meantime. Its current state decides the meaning of the
        // answer.
        let session = self.session()?;
        let outcome =
            session.redemption(id).and_then(|now| now.looked_up(one, answer, asked_at, &config.limits));
        if let Some(outcome) = outcome {
            self.conclude(config, id, outcome, Some(one)).await?;
        }
        Ok(Ok(()))
    }

    /// Returns whether a later payment has used the voucher of a payment that is looked up by its balance.
    async fn is_used_since(&self, config: &Config, one: &Redemption) -> Result<bool, Problem> {
        let features = config.provider(&one.begun.provider).map(|provider| provider.features());
        let check = features.and_then(|features| Some(features.checkout.as_ref()?.outcome_check));
        match (&one.begun.voucher, check) {
            (Some(voucher), Some(OutcomeCheck::Balance)) => {
                let call = AskHolder { redemption: one.begun.id.clone() };
                Ok(calls::voucher(&self.env, voucher, &call).await? == Holding::Lost)
            }
            (None, Some(OutcomeCheck::Balance)) => Ok(true),
            _ => Ok(false),
        }
    }

    /// Returns the way to find out the outcome of a payment, and its provider; `None` if there is none.
    fn question<'a>(
        &self,
        config: &'a Config,
        one: &Redemption,
    ) -> Result<Option<(&'a dyn Provider, Question)>, Problem> {
        let Some(provider) = config.provider(&one.begun.provider) else {
            return Ok(None);
        };
        if let Some(repeat) = self.session()?.repeat(one, &config.limits)
            && let Some(code) = self.sealed_pin(config, SecretKind::Code, &one.begun.id)?
        {
            return Ok(Some((provider, Question::Repeat(repeat, code))));
        }
        Ok(match provider.features().checkout.as_ref().map(|checkout| checkout.outcome_check) {
            None => None,
            Some(OutcomeCheck::Lookup) => Some((provider, Question::Lookup)),
            Some(OutcomeCheck::Balance) => {
                let pin = self.sealed_pin(config, SecretKind::Pin, &one.begun.id)?;
                pin.map(|pin| (provider, Question::Balance(pin)))
            }
        })
    }

    /// Writes the outcome of a payment, stores its change voucher, erases its PIN once it is settled, and
    /// sets the alarm. `asked` is the state of the payment when the request was sent.
    pub(super) async fn conclude(
        &self,
        config: &Config,
        id: &RedemptionId,
        outcome: Outcome,
        asked: Option<&Redemption>,
    ) -> Result<(), Problem> {
        let mut secrets = Vec::new();
        if let Some(change) = outcome.change {
            secrets.push(SecretWrite::Keep(
                SecretKind::Change,
                id.as_str().to_owned(),
                self.sealed_change(config, SecretKind::Change, id.as_str(), &change)?,
            ));
        }
        let session = self.session()?;
        let entries = match (session.redemption(id), asked) {
            (Some(now), Some(asked)) => now.with_hint(asked, outcome.entry),
            _ => vec![outcome.entry],
        };
        let now = now();
        let after = Session::after(Some(&session), now, &entries);
        let after = after.as_ref().and_then(|after| after.redemption(id));
        secrets.extend(after.into_iter().flat_map(|after| needless_secrets(after, &config.limits)));
        self.write_at(now, config, &entries, &secrets).await?;
        if let Some(redemption) = self.session()?.redemption(id) {
            report(redemption);
        }
        Ok(())
    }
}

/// Logs the state of a payment.
fn report(one: &Redemption) {
    let words = match &one.state {
        RedemptionState::Declined { words, .. } => words.as_deref(),
        RedemptionState::InDoubt { left_to_person: true, .. } => Some("left to a person"),
        _ => None,
    };
    log::redemption(one.begun.id.as_str(), &one.begun.provider, one.status().as_str(), words);
    if let RedemptionState::Succeeded { fee: Some(fee), .. } = one.state
        && fee != one.begun.fee
    {
        log::fee_differs(&one.begun.provider, one.begun.id.as_str(), one.begun.fee, fee);
    }
}
