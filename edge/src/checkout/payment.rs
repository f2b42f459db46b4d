//! How one voucher's payment goes on: the charge, what became of it, and the alarm that finds out when the answer was lost.

use super::{Checkout, now};
use crate::ledger::{Kind, Secret};
use crate::{log, provider_call, setup};
use checkout_core::Config;
use checkout_core::gate::MARGIN_MS;
use checkout_core::provider::{Charge, Op, Provider, Recovery};
use checkout_core::session::{Attempt, Doubt, Entry, Outcome, Redemption, State as Progress, Task, Terms};
use checkout_wire::{Pin, Problem};

impl Checkout {
    /// Takes the money: asks for the voucher's value first where the provider has no other way to find out later.
    pub(super) async fn pay(
        &self,
        config: &Config,
        provider: &dyn Provider,
        terms: &Terms,
        attempt: &Attempt,
        id: &str,
    ) -> Result<(), Problem> {
        let timeout = config.limits.provider_timeout_ms;
        if provider.features().recovery == Recovery::Balance {
            // The gate let both calls through together, on the word that the second follows soon.
            let timeout = timeout.min(MARGIN_MS);
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
        // A look-up may have been quicker than this answer, but only the answer may hold the change voucher.
        let now = self.session()?.redemption(id).map(|one| (one.is_open(), one.charged(heard)));
        match now {
            Some((open, outcome)) if open || outcome.change.is_some() => {
                self.conclude(config, id, outcome).await
            }
            _ => Ok(()),
        }
    }

    /// Finds out what became of payments whose time has come, and sets the next alarm.
    pub(super) async fn look_after(&self) -> Result<(), Problem> {
        let config = setup::config(&self.env)?;
        while let Some(task) = self.session()?.due(now(), &config.limits) {
            match task {
                Task::Write(entry) => {
                    let id = entry.redemption().unwrap_or_default().to_owned();
                    self.conclude(&config, &id, Outcome { entry, change: None }).await?;
                }
                Task::Ask(open) => {
                    if let Err(busy) = self.ask_provider(&config, &open).await? {
                        return self.wake_in(busy).await;
                    }
                }
            }
        }
        self.arm(&config).await
    }

    /// Asks what became of a payment; `Err` with the milliseconds to wait when the gate is closed.
    pub(super) async fn ask_provider(
        &self,
        config: &Config,
        open: &Redemption,
    ) -> Result<Result<(), i64>, Problem> {
        let id = &open.begun.id;
        let provider = config.provider(&open.begun.provider);
        let pin = match provider.map(|provider| provider.features().recovery) {
            Some(Recovery::Balance) => self.opened(config, Kind::Pin, id)?.map(Pin::from_provider),
            _ => None,
        };
        // What is answered was so at the latest when it was asked.
        let asked_at = now();
        let heard = match (provider, &pin) {
            // Switched off since: nobody can be asked.
            (None, _) => Err(Doubt::Unreadable),
            (Some(provider), pin) => {
                if let Err(problem) = self.pass_gate(provider, config, 1).await {
                    return Ok(Err(problem.retry_after.unwrap_or(60) * 1_000));
                }
                let op = match (provider.features().recovery, pin) {
                    (Recovery::Balance, Some(pin)) => Op::Balance { pin },
                    _ => Op::Lookup { reference: &open.begun.reference },
                };
                let heard =
                    provider_call::perform(provider, id, &op, config.limits.provider_timeout_ms).await;
                self.close_gate_if_busy(provider, config, &heard).await;
                heard
            }
        };
        if let Some(open) = self.still_open(id)? {
            self.conclude(config, id, open.asked(heard, asked_at, &config.limits)).await?;
        }
        Ok(Ok(()))
    }

    /// Writes what a payment came to, keeps its change voucher, erases its PIN once it is settled, and sets the alarm.
    pub(super) async fn conclude(&self, config: &Config, id: &str, outcome: Outcome) -> Result<(), Problem> {
        let mut secrets = Vec::new();
        if let Some(change) = outcome.change {
            secrets.push(Secret::Keep(Kind::Change, id.to_owned(), self.sealed_change(config, id, change)?));
        }
        if settles(&outcome.entry) {
            secrets.push(Secret::Erase(Kind::Pin, id.to_owned()));
        }
        self.write(config, &outcome.entry, secrets).await?;
        if let Some(redemption) = self.session()?.redemption(id) {
            report(redemption);
        }
        Ok(())
    }
}

const fn settles(entry: &Entry) -> bool {
    matches!(entry, Entry::Succeeded { .. } | Entry::Declined { .. } | Entry::NotSent { .. })
}

/// Tells the log where a payment stands.
fn report(one: &Redemption) {
    let words = match &one.state {
        Progress::Declined { words, .. } => words.as_deref(),
        Progress::InDoubt { left_to_person: true, .. } => Some("left to a person"),
        _ => None,
    };
    log::redemption(&one.begun.id, &one.begun.provider, one.status().as_str(), words);
    if let Progress::Succeeded { fee: Some(fee), .. } = one.state
        && fee != one.begun.fee
    {
        log::fee_differs(&one.begun.provider, &one.begun.id, one.begun.fee, fee);
    }
}
