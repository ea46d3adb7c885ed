//! `LiteLLM_SpendLogs`.

use serde_json::Value as Json;

use super::Skip;
use super::holder::{money, text, time};
use super::source::Table;
use crate::calendar;
use crate::db::{Row, Value};
use crate::store::{ImportedSpend, SPEND_COLUMNS_TAKEN};

/// What is wanted of the table.
pub(super) const TABLE: Table =
    Table { name: "LiteLLM_SpendLogs", id: "request_id", columns: &SPEND_COLUMNS_TAKEN, of_budget: &[] };

/// Reads a request.
pub(super) fn read(row: &Row) -> Result<ImportedSpend, Skip> {
    if text(row, "startTime")?.is_none() {
        return Err("`startTime` is missing".to_owned());
    }
    Ok(ImportedSpend {
        request_id: text(row, "request_id")?.unwrap_or_default(),
        nanodollars: money(row, "spend")?.unwrap_or_default(),
        values: SPEND_COLUMNS_TAKEN.iter().map(|column| value(row, column)).collect::<Result<_, _>>()?,
    })
}

/// The value of a column as ours holds it, in which some may not be empty.
fn value(row: &Row, column: &str) -> Result<Value, Skip> {
    let text_or = |usual: &str| Ok(Value::Text(text(row, column)?.unwrap_or_else(|| usual.to_owned())));
    match column {
        "spend" => {
            Ok(Value::Real(row.get::<Option<f64>>(column).map_err(super::unreadable)?.unwrap_or_default()))
        }
        "total_tokens" | "prompt_tokens" | "completion_tokens" => {
            Ok(Value::Integer(row.get::<Option<i64>>(column).map_err(super::unreadable)?.unwrap_or_default()))
        }
        "request_duration_ms" => {
            let number: Option<i64> = row.get(column).map_err(super::unreadable)?;
            Ok(number.map_or(Value::Null, Value::Integer))
        }
        // Earlier LiteLLMs tell of failures elsewhere.
        "status" => text_or("success"),
        "api_key" | "call_type" | "model" => text_or(""),
        "endTime" | "created_at" | "updated_at" => {
            let start = time(row, "startTime")?.unwrap_or_else(calendar::now);
            text_or(&start)
        }
        "request_tags" => Ok(Value::Text(json_or(row, column, Json::is_array, "[]")?)),
        "metadata" => Ok(Value::Text(json_or(row, column, Json::is_object, "{}")?)),
        _ => {
            Ok(row.get::<Option<String>>(column).map_err(super::unreadable)?.map_or(Value::Null, Value::Text))
        }
    }
}

/// JSON of the kind that the column's queries rely on; anything else is empty, as LiteLLM leaves it.
fn json_or(row: &Row, column: &str, kind: fn(&Json) -> bool, otherwise: &str) -> Result<String, Skip> {
    let found = text(row, column)?.filter(|text| serde_json::from_str(text).is_ok_and(|json| kind(&json)));
    Ok(found.unwrap_or_else(|| otherwise.to_owned()))
}
