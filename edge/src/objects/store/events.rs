//! The outbox in SQLite: the events for the merchant's server, beside the ledger that they report, and every
//! delivery attempt.

use super::Store;
use checkout_core::outbox::Delivery;
use checkout_core::outbox::Undelivered;
use checkout_wire::Millis;
use worker::{Result, SqlStorageValue};

/// The stored status of an attempt whose answer is not recorded: it is in flight, or the process stopped
/// during it.
const NO_ANSWER_YET: i64 = -1;

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
    /// The state of its delivery.
    pub delivery: Delivery,
}

/// The outbox. An object without any entry has no outbox.
impl Store {
    /// Reads every event, oldest first.
    pub fn events(&self) -> Result<Vec<Event>> {
        self.select(
            "SELECT sequence, id, type, at, body, state, next_at FROM event ORDER BY sequence",
            Vec::new(),
        )
    }

    /// Reads one event.
    pub fn event(&self, sequence: i64) -> Result<Option<Event>> {
        let events = self.select(
            "SELECT sequence, id, type, at, body, state, next_at FROM event WHERE sequence = ?",
            vec![SqlStorageValue::Integer(sequence)],
        )?;
        Ok(events.into_iter().next())
    }

    /// Reads the event with this id.
    pub fn event_named(&self, id: &str) -> Result<Option<Event>> {
        let query = "SELECT sequence, id, type, at, body, state, next_at FROM event WHERE id = ?";
        Ok(self.select(query, vec![id.into()])?.into_iter().next())
    }

    /// Reads the events that are still to be delivered, without their bodies, oldest first.
    pub fn undelivered(&self) -> Result<Vec<Undelivered>> {
        if !self.exists("event")? {
            return Ok(Vec::new());
        }
        let rows = self.0.sql().exec(
            "SELECT sequence, event.at, next_at, COUNT(try.seq), COALESCE(MAX(try.at), 0) FROM event \
             LEFT JOIN try ON event = sequence WHERE state = 'pending' GROUP BY sequence ORDER BY sequence",
            None,
        )?;
        rows.raw()
            .map(|row| match numbers(&row?) {
                Some([sequence, created_at, next_at, attempts, last_at]) => Ok(Undelivered {
                    sequence,
                    created_at: Millis(created_at),
                    next_at: Millis(next_at),
                    attempts: usize::try_from(attempts).unwrap_or_default(),
                    last_at: (attempts > 0).then_some(Millis(last_at)),
                }),
                None => Err("an event of another shape".into()),
            })
            .collect()
    }

    /// Returns the `sequence` of the newest event; 0 without events.
    pub fn last_sequence(&self) -> Result<i64> {
        if !self.exists("event")? {
            return Ok(0);
        }
        Ok(self.number("SELECT COALESCE(MAX(sequence), 0) FROM event", Vec::new())?.unwrap_or_default())
    }

    /// Reads the attempts of an event, oldest first: the time and the answer.
    pub fn tries(&self, sequence: i64) -> Result<Vec<(Millis, Option<u16>)>> {
        let rows = self.0.sql().exec(
            "SELECT at, status FROM try WHERE event = ? ORDER BY seq",
            vec![SqlStorageValue::Integer(sequence)],
        )?;
        rows.raw()
            .map(|row| match numbers(&row?) {
                Some([at, status]) => {
                    Ok((Millis(at), u16::try_from(status).ok().filter(|status| *status > 0)))
                }
                None => Err("a try of another shape".into()),
            })
            .collect()
    }

    /// Writes that an attempt begins. Returns its number.
    pub fn begin_try(&self, sequence: i64, at: Millis) -> Result<i64> {
        let row = [sequence, at.0, NO_ANSWER_YET].map(SqlStorageValue::Integer).to_vec();
        let number =
            self.number("INSERT INTO try (event, at, status) VALUES (?, ?, ?) RETURNING seq", row)?;
        number.ok_or_else(|| "a try without a number".into())
    }

