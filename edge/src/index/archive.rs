//! Archived sessions: long after its end a session's object is erased, and the index keeps its amounts and references.

use super::{Row, Statement, perform};
use crate::objects::calls::{self, Call, Json};
use crate::problem::Problem;
use checkout_wire::{ErrorCode, SessionId};
use serde_json::Value;
use worker::Env;

/// Calls the object of a session for the merchant. Returns `session_archived` for an archived session.
pub async fn call<C: Call>(env: &Env, id: &SessionId, call: &C) -> Result<C::Answer, Problem> {
    match calls::checkout(env, id, call).await {
        Err(problem) if problem.code == ErrorCode::SessionNotFound => Err(match session(env, id).await? {
            Some(_) => Problem::of(ErrorCode::SessionArchived),
            None => problem,
        }),
        answer => answer,
    }
}

/// Reads an archived session with its redemptions, as the merchant's API shows them; `None` if the index has no such session.
pub async fn session(env: &Env, id: &SessionId) -> Result<Option<Json<Value>>, Problem> {
    let found = perform(env, vec![Statement::new(SESSION).text(id.as_str())]).await?;
    let view = found.first().and_then(|rows| rows.first()).and_then(|row: &Row| row.get("view")?.as_str());
    view.map(|view| Json::stored(view.to_owned())).transpose()
}

const SESSION: &str = "SELECT json_set(view, '$.redemptions', (SELECT json_group_array(json(view)) FROM \
    (SELECT view FROM redemptions WHERE session = sessions.id ORDER BY created_at, id))) AS view \
    FROM sessions WHERE id = ? AND view ->> 'archived'";
