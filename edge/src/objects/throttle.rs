//! The `Throttle` object, one per network address and one per phone number: counts the failed tries of its owner, and erases itself
//! when the last one is a day old. The objects of the shards of a provider's brake count the tries of the last minutes.

use super::calls::{
    AskBrake, AskThrottle, BrakeState, Call, CountTry, Received, ReportTry, answer, internal, refuse,
};
use crate::runtime::{self, now};
use checkout_core::brake::Brake;
use checkout_core::stored::{self, Stored};
use checkout_core::throttle::{Admission, Failures, Ruling, UnderWay};
use checkout_wire::Millis;
use std::cell::RefCell;
use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

/// The name of the failed tries in the object's storage.
const FAILURES: &str = "failures";

/// The name of the time until which the owner was told to wait for the provider, in the object's storage.
const TOLD_UNTIL: &str = "told_until";

/// A return this early counts as on time, because waits are reported in whole seconds.
const EARLY_TOLERANCE: Millis = Millis::SECOND;

/// The name of a brake in the object's storage.
const BRAKE: &str = "brake";

/// The failed tries on disk, and the tries under way.
#[durable_object(alarm)]
pub struct Throttle {
    state: State,
    env: Env,
    under_way: RefCell<UnderWay>,
    /// The brake with all tries. Its copy on disk is written at each failed try.
    brake: RefCell<Option<Brake>>,
}

impl DurableObject for Throttle {
    fn new(state: State, env: Env) -> Self {
        Self { state, env, under_way: RefCell::default(), brake: RefCell::default() }
    }

    async fn fetch(&self, request: Request) -> Result<Response> {
        let received = Received::receive(request).await?;
        match received.name() {
            AskThrottle::NAME => {
                let ruling = self.ask(received.call()?).await;
                answer::<AskThrottle>(ruling.map_err(internal("throttle")))
            }
            ReportTry::NAME => {
                let noted = self.note(received.call()?).await;
                answer::<ReportTry>(noted.map_err(internal("throttle")))
            }
            AskBrake::NAME => {
                let is_on = self.is_braking().await;
                let state = is_on.map(|is_on| if is_on { BrakeState::On } else { BrakeState::Off });
                answer::<AskBrake>(state.map_err(internal("brake")))
            }
            CountTry::NAME => {
                let counted = self.count(received.call()?).await;
                answer::<CountTry>(counted.map_err(internal("brake")))
            }
            _ => refuse(),
        }
    }

    async fn alarm(&self) -> Result<Response> {
        let told_until = Some(self.told_until().await?);
        let ends =
            self.failures().await?.forget_at().max(self.loaded_brake().await?.forget_at()).max(told_until);
        let left = ends.map(|at| at - now()).filter(|left| *left > Millis::ZERO);
        match left {
            Some(left) => self.state.storage().set_alarm(left.0).await?,
            None => self.state.storage().delete_all().await?,
        }
        Response::empty()
    }
}

impl Throttle {
    async fn ask(&self, AskThrottle { bucket: owner, attempt: try_name }: AskThrottle) -> Result<Ruling> {
        let config = runtime::config(&self.env).map_err(|_| "no configuration")?;
        let returns_early = now() + EARLY_TOLERANCE < self.told_until().await?;
        let unreported = self.under_way.borrow_mut().expire(now());
        let failures = self.failed(unreported).await?;
        let mut under_way = self.under_way.borrow_mut();
        let ruling = failures.ruling(owner, under_way.count(), &config.limits, now());
        let ruling = Ruling { behind: ruling.behind || returns_early, ..ruling };
        if !matches!(ruling.admission, Admission::After(_)) {
            under_way.begin(try_name, now());
        }
        Ok(ruling)
    }

    async fn note(&self, ReportTry { attempt: try_name, failed, told_until }: ReportTry) -> Result<()> {
        if told_until > now() {
            let storage = self.state.storage();
            storage.put(TOLD_UNTIL, serde_json::to_string(&told_until)?).await?;
            if self.failures().await?.forget_at().is_none() {
                storage.set_alarm(Millis::DAY.0).await?;
            }
        }
        self.failed(failed.then(now)).await?;
        self.under_way.borrow_mut().end(&try_name);
        Ok(())
    }

    /// Adds failed tries, and returns all of the last day.
    async fn failed(&self, times: impl IntoIterator<Item = Millis>) -> Result<Failures> {
        // Nothing else runs in this object between reading and writing: its storage blocks other events.
        let before = self.failures().await?;
        let mut after = before.clone();
        after.add(times, now());
        if after != before {
            let storage = self.state.storage();
            storage.put(FAILURES, serde_json::to_string(&after)?).await?;
            if before.forget_at().is_none() {
                storage.set_alarm(Millis::DAY.0).await?;
            }
        }
        Ok(after)
    }

    async fn failures(&self) -> Result<Failures> {
        self.kept(FAILURES).await
    }

    async fn told_until(&self) -> Result<Millis> {
        self.kept(TOLD_UNTIL).await
    }

    async fn is_braking(&self) -> Result<bool> {
        let config = runtime::config(&self.env).map_err(|_| "no configuration")?;
        Ok(self.loaded_brake().await?.is_on(&config.limits, now()))
    }

    async fn count(&self, CountTry { failed }: CountTry) -> Result<()> {
        let mut brake = self.loaded_brake().await?;
        let is_new = brake.forget_at().is_none();
        brake.count(failed, now());
        self.brake.replace(Some(brake.clone()));
        if failed {
            let storage = self.state.storage();
            storage.put(BRAKE, serde_json::to_string(&brake)?).await?;
            if is_new {
                storage.set_alarm(Millis::HOUR.0).await?;
            }
        }
        Ok(())
    }

    async fn loaded_brake(&self) -> Result<Brake> {
        let known = self.brake.borrow().clone();
        match known {
            Some(brake) => Ok(brake),
            None => self.kept(BRAKE).await,
        }
    }

    async fn kept<T: Stored + Default>(&self, name: &str) -> Result<T> {
        let text: Option<String> = self.state.storage().get(name).await?;
        Ok(match text {
            Some(text) => stored::read(&text).ok_or("a record of another shape")?,
            None => T::default(),
        })
    }
}
