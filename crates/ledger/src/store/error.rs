//! Why the database did not do it.

use std::fmt;
use std::path::PathBuf;

/// Why a write or a query did not happen. A batch that met one is not stored, not even in part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreError {
    /// Too much is waiting already.
    Busy,
    /// The query was cut off: it ran longer than any may.
    TooLong,
    /// The page's rows have more bytes than an answer may.
    PageTooLarge,
    /// The ledger is stopping.
    Closed,
    /// The database's own words: full, locked, not writable, damaged, …
    Database(String),
}

impl fmt::Display for StoreError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Busy => out.write_str("too many requests are waiting for the database"),
            Self::TooLong => out.write_str("the query ran too long and was cut off"),
            Self::PageTooLarge => out.write_str("the rows of this page are too large for one answer"),
            Self::Closed => out.write_str("the ledger is stopping"),
            Self::Database(message) => write!(out, "the database failed: {message}"),
        }
    }
}

impl std::error::Error for StoreError {}

impl From<rusqlite::Error> for StoreError {
    /// SQLite's messages name tables and causes, never bound values.
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::OperationInterrupted) => Self::TooLong,
            _ => Self::Database(error.to_string()),
        }
    }
}

/// Why a file cannot be the ledger's database.
#[derive(Debug)]
pub enum OpenError {
    /// The folder or the file cannot be made.
    Create(PathBuf, std::io::Error),
    /// SQLite cannot open, read or change it.
    Database(PathBuf, rusqlite::Error),
    /// It holds another program's tables.
    Foreign(PathBuf),
    /// A later ledger wrote it.
    Newer {
        /// The file's schema.
        found: u32,
        /// The latest that this program knows.
        known: u32,
    },
    /// The file system has no shared memory or locks that a write-ahead log needs.
    NoWriteAheadLog(PathBuf),
    /// The operating system gives no thread.
    Thread(std::io::Error),
}

impl fmt::Display for OpenError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Create(path, error) => write!(out, "{}: cannot be created: {error}", path.display()),
            Self::Database(path, error) => {
                write!(out, "{}: not usable as a database: {error}", path.display())
            }
            Self::Foreign(path) => {
                write!(out, "{}: holds tables of another program; name a new file", path.display())
            }
            Self::Newer { found, known } => write!(
                out,
                "the database has schema {found}, this program knows up to {known}: run the spillway-ledger that \
                 wrote it, or a later one"
            ),
            Self::NoWriteAheadLog(path) => write!(
                out,
                "{}: the file system cannot hold a write-ahead log (network folders cannot); use a local disk",
                path.display()
            ),
            Self::Thread(error) => write!(out, "no thread for the writer: {error}"),
        }
    }
}

impl std::error::Error for OpenError {}
