//! New rows of LiteLLM's table of errors.

use crate::db::{Connection, DbError, Insert, params};
use crate::record::Entry;

const COLUMNS: [&str; 10] = [
    "request_id",
    "startTime",
    "endTime",
    "api_base",
    "model_group",
    "litellm_model_name",
    "model_id",
    "exception_type",
    "exception_string",
    "status_code",
];

/// Inserts a row for each that failed with a known error.
pub(super) fn insert(db: &Connection, new: &[&Entry]) -> Result<(), DbError> {
    let insert = Insert::new("LiteLLM_ErrorLogs", &COLUMNS);
    let failed = new.iter().filter_map(|entry| Some((&entry.spend_log, entry.failure.as_ref()?)));
    let rows = failed.map(|(row, failure)| {
        params![
            &row.request_id,
            &row.start_time,
            &row.end_time,
            &row.api_base,
            &row.model_group,
            &row.model,
            &row.model_id,
            &failure.exception_type,
            &failure.exception_string,
            &failure.status_code,
        ]
    });
    db.insert(&insert, &rows.collect::<Vec<_>>())
}
