//! Between a row's fields and the columns' types: text, integer, JSON text, times as text.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Map;

use super::table::Cell;
use crate::calendar;
use crate::db::{DbError, OwnedParam, Row};
use crate::record::Rules;

/// Keys of the `metadata` column that are fields of [`Rules`]; LiteLLM keeps them there.
const TPM: &str = "model_tpm_limit";
const RPM: &str = "model_rpm_limit";
const GUARDRAILS: &str = "guardrails";

/// A text, or null.
pub(super) fn text(value: Option<&String>) -> OwnedParam {
    value.map_or(OwnedParam::Null, |text| OwnedParam::Text(text.clone()))
}

/// A number, or null. The database's integers end at 2⁶³ − 1, and a limit past it is none.
pub(super) fn number(value: Option<u64>) -> OwnedParam {
    value.map_or(OwnedParam::Null, |number| OwnedParam::Integer(i64::try_from(number).unwrap_or(i64::MAX)))
}

/// Milliseconds since the Unix epoch as a time, or null.
pub(super) fn time(milliseconds: Option<u64>) -> OwnedParam {
    milliseconds
        .map_or(OwnedParam::Null, |at| OwnedParam::Text(calendar::timestamp(at.saturating_mul(1_000))))
}

/// A value as JSON. Maps with text keys, as rows have, always have one.
pub(super) fn json(value: &impl Serialize) -> OwnedParam {
    serde_json::to_string(value).map_or(OwnedParam::Null, OwnedParam::Text)
}

/// A list of texts.
pub(super) fn list(items: &[String]) -> OwnedParam {
    OwnedParam::List(items.to_vec())
}

/// A time as milliseconds since the Unix epoch.
pub(super) fn read_time(row: &Row, column: &str) -> Result<Option<u64>, DbError> {
    let Some(text) = row.get::<Option<String>>(column)? else { return Ok(None) };
    let read = calendar::milliseconds(&text);
    read.map(Some).ok_or_else(|| DbError::unreadable(column, "is no time"))
}

/// A JSON text as the value it tells; the type's default where there is none.
pub(super) fn read_json<T: DeserializeOwned + Default>(row: &Row, column: &str) -> Result<T, DbError> {
    match row.get::<Option<String>>(column)? {
        Some(text) => serde_json::from_str(&text).map_err(|error| DbError::unreadable(column, error)),
        None => Ok(T::default()),
    }
}

/// The columns of [`Rules`].
pub(super) fn rules(rules: &Rules) -> [Cell; 8] {
    let mut metadata = rules.metadata.clone();
    insert(&mut metadata, TPM, &rules.model_tpm_limit, rules.model_tpm_limit.is_empty());
    insert(&mut metadata, RPM, &rules.model_rpm_limit, rules.model_rpm_limit.is_empty());
    insert(&mut metadata, GUARDRAILS, &rules.guardrails, rules.guardrails.is_empty());
    [
        ("models", list(&rules.models)),
        ("max_parallel_requests", number(rules.max_parallel_requests)),
        ("tpm_limit", number(rules.tpm_limit)),
        ("rpm_limit", number(rules.rpm_limit)),
        ("max_budget_nanodollars", number(rules.max_budget_nanodollars)),
        ("soft_budget_nanodollars", number(rules.soft_budget_nanodollars)),
        ("budget_duration", text(rules.budget_duration.as_ref())),
        ("metadata", json(&metadata)),
    ]
}

/// See [`rules`].
pub(super) fn read_rules(row: &Row) -> Result<Rules, DbError> {
    let mut metadata: Map<String, serde_json::Value> = read_json(row, "metadata")?;
    Ok(Rules {
        models: read_json(row, "models")?,
        max_parallel_requests: row.get("max_parallel_requests")?,
        tpm_limit: row.get("tpm_limit")?,
        rpm_limit: row.get("rpm_limit")?,
        model_tpm_limit: take(&mut metadata, TPM)?,
        model_rpm_limit: take(&mut metadata, RPM)?,
        max_budget_nanodollars: row.get("max_budget_nanodollars")?,
        soft_budget_nanodollars: row.get("soft_budget_nanodollars")?,
        budget_duration: row.get("budget_duration")?,
        guardrails: take(&mut metadata, GUARDRAILS)?,
        metadata,
    })
}

fn insert(metadata: &mut Map<String, serde_json::Value>, key: &str, value: &impl Serialize, empty: bool) {
    // A field of the row, not something of the caller's under its name, is what counts.
    metadata.remove(key);
    if let (false, Ok(value)) = (empty, serde_json::to_value(value)) {
        metadata.insert(key.to_owned(), value);
    }
}

fn take<T: DeserializeOwned + Default>(
    metadata: &mut Map<String, serde_json::Value>,
    key: &str,
) -> Result<T, DbError> {
    match metadata.shift_remove(key) {
        None | Some(serde_json::Value::Null) => Ok(T::default()),
        Some(value) => serde_json::from_value(value).map_err(|error| DbError::unreadable("metadata", error)),
    }
}
