//! The outbox in SQLite: the events for the merchant's server, beside the ledger that they report, and every
//! delivery attempt.

use super::Store;
use checkout_core::event::Delivery;
use checkout_wire::Millis;
use worker::{Result, SqlStorageValue};

/// An event for the merchant's server.
pub struct Event {
    /// 1, 2, 3 …
    pub sequence: i64,
    /// `evt_…`.
    pub id: String,
    /// Its type.
    pub kind: String,
    /// The time of its creation.
    pub at: Millis,
    /// The request body, to the byte.
    pub body: String,
}

/// The outbox. An object without any entry has no outbox.
impl Store {
    /// Reads every event with its delivery, oldest first.
    pub fn events(&self) -> Result<Vec<(Event, Delivery)>> {
        self.select("SELECT sequence, id, type, at, body, state, next_at FROM event ORDER BY sequence")
    }

    /// Returns the oldest pending event, and when it is due.
    pub fn next_event(&self) -> Result<Option<(Event, Millis)>> {
        let head = self.select(
            "SELECT sequence, id, type, at, body, state, next_at FROM event WHERE state = 'pending' ORDER BY sequence LIMIT 1",
        )?;
        Ok(head.into_iter().find_map(|(event, delivery)| match delivery {
            Delivery::Pending(at) => Some((event, at)),
            _ => None,
        }))
    }

    /// Reads the attempts of an event, oldest first: the time and the answer.
    pub fn tries(&self, sequence: i64) -> Result<Vec<(Millis, Option<u16>)>> {
        let rows = self.0.sql().exec(
            "SELECT at, status FROM try WHERE event = ? ORDER BY seq",
            vec![SqlStorageValue::Integer(sequence)],
        )?;
        rows.raw()
            .map(|row| match row?.as_slice() {
                [SqlStorageValue::Integer(at), SqlStorageValue::Integer(status)] => {
                    Ok((Millis(*at), u16::try_from(*status).ok().filter(|status| *status > 0)))
                }
                _ => Err("a try of another shape".into()),
            })
            .collect()
    }

    /// Writes an attempt and the resulting state of the delivery.
    pub fn note_try(&self, sequence: i64, at: Millis, status: Option<u16>, delivery: Delivery) -> Result<()> {
        self.all_or_nothing(|| {
            let status = i64::from(status.unwrap_or_default());
            let row = [sequence, at.0, status].map(SqlStorageValue::Integer).to_vec();
            self.0.sql().exec("INSERT INTO try (event, at, status) VALUES (?, ?, ?)", row)?;
            self.set(sequence, delivery)
        })
    }

    /// Makes an event due at `at`, even a delivered one. Returns `false` for an unknown id.
    pub fn send_again(&self, id: &str, at: Millis) -> Result<bool> {
        let known = self.events()?.into_iter().find(|(event, _)| event.id == id);
        match known {
            Some((event, _)) => {
                self.all_or_nothing(|| self.set(event.sequence, Delivery::Pending(at))).map(|()| true)
            }
            None => Ok(false),
        }
    }

    fn set(&self, sequence: i64, delivery: Delivery) -> Result<()> {
        let (state, next) = stored(delivery);
        let row = vec![state.into(), SqlStorageValue::Integer(next), SqlStorageValue::Integer(sequence)];
        self.0.sql().exec("UPDATE event SET state = ?, next_at = ? WHERE sequence = ?", row)?;
        Ok(())
    }

    /// Adds an event. Call it only in the step that the event reports.
    pub(super) fn add(&self, event: &Event) -> Result<()> {
        let (state, next) = stored(Delivery::Pending(event.at));
        let row = vec![
            SqlStorageValue::Integer(event.sequence),
            event.id.as_str().into(),
            event.kind.as_str().into(),
            SqlStorageValue::Integer(event.at.0),
            event.body.as_str().into(),
            state.into(),
            SqlStorageValue::Integer(next),
        ];
        let insert =
            "INSERT INTO event (sequence, id, type, at, body, state, next_at) VALUES (?, ?, ?, ?, ?, ?, ?)";
        self.0.sql().exec(insert, row)?;
        Ok(())
    }

    fn select(&self, query: &str) -> Result<Vec<(Event, Delivery)>> {
        if !self.exists("event")? {
            return Ok(Vec::new());
        }
        let text = |value: &SqlStorageValue| match value {
            SqlStorageValue::String(text) => Some(text.clone()),
            _ => None,
        };
        let number = |value: &SqlStorageValue| match value {
            SqlStorageValue::Integer(number) => Some(*number),
            _ => None,
        };
        let read = |row: &[SqlStorageValue]| {
            let [sequence, id, kind, at, body, state, next] = row else {
                return None;
            };
            let event = Event {
                sequence: number(sequence)?,
                id: text(id)?,
                kind: text(kind)?,
                at: Millis(number(at)?),
                body: text(body)?,
            };
            let delivery = match text(state)?.as_str() {
                "pending" => Delivery::Pending(Millis(number(next)?)),
                "delivered" => Delivery::Delivered,
                "given_up" => Delivery::GivenUp,
                _ => Delivery::Gone,
            };
            Some((event, delivery))
        };
        let rows = self.0.sql().exec(query, None)?;
        rows.raw().map(|row| read(&row?).ok_or_else(|| "an event of another shape".into())).collect()
    }
}

/// Returns a delivery as stored: its state, and when it is due.
const fn stored(delivery: Delivery) -> (&'static str, i64) {
    match delivery {
        Delivery::Pending(at) => ("pending", at.0),
        Delivery::Delivered => ("delivered", 0),
        Delivery::GivenUp => ("given_up", 0),
        Delivery::Gone => ("gone", 0),
    }
}
