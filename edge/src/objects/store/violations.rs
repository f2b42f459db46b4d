//! The violations that browsers have reported, in the `Attention` object.

use super::Store;
use checkout_core::violation::Violation;
use checkout_wire::Millis;
use worker::{Result, SqlStorageValue};

/// The time after which a violation that is not reported again is forgotten.
const KEPT: Millis = Millis::DAY.times(30);

impl Store {
    /// Counts a violation. The fifty most reported ones are kept: made-up reports do not displace one that many browsers have sent.
    pub fn note_violation(&self, violation: &Violation) -> Result<()> {
        let Violation { page, directive, blocked, count: _, last_at } = violation;
        self.0.sql().exec(
            "CREATE TABLE IF NOT EXISTS violation (page TEXT NOT NULL, directive TEXT NOT NULL, blocked TEXT NOT NULL, \
             count INTEGER NOT NULL, last_at INTEGER NOT NULL, PRIMARY KEY (page, directive, blocked)) STRICT, WITHOUT ROWID",
            None,
        )?;
        let at = SqlStorageValue::Integer(last_at.0);
        let row = vec![page.as_str().into(), directive.as_str().into(), blocked.as_str().into(), at];
        self.0.sql().exec(
            "INSERT INTO violation VALUES (?, ?, ?, 1, ?) \
             ON CONFLICT DO UPDATE SET count = count + 1, last_at = excluded.last_at",
            row,
        )?;
        // The one just counted stays, however often the others were reported.
        self.0.sql().exec(
            "DELETE FROM violation WHERE (page, directive, blocked) IN (SELECT page, directive, blocked FROM violation \
             WHERE last_at < ? ORDER BY count DESC, last_at DESC LIMIT -1 OFFSET 49)",
            vec![SqlStorageValue::Integer(last_at.0)],
        )?;
        Ok(())
    }

    /// Returns the violations at `now`, the last reported first, and removes those that are too old.
    pub fn violations(&self, now: Millis) -> Result<Vec<Violation>> {
        if !self.exists("violation")? {
            return Ok(Vec::new());
        }
        let oldest = vec![SqlStorageValue::Integer((now - KEPT).0)];
        self.0.sql().exec("DELETE FROM violation WHERE last_at < ?", oldest)?;
        let rows = self.0.sql().exec(
            "SELECT page, directive, blocked, count, last_at FROM violation ORDER BY last_at DESC, page, directive, blocked",
            None,
        )?;
        rows.raw()
            .map(|row| match row?.as_slice() {
                [
                    SqlStorageValue::String(page),
                    SqlStorageValue::String(directive),
                    SqlStorageValue::String(blocked),
                    SqlStorageValue::Integer(count),
                    SqlStorageValue::Integer(last_at),
                ] => Ok(Violation {
                    page: page.clone(),
                    directive: directive.clone(),
                    blocked: blocked.clone(),
                    count: *count,
                    last_at: Millis(*last_at),
                }),
                _ => Err("a violation of another shape".into()),
            })
            .collect()
    }
}
