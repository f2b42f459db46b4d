//! Reversals of the charges of a session that ended unpaid. Each one is recorded as begun before this code
//! runs.

use super::Checkout;
use crate::log;
use crate::objects::ledger_object::LedgerObject;
use crate::problem::Problem;
use crate::provider::call;
use crate::runtime::now;
use checkout_core::Config;
use checkout_core::provider::{Op, Reply};
use checkout_core::recovery::{Doubt, ProviderAnswer};
use checkout_core::reference;
use checkout_core::session::{Entry, Redemption, Stage};

impl Checkout {
    /// Sends a reversal, and writes the answer. Does nothing if an alarm has already given the reversal up as lost: a look-up then settles
    /// it.
    pub(super) async fn give_back(&self, config: &Config, payment: &Redemption) -> Result<(), Problem> {
        if self.session()?.redemption(&payment.begun.id).map(Redemption::stage) != Some(Stage::Reversing) {
            return Ok(());
        }
        let reference = reference::reversal(&payment.begun.reference);
        let op = Op::Reverse { charge: &payment.begun.reference, reference: &reference };
        let answer = self.ask_about(config, payment, &op).await;
        self.note_reversal(config, payment, |payment| payment.reversal_answered(answer, now())).await
    }

    /// Looks up a reversal, and sends it once more if it did not take effect.
    pub(super) async fn ask_reversal(&self, config: &Config, payment: &Redemption) -> Result<(), Problem> {
        let asked_at = now();
        let answer =
            self.ask_about(config, payment, &Op::Lookup { reference: &payment.begun.reference }).await;
        let mut again = false;
        self.note_reversal(config, payment, |payment| {
            let entry = payment.reversal_asked(answer, asked_at, &config.limits);
            again = matches!(entry, Entry::Reversing { .. });
            entry
        })
        .await?;
        if again { self.give_back(config, payment).await } else { Ok(()) }
    }

    async fn ask_about(&self, config: &Config, payment: &Redemption, op: &Op<'_>) -> ProviderAnswer {
        let provider =
            config.provider(&payment.begun.provider).filter(|provider| provider.features().reverses);
        match provider {
            Some(provider) => {
                call::perform(provider, payment.begun.id.as_str(), op, config.limits.provider_timeout_ms)
                    .await
            }
            // The provider is no longer configured: no call is possible.
            None => Err::<Reply, _>(Doubt::Unreadable),
        }
    }

    /// Writes the answer according to the payment's current state, because another answer may have arrived
    /// first.
    async fn note_reversal(
        &self,
        config: &Config,
        payment: &Redemption,
        entry: impl FnOnce(&Redemption) -> Entry,
    ) -> Result<(), Problem> {
        let session = self.session()?;
        let Some(now) = session.redemption(&payment.begun.id).filter(|payment| !payment.is_reversed()) else {
            return Ok(());
        };
        self.write(config, &[entry(now)], &[]).await?;
        if let Some(payment) = self.session()?.redemption(&payment.begun.id) {
            log::redemption(
                payment.begun.id.as_str(),
                &payment.begun.provider,
                payment.status().as_str(),
                None,
            );
        }
        Ok(())
    }
}
