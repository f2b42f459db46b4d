//! Refuses to serve while `SEALING_KEY` lacks a key that is still needed (law 9). Without it a voucher whose outcome is unknown could
//! be used again (law 4), and a change voucher could not be shown (law 5).
//!
//! The index records which keys are needed. A Worker has no start-up phase, so the first request of an isolate queries the index. That
//! request waits for a moment; no other request waits while the index is slow or down. The result is final once all keys are present: an
//! isolate's variables never change, and nothing is sealed under a key that is not among them.

use crate::index::keys::needed_keys;
use crate::log;
use crate::objects::alarm::delay;
use crate::problem::Problem;
use crate::runtime::now;
use checkout_core::index::NeededKey;
use checkout_core::{Config, ConfigError};
use checkout_wire::Millis;
use core::pin::pin;
use futures_util::future::select;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use worker::{Context, Env};

/// The time for which the first request of an isolate waits: longer than the index usually takes, and too short to disturb a shopper.
const FIRST: Millis = Millis(250);
/// The pause before the next query, while the index has not answered or a key is missing.
const AGAIN: Millis = Millis::SECOND.times(10);

thread_local! {
    /// The time of the next query; `None` once all keys are present.
    static NEXT_AT: Cell<Option<Millis>> = const { Cell::new(Some(Millis::ZERO)) };
    static MISSING: RefCell<Option<ConfigError>> = const { RefCell::new(None) };
}

/// Returns a problem that names the missing key. With `is_patient`, waits for the index to answer.
pub async fn check(
    env: &Env,
    context: &Context,
    config: &Rc<Config>,
    is_patient: bool,
) -> Result<(), Problem> {
    let Some(at) = NEXT_AT.get() else {
        return Ok(());
    };
    let is_first = at == Millis::ZERO;
    if is_patient {
        ask(env, config).await;
    } else if at <= now() {
        NEXT_AT.set(Some(now() + AGAIN));
        let (env, config) = (env.clone(), Rc::clone(config));
        if is_first {
            select(pin!(ask(&env, &config)), pin!(delay(FIRST))).await;
        } else {
            context.wait_until(async move { ask(&env, &config).await });
        }
    }
    match MISSING.with_borrow(Clone::clone) {
        Some(error) => Err(error.into()),
        None => Ok(()),
    }
}

/// Queries the needed keys. Without an answer, the previous one stays valid.
async fn ask(env: &Env, config: &Config) {
    let Ok(needed) = needed_keys(env).await else {
        return;
    };
    let missing = NeededKey::missing(&needed, config);
    NEXT_AT.set(missing.as_ref().map(|_| now() + AGAIN));
    let before = MISSING.replace(missing.clone());
    if let Some(error) = missing.filter(|error| before.as_ref() != Some(error)) {
        log::misconfigured(&error);
    }
}
