//! New rows of the spend log.

use crate::db::{Connection, DbError, Insert, Param, params};
use crate::record::{Entry, SpendLog};

/// The columns that an event tells, in the order of [`values`]. All others have their defaults.
const COLUMNS: [&str; 28] = [
    "request_id",
    "call_type",
    "status",
    "api_key",
    "spend",
    "spend_nanodollars",
    "total_tokens",
    "prompt_tokens",
    "completion_tokens",
    "startTime",
    "endTime",
    "request_duration_ms",
    "completionStartTime",
    "model",
    "model_id",
    "model_group",
    "custom_llm_provider",
    "api_base",
    "user",
    "team_id",
    "end_user",
    "requester_ip_address",
    "session_id",
    "litellm_call_id",
    "request_tags",
    "metadata",
    "created_at",
    "updated_at",
];

/// Inserts a row for each, of which none is there.
pub(super) fn insert(db: &Connection, new: &[&Entry], now: &str) -> Result<(), DbError> {
    let rows: Vec<_> = new.iter().map(|entry| values(&entry.spend_log, now)).collect();
    db.insert(&Insert::new("LiteLLM_SpendLogs", &COLUMNS), &rows)
}

fn values<'a>(row: &'a SpendLog, now: &'a str) -> [Param<'a>; COLUMNS.len()] {
    params![
        &row.request_id,
        &row.call_type,
        row.status,
        &row.api_key,
        row.spend(),
        row.spend_nanodollars,
        row.total_tokens,
        row.prompt_tokens,
        row.completion_tokens,
        &row.start_time,
        &row.end_time,
        row.request_duration_ms,
        row.completion_start_time.as_ref(),
        &row.model,
        &row.model_id,
        &row.model_group,
        &row.custom_llm_provider,
        &row.api_base,
        &row.user,
        row.team_id.as_ref(),
        row.end_user.as_ref(),
        row.requester_ip_address.as_ref(),
        row.session_id.as_ref(),
        &row.request_id,
        &row.request_tags,
        &row.metadata,
        now,
        now,
    ]
}
