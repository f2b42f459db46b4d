//! The notes of objects whose changes the index has not received, in the `Attention` object.
//!
//! No single place knows how far the index is behind: each object knows its own part, and a Worker cannot list its objects. So an object
//! leaves a note here when a call to the index has failed, and removes it when the index has received everything. A change has no note
//! before its first call, about a second after it.

use super::Store;
use checkout_core::attention::Backlog;
use checkout_wire::Millis;
use worker::{Result, SqlStorageValue};

/// The time after which a note expires unless it is repeated: an object repeats it at each failed call, at the latest after
/// seven and a half minutes. An object that stopped before it could remove its note had reached the index.
const VALID: Millis = Millis::MINUTE.times(15);

impl Store {
    /// Records when an object began to wait for the index, or that the index is up to date.
    pub fn note_behind(&self, object: &str, since: Option<Millis>, now: Millis) -> Result<()> {
        self.0.sql().exec(
            "CREATE TABLE IF NOT EXISTS behind (object TEXT PRIMARY KEY, since INTEGER NOT NULL, noted_at INTEGER NOT NULL) \
             STRICT, WITHOUT ROWID",
            None,
        )?;
        match since {
            Some(since) => {
                let row =
                    vec![object.into(), SqlStorageValue::Integer(since.0), SqlStorageValue::Integer(now.0)];
                self.0.sql().exec("REPLACE INTO behind (object, since, noted_at) VALUES (?, ?, ?)", row)?
            }
            None => self.0.sql().exec("DELETE FROM behind WHERE object = ?", vec![object.into()])?,
        };
        Ok(())
    }

    /// Counts the objects that wait for the index at `now`, and removes expired notes.
    pub fn behind(&self, now: Millis) -> Result<Backlog> {
        if !self.exists("behind")? {
            return Ok(Backlog { count: 0, oldest: None });
        }
        let row = vec![SqlStorageValue::Integer((now - VALID).0)];
        self.0.sql().exec("DELETE FROM behind WHERE noted_at < ?", row)?;
        let rows = self.0.sql().exec("SELECT COUNT(*), MIN(since) FROM behind", None)?;
        match rows.raw().next().transpose()?.as_deref() {
            Some([SqlStorageValue::Integer(count), SqlStorageValue::Integer(oldest)]) => {
                Ok(Backlog { count: *count, oldest: Some(Millis(*oldest)) })
            }
            _ => Ok(Backlog { count: 0, oldest: None }),
        }
    }
}
