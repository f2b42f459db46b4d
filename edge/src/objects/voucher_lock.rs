//! The `Voucher` object, one per keyed hash of a voucher's number: one attempt in flight, worldwide (law 4).
//!
//! It remembers which payment has the voucher. Whether that payment still has it is asked of the session it belongs to, whose
//! ledger is the only truth: so there is nothing to give back, and nothing to be lost when either side stops.

use crate::http::json_answer;
use crate::objects::calls::{self, CheckoutCall, VoucherCall};
use crate::runtime::now;
use serde::{Deserialize, Serialize};
use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

/// How long a voucher that nobody uses any more is remembered.
const KEPT_MS: i64 = 30 * 24 * 3_600_000;

/// The payment that has the voucher, as it is stored: add to it, never change a name.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
struct Holder {
    session: String,
    redemption: String,
    since: i64,
}

/// A voucher, and the payment that has it.
#[durable_object]
pub struct Voucher {
    state: State,
    env: Env,
}

impl DurableObject for Voucher {
    fn new(state: State, env: Env) -> Self {
        Self { state, env }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let VoucherCall { session, redemption } = calls::call(&mut request).await?;
        let storage = self.state.storage();
        let granted = loop {
            let holder = self.holder().await?;
            match &holder {
                Some(known) if known.redemption == redemption => break true,
                Some(known) if self.is_open(known).await && !cfg!(feature = "without-law-4") => break false,
                _ => {}
            }
            // While that was asked, another payment may have come to have it. From this look to the write nothing else runs.
            if self.holder().await? == holder {
                let new = Holder { session, redemption, since: now() };
                storage.put("holder", serde_json::to_string(&new)?).await?;
                storage.set_alarm(KEPT_MS).await?;
                #[cfg(feature = "crash-points")]
                {
                    use crate::objects::crash_points::{Point, reached};
                    reached("voucher", &[&new.session], &[Point::Held]).await;
                }
                break true;
            }
        };
        json_answer(200, &granted)
    }

    /// Forgets the voucher once its last payment is long settled.
    async fn alarm(&self) -> Result<Response> {
        let storage = self.state.storage();
        let holder = self.holder().await?;
        let open = match &holder {
            Some(holder) => self.is_open(holder).await,
            None => false,
        };
        // While that was asked, another payment may have come to have it.
        if open || self.holder().await? != holder {
            storage.set_alarm(KEPT_MS).await?;
        } else {
            storage.delete_all().await?;
        }
        Response::empty()
    }
}

impl Voucher {
    async fn holder(&self) -> Result<Option<Holder>> {
        let kept: Option<String> = self.state.storage().get("holder").await?;
        kept.map(|text| Ok(serde_json::from_str(&text)?)).transpose()
    }

    /// Whether a payment's outcome is still to come. When that cannot be found out, it counts as open.
    async fn is_open(&self, holder: &Holder) -> bool {
        let call = CheckoutCall::IsOpen { redemption: holder.redemption.clone() };
        let told = async {
            let stub = calls::checkout(&self.env, &holder.session)?;
            calls::told::<bool>(&mut calls::ask(&stub, &call).await?).await
        };
        told.await.unwrap_or(true)
    }
}
