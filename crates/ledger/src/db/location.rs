//! Where the database is, and the connections to it.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use super::postgres::Postgres;
use super::sqlite::Sqlite;
use super::{Connection, DbError, OpenError, PostgresUrl, Session};

/// How long a statement of the writer may run on a server.
const WRITE_TIME: Duration = Duration::from_secs(30);

/// Where a ledger keeps its rows.
#[derive(Clone, Debug)]
pub enum Database {
    /// A file; it and its folder are created where they are missing.
    Sqlite {
        /// The file.
        file: PathBuf,
        /// How long a statement waits for another process that holds the file's lock.
        lock_wait: Duration,
    },
    /// A database on a server, which has to be there, and empty or the ledger's.
    Postgres(PostgresUrl),
}

impl Database {
    /// A file, with the usual wait for locks.
    #[must_use]
    pub fn file(file: impl Into<PathBuf>) -> Self {
        Self::Sqlite { file: file.into(), lock_wait: Duration::from_secs(5) }
    }

    /// Opens the connection that writes. Call [`Database::prepare`] once its schema is known to be ours.
    pub(crate) fn open(&self) -> Result<Connection, OpenError> {
        match self {
            Self::Sqlite { file, lock_wait } => Sqlite::open(file, *lock_wait).map(Connection::Sqlite),
            Self::Postgres(_) => self.reopen().map_err(|error| self.unusable(error)),
        }
    }

    /// Opens the connection that writes to a database that [`Database::open`] opened before.
    pub(crate) fn reopen(&self) -> Result<Connection, DbError> {
        match self {
            Self::Sqlite { .. } => self.open().map_err(|error| DbError::Failed(error.to_string())),
            Self::Postgres(url) => {
                let session = Session { read_only: false, statement_time: WRITE_TIME };
                Ok(Connection::Postgres(Box::new(Postgres::open(url, session)?)))
            }
        }
    }

    /// Sets what a connection needs to write safely.
    pub(crate) fn prepare(&self, connection: &Connection) -> Result<(), OpenError> {
        match (self, connection) {
            (Self::Sqlite { file, .. }, Connection::Sqlite(open)) => open.log_ahead(file),
            _ => Ok(()),
        }
    }

    /// Opens a connection that only reads, each statement for at most so long.
    pub(crate) fn open_read_only(&self, statement_time: Duration) -> Result<Connection, DbError> {
        match self {
            Self::Sqlite { file, lock_wait } => {
                Ok(Connection::Sqlite(Sqlite::open_read_only(file, *lock_wait)?))
            }
            Self::Postgres(url) => {
                let session = Session { read_only: true, statement_time };
                Ok(Connection::Postgres(Box::new(Postgres::open(url, session)?)))
            }
        }
    }

    /// The database's words about why it cannot be used.
    pub(crate) fn unusable(&self, error: impl fmt::Display) -> OpenError {
        OpenError::Database(self.to_string(), error.to_string())
    }
}

impl fmt::Display for Database {
    /// The file, or the server without its password.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite { file, .. } => write!(out, "{}", file.display()),
            Self::Postgres(url) => url.fmt(out),
        }
    }
}
