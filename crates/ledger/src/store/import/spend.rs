//! Rows of the spend log that another program kept.

use std::collections::BTreeSet;
use std::time::Duration;

use super::Taken;
use crate::calendar::{ago, now};
use crate::db::{Connection, DbError, Insert, Param, Value, params};
use crate::record::Entry;
use crate::store::among::among;
use crate::store::retention::{Kept, Retention};
use crate::store::rollup::{self, Summed};
use crate::store::tag_rows;

const DAY: Duration = Duration::from_secs(24 * 3_600);

/// The columns that are taken, `request_id` first. Prompts and answers stay where they are.
pub(crate) const SPEND_COLUMNS_TAKEN: [&str; 32] = [
    "request_id",
    "call_type",
    "status",
    "api_key",
    "spend",
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
    "cache_hit",
    "cache_key",
    "team_id",
    "organization_id",
    "end_user",
    "requester_ip_address",
    "session_id",
    "mcp_namespaced_tool_name",
    "agent_id",
    "litellm_call_id",
    "created_at",
    "updated_at",
    "request_tags",
    "metadata",
];

/// A row, checked.
#[derive(Debug)]
pub(crate) struct ImportedSpend {
    /// The request, for the sums that it is counted in. No guardrail, no charge and no failure is told of it.
    pub(crate) entry: Entry,
    /// A value for each of [`SPEND_COLUMNS_TAKEN`].
    pub(crate) values: Vec<Value>,
}

/// Stores those that are not here, and counts them in the sums by hour and by day. What they cost is in the spend of
/// the keys, teams and users that were imported, so it is added to none. The caller owns the transaction.
pub(super) fn store(db: &Connection, rows: &[ImportedSpend]) -> Result<Taken, DbError> {
    let kept = Kept::read(db)?;
    let mut seen = known(db, rows)?;
    let current = rows.iter().filter(|row| kept.has_log(&row.entry.spend_log.start_time));
    let new: Vec<&ImportedSpend> =
        current.filter(|row| seen.insert(row.entry.spend_log.request_id.clone())).collect();
    let bound: Vec<Vec<Param<'_>>> = new.iter().map(|row| bound(row)).collect();
    let columns = [SPEND_COLUMNS_TAKEN.as_slice(), &["spend_nanodollars"]].concat();
    db.insert(&Insert::new("LiteLLM_SpendLogs", &columns), &bound)?;
    let entries: Vec<&Entry> = new.iter().map(|row| &row.entry).collect();
    tag_rows::insert(db, &entries)?;
    let hours = ago(DAY * Retention::default().hour_days);
    let kinds = Summed::of(&entries).into_kinds();
    rollup::write(db, &kinds, Some(kept.hours_from().unwrap_or(&hours)), &now())?;
    let stored = new.len() as u64;
    Ok(Taken { stored, known: rows.len() as u64 - stored, ..Taken::default() })
}

fn known(db: &Connection, rows: &[ImportedSpend]) -> Result<BTreeSet<String>, DbError> {
    let among = among(db, r#""request_id""#, 1);
    let select = format!(r#"SELECT "request_id" FROM "LiteLLM_SpendLogs" WHERE {among}"#);
    let ids: Vec<String> = rows.iter().map(|row| row.entry.spend_log.request_id.clone()).collect();
    Ok(db.all(&select, &params![ids.as_slice()], |row| row.get(0))?.into_iter().collect())
}

fn bound(row: &ImportedSpend) -> Vec<Param<'_>> {
    let value = |value| match value {
        &Value::Null => Param::Null,
        &Value::Integer(number) => Param::Integer(number),
        &Value::Real(number) => Param::Real(number),
        Value::Text(text) => Param::Text(text),
    };
    let nanodollars = Param::from(row.entry.spend_log.spend_nanodollars);
    row.values.iter().map(value).chain([nanodollars]).collect()
}
