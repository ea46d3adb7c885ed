//! LiteLLM's Guardrails Monitor: `GET /guardrails/usage/overview`, `/guardrails/usage/detail/{id}` and
//! `/guardrails/usage/logs`.
//!
//! Usage units and their cost belong to guardrails that are billed by a third party; no event tells of any,
//! so they are empty. Snippets of prompts and answers are not stored, so they are null.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::Uri;
use serde_json::{Value, json};

use super::Problem;
use super::params::Params;
use crate::calendar::Day;
use crate::record::Action;
use crate::store::{
    DayOutcome, Days, GuardrailDay, GuardrailLog, GuardrailLogFilter, GuardrailTotals, MOST_COUNTED, Store,
};

/// Rows in an answer of the log: as many as asked for, up to the second.
const PAGE_SIZES: (u32, u32) = (50, 100);

/// Days before today that an overview without dates begins, and days that a trend compares with.
const WEEK: i32 = 7;

/// Days that one overview may span.
const LONGEST_SPAN: i32 = 366;

/// Percentage points that are a trend.
const TREND: f64 = 0.5;

/// What each guardrail did, with the verdicts that the monitor colours.
pub(super) async fn overview(State(store): State<Arc<Store>>, uri: Uri) -> Result<Json<Value>, Problem> {
    let (from, to) = window(&Params::of(&uri, &["start_date", "end_date"])?)?;
    let days = Days { from: Some(from), to: Some(to) };
    let week_before = Days { from: Some(from.plus(-WEEK)), to: Some(from.plus(-1)) };
    let now = store.guardrail_totals(days).await?;
    let chart = store.guardrail_days(days).await?;
    let before: BTreeMap<String, f64> = store
        .guardrail_totals(week_before)
        .await?
        .iter()
        .map(|row| (row.id.clone(), fail_rate(row)))
        .collect();

    let requests: u64 = now.iter().map(|row| row.evaluated).sum();
    let blocked: u64 = now.iter().map(|row| row.blocked).sum();
    Ok(Json(json!({
        "rows": now.iter().map(|row| overview_row(row, before.get(&row.id).copied())).collect::<Vec<_>>(),
        "chart": chart.iter().map(chart_point).collect::<Vec<_>>(),
        "totalRequests": requests,
        "totalBlocked": blocked,
        "passRate": rounded(100.0 - percentage(blocked, requests), 1),
        "totalUsageUnits": {},
        "totalCost": null,
        "totalUntrackedUsageUnits": {},
    })))
}

/// What one guardrail did, by its id or the name that it has now, with every day on which it ran.
pub(super) async fn detail(
    State(store): State<Arc<Store>>,
    guardrail: Result<Path<String>, PathRejection>,
    uri: Uri,
) -> Result<Json<Value>, Problem> {
    let (from, to) = window(&Params::of(&uri, &["start_date", "end_date"])?)?;
    let Path(asked) = guardrail.map_err(|_| Problem::invalid("the guardrail's id is no text").at("id"))?;
    let days = Days { from: Some(from), to: Some(to) };
    let week_before = Days { from: Some(from.plus(-WEEK)), to: Some(from.plus(-1)) };
    let Some((id, name)) = store.guardrail_named(asked.clone()).await? else {
        let message = format!("no event told of a guardrail `{asked}`");
        return Err(Problem::new(404, "not_found_error", message).at("id"));
    };
    let of_it = |rows: Vec<GuardrailTotals>| rows.into_iter().find(|row| row.id == id);
    let before = of_it(store.guardrail_totals(week_before).await?).map(|row| fail_rate(&row));
    let none = GuardrailTotals { id: id.clone(), name, ..GuardrailTotals::default() };
    let row = of_it(store.guardrail_totals(days).await?).unwrap_or(none);
    let series = store.guardrail_series(id.clone(), days).await?;
    let rate = fail_rate(&row);
    Ok(Json(json!({
        "guardrail_id": row.id,
        "guardrail_name": row.name,
        "type": "Guardrail",
        "provider": row.provider,
        "requestsEvaluated": row.evaluated,
        "failRate": rounded(rate, 1),
        "avgScore": row.score.map(|score| rounded(score, 2)),
        "avgLatency": row.latency_ms.map(|latency| rounded(latency, 3)),
        "status": verdict(rate),
        "trend": trend(rate, before.unwrap_or(0.0)),
        "description": null,
        "time_series": series.iter().map(series_point).collect::<Vec<_>>(),
        "usageUnits": {},
        "cost": null,
        "untrackedUsageUnits": {},
    })))
}

