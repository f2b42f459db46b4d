//! Feeding the index: an object's alarm sends the rows that have changed. A version that arrives late or twice changes nothing, so
//! a call whose answer was lost is simply repeated.

use super::{Statement, perform};
use crate::objects::calls::{self, NoteFeed, internal};
use crate::objects::outbox;
use crate::objects::store::{LEDGER, Mark, Store};
use crate::problem::Problem;
use crate::runtime::{self, now, random};
use checkout_core::Config;
use checkout_core::index::{Rows, Version};
use checkout_wire::Millis;
use serde::Serialize;
use std::cell::Cell;
use worker::Env;

/// The pause between a change and the call that sends it, so that the steps of one payment go together.
const GATHER: Millis = Millis::SECOND;
/// The first pause after a failure. Each further one doubles it.
const PAUSE: Millis = Millis::SECOND.times(5);
/// The longest pause.
const LONGEST: Millis = Millis::MINUTE.times(5);

/// The time of an object's next call to the index. It is kept in memory only: a new process calls at once.
#[derive(Default)]
pub struct Schedule {
    next_at: Cell<Option<Millis>>,
    failures: Cell<u32>,
}

impl Schedule {
    /// Records a change. After a failure, the pause continues.
    pub fn changed(&self) {
        self.next_at.set(Some(self.next_at.get().unwrap_or(now() + GATHER)));
    }

    /// Returns when the next call is due; `None` while there is nothing to send.
    pub fn due(&self, store: &Store) -> Result<Option<Millis>, Problem> {
        if store.marks().map_err(internal("marks"))?.is_empty() {
            return Ok(None);
        }
        let at = self.next_at.get().unwrap_or_else(now);
        self.next_at.set(Some(at));
        Ok(Some(at))
    }

    /// Returns whether the last call failed.
    fn has_failed(&self) -> bool {
        self.failures.get() > 0
    }

    /// Records that a call succeeded. All remaining changes are due at once.
    fn succeeded(&self) {
        self.failures.set(0);
        self.next_at.set(None);
    }

    /// Records that a call failed.
    fn failed(&self) {
        let doubled = 1_i64 << self.failures.get().min(10);
        self.failures.set(self.failures.get() + 1);
        let pause = PAUSE.times(doubled).min(LONGEST);
        // Up to half is added, so that the objects do not all return at the same time.
        let chance = u32::from_le_bytes(random().unwrap_or_default()) % 1_000;
        self.next_at.set(Some(now() + pause + Millis(pause.0 * i64::from(chance) / 2_000)));
    }
}

/// Sends the changes marked in an object's storage, if a call is due. A failed call is repeated after a pause and affects nothing else.
/// `object` is the object's id; `ledger_rows` derives the rows of the ledger.
pub async fn feed(
    env: &Env,
    object: &str,
    store: &Store,
    schedule: &Schedule,
    ledger_rows: &dyn Fn(&Config, Version) -> Result<Rows, Problem>,
) {
    match schedule.due(store) {
        Ok(Some(at)) if at <= now() => {}
        _ => return,
    }
    let waited_since = store.behind_since().ok().flatten();
    let is_late = waited_since.is_some_and(|since| now() - since >= PAUSE);
    match send_marked(env, store, ledger_rows).await {
        Ok(()) => {
            // An earlier process may have left a note.
            if is_late || schedule.has_failed() {
                note(env, object, None).await;
            }
            schedule.succeeded();
        }
        Err(_) => {
            schedule.failed();
            note(env, object, waited_since).await;
        }
    }
}

/// Records for `GET /v1/status` the time since which the index is behind this object. A lost note is repeated at the next failure.
async fn note(env: &Env, object: &str, since: Option<Millis>) {
    let _ = calls::attention(env, &NoteFeed { object: object.to_owned(), since }).await;
}

