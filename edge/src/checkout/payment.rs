//! How one voucher's payment goes on: the charge, what became of it, and the alarm that finds out when the answer was lost.

use super::Checkout;
use crate::calls::{self, VoucherCall, internal};
use crate::ledger::{Kind, Secret};
use crate::provider_gate::{self, Leave, News};
use crate::setup::{self, now};
use crate::{log, outbox, provider_call};
use checkout_core::Config;
use checkout_core::gate::MARGIN_MS;
use checkout_core::provider::{Charge, Op, Provider, Recovery, Reply};
use checkout_core::session::{Attempt, Doubt, Entry, Outcome, Redemption, State as Progress, Task, Terms};
use checkout_wire::{Change, DeclineCode, Pin, Problem};

/// Whom to ask about a payment, and with which PIN where it is asked by the voucher's value.
type Question<'a> = (&'a dyn Provider, Option<Pin>);

impl Checkout {
    /// Takes the money: asks for the voucher's value first where the provider has no other way to find out later.
    pub(super) async fn pay(
        &self,
        config: &Config,
        provider: &dyn Provider,
        leave: Leave,
        terms: &Terms,
        attempt: &Attempt,
        id: &str,
    ) -> Result<(), Problem> {
        if !self.claim(config, provider, attempt, id).await? {
            let code = DeclineCode::VoucherInUse;
            let entry = Entry::NotSent { redemption: id.to_owned(), code };
            return self.conclude(config, id, Outcome { entry, change: None }, None).await;
        }
        let timeout = config.limits.provider_timeout_ms;
        let checkout = provider.features().checkout.as_ref();
        if checkout.is_some_and(|checkout| checkout.weighs) {
            // The gate let both calls through together, on the word that the second follows soon.
            let timeout = timeout.min(MARGIN_MS);
            let heard =
                provider_call::perform(provider, id, &Op::Balance { pin: &attempt.pin }, timeout).await;
            let news = News::of(&heard);
            let Some(open) = self.still_begun(id)? else {
                return Ok(());
            };
            let entry = open.weighed(heard);
            let goes_on = matches!(entry, Entry::Weighed { .. });
            self.conclude(config, id, Outcome { entry, change: None }, None).await?;
            if !goes_on {
                provider_gate::tell(&self.env, provider, Some(leave), news).await;
                return Ok(());
            }
        } else if self.still_begun(id)?.is_some() && !cfg!(feature = "without-law-2") {
            self.write(config, &[Entry::Sending { redemption: id.to_owned() }], Vec::new()).await?;
        }
        // Once its outcome is being found out, nothing more may be sent for it.
        let Some(open) = self.still_begun(id)? else {
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
        let news = News::of(&heard);
        let heard = match heard {
            Ok(Reply::Paid(paid)) if checkout.is_some_and(|checkout| checkout.confirms) => {
                let lookup = Op::Lookup { reference: &open.begun.reference };
                let again = provider_call::perform(provider, id, &lookup, timeout.min(MARGIN_MS)).await;
                open.confirmed(paid, again)
            }
            heard => heard,
        };
        // A look-up by the alarm may have been quicker than this answer, but only the answer may hold the change voucher,
        // and money that was taken counts whatever was believed meanwhile.
        let now = self.session()?.redemption(id).map(|one| (one.is_open(), one.charged(heard)));
        match now {
            Some((is_open, outcome)) if is_open || outcome.change.is_some() || is_success(&outcome.entry) => {
                self.conclude(config, id, outcome, Some(&open)).await?;
            }
            _ => {}
        }
        provider_gate::tell(&self.env, provider, Some(leave), news).await;
        Ok(())
    }

    /// Whether the payment, which is on disk, has the voucher now: no other one anywhere has an outcome to come (law 4). While
    /// the sealing key changes, the voucher has a name under each.
    async fn claim(
        &self,
        config: &Config,
        provider: &dyn Provider,
        attempt: &Attempt,
        id: &str,
    ) -> Result<bool, Problem> {
        let session = self.session()?.id;
        // Whether the case of letters counts is not known of every provider: two spellings count as one voucher.
        let number = attempt.pin.reveal().to_ascii_lowercase();
        for hash in config.keyring.hashes("voucher", &format!("{}\n{number}", provider.features().id)) {
            let call = VoucherCall { session: session.clone(), redemption: id.to_owned() };
            let stub = calls::voucher(&self.env, &hash).map_err(internal("voucher stub"))?;
            let mut answer = calls::ask(&stub, &call).await.map_err(internal("voucher"))?;
            if !calls::told::<bool>(&mut answer).await.map_err(internal("voucher answer"))? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Finds out what became of payments whose time has come, and sets the next alarm.
    pub(super) async fn look_after(&self) -> Result<(), Problem> {
        let config = setup::config(&self.env)?;
        while let Some(task) = self.session()?.due(now(), &config.limits) {
            match task {
                Task::Write(entry @ Entry::Expired) => {
                    self.write(&config, std::slice::from_ref(&entry), Vec::new()).await?;
                }
                Task::Write(entry) => {
                    let id = entry.redemption().unwrap_or_default().to_owned();
                    self.conclude(&config, &id, Outcome { entry, change: None }, None).await?;
                }
                Task::Ask(one) => {
                    if let Err(busy) = self.ask_provider(&config, &one).await? {
                        self.busy_until.set(now() + busy);
                        break;
                    }
                }
                Task::Reverse(one) => {
                    self.write(&config, &[one.reversing()], Vec::new()).await?;
                    self.give_back(&config, &one).await?;
                }
                Task::AskReversal(one) => self.ask_reversal(&config, &one).await?,
            }
        }
        self.forget_changes(&config).await?;
        self.arm(&config).await
    }

    /// Tells the shop's server what it has not been told.
    pub(super) async fn deliver(&self) -> Result<(), Problem> {
        let config = setup::config(&self.env)?;
        outbox::deliver(&self.ledger(), &config).await?;
        self.arm(&config).await
    }

    /// Asks what became of a payment; `Err` with the milliseconds to wait when the gate is closed.
    async fn ask_provider(&self, config: &Config, one: &Redemption) -> Result<Result<(), i64>, Problem> {
        let id = &one.begun.id;
        // What is answered was so at the latest when it was asked.
        let asked_at = now();
        let heard = match self.question(config, one)? {
            // Switched off since, or the PIN cannot be opened any more: nobody can be asked.
            None => Err(Doubt::Unreadable),
            Some((provider, pin)) => {
                if let Err(problem) = provider_gate::resolve(&self.env, provider).await {
                    return Ok(Err(problem.retry_after.unwrap_or(60) * 1_000));
                }
                let op = match &pin {
                    Some(pin) => Op::Balance { pin },
                    None => Op::Lookup { reference: &one.begun.reference },
                };
                let heard =
                    provider_call::perform(provider, id, &op, config.limits.provider_timeout_ms).await;
                provider_gate::tell(&self.env, provider, None, News::of(&heard)).await;
                heard
            }
        };
        // It may have been settled meanwhile; what it is now decides what the answer means.
        if let Some(now) = self.session()?.redemption(id).filter(|now| !now.is_success()) {
            self.conclude(config, id, now.asked(heard, asked_at, &config.limits), Some(one)).await?;
        }
        Ok(Ok(()))
    }

    /// What can be asked about a payment; `None` when nobody can be.
    fn question<'a>(&self, config: &'a Config, one: &Redemption) -> Result<Option<Question<'a>>, Problem> {
        let Some(provider) = config.provider(&one.begun.provider) else {
            return Ok(None);
        };
        match provider.features().checkout.as_ref().map(|checkout| checkout.recovery) {
            None => Ok(None),
            Some(Recovery::Lookup) => Ok(Some((provider, None))),
            Some(Recovery::Balance) => {
                let pin = self.opened(config, Kind::Pin, &one.begun.id)?.map(Pin::from_provider);
                Ok(pin.map(|pin| (provider, Some(pin))))
            }
        }
    }

    /// Writes what a payment came to, keeps its change voucher, erases its PIN once it is settled, and sets the alarm. `asked`
    /// is how the payment stood when the question was asked that this answers.
    pub(super) async fn conclude(
        &self,
        config: &Config,
        id: &str,
        outcome: Outcome,
        asked: Option<&Redemption>,
    ) -> Result<(), Problem> {
        let mut secrets = Vec::new();
        if let Some(change) = outcome.change {
            let change = Change {
                pin: change.pin.reveal().to_owned(),
                amount: change.amount,
                expires_at: change.expires_at,
            };
            secrets.push(Secret::Keep(
                Kind::Change,
                id.to_owned(),
                self.sealed_change(config, Kind::Change, id, &change)?,
            ));
        }
        if settles(&outcome.entry) {
            secrets.push(Secret::Erase(Kind::Pin, id.to_owned()));
        }
        let session = self.session()?;
        let entries = match (session.redemption(id), asked) {
            (Some(now), Some(asked)) => now.with_hint(asked, outcome.entry),
            _ => vec![outcome.entry],
        };
        self.write(config, &entries, secrets).await?;
        if let Some(redemption) = self.session()?.redemption(id) {
            report(redemption);
        }
        Ok(())
    }
}

const fn is_success(entry: &Entry) -> bool {
    matches!(entry, Entry::Succeeded { .. })
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
