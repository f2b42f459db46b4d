//! What stands sealed beside the ledger: PINs that are still needed, and change vouchers.

use super::Checkout;
use crate::api::random;
use crate::log;
use crate::objects::calls::internal;
use crate::objects::store::{Kind, Secret};
use crate::problem::Problem;
use crate::runtime::now;
use checkout_core::Config;
use checkout_core::Session;
use checkout_core::session::{Changes, Redemption};
use checkout_wire::{Change, ErrorCode};

impl Checkout {
    pub(super) fn seal(&self, config: &Config, kind: Kind, id: &str, text: &str) -> Result<String, Problem> {
        let sealed = config.keyring.seal(&kind.purpose(id), random()?, text);
        sealed.ok_or_else(|| Problem::of(ErrorCode::Internal))
    }

    pub(super) fn sealed_change(
        &self,
        config: &Config,
        kind: Kind,
        id: &str,
        change: &Change,
    ) -> Result<String, Problem> {
        let text = serde_json::to_string(change).map_err(|error| internal("change")(error.into()))?;
        self.seal(config, kind, id, &text)
    }

    pub(super) fn opened(&self, config: &Config, kind: Kind, id: &str) -> Result<Option<String>, Problem> {
        let sealed = self.ledger().sealed(kind).map_err(internal("secrets"))?;
        let sealed = sealed.into_iter().find(|(redemption, _)| redemption == id);
        Ok(sealed.and_then(|(_, text)| config.keyring.open(&kind.purpose(id), &text)))
    }

    /// The change vouchers of the session, opened. One that came with the answer goes before one that a webhook brought.
    pub(super) fn changes(&self, config: &Config, session: &Session) -> Result<Changes, Problem> {
        let mut changes = self.opened_changes(config, Kind::Change)?;
        for (id, change) in self.opened_changes(config, Kind::HintedChange)? {
            let taken = session.redemption(&id).is_some_and(Redemption::is_success);
            if taken && !changes.iter().any(|(known, _)| *known == id) {
                changes.push((id, change));
            }
        }
        Ok(changes)
    }

    /// When the next change voucher is to be erased, and of which payment.
    pub(super) fn next_to_forget(
        &self,
        config: &Config,
        session: &Session,
    ) -> Result<Option<(i64, String)>, Problem> {
        let mut next: Option<(i64, String)> = None;
        for kind in [Kind::Change, Kind::HintedChange] {
            for (id, _) in self.ledger().sealed(kind).map_err(internal("secrets"))? {
                let at = session.forget_change_at(&id, &config.limits).unwrap_or_default();
                if next.as_ref().is_none_or(|(first, _)| at < *first) {
                    next = Some((at, id));
                }
            }
        }
        Ok(next)
    }

    /// Erases the change vouchers whose time is over.
    pub(super) async fn forget_changes(&self, config: &Config) -> Result<(), Problem> {
        while let Some((at, id)) = self.next_to_forget(config, &self.session()?)? {
            if at > now() {
                break;
            }
            let secrets = [Kind::Change, Kind::HintedChange].map(|kind| Secret::Erase(kind, id.clone()));
            self.write(config, &[], secrets.into()).await?;
        }
        Ok(())
    }

    fn opened_changes(&self, config: &Config, kind: Kind) -> Result<Changes, Problem> {
        let sealed = self.ledger().sealed(kind).map_err(internal("secrets"))?;
        let opened = sealed.into_iter().filter_map(|(id, text)| {
            let opened = config.keyring.open(&kind.purpose(&id), &text);
            let change = opened.and_then(|text| serde_json::from_str(&text).ok());
            if change.is_none() {
                log::unreadable_secret("change", &id);
            }
            Some((id, change?))
        });
        Ok(opened.collect())
    }
}
