//! The `Voucher` object, one per keyed hash of a voucher's number: the lock that allows one attempt in
//! flight, across all sessions (law 4).
//!
//! It stores which payment holds the voucher, and which one before it may have taken money. The session of the holder decides whether it is
//! still open, by its ledger or because it is about to be written there, so a lock needs no release and survives a stop on either side.

use super::calls::{
    self, AskHolder, AskProgress, Call, Claim, ClaimVoucher, Holding, Progress, Received, answer, internal,
    refuse,
};
use crate::problem::Problem;
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

/// The name of the payment that holds the voucher, in the object's storage.
const HOLDER: &str = "holder";

/// The name of the last payment before it that may have taken money, in the object's storage.
const USED_BY: &str = "used_by";

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
        let holder = self.kept(HOLDER).await?;
        let is_open = match &holder {
            Some(holder) => self.progress(holder).await.unwrap_or(Progress::Open) == Progress::Open,
            None => false,
        };
        // Another payment may have claimed the voucher during this call.
        if is_open || self.kept(HOLDER).await? != holder {
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
            let holder = self.kept(HOLDER).await?;
            let progress = match &holder {
                Some(known) if known.redemption == redemption => return Ok(Claim::Granted),
                // A holder whose session does not answer counts as open.
                Some(known) => self.progress(known).await.unwrap_or(Progress::Open),
                None => Progress::Unsent,
            };
            if progress == Progress::Open {
                return Ok(Claim::Refused);
            }
            // Another payment may have claimed the voucher during this call. Nothing else runs between this
            // check and the write.
            if self.kept(HOLDER).await? == holder {
                if let Some(used_by) = holder.filter(|_| progress == Progress::Settled) {
                    storage.put(USED_BY, serde_json::to_string(&used_by)?).await?;
                }
                let new = Holder { session, redemption, since: now() };
                storage.put(HOLDER, serde_json::to_string(&new)?).await?;
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
        let is_asked =
            |holder: &Option<Holder>| holder.as_ref().is_some_and(|one| one.redemption == redemption);
        let holder = self.kept(HOLDER).await?;
        let is_last = match &holder {
            Some(later) if later.redemption != redemption => {
                let unsent = self.progress(later).await.map_err(|_| "the holder does not answer")?;
                unsent == Progress::Unsent && is_asked(&self.kept(USED_BY).await?)
            }
            holder => is_asked(holder),
        };
        Ok(if is_last { Holding::Held } else { Holding::Lost })
    }

    async fn kept(&self, name: &str) -> Result<Option<Holder>> {
        let kept: Option<String> = self.state.storage().get(name).await?;
        kept.map(|text| Ok(json::read(&text)?)).transpose()
    }

    async fn progress(&self, Holder { session, redemption, .. }: &Holder) -> Result<Progress, Problem> {
        calls::checkout(&self.env, session, &AskProgress { redemption: redemption.clone() }).await
    }
}
