//! What the guardrails did: the daily counts, and the requests that one looked at.

use super::conditions::Conditions;
use super::{Days, Page, Store, StoreError};
use crate::db::{Connection, DbError, Row, params};

/// One guardrail over some days.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct GuardrailTotals {
    /// What it is counted under.
    pub(crate) id: String,
    /// Its name.
    pub(crate) name: String,
    /// Its kind.
    pub(crate) provider: String,
    /// Runs.
    pub(crate) evaluated: u64,
    /// Runs that blocked.
    pub(crate) blocked: u64,
    /// Mean risk score of the runs that had one.
    pub(crate) score: Option<f64>,
    /// Mean duration of a run.
    pub(crate) latency_ms: Option<f64>,
}

/// All guardrails on one day.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct DayOutcome {
    /// `YYYY-MM-DD`, UTC.
    pub(crate) date: String,
    /// Runs that let the request through.
    pub(crate) passed: u64,
    /// Runs that blocked.
    pub(crate) blocked: u64,
}

/// One guardrail on one day.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct GuardrailDay {
    /// The day, what passed and what was blocked.
    pub(crate) outcome: DayOutcome,
    /// Runs that told of something and let it pass.
    pub(crate) flagged: u64,
    /// Mean risk score of the runs that had one.
    pub(crate) score: Option<f64>,
}

/// Which requests.
#[derive(Clone, Debug)]
pub(crate) struct GuardrailLogFilter {
    /// The guardrail's id, or the name that it has now.
    pub(crate) guardrail: String,
    /// `passed`, `flagged` or `blocked`.
    pub(crate) action: Option<String>,
    /// Days on which the request began.
    pub(crate) days: Days,
}

/// A request that a guardrail looked at.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct GuardrailLog {
    /// The request.
    pub(crate) request_id: String,
    /// When it began, UTC.
    pub(crate) start_time: String,
    /// What the guardrail did.
    pub(crate) action: String,
    /// Its risk score.
    pub(crate) score: Option<f64>,
    /// Its duration.
    pub(crate) latency_ms: Option<f64>,
    /// The rules that it reported.
    pub(crate) reason: Option<String>,
    /// The model that was asked for, or that answered.
    pub(crate) model: Option<String>,
}