/// Requests that one guardrail looked at, newest first.
pub(super) async fn logs(State(store): State<Arc<Store>>, uri: Uri) -> Result<Json<Value>, Problem> {
    let known = ["guardrail_id", "action", "start_date", "end_date", "page", "page_size"];
    let params = Params::of(&uri, &known)?;
    let filter = GuardrailLogFilter {
        guardrail: params
            .owned("guardrail_id")
            .ok_or_else(|| Problem::invalid("`guardrail_id` is missing").at("guardrail_id"))?,
        action: params.word("action", &Action::NAMES)?,
        days: params.days()?,
    };
    let page = params.page(PAGE_SIZES.0, PAGE_SIZES.1)?;
    let (logs, total) = store.guardrail_logs(filter, page).await?;
    Ok(Json(json!({
        "logs": logs.iter().map(log_entry).collect::<Vec<_>>(),
        "total": total.min(MOST_COUNTED),
        "total_is_exact": total <= MOST_COUNTED,
        "page": page.number,
        "page_size": page.size,
    })))
}

/// The days asked for; without them, the last seven and today.
fn window(params: &Params) -> Result<(Day, Day), Problem> {
    let days = params.days()?;
    let to = days.to.unwrap_or_else(Day::today);
    let from = days.from.unwrap_or_else(|| days.to.unwrap_or_else(Day::today).plus(-WEEK));
    match from.days_until(to) {
        ..0 => {
            Err(Problem::invalid(format!("`start_date` is {from}, after the last day, {to}"))
                .at("start_date"))
        }
        0..=LONGEST_SPAN => Ok((from, to)),
        _ => {
            let message = format!("an overview spans up to {LONGEST_SPAN} days; `start_date` is {from}");
            Err(Problem::invalid(message).at("start_date"))
        }
    }
}

fn overview_row(row: &GuardrailTotals, rate_before: Option<f64>) -> Value {
    let rate = fail_rate(row);
    json!({
        "id": row.id,
        "name": row.name,
        "type": "Guardrail",
        "provider": row.provider,
        "requestsEvaluated": row.evaluated,
        "failRate": rounded(rate, 1),
        "avgScore": row.score.map(|score| rounded(score, 2)),
        "avgLatency": row.latency_ms.map(|latency| rounded(latency, 3)),
        "status": verdict(rate),
        "trend": trend(rate, rate_before.unwrap_or(0.0)),
        "usageUnits": {},
        "cost": null,
        "untrackedUsageUnits": {},
    })
}

fn chart_point(day: &DayOutcome) -> Value {
    json!({"date": day.date, "passed": day.passed, "blocked": day.blocked})
}

fn series_point(day: &GuardrailDay) -> Value {
    json!({
        "date": day.outcome.date,
        "passed": day.outcome.passed,
        "blocked": day.outcome.blocked,
        "flagged": day.flagged,
        "score": day.score.map(|score| rounded(score, 2)),
    })
}

fn log_entry(log: &GuardrailLog) -> Value {
    json!({
        "id": log.request_id,
        "timestamp": log.start_time,
        "action": log.action,
        "score": log.score.map(|score| rounded(score, 2)),
        "latency_ms": log.latency_ms.map(|latency| rounded(latency, 3)),
        "model": log.model,
        "input_snippet": null,
        "output_snippet": null,
        "reason": log.reason,
    })
}

/// Blocked runs in a hundred.
fn fail_rate(row: &GuardrailTotals) -> f64 {
    percentage(row.blocked, row.evaluated)
}

#[allow(clippy::cast_precision_loss, reason = "a share, rounded for people")]
fn percentage(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { 100.0 * part as f64 / whole as f64 }
}

/// LiteLLM's thresholds.
fn verdict(fail_rate: f64) -> &'static str {
    match fail_rate {
        rate if rate > 15.0 => "critical",
        rate if rate > 5.0 => "warning",
        _ => "healthy",
    }
}

/// LiteLLM's rule: nothing blocked before is no base to compare with.
fn trend(rate: f64, before: f64) -> &'static str {
    match rate - before {
        _ if before <= 0.0 => "stable",
        change if change > TREND => "up",
        change if change < -TREND => "down",
        _ => "stable",
    }
}

fn rounded(value: f64, decimals: i32) -> f64 {
    let scale = 10_f64.powi(decimals);
    (value * scale).round() / scale
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verdicts_and_trends_turn_at_litellms_thresholds() {
        for (rate, expected) in
            [(0.0, "healthy"), (5.0, "healthy"), (5.1, "warning"), (15.0, "warning"), (15.1, "critical")]
        {
            assert_eq!(verdict(rate), expected, "{rate}");
        }
        for (rate, before, expected) in [
            (10.0, 0.0, "stable"),
            (10.0, 9.5, "stable"),
            (10.0, 9.4, "up"),
            (9.4, 10.0, "down"),
            (9.5, 10.0, "stable"),
        ] {
            assert_eq!(trend(rate, before), expected, "{rate} after {before}");
        }
    }

    #[test]
    fn a_share_of_nothing_is_nothing() {
        assert!(percentage(0, 0).abs() < f64::EPSILON);
        assert!((rounded(100.0 - percentage(1, 3), 1) - 66.7).abs() < f64::EPSILON);
    }
}
