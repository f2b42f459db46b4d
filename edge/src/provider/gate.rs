//! What a provider's `Gate` object is asked before anything is sent, and told afterwards.

use crate::log;
use crate::objects::calls::{GateCall, ask, gate, internal, told};
use crate::problem::Problem;
use checkout_core::gate::{Ask, Pass, Role};
use checkout_core::provider::{Provider, Reply};
use checkout_core::session::Heard;
use checkout_wire::ErrorCode;
use worker::Env;

/// Leave to call a provider.
#[derive(Clone, Copy)]
pub struct Leave(Role);

/// Leave for a payment that makes so many calls, or why there is none.
pub async fn pay(env: &Env, provider: &dyn Provider, calls: usize) -> Result<Leave, Problem> {
    match ask_gate(env, provider, Ask::Pay(calls)).await {
        Ok(pass) => leave(pass),
        // Without a limit to keep, a gate that fails must not stand in the way.
        Err(_) if provider.features().rate.is_none() => Ok(Leave(Role::Usual)),
        Err(problem) => Err(problem),
    }
}

/// Leave for a question that somebody waits for.
pub async fn look(env: &Env, provider: &dyn Provider) -> Result<Leave, Problem> {
    limited(env, provider, Ask::Look).await
}

/// Leave to ask what became of a payment: a provider that does not answer is asked all the same.
pub async fn resolve(env: &Env, provider: &dyn Provider) -> Result<Leave, Problem> {
    limited(env, provider, Ask::Resolve).await
}

/// Until when payments are not let through, in milliseconds from now; `None` when they are, or nobody can tell.
pub async fn health(env: &Env, provider: &dyn Provider) -> Option<i64> {
    match ask_gate(env, provider, Ask::Health).await {
        Ok(Pass::Down(ms)) => Some(ms),
        _ => None,
    }
}

/// Tells the gate what it has to know of a call: that the provider has had too many, and, of a payment's call, whether it was
/// made and answered. Should this fail, the next call finds out.
pub async fn tell(env: &Env, provider: &dyn Provider, leave: Option<Leave>, news: News) {
    let what = match (news, leave) {
        (News::Busy, _) => Some(Ask::Busy),
        (News::Unanswered, Some(Leave(role))) => Some(Ask::Unanswered(role)),
        (News::Unused, Some(Leave(Role::Probe))) => Some(Ask::Unused(Role::Probe)),
        (News::Answered, Some(Leave(Role::Watched | Role::Probe))) => Some(Ask::Answered),
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

/// What a gate may have to know of a call.
#[derive(Clone, Copy)]
pub enum News {
    /// The call was not made.
    Unused,
    /// The provider has had too many calls.
    Busy,
    /// No answer, or none that can be read.
    Unanswered,
    /// An answer, whatever it says.
    Answered,
}

impl News {
    /// What a call means for the gate.
    pub fn of(heard: &Heard) -> Self {
        match heard {
            Ok(Reply::Busy) => News::Busy,
            Ok(_) => News::Answered,
            Err(_) => News::Unanswered,
        }
    }
}

async fn limited(env: &Env, provider: &dyn Provider, ask: Ask) -> Result<Leave, Problem> {
    match provider.features().rate {
        Some(_) => leave(ask_gate(env, provider, ask).await?),
        None => Ok(Leave(Role::Usual)),
    }
}

fn leave(pass: Pass) -> Result<Leave, Problem> {
    match pass {
        Pass::Granted(role) => Ok(Leave(role)),
        Pass::Full(ms) => Err(Problem::of(ErrorCode::ProviderBusy).wait(ms)),
        Pass::Down(ms) => Err(Problem::of(ErrorCode::ProviderDown).wait(ms)),
    }
}

async fn ask_gate(env: &Env, provider: &dyn Provider, what: Ask) -> Result<Pass, Problem> {
    let features = provider.features();
    let account = features.rate.as_ref().map_or(features.id, |rate| &rate.account);
    let call = GateCall { provider: features.id.to_owned(), ask: what };
    let stub = gate(env, account).map_err(internal("gate stub"))?;
    let mut answer = ask(&stub, &call).await.map_err(internal("gate"))?;
    told(&mut answer).await.map_err(internal("gate answer"))
}
