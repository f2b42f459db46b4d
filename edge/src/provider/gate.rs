//! The gate in front of a provider: it admits a call before it is sent, and receives the result of the call.

use crate::log;
use crate::objects::calls::{self, AskBrake, AskGate, BrakeState, ReserveIssue, SettleIssue};
use crate::problem::Problem;
use crate::runtime::now;
use checkout_core::brake::{SHARDS, shard_name};
use checkout_core::gate::{Ask, Pass, Role};
use checkout_core::provider::{Provider, Reply};
use checkout_core::recovery::ProviderAnswer;
use checkout_wire::{ErrorCode, Millis, Minor, RedemptionId, VoucherId};
use futures_util::future::join_all;
use std::cell::RefCell;
use std::collections::BTreeMap;
use worker::Env;

/// Permission to call a provider.
#[derive(Clone, Copy)]
pub struct Permit {
    role: Role,
    /// The time until which its calls count, where the provider limits them.
    until: Option<Millis>,
}

impl Permit {
    const UNLIMITED: Self = Self { role: Role::Usual, until: None };
}

/// The reason why a call is not permitted.
pub enum NotPermitted {
    /// The provider accepts no more calls for this long.
    Full(Millis),
    /// The provider does not answer; the next trial comes after this time.
    Down(Millis),
    /// The gate did not answer.
    Unknown(Problem),
}

impl NotPermitted {
    /// Returns the time to wait before the next request for permission.
    pub fn wait(&self) -> Millis {
        match self {
            NotPermitted::Full(wait) | NotPermitted::Down(wait) => *wait,
            NotPermitted::Unknown(_) => Millis::MINUTE,
        }
    }
}

impl From<NotPermitted> for Problem {
    fn from(closed: NotPermitted) -> Self {
        match closed {
            NotPermitted::Full(wait) => Problem::of(ErrorCode::ProviderBusy).wait(wait),
            NotPermitted::Down(wait) => Problem::of(ErrorCode::ProviderDown).wait(wait),
            NotPermitted::Unknown(problem) => problem,
        }
    }
}

/// The time for which a healthy provider's gate is not asked again: the gate is one object for all shoppers.
const HEALTHY_FOR: Millis = Millis::SECOND.times(10);

thread_local! {
    /// Until when each provider counts as healthy, in this isolate.
    static HEALTHY_UNTIL: RefCell<BTreeMap<&'static str, Millis>> = const { RefCell::new(BTreeMap::new()) };
}

/// Returns whether the provider was healthy lately, and limits no calls.
fn is_healthy(provider: &dyn Provider) -> bool {
    let until = HEALTHY_UNTIL.with_borrow(|known| known.get(provider.features().id).copied());
    provider.features().rate.is_none() && until.is_some_and(|until| now() < until)
}

fn set_healthy(provider: &dyn Provider, healthy: bool) {
    HEALTHY_UNTIL.with_borrow_mut(|known| match healthy {
        true => known.insert(provider.features().id, now() + HEALTHY_FOR),
        false => known.remove(provider.features().id),
    });
}

/// Requests permission for a payment of a session or address that has failed lately, in place of one granted before that was known: it
/// comes after payments that wait.
pub async fn pay_behind(
    env: &Env,
    provider: &dyn Provider,
    calls: usize,
    earlier: Permit,
) -> Result<Permit, NotPermitted> {
    if earlier.until.is_none() {
        return Ok(earlier);
    }
    give_back(env, provider, earlier, calls).await;
    // It may have been the trial payment of a provider that does not answer.
    report(env, provider, Some(earlier), CallResult::NotMade).await;
    limited(env, provider, Ask::PayBehind(calls)).await
}

/// Requests permission for a payment in a crowd, where `behind` is whether it comes after others.
pub async fn pay_in_crowd(
    env: &Env,
    provider: &dyn Provider,
    calls: usize,
    behind: bool,
) -> Result<Permit, NotPermitted> {
    limited(env, provider, if behind { Ask::PayBehind(calls) } else { Ask::PayFirst(calls) }).await
}

/// Requests permission for a payment that makes this many calls. `None` in a crowd: then [`pay_in_crowd`] decides, once it is known whether
/// the payment comes after others.
pub async fn pay(env: &Env, provider: &dyn Provider, calls: usize) -> Result<Option<Permit>, NotPermitted> {
    if is_healthy(provider) {
        return Ok(Some(Permit::UNLIMITED));
    }
    match ask_gate(env, provider, Ask::Pay(calls)).await {
        Ok(Pass::Crowded) => Ok(None),
        Ok(pass) => {
            set_healthy(provider, pass == Pass::Granted(Role::Usual));
            permit(pass).map(Some)
        }
        // Without a rate limit to enforce, a failing gate does not block payments.
        Err(_) if provider.features().rate.is_none() => Ok(Some(Permit::UNLIMITED)),
        Err(problem) => Err(NotPermitted::Unknown(problem)),
    }
}

/// Requests permission for a look-up that a caller waits for.
pub async fn look(env: &Env, provider: &dyn Provider) -> Result<Permit, NotPermitted> {
    limited(env, provider, Ask::Look).await
}

/// Requests permission for a look-up of a payment's outcome, which came into doubt at `since`. It is granted even
/// for a provider that does not answer, to the oldest payment first.
pub async fn resolve(
    env: &Env,
    provider: &dyn Provider,
    payment: &RedemptionId,
    since: Millis,
) -> Result<Permit, NotPermitted> {
    // The random digits of the id stand for the payment.
    let digits = payment.digits().get(..16).unwrap_or_default();
    let payment = u64::from_str_radix(digits, 16).unwrap_or_default();
    limited(env, provider, Ask::Resolve { payment, since }).await
}

