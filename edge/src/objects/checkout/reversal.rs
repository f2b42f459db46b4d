//! Giving charges back when a session ended unpaid. Each one is written as begun before this is called.

use super::Checkout;
use crate::log;
use crate::objects::ledger_object::LedgerObject;
use crate::problem::Problem;
use crate::provider::call;
use crate::runtime::now;
use checkout_core::Config;
use checkout_core::provider::{Op, Reply};
use checkout_core::recovery::{Doubt, Heard};
use checkout_core::reference;
use checkout_core::session::{Entry, Redemption, Stage};

impl Checkout {
    /// Asks the provider to give a charge back, and writes what it says. Does nothing for one that an alarm, quicker than the disk,
    /// has taken for lost meanwhile: then it is found out.
    pub(super) async fn give_back(&self, config: &Config, one: &Redemption) -> Result<(), Problem> {
        if self.session()?.redemption(&one.begun.id).map(Redemption::stage) != Some(Stage::Reversing) {
            return Ok(());
        }
        let reference = reference::reversal(&one.begun.reference);
        let op = Op::Reverse { charge: &one.begun.reference, reference: &reference };
        let heard = self.ask_about(config, one, &op).await;
        self.note_reversal(config, one, |one| one.reversal_answered(heard)).await
    }

    /// Asks the provider whether a charge was given back, and tries once more when it was not.
    pub(super) async fn ask_reversal(&self, config: &Config, one: &Redemption) -> Result<(), Problem> {
        let asked_at = now();
        let heard = self.ask_about(config, one, &Op::Lookup { reference: &one.begun.reference }).await;
        let mut again = false;
        self.note_reversal(config, one, |one| {
            let entry = one.reversal_asked(heard, asked_at, &config.limits);
            again = matches!(entry, Entry::Reversing { .. });
            entry
        })
        .await?;
        if again { self.give_back(config, one).await } else { Ok(()) }
    }

    async fn ask_about(&self, config: &Config, one: &Redemption, op: &Op<'_>) -> Heard {
        let provider = config.provider(&one.begun.provider).filter(|provider| provider.features().reverses);
        match provider {
            Some(provider) => {
                call::perform(provider, one.begun.id.as_str(), op, config.limits.provider_timeout_ms).await
            }
            // Switched off since: nobody can be asked.
            None => Err::<Reply, _>(Doubt::Unreadable),
        }
    }

    /// Writes what was heard, by what the payment is now: another answer may have been quicker.
    async fn note_reversal(
        &self,
        config: &Config,
        one: &Redemption,
        entry: impl FnOnce(&Redemption) -> Entry,
    ) -> Result<(), Problem> {
        let session = self.session()?;
        let Some(now) = session.redemption(&one.begun.id).filter(|one| !one.is_reversed()) else {
            return Ok(());
        };
        self.write(config, &[entry(now)], &[]).await?;
        if let Some(one) = self.session()?.redemption(&one.begun.id) {
            log::redemption(one.begun.id.as_str(), &one.begun.provider, one.status().as_str(), None);
        }
        Ok(())
    }
}
