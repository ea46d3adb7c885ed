//! Sums per hour and per day, of the events that a batch adds. They are written in the transaction that adds the rows, or
//! wait in it ([`super::waiting`]): so what is written and what waits are equal to sums over the rows, always. A
//! batch is summed in memory first; how much is written depends on how many different things it names, not on how
//! many events it has.

mod guardrails;
mod histogram;
mod kind;
mod names;
mod spend;
mod table;
mod traffic;

pub(super) use histogram::Histogram;
pub(super) use kind::{Kinds, Summed};
pub(super) use traffic::read_histogram;

use crate::db::{Connection, DbError};
use names::{Counting, Names};

/// Adds events, none of which was added before. Those that began in hours before `hours_from` are in hours that are not
/// kept any more, and add to their day alone.
pub(super) fn write(
    db: &Connection,
    kinds: &Kinds<'_>,
    hours_from: Option<&str>,
    now: &str,
) -> Result<(), DbError> {
    let kinds = kinds.list();
    let mut names = Names::known(db, kinds)?;
    let counted: Vec<Counting<'_>> =
        kinds.iter().map(|(kind, measured)| names.counting(kind, measured, hours_from)).collect();
    spend::add(db, &counted, now)?;
    traffic::add(db, &counted)?;
    guardrails::add(db, &counted)
}

#[cfg(test)]
mod tests;
