//! What guardrails did, by guardrail, team and call type.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::kind::is_zero;
use super::names::Counting;
use super::table::Table;
use crate::db::{Connection, DbError, params};
use crate::record::{Action, GuardrailRun};
use crate::store::money::sum;

macro_rules! guardrails {
    ($name:literal, $at:literal) => {
        Table {
            name: $name,
            keys: &[$at, "guardrail_id", "team_id", "call_type"],
            sums: &["evaluated", "blocked", "flagged", "latency_us", "scored", "score_milli"],
            replaced: &[],
            made: &[],
        }
    };
}

const HOURLY: Table = guardrails!("spillway_hourly_guardrails", "hour");
const DAILY: Table = guardrails!("spillway_daily_guardrails", "date");

/// Hour or day, guardrail, team, call type → what it did.
type Rows<'a> = BTreeMap<[&'a str; 4], Runs>;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Runs {
    #[serde(rename = "e", alias = "evaluated", skip_serializing_if = "is_zero")]
    evaluated: u64,
    #[serde(rename = "b", alias = "blocked", skip_serializing_if = "is_zero")]
    blocked: u64,
    #[serde(rename = "f", alias = "flagged", skip_serializing_if = "is_zero")]
    flagged: u64,
    #[serde(rename = "l", alias = "latency_us", skip_serializing_if = "is_zero")]
    latency_us: u64,
    #[serde(rename = "s", alias = "scored", skip_serializing_if = "is_zero")]
    scored: u64,
    #[serde(rename = "m", alias = "score_milli", skip_serializing_if = "is_zero")]
    score_milli: u64,
}

/// Adds the runs of these events.
pub(super) fn add(db: &Connection, counted: &[Counting<'_>]) -> Result<(), DbError> {
    let (mut hourly, mut daily) = (Rows::new(), Rows::new());
    for counting in counted {
        for (id, runs) in &counting.measured.runs {
            let row = |at| [at, &**id, counting.team, counting.call_type];
            daily.entry(row(counting.date)).or_default().add(runs);
            if let Some(hour) = counting.hour {
                hourly.entry(row(hour)).or_default().add(runs);
            }
        }
    }
    write(db, &HOURLY, &hourly)?;
    write(db, &DAILY, &daily)
}

impl Runs {
    /// Counts one.
    pub(super) fn count(&mut self, run: &GuardrailRun) {
        self.evaluated += 1;
        self.blocked += u64::from(run.action == Action::Blocked);
        self.flagged += u64::from(run.action == Action::Flagged);
        self.latency_us = sum(self.latency_us, thousandths(run.latency_ms));
        if let Some(score) = run.score {
            self.scored += 1;
            self.score_milli = sum(self.score_milli, thousandths(score));
        }
    }

    /// Adds others.
    pub(super) fn add(&mut self, other: &Self) {
        self.evaluated = sum(self.evaluated, other.evaluated);
        self.blocked = sum(self.blocked, other.blocked);
        self.flagged = sum(self.flagged, other.flagged);
        self.latency_us = sum(self.latency_us, other.latency_us);
        self.scored = sum(self.scored, other.scored);
        self.score_milli = sum(self.score_milli, other.score_milli);
    }
}

/// A number as so many thousandths: whole numbers have the same sum in any order.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the cast stops at its bounds")]
fn thousandths(number: f64) -> u64 {
    (number * 1_000.0).round() as u64
}

fn write(db: &Connection, table: &Table, rows: &Rows<'_>) -> Result<(), DbError> {
    let values = rows.iter().map(|(keys, runs)| {
        let sums = params![
            runs.evaluated,
            runs.blocked,
            runs.flagged,
            runs.latency_us,
            runs.scored,
            runs.score_milli
        ];
        [keys.map(crate::db::Param::from).as_slice(), &sums].concat()
    });
    table.add(db, &values.collect::<Vec<_>>())
}
