//! What stands sealed beside the ledger: PINs that are still needed, and change vouchers.

use super::Checkout;
use crate::api::random;
use crate::calls::internal;
use crate::ledger::Kind;
use crate::log;
use checkout_core::Config;
use checkout_core::Session;
use checkout_core::session::{Changes, Redemption};
use checkout_wire::{Change, ErrorCode, Problem};

impl Checkout {
    pub(super) fn seal(&self, config: &Config, kind: Kind, id: &str, text: &str) -> Result<String, Problem> {
        let sealed = config.keyring.seal(&kind.purpose(id), random()?, text);
        sealed.ok_or_else(|| ErrorCode::Internal.problem())
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
