//! Why a database cannot be the ledger's.

use std::fmt;
use std::path::{Path, PathBuf};

use super::DbError;

/// Why a file or a server cannot be the ledger's database.
#[derive(Debug)]
pub enum OpenError {
    /// The folder or the file cannot be made.
    Create(PathBuf, std::io::Error),
    /// It cannot be opened, read or changed: which, and the database's own words.
    Database(String, String),
    /// It holds another program's tables.
    Foreign(String),
    /// A later ledger wrote it.
    Newer {
        /// The database's schema.
        found: u32,
        /// The latest that this program knows.
        known: u32,
    },
    /// The file system has no shared memory or locks that a write-ahead log needs.
    NoWriteAheadLog(PathBuf),
    /// The operating system gives no thread.
    Thread(std::io::Error),
}

impl OpenError {
    pub(super) fn sqlite(file: &Path, error: DbError) -> Self {
        Self::Database(file.display().to_string(), error.to_string())
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Create(path, error) => write!(out, "{}: cannot be created: {error}", path.display()),
            Self::Database(which, error) => write!(out, "{which}: not usable as a database: {error}"),
            Self::Foreign(which) => {
                write!(out, "{which}: holds tables of another program; name a new or an empty one")
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
