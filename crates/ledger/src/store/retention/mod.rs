//! What is deleted for its age: rows of requests, and sums by the hour. Sums by the day stay.
//!
//! How far back rows go is itself a row, written before the first of them is deleted: an event from before it is not
//! taken, for it may be one that was stored, counted and deleted.

mod hours;
mod logs;
mod runner;

pub(super) use runner::keep;

use std::time::Duration;

use crate::calendar::{ago, hour_of};
use crate::db::{Connection, DbError, params};

const DAY: Duration = Duration::from_secs(24 * 3_600);

/// How long rows are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Days for which the spend log, its indexes and the errors are kept; none: for ever.
    pub log_days: Option<u32>,
    /// Days for which sums by the hour are kept; after them, those by the day remain.
    pub hour_days: u32,
}

impl Default for Retention {
    /// The log for ever: it is the audit trail, a full disk is noticed, and what was deleted is gone. LiteLLM keeps it
    /// for ever too unless `maximum_spend_logs_retention_period` says otherwise. Hours for two weeks: twice the longest
    /// stretch that the monitor shows by the hour.
    fn default() -> Self {
        Self { log_days: None, hour_days: 14 }
    }
}

/// From when on rows are kept; they are of all time where nothing was deleted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Kept {
    logs: Option<String>,
    hours: Option<String>,
}

impl Kept {
    /// What was deleted so far.
    pub(super) fn read(db: &Connection) -> Result<Self, DbError> {
        let select = r#"SELECT "what", "before" FROM "spillway_retention""#;
        let mut kept = Self::default();
        for (what, before) in db.all(select, &[], |row| Ok((row.get::<String>(0)?, row.get(1)?)))? {
            match what.as_str() {
                LOGS => kept.logs = Some(before),
                HOURS => kept.hours = Some(before),
                _ => {}
            }
        }
        Ok(kept)
    }

    /// Whether rows of requests that began then are kept.
    pub(super) fn has_log(&self, start_time: &str) -> bool {
        self.logs.as_deref().is_none_or(|from| start_time >= from)
    }

    /// When the first hour begins that is kept; none where all are.
    pub(super) fn hours_from(&self) -> Option<&str> {
        self.hours.as_deref()
    }
}

const LOGS: &str = "logs";
const HOURS: &str = "hours";

/// Whether something is left to be deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Left {
    Nothing,
    Something,
}

/// Deletes a bounded part of what is too old. The caller owns the transaction.
fn step(db: &Connection, retention: Retention) -> Result<Left, DbError> {
    db.may_delete_old_rows()?;
    if let Some(days) = retention.log_days {
        let before = hour_begin(&ago(DAY * days));
        if logs::step(db, &moved(db, LOGS, &before)?)? == Left::Something {
            return Ok(Left::Something);
        }
    }
    let before = hour_begin(&ago(DAY * retention.hour_days));
    hours::step(db, &moved(db, HOURS, &before)?)
}

/// Notes that rows of before this time are not kept. It never goes back: what was deleted stays deleted, where the
/// ledger is told to keep more than before.
fn moved(db: &Connection, what: &str, before: &str) -> Result<String, DbError> {
    let upsert = r#"
        INSERT INTO "spillway_retention" AS "kept" ("what", "before") VALUES (?1, ?2)
        ON CONFLICT ("what") DO UPDATE SET "before" = excluded."before" WHERE "kept"."before" < excluded."before""#;
    db.execute(upsert, &params![what, before])?;
    let select = r#"SELECT "before" FROM "spillway_retention" WHERE "what" = ?1"#;
    db.one(select, &params![what], |row| row.get(0))
}

/// The begin of the hour of a time, so that the note moves once an hour.
fn hour_begin(timestamp: &str) -> String {
    format!("{}:00:00.000000Z", hour_of(timestamp))
}

#[cfg(test)]
mod tests;
