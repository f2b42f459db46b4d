//! Lists of sessions, redemptions, issued vouchers and events, from the index.
//!
//! Pages are read by position: a page begins after a row that the caller names, so new rows neither repeat nor hide others. The text of a
//! statement is made of fixed parts; every value is bound.

use crate::access::authenticate;
use crate::http::{HttpResult, json_answer};
use crate::index::{self, Statement};
use crate::objects::calls::Json;
use crate::problem::Problem;
use checkout_core::Config;
use checkout_core::query::{Query, invalid};
use checkout_wire::{EventType, RedemptionStatus, SessionStatus};
use worker::{Env, Request};

const USUAL_LIMIT: i64 = 20;
const MOST: i64 = 100;
const DELIVERIES: [&str; 5] = ["pending", "delivered", "given_up", "gone", "not_wanted"];

/// A list: a table of the index, its order and its filters.
pub struct List {
    table: &'static str,
    /// The columns that define the order. Their values in a row never change, and are unique together.
    keys: &'static [&'static str],
    newest_first: bool,
    filters: &'static [Filter],
}

/// A filter: its parameter, the kind of its value, and its condition.
type Filter = (&'static str, Kind, &'static str);

enum Kind {
    /// Any text.
    Text,
    /// The beginning of an id, such as a payment number.
    Beginning,
    /// A text that is searched for with a space before and after it.
    Spaced,
    /// One of these words.
    Word(fn() -> Vec<&'static str>),
    /// A time.
    Time,
    /// `true`.
    Flag,
}

const CREATED: &[&str] = &["created_at", "id"];
const PROVIDER: Filter = ("provider", Kind::Text, "provider = ?");
const REFERENCE: Filter = ("reference", Kind::Text, "reference = ?");
const NUMBER: Filter = ("number", Kind::Beginning, "id >= ?");
const AFTER: Filter = ("created_after", Kind::Time, "created_at >= ?");
const BEFORE: Filter = ("created_before", Kind::Time, "created_at < ?");
const REVIEW: Filter = ("needs_review", Kind::Flag, "needs_review = 1");

/// `GET /v1/checkout_sessions`.
pub const SESSIONS: List = List {
    table: "sessions",
    keys: CREATED,
    newest_first: true,
    filters: &[
        ("status", Kind::Word(|| names(SessionStatus::ALL, SessionStatus::as_str)), "status = ?"),
        REFERENCE,
        ("provider", Kind::Spaced, "instr(providers, ?) > 0"),
        NUMBER,
        AFTER,
        BEFORE,
        REVIEW,
        ("owed", Kind::Flag, "owed > 0"),
    ],
};

/// `GET /v1/redemptions`.
pub const REDEMPTIONS: List = List {
    table: "redemptions",
    keys: CREATED,
    newest_first: true,
    filters: &[
        ("status", Kind::Word(|| names(RedemptionStatus::ALL, RedemptionStatus::as_str)), "status = ?"),
        PROVIDER,
        ("provider_reference", Kind::Text, "provider_reference = ?"),
        NUMBER,
        AFTER,
        BEFORE,
        REVIEW,
    ],
};

/// `GET /v1/vouchers`.
pub const VOUCHERS: List = List {
    table: "vouchers",
    keys: CREATED,
    newest_first: true,
    filters: &[
        ("status", Kind::Word(|| vec!["processing", "unknown", "issued", "refused"]), "status = ?"),
        REFERENCE,
        PROVIDER,
        NUMBER,
        AFTER,
        BEFORE,
        REVIEW,
    ],
};

/// `GET /v1/events`, in the order of their arrival in the index: a caller that continues after its last event misses none.
pub const EVENTS: List = List {
    table: "events",
    keys: &["position"],
    newest_first: false,
    filters: &[
        ("type", Kind::Word(|| names(EventType::ALL, EventType::as_str)), "type = ?"),
        ("delivery", Kind::Word(|| DELIVERIES.to_vec()), "delivery = ?"),
        AFTER,
        BEFORE,
    ],
};

fn names<T: Copy>(all: &[T], name: fn(T) -> &'static str) -> Vec<&'static str> {
    all.iter().map(|one| name(*one)).collect()
}

enum Value {
    Text(String),
    Number(i64),
}

/// A condition, and the value of its placeholder if it has one.
type Condition = (&'static str, Option<Value>);

/// Takes the conditions of a list from the parameters.
fn conditions(query: &mut Query, filters: &[Filter]) -> Result<Vec<Condition>, Problem> {
    let mut conditions = Vec::new();
    for (name, kind, condition) in filters {
        let value = match kind {
            Kind::Text => query.text(name)?.map(Value::Text),
            Kind::Beginning => {
                let number = query.text(name)?;
                // Every character of an id sorts before the tilde.
                let end = number.as_ref().map(|number| Value::Text(format!("{number}~")));
                conditions.extend(end.map(|end| ("id < ?", Some(end))));
                number.map(Value::Text)
            }
            Kind::Spaced => query.text(name)?.map(|text| Value::Text(format!(" {text} "))),
            Kind::Word(words) => query.word(name, &words())?.map(|word| Value::Text(word.to_owned())),
            Kind::Time => query.time(name)?.map(|at| Value::Number(at.0)),
            Kind::Flag => {
                if query.word(name, &["true"])?.is_some() {
                    conditions.push((*condition, None));
                }
                continue;
            }
        };
        conditions.extend(value.map(|value| (*condition, Some(value))));
    }
    Ok(conditions)
}

/// A page of a list.
struct Page {
    limit: i64,
    descending: bool,
    /// Whether the page is read backwards, from the row that follows it.
    is_backwards: bool,
    /// The id of the row before or after the page, and its parameter.
    cursor: Option<(&'static str, String)>,
}

impl Page {
    fn read(query: &mut Query, list: &List) -> Result<Self, Problem> {
        let usual = if list.newest_first { "desc" } else { "asc" };
        let descending = query.word("order", &["asc", "desc"])?.unwrap_or(usual) == "desc";
        let limit = query.number("limit", 1, MOST)?.unwrap_or(USUAL_LIMIT);
        let after = query.text("starting_after")?.map(|id| ("starting_after", id));
        let before = query.text("ending_before")?.map(|id| ("ending_before", id));
        if after.is_some() && before.is_some() {
            return Err(invalid("ending_before", "left out together with starting_after").into());
        }
        Ok(Self { limit, descending, is_backwards: before.is_some(), cursor: after.or(before) })
    }

    /// Returns the statements: one that finds the row of the cursor, if there is one, and the page itself with one row more.
    fn statements(&self, list: &List, conditions: Vec<Condition>) -> Vec<Statement> {
        let List { table, keys, .. } = list;
        let (side, order) = if self.descending == self.is_backwards { (">", "ASC") } else { ("<", "DESC") };
        let columns = keys.join(", ");
        let ordered = keys.join(&format!(" {order}, "));
        let mut sql = format!("SELECT view FROM {table} WHERE true");
        for (condition, _) in &conditions {
            sql.push_str(" AND ");
            sql.push_str(condition);
        }
        if self.cursor.is_some() {
            sql.push_str(&format!(" AND ({columns}) {side} (SELECT {columns} FROM {table} WHERE id = ?)"));
        }
        sql.push_str(&format!(" ORDER BY {ordered} {order} LIMIT ?"));
        let mut page = Statement::new(sql);
        for (_, value) in conditions {
            page = match value {
                Some(Value::Text(text)) => page.text(&text),
                Some(Value::Number(number)) => page.number(number),
                None => page,
            };
        }
        let mut statements = Vec::new();
        if let Some((_, id)) = &self.cursor {
            page = page.text(id);
            statements.push(Statement::new(format!("SELECT 1 FROM {table} WHERE id = ?")).text(id));
        }
        statements.push(page.number(self.limit + 1));
        statements
    }
}

/// Answers the call for a list.
pub async fn answer(request: &Request, env: &Env, config: &Config, list: &List) -> HttpResult {
    authenticate(request.headers(), config).await?;
    let mut query = Query::of(&request.inner().url())?;
    let conditions = conditions(&mut query, list.filters)?;
    let page = Page::read(&mut query, list)?;
    query.finish()?;
    let mut results = index::perform(env, page.statements(list, conditions)).await?;
    let rows = results.pop().unwrap_or_default();
    if let (Some((name, _)), Some([])) = (&page.cursor, results.first().map(Vec::as_slice)) {
        return Err(invalid(name, "the id of an object of this list").into());
    }
    let limit = usize::try_from(page.limit).unwrap_or_default();
    let has_more = rows.len() > limit;
    let mut views = index::views(&rows);
    views.truncate(limit);
    if page.is_backwards {
        views.reverse();
    }
    let text = format!(r#"{{"object":"list","data":[{}],"has_more":{has_more}}}"#, views.join(","));
    json_answer(200, &Json::<()>::stored(text)?)
}
