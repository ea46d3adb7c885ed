//! Rows that another program kept: taken once each, and never over what is here.
//!
//! It owns the connection that it writes with, as the writer's thread does: an import is a program of its own, which
//! may run beside a ledger.

mod daily;
mod holders;
mod spend;
mod teamless;

pub(crate) use daily::{DAILY_COUNTS, DAILY_NAMES, DailyTable, ImportedDay};
pub(crate) use holders::{Arrival, Arriving};
pub(crate) use spend::{ImportedSpend, SPEND_COLUMNS_TAKEN};

use std::collections::BTreeSet;

use super::{StoreError, WriteError, desk, writer};
use crate::db::{Connection, Database, OpenError};

/// What became of a batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Taken {
    /// Rows that are new.
    pub(crate) stored: u64,
    /// Rows that were here.
    pub(crate) known: u64,
    /// New ones among them whose alias another row has, so that they have none.
    pub(crate) without_alias: u64,
    /// Rows that another row stands in the place of.
    pub(crate) clashes: u64,
}

/// The way in.
pub(crate) struct Importer {
    connection: Connection,
}

impl Importer {
    /// Opens the database, a file also where there is none yet, and brings its schema up to date.
    pub(crate) fn open(database: &Database) -> Result<Self, OpenError> {
        Ok(Self { connection: writer::open(database)? })
    }

    /// Stores keys, teams or users that are not here, all of them or none.
    pub(crate) fn holders<T: Arriving>(&self, rows: Vec<Arrival<T>>) -> Result<Taken, StoreError> {
        let stored = desk::transact(&self.connection, |db| holders::store(db, rows));
        stored.map_err(|Refused(error)| error.into())
    }

    /// Which of these ids of keys, teams or users no row has.
    pub(crate) fn not_here<T: Arriving>(
        &self,
        ids: BTreeSet<String>,
    ) -> Result<BTreeSet<String>, StoreError> {
        Ok(self.connection.snapshot(|db| holders::not_here::<T>(db, ids))?)
    }

    /// Stores rows of the spend log that are not here, all of them or none.
    pub(crate) fn spend(&self, rows: &[ImportedSpend]) -> Result<Taken, StoreError> {
        Ok(desk::transact(&self.connection, |db| spend::store(db, rows))?)
    }

    /// Stores sums of days that are not here, all of them or none.
    pub(crate) fn days(&self, table: DailyTable, rows: &[ImportedDay]) -> Result<Taken, StoreError> {
        Ok(desk::transact(&self.connection, |db| daily::store(db, table, rows))?)
    }

    /// Counts for no team what sums by user have more than those by team, on days before this one: see [`teamless`].
    pub(crate) fn count_without_team(&self, before: Option<&str>) -> Result<(), StoreError> {
        for date in teamless::days(&self.connection, before)? {
            desk::transact(&self.connection, |db| teamless::add(db, &date))?;
        }
        Ok(())
    }

    /// The first day of the log, and of what was deleted from it: sums of days from then on follow from the log.
    pub(crate) fn first_logged_day(&self) -> Result<Option<String>, StoreError> {
        Ok(daily::first_logged_day(&self.connection)?)
    }

    /// Closes it; of a file, folds the write-ahead log into it.
    pub(crate) fn close(self) -> Result<(), StoreError> {
        Ok(self.connection.close()?)
    }
}

/// Why a batch was taken back.
struct Refused(WriteError);

impl<E: Into<WriteError>> From<E> for Refused {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}
