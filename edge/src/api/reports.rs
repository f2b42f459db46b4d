//! Reports from the index: the takings of days or providers.

use crate::access::authenticate;
use crate::http::{HttpResult, json_answer};
use crate::index::{self, Row, Statement};
use crate::objects::calls::Json;
use crate::problem::Problem;
use crate::runtime;
use crate::zone::{STEP, Zone};
use checkout_core::Config;
use checkout_core::query::{Query, invalid};
use checkout_core::time::Date;
use checkout_wire::Millis;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use worker::{Env, Request};

/// The most days of one report.
const MOST_DAYS: i64 = 366;

/// The days of a report, in the merchant's time zone.
pub(super) struct Days {
    pub(super) from: Date,
    pub(super) to: Date,
    pub(super) begin: Millis,
    /// The beginning of the day after the last one.
    pub(super) end: Millis,
}

impl Days {
    pub(super) fn read(query: &mut Query, zone: &Zone) -> Result<Self, Problem> {
        let (from, to) = (query.date("from")?, query.date("to")?);
        if !(0..MOST_DAYS).contains(&(to.0 - from.0)) {
            return Err(invalid("to", "a date from the first day on, and at most 366 days in all").into());
        }
        Ok(Self { from, to, begin: zone.begin(from), end: zone.begin(Date(to.0 + 1)) })
    }

    /// Returns the beginning of each day.
    fn begins(&self, zone: &Zone) -> Vec<Millis> {
        (self.from.0..=self.to.0).map(|day| zone.begin(Date(day))).collect()
    }
}

/// The sums of one group.
#[derive(Default)]
struct Sums {
    taken: i64,
    fees: i64,
    refunded: i64,
    reversed: i64,
    paid_out: i64,
    count: i64,
}

impl Sums {
    fn add(&mut self, row: &Row) {
        let amount = number(row, "amount");
        match text(row, "kind") {
            "taken" => {
                self.taken += amount;
                self.fees += number(row, "fee");
                self.count += number(row, "count");
            }
            "reversed" => self.reversed += amount,
            "refunded" => self.refunded += amount,
            "paid_out" => self.paid_out += amount,
            _ => {}
        }
    }
}

/// Answers `GET /v1/reports/takings`.
pub async fn takings(request: &Request, env: &Env, config: &Config) -> HttpResult {
    authenticate(request.headers(), config).await?;
    let mut query = Query::of(&request.inner().url())?;
    let zone = runtime::zone(config)?;
    let days = Days::read(&mut query, &zone)?;
    let by_day = query.word("group", &["day", "provider"])?.unwrap_or("day") == "day";
    query.finish()?;
    let sql = if by_day { BY_TIME } else { BY_PROVIDER };
    let statement = Statement::new(sql).number(days.begin.0).number(days.end.0);
    let rows = index::perform(env, vec![statement]).await?.pop().unwrap_or_default();
    let begins = if by_day { days.begins(&zone) } else { Vec::new() };
    let day = |at: Millis| {
        let begun = begins.partition_point(|begin| *begin <= at);
        Date(days.from.0 + i64::try_from(begun).unwrap_or_default() - 1).text()
    };
    let mut groups: BTreeMap<(String, String), Sums> = BTreeMap::new();
    for row in &rows {
        let group = match by_day {
            true => day(STEP.times(number(row, "slot"))),
            false => text(row, "provider").to_owned(),
        };
        groups.entry((group, text(row, "currency").to_owned())).or_default().add(row);
    }
    let data: Vec<Value> = groups
        .into_iter()
        .map(|((group, currency), sums)| {
            let Sums { taken, fees, refunded, reversed, paid_out, count } = sums;
            json!({
                "group": group, "currency": currency, "taken": taken, "fees": fees, "refunded": refunded,
                "reversed": reversed, "paid_out": paid_out, "net": taken - refunded - reversed - paid_out, "count": count,
            })
        })
        .collect();
    json_answer(
        200,
        &Json::of(&json!({
            "object": "takings", "timezone": config.timezone, "from": days.from.text(), "to": days.to.text(),
            "group_by": if by_day { "day" } else { "provider" }, "data": data,
        }))?,
    )
}

pub(super) fn number(row: &Row, name: &str) -> i64 {
    row.get(name).and_then(Value::as_i64).unwrap_or_default()
}

pub(super) fn text<'a>(row: &'a Row, name: &str) -> &'a str {
    row.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// Sums by quarter of an hour: every local day consists of whole quarters.
const BY_TIME: &str = "SELECT at / 900000 AS slot, currency, kind, SUM(amount) AS amount, SUM(fee) AS fee, COUNT(*) AS count \
    FROM movements WHERE at >= ? AND at < ? GROUP BY slot, currency, kind";
/// Payouts by the merchant have no provider.
const BY_PROVIDER: &str = "SELECT COALESCE(provider, 'shop') AS provider, currency, kind, SUM(amount) AS amount, SUM(fee) AS fee, COUNT(*) AS count \
    FROM movements WHERE at >= ? AND at < ? GROUP BY 1, currency, kind";
