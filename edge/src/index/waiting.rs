//! Counts from the index of everything that waits for a person or for the merchant's server.

use super::{Row, Statement, perform};
use crate::problem::Problem;
use checkout_core::Config;
use checkout_core::attention::Backlog;
use checkout_wire::Millis;
use worker::Env;

/// The waiting items.
pub struct Waiting {
    /// Payments and reversals in review.
    pub redemptions: Backlog,
    /// Issued vouchers in review.
    pub vouchers: Backlog,
    /// Sessions with owed money.
    pub owed: Backlog,
    /// Events that the merchant's server has not accepted; none without a server.
    pub undelivered: Backlog,
    /// The time of the newest change of a session that the index has received.
    pub newest: Option<Millis>,
}

/// Counts the waiting items.
pub async fn waiting(env: &Env, config: &Config) -> Result<Waiting, Problem> {
    let statements = [REDEMPTIONS, VOUCHERS, OWED, UNDELIVERED, NEWEST].map(Statement::new).into();
    let found = perform(env, statements).await?;
    let waits = |place: usize| Backlog {
        count: number(&found, place, "count").unwrap_or_default(),
        oldest: number(&found, place, "oldest").map(Millis),
    };
    // Without an endpoint no event is ever delivered.
    let undelivered = match config.endpoint {
        Some(_) => waits(3),
        None => Backlog { count: 0, oldest: None },
    };
    Ok(Waiting {
        redemptions: waits(0),
        vouchers: waits(1),
        owed: waits(2),
        undelivered,
        newest: number(&found, 4, "newest").map(Millis),
    })
}

fn number(found: &[Vec<Row>], place: usize, name: &str) -> Option<i64> {
    found.get(place)?.first()?.get(name)?.as_i64()
}

const REDEMPTIONS: &str =
    "SELECT COUNT(*) AS count, MIN(review_since) AS oldest FROM redemptions WHERE needs_review = 1";
const VOUCHERS: &str =
    "SELECT COUNT(*) AS count, MIN(review_since) AS oldest FROM vouchers WHERE needs_review = 1";
const OWED: &str = "SELECT COUNT(*) AS count, MIN(owed_since) AS oldest FROM sessions WHERE owed > 0";
const UNDELIVERED: &str =
    "SELECT COUNT(*) AS count, MIN(created_at) AS oldest FROM events WHERE delivery = 'pending'";
const NEWEST: &str = "SELECT MAX(changed_at) AS newest FROM sessions";
