//! Refuses to serve while `SEALING_KEY` lacks a key that is still needed (law 9). Without it a voucher whose outcome is unknown could
//! be used again (law 4), and a change voucher could not be shown (law 5).
//!
//! The index tells which keys are needed. A Worker has no start of its own, so the first request of an isolate asks: it waits for
//! a moment, and no request waits when the index is slow or down. Once all keys are there, they stay: an isolate's
//! variables never change, and nothing is sealed under a key that is not among them.

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

/// The time for which the first request of an isolate waits: longer than the index usually takes, and no hindrance to a shopper.
const FIRST: Millis = Millis(250);
/// The pause before the index is asked again, while it has not answered or a key is missing.
const AGAIN: Millis = Millis::SECOND.times(10);

thread_local! {
    /// When the index is asked next; `None` once all keys are there.
    static NEXT_AT: Cell<Option<Millis>> = const { Cell::new(Some(Millis::ZERO)) };
    static MISSING: RefCell<Option<ConfigError>> = const { RefCell::new(None) };
}

/// Returns a problem that names the missing key. `is_patient` waits for an answer of the index.
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

/// Asks the index which keys are needed. Without an answer, the last one holds.
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
