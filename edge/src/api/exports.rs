//! The redemptions as a file for a spreadsheet, from the index.

use super::reports::{Days, number, text};
use crate::access::authenticate;
use crate::http::HttpResult;
use crate::index::{self, Row, Statement};
use crate::objects::calls::internal;
use crate::problem::Problem;
use crate::runtime;
use crate::zone::Zone;
use checkout_core::Config;
use checkout_core::query::Query;
use checkout_core::time::rfc3339;
use checkout_wire::csv::record;
use checkout_wire::money::decimal;
use checkout_wire::{Millis, Minor};
use futures_util::stream::try_unfold;
use serde_json::Value;
use std::rc::Rc;
use worker::{Env, Request, ResponseBuilder};

/// The number of redemptions that are read at a time.
const PAGE: i64 = 500;

/// Answers `GET /v1/exports/redemptions.csv`: the redemptions begun on these days, oldest first.
pub async fn redemptions(request: &Request, env: &Env, config: &Config) -> HttpResult {
    authenticate(request.headers(), config).await?;
    let mut query = Query::of(&request.inner().url())?;
    let zone = runtime::zone(config)?;
    let days = Days::read(&mut query, &zone)?;
    let provider = query.text("provider")?;
    query.finish()?;
    let name = format!("redemptions-{}-{}.csv", days.from.text(), days.to.text());
    let export = Export { env: env.clone(), zone, end: days.end.0, provider };
    // Read before the answer begins: a failure of the index must become a problem document.
    let first = export.page(days.begin.0, "").await?;
    let stream = try_unfold((export, Next::First(first)), |(export, next)| async {
        let (head, page) = match next {
            Next::First(page) => (record(COLUMNS), page),
            Next::After(at, id) => {
                let page = export.page(at, &id).await;
                (String::new(), page.map_err(|_| worker::Error::from("the index does not answer"))?)
            }
            Next::None => return Ok::<_, worker::Error>(None),
        };
        let text = head + &export.text(&page);
        let next = export.after(&page);
        Ok(Some((text.into_bytes(), (export, next))))
    });
    let headers = [
        ("content-type", "text/csv; charset=utf-8; header=present".to_owned()),
        ("content-disposition", format!("attachment; filename=\"{name}\"")),
    ];
    let mut answer = ResponseBuilder::new();
    for (name, value) in headers {
        answer = answer.with_header(name, &value).map_err(internal("headers"))?;
    }
    answer.from_stream(stream).map_err(internal("export"))
}

/// The next page of an export.
enum Next {
    /// The first page, which has been read.
    First(Vec<Row>),
    /// The page after the redemption with this time and id.
    After(i64, String),
    None,
}

/// The parameters shared by all pages of an export.
struct Export {
    env: Env,
    zone: Rc<Zone>,
    end: i64,
    provider: Option<String>,
}

impl Export {
    /// Reads the redemptions that follow the one with this time and id.
    async fn page(&self, at: i64, id: &str) -> Result<Vec<Row>, Problem> {
        let provider = self.provider.as_deref().unwrap_or_default();
        let statement =
            Statement::new(REDEMPTIONS).number(self.end).text(provider).text(provider).number(at).text(id);
        let rows = index::perform(&self.env, vec![statement.number(PAGE)]).await?;
        Ok(rows.into_iter().next().unwrap_or_default())
    }

    /// Returns the page that follows.
    fn after(&self, page: &[Row]) -> Next {
        match page.last().filter(|_| i64::try_from(page.len()) == Ok(PAGE)) {
            Some(last) => Next::After(number(last, "created_at"), text(last, "id").to_owned()),
            None => Next::None,
        }
    }

    fn text(&self, page: &[Row]) -> String {
        page.iter().map(|row| self.line(row)).collect()
    }

    fn line(&self, row: &Row) -> String {
        let amounts = ["amount", "fee", "refunded"].map(|name| row.get(name).and_then(Value::as_i64));
        let amounts = amounts.into_iter().flat_map(|amount| match amount {
            Some(amount) => [decimal(Minor(amount)), amount.to_string()],
            None => [String::new(), String::new()],
        });
        let times = ["created_at", "taken_at"].map(|name| row.get(name).and_then(Value::as_i64));
        let times = times.into_iter().flat_map(|at| match at {
            Some(at) => [rfc3339(Millis(at)), self.zone.text(Millis(at))],
            None => [String::new(), String::new()],
        });
        let texts = |names: &[&str]| names.iter().map(|name| text(row, name).to_owned()).collect::<Vec<_>>();
        let review = if number(row, "needs_review") == 1 { "true" } else { "" };
        let mut fields = texts(&["id", "session", "reference", "provider", "status", "currency"]);
        fields.extend(amounts);
        fields.extend(texts(&["provider_reference", "provider_transaction"]));
        fields.push(review.to_owned());
        fields.extend(times);
        record(fields)
    }
}

/// The columns of the export.
const COLUMNS: [&str; 19] = [
    "redemption",
    "checkout_session",
    "reference",
    "provider",
    "status",
    "currency",
    "amount",
    "amount_minor",
    "fee",
    "fee_minor",
    "refunded",
    "refunded_minor",
    "provider_reference",
    "provider_transaction",
    "needs_review",
    "created_at_utc",
    "created_at_local",
    "taken_at_utc",
    "taken_at_local",
];

const REDEMPTIONS: &str = "SELECT one.id AS id, one.session AS session, one.reference AS reference, one.provider AS provider, \
    one.status AS status, one.currency AS currency, one.amount AS amount, one.fee AS fee, one.refunded AS refunded, \
    one.provider_reference AS provider_reference, one.provider_transaction AS provider_transaction, \
    one.needs_review AS needs_review, one.created_at AS created_at, taken.at AS taken_at \
    FROM redemptions AS one LEFT JOIN movements AS taken ON taken.id = one.id || '.taken' \
    WHERE one.created_at < ? AND (? = '' OR one.provider = ?) AND (one.created_at, one.id) > (?, ?) \
    ORDER BY one.created_at, one.id LIMIT ?";
