//! What became different, in the order in which it did: how gateways learn what to ask for again.
//!
//! Each key and each balance has one row, which moves to the end when it changes. So the feed has no more rows
//! than there are things to tell of, and a gateway that was away hears of each once. A key's row outlives the
//! key, so the feed is bounded by [`KEPT`] too: whoever asks for what is older is told to forget everything.

use spillway_filter::budgets::Balance;
use spillway_filter::keys::Changes;

use super::StoreError;
use crate::db::{Connection, DbError, Flow, Insert, Row, params};

/// Changes in one answer.
const PAGE: usize = 1_000;

/// Numbers back from the newest for which changes are kept.
const KEPT: u64 = 1 << 20;

/// Keys of one team or user that are told one by one; of more, gateways forget every key that they keep,
/// which costs them fewer lookups than it costs them to hear of a hundred thousand.
const TOLD_ONE_BY_ONE: usize = 1_000;

const KEY: &str = "key";
const MADE: &str = "made";
const BALANCE: &str = "balance";
const RESET: &str = "reset";

/// Notes that the key with this hash was made.
pub(super) fn note_made(db: &Connection, hash: &str) -> Result<(), DbError> {
    note(db, MADE, &[(hash, 0)])
}

/// Notes that the key with this hash was changed or deleted, or that its team or user was.
pub(super) fn note_key(db: &Connection, hash: &str) -> Result<(), DbError> {
    note(db, KEY, &[(hash, 0)])
}

/// Notes that these budgets were charged: scopes and when their periods began, each once.
pub(super) fn note_balances(db: &Connection, charged: &[(&str, u64)]) -> Result<(), DbError> {
    note(db, BALANCE, charged)
}

/// Notes all keys that have this value in this column.
pub(super) fn note_keys_where(db: &Connection, column: &'static str, value: &str) -> Result<(), DbError> {
    let select = format!(r#"SELECT "token" FROM "LiteLLM_VerificationToken" WHERE "{column}" = ?1 LIMIT ?2"#);
    let tokens: Vec<String> = db.all(&select, &params![value, TOLD_ONE_BY_ONE + 1], |row| row.get(0))?;
    if tokens.len() > TOLD_ONE_BY_ONE {
        return note(db, RESET, &[("", 0)]);
    }
    tokens.iter().try_for_each(|token| note_key(db, token))
}

/// The writer's lock is held, so that a number that a reader has seen is never passed by a smaller one.
fn note(db: &Connection, kind: &str, names: &[(&str, u64)]) -> Result<(), DbError> {
    let upsert = Insert {
        table: "spillway_changes",
        columns: vec!["seq", "kind", "name", "period_ms"],
        on_conflict: Some(r#"("kind", "name", "period_ms") DO UPDATE SET "seq" = excluded."seq""#.to_owned()),
    };
    let rows = (newest(db)? + 1..).zip(names);
    let rows = rows.map(|(seq, (name, period_ms))| params![seq, kind, *name, *period_ms].to_vec());
    db.insert(&upsert, &rows.collect::<Vec<_>>())
}

/// Drops what is too old to be told. Each change makes at most one row too old, so this never takes long.
pub(super) fn trim(db: &Connection) -> Result<(), DbError> {
    let oldest = newest(db)?.saturating_sub(KEPT);
    db.execute(r#"DELETE FROM "spillway_changes" WHERE "seq" < ?1"#, &params![oldest])?;
    Ok(())
}

/// The number of the last change.
fn newest(db: &Connection) -> Result<u64, DbError> {
    db.one(r#"SELECT max("seq") FROM "spillway_changes""#, &[], |row| row.get(0))
}

/// See [`super::Store::changes`].
pub(super) fn since(db: &Connection, gateway: &str, since: Option<u64>) -> Result<Changes, StoreError> {
    // One snapshot: what commits between the statements is told the next time.
    db.snapshot(|db| seen(db, gateway, since))
}

fn seen(db: &Connection, gateway: &str, since: Option<u64>) -> Result<Changes, StoreError> {
    let newest = newest(db)?;
    let Some(since) = since else { return Ok(Changes { cursor: newest, ..Changes::default() }) };
    let reset = Changes { cursor: newest, reset: true, ..Changes::default() };
    if since > newest || since < newest.saturating_sub(KEPT) {
        return Ok(reset);
    }
    Ok(page(db, gateway, since)?.unwrap_or(reset))
}

/// What a change tells.
pub(super) const SELECT: &str = r#"
    SELECT "change"."seq", "change"."kind", "change"."name", "change"."period_ms",
      "all"."nanodollars", coalesce("own"."nanodollars", 0)
    FROM "spillway_changes" AS "change"
    LEFT JOIN "spillway_budget_spend" AS "all"
      ON "change"."kind" = 'balance'
        AND "all"."scope" = "change"."name" AND "all"."period_ms" = "change"."period_ms"
    LEFT JOIN "spillway_budget_spend_by_gateway" AS "own"
      ON "own"."scope" = "all"."scope" AND "own"."period_ms" = "all"."period_ms" AND "own"."gateway" = ?1
    WHERE "change"."seq" > ?2 ORDER BY "change"."seq" LIMIT ?3"#;

/// The next changes, or none where one of them concerns every key.
fn page(db: &Connection, gateway: &str, since: u64) -> Result<Option<Changes>, DbError> {
    let mut told = Changes { cursor: since, ..Changes::default() };
    let (mut count, mut reset) = (0, false);
    db.each(SELECT, &params![gateway, since, PAGE + 1], |row| {
        count += 1;
        told.more = count > PAGE;
        if told.more {
            return Ok(Flow::Break(()));
        }
        told.cursor = row.get(0)?;
        reset = !tell(&row, &mut told)?;
        Ok(if reset { Flow::Break(()) } else { Flow::Continue(()) })
    })?;
    Ok(if reset { None } else { Some(told) })
}

/// Tells of one change, unless it concerns every key.
fn tell(row: &Row, told: &mut Changes) -> Result<bool, DbError> {
    match (row.get::<String>(1)?.as_str(), row.get::<Option<u64>>(4)?) {
        (MADE, _) => told.made.push(row.get(2)?),
        (KEY, _) => told.keys.push(row.get(2)?),
        (BALANCE, Some(total_nanodollars)) => told.balances.push(Balance {
            scope: row.get(2)?,
            period_ms: row.get(3)?,
            total_nanodollars,
            own_nanodollars: row.get(5)?,
        }),
        // Its row has gone with its key or its period.
        (BALANCE, None) => {}
        _ => return Ok(false),
    }
    Ok(true)
}

#[cfg(test)]
#[path = "changes_tests.rs"]
mod tests;
