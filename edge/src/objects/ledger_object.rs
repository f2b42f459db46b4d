//! The common code of all objects with a ledger: writes a step with its events and its alarm, and settles,
//! delivers, feeds the index and sets the next alarm when the alarm fires.

use super::calls::{Reindexing, internal};
use super::store::{Event, SecretWrite, Store};
use super::{alarm, outbox};
use crate::index::feed::{self, Schedule};
use crate::problem::Problem;
use crate::runtime::{self, now};
use checkout_core::Config;
use checkout_core::index::{Rows, Version};
use checkout_core::ledger::{Kept, Replay};
use checkout_core::stored::{self, Stored};
use checkout_wire::{EventType, Millis};
use futures_util::FutureExt;
use serde::Serialize;
use serde_json::Value;
use std::rc::Rc;
use worker::{Env, State};

/// A ledger in an object's storage, and its state in memory.
pub struct Ledger<S: Replay> {
    /// The object's id.
    object: String,
    store: Store,
    kept: Kept<S>,
    feeding: Schedule,
}

impl<S: Replay<Entry: Serialize + Stored>> Ledger<S> {
    /// Opens the ledger in the object's storage.
    pub fn new(object: &State) -> Self {
        Self {
            object: object.id().to_string(),
            store: Store::new(object.storage()),
            kept: Kept::default(),
            feeding: Schedule::default(),
        }
    }

    /// Returns the state computed from the ledger; `None` for an empty ledger.
    pub fn state(&self) -> Result<Option<Rc<S>>, Problem> {
        self.kept.state(|| self.entries()).map_err(internal("ledger"))
    }

    /// Reads every entry with its time of writing, oldest first.
    pub fn entries(&self) -> worker::Result<Vec<(Millis, S::Entry)>> {
        let entries = self.store.entries()?;
        entries
            .into_iter()
            .map(|(at, text)| Ok((at, stored::read(&text).ok_or("an entry of another shape")?)))
            .collect()
    }

    /// Writes entries with their secrets and events in one transaction; `after` is the resulting state, and `is_indexed` whether
    /// the index shows it.
    fn write(
        &self,
        at: Millis,
        entries: &[S::Entry],
        after: Option<S>,
        secrets: &[SecretWrite],
        events: &[Event],
        is_indexed: bool,
    ) -> worker::Result<()> {
        let texts = entries.iter().map(serde_json::to_string).collect::<serde_json::Result<Vec<_>>>()?;
        self.kept.write(after, || self.store.write(at, &texts, secrets, events, is_indexed))
    }

    /// Returns the underlying storage.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Erases the object's whole storage.
    pub async fn erase(&self) -> Result<(), Problem> {
        self.kept.forget();
        let erased = self.store.erase().await;
        self.kept.forget();
        erased.map_err(internal("erase"))
    }
}

/// An object with a ledger.
pub trait LedgerObject {
    /// The state computed from its ledger.
    type State: Replay<Entry: Serialize + Stored> + PartialEq;

    /// Its name among the crash points.
    #[cfg(feature = "crash-points")]
    const KIND: &'static str;

    /// Returns the object's environment.
    fn env(&self) -> &Env;

    /// Returns its ledger.
    fn ledger(&self) -> &Ledger<Self::State>;

    /// Returns the merchant's events for a step, each with its object.
    fn news(
        config: &Config,
        before: Option<&Self::State>,
        after: &Self::State,
        now: Millis,
    ) -> Vec<(EventType, Value)>;

    /// Returns whether the index shows this state.
    fn is_indexed(state: &Self::State) -> bool;

    /// Derives the rows of the index from a state.
    fn rows(&self, config: &Config, state: &Self::State, version: Version) -> Result<Rows, Problem>;

    /// Returns when the next task is due, settling or erasing.
    fn next_due(&self, config: &Config, state: &Self::State) -> Result<Option<Millis>, Problem>;

    /// Settles and erases what is due.
    async fn settle(&self, config: &Config) -> Result<(), Problem>;

    /// Returns when the object is to be archived in the index; `None` if it is not.
    fn archive_at(&self, _config: &Config, _state: &Self::State) -> Result<Option<Millis>, Problem> {
        Ok(None)
    }

    /// Archives the object in the index, if that is due.
    async fn archive(&self, _config: &Config) -> Result<(), Problem> {
        Ok(())
    }

    /// Adds sealed personal data to the body of an event.
    fn complete_event(&self, config: &Config, body: String) -> Result<String, Problem>;

    /// Returns the ids by which a test identifies the object and its owner.
    #[cfg(feature = "crash-points")]
    fn names(&self, state: Option<&Self::State>) -> Vec<String>;

    /// Writes entries with the merchant's events, sets the resulting alarm, and waits until everything is on
    /// disk (law 2). The write and the alarm are one step: nothing else runs between them.
    async fn write(
        &self,
        config: &Config,
        entries: &[<Self::State as Replay>::Entry],
        secrets: &[SecretWrite],
    ) -> Result<(), Problem> {
        self.write_at(now(), config, entries, secrets).await
    }

