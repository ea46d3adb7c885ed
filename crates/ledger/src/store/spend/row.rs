//! A row of the spend log as LiteLLM tells it.

use serde_json::{Map, Value as Json};
use spillway_filter::wire::value;

use crate::db::{Row, Value};

/// The columns in the order of LiteLLM's rows, ours last.
pub(crate) const SPEND_COLUMNS: [&str; 37] = [
    "request_id",
    "call_type",
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
    "metadata",
    "cache_hit",
    "cache_key",
    "request_tags",
    "team_id",
    "organization_id",
    "end_user",
    "requester_ip_address",
    "messages",
    "response",
    "session_id",
    "status",
    "mcp_namespaced_tool_name",
    "billing_agent_id",
    "agent_id",
    "proxy_server_request",
    "litellm_call_id",
    "created_at",
    "updated_at",
    "spend_nanodollars",
];

/// The columns that hold JSON.
const JSON_COLUMNS: [&str; 5] = ["metadata", "request_tags", "messages", "response", "proxy_server_request"];

/// A row by the names of its columns, in their order.
pub(crate) type SpendRow = Map<String, Json>;

/// The columns as a statement names them.
pub(super) fn columns() -> String {
    SPEND_COLUMNS.map(|name| format!(r#""{name}""#)).join(", ")
}

/// A row, and the bytes of its texts added to `bytes`.
pub(super) fn object(row: Row, bytes: &mut usize) -> SpendRow {
    let cell = |(name, value): (String, Value)| {
        if let Value::Text(text) = &value {
            *bytes += text.len();
        }
        let value = json(&name, value);
        (name, value)
    };
    row.into_cells().map(cell).collect()
}

fn json(column: &str, value: Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Integer(number) => number.into(),
        Value::Real(number) => number.into(),
        Value::Text(text) if JSON_COLUMNS.contains(&column) => {
            value::parse(text.as_bytes()).unwrap_or(Json::Null)
        }
        Value::Text(text) => text.into(),
    }
}
