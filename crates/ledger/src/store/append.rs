//! The statements of the batches of one transaction. The caller owns the transaction.

use std::collections::HashSet;
use std::thread;

use spillway_filter::event::Acknowledgement;

use super::among::among;
use super::key_aliases::Called;
use super::retention::Kept;
use super::waiting::{Added, Left, Waiting};
use super::{changes, error_rows, gateways, guardrail_rows, spend_rows, tag_rows, waiting};
use crate::db::{Connection, DbError, params};
use crate::record::Entry;

/// Events that are summed by a thread of their own.
const WORTH_A_THREAD: usize = 1_024;

/// When the sums of events are written into their tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sums {
    /// With their rows.
    Now,
    /// Later, by [`settle`].
    Later,
}

/// What became of batches.
pub(super) struct Stored {
    /// Each of them.
    pub(super) told: Vec<Acknowledgement>,
    /// Bytes of their sums, where those wait.
    pub(super) waiting: Option<usize>,
    /// What the new events told of their keys' names.
    pub(super) called: Called<'static>,
}

/// Inserts what is new; what became of each batch. A known request id changes nothing: neither its row, nor any count,
/// nor any sum. Nor does an event of before the oldest rows that are kept: whether it was stored and deleted cannot be
/// told any more.
///
/// Where the sums wait, the writer's lock is not taken; otherwise only once the rows are inserted. Who inserts one of
/// them at the same time makes this fail, for their ids are unique; with the lock held from the beginning it does not.
pub(super) fn batches(
    db: &Connection,
    batches: &[&[Entry]],
    sums: Sums,
    now: &str,
) -> Result<Stored, DbError> {
    if sums == Sums::Later {
        db.keep_old_rows()?;
    }
    let kept = Kept::read(db)?;
    let known = known(db, batches)?;
    let mut seen = HashSet::new();
    let (mut new, mut told) = (Vec::new(), Vec::new());
    for batch in batches {
        let before = new.len();
        let current = batch.iter().filter(|entry| kept.has_log(&entry.spend_log.start_time));
        new.extend(current.filter(|entry| {
            let id = entry.spend_log.request_id.as_str();
            !known.contains(id) && seen.insert(id)
        }));
        let stored = new.len() - before;
        told.push(Acknowledgement { stored: stored as u64, duplicates: (batch.len() - stored) as u64 });
    }
    let waiting = match sums {
        Sums::Now => {
            insert(db, &new, now)?;
            write(db, &Added::of(&new), &kept, now)?;
            None
        }
        Sums::Later => Some(insert_and_keep(db, &new, now)?),
    };
    Ok(Stored { told, waiting, called: Called::of(&new).into_owned() })
}

/// Inserts the rows of many events, and keeps what they add; how many bytes that is. It is summed by another thread
/// meanwhile: a seventh of the time of the one that writes, of which a file has no other. Of a small batch that is less
/// than it takes to start one.
fn insert_and_keep(db: &Connection, new: &[&Entry], now: &str) -> Result<usize, DbError> {
    if new.len() < WORTH_A_THREAD {
        insert(db, new, now)?;
        return Waiting::of(new)?.keep(db);
    }
    thread::scope(|scope| {
        let summing = thread::Builder::new().spawn_scoped(scope, || Waiting::of(new));
        let inserted = insert(db, new, now);
        let summed = match summing {
            Ok(thread) => {
                thread.join().unwrap_or_else(|_| Err(DbError::Failed("sums cannot be made".to_owned())))
            }
            // There is no thread to be had, so it is done here.
            Err(_) => Waiting::of(new),
        };
        inserted?;
        summed?.keep(db)
    })
}

/// Writes what rows add that were inserted while this was kept.
fn write(db: &Connection, added: &Added<'_>, kept: &Kept, now: &str) -> Result<(), DbError> {
    db.lock()?;
    if Kept::read(db)? != *kept {
        return Err(DbError::Failed("older rows were deleted meanwhile".to_owned()));
    }
    added.write(db, kept.hours_from(), now)?;
    clean(db)
}

/// What grows by what is added, and has a bound.
fn clean(db: &Connection) -> Result<(), DbError> {
    gateways::merge_one(db)?;
    changes::trim(db)
}

/// Writes what waits for the longest into its tables. The writer's lock is held.
pub(super) fn settle(db: &Connection, now: &str) -> Result<Left, DbError> {
    let left = waiting::settle(db, Kept::read(db)?.hours_from(), now)?;
    clean(db)?;
    Ok(left)
}

/// Inserts the rows of events none of which is there, and of nothing that others write, too.
fn insert(db: &Connection, new: &[&Entry], now: &str) -> Result<(), DbError> {
    spend_rows::insert(db, new, now)?;
    error_rows::insert(db, new)?;
    tag_rows::insert(db, new)?;
    guardrail_rows::insert(db, new)
}

/// The ids of these that are stored already.
fn known(db: &Connection, batches: &[&[Entry]]) -> Result<HashSet<String>, DbError> {
    let select =
        format!(r#"SELECT "request_id" FROM "LiteLLM_SpendLogs" WHERE {}"#, among(db, r#""request_id""#, 1));
    let entries = batches.iter().copied().flatten();
    let ids: Vec<String> = entries.map(|entry| entry.spend_log.request_id.clone()).collect();
    Ok(db.all(&select, &params![ids.as_slice()], |row| row.get(0))?.into_iter().collect())
}