    /// Writes the answer to the attempt `number` of the event `sequence` with this `id`, which began at `began`, and the
    /// resulting state of the delivery. An event whose redelivery was requested since then stays due.
    pub fn end_try(
        &self,
        (sequence, id): (i64, &str),
        number: i64,
        began: Millis,
        status: Option<u16>,
        delivery: Delivery,
    ) -> Result<()> {
        self.all_or_nothing(|| {
            let status = i64::from(status.unwrap_or_default());
            let row = [status, number].map(SqlStorageValue::Integer).to_vec();
            self.0.sql().exec("UPDATE try SET status = ? WHERE seq = ?", row)?;
            let (state, next) = stored(delivery);
            let mut row = vec![state.into()];
            row.extend([next, sequence, began.0].map(SqlStorageValue::Integer));
            let update = "UPDATE event SET state = ?, next_at = ? WHERE sequence = ? AND next_at <= ?";
            self.0.sql().exec(update, row)?;
            self.mark(id)
        })
    }

    /// Makes an event due at `at`, even a delivered one. Returns `false` for an unknown id.
    pub fn send_again(&self, id: &str, at: Millis) -> Result<bool> {
        if self.event_named(id)?.is_none() {
            return Ok(false);
        }
        // Later than the start of its last attempt, so that `end_try` recognizes the request.
        let update = "UPDATE event SET state = 'pending', next_at = \
                      MAX(?, COALESCE((SELECT MAX(try.at) + 1 FROM try WHERE event = sequence), 0)) \
                      WHERE id = ?";
        self.all_or_nothing(|| {
            self.0.sql().exec(update, vec![SqlStorageValue::Integer(at.0), id.into()])?;
            self.mark(id)
        })?;
        Ok(true)
    }

    /// Adds an event. Call it only in the step that the event reports.
    pub(super) fn add(&self, event: &Event) -> Result<()> {
        let (state, next) = stored(event.delivery);
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
        self.mark(&event.id)
    }

    fn select(&self, query: &str, values: Vec<SqlStorageValue>) -> Result<Vec<Event>> {
        if !self.exists("event")? {
            return Ok(Vec::new());
        }
        let text = |value: &SqlStorageValue| match value {
            SqlStorageValue::String(text) => Some(text.clone()),
            _ => None,
        };
        let read = |row: &[SqlStorageValue]| {
            let [sequence, id, kind, at, body, state, next] = row else {
                return None;
            };
            let next = Millis(number(next)?);
            Some(Event {
                sequence: number(sequence)?,
                id: text(id)?,
                kind: text(kind)?,
                at: Millis(number(at)?),
                body: text(body)?,
                delivery: match text(state)?.as_str() {
                    "pending" => Delivery::Pending(next),
                    "delivered" => Delivery::Delivered,
                    "given_up" => Delivery::GivenUp,
                    "not_wanted" => Delivery::NotWanted,
                    _ => Delivery::Gone,
                },
            })
        };
        let rows = self.0.sql().exec(query, values)?;
        rows.raw().map(|row| read(&row?).ok_or_else(|| "an event of another shape".into())).collect()
    }

    /// Returns the number that a query finds or writes; `None` without a row. The result is read to its end: a
    /// write with `RETURNING` is complete only then.
    fn number(&self, query: &str, values: Vec<SqlStorageValue>) -> Result<Option<i64>> {
        let rows = self.0.sql().exec(query, values)?.raw().collect::<Result<Vec<_>>>()?;
        Ok(rows.first().and_then(|row| numbers(row)).map(|[number]| number))
    }
}

/// Returns a row of numbers.
fn numbers<const N: usize>(row: &[SqlStorageValue]) -> Option<[i64; N]> {
    let numbers: Option<Vec<i64>> = row.iter().map(number).collect();
    numbers?.try_into().ok()
}

const fn number(value: &SqlStorageValue) -> Option<i64> {
    match value {
        SqlStorageValue::Integer(number) => Some(*number),
        _ => None,
    }
}

/// Returns a delivery as stored: its state, and when it is due.
const fn stored(delivery: Delivery) -> (&'static str, i64) {
    let next = match delivery {
        Delivery::Pending(Millis(at)) => at,
        _ => 0,
    };
    (delivery.as_str(), next)
}
