//! The gate in front of a provider: asked before anything is sent, and told afterwards how the call went.

use crate::log;
use crate::objects::calls::{self, AskGate};
use crate::problem::Problem;
use checkout_core::gate::{Ask, Pass, Role};
use checkout_core::provider::{Provider, Reply};
use checkout_core::recovery::Heard;
use checkout_wire::{ErrorCode, Millis};
use worker::Env;

/// Leave to call a provider.
#[derive(Clone, Copy)]
pub struct Leave(Role);

/// Why there is no leave to call a provider.
pub enum NoLeave {
    /// The provider takes no more calls for this long.
    Full(Millis),
    /// The provider does not answer; it is tried again after this long.
    Down(Millis),
    /// The gate could not be asked.
    Unknown(Problem),
}

impl NoLeave {
    /// Returns the time until it makes sense to ask again.
    pub fn wait(&self) -> Millis {
        match self {
            NoLeave::Full(wait) | NoLeave::Down(wait) => *wait,
            NoLeave::Unknown(_) => Millis::MINUTE,
        }
    }
}

impl From<NoLeave> for Problem {
    fn from(closed: NoLeave) -> Self {
        match closed {
            NoLeave::Full(wait) => Problem::of(ErrorCode::ProviderBusy).wait(wait),
            NoLeave::Down(wait) => Problem::of(ErrorCode::ProviderDown).wait(wait),
            NoLeave::Unknown(problem) => problem,
        }
    }
}

/// Asks for leave for a payment that makes so many calls.
pub async fn pay(env: &Env, provider: &dyn Provider, calls: usize) -> Result<Leave, NoLeave> {
    match ask_gate(env, provider, Ask::Pay(calls)).await {
        Ok(pass) => leave(pass),
        // Without a limit to keep, a gate that fails must not stand in the way.
        Err(_) if provider.features().rate.is_none() => Ok(Leave(Role::Usual)),
        Err(problem) => Err(NoLeave::Unknown(problem)),
    }
}

/// Asks for leave for a question that somebody waits for.
pub async fn look(env: &Env, provider: &dyn Provider) -> Result<Leave, NoLeave> {
    limited(env, provider, Ask::Look).await
}

/// Asks for leave to find out what became of a payment: a provider that does not answer is asked all the same.
pub async fn resolve(env: &Env, provider: &dyn Provider) -> Result<Leave, NoLeave> {
    limited(env, provider, Ask::Resolve).await
}

/// Returns the time until payments are let through again; `None` when they are, or nobody can tell.
pub async fn health(env: &Env, provider: &dyn Provider) -> Option<Millis> {
    match ask_gate(env, provider, Ask::Health).await {
        Ok(Pass::Down(wait)) => Some(wait),
        _ => None,
    }
}

/// Tells the gate how a call went: whether the provider has had too many and, of a payment's call, whether it was made and
/// answered. Should this fail, the next call finds out.
pub async fn tell(env: &Env, provider: &dyn Provider, leave: Option<Leave>, result: CallResult) {
    let what = match (result, leave) {
        (CallResult::Busy, _) => Some(Ask::Busy),
        (CallResult::Unanswered, Some(Leave(role))) => Some(Ask::Unanswered(role)),
        (CallResult::NotMade, Some(Leave(Role::Probe))) => Some(Ask::Unused(Role::Probe)),
        (CallResult::Answered, Some(Leave(Role::Watched | Role::Probe))) => Some(Ask::Answered),
        _ => None,
    };
    let Some(what) = what else {
        return;
    };
    let said = ask_gate(env, provider, what).await;
    if let (Ask::Answered | Ask::Unanswered(_), Ok(pass)) = (what, said) {
        let (answered, down) = (what == Ask::Answered, matches!(pass, Pass::Down(_)));
        log::provider_health(provider.features().id, answered, down);
    }
}

/// How a call went, as far as the gate needs to know.
#[derive(Clone, Copy)]
pub enum CallResult {
    /// The call was not made.
    NotMade,
    /// The provider has had too many calls.
    Busy,
    /// No answer, or none that can be read.
    Unanswered,
    /// An answer, whatever it says.
    Answered,
}

impl CallResult {
    /// Returns what a call means for the gate.
    pub fn of(heard: &Heard) -> Self {
        match heard {
            Ok(Reply::Busy) => CallResult::Busy,
            Ok(_) => CallResult::Answered,
            Err(_) => CallResult::Unanswered,
        }
    }
}

async fn limited(env: &Env, provider: &dyn Provider, ask: Ask) -> Result<Leave, NoLeave> {
    match provider.features().rate {
        Some(_) => leave(ask_gate(env, provider, ask).await.map_err(NoLeave::Unknown)?),
        None => Ok(Leave(Role::Usual)),
    }
}

fn leave(pass: Pass) -> Result<Leave, NoLeave> {
    match pass {
        Pass::Granted(role) => Ok(Leave(role)),
        Pass::Full(wait) => Err(NoLeave::Full(wait)),
        Pass::Down(wait) => Err(NoLeave::Down(wait)),
    }
}

async fn ask_gate(env: &Env, provider: &dyn Provider, ask: Ask) -> Result<Pass, Problem> {
    let features = provider.features();
    let account = features.rate.as_ref().map_or(features.id, |rate| &rate.account);
    calls::gate(env, account, &AskGate { provider: features.id.to_owned(), ask }).await
}
