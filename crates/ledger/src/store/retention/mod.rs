//! What is deleted for its age: rows of requests, and sums by the hour. Sums by the day stay.
//!
//! How far back rows go is itself a row, written before the first of them is deleted: an event from before it is not
//! taken, for it may be one that was stored, counted and deleted.
//!
//! A clock may be wrong: a machine that starts years ahead is corrected a minute later. So how old something is is told
//! by the newest request of the log, as long as that began before now: the ledger's clock alone deletes nothing, however
//! far ahead it is. And what is noted later than now is not believed, for everything that arrives would be of before it.

mod hours;
mod logs;
mod runner;

pub(super) use runner::keep;

use serde_json::json;

use crate::calendar::{hour_of, microseconds, now, now_us, timestamp};
use crate::db::{Connection, DbError, params};

/// Microseconds in a day.
const DAY_US: u64 = 24 * 3_600 * 1_000_000;

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
        let select = r#"SELECT "what", "before" FROM "spillway_retention" WHERE "before" <= ?1"#;
        let mut kept = Self::default();
        for (what, before) in
            db.all(select, &params![&now()], |row| Ok((row.get::<String>(0)?, row.get(1)?)))?
        {
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
    take_back_of_later(db)?;
    let Some(latest_us) = latest_us(db)? else { return Ok(Left::Nothing) };
    let before = |days| hour_begin(&timestamp(latest_us.saturating_sub(DAY_US * u64::from(days))));
    if let Some(days) = retention.log_days
        && logs::step(db, &moved(db, LOGS, &before(days))?)? == Left::Something
    {
        return Ok(Left::Something);
    }
    hours::step(db, &moved(db, HOURS, &before(retention.hour_days))?)
}

/// Takes notes back that are later than now: the clock was ahead when they were made, or is behind now. What was deleted
/// is noted anew, by what the clock tells now.
fn take_back_of_later(db: &Connection) -> Result<(), DbError> {
    let delete = r#"DELETE FROM "spillway_retention" WHERE "before" > ?1 RETURNING "what", "before""#;
    for (what, before) in
        db.all(delete, &params![&now()], |row| Ok((row.get::<String>(0)?, row.get::<String>(1)?)))?
    {
        let message = format!(
            "{what} of before {before} are noted as deleted, which is later than now: the clock was ahead when that \
             was noted, or is behind now. The note is taken back, and what arrives is stored; look at the clock"
        );
        crate::log::error("clock_is_wrong", json!({"message": message}));
    }
    Ok(())
}

/// When the newest request began, or now where that is earlier; none where there is no request.
fn latest_us(db: &Connection) -> Result<Option<u64>, DbError> {
    let select = r#"SELECT max("startTime") FROM "LiteLLM_SpendLogs""#;
    let newest: Option<String> = db.one(select, &[], |row| row.get(0))?;
    Ok(newest.as_deref().and_then(microseconds).map(|newest_us| newest_us.min(now_us())))
}

/// Notes that rows of before this time are not kept. It does not go back: what was deleted stays deleted, where the
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
