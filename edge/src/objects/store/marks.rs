//! The marks in SQLite: the changes that the index has not received. A mark is written in the transaction of its change, and
//! its number is the version of the rows that are derived from it.

use super::Store;
use crate::runtime::now;
use checkout_wire::Millis;
use worker::{Result, SqlStorageValue};

/// The mark of the ledger. An event's mark is named by the event's id.
pub const LEDGER: &str = "ledger";
/// The most marks that one call to the index carries.
const BATCH: i64 = 50;

/// A change that the index has not received.
#[derive(Clone, PartialEq, Eq)]
pub struct Mark {
    /// [`LEDGER`], or the event's id.
    pub about: String,
    /// 1, 2, 3 …: the number of changes so far.
    pub seq: i64,
}

/// The marks. An object from before the index has none until its next change.
impl Store {
    /// Reads changes that the index has not received, a limited number at a time, and events in their order.
    pub fn marks(&self) -> Result<Vec<Mark>> {
        if !self.exists("mark")? {
            return Ok(Vec::new());
        }
        let query = "SELECT about, seq FROM mark LEFT JOIN event ON id = about WHERE seq > received \
                     ORDER BY sequence LIMIT ?";
        let rows = self.0.sql().exec(query, vec![SqlStorageValue::Integer(BATCH)])?;
        rows.raw()
            .map(|row| match row?.as_slice() {
                [SqlStorageValue::String(about), SqlStorageValue::Integer(seq)] => {
                    Ok(Mark { about: about.clone(), seq: *seq })
                }
                _ => Err("a mark of another shape".into()),
            })
            .collect()
    }

    /// Returns the time of the oldest change that the index has not received; `None` if it has received all. For a table of an earlier
    /// release, the time of the last entry of the ledger.
    pub fn behind_since(&self) -> Result<Option<Millis>> {
        if !self.has_since()? {
            return if self.marks()?.is_empty() { Ok(None) } else { self.written_at() };
        }
        let rows = self.0.sql().exec("SELECT MIN(since) FROM mark WHERE seq > received", None)?;
        match rows.raw().next().transpose()?.as_deref() {
            Some([SqlStorageValue::Integer(since)]) => Ok(Some(Millis(*since))),
            _ => Ok(None),
        }
    }

    /// Records that the index has received these changes. Later changes stay marked.
    pub fn unmark(&self, marks: &[Mark]) -> Result<()> {
        self.all_or_nothing(|| {
            for Mark { about, seq } in marks {
                let row = vec![SqlStorageValue::Integer(*seq), about.as_str().into()];
                self.0.sql().exec("UPDATE mark SET received = MAX(received, ?) WHERE about = ?", row)?;
            }
            Ok(())
        })
    }

    /// Marks the ledger, and returns the version of its rows.
    pub fn mark_ledger(&self) -> Result<i64> {
        self.all_or_nothing(|| self.mark(LEDGER))?;
        let seq = self.marks()?.into_iter().find(|mark| mark.about == LEDGER).map(|mark| mark.seq);
        seq.ok_or_else(|| "the ledger has no mark".into())
    }

    /// Marks all rows of the object, so that the index receives them again. Returns `false` for an object without
    /// a ledger.
    pub fn mark_all(&self) -> Result<bool> {
        if !self.exists("ledger")? {
            return Ok(false);
        }
        let events = self.events()?;
        self.all_or_nothing(|| {
            // An object of an earlier release may have fewer tables.
            self.create()?;
            self.mark(LEDGER)?;
            events.iter().try_for_each(|event| self.mark(&event.id))
        })?;
        Ok(true)
    }

    /// Marks a change. Call it only in the transaction of the change.
    pub(super) fn mark(&self, about: &str) -> Result<()> {
        self.0.sql().exec(
            "CREATE TABLE IF NOT EXISTS mark (about TEXT PRIMARY KEY, seq INTEGER NOT NULL, received INTEGER NOT NULL, since INTEGER) \
             STRICT, WITHOUT ROWID",
            None,
        )?;
        let now = SqlStorageValue::Integer(now().0);
        // Objects of an earlier release have the table without it.
        if !self.has_since()? {
            self.0.sql().exec("ALTER TABLE mark ADD COLUMN since INTEGER", None)?;
            let update = "UPDATE mark SET since = (SELECT MAX(at) FROM ledger WHERE at < ?)";
            self.0.sql().exec(update, vec![now.clone()])?;
        }
        let upsert = "INSERT INTO mark (about, seq, received, since) VALUES (?, 1, 0, ?) ON CONFLICT (about) DO UPDATE SET \
             since = CASE WHEN seq > received THEN since ELSE excluded.since END, seq = seq + 1";
        self.0.sql().exec(upsert, vec![about.into(), now])?;
        Ok(())
    }

    /// Returns whether the table of marks has the times of the changes.
    fn has_since(&self) -> Result<bool> {
        let query = "SELECT 1 FROM sqlite_master WHERE name = 'mark' AND sql LIKE '%since%'";
        Ok(self.0.sql().exec(query, None)?.raw().next().transpose()?.is_some())
    }
}
