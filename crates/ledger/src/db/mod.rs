//! The database: the only code that knows that it is SQLite or PostgreSQL.
//!
//! Both are asked in the part of SQL that they share, with values numbered `?1`, `?2`, …; what differs is in the
//! migrations and in [`Connection::dialect`]. One connection is used by one thread at a time and blocks it.

mod error;
mod insert;
mod location;
mod open_error;
mod param;
mod postgres;
mod postgres_copy;
mod postgres_insert;
mod postgres_types;
mod postgres_url;
mod row;
mod sqlite;
mod tls;

use std::ops::ControlFlow;
use std::time::Instant;

pub(crate) use error::DbError;
pub(crate) use insert::Insert;
pub use location::Database;
pub use open_error::OpenError;
pub(crate) use param::{OwnedParam, Param, params};
use postgres::Postgres;
pub(crate) use postgres::Session;
pub use postgres_url::{PostgresUrl, PostgresUrlError};
pub(crate) use row::{Row, Value};
use sqlite::Sqlite;

/// Whether further rows are wanted.
pub(crate) type Flow = ControlFlow<()>;

/// Which SQL a statement is written in, where the two have no word in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

impl Dialect {
    /// The database's name, as a program that asks is told it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgresql",
        }
    }
}

/// An open connection.
pub(crate) enum Connection {
    /// To a file.
    Sqlite(Sqlite),
    /// To a server.
    Postgres(Box<Postgres>),
}

/// A writer's lock of the whole database, held until its transaction ends: what SQLite has by itself. Several
/// connections, and several ledgers, may write to one PostgreSQL; numbers of changes and sums rely on one at a time.
const POSTGRES_WRITE_LOCK: &str = "SELECT pg_advisory_xact_lock(6013240173461842)";

/// A lock of those who insert rows beside each other and rely on what is kept.
const POSTGRES_KEEP_LOCK: &str = "SELECT pg_advisory_xact_lock_shared(6013240173461843)";

/// The lock of [`POSTGRES_KEEP_LOCK`], of who deletes what is too old to be kept.
const POSTGRES_DELETE_LOCK: &str = "SELECT pg_advisory_xact_lock(6013240173461843)";

impl Connection {
    /// The SQL it speaks.
    pub(crate) fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Whether it will not work again, and another has to be opened.
    pub(crate) fn is_lost(&self) -> bool {
        match self {
            Self::Sqlite(_) => false,
            Self::Postgres(server) => server.is_lost(),
        }
    }

    /// Prepares for as many rows as there were in the last second or two.
    pub(crate) fn expect(&self, rows: usize) -> Result<(), DbError> {
        match self {
            Self::Sqlite(file) => file.expect(rows),
            Self::Postgres(_) => Ok(()),
        }
    }

    /// Cuts off what runs at that time; a server has its own bound, which its session set.
    pub(crate) fn until(&self, deadline: Instant) {
        if let Self::Sqlite(file) = self {
            file.until(deadline);
        }
    }

