//! Sums that are stored with their rows, and written into their tables later.
//!
//! To add what many events sum up to to the tables of sums takes longer than to store their rows, and little longer for
//! the events of a second than for those of one transaction: they are mostly of the same kinds. So the sums of a
//! transaction with many events are one row of "spillway_waiting_sums", written with the events' own rows, and
//! what has come together is added to the tables in the transaction that deletes it here. Whatever happens
//! between the two, each event is counted once: its sums are there, or here.

use super::kind::{Kind, Measured, Summed};
use crate::db::{Connection, DbError, Flow, params};
use crate::record::Entry;

/// Bytes of one row, and of those that are read for one transaction, beyond which no further row is read.
pub(in crate::store) const BYTES: usize = 8 << 20;

/// Rows that are read for one transaction.
const ROWS: usize = 64;

/// Whether something is left that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) enum Left {
    Nothing,
    Something,
}

/// Sums that are to wait, as they are stored; none of no events.
pub(in crate::store) struct Waiting(Option<String>);

impl Waiting {
    /// Sums these events.
    pub(in crate::store) fn of(new: &[&Entry]) -> Result<Self, DbError> {
        if new.is_empty() {
            return Ok(Self(None));
        }
        let kinds = Summed::of(new).into_list();
        let text = serde_json::to_string(&kinds).map_err(|error| DbError::Failed(error.to_string()))?;
        Ok(Self(Some(text)))
    }

    /// Keeps them; how many bytes they are. The caller owns the transaction and holds the writer's lock: rows become
    /// visible in the order of their numbers.
    pub(in crate::store) fn keep(&self, db: &Connection) -> Result<usize, DbError> {
        let Some(text) = &self.0 else { return Ok(0) };
        db.execute(r#"INSERT INTO "spillway_waiting_sums" ("sums") VALUES (?1)"#, &params![text])?;
        Ok(text.len())
    }
}

/// Adds what waits for the longest to the tables of sums. The caller owns the transaction.
pub(in crate::store) fn settle(
    db: &Connection,
    hours_from: Option<&str>,
    now: &str,
) -> Result<Left, DbError> {
    let (mut texts, mut bytes, mut last, mut left) = (Vec::new(), 0, 0_i64, Left::Nothing);
    db.each(
        r#"SELECT "number", "sums" FROM "spillway_waiting_sums" ORDER BY "number" LIMIT ?1"#,
        &params![ROWS],
        |row| {
            if bytes >= BYTES {
                left = Left::Something;
                return Ok(Flow::Break(()));
            }
            last = row.get(0)?;
            let text: String = row.get(1)?;
            bytes += text.len();
            texts.push(text);
            Ok(Flow::Continue(()))
        },
    )?;
    if texts.is_empty() {
        return Ok(Left::Nothing);
    }
    if texts.len() >= ROWS {
        left = Left::Something;
    }
    let mut summed = Summed::default();
    for text in &texts {
        let kinds: Vec<(Kind<'_>, Measured<'_>)> =
            serde_json::from_str(text).map_err(|error| DbError::unreadable("sums", error))?;
        kinds.into_iter().for_each(|(kind, measured)| summed.add(kind, measured));
    }
    super::write(db, &summed.into_list(), hours_from, now)?;
    db.execute(r#"DELETE FROM "spillway_waiting_sums" WHERE "number" <= ?1"#, &params![last])?;
    Ok(left)
}
