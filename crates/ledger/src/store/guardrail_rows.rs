//! LiteLLM's roll-up of guardrails: each run counts for its guardrail's day, and a request is listed once per
//! guardrail.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

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

/// What ran in requests, by guardrail.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct Counted<'a>(BTreeMap<Cow<'a, str>, Ran<'a>>);

/// What one guardrail did.
#[derive(Default, Serialize, Deserialize)]
struct Ran<'a> {
    /// What it is called now, and its kind.
    name: Cow<'a, str>,
    provider: Cow<'a, str>,
    /// By day.
    days: BTreeMap<Cow<'a, str>, Counts>,
}

impl<'a> Counted<'a> {
    /// Counts what ran in these, none of which was counted before.
    pub(super) fn of(new: &[&'a Entry]) -> Self {
        let mut counted = Self::default();
        for entry in new {
            let date = date_of(&entry.spend_log.start_time);
            for run in &entry.guardrail_runs {
                let ran = counted.0.entry(run.id.as_str().into()).or_default();
                (ran.name, ran.provider) = (run.name.as_str().into(), run.provider.as_str().into());
                ran.days.entry(date.into()).or_default().add(run);
            }
        }
        counted
    }

    /// Adds what ran in later ones.
    pub(super) fn plus(&mut self, later: Self) {
        for (id, told) in later.0 {
            let ran = self.0.entry(id).or_default();
            (ran.name, ran.provider) = (told.name, told.provider);
            told.days.into_iter().for_each(|(date, counts)| ran.days.entry(date).or_default().plus(&counts));
        }
    }

    /// Adds it to what was counted before. The writer's lock is held.
    pub(super) fn write(&self, db: &Connection, now: &str) -> Result<(), DbError> {
        self.count(db, now)?;
        self.name(db)
    }

    fn count(&self, db: &Connection, now: &str) -> Result<(), DbError> {
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
        let rows = self
            .0
            .iter()
            .flat_map(|(id, ran)| ran.days.iter().map(move |(date, counts)| counts.values(id, date, now)));
        db.insert(&upsert, &rows.collect::<Vec<_>>())
    }

    fn name(&self, db: &Connection) -> Result<(), DbError> {
        let on_conflict = r#"("guardrail_id") DO UPDATE
              SET "guardrail_name" = excluded."guardrail_name", "guardrail_provider" = excluded."guardrail_provider"
              WHERE "kept"."guardrail_name" <> excluded."guardrail_name"
                OR "kept"."guardrail_provider" <> excluded."guardrail_provider""#;
        let upsert = Insert {
            table: "spillway_guardrails",
            columns: vec!["guardrail_id", "guardrail_name", "guardrail_provider"],
            on_conflict: Some(on_conflict.to_owned()),
        };
        let rows = self
            .0
            .iter()
            .map(|(id, ran)| params![id.as_ref(), ran.name.as_ref(), ran.provider.as_ref()].to_vec());
        db.insert(&upsert, &rows.collect::<Vec<_>>())
    }
}

/// What one guardrail did on one day.
#[derive(Default, Serialize, Deserialize)]
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

    fn plus(&mut self, other: &Self) {
        self.evaluated = self.evaluated.saturating_add(other.evaluated);
        self.passed = self.passed.saturating_add(other.passed);
        self.blocked = self.blocked.saturating_add(other.blocked);
        self.flagged = self.flagged.saturating_add(other.flagged);
        self.scored = self.scored.saturating_add(other.scored);
        self.score += other.score;
        self.latency_ms += other.latency_ms;
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

fn list<'a>(db: &Connection, listed: &[(&'a GuardrailRun, &'a SpendLog)]) -> Result<(), DbError> {
    let insert = Insert::new("LiteLLM_SpendLogGuardrailIndex", &RUN);
    let row = |(run, request): &(&'a GuardrailRun, &'a SpendLog)| {
        params![
            &request.request_id,
            &run.id,
            &request.start_time,
            run.action.name(),
            run.score,
            run.latency_ms,
            run.reason.as_ref(),
        ]
    };
    db.insert(&insert, &listed.iter().map(row).collect::<Vec<_>>())
}
