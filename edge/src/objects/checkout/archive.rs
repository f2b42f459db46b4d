//! Archiving the session: its final rows are sent to the index, then the object is erased.

use super::Checkout;
use crate::index::{Statement, feed, perform};
use crate::objects::calls::internal;
use crate::objects::outbox;
use crate::objects::store::{LEDGER, Mark};
use crate::problem::Problem;
use crate::runtime::now;
use checkout_core::index::{Rows, Version};
use checkout_core::{Config, Session};
use checkout_wire::Millis;
use serde_json::json;

/// The pause after the index has failed.
const PAUSE: Millis = Millis::MINUTE.times(5);

impl Checkout {
    /// Returns when the session is to be archived; `None` while its object still has something to keep or to send.
    pub(super) fn archiving_at(&self, config: &Config, session: &Session) -> Result<Option<Millis>, Problem> {
        let Some(at) = session.archive_at(&config.limits) else {
            return Ok(None);
        };
        let store = self.ledger.store();
        let is_quiet = store.secrets().map_err(internal("secrets"))?.is_empty()
            && store.marks().map_err(internal("marks"))?.is_empty()
            && outbox::due_at(store, config).map_err(internal("outbox"))?.is_none();
        Ok(is_quiet.then(|| at.max(self.archive_not_before.get())))
    }

    /// Archives the session, if that is due. The object is erased only when the index has stored the rows and nothing has
    /// changed since; an attempt that is interrupted is repeated.
    pub(super) async fn archive_if_due(&self, config: &Config) -> Result<(), Problem> {
        let Some(session) = self.ledger.state()? else {
            return Ok(());
        };
        if self.archiving_at(config, &session)?.is_none_or(|at| at > now()) {
            return Ok(());
        }
        self.archive_not_before.set(now() + PAUSE);
        let store = self.ledger.store();
        // A version of its own: rows that the index has received do not replace it, and a change meanwhile replaces it.
        let seq = store.mark_ledger().map_err(internal("marks"))?;
        let changed_at = store.written_at().map_err(internal("ledger"))?.unwrap_or_default();
        let rows = Rows::archived(&session, config, Version { seq, changed_at }, now());
        let events = store.events().map_err(internal("events"))?;
        let events: Vec<_> = events.iter().map(|event| event.id.as_str()).collect();
        let mut statements = feed::statements(&rows);
        statements.push(Statement::new(EVENTS).text(&json!(events).to_string()));
        perform(&self.env, statements).await?;
        let own = [Mark { about: LEDGER.to_owned(), seq }];
        if store.marks().map_err(internal("marks"))?.as_slice() == own {
            self.ledger.erase().await?;
        }
        Ok(())
    }
}

/// By then, every event was delivered or given up long ago.
const EVENTS: &str = "DELETE FROM events WHERE id IN (SELECT value FROM json_each(?))";