/// Gives back calls that were permitted and not made, so that others can make them at once. If the report is
/// lost, they count for a minute longer.
pub async fn give_back(env: &Env, provider: &dyn Provider, permit: Permit, calls: usize) {
    if let Some(until) = permit.until.filter(|_| calls > 0) {
        let _ = ask_gate(env, provider, Ask::GiveBack { calls, until }).await;
    }
}

/// Returns the time until payments are admitted again; `None` when they are admitted.
pub async fn health(env: &Env, provider: &dyn Provider) -> Result<Option<Millis>, Problem> {
    if is_healthy(provider) {
        return Ok(None);
    }
    match ask_gate(env, provider, Ask::Health).await? {
        Pass::Down(wait) => Ok(Some(wait)),
        _ => Ok(None),
    }
}

/// Returns whether the provider's brake is on in one of its shards: most tries fail there.
pub async fn is_braking(env: &Env, provider: &dyn Provider) -> Result<bool, Problem> {
    let id = provider.features().id;
    let ask = |shard: &char| {
        let name = shard_name(id, *shard);
        async move { calls::throttle(env, &name, &AskBrake).await }
    };
    let answers = join_all(SHARDS.iter().map(ask)).await;
    answers.into_iter().try_fold(false, |braking, answer| Ok(braking || answer? == BrakeState::On))
}

/// Reports the result of a call to the gate: whether the provider reported too many calls and, for a payment,
/// whether the call was sent and answered. If the report is lost, the next call repeats the finding.
pub async fn report(env: &Env, provider: &dyn Provider, permit: Option<Permit>, result: CallResult) {
    let what = match (result, permit) {
        (CallResult::Busy, _) => Some(Ask::Busy),
        (CallResult::Unanswered, Some(Permit { role, .. })) => Some(Ask::Unanswered(role)),
        (CallResult::NotMade, Some(Permit { role: Role::Probe, .. })) => Some(Ask::Unused(Role::Probe)),
        (CallResult::Answered, Some(Permit { role: Role::Watched | Role::Probe, .. })) => Some(Ask::Answered),
        _ => None,
    };
    let Some(what) = what else {
        return;
    };
    if matches!(what, Ask::Unanswered(_)) {
        set_healthy(provider, false);
    }
    let said = ask_gate(env, provider, what).await;
    if let (Ask::Answered | Ask::Unanswered(_), Ok(pass)) = (what, said) {
        let (answered, down) = (what == Ask::Answered, matches!(pass, Pass::Down(_)));
        log::provider_health(provider.features().id, answered, down);
    }
}

/// The result of a call, as far as the gate uses it.
#[derive(Clone, Copy)]
pub enum CallResult {
    /// The call was not sent.
    NotMade,
    /// The provider reported too many calls.
    Busy,
    /// No answer, or an unreadable one.
    Unanswered,
    /// A readable answer of any kind.
    Answered,
}

impl CallResult {
    /// Returns the gate's report for this result.
    pub fn of(answer: &ProviderAnswer) -> Self {
        match answer {
            Ok(Reply::Busy) => CallResult::Busy,
            Ok(_) => CallResult::Answered,
            Err(_) => CallResult::Unanswered,
        }
    }
}

async fn limited(env: &Env, provider: &dyn Provider, ask: Ask) -> Result<Permit, NotPermitted> {
    match provider.features().rate {
        Some(_) => permit(ask_gate(env, provider, ask).await.map_err(NotPermitted::Unknown)?),
        None => Ok(Permit::UNLIMITED),
    }
}

fn permit(pass: Pass) -> Result<Permit, NotPermitted> {
    match pass {
        Pass::Granted(role) => Ok(Permit { role, until: None }),
        Pass::Admitted { role, until } => Ok(Permit { role, until: Some(until) }),
        Pass::Full(wait) => Err(NotPermitted::Full(wait)),
        Pass::Down(wait) => Err(NotPermitted::Down(wait)),
        // Only `pay` can meet it.
        Pass::Crowded => Err(NotPermitted::Full(Millis::MINUTE)),
    }
}

async fn ask_gate(env: &Env, provider: &dyn Provider, ask: Ask) -> Result<Pass, Problem> {
    let provider_id = provider.features().id.to_owned();
    calls::gate(env, account(provider), &AskGate { provider: provider_id, ask }).await
}

/// Returns the name of the provider's gate.
fn account(provider: &dyn Provider) -> &str {
    let features = provider.features();
    features.rate.as_ref().map_or(features.id, |rate| &rate.account)
}

/// Reserves part of the provider's daily issuing limit for an order. Returns the time to wait if the limit is used up.
pub async fn reserve_issue(
    env: &Env,
    provider: &dyn Provider,
    voucher: &VoucherId,
    amount: Minor,
) -> Result<Option<Millis>, Problem> {
    calls::gate(env, account(provider), &ReserveIssue { voucher: voucher.clone(), amount }).await
}

/// Records the outcome of an order. If the report is lost, the order counts as issued for its day.
pub async fn settle_issue(env: &Env, provider: &dyn Provider, voucher: &VoucherId, amount: Option<Minor>) {
    let _ = calls::gate(env, account(provider), &SettleIssue { voucher: voucher.clone(), amount }).await;
}