    /// Runs a statement that answers nothing; how many rows it changed.
    pub(crate) fn execute(&self, sql: &str, params: &[Param<'_>]) -> Result<u64, DbError> {
        match self {
            Self::Sqlite(file) => file.execute(sql, params),
            Self::Postgres(server) => server.execute(sql, params),
        }
    }

    /// Runs a statement once for each of these rows of values, within a transaction of the caller's.
    pub(crate) fn execute_many(&self, sql: &str, rows: &[Vec<Param<'_>>]) -> Result<(), DbError> {
        match self {
            Self::Sqlite(file) => file.execute_many(sql, rows),
            Self::Postgres(server) => server.execute_many(sql, rows),
        }
    }

    /// Adds rows to a table, within a transaction of the caller's: what takes the least time of each row.
    pub(crate) fn insert<'p>(
        &self,
        insert: &Insert,
        rows: &[impl AsRef<[Param<'p>]>],
    ) -> Result<(), DbError> {
        if rows.is_empty() {
            return Ok(());
        }
        match self {
            Self::Sqlite(file) => file.insert(insert, rows),
            Self::Postgres(server) => server.insert(insert, rows),
        }
    }

    /// Runs statements without values.
    pub(crate) fn script(&self, statements: &str) -> Result<(), DbError> {
        match self {
            Self::Sqlite(file) => file.script(statements),
            Self::Postgres(server) => server.script(statements),
        }
    }

    /// Hands over the rows of an answer one by one, until no further one is wanted.
    pub(crate) fn each(
        &self,
        sql: &str,
        params: &[Param<'_>],
        read: impl FnMut(Row) -> Result<Flow, DbError>,
    ) -> Result<(), DbError> {
        match self {
            Self::Sqlite(file) => file.each(sql, params, read),
            Self::Postgres(server) => server.each(sql, params, read),
        }
    }

    /// All rows of an answer. The statement bounds how many there are.
    pub(crate) fn all<T>(
        &self,
        sql: &str,
        params: &[Param<'_>],
        read: impl Fn(&Row) -> Result<T, DbError>,
    ) -> Result<Vec<T>, DbError> {
        let mut rows = Vec::new();
        self.each(sql, params, |row| {
            rows.push(read(&row)?);
            Ok(Flow::Continue(()))
        })?;
        Ok(rows)
    }

    /// The first row of an answer, where there is one.
    pub(crate) fn first<T>(
        &self,
        sql: &str,
        params: &[Param<'_>],
        read: impl Fn(&Row) -> Result<T, DbError>,
    ) -> Result<Option<T>, DbError> {
        let mut first = None;
        self.each(sql, params, |row| {
            first = Some(read(&row)?);
            Ok(Flow::Break(()))
        })?;
        Ok(first)
    }

    /// The only row of an answer that always has one.
    pub(crate) fn one<T>(
        &self,
        sql: &str,
        params: &[Param<'_>],
        read: impl Fn(&Row) -> Result<T, DbError>,
    ) -> Result<T, DbError> {
        self.first(sql, params, read)?.ok_or_else(|| DbError::Failed("the answer has no row".to_owned()))
    }

    /// Does something in a transaction that holds the writer's lock. Whatever fails, everything is taken back.
    pub(crate) fn transact<T, E: From<DbError>>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, E>,
    ) -> Result<T, E> {
        match self.dialect() {
            Dialect::Sqlite => self.within("BEGIN IMMEDIATE", work),
            Dialect::Postgres => self.within(&format!("BEGIN; {POSTGRES_WRITE_LOCK}"), work),
        }
    }

    /// Does something in a transaction that, on a server, begins without the writer's lock: whoever needs it takes it
    /// ([`Connection::lock`]) once all is done that others may do meanwhile. Whatever fails, everything is taken back.
    pub(crate) fn transact_unlocked<T, E: From<DbError>>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, E>,
    ) -> Result<T, E> {
        match self.dialect() {
            Dialect::Sqlite => self.within("BEGIN IMMEDIATE", work),
            Dialect::Postgres => self.within("BEGIN", work),
        }
    }

    /// Takes the writer's lock for what is left of a transaction. A file's was taken when the transaction began.
    pub(crate) fn lock(&self) -> Result<(), DbError> {
        match self.dialect() {
            Dialect::Sqlite => Ok(()),
            Dialect::Postgres => self.script(POSTGRES_WRITE_LOCK),
        }
    }

    /// Has nobody delete old rows until the transaction ends: whoever does waits ([`Connection::may_delete_old_rows`]). No
    /// writer's lock may be taken after it.
    pub(crate) fn keep_old_rows(&self) -> Result<(), DbError> {
        match self.dialect() {
            Dialect::Sqlite => Ok(()),
            Dialect::Postgres => self.script(POSTGRES_KEEP_LOCK),
        }
    }

    /// Waits for those who need old rows to stay, and lets no other begin until the transaction ends. The writer's lock
    /// is held.
    pub(crate) fn may_delete_old_rows(&self) -> Result<(), DbError> {
        match self.dialect() {
            Dialect::Sqlite => Ok(()),
            Dialect::Postgres => self.script(POSTGRES_DELETE_LOCK),
        }
    }

    /// Asks several things of one state of the database: what commits meanwhile is not seen.
    pub(crate) fn snapshot<T, E: From<DbError>>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, E>,
    ) -> Result<T, E> {
        match self.dialect() {
            Dialect::Sqlite => self.within("BEGIN", work),
            Dialect::Postgres => self.within("BEGIN ISOLATION LEVEL REPEATABLE READ", work),
        }
    }

    fn within<T, E: From<DbError>>(
        &self,
        begin: &str,
        work: impl FnOnce(&Self) -> Result<T, E>,
    ) -> Result<T, E> {
        let done = match self.script(begin) {
            Ok(()) => work(self).and_then(|done| self.script("COMMIT").map(|()| done).map_err(E::from)),
            Err(error) => Err(error.into()),
        };
        if done.is_err() {
            // It fails where there is no transaction any more, as after some errors of SQLite's.
            let _ = self.script("ROLLBACK");
        }
        done
    }

    /// Closes it; of a file, folds the write-ahead log into it, so that a copy of the file alone is the whole.
    pub(crate) fn close(self) -> Result<(), DbError> {
        match self {
            Self::Sqlite(file) => file.close(),
            Self::Postgres(_) => Ok(()),
        }
    }
}
