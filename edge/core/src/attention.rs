//! Causes for a person's attention: what has waited for a person for too long, and what does not work. An event tells the merchant
//! of each cause once a day.
//!
//! The ledger has what was told. A new kind of cause is one more name in [`CauseKind`], for the shell to find.

use crate::config::Config;
use crate::event::EventType;
use crate::ledger::Replay;
use crate::time::rfc3339;
use crate::{stored_enum, stored_struct};
use checkout_wire::{Millis, text_enum};
use serde_json::{Map, Value, json};

text_enum! {
    /// The kind of a cause. Names are a storage format and a part of the API: add, never change.
    pub enum CauseKind {
        /// Payments and reversals whose outcome a person has to find out.
        RedemptionsNeedReview = "redemptions_needing_review",
        /// Orders whose outcome a person has to find out.
        VouchersNeedReview = "vouchers_needing_review",
        /// Sessions with money of the shopper that pays for nothing.
        MoneyOwed = "owed_sessions",
        /// Events that the merchant's server has not taken.
        EventsUndelivered = "undelivered_events",
        /// Objects whose changes the index has not received.
        IndexBehind = "index_behind",
        /// The index does not answer.
        IndexUnavailable = "index_unavailable",
        /// Most tries at a provider fail: somebody is guessing.
        Guessing = "guessing",
        /// A provider does not answer.
        ProviderDown = "provider_down",
    }
}

stored_struct! {
    /// A number of things that wait, of one kind.
    #[derive(Clone, Copy, PartialEq, Eq, Debug)]
    pub struct Backlog {
        /// How many.
        pub count: i64,
        /// Since when the oldest one waits; `None` when nothing does.
        pub oldest: Option<Millis>,
    }
}

/// A cause, as it was found. It names nobody.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cause {
    kind: CauseKind,
    /// The provider that it is about.
    provider: Option<String>,
    /// How many things wait, and since when the oldest does.
    waits: Option<Backlog>,
}

impl Cause {
    /// Returns the cause of this kind.
    pub const fn of(kind: CauseKind) -> Self {
        Self { kind, provider: None, waits: None }
    }

    /// Returns the cause that a provider is down.
    pub fn provider_down(id: &str) -> Self {
        Self { provider: Some(id.to_owned()), ..Self::of(CauseKind::ProviderDown) }
    }

    /// Returns the cause that somebody is guessing PINs of a provider.
    pub fn guessing(id: &str) -> Self {
        Self { provider: Some(id.to_owned()), ..Self::of(CauseKind::Guessing) }
    }

    /// Returns the cause that things wait, if the oldest has waited for longer than `attention_after_ms` at `now`.
    pub fn overdue(kind: CauseKind, waits: Backlog, config: &Config, now: Millis) -> Option<Self> {
        waits.oldest.filter(|since| now - *since > config.limits.attention_after_ms)?;
        Some(Self { waits: Some(waits), ..Self::of(kind) })
    }

    /// Returns the cause as it is stored and told.
    fn view(&self) -> Value {
        let oldest = self.waits.and_then(|waits| waits.oldest);
        let members = [
            ("cause", Some(self.kind.as_str().into())),
            ("provider", self.provider.as_deref().map(Value::from)),
            ("count", self.waits.map(|waits| waits.count.into())),
            ("oldest_at", oldest.map(|at| rfc3339(at).into())),
        ];
        let members = members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
        Value::Object(members.collect::<Map<_, _>>())
    }
}

/// Returns whether both views are told as one cause.
fn is_same(one: &Value, other: &Value) -> bool {
    ["cause", "provider"].iter().all(|name| one.get(name) == other.get(name))
}

stored_enum! {
    /// An entry of the ledger, as stored. Names and fields are a storage format: add, never change.
    #[derive(Clone, PartialEq, Eq, Debug)]
    pub enum Note or Note::Told { day: String::new(), causes: Vec::new() };

    /// The merchant is told of these causes, by the event that is written with this entry.
    "told" = Told {
        /// The merchant's day, `YYYY-MM-DD`.
        day: String,
        /// The causes, as the event has them.
        causes: Vec<Value>,
    },
}

/// What was told, by the ledger.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Told {
    /// Each cause with the day on which it was last told.
    days: Vec<(Value, String)>,
    /// The number of events.
    events: usize,
    /// The day and the causes of the last event.
    last: (String, Vec<Value>),
}

impl Replay for Told {
    type Entry = Note;

    fn begin(at: Millis, first: Note) -> Option<Self> {
        let mut told = Self::default();
        told.apply(at, first);
        Some(told)
    }

    fn apply(&mut self, _: Millis, Note::Told { day, causes }: Note) {
        for cause in &causes {
            self.days.retain(|(known, _)| !is_same(known, cause));
            self.days.push((cause.clone(), day.clone()));
        }
        self.events += 1;
        self.last = (day, causes);
    }
}

impl Told {
    /// Returns the entry that tells of the causes that were not told on this day; `None` if all were. `told` is `None` for an empty
    /// ledger.
    pub fn next(told: Option<&Self>, day: &str, found: &[Cause]) -> Option<Note> {
        let is_told = |cause: &Value| {
            told.is_some_and(|told| told.days.iter().any(|(known, on)| on == day && is_same(known, cause)))
        };
        let causes: Vec<Value> = found.iter().map(Cause::view).filter(|cause| !is_told(cause)).collect();
        (!causes.is_empty()).then(|| Note::Told { day: day.to_owned(), causes })
    }

    /// Returns the event of the change from `before` to this state, with its object.
    pub fn news(&self, before: Option<&Self>, config: &Config) -> Vec<(EventType, Value)> {
        if before.is_some_and(|before| before.events == self.events) {
            return Vec::new();
        }
        let (day, causes) = &self.last;
        // Without a way to sign in, the page shows nothing.
        let url = config.access.as_ref().map(|_| format!("{}/operations", config.public_url));
        let object = json!({"id": OWNER, "object": "attention", "day": day, "causes": causes, "url": url});
        vec![(EventType::Attention, object)]
    }
}

/// The name of the Durable Object that tells of causes, and the id of the object in its events.
pub const OWNER: &str = "attention";

#[cfg(test)]
mod tests;
