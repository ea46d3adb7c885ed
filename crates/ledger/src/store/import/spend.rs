//! Rows of the spend log that another program kept.

use std::collections::BTreeSet;

use super::Taken;
use crate::db::{Connection, DbError, Dialect, Param, Value, params};

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
#[derive(Clone, Debug)]
pub(crate) struct ImportedSpend {
    /// What makes it stored once.
    pub(crate) request_id: String,
    /// The price, in 10⁻⁹ dollars.
    pub(crate) nanodollars: u64,
    /// A value for each of [`SPEND_COLUMNS_TAKEN`].
    pub(crate) values: Vec<Value>,
}

/// Stores those that are not here. What they cost is in the spend of the keys, teams and users that were imported,
/// so it is added to none. The caller owns the transaction.
pub(super) fn store(db: &Connection, rows: &[ImportedSpend]) -> Result<Taken, DbError> {
    let mut seen = known(db, rows)?;
    let new: Vec<&ImportedSpend> = rows.iter().filter(|row| seen.insert(row.request_id.clone())).collect();
    let bound: Vec<Vec<Param<'_>>> = new.iter().map(|row| bound(row)).collect();
    db.execute_many(&statement(), &bound)?;
    let stored = new.len() as u64;
    Ok(Taken { stored, known: rows.len() as u64 - stored, without_alias: 0 })
}

fn known(db: &Connection, rows: &[ImportedSpend]) -> Result<BTreeSet<String>, DbError> {
    let among = match db.dialect() {
        Dialect::Sqlite => "IN (SELECT value FROM json_each(?1))",
        Dialect::Postgres => "= ANY (CAST(?1 AS TEXT[]))",
    };
    let select = format!(r#"SELECT "request_id" FROM "LiteLLM_SpendLogs" WHERE "request_id" {among}"#);
    let ids: Vec<String> = rows.iter().map(|row| row.request_id.clone()).collect();
    Ok(db.all(&select, &params![ids.as_slice()], |row| row.get(0))?.into_iter().collect())
}

fn statement() -> String {
    let names = SPEND_COLUMNS_TAKEN.map(|name| format!(r#""{name}""#)).join(", ");
    let count = SPEND_COLUMNS_TAKEN.len() + 1;
    let places: Vec<String> = (1..=count).map(|number| format!("?{number}")).collect();
    let places = places.join(", ");
    format!(r#"INSERT INTO "LiteLLM_SpendLogs" ({names}, "spend_nanodollars") VALUES ({places})"#)
}

fn bound(row: &ImportedSpend) -> Vec<Param<'_>> {
    let value = |value| match value {
        &Value::Null => Param::Null,
        &Value::Integer(number) => Param::Integer(number),
        &Value::Real(number) => Param::Real(number),
        Value::Text(text) => Param::Text(text),
    };
    row.values.iter().map(value).chain([Param::from(row.nanodollars)]).collect()
}
