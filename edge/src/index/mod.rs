//! The index: the D1 database `INDEX`, and the one place that calls it. The objects feed it ([`feed`]); lists, searches and reports
//! read it. Nothing that pays depends on it.

pub mod archive;
pub mod feed;
pub mod keys;
pub mod search;
pub mod waiting;

use crate::log;
use crate::objects::alarm::delay;
use crate::problem::Problem;
use checkout_core::json;
use checkout_wire::{ErrorCode, Millis};
use core::pin::pin;
use futures_util::future::{Either, select};
use js_sys::{Array, JSON, Promise, Reflect, futures::JsFuture};
use serde_json::{Map, Value};
use wasm_bindgen::prelude::*;
use worker::Env;

/// The timeout of the database.
const TIMEOUT: Millis = Millis::SECOND.times(5);

/// A row of an answer, by the names of its columns.
pub type Row = Map<String, Value>;

/// A statement with the values of its placeholders. Its text never contains a value.
pub struct Statement {
    sql: String,
    values: Array,
}

impl Statement {
    /// Returns the statement without values.
    pub fn new(sql: impl Into<String>) -> Self {
        Self { sql: sql.into(), values: Array::new() }
    }

    /// Binds the next placeholder to a text.
    pub fn text(self, value: &str) -> Self {
        self.values.push(&JsValue::from_str(value));
        self
    }

    /// Binds the next placeholder to a whole number of at most 53 bits.
    pub fn number(self, value: i64) -> Self {
        self.values.push(&JsValue::from_f64(value as f64));
        self
    }
}

/// Performs statements in one transaction, and returns the rows of each. Every failure is `index_unavailable`: the database does not
/// answer in time, or its tables are missing.
pub async fn perform(env: &Env, statements: Vec<Statement>) -> Result<Vec<Vec<Row>>, Problem> {
    let answer = async { read(&JsFuture::from(sent(env, statements)?).await?) };
    let failed = match select(pin!(answer), pin!(delay(TIMEOUT))).await {
        Either::Left((Ok(rows), _)) => return Ok(rows),
        Either::Left((Err(_), _)) => "failed",
        Either::Right(_) => "no answer",
    };
    log::index(failed);
    Err(Problem::of(ErrorCode::IndexUnavailable))
}

/// Returns the column `view` of rows: JSON as the API shows it.
pub fn views(rows: &[Row]) -> Vec<&str> {
    rows.iter().filter_map(|row| row.get("view")?.as_str()).collect()
}

fn sent(env: &Env, statements: Vec<Statement>) -> Result<Promise, JsValue> {
    let database: Database = Reflect::get(env, &"INDEX".into())?.unchecked_into();
    let bound = Array::new();
    for Statement { sql, values } in statements {
        bound.push(database.prepare(&sql)?.bind(&values)?.as_ref());
    }
    database.batch(&bound)
}

fn read(answer: &JsValue) -> Result<Vec<Vec<Row>>, JsValue> {
    let text = String::from(JSON::stringify(answer)?);
    let results: Vec<Value> = json::read(&text).map_err(|_| JsValue::NULL)?;
    Ok(results.into_iter().map(rows).collect())
}

fn rows(mut result: Value) -> Vec<Row> {
    let rows = match result.get_mut("results").map(Value::take) {
        Some(Value::Array(rows)) => rows,
        _ => Vec::new(),
    };
    let rows = rows.into_iter().filter_map(|row| match row {
        Value::Object(row) => Some(row),
        _ => None,
    });
    rows.collect()
}

// The reader in the crate `worker` would be a second one, and reads numbers of 32 bits only.
#[wasm_bindgen]
extern "C" {
    type Database;
    type Prepared;

    #[wasm_bindgen(method, catch)]
    fn prepare(this: &Database, sql: &str) -> Result<Prepared, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn batch(this: &Database, statements: &Array) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch, variadic)]
    fn bind(this: &Prepared, values: &Array) -> Result<Prepared, JsValue>;
}
