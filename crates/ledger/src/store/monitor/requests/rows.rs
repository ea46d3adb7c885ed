//! What the list shows of requests.

use std::collections::BTreeMap;

use super::super::names::{NamesOf, unnamed};
use crate::calendar::microseconds;
use crate::db::{Connection, DbError, Row, params};
use crate::record::ToldMetadata;
use crate::store::among::among;
use crate::ui::data::{Action, Named, Place, RequestRow, Status};

/// The rows at these places, in their order.
pub(super) fn of(db: &Connection, places: &[Place]) -> Result<Vec<RequestRow>, DbError> {
    let ids: Vec<String> = places.iter().map(|place| place.id.clone()).collect();
    let select = format!(
        r#"SELECT "request_id", "startTime", "endTime", "completionStartTime", "call_type", "status",
             coalesce("model_group", ''), coalesce("model_id", ''), "api_key", coalesce("team_id", ''), "total_tokens",
             "spend_nanodollars", coalesce("metadata", '{{}}') FROM "LiteLLM_SpendLogs" WHERE {}"#,
        among(db, r#""request_id""#, 1)
    );
    let read = db.all(&select, &params![ids.as_slice()], request)?;
    let mut rows: BTreeMap<String, RequestRow> = read.into_iter().map(|row| (row.id.clone(), row)).collect();
    let mut actions = actions(db, &ids)?;
    let mut rows: Vec<RequestRow> = ids.iter().filter_map(|id| rows.remove(id)).collect();
    for row in &mut rows {
        row.action = actions.remove(&row.id);
    }
    NamesOf::Keys.give(db, rows.iter_mut().filter_map(|row| row.key.as_mut()))?;
    NamesOf::Teams.give(db, rows.iter_mut().filter_map(|row| row.team.as_mut()))?;
    Ok(rows)
}

fn request(row: &Row) -> Result<RequestRow, DbError> {
    let started_us = time(row, 1)?;
    let first_token: Option<String> = row.get(3)?;
    let told = ToldMetadata::read(&row.get::<String>(12)?);
    Ok(RequestRow {
        id: row.get(0)?,
        started_us,
        dialect: row.get(4)?,
        status: status(row, 5)?,
        http_status: told.http_status,
        model: row.get(6)?,
        deployment: row.get(7)?,
        key: named(row.get(8)?),
        team: named(row.get(9)?),
        duration_us: time(row, 2)?.saturating_sub(started_us),
        first_token_us: first_token.as_deref().and_then(microseconds).map(|at| at.saturating_sub(started_us)),
        tokens: row.get(10)?,
        nanodollars: row.get(11)?,
        retries: told.retries,
        fallbacks: told.fallbacks,
        action: None,
    })
}

/// The time in a column, in microseconds.
pub(in crate::store::monitor) fn time(row: &Row, column: usize) -> Result<u64, DbError> {
    let text: String = row.get(column)?;
    microseconds(&text).ok_or_else(|| DbError::unreadable(column, "holds no time"))
}

/// The status in a column; what has none did not fail, as far as is known.
pub(in crate::store::monitor) fn status(row: &Row, column: usize) -> Result<Status, DbError> {
    let text: Option<String> = row.get(column)?;
    Ok(text.as_deref().and_then(Status::named).unwrap_or(Status::Success))
}

/// What has this id, if it has one.
pub(in crate::store::monitor) fn named(id: String) -> Option<Named> {
    (!id.is_empty()).then(|| unnamed(id))
}

/// The gravest that guardrails did to each of these requests.
fn actions(db: &Connection, ids: &[String]) -> Result<BTreeMap<String, Action>, DbError> {
    let select = format!(
        r#"SELECT "request_id", "action" FROM "LiteLLM_SpendLogGuardrailIndex" WHERE {}"#,
        among(db, r#""request_id""#, 1)
    );
    let mut gravest = BTreeMap::new();
    for (id, action) in db.all(&select, &params![ids], |row| Ok((row.get(0)?, row.get::<String>(1)?)))? {
        let action = Action::named(&action).unwrap_or(Action::Passed);
        let known = gravest.entry(id).or_insert(action);
        *known = action.max(*known);
    }
    Ok(gravest)
}
