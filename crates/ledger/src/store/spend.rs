//! Rows of the spend log, by what LiteLLM's users ask for.

use serde_json::{Map, Value as Json};

use super::conditions::Conditions;
use super::{Days, Page, StoreError};
use crate::db::{Connection, Flow, Row, Value};

/// Bytes of text in one answer: a thousand rows of usual size have two million.
const ANSWER_BYTES: usize = 64 << 20;

/// The columns in the order of LiteLLM's rows, ours last.
const COLUMNS: &str = r#""request_id", "call_type", "api_key", "spend", "total_tokens", "prompt_tokens",
    "completion_tokens", "startTime", "endTime", "request_duration_ms", "completionStartTime", "model",
    "model_id", "model_group", "custom_llm_provider", "api_base", "user", "metadata", "cache_hit", "cache_key",
    "request_tags", "team_id", "organization_id", "end_user", "requester_ip_address", "messages", "response",
    "session_id", "status", "mcp_namespaced_tool_name", "billing_agent_id", "agent_id", "proxy_server_request",
    "litellm_call_id", "created_at", "updated_at", "spend_nanodollars""#;

/// The columns that hold JSON.
const JSON_COLUMNS: [&str; 5] = ["metadata", "request_tags", "messages", "response", "proxy_server_request"];

/// Which rows; a field that is none does not narrow.
#[derive(Clone, Debug, Default)]
pub(crate) struct SpendFilter {
    /// Days on which the request began.
    pub(crate) days: Days,
    /// One request.
    pub(crate) request_id: Option<String>,
    /// SHA-256 of a key.
    pub(crate) api_key: Option<String>,
    /// Owner of the key.
    pub(crate) user: Option<String>,
    /// Kind of call.
    pub(crate) call_type: Option<String>,
    /// `success` or `failure`.
    pub(crate) status: Option<String>,
}

impl Days {
    /// The condition that the spend log's `startTime` is on one of these days. A date sorts before every
    /// time of its day.
    pub(super) fn conditions(self) -> Conditions {
        Conditions::default()
            .and(r#""startTime" >= ?"#, self.from)
            .and(r#""startTime" < ?"#, self.to.map(|day| day.plus(1)))
    }
}

/// The rows of a page, newest first.
pub(super) fn rows(
    db: &Connection,
    filter: &SpendFilter,
    page: Page,
) -> Result<Vec<Map<String, Json>>, StoreError> {
    rows_within(db, filter, page, ANSWER_BYTES)
}

/// The rows of a page if their texts have up to `most` bytes; a single row always fits, or it could never
/// be read.
fn rows_within(
    db: &Connection,
    filter: &SpendFilter,
    page: Page,
    most: usize,
) -> Result<Vec<Map<String, Json>>, StoreError> {
    let conditions = filter
        .days
        .conditions()
        .and(r#""request_id" = ?"#, filter.request_id.as_ref())
        .and(r#""api_key" = ?"#, filter.api_key.as_ref())
        .and(r#""user" = ?"#, filter.user.as_ref())
        .and(r#""call_type" = ?"#, filter.call_type.as_ref())
        .and(r#""status" = ?"#, filter.status.as_ref());
    let select = format!(
        r#"SELECT {COLUMNS} FROM "LiteLLM_SpendLogs" {} ORDER BY "startTime" DESC, "request_id" DESC {}"#,
        conditions.sql(),
        conditions.limit()
    );
    let mut rows = Vec::new();
    let mut bytes = 0;
    db.each(&select, &conditions.params_of(page), |row| {
        rows.push(object(row, &mut bytes));
        Ok(if bytes > most && rows.len() > 1 { Flow::Break(()) } else { Flow::Continue(()) })
    })?;
    if bytes > most && rows.len() > 1 { Err(StoreError::PageTooLarge) } else { Ok(rows) }
}

/// A row as a JSON object, and the bytes of its texts added to `bytes`.
fn object(row: Row, bytes: &mut usize) -> Map<String, Json> {
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
            serde_json::from_str(&text).unwrap_or(Json::Null)
        }
        Value::Text(text) => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Entry;
    use crate::store::{append, testing};
    use spillway_filter::event::Event;

    #[test]
    fn a_page_of_too_many_bytes_is_refused_and_one_row_never() {
        let (_kept, db) = testing::connection();
        let entry = |id: &str| Entry::of(&Event { request_id: id.to_owned(), ..Event::default() });
        append::entries(&db, &[entry("a"), entry("b")], &crate::calendar::now()).unwrap();
        let read = |size, most| {
            let rows = rows_within(&db, &SpendFilter::default(), Page { number: 1, size }, most);
            rows.map(|rows| rows.len())
        };
        assert_eq!(read(2, ANSWER_BYTES), Ok(2));
        assert_eq!(read(2, 100), Err(StoreError::PageTooLarge));
        assert_eq!(read(1, 100), Ok(1));
    }
}