    /// Writes entries with the time `now`: see [`Self::write`].
    async fn write_at(
        &self,
        now: Millis,
        config: &Config,
        entries: &[<Self::State as Replay>::Entry],
        secrets: &[SecretWrite],
    ) -> Result<(), Problem> {
        let ledger = self.ledger();
        let before = ledger.state()?;
        let after = Self::State::after(before.as_deref(), now, entries);
        let news = match &after {
            Some(after) => Self::news(config, before.as_deref(), after, now),
            None => Vec::new(),
        };
        let events = outbox::events(&ledger.store, config, news, now)?;
        let is_indexed = after.as_ref().is_some_and(Self::is_indexed);
        ledger.write(now, entries, after, secrets, &events, is_indexed).map_err(internal("write"))?;
        ledger.feeding.changed();
        self.arm(config).await?;
        ledger.store.on_disk().await.map_err(internal("sync"))?;
        #[cfg(feature = "crash-points")]
        self.reached(entries).await?;
        Ok(())
    }

    /// Sets the alarm for the next settling, delivery or call to the index, or clears it when there is none.
    async fn arm(&self, config: &Config) -> Result<(), Problem> {
        if self.ledger().state()?.is_none() {
            return Ok(());
        }
        let armed = match self.next_alarm(config)? {
            Some(at) => self.ledger().store.set_alarm(at - now()).await,
            None => self.ledger().store.clear_alarm().await,
        };
        armed.map_err(internal("alarm"))
    }

    /// Returns when the next settling, delivery or call to the index is due.
    fn next_alarm(&self, config: &Config) -> Result<Option<Millis>, Problem> {
        let event = outbox::due_at(self.ledger().store(), config).map_err(internal("outbox"))?;
        let feed = self.ledger().feeding.due(&self.ledger().store)?;
        let archive = match self.ledger().state()? {
            Some(state) => self.archive_at(config, &state)?,
            None => None,
        };
        Ok(self.due()?.into_iter().chain(event).chain(feed).chain(archive).min())
    }

    /// Sets the alarm again if it is overdue by a minute: a runtime gives up on an alarm that keeps failing.
    async fn rearm_overdue(&self, config: &Config) -> Result<(), Problem> {
        match self.next_alarm(config)? {
            Some(at) if at + Millis::MINUTE < now() => self.arm(config).await,
            _ => Ok(()),
        }
    }

    /// Settles what is due, delivers events and feeds the index when the alarm fires, and sets the next alarm.
    async fn ring(&self) -> worker::Result<()> {
        let settle = || self.settle_now().boxed_local();
        let deliver = || self.deliver().boxed_local();
        let rung = alarm::ring(&settle, &|| self.due(), &deliver, self.feed().boxed_local()).await;
        let armed = match rung {
            Ok(()) => self.arm_now().await,
            failed => failed,
        };
        // The runtime retries a failing alarm only a few times, so this code sets the next alarm itself.
        if armed.is_err() {
            let due = self.due().ok().flatten().map(|at| at - now()).filter(|wait| *wait > Millis::ZERO);
            self.ledger().store.set_alarm(due.unwrap_or(Millis::MINUTE).min(Millis::MINUTE)).await?;
        }
        Ok(())
    }

    /// Sets the alarm with the current configuration.
    async fn arm_now(&self) -> Result<(), Problem> {
        self.arm(&*runtime::config(self.env())?).await
    }

    /// Settles what is due with the current configuration, and sets the next alarm.
    async fn settle_now(&self) -> Result<(), Problem> {
        let config = runtime::config(self.env())?;
        self.settle(&config).await?;
        self.arm(&config).await
    }

    /// Returns when the next task is due, settling or erasing.
    fn due(&self) -> Result<Option<Millis>, Problem> {
        let config = runtime::config(self.env())?;
        match self.ledger().state()? {
            Some(state) => self.next_due(&config, &state),
            None => Ok(None),
        }
    }

    /// Delivers the events that are due.
    async fn deliver(&self) -> Result<(), Problem> {
        let config = runtime::config(self.env())?;
        outbox::deliver(self.ledger().store(), &config, &|body| self.complete_event(&config, body)).await
    }

    /// Sends changes to the index, and archives the object, if that is due. The two never run at the same time.
    async fn feed(&self) {
        let ledger = self.ledger();
        let rows = |config: &Config, version| match ledger.state()? {
            Some(state) => self.rows(config, &state, version),
            None => Ok(Rows::default()),
        };
        feed::feed(self.env(), &ledger.object, &ledger.store, &ledger.feeding, &rows).await;
        if let Ok(config) = runtime::config(self.env()) {
            // The index has logged a failure. The next alarm tries again.
            let _ = self.archive(&config).await;
        }
    }

    /// Marks all rows of this object to be sent to the index again. Returns [`Reindexing::NotFound`] for an object without a ledger.
    async fn reindex(&self) -> Result<Reindexing, Problem> {
        let ledger = self.ledger();
        if ledger.state()?.is_none() || !ledger.store.mark_all().map_err(internal("marks"))? {
            return Ok(Reindexing::NotFound);
        }
        ledger.feeding.changed();
        self.arm_now().await?;
        Ok(Reindexing::Begun)
    }

    /// Reports to a test that these steps are on disk, and whether the state in memory equals the state
    /// computed from the ledger.
    #[cfg(feature = "crash-points")]
    async fn reached<T: Serialize>(&self, steps: &[T]) -> Result<(), Problem> {
        let kept = self.ledger().state()?;
        let replayed = Self::State::replay(self.ledger().entries().map_err(internal("ledger"))?);
        let names = self.names(kept.as_deref());
        super::crash_points::reached(Self::KIND, &names, steps, kept.as_deref() == replayed.as_ref()).await;
        Ok(())
    }
}
