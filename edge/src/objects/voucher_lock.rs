//! The `Voucher` object, one per keyed hash of a voucher's number: the lock that allows one attempt in
//! flight, across all sessions (law 4).
//!
//! It stores which payment holds the voucher. The session of that payment decides whether it is still open,
//! by its ledger or because it is about to be written there, so a lock needs no release and survives a stop on either side.

use super::calls::{
    self, AskHolder, AskProgress, Call, Claim, ClaimVoucher, Holding, Progress, Received, answer, internal,
    refuse,
};
use crate::runtime::now;
use checkout_core::json;
use checkout_wire::{Millis, RedemptionId, SessionId};
use serde::{Deserialize, Serialize};
use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

/// The time after which an unused voucher is erased.
const KEPT: Millis = Millis::DAY.times(30);

/// The payment that holds the voucher. Stored: add, never change a name.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
struct Holder {
    session: SessionId,
    redemption: RedemptionId,
    since: Millis,
}

/// A voucher, and the payment that holds it.
#[durable_object(alarm)]
pub struct Voucher {
    state: State,
    env: Env,
}

impl DurableObject for Voucher {
    fn new(state: State, env: Env) -> Self {
        Self { state, env }
    }

    async fn fetch(&self, request: Request) -> Result<Response> {
        let received = Received::receive(request).await?;
        match received.name() {
            ClaimVoucher::NAME => {
                let claim = self.claim(received.call()?).await;
                answer::<ClaimVoucher>(claim.map_err(internal("voucher")))
            }
            AskHolder::NAME => {
                let holding = self.holding(received.call()?).await;
                answer::<AskHolder>(holding.map_err(internal("voucher")))
            }
            _ => refuse(),
        }
    }

    /// Erases the object long after its last payment was settled.
    async fn alarm(&self) -> Result<Response> {
        let storage = self.state.storage();
        let holder = self.holder().await?;
        let open = match &holder {
            Some(holder) => self.is_open(holder).await,
            None => false,
        };
        // Another payment may have claimed the voucher during this call.
        if open || self.holder().await? != holder {
            storage.set_alarm(KEPT.0).await?;
        } else {
            storage.delete_all().await?;
        }
        Response::empty()
    }
}

impl Voucher {
    async fn claim(&self, ClaimVoucher { session, redemption }: ClaimVoucher) -> Result<Claim> {
        let storage = self.state.storage();
        loop {
            let holder = self.holder().await?;
            match &holder {
                Some(known) if known.redemption == redemption => return Ok(Claim::Granted),
                Some(known) if self.is_open(known).await => return Ok(Claim::Refused),
                _ => {}
            }
            // Another payment may have claimed the voucher during this call. Nothing else runs between this
            // check and the write.
            if self.holder().await? == holder {
                let new = Holder { session, redemption, since: now() };
                storage.put("holder", serde_json::to_string(&new)?).await?;
                storage.set_alarm(KEPT.0).await?;
                #[cfg(feature = "crash-points")]
                {
                    use super::crash_points::{Point, reached};
                    reached("voucher", &[new.session.as_str().to_owned()], &[Point::Held], true).await;
                }
                return Ok(Claim::Granted);
            }
        }
    }

    async fn holding(&self, AskHolder { redemption }: AskHolder) -> Result<Holding> {
        let holder = self.holder().await?;
        let held = holder.is_some_and(|holder| holder.redemption == redemption);
        Ok(if held { Holding::Held } else { Holding::Lost })
    }

    async fn holder(&self) -> Result<Option<Holder>> {
        let kept: Option<String> = self.state.storage().get("holder").await?;
        kept.map(|text| Ok(json::read(&text)?)).transpose()
    }

    /// Returns whether the holder has no final outcome yet. A holder whose session does not answer counts as
    /// open.
    async fn is_open(&self, holder: &Holder) -> bool {
        let call = AskProgress { redemption: holder.redemption.clone() };
        let progress = calls::checkout(&self.env, &holder.session, &call).await;
        !matches!(progress, Ok(Progress::Settled))
    }
}
