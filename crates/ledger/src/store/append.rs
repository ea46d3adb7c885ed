//! The statements of one batch. The caller owns the transaction.

use std::collections::BTreeMap;

use rusqlite::{Connection, named_params};
use spillway_filter::event::Acknowledgement;

use super::tally::Tally;
use crate::calendar::date_of;
use crate::record::{Action, Entry, GuardrailRun, SpendLog};

/// Inserts what is new. A known request id changes nothing: neither its row, nor any count, nor any sum.
pub(super) fn entries(db: &Connection, entries: &[Entry], now: &str) -> rusqlite::Result<Acknowledgement> {
    let mut acknowledgement = Acknowledgement { stored: 0, duplicates: 0 };
    let mut tally = Tally::default();
    for entry in entries {
        if insert_spend_log(db, &entry.spend_log, now)? {
            acknowledgement.stored += 1;
            roll_up(db, entry, now)?;
            tally.add(entry);
        } else {
            acknowledgement.duplicates += 1;
        }
    }
    tally.write(db, now)?;
    Ok(acknowledgement)
}

/// Whether it was new.
fn insert_spend_log(db: &Connection, row: &SpendLog, now: &str) -> rusqlite::Result<bool> {
    let insert = r#"
        INSERT INTO "LiteLLM_SpendLogs" (
          "request_id", "call_type", "status", "api_key", "spend", "spend_nanodollars",
          "total_tokens", "prompt_tokens", "completion_tokens",
          "startTime", "endTime", "request_duration_ms", "completionStartTime",
          "model", "model_id", "model_group", "custom_llm_provider", "api_base",
          "user", "team_id", "end_user", "requester_ip_address", "session_id", "litellm_call_id",
          "request_tags", "metadata", "created_at", "updated_at")
        VALUES (
          :request_id, :call_type, :status, :api_key, :spend, :spend_nanodollars,
          :total_tokens, :prompt_tokens, :completion_tokens,
          :start_time, :end_time, :request_duration_ms, :completion_start_time,
          :model, :model_id, :model_group, :custom_llm_provider, :api_base,
          :user, :team_id, :end_user, :requester_ip_address, :session_id, :request_id,
          :request_tags, :metadata, :now, :now)
        ON CONFLICT ("request_id") DO NOTHING"#;
    let added = db.prepare_cached(insert)?.execute(named_params! {
        ":request_id": row.request_id,
        ":call_type": row.call_type,
        ":status": row.status,
        ":api_key": row.api_key,
        ":spend": row.spend(),
        ":spend_nanodollars": row.spend_nanodollars,
        ":total_tokens": row.total_tokens,
        ":prompt_tokens": row.prompt_tokens,
        ":completion_tokens": row.completion_tokens,
        ":start_time": row.start_time,
        ":end_time": row.end_time,
        ":request_duration_ms": row.request_duration_ms,
        ":completion_start_time": row.completion_start_time,
        ":model": row.model,
        ":model_id": row.model_id,
        ":model_group": row.model_group,
        ":custom_llm_provider": row.custom_llm_provider,
        ":api_base": row.api_base,
        ":user": row.user,
        ":team_id": row.team_id,
        ":end_user": row.end_user,
        ":requester_ip_address": row.requester_ip_address,
        ":session_id": row.session_id,
        ":request_tags": row.request_tags,
        ":metadata": row.metadata,
        ":now": now,
    })?;
    Ok(added == 1)
}

/// LiteLLM's roll-up: each run counts for its guardrail's day, and a request is listed once per guardrail.
fn roll_up(db: &Connection, entry: &Entry, now: &str) -> rusqlite::Result<()> {
    let mut gravest: BTreeMap<&str, &GuardrailRun> = BTreeMap::new();
    for run in &entry.guardrail_runs {
        count(db, run, date_of(&entry.spend_log.start_time), now)?;
        let listed = gravest.entry(&run.id).or_insert(run);
        if run.action > listed.action {
            *listed = run;
        }
    }
    for run in gravest.into_values() {
        list(db, run, &entry.spend_log)?;
        name(db, run)?;
    }
    Ok(())
}

fn count(db: &Connection, run: &GuardrailRun, date: &str, now: &str) -> rusqlite::Result<()> {
    // The right-hand sides of an update read the row as it was before it.
    let upsert = r#"
        INSERT INTO "LiteLLM_DailyGuardrailMetrics" (
          "guardrail_id", "date", "requests_evaluated", "passed_count", "blocked_count", "flagged_count",
          "avg_score", "scored_count", "avg_latency_ms", "created_at", "updated_at")
        VALUES (:id, :date, 1, :passed, :blocked, :flagged, :score, :score IS NOT NULL, :latency_ms, :now, :now)
        ON CONFLICT ("guardrail_id", "date") DO UPDATE SET
          "requests_evaluated" = "requests_evaluated" + 1,
          "passed_count" = "passed_count" + excluded."passed_count",
          "blocked_count" = "blocked_count" + excluded."blocked_count",
          "flagged_count" = "flagged_count" + excluded."flagged_count",
          "avg_score" = CASE excluded."scored_count"
            WHEN 0 THEN "avg_score"
            ELSE coalesce("avg_score", 0) + (excluded."avg_score" - coalesce("avg_score", 0)) / ("scored_count" + 1)
          END,
          "scored_count" = "scored_count" + excluded."scored_count",
          "avg_latency_ms" =
            "avg_latency_ms" + (excluded."avg_latency_ms" - "avg_latency_ms") / ("requests_evaluated" + 1),
          "updated_at" = excluded."updated_at""#;
    db.prepare_cached(upsert)?.execute(named_params! {
        ":id": run.id,
        ":date": date,
        ":passed": run.action == Action::Passed,
        ":blocked": run.action == Action::Blocked,
        ":flagged": run.action == Action::Flagged,
        ":score": run.score,
        ":latency_ms": run.latency_ms,
        ":now": now,
    })?;
    Ok(())
}

fn list(db: &Connection, run: &GuardrailRun, request: &SpendLog) -> rusqlite::Result<()> {
    let insert = r#"
        INSERT INTO "LiteLLM_SpendLogGuardrailIndex"
          ("request_id", "guardrail_id", "start_time", "action", "score", "latency_ms", "reason")
        VALUES (:request_id, :id, :start_time, :action, :score, :latency_ms, :reason)"#;
    db.prepare_cached(insert)?.execute(named_params! {
        ":request_id": request.request_id,
        ":id": run.id,
        ":start_time": request.start_time,
        ":action": run.action.name(),
        ":score": run.score,
        ":latency_ms": run.latency_ms,
        ":reason": run.reason,
    })?;
    Ok(())
}

fn name(db: &Connection, run: &GuardrailRun) -> rusqlite::Result<()> {
    let upsert = r#"
        INSERT INTO "spillway_guardrails" ("guardrail_id", "guardrail_name", "guardrail_provider")
        VALUES (:id, :name, :provider)
        ON CONFLICT ("guardrail_id") DO UPDATE
          SET "guardrail_name" = excluded."guardrail_name", "guardrail_provider" = excluded."guardrail_provider"
          WHERE ("guardrail_name", "guardrail_provider")
            IS NOT (excluded."guardrail_name", excluded."guardrail_provider")"#;
    db.prepare_cached(upsert)?.execute(named_params! {
        ":id": run.id,
        ":name": run.name,
        ":provider": run.provider,
    })?;
    Ok(())
}
