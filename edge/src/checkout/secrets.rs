//! What stands sealed beside the ledger: PINs that are still needed, and change vouchers.

use super::Checkout;
use crate::api::random;
use crate::calls::internal;
use crate::ledger::Kind;
use crate::log;
use checkout_core::Config;
use checkout_core::provider::ChangeVoucher;
use checkout_core::session::Changes;
use checkout_wire::{Change, ErrorCode, Problem};

impl Checkout {
    pub(super) fn seal(&self, config: &Config, kind: Kind, id: &str, text: &str) -> Result<String, Problem> {
        let sealed = config.keyring.seal(&kind.purpose(id), random()?, text);
        sealed.ok_or_else(|| ErrorCode::Internal.problem())
    }

    pub(super) fn sealed_change(
        &self,
        config: &Config,
        id: &str,
        change: ChangeVoucher,
    ) -> Result<String, Problem> {
        let change = Change {
            pin: change.pin.reveal().to_owned(),
            amount: change.amount,
            expires_at: change.expires_at,
        };
        let text = serde_json::to_string(&change).map_err(|error| internal("change")(error.into()))?;
        self.seal(config, Kind::Change, id, &text)
    }

    pub(super) fn opened(&self, config: &Config, kind: Kind, id: &str) -> Result<Option<String>, Problem> {
        let sealed = self.ledger().sealed(kind).map_err(internal("secrets"))?;
        let sealed = sealed.into_iter().find(|(redemption, _)| redemption == id);
        Ok(sealed.and_then(|(_, text)| config.keyring.open(&kind.purpose(id), &text)))
    }

    /// The change vouchers of the session, opened.
    pub(super) fn changes(&self, config: &Config) -> Result<Changes, Problem> {
        let sealed = self.ledger().sealed(Kind::Change).map_err(internal("secrets"))?;
        let opened = sealed.into_iter().filter_map(|(id, text)| {
            let opened = config.keyring.open(&Kind::Change.purpose(&id), &text);
            let change = opened.and_then(|text| serde_json::from_str(&text).ok());
            if change.is_none() {
                log::unreadable_change(&id);
            }
            Some((id, change?))
        });
        Ok(opened.collect())
    }
}
