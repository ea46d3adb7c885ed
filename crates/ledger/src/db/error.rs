//! Why a statement did not do it.

use std::fmt::{self, Display};

/// A statement that failed. What it was part of is taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum DbError {
    /// It was cut off: it ran longer than any may.
    TooLong,
    /// It waited for another transaction, and that one for it; this one was taken back. The next time, the other is done.
    Deadlock,
    /// The database's own words. They name tables and causes, never bound values.
    Failed(String),
}

impl DbError {
    /// A value that another program wrote. The row is not used: a limit that is not understood is not no limit.
    pub(crate) fn unreadable(column: impl Display, cause: impl Display) -> Self {
        Self::Failed(format!("column {column}: {cause}"))
    }
}

impl Display for DbError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => out.write_str("the statement ran too long and was cut off"),
            Self::Deadlock => out.write_str("deadlock detected"),
            Self::Failed(message) => out.write_str(message),
        }
    }
}

impl std::error::Error for DbError {}

impl From<rusqlite::Error> for DbError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::OperationInterrupted) => Self::TooLong,
            _ => Self::Failed(error.to_string()),
        }
    }
}
