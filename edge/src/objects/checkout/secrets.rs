//! The sealed secrets of a session: PINs of unknown outcomes, and change vouchers.

use super::Checkout;
use crate::log;
use crate::objects::calls::internal;
use crate::objects::ledger_object::LedgerObject;
use crate::objects::store::{SecretKind, SecretWrite};
use crate::problem::Problem;
use crate::runtime::now;
use checkout_core::Config;
use checkout_core::Session;
use checkout_core::session::{ChangeVouchers, Redemption};
use checkout_wire::{ChangeVoucher, Millis, RedemptionId};

impl Checkout {
    pub(super) fn sealed_change(
        &self,
        config: &Config,
        kind: SecretKind,
        id: &str,
        change: &ChangeVoucher,
    ) -> Result<String, Problem> {
        let text = serde_json::to_string(change).map_err(|error| internal("change")(error.into()))?;
        self.ledger.store().seal(config, kind, id, &text)
    }

    /// Returns the change vouchers of the session, unsealed. One from an answer takes precedence over one from a webhook.
    pub(super) fn changes(&self, config: &Config, session: &Session) -> Result<ChangeVouchers, Problem> {
        let mut changes = self.opened_changes(config, SecretKind::Change)?;
        for (id, change) in self.opened_changes(config, SecretKind::HintedChange)? {
            let taken = session.redemption(&id).is_some_and(Redemption::is_success);
            if taken && !changes.iter().any(|(known, _)| *known == id) {
                changes.push((id, change));
            }
        }
        Ok(changes)
    }

    /// Returns when the next change voucher is to be erased, and the id of its redemption.
    pub(super) fn next_to_forget(
        &self,
        config: &Config,
        session: &Session,
    ) -> Result<Option<(Millis, String)>, Problem> {
        let mut next: Option<(Millis, String)> = None;
        for kind in [SecretKind::Change, SecretKind::HintedChange] {
            for (id, _) in self.ledger.store().sealed(kind).map_err(internal("secrets"))? {
                let known = RedemptionId::parse(&id);
                let at =
                    known.and_then(|id| session.forget_change_at(&id, &config.limits)).unwrap_or_default();
                if next.as_ref().is_none_or(|(first, _)| at < *first) {
                    next = Some((at, id));
                }
            }
        }
        Ok(next)
    }

    /// Erases the change vouchers whose retention has ended.
    pub(super) async fn forget_changes(&self, config: &Config) -> Result<(), Problem> {
        while let Some((at, id)) = self.next_to_forget(config, &*self.session()?)? {
            if at > now() {
                break;
            }
            let secrets = [SecretKind::Change, SecretKind::HintedChange]
                .map(|kind| SecretWrite::Erase(kind, id.clone()));
            self.write(config, &[], &secrets).await?;
        }
        Ok(())
    }

    fn opened_changes(&self, config: &Config, kind: SecretKind) -> Result<ChangeVouchers, Problem> {
        let opened = self.ledger.store().unseal_all(config, kind)?;
        let read = opened.into_iter().filter_map(|(id, text)| {
            let change = serde_json::from_str(text.reveal()).ok();
            if change.is_none() {
                log::unreadable_secret("change", &id);
            }
            Some((RedemptionId::parse(&id)?, change?))
        });
        Ok(read.collect())
    }
}
