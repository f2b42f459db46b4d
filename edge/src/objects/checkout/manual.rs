//! Manual acts: a member of staff settles a payment, gives money back, or erases personal data.

use super::Checkout;
use crate::objects::calls::{
    self, AskWorth, Json, PaidBack, PayOutByVoucher, PayoutReply, Perform, Worth, internal,
};
use crate::objects::ledger_object::LedgerObject;
use crate::objects::store::{SecretKind, SecretWrite};
use crate::problem::Problem;
use crate::runtime::now;
use checkout_core::Config;
use checkout_core::session::{Entry, ManualAct, Payout, ledger_view};
use checkout_wire::{ChangeVoucher, ErrorCode, Minor, RedemptionId, VoucherId};
use serde_json::{Value, json};

impl Checkout {
    /// Carries out a manual act. A repeat of the same act changes nothing.
    pub(super) async fn perform(&self, call: Perform) -> Result<Json<Value>, Problem> {
        let Perform { id, by, request } = call;
        let act = ManualAct::parse(&request)?;
        let config = self.config()?;
        if let ManualAct::Refund { voucher: Some(voucher), amount, .. } = &act {
            self.check_voucher(voucher, *amount).await?;
        }
        if let ManualAct::PayOut { voucher: Some(voucher), amount, .. } = &act {
            self.check_voucher(voucher, Some(*amount)).await?;
        }
        // Nothing is awaited between this decision and the write.
        let (entries, change) = self.session()?.manual(&act, &id, &by, &config, now())?;
        if !entries.is_empty() {
            let secrets = self.secrets_of(&config, &act, change)?;
            self.write(&config, &entries, &secrets).await?;
            self.act_upon(&config, &entries).await;
        }
        self.for_merchant(&config)
    }

    /// Checks that a voucher named in a refund or payout is issued and worth at least the amount.
    async fn check_voucher(&self, id: &VoucherId, amount: Option<Minor>) -> Result<(), Problem> {
        let worth = calls::ordered(&self.env, id, &AskWorth { voucher: id.clone() }).await?;
        if let Worth::Issued { amount: worth } = worth
            && worth.is_none_or(|worth| amount.is_none_or(|amount| amount <= worth))
        {
            return Ok(());
        }
        let must_be = "voucher must be the id of a voucher that you have issued, for at least this amount.";
        Err(Problem::of(ErrorCode::FieldInvalid).about("voucher").detail(must_be))
    }

    /// Returns the writes to sealed secrets that belong to an act.
    fn secrets_of(
        &self,
        config: &Config,
        act: &ManualAct,
        change: Option<ChangeVoucher>,
    ) -> Result<Vec<SecretWrite>, Problem> {
        match act {
            ManualAct::Resolve { redemption, .. } => {
                let id = redemption.as_str().to_owned();
                let mut secrets = Vec::from(
                    [SecretKind::Pin, SecretKind::Code].map(|kind| SecretWrite::Erase(kind, id.clone())),
                );
                if let Some(change) = change {
                    let kind = SecretKind::Change;
                    secrets.push(SecretWrite::Erase(kind, id.clone()));
                    secrets.push(SecretWrite::Keep(
                        kind,
                        id,
                        self.sealed_change(config, kind, redemption.as_str(), &change)?,
                    ));
                }
                Ok(secrets)
            }
            ManualAct::Erase { .. } => self.personal_secrets(),
            ManualAct::Ask { .. } | ManualAct::Refund { .. } | ManualAct::PayOut { .. } => Ok(Vec::new()),
        }
    }

    /// Makes the calls that an act requires. After an error or a stop the alarm continues.
    async fn act_upon(&self, config: &Config, entries: &[Entry]) {
        for entry in entries {
            let result = match entry {
                Entry::AskRequested { .. } => self.settle(config).await,
                Entry::Reversing { redemption, .. } => self.refund(config, redemption).await,
                _ => Ok(()),
            };
            if result.is_err() {
                return;
            }
        }
    }

    async fn refund(&self, config: &Config, redemption: &RedemptionId) -> Result<(), Problem> {
        let one = self.session()?.redemption(redemption).cloned();
        match one {
            Some(one) => self.give_back(config, &one).await,
            None => Ok(()),
        }
    }

    /// Records a step of a payout by voucher. A repeated step changes nothing.
    pub(super) async fn pay_out_by_voucher(&self, call: PayOutByVoucher) -> Result<PayoutReply, Problem> {
        let Some(session) = self.ledger.state()? else {
            return Ok(PayoutReply::NoSession);
        };
        match session.pay_out_by_voucher(&call.payout, call.step) {
            Ok(Some(entry)) => self.write(&*self.config()?, &[entry], &[]).await?,
            Ok(None) => {}
            Err(refusal) => return Ok(PayoutReply::Refused { words: Problem::from(refusal).into_words() }),
        }
        Ok(PayoutReply::Recorded)
    }

    /// Returns the merchant's payouts, for the shopper's page.
    pub(super) fn paid_back(&self) -> Result<Option<PaidBack>, Problem> {
        let session = self.session()?;
        let paid_back = |last: &Payout| PaidBack {
            amount: session.paid_out(),
            at: last.at,
            by_voucher: last.voucher.is_some(),
        };
        Ok(session.payouts.last().map(paid_back))
    }

    /// Returns the entries of the session's ledger, as the merchant's API shows them.
    pub(super) fn ledger_view(&self) -> Result<Json<Value>, Problem> {
        self.session()?;
        let entries = self.ledger.entries().map_err(internal("ledger"))?;
        let data = entries.iter().enumerate().map(|(at, (time, entry))| ledger_view(at + 1, *time, entry));
        Json::of(&json!({"object": "list", "data": data.collect::<Vec<_>>(), "has_more": false}))
    }
}
