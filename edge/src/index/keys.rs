//! The sealing keys that are needed, according to the index.

use super::{Row, Statement, perform};
use crate::problem::Problem;
use checkout_core::index::NeededKey;
use worker::Env;

/// Returns the sealing keys that are needed, each with the number of sessions and issued vouchers that need it.
pub async fn needed_keys(env: &Env) -> Result<Vec<NeededKey>, Problem> {
    let found = perform(env, vec![Statement::new(NEEDED)]).await?;
    let read = |row: &Row, name: &str| row.get(name)?.as_i64();
    let rows = found.iter().flatten().filter_map(|row| {
        let ids = row.get("sealing_keys")?.as_str()?;
        Some((ids, read(row, "sessions")?, read(row, "vouchers")?))
    });
    Ok(NeededKey::sum(rows))
}

const NEEDED: &str = "SELECT sealing_keys, COUNT(*) AS sessions, 0 AS vouchers FROM sessions WHERE sealing_keys <> '' GROUP BY sealing_keys \
    UNION ALL SELECT sealing_keys, 0, COUNT(*) FROM vouchers WHERE sealing_keys <> '' GROUP BY sealing_keys";
