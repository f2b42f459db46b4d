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
                Some(Task::Ask(payment)) => {
                    if let Err(closed) = self.ask_provider(config, &payment).await? {
                        self.busy_until.set(now() + closed.wait());
                        return Ok(());
                    }
                }
                Some(Task::Reverse(payment)) => {
                    self.write(config, &[payment.reversing()], &[]).await?;
                    self.give_back(config, &payment).await?;
                }
                Some(Task::AskReversal(payment)) => self.ask_reversal(config, &payment).await?,
            }
        }
    }

    /// Looks up the outcome of a payment, unless the provider's gate is closed.
    async fn ask_provider(
        &self,
        config: &Config,
        payment: &Redemption,
    ) -> Result<Result<(), NotPermitted>, Problem> {
        let id = &payment.begun.id;
        // The answer counts as of the time of the request, the earliest moment that it can describe.
        let asked_at = now();
        if !payment.is_open() && self.is_used_since(config, payment).await? {
            let entry = payment.balance_inconclusive();
            self.conclude(config, id, Outcome { entry, change: None }, Some(payment)).await?;
            return Ok(Ok(()));
        }
        let answer = match self.question(config, payment)? {
            // The provider is no longer configured, or the PIN can no longer be opened: a look-up is
            // impossible.
            None => Err(Doubt::Unreadable),
            Some((provider, question)) => {
                let since = payment.recovery.doubted_at.unwrap_or(payment.created_at);
                if let Err(closed) = gate::resolve(&self.env, provider, id, since).await {
                    return Ok(Err(closed));
                }
                // During that call the session may have ended, or a person may have settled the payment, and a code that is sent now may
                // take money. The due task is therefore determined again.
                if matches!(question, Question::Repeat(..)) {
                    let session = self.session()?;
                    let payment = session.redemption(id);
                    if payment.and_then(|payment| session.repeat(payment, &config.limits)).is_none() {
                        return Ok(Ok(()));
                    }
                }
                let op = match &question {
                    Question::Balance(pin) => Op::Balance { pin, reference: &payment.begun.reference },
                    Question::Lookup => Op::Lookup { reference: &payment.begun.reference },
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
            session.redemption(id).and_then(|now| now.looked_up(payment, answer, asked_at, &config.limits));
        if let Some(outcome) = outcome {
            self.conclude(config, id, outcome, Some(payment)).await?;
        }
        Ok(Ok(()))
    }

    /// Returns whether a later payment has used the voucher of a payment that is looked up by its balance.
    async fn is_used_since(&self, config: &Config, payment: &Redemption) -> Result<bool, Problem> {
        let features = config.provider(&payment.begun.provider).map(|provider| provider.features());
        let check = features.and_then(|features| Some(features.checkout.as_ref()?.outcome_check));
        match (&payment.begun.voucher, check) {
            (Some(voucher), Some(OutcomeCheck::Balance)) => {
                let call = AskHolder { redemption: payment.begun.id.clone() };
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
        payment: &Redemption,
    ) -> Result<Option<(&'a dyn Provider, Question)>, Problem> {
        let Some(provider) = config.provider(&payment.begun.provider) else {
            return Ok(None);
        };
        if let Some(repeat) = self.session()?.repeat(payment, &config.limits)
            && let Some(code) = self.sealed_pin(config, SecretKind::Code, &payment.begun.id)?
        {
            return Ok(Some((provider, Question::Repeat(repeat, code))));
        }
        Ok(match provider.features().checkout.as_ref().map(|checkout| checkout.outcome_check) {
            None => None,
            Some(OutcomeCheck::Lookup) => Some((provider, Question::Lookup)),
            Some(OutcomeCheck::Balance) => {
                let pin = self.sealed_pin(config, SecretKind::Pin, &payment.begun.id)?;
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
fn report(payment: &Redemption) {
    let words = match &payment.state {
        RedemptionState::Declined { words, .. } => words.as_deref(),
        RedemptionState::InDoubt { left_to_person: true, .. } => Some("left to a person"),
        _ => None,
    };
    log::redemption(payment.begun.id.as_str(), &payment.begun.provider, payment.status().as_str(), words);
    if let RedemptionState::Succeeded { fee: Some(fee), .. } = payment.state
        && fee != payment.begun.fee
    {
        log::fee_differs(&payment.begun.provider, payment.begun.id.as_str(), payment.begun.fee, fee);
    }
}
