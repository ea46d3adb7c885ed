//! Why the database did not do it.

use std::fmt;

use crate::db::DbError;

/// Why a write or a query did not happen. A batch that met one is not stored, not even in part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreError {
    /// Too much is waiting already.
    Busy,
    /// The query was cut off: it ran longer than any may.
    TooLong,
    /// The page's rows have more bytes than an answer may.
    PageTooLarge,
    /// A report has more groups than an answer may.
    TooManyGroups,
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
            Self::TooManyGroups => {
                write!(out, "the report has more than {} groups", super::MOST_GROUPS)
            }
            Self::Closed => out.write_str("the ledger is stopping"),
            Self::Database(message) => write!(out, "the database failed: {message}"),
        }
    }
}

impl std::error::Error for StoreError {}

impl From<DbError> for StoreError {
    fn from(error: DbError) -> Self {
        match error {
            DbError::TooLong => Self::TooLong,
            DbError::Deadlock => Self::Database(error.to_string()),
            DbError::Failed(message) => Self::Database(message),
        }
    }
}
