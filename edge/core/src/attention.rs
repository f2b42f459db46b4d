//! Causes that need a person's attention: work that has waited too long, and failures. An event reports each cause to the merchant once a
//! day.
//!
//! The ledger records the reported causes. A new kind of cause is one more name in [`CauseKind`], which the shell detects.

use crate::config::Config;
use crate::ledger::Replay;
use crate::time::rfc3339;
use crate::{stored_enum, stored_struct};
use checkout_wire::{EventType, Millis, text_enum};
use serde_json::{Map, Value, json};

text_enum! {
    /// The kind of a cause. Names are a storage format and a part of the API: add, never change.
    pub enum CauseKind {
        /// Payments and reversals in review.
        RedemptionsNeedReview = "redemptions_needing_review",
        /// Orders in review.
        VouchersNeedReview = "vouchers_needing_review",
        /// Sessions with money of the shopper that pays for nothing.
        MoneyOwed = "owed_sessions",
        /// Events that the merchant's server has not accepted.
        EventsUndelivered = "undelivered_events",
        /// Objects whose changes the index has not received.
        IndexBehind = "index_behind",
        /// The index does not answer.
        IndexUnavailable = "index_unavailable",
        /// Most tries at a provider fail: somebody is guessing PINs.
        Guessing = "guessing",
        /// A provider does not answer.
        ProviderDown = "provider_down",
    }
}

stored_struct! {
    /// The number of waiting items of one kind, and the age of the oldest.
    #[derive(Clone, Copy, PartialEq, Eq, Debug)]
    pub struct Backlog {
        /// The number of items.
        pub count: i64,
        /// The time since which the oldest one waits; `None` if there are none.
        pub oldest: Option<Millis>,
    }
}

/// A detected cause. It names no person.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cause {
    kind: CauseKind,
    /// The provider concerned.
    provider: Option<String>,
    /// The number of waiting items, and the time since which the oldest one waits.
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

    /// Returns the cause for these waiting items, if the oldest has waited for longer than `attention_after_ms` at `now`.
    pub fn overdue(kind: CauseKind, waits: Backlog, config: &Config, now: Millis) -> Option<Self> {
        waits.oldest.filter(|since| now - *since > config.limits.attention_after_ms)?;
        Some(Self { waits: Some(waits), ..Self::of(kind) })
    }

    /// Returns the cause as stored and as sent in the event.
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

/// Returns whether both views are of the same cause.
fn is_same(one: &Value, other: &Value) -> bool {
    ["cause", "provider"].iter().all(|name| one.get(name) == other.get(name))
}

stored_enum! {
    /// An entry of the ledger, as stored. Names and fields are a storage format: add, never change.
    #[derive(Clone, PartialEq, Eq, Debug)]
    pub enum Note or Note::Reported { day: String::new(), causes: Vec::new() };

    /// These causes are reported by the event that is written with this entry.
    "told" = Reported {
        /// The merchant's day, `YYYY-MM-DD`.
        day: String,
        /// The causes, as the event has them.
        causes: Vec<Value>,
    },
}

/// The reported causes, computed from the ledger.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct ReportedCauses {
    /// Each cause with the day of its last report.
    days: Vec<(Value, String)>,
    /// The number of events.
    events: usize,
    /// The day and the causes of the last event.
    last: (String, Vec<Value>),
}

impl Replay for ReportedCauses {
    type Entry = Note;

    fn begin(at: Millis, first: Note) -> Option<Self> {
        let mut told = Self::default();
        told.apply(at, first);
        Some(told)
    }

    fn apply(&mut self, _: Millis, Note::Reported { day, causes }: Note) {
        for cause in &causes {
            self.days.retain(|(known, _)| !is_same(known, cause));
            self.days.push((cause.clone(), day.clone()));
        }
        self.events += 1;
        self.last = (day, causes);
    }
}

impl ReportedCauses {
    /// Returns the entry that reports the causes that were not reported on this day; `None` if all were. `told` is `None` for an empty
    /// ledger.
    pub fn next(told: Option<&Self>, day: &str, found: &[Cause]) -> Option<Note> {
        let is_told = |cause: &Value| {
            told.is_some_and(|told| told.days.iter().any(|(known, on)| on == day && is_same(known, cause)))
        };
        let causes: Vec<Value> = found.iter().map(Cause::view).filter(|cause| !is_told(cause)).collect();
        (!causes.is_empty()).then(|| Note::Reported { day: day.to_owned(), causes })
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

/// The name of the Durable Object that reports causes, and the id of the object in its events.
pub const OWNER: &str = "attention";

#[cfg(test)]
mod tests;