fn dates(days: Days) -> Conditions {
    Conditions::default().and(r#""date" >= ?"#, days.from).and(r#""date" <= ?"#, days.to)
}

/// See [`super::Store::guardrail_totals`].
pub(super) fn totals(db: &Connection, days: Days) -> Result<Vec<GuardrailTotals>, StoreError> {
    let conditions = dates(days);
    let select = format!(
        r#"SELECT "guardrail_id",
             coalesce("guardrail_name", "guardrail_id") AS "name",
             coalesce("guardrail_provider", ''),
             sum("requests_evaluated"),
             sum("blocked_count"),
             sum("avg_score" * "scored_count") / nullif(sum("scored_count"), 0),
             sum("avg_latency_ms" * "requests_evaluated") / nullif(sum("requests_evaluated"), 0)
           FROM "LiteLLM_DailyGuardrailMetrics" LEFT JOIN "spillway_guardrails" USING ("guardrail_id")
           {} GROUP BY "guardrail_id", "guardrail_name", "guardrail_provider"
           ORDER BY "name", "guardrail_id""#,
        conditions.sql()
    );
    let read = |row: &Row| {
        Ok(GuardrailTotals {
            id: row.get(0)?,
            name: row.get(1)?,
            provider: row.get(2)?,
            evaluated: row.get(3)?,
            blocked: row.get(4)?,
            score: row.get(5)?,
            latency_ms: row.get(6)?,
        })
    };
    Ok(db.all(&select, &conditions.params(), read)?)
}

/// See [`super::Store::guardrail_days`].
pub(super) fn days(db: &Connection, days: Days) -> Result<Vec<DayOutcome>, StoreError> {
    let conditions = dates(days);
    let select = format!(
        r#"SELECT "date", sum("passed_count"), sum("blocked_count")
           FROM "LiteLLM_DailyGuardrailMetrics" {} GROUP BY "date" ORDER BY "date""#,
        conditions.sql()
    );
    let read = |row: &Row| Ok(DayOutcome { date: row.get(0)?, passed: row.get(1)?, blocked: row.get(2)? });
    Ok(db.all(&select, &conditions.params(), read)?)
}

impl Store {
    /// The id and the name of the guardrail that is known under an id, or that has this name now.
    pub(crate) async fn guardrail_named(
        &self,
        asked: String,
    ) -> Result<Option<(String, String)>, StoreError> {
        let select = r#"
            SELECT "guardrail_id", "guardrail_name" FROM "spillway_guardrails"
            WHERE "guardrail_id" = ?1 OR "guardrail_name" = ?1
            ORDER BY CASE "guardrail_id" WHEN ?1 THEN 0 ELSE 1 END, "guardrail_id" LIMIT 1"#;
        let read = |row: &Row| Ok((row.get(0)?, row.get(1)?));
        self.readers.run(move |db| Ok(db.first(select, &params![&asked], read)?)).await
    }

    /// What one guardrail did on each of these days on which it ran, oldest first.
    pub(crate) async fn guardrail_series(
        &self,
        id: String,
        days: Days,
    ) -> Result<Vec<GuardrailDay>, StoreError> {
        self.readers.run(move |db| series(db, &id, days)).await
    }
}

fn series(db: &Connection, id: &str, days: Days) -> Result<Vec<GuardrailDay>, StoreError> {
    let conditions = dates(days).and(r#""guardrail_id" = ?"#, Some(id));
    let select = format!(
        r#"SELECT "date", "passed_count", "blocked_count", "flagged_count", "avg_score"
           FROM "LiteLLM_DailyGuardrailMetrics" {} ORDER BY "date""#,
        conditions.sql()
    );
    let read = |row: &Row| {
        let outcome = DayOutcome { date: row.get(0)?, passed: row.get(1)?, blocked: row.get(2)? };
        Ok(GuardrailDay { outcome, flagged: row.get(3)?, score: row.get(4)? })
    };
    Ok(db.all(&select, &conditions.params(), read)?)
}

/// How many requests are counted at most: whoever lists them sees a few pages, and to count millions takes a second.
pub(crate) const MOST_COUNTED: u64 = 10_000;

/// See [`super::Store::guardrail_logs`].
pub(super) fn logs(
    db: &Connection,
    filter: &GuardrailLogFilter,
    page: Page,
) -> Result<(Vec<GuardrailLog>, u64), StoreError> {
    // One snapshot for all statements, so that the total is the list's.
    db.snapshot(|db| {
        let conditions = which(db, filter)?;
        let count = format!(
            r#"SELECT count(*) FROM (SELECT 1 FROM "LiteLLM_SpendLogGuardrailIndex" {} LIMIT {}) AS "counted""#,
            conditions.sql(),
            MOST_COUNTED + 1
        );
        let total = db.one(&count, &conditions.params(), |row| row.get(0))?;
        Ok((log_rows(db, &conditions, page)?, total))
    })
}

/// Of one guardrail, as nearly always, an index has the order too; of several that had the name, in turn, it has not.
fn which(db: &Connection, filter: &GuardrailLogFilter) -> Result<Conditions, DbError> {
    let known = r#"SELECT "id" FROM (SELECT CAST(?1 AS TEXT) AS "id" UNION
             SELECT "guardrail_id" FROM "spillway_guardrails" WHERE "guardrail_name" = ?1) AS "known"
           WHERE EXISTS (SELECT 1 FROM "LiteLLM_SpendLogGuardrailIndex" WHERE "guardrail_id" = "id") LIMIT 2"#;
    let ids: Vec<String> = db.all(known, &params![&filter.guardrail], |row| row.get(0))?;
    let (same, id) = match ids.as_slice() {
        [] => (r#""guardrail_id" = ?"#, &filter.guardrail),
        [id] => (r#""guardrail_id" = ?"#, id),
        _ => (
            r#""guardrail_id" IN (SELECT CAST(? AS TEXT) UNION
                 SELECT "guardrail_id" FROM "spillway_guardrails" WHERE "guardrail_name" = ?)"#,
            &filter.guardrail,
        ),
    };
    // The words of an index that has only such rows: for what is bound, no database sees that it is one of them.
    let action = match filter.action.as_deref() {
        Some("passed") => r#""action" = ?"#,
        _ => r#"("action" <> 'passed' AND "action" = ?)"#,
    };
    Ok(Conditions::default()
        .and(same, Some(id))
        .and(action, filter.action.as_ref())
        .and(r#""start_time" >= ?"#, filter.days.from)
        .and(r#""start_time" < ?"#, filter.days.to.map(|day| day.plus(1))))
}

fn log_rows(db: &Connection, conditions: &Conditions, page: Page) -> Result<Vec<GuardrailLog>, DbError> {
    let select = format!(
        r#"SELECT "request_id", "start_time", "action", "score", "latency_ms", "reason",
             (SELECT "model" FROM "LiteLLM_SpendLogs" AS "log" WHERE "log"."request_id" = "run"."request_id")
           FROM "LiteLLM_SpendLogGuardrailIndex" AS "run" {}
           ORDER BY "start_time" DESC, "request_id" DESC {}"#,
        conditions.sql(),
        conditions.limit()
    );
    let read = |row: &Row| {
        Ok(GuardrailLog {
            request_id: row.get(0)?,
            start_time: row.get(1)?,
            action: row.get(2)?,
            score: row.get(3)?,
            latency_ms: row.get(4)?,
            reason: row.get(5)?,
            model: row.get(6)?,
        })
    };
    db.all(&select, &conditions.params_of(page), read)
}
