//! Deletes rows of requests: of the spend log, and of the tables that are about its rows.

use super::Left;
use crate::db::{Connection, DbError, Param, params};
use crate::store::among::among;

/// Requests that are deleted in one transaction: gateways' batches wait for its end.
const ROWS: usize = 1_000;

/// Tables that have a request's id in their primary key.
const TABLES: [&str; 3] = ["LiteLLM_SpendLogGuardrailIndex", "LiteLLM_ErrorLogs", "LiteLLM_SpendLogs"];

/// Deletes the oldest requests that began before this time.
pub(super) fn step(db: &Connection, before: &str) -> Result<Left, DbError> {
    let select = r#"
        SELECT "request_id", "startTime", "request_tags" FROM "LiteLLM_SpendLogs"
        WHERE "startTime" < ?1 ORDER BY "startTime" LIMIT ?2"#;
    let old = db.all(select, &params![before, ROWS], |row| {
        Ok(Old { id: row.get(0)?, start_time: row.get(1)?, tags: row.get(2)? })
    })?;
    delete_tags(db, &old)?;
    let ids: Vec<String> = old.into_iter().map(|request| request.id).collect();
    for table in TABLES {
        let delete = format!(r#"DELETE FROM "{table}" WHERE {}"#, among(db, r#""request_id""#, 1));
        db.execute(&delete, &params![ids.as_slice()])?;
    }
    Ok(if ids.len() < ROWS { Left::Nothing } else { Left::Something })
}

struct Old {
    id: String,
    start_time: String,
    /// A JSON list, of which the first different ones are indexed.
    tags: Option<String>,
}

/// Deletes the rows by which these requests are found by tag, each by its whole key: there is no index by request.
fn delete_tags(db: &Connection, old: &[Old]) -> Result<(), DbError> {
    let delete = r#"
        DELETE FROM "spillway_request_tags" WHERE "tag" = ?1 AND "start_time" = ?2 AND "request_id" = ?3"#;
    let tags: Vec<Vec<String>> = old.iter().map(|request| tags(request.tags.as_deref())).collect();
    let rows = old.iter().zip(&tags).flat_map(|(request, tags)| {
        tags.iter().map(|tag| params![tag, &request.start_time, &request.id].to_vec())
    });
    db.execute_many(delete, &rows.collect::<Vec<Vec<Param<'_>>>>())
}

/// As they are indexed. A list that another program wrote is in no index.
fn tags(json: Option<&str>) -> Vec<String> {
    let told: Vec<String> = serde_json::from_str(json.unwrap_or("[]")).unwrap_or_default();
    crate::record::key_tags(&told)
}
