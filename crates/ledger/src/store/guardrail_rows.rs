//! LiteLLM's roll-up of guardrails: each run counts for its guardrail's day, and a request is listed once per
//! guardrail.

use std::collections::BTreeMap;

use crate::calendar::date_of;
use crate::db::{Connection, DbError, Insert, Param, params};
use crate::record::{Action, Entry, GuardrailRun, SpendLog};

/// A day's row, in the order of [`Counts::values`].
const DAY: [&str; 11] = [
    "guardrail_id",
    "date",
    "requests_evaluated",
    "passed_count",
    "blocked_count",
    "flagged_count",
    "avg_score",
    "scored_count",
    "avg_latency_ms",
    "updated_at",
    "created_at",
];

/// A request's row.
const RUN: [&str; 7] =
    ["request_id", "guardrail_id", "start_time", "action", "score", "latency_ms", "reason"];

/// Lists what ran in these requests, none of which was listed before.
pub(super) fn insert(db: &Connection, new: &[&Entry]) -> Result<(), DbError> {
    let runs = |entry| gravest(entry).into_values().map(move |run| (run, &entry.spend_log));
    list(db, &new.iter().flat_map(|entry| runs(*entry)).collect::<Vec<_>>())
}

/// What ran in requests, by guardrail and day.
#[derive(Default)]
pub(super) struct Counted<'a> {
    counts: BTreeMap<(&'a str, &'a str), Counts>,
    names: BTreeMap<&'a str, &'a GuardrailRun>,
}

impl<'a> Counted<'a> {
    /// Counts what ran in these, none of which was counted before.
    pub(super) fn of(new: &[&'a Entry]) -> Self {
        let mut counted = Self::default();
        for entry in new {
            let date = date_of(&entry.spend_log.start_time);
            for run in &entry.guardrail_runs {
                counted.counts.entry((&run.id, date)).or_default().add(run);
                counted.names.insert(&run.id, run);
            }
        }
        counted
    }

    /// Adds it to what was counted before. The writer's lock is held.
    pub(super) fn write(&self, db: &Connection, now: &str) -> Result<(), DbError> {
        count(db, &self.counts, now)?;
        name(db, &self.names)
    }
}

/// What one guardrail did on one day, in one batch.
#[derive(Default)]
struct Counts {
    evaluated: u32,
    passed: u32,
    blocked: u32,
    flagged: u32,
    scored: u32,
    score: f64,
    latency_ms: f64,
}

impl Counts {
    fn add(&mut self, run: &GuardrailRun) {
        self.evaluated += 1;
        match run.action {
            Action::Passed => self.passed += 1,
            Action::Blocked => self.blocked += 1,
            Action::Flagged => self.flagged += 1,
        }
        if let Some(score) = run.score {
            self.scored += 1;
            self.score += score;
        }
        self.latency_ms += run.latency_ms;
    }

    /// The values of the row for this guardrail and day.
    fn values<'a>(&self, id: &'a str, date: &'a str, now: &'a str) -> Vec<Param<'a>> {
        let score = (self.scored > 0).then(|| self.score / f64::from(self.scored));
        let latency_ms = self.latency_ms / f64::from(self.evaluated);
        let counts = params![self.evaluated, self.passed, self.blocked, self.flagged, score, self.scored];
        [params![id, date].as_slice(), &counts, &params![latency_ms, now, now]].concat()
    }
}

/// Of each guardrail, the run that did most.
fn gravest(entry: &Entry) -> BTreeMap<&str, &GuardrailRun> {
    let mut gravest: BTreeMap<&str, &GuardrailRun> = BTreeMap::new();
    for run in &entry.guardrail_runs {
        let listed = gravest.entry(&run.id).or_insert(run);
        if run.action > listed.action {
            *listed = run;
        }
    }
    gravest
}

fn count(db: &Connection, counts: &BTreeMap<(&str, &str), Counts>, now: &str) -> Result<(), DbError> {
    // The right-hand sides of an update read the row as it was before it.
    let on_conflict = r#"("guardrail_id", "date") DO UPDATE SET
          "requests_evaluated" = "kept"."requests_evaluated" + excluded."requests_evaluated",
          "passed_count" = "kept"."passed_count" + excluded."passed_count",
          "blocked_count" = "kept"."blocked_count" + excluded."blocked_count",
          "flagged_count" = "kept"."flagged_count" + excluded."flagged_count",
          "avg_score" = CASE excluded."scored_count"
            WHEN 0 THEN "kept"."avg_score"
            ELSE (coalesce("kept"."avg_score", 0) * "kept"."scored_count"
                + excluded."avg_score" * excluded."scored_count")
              / ("kept"."scored_count" + excluded."scored_count")
          END,
          "scored_count" = "kept"."scored_count" + excluded."scored_count",
          "avg_latency_ms" = ("kept"."avg_latency_ms" * "kept"."requests_evaluated"
              + excluded."avg_latency_ms" * excluded."requests_evaluated")
            / ("kept"."requests_evaluated" + excluded."requests_evaluated"),
          "updated_at" = excluded."updated_at""#;
    let upsert = Insert {
        table: "LiteLLM_DailyGuardrailMetrics",
        columns: DAY.to_vec(),
        on_conflict: Some(on_conflict.to_owned()),
    };
    let rows: Vec<_> = counts.iter().map(|((id, date), counts)| counts.values(id, date, now)).collect();
    db.insert(&upsert, &rows)
}

fn list<'a>(db: &Connection, listed: &[(&'a GuardrailRun, &'a SpendLog)]) -> Result<(), DbError> {
    let insert = Insert::new("LiteLLM_SpendLogGuardrailIndex", &RUN);
    let row = |(run, request): &(&'a GuardrailRun, &'a SpendLog)| {
        let which = params![&request.request_id, &run.id, &request.start_time];
        let what = params![run.action.name(), run.score, run.latency_ms, run.reason.as_ref()];
        [which.as_slice(), &what].concat()
    };
    db.insert(&insert, &listed.iter().map(row).collect::<Vec<_>>())
}

fn name(db: &Connection, names: &BTreeMap<&str, &GuardrailRun>) -> Result<(), DbError> {
    let on_conflict = r#"("guardrail_id") DO UPDATE
          SET "guardrail_name" = excluded."guardrail_name", "guardrail_provider" = excluded."guardrail_provider"
          WHERE "kept"."guardrail_name" <> excluded."guardrail_name"
            OR "kept"."guardrail_provider" <> excluded."guardrail_provider""#;
    let upsert = Insert {
        table: "spillway_guardrails",
        columns: vec!["guardrail_id", "guardrail_name", "guardrail_provider"],
        on_conflict: Some(on_conflict.to_owned()),
    };
    let rows: Vec<_> =
        names.values().map(|run| params![&run.id, &run.name, &run.provider].to_vec()).collect();
    db.insert(&upsert, &rows)
}
