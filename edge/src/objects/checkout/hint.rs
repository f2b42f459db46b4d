//! Hints from a provider's webhooks about a payment: stored at once, and looked up by the alarm.

use super::Checkout;
use crate::objects::calls::{HintResult, PaymentHint};
use crate::objects::ledger_object::LedgerObject;
use crate::objects::store::{SecretKind, SecretWrite};
use crate::problem::Problem;
use crate::runtime::now;
use checkout_core::session::Entry;

impl Checkout {
    /// Stores a hint, and answers before the look-up, because the provider waits for the answer.
    pub(super) async fn hint(&self, call: PaymentHint) -> Result<HintResult, Problem> {
        let PaymentHint { reference, success, change } = call;
        let config = self.config()?;
        let Some(session) = self.ledger.state()? else {
            return Ok(HintResult::NotFound);
        };
        let Some(redemption) =
            session.redemptions.iter().find(|redemption| redemption.begun.reference == reference)
        else {
            return Ok(HintResult::NotFound);
        };
        let id = &redemption.begun.id;
        let entry = session.hinted(&reference, success);
        // A repeated webhook does not restore a change voucher whose retention has ended.
        let kept = session.forget_change_at(id, &config.limits).is_some_and(|at| at > now());
        let change = change.filter(|_| kept);
        if entry.is_none() && change.is_none() {
            return Ok(HintResult::Known);
        }
        let stated = change.as_ref().and_then(|_| redemption.change_stated_late());
        let entries: Vec<Entry> = entry.into_iter().chain(stated).collect();
        let mut secrets = Vec::new();
        if let Some(change) = change {
            let sealed = self.sealed_change(&config, SecretKind::HintedChange, id.as_str(), &change)?;
            secrets.push(SecretWrite::Keep(SecretKind::HintedChange, id.as_str().to_owned(), sealed));
        }
        self.write(&config, &entries, &secrets).await?;
        Ok(HintResult::Noted)
    }
}
