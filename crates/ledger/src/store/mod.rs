//! What is stored, and what is asked of it.
//!
//! Rows of [`crate::record`] go in and come out; totals, and what gateways are told, come out of the queries.
//! What writes are the threads of `writer`, each with a connection of its own: one on SQLite, two on PostgreSQL. There they
//! insert rows beside each other, and take the writer's lock, which other ledgers take as well, for what all add to
//! (`Connection::lock`); whoever changes anything else has it from the beginning (`Connection::transact`). Batches that
//! wait share a transaction, in which each is told what became of it; where that fails, each gets one of its own. A change
//! has its own. Queries run on read-only connections beside them, on a snapshot each. Which database it is, only
//! [`crate::db`] knows.

mod among;
mod append;
mod budgets;
mod changes;
mod conditions;
mod desk;
mod error;
mod error_rows;
mod gateways;
mod guardrail_rows;
mod guardrails;
mod holders;
mod import;
mod key_aliases;
mod lookup;
mod migrate;
mod money;
mod monitor;
mod probe;
mod reader;
mod report;
mod retention;
mod rollup;
mod size;
mod spend;
mod spend_rows;
mod tag_rows;
mod tally;
mod totals;
mod unsettled;
mod waiting;
mod writer;

#[cfg(test)]
pub(crate) mod testing;

pub use error::StoreError;
pub(crate) use guardrails::{
    DayOutcome, GuardrailDay, GuardrailLog, GuardrailLogFilter, GuardrailTotals, MOST_COUNTED,
};
pub(crate) use holders::{KeyFilter, WriteError};
pub(crate) use import::{
    Arrival, Arriving, DAILY_COUNTS, DAILY_NAMES, DailyTable, ImportedDay, ImportedSpend, Importer,
    SPEND_COLUMNS_TAKEN, Taken,
};
pub(crate) use report::{Alias, Dimension, Group, MOST_GROUPS, Named};
pub use retention::Retention;
pub(crate) use spend::{Place, SPEND_COLUMNS, Span, SpendFilter, SpendRow};
pub(crate) use totals::{StatusTotals, Totals};

use std::sync::Weak;

use spillway_filter::event::Acknowledgement;
use spillway_filter::keys::{Changes, Lookup};

use crate::calendar::Day;
use crate::db::{Database, OpenError};
use crate::record::Entry;
use gateways::Seen;
use probe::{Alive, Probe};
use reader::Readers;
use writer::Writer;

/// An open ledger database.
pub(crate) struct Store {
    writer: Writer,
    /// For people's questions.
    readers: Readers,
    /// For gateways' questions, which are short, many, and asked while a request waits: no report that runs
    /// for seconds is in front of them.
    gateway_readers: Readers,
    seen: Seen,
    probe: Probe,
}

/// Days, both included; open where there is none.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Days {
    /// The first day.
    pub(crate) from: Option<Day>,
    /// The last day.
    pub(crate) to: Option<Day>,
}

/// A part of a list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Page {
    /// From 1.
    pub(crate) number: u32,
    /// Rows in it.
    pub(crate) size: u32,
}

impl Page {
    fn offset(self) -> u64 {
        u64::from(self.number.saturating_sub(1)) * u64::from(self.size)
    }
}

impl Store {
    /// Opens the database, a file also where there is none yet, and brings its schema up to date.
    ///
    /// # Errors
    /// [`OpenError`]: it cannot be used, and why.
    pub(crate) fn open(database: &Database) -> Result<Self, OpenError> {
        let connection = writer::open(database)?;
        Ok(Self {
            writer: Writer::start(database, connection)?,
            readers: Readers::of(database),
            gateway_readers: Readers::of(database),
            seen: Seen::default(),
            probe: Probe::default(),
        })
    }

    /// Deletes what is older than it is kept, as long as there is somebody else who has the store.
    pub(crate) async fn keep(store: Weak<Self>, retention: Retention) {
        retention::keep(store, retention).await;
    }

    /// Stores what is not stored yet, all of it or nothing. When this returns well, it is on the disk.
    pub(crate) async fn append(&self, entries: Vec<Entry>) -> Result<Acknowledgement, StoreError> {
        self.writer.append(entries).await
    }

    /// What a gateway has to know to admit requests of a key: the key, its team, its user, and what is spent
    /// in their budgets, of which `gateway` is told its own part.
    pub(crate) async fn lookup(&self, hash: String, gateway: String) -> Result<Lookup, StoreError> {
        self.gateway_readers.run(move |connection| lookup::of(connection, &hash, &gateway)).await
    }

    /// What became different after the change with the number `since`; without it, the number of the last.
    pub(crate) async fn changes(&self, gateway: String, since: Option<u64>) -> Result<Changes, StoreError> {
        if self.seen.is_news(&gateway) {
            let gateway = gateway.clone();
            self.writer.change_at_leisure(move |connection| gateways::seen(connection, &gateway));
        }
        self.gateway_readers.run(move |connection| changes::since(connection, &gateway, since)).await
    }

    /// Writes and reads; at most once a second, whoever asks. What answered.
    pub(crate) async fn probe(&self) -> Result<Alive, StoreError> {
        self.probe.ask(&self.writer, &self.readers).await
    }

    /// Sums over the spend log's rows.
    pub(crate) async fn totals(&self, span: Span) -> Result<Totals, StoreError> {
        self.readers.run(move |connection| totals::of(connection, &span)).await
    }

    /// What each guardrail did on these days, by name.
    pub(crate) async fn guardrail_totals(&self, days: Days) -> Result<Vec<GuardrailTotals>, StoreError> {
        self.readers.run(move |connection| guardrails::totals(connection, days)).await
    }

    /// What all guardrails did on each of these days on which one ran, oldest first.
    pub(crate) async fn guardrail_days(&self, days: Days) -> Result<Vec<DayOutcome>, StoreError> {
        self.readers.run(move |connection| guardrails::days(connection, days)).await
    }

    /// Requests that a guardrail looked at, newest first, and how many there are in all: of more than
    /// [`guardrails::MOST_COUNTED`] one more than that.
    pub(crate) async fn guardrail_logs(
        &self,
        filter: GuardrailLogFilter,
        page: Page,
    ) -> Result<(Vec<GuardrailLog>, u64), StoreError> {
        self.readers.run(move |connection| guardrails::logs(connection, &filter, page)).await
    }

    /// Finishes the writes that were accepted, and closes the database.
    pub(crate) async fn close(&self) -> Result<(), StoreError> {
        self.readers.close();
        self.gateway_readers.close();
        self.writer.stop().await
    }
}
