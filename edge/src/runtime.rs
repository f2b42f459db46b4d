//! The runtime environment: this deployment's configuration, read once per isolate, the time, and randomness.

use crate::problem::Problem;
use crate::zone::Zone;
use checkout_core::seal::hex;
use checkout_core::vars::Vars;
use checkout_core::{Config, ConfigError};
use checkout_wire::{ErrorCode, Millis};
use std::cell::OnceCell;
use std::rc::Rc;
use worker::{AbortSignal, Date, Env};

type Read = Result<Rc<Config>, ConfigError>;

thread_local! {
    static CONFIG: OnceCell<Read> = const { OnceCell::new() };
    static ZONE: OnceCell<Result<Rc<Zone>, ConfigError>> = const { OnceCell::new() };
}

/// Returns the configuration, or a problem that names the missing or wrong variable (law 9).
pub fn config(env: &Env) -> Result<Rc<Config>, Problem> {
    #[cfg(feature = "crash-points")]
    crate::objects::crash_points::configure(env);
    let read = CONFIG.with(|config| config.get_or_init(|| read(env)).clone());
    Ok(read?)
}

fn read(env: &Env) -> Read {
    // At run time, secrets and variables are the same kind of binding.
    let value = |name: &str| env.var(name).ok().map(|value| value.to_string());
    let read = Config::read(&Vars::new(&value)).and_then(|config| {
        zone(&config)?;
        Ok(Rc::new(config))
    });
    if let Err(error) = &read {
        crate::log::misconfigured(error);
    }
    read
}

/// Returns the merchant's time zone. It is created once, because that takes milliseconds.
pub fn zone(config: &Config) -> Result<Rc<Zone>, ConfigError> {
    ZONE.with(|zone| zone.get_or_init(|| Zone::of(&config.timezone).map(Rc::new)).clone())
}

/// Returns the time. The runtime's clock advances only while the code awaits I/O.
pub fn now() -> Millis {
    i64::try_from(Date::now().as_millis()).map_or(Millis::MAX, Millis)
}

/// Returns a signal that ends a request after this time.
pub fn timeout(after: Millis) -> AbortSignal {
    web_sys::AbortSignal::timeout_with_u32(u32::try_from(after.0).unwrap_or(u32::MAX)).into()
}

/// Returns random bytes of the runtime.
pub fn random<const N: usize>() -> Result<[u8; N], Problem> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| Problem::of(ErrorCode::Internal))?;
    Ok(bytes)
}

/// Returns `2 N` random hexadecimal digits.
pub fn random_hex<const N: usize>() -> Result<String, Problem> {
    Ok(hex(&random::<N>()?))
}
