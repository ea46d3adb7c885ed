//! Cells of LiteLLM's rows, read strictly, and what keys, teams and users have alike.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use spillway_filter::budgets::Every;

use super::{Skip, unreadable};
use crate::calendar;
use crate::db::Row;
use crate::record::Rules;
use crate::store::Arrival;

/// Nanodollars in a dollar.
const NANODOLLARS: f64 = 1e9;

/// The largest amount that a 64-bit column holds, in dollars.
const MOST_DOLLARS: f64 = 9e9;

/// LiteLLM's names for "every model".
const ALL_MODELS: [&str; 2] = ["all-proxy-models", "all-team-models"];

/// LiteLLM's name for "no model".
pub(super) const NO_MODELS: &str = "no-default-models";

/// A text; an empty one is none.
pub(super) fn text(row: &Row, column: &str) -> Result<Option<String>, Skip> {
    let text: Option<String> = row.get(column).map_err(unreadable)?;
    Ok(text.filter(|text| !text.is_empty()))
}

/// A truth value; absent is false.
pub(super) fn flag(row: &Row, column: &str) -> Result<bool, Skip> {
    Ok(row.get::<Option<bool>>(column).map_err(unreadable)?.unwrap_or_default())
}

/// A whole number from 0.
pub(super) fn number(row: &Row, column: &str) -> Result<Option<u64>, Skip> {
    row.get(column).map_err(unreadable)
}

/// A time, as [`calendar::timestamp`] writes it.
pub(super) fn time(row: &Row, column: &str) -> Result<Option<String>, Skip> {
    text(row, column)
}

/// A time in milliseconds since the Unix epoch.
pub(super) fn milliseconds(row: &Row, column: &str) -> Result<Option<u64>, Skip> {
    let Some(text) = time(row, column)? else { return Ok(None) };
    calendar::milliseconds(&text).map(Some).ok_or_else(|| format!("`{column}` is no time after 1970"))
}

/// US dollars as nanodollars.
pub(super) fn money(row: &Row, column: &str) -> Result<Option<u64>, Skip> {
    let dollars: Option<f64> = row.get(column).map_err(unreadable)?;
    dollars.map(|dollars| nanodollars(column, dollars)).transpose()
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked before")]
fn nanodollars(column: &str, dollars: f64) -> Result<u64, Skip> {
    if (0.0..MOST_DOLLARS).contains(&dollars) {
        return Ok((dollars * NANODOLLARS).round() as u64);
    }
    let found = if dollars < 0.0 { "negative" } else { "no amount" };
    Err(format!("`{column}` is {found}, expected US dollars from 0"))
}

/// JSON as the value that it tells; the type's default for none, `null` and, as LiteLLM leaves it, `{}`.
pub(super) fn json<T: DeserializeOwned + Default>(row: &Row, column: &str) -> Result<T, Skip> {
    match text(row, column)?.as_deref() {
        None | Some("null" | "{}") => Ok(T::default()),
        Some(text) => member(column, serde_json::from_str(text).unwrap_or_default()),
    }
}

/// The value of a member of an object; the type's default for none.
fn member<T: DeserializeOwned + Default>(name: &str, value: Value) -> Result<T, Skip> {
    if value.is_null() {
        return Ok(T::default());
    }
    serde_json::from_value(value).map_err(|_| format!("`{name}` has another shape than LiteLLM's"))
}

/// Takes a member of an object.
pub(super) fn take<T: DeserializeOwned + Default>(
    object: &mut Map<String, Value>,
    name: &str,
) -> Result<T, Skip> {
    member(name, object.shift_remove(name).unwrap_or_default())
}

/// The settings that all of them have; of a row that names a budget, its own settings come first.
pub(super) fn rules(row: &Row) -> Result<Rules, Skip> {
    let mut metadata: Map<String, Value> = json(row, "metadata")?;
    Ok(Rules {
        models: models(row)?,
        max_parallel_requests: number(row, "max_parallel_requests")?,
        tpm_limit: number(row, "tpm_limit")?,
        rpm_limit: number(row, "rpm_limit")?,
        model_tpm_limit: limits(&mut metadata, "model_tpm_limit")?,
        model_rpm_limit: limits(&mut metadata, "model_rpm_limit")?,
        max_budget_nanodollars: money(row, "max_budget")?,
        soft_budget_nanodollars: money(row, "soft_budget")?,
        budget_duration: duration(row, "budget_duration")?,
        guardrails: take(&mut metadata, "guardrails")?,
        metadata,
    })
}

fn limits(metadata: &mut Map<String, Value>, name: &str) -> Result<BTreeMap<String, u64>, Skip> {
    let found: BTreeMap<String, Option<u64>> = take(metadata, name)?;
    Ok(found.into_iter().filter_map(|(model, limit)| Some((model, limit?))).collect())
}

fn models(row: &Row) -> Result<Vec<String>, Skip> {
    let models: Vec<String> = json(row, "models")?;
    let all = models.iter().any(|model| ALL_MODELS.contains(&model.as_str()));
    Ok(if all { Vec::new() } else { models })
}

/// Takes LiteLLM's name for "no model" out of a list; whether it was the only one, so that nothing may be used.
pub(super) fn none_allowed(models: &mut Vec<String>) -> bool {
    let before = models.len();
    models.retain(|model| model != NO_MODELS);
    before > 0 && models.is_empty()
}

/// A duration that the gateways' grid of periods has.
pub(super) fn duration(row: &Row, column: &str) -> Result<Option<String>, Skip> {
    let Some(text) = text(row, column)? else { return Ok(None) };
    match Every::parse(&text) {
        Ok(_) => Ok(Some(text)),
        Err(message) => Err(format!("`{column}`: {message}")),
    }
}

/// The row with what it spent. LiteLLM's `spend` is that of the present period of a budget; `total_spend`, which
/// later versions have, is of all time.
pub(super) fn arrival<T>(row: &Row, holder: T, rules: &Rules) -> Result<Arrival<T>, Skip> {
    let spent = money(row, "spend")?.unwrap_or_default();
    let total = money(row, "total_spend")?.unwrap_or_default().max(spent);
    let over = milliseconds(row, "budget_reset_at")?.is_some_and(|reset| reset <= now_ms());
    let bounded = rules.max_budget_nanodollars.or(rules.soft_budget_nanodollars).is_some();
    let every = rules.budget_duration.as_deref().and_then(|text| Every::parse(text).ok());
    let began = every.map_or(0, |every| every.start_ms(now_ms()));
    Ok(Arrival {
        row: holder,
        spend_nanodollars: total,
        period: (bounded && !over).then_some((began, spent)),
        created_at: time(row, "created_at")?,
    })
}

fn now_ms() -> u64 {
    calendar::milliseconds(&calendar::now()).unwrap_or_default()
}

/// Of these columns, those that say something: LiteLLM's settings that bound nothing here.
pub(super) fn without_effect(row: &Row, columns: &[&'static str]) -> Result<Vec<&'static str>, Skip> {
    let mut found = Vec::new();
    for column in columns {
        if !["", "[]", "{}", "null", "0", "false"].contains(&shown(row, column)?.as_str()) {
            found.push(*column);
        }
    }
    Ok(found)
}

/// A cell of any type as text.
fn shown(row: &Row, column: &str) -> Result<String, Skip> {
    if let Ok(number) = row.get::<Option<f64>>(column) {
        return Ok(number.map_or_else(String::new, |number| number.to_string()));
    }
    Ok(text(row, column)?.unwrap_or_default())
}
