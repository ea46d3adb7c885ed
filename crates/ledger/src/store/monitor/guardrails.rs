//! What guardrails did.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::blocks;
use super::names::{NamesOf, unnamed};
use super::times::Times;
use crate::db::{Connection, DbError, Flow, Row, params};
use crate::record::key_text;
use crate::store::StoreError;
use crate::store::among::among;
use crate::ui::data::{
    Bucket, Filter, GuardrailReport, GuardrailRow, MOST_ROWS, OutcomePoint, OutcomeRow, Outcomes,
};

/// Blocks that the page of guardrails lists.
const BLOCKS: usize = 20;

/// Sums of some runs.
#[derive(Clone, Copy, Default)]
struct Sum {
    outcomes: Outcomes,
    latency_us: u64,
    scored: u64,
    score_milli: u64,
}

#[derive(Default)]
struct Sums {
    total: Sum,
    over_time: BTreeMap<String, Sum>,
    by_guardrail: BTreeMap<String, Sum>,
    by_team: BTreeMap<String, Sum>,
    by_dialect: BTreeMap<String, Sum>,
}

/// See [`crate::ui::data::Source::guardrails`].
pub(super) fn report(db: &Connection, filter: &Filter) -> Result<GuardrailReport, StoreError> {
    let times = Times::of(db, filter.span)?;
    let sums = read(db, &times, filter)?;
    let mut by_team = outcomes(sums.by_team);
    NamesOf::Teams.give(db, by_team.iter_mut().map(|row| &mut row.of))?;
    Ok(GuardrailReport {
        total: sums.total.outcomes,
        over_time: points(&times, sums.over_time)?,
        by_guardrail: by_guardrail(db, sums.by_guardrail)?,
        by_team,
        by_dialect: outcomes(sums.by_dialect),
        latest_blocks: blocks::latest(db, filter, BLOCKS)?,
    })
}

/// The total and the series of all guardrails.
pub(super) fn headline(
    db: &Connection,
    filter: &Filter,
) -> Result<(Outcomes, Vec<OutcomePoint>), StoreError> {
    let times = Times::of(db, filter.span)?;
    let sums = read(db, &times, filter)?;
    Ok((sums.total.outcomes, points(&times, sums.over_time)?))
}

fn read(db: &Connection, times: &Times, filter: &Filter) -> Result<Sums, DbError> {
    let table = match times.grain {
        Bucket::Hour => "spillway_hourly_guardrails",
        Bucket::Day => "spillway_daily_guardrails",
    };
    let conditions = times
        .conditions()
        .and(r#""guardrail_id" = ?"#, filter.guardrail.as_deref().map(key_text))
        .and(r#""team_id" = ?"#, filter.team.as_deref().map(key_text))
        .and(r#""call_type" = ?"#, filter.dialect.as_deref().map(key_text));
    let select = format!(
        r#"SELECT {}, "guardrail_id", "team_id", "call_type", "evaluated", "blocked", "flagged", "latency_us",
             "scored", "score_milli" FROM "{table}" {}"#,
        times.column(),
        conditions.sql()
    );
    let mut sums = Sums::default();
    db.each(&select, &conditions.params(), |row| {
        let read = Sum::read(&row)?;
        sums.total.add(read);
        sums.over_time.entry(row.get(0)?).or_default().add(read);
        sums.by_guardrail.entry(row.get(1)?).or_default().add(read);
        sums.by_team.entry(row.get(2)?).or_default().add(read);
        sums.by_dialect.entry(row.get(3)?).or_default().add(read);
        Ok(Flow::Continue(()))
    })?;
    Ok(sums)
}

impl Sum {
    fn read(row: &Row) -> Result<Self, DbError> {
        let outcomes = Outcomes { evaluated: row.get(4)?, blocked: row.get(5)?, flagged: row.get(6)? };
        Ok(Self { outcomes, latency_us: row.get(7)?, scored: row.get(8)?, score_milli: row.get(9)? })
    }

    fn add(&mut self, other: Self) {
        let (sum, part) = (&mut self.outcomes, other.outcomes);
        sum.evaluated = sum.evaluated.saturating_add(part.evaluated);
        sum.blocked = sum.blocked.saturating_add(part.blocked);
        sum.flagged = sum.flagged.saturating_add(part.flagged);
        self.latency_us = self.latency_us.saturating_add(other.latency_us);
        self.scored = self.scored.saturating_add(other.scored);
        self.score_milli = self.score_milli.saturating_add(other.score_milli);
    }

    #[allow(clippy::cast_precision_loss, reason = "a mean of at most 10 is not told to the last place")]
    fn mean_score(&self) -> Option<f64> {
        (self.scored > 0).then(|| self.score_milli as f64 / 1_000.0 / self.scored as f64)
    }
}

fn points(times: &Times, sums: BTreeMap<String, Sum>) -> Result<Vec<OutcomePoint>, DbError> {
    let point =
        |(at, sum): (String, Sum)| Ok(OutcomePoint { at_us: times.begin_us(&at)?, outcomes: sum.outcomes });
    sums.into_iter().map(point).collect()
}

/// Most runs first.
fn largest(sums: BTreeMap<String, Sum>) -> impl Iterator<Item = (String, Sum)> {
    let mut sums: Vec<(String, Sum)> = sums.into_iter().collect();
    sums.sort_by_key(|(_, sum)| Reverse(sum.outcomes.evaluated));
    sums.into_iter().take(MOST_ROWS)
}

fn outcomes(sums: BTreeMap<String, Sum>) -> Vec<OutcomeRow> {
    largest(sums).map(|(id, sum)| OutcomeRow { of: unnamed(id), outcomes: sum.outcomes }).collect()
}

fn by_guardrail(db: &Connection, sums: BTreeMap<String, Sum>) -> Result<Vec<GuardrailRow>, DbError> {
    let row = |(id, sum): (String, Sum)| GuardrailRow {
        guardrail: unnamed(id),
        provider: String::new(),
        outcomes: sum.outcomes,
        mean_us: sum.latency_us.checked_div(sum.outcomes.evaluated),
        mean_score: sum.mean_score(),
    };
    let mut rows: Vec<GuardrailRow> = largest(sums).map(row).collect();
    NamesOf::Guardrails.give(db, rows.iter_mut().map(|row| &mut row.guardrail))?;
    let mut providers = providers(db, &rows)?;
    for row in &mut rows {
        row.provider = providers.remove(&row.guardrail.id).unwrap_or_default();
    }
    Ok(rows)
}

fn providers(db: &Connection, rows: &[GuardrailRow]) -> Result<BTreeMap<String, String>, DbError> {
    let ids: Vec<String> = rows.iter().map(|row| row.guardrail.id.clone()).collect();
    let select = format!(
        r#"SELECT "guardrail_id", "guardrail_provider" FROM "spillway_guardrails" WHERE {}"#,
        among(db, r#""guardrail_id""#, 1)
    );
    let read = db.all(&select, &params![ids.as_slice()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(read.into_iter().collect())
}
