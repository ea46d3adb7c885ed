//! `LiteLLM_SpendLogs`.

use serde::Deserialize;
use serde_json::Value as Json;
use spillway_filter::wire::value;

use super::holder::{money, number, text, time};
use super::source::Table;
use super::{Skip, unreadable};
use crate::calendar;
use crate::db::{Row, Value};
use crate::record::{Counted, Entry, SpendLog, key_tags};
use crate::store::{ImportedSpend, SPEND_COLUMNS_TAKEN};

/// What is wanted of the table. Requests of one day come together, for they are summed by day.
pub(super) const TABLE: Table = Table {
    name: "LiteLLM_SpendLogs",
    id: "request_id",
    time: Some("startTime"),
    columns: &SPEND_COLUMNS_TAKEN,
    of_budget: &[],
};

/// Reads a request.
pub(super) fn read(row: &Row) -> Result<ImportedSpend, Skip> {
    let log = log(row)?;
    Ok(ImportedSpend {
        values: SPEND_COLUMNS_TAKEN.iter().map(|column| value(row, column)).collect::<Result<_, _>>()?,
        entry: Entry {
            counted: counted(row, &log)?,
            spend_log: log,
            guardrail_runs: Vec::new(),
            gateway: String::new(),
            charges: Vec::new(),
            failure: None,
            // Keys are imported with their names.
            key_alias: None,
        },
    })
}

/// The columns that are summed and searched.
fn log(row: &Row) -> Result<SpendLog, Skip> {
    let or_empty = |column| Ok::<String, Skip>(text(row, column)?.unwrap_or_default());
    let start_time = time(row, "startTime")?.ok_or("`startTime` is missing")?;
    let status = if text(row, "status")?.as_deref() == Some("failure") { "failure" } else { "success" };
    Ok(SpendLog {
        request_id: or_empty("request_id")?,
        call_type: or_empty("call_type")?,
        status,
        api_key: or_empty("api_key")?,
        spend_nanodollars: money(row, "spend")?.unwrap_or_default(),
        total_tokens: number(row, "total_tokens")?.unwrap_or_default(),
        prompt_tokens: number(row, "prompt_tokens")?.unwrap_or_default(),
        completion_tokens: number(row, "completion_tokens")?.unwrap_or_default(),
        end_time: time(row, "endTime")?.unwrap_or_else(|| start_time.clone()),
        start_time,
        completion_start_time: time(row, "completionStartTime")?,
        request_duration_ms: number(row, "request_duration_ms")?.unwrap_or_default(),
        model: or_empty("model")?,
        model_id: or_empty("model_id")?,
        model_group: or_empty("model_group")?,
        custom_llm_provider: or_empty("custom_llm_provider")?,
        api_base: or_empty("api_base")?,
        user: or_empty("user")?,
        team_id: text(row, "team_id")?,
        end_user: text(row, "end_user")?,
        requester_ip_address: text(row, "requester_ip_address")?,
        session_id: text(row, "session_id")?,
        request_tags: json_or(row, "request_tags", Json::is_array, "[]")?,
        metadata: json_or(row, "metadata", Json::is_object, "{}")?,
    })
}

/// What LiteLLM's metadata say beyond the columns; where they have another shape, they say nothing.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Told {
    attempted_retries: Option<u32>,
    attempted_fallbacks: Option<u32>,
    usage_object: Option<CacheTokens>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct CacheTokens {
    cache_read_input_tokens: Option<u64>,
    cache_creation_input_tokens: Option<u64>,
}

fn counted(row: &Row, log: &SpendLog) -> Result<Counted, Skip> {
    let told: Told = serde_json::from_str(&log.metadata).unwrap_or_default();
    let cache = told.usage_object.unwrap_or_default();
    let tags: Vec<String> = serde_json::from_str(&log.request_tags).unwrap_or_default();
    let start = calendar::microseconds(&log.start_time).ok_or("`startTime` is before 1970")?;
    let since_start = |text: &str| Some(calendar::microseconds(text)?.saturating_sub(start));
    // LiteLLM tells the end as the first token of what was no stream.
    let first_token = time(row, "completionStartTime")?.filter(|first| *first != log.end_time);
    Ok(Counted {
        tags: key_tags(&tags),
        cache_read: cache.cache_read_input_tokens.unwrap_or_default(),
        cache_write: cache.cache_creation_input_tokens.unwrap_or_default(),
        retries: told.attempted_retries.unwrap_or_default(),
        fallbacks: told.attempted_fallbacks.unwrap_or_default(),
        duration_us: if log.status == "success" { since_start(&log.end_time) } else { None },
        first_token_us: first_token.as_deref().and_then(since_start),
        is_served: !log.model_id.is_empty(),
    })
}

/// The value of a column as ours holds it, in which some may not be empty.
fn value(row: &Row, column: &str) -> Result<Value, Skip> {
    let text_or = |usual: &str| Ok(Value::Text(text(row, column)?.unwrap_or_else(|| usual.to_owned())));
    match column {
        "spend" => Ok(Value::Real(row.get::<Option<f64>>(column).map_err(unreadable)?.unwrap_or_default())),
        "total_tokens" | "prompt_tokens" | "completion_tokens" => {
            Ok(Value::Integer(row.get::<Option<i64>>(column).map_err(unreadable)?.unwrap_or_default()))
        }
        "request_duration_ms" => {
            let number: Option<i64> = row.get(column).map_err(unreadable)?;
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
        _ => Ok(row.get::<Option<String>>(column).map_err(unreadable)?.map_or(Value::Null, Value::Text)),
    }
}

/// JSON of the kind that the column's queries rely on; anything else is empty, as LiteLLM leaves it.
fn json_or(row: &Row, column: &str, kind: fn(&Json) -> bool, otherwise: &str) -> Result<String, Skip> {
    let found = text(row, column)?.filter(|text| value::parse(text.as_bytes()).is_ok_and(|json| kind(&json)));
    Ok(found.unwrap_or_else(|| otherwise.to_owned()))
}
