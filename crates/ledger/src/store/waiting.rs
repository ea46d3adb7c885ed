//! What events add up to: sums by hour and day, what was charged to budgets, counts of guardrails, names of keys. It is
//! written with their rows, or stored with them and written into its tables later.
//!
//! To add what many events come to to its tables takes longer than to store their rows, and little longer for the
//! events of seconds than for those of one transaction: they are mostly of the same keys and kinds. So what a
//! transaction with many events comes to is one row of "spillway_waiting_sums", written with the events' own rows,
//! and what has come together is added to the tables in the transaction that deletes it here. Whatever happens
//! between the two, each event is counted once: in the tables, or here.

use serde::{Deserialize, Serialize};

use super::guardrail_rows::Counted;
use super::key_aliases::Called;
use super::rollup::{self, Kinds, Summed};
use super::tally::Tally;
use crate::db::{Connection, DbError, Flow, params};
use crate::record::Entry;

/// Bytes of one row, and of those that are read for one transaction, beyond which no further row is read.
pub(super) const BYTES: usize = 8 << 20;

/// Rows that are read for one transaction.
const ROWS: usize = 64;

/// Whether something is left that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Left {
    Nothing,
    Something,
}

/// What events of one transaction add.
#[derive(Serialize, Deserialize)]
pub(super) struct Added<'a> {
    #[serde(borrow)]
    kinds: Kinds<'a>,
    runs: Counted<'a>,
    tally: Tally<'a>,
    /// None in what was kept until version 7 of the tables.
    #[serde(default)]
    key_aliases: Called<'a>,
}

impl<'a> Added<'a> {
    /// What these add, none of which was added before.
    pub(super) fn of(new: &[&'a Entry]) -> Self {
        let (kinds, runs, tally) = (Summed::of(new).into_kinds(), Counted::of(new), Tally::of(new));
        Self { kinds, runs, tally, key_aliases: Called::of(new) }
    }

    /// Writes it into its tables. The caller owns the transaction and holds the writer's lock.
    pub(super) fn write(&self, db: &Connection, hours_from: Option<&str>, now: &str) -> Result<(), DbError> {
        self.runs.write(db, now)?;
        self.key_aliases.write(db)?;
        self.tally.write(db, now)?;
        rollup::write(db, &self.kinds, hours_from, now)
    }

    /// As it was kept. Until version 6 of the tables that was the kinds alone.
    fn read(text: &'a str) -> Result<Self, DbError> {
        let read = if text.starts_with('[') {
            serde_json::from_str(text).map(|kinds| Self {
                kinds,
                runs: Counted::default(),
                tally: Tally::default(),
                key_aliases: Called::default(),
            })
        } else {
            serde_json::from_str(text)
        };
        read.map_err(|error| DbError::unreadable("sums", error))
    }
}

/// What events add, as it is kept; none of no events.
pub(super) struct Waiting(Option<String>);

impl Waiting {
    /// Of these, none of which was added before.
    pub(super) fn of(new: &[&Entry]) -> Result<Self, DbError> {
        if new.is_empty() {
            return Ok(Self(None));
        }
        let text = serde_json::to_string(&Added::of(new));
        text.map(|text| Self(Some(text))).map_err(|error| DbError::Failed(error.to_string()))
    }

    /// Keeps it; how many bytes it is. The caller owns the transaction, and holds no lock: whoever writes what waits
    /// sees the rows that are committed, and deletes these.
    pub(super) fn keep(&self, db: &Connection) -> Result<usize, DbError> {
        let Some(text) = &self.0 else { return Ok(0) };
        db.execute(r#"INSERT INTO "spillway_waiting_sums" ("sums") VALUES (?1)"#, &params![text])?;
        Ok(text.len())
    }
}

/// Rows that are read together.
#[derive(Default)]
struct Rows {
    numbers: Vec<i64>,
    texts: Vec<String>,
    is_cut: bool,
}

/// Writes what waits for the longest into its tables. The caller owns the transaction and holds the writer's lock.
pub(super) fn settle(db: &Connection, hours_from: Option<&str>, now: &str) -> Result<Left, DbError> {
    let rows = oldest(db)?;
    if rows.texts.is_empty() {
        return Ok(Left::Nothing);
    }
    let (mut summed, mut runs, mut tally) = (Summed::default(), Counted::default(), Tally::default());
    let mut key_aliases = Called::default();
    for text in &rows.texts {
        let added = Added::read(text)?;
        summed.add(added.kinds);
        runs.plus(added.runs);
        tally.plus(added.tally);
        key_aliases.plus(added.key_aliases);
    }
    Added { kinds: summed.into_kinds(), runs, tally, key_aliases }.write(db, hours_from, now)?;
    // Not all up to the last: one with a smaller number may be committed after this.
    let numbers: Vec<_> = rows.numbers.iter().map(|number| params![*number].to_vec()).collect();
    db.execute_many(r#"DELETE FROM "spillway_waiting_sums" WHERE "number" = ?1"#, &numbers)?;
    Ok(if rows.is_cut { Left::Something } else { Left::Nothing })
}

fn oldest(db: &Connection) -> Result<Rows, DbError> {
    let (mut rows, mut bytes) = (Rows::default(), 0);
    let select = r#"SELECT "number", "sums" FROM "spillway_waiting_sums" ORDER BY "number" LIMIT ?1"#;
    db.each(select, &params![ROWS], |row| {
        if bytes >= BYTES {
            rows.is_cut = true;
            return Ok(Flow::Break(()));
        }
        let text: String = row.get(1)?;
        bytes += text.len();
        rows.numbers.push(row.get(0)?);
        rows.texts.push(text);
        Ok(Flow::Continue(()))
    })?;
    rows.is_cut |= rows.texts.len() >= ROWS;
    Ok(rows)
}