async fn send_marked(
    env: &Env,
    store: &Store,
    ledger_rows: &dyn Fn(&Config, Version) -> Result<Rows, Problem>,
) -> Result<(), Problem> {
    let config = runtime::config(env)?;
    let marks = store.marks().map_err(internal("marks"))?;
    let mut rows = Rows::default();
    for Mark { about, seq } in &marks {
        if about == LEDGER {
            let changed_at = store.written_at().map_err(internal("ledger"))?.unwrap_or_default();
            let events = core::mem::take(&mut rows.events);
            rows = Rows { events, ..ledger_rows(&config, Version { seq: *seq, changed_at })? };
        } else {
            rows.events.extend(outbox::row(store, &config, about, *seq).map_err(internal("event"))?);
        }
    }
    let statements = statements(&rows);
    if !statements.is_empty() {
        perform(env, statements).await?;
    }
    store.unmark(&marks).map_err(internal("marks"))
}

/// Returns the statements that write rows.
pub fn statements(rows: &Rows) -> Vec<Statement> {
    let tables = [
        // The order matters: a contact belongs to the version of its session.
        ("sessions", SESSIONS, json(&rows.sessions)),
        ("redemptions", REDEMPTIONS, json(&rows.redemptions)),
        ("movements", MOVEMENTS, json(&rows.movements)),
        ("vouchers", VOUCHERS, json(&rows.vouchers)),
        ("events", EVENTS, json(&rows.events)),
    ];
    let mut statements: Vec<Statement> = tables
        .into_iter()
        .filter(|(_, _, json)| json != NONE)
        .map(|(table, columns, json)| Statement::new(upsert(table, columns)).text(&json))
        .collect();
    if !rows.sessions.is_empty() {
        statements.push(Statement::new(CONTACTS).text(&json(&rows.contacts)));
        statements.push(Statement::new(FORMER_CONTACTS).text(&json(&rows.sessions)));
    }
    statements
}

/// An empty list in JSON.
const NONE: &str = "[]";

fn json<T: Serialize>(rows: &[T]) -> String {
    serde_json::to_string(rows).unwrap_or_else(|_| NONE.to_owned())
}

/// Returns the statement that writes rows of a table. Its only placeholder is the list of the rows as JSON.
fn upsert(table: &str, columns: &str) -> String {
    let each = |write: &dyn Fn(&str) -> String| columns.split(' ').map(write).collect::<Vec<_>>().join(", ");
    let (names, values) = (columns.replace(' ', ", "), each(&|name| format!("value ->> '{name}'")));
    let updates = each(&|name| format!("{name} = excluded.{name}"));
    // Without a condition, SQLite would parse ON as part of the join.
    format!(
        "INSERT INTO {table} ({names}) SELECT {values} FROM json_each(?) WHERE true ON CONFLICT (id) DO UPDATE SET {updates} \
         WHERE excluded.seq > {table}.seq"
    )
}

const SESSIONS: &str = "id seq created_at changed_at expires_at status amount currency received remaining owed reference \
    providers needs_review review_since owed_since sealing_keys view";
const REDEMPTIONS: &str = "id seq session created_at changed_at provider status amount fee currency reference \
    provider_reference provider_transaction voucher needs_review review_since refunded view";
const MOVEMENTS: &str = "id seq session redemption provider kind amount fee currency at reference provider_reference \
    provider_transaction";
const VOUCHERS: &str = "id seq created_at changed_at provider status amount currency reference needs_review review_since sealing_keys view";
/// Without `position`: the database numbers events as they arrive, and an update keeps the number.
const EVENTS: &str = "id seq owner sequence type created_at delivery delivered_at next_try_at tries view";

/// Contacts of a version that is older than the session's row are left out: they may have been erased since.
const CONTACTS: &str = "INSERT INTO contacts (hash, session, kind, seq) \
    SELECT value ->> 'hash', value ->> 'session', value ->> 'kind', value ->> 'seq' FROM json_each(?) \
    WHERE EXISTS (SELECT 1 FROM sessions WHERE id = value ->> 'session' AND seq <= value ->> 'seq') \
    ON CONFLICT (hash, session) DO UPDATE SET seq = excluded.seq WHERE excluded.seq > contacts.seq";

/// Erases the contacts that the session no longer has.
const FORMER_CONTACTS: &str = "DELETE FROM contacts WHERE EXISTS (SELECT 1 FROM json_each(?) \
    WHERE value ->> 'id' = contacts.session AND value ->> 'seq' > contacts.seq)";
