//! Events out of files: the access log that Envoy writes where `durable_events` is set, one event a line.
//!
//! What the gateway delivered is in the ledger already, and its lines change nothing: an event is stored once by its
//! id. What is new here was lost on the other way: Envoy was killed, or its outbox ran over.
//!
//! | module | room |
//! |---|---|
//! | `file` | one file from some byte on: whole lines, in pieces of bounded size |
//! | `line` | a line → what is stored of it |
//! | `positions` | how far each file was read, over restarts |
//! | `follow` | files that grow and are rotated, for as long as the ledger runs |

mod file;
mod follow;
mod line;
mod positions;
#[cfg(test)]
mod tests;

use std::fmt;
use std::path::{Path, PathBuf};

use file::LogFile;
pub(crate) use follow::follow;
use line::Read;

use crate::db::OpenError;
use crate::store::{Store, StoreError};

/// What became of the lines of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reconciled {
    /// Events that the ledger did not have.
    pub stored: u64,
    /// Events that it had.
    pub duplicates: u64,
    /// Lines that are no event; each is logged with its place.
    pub malformed: u64,
}

impl Reconciled {
    fn add(&mut self, other: Self) {
        self.stored += other.stored;
        self.duplicates += other.duplicates;
        self.malformed += other.malformed;
    }
}

impl fmt::Display for Reconciled {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { stored, duplicates, malformed } = self;
        write!(out, "{stored} stored, {duplicates} known before, {malformed} lines malformed")
    }
}

/// Why files were not read to their end. What was stored by then is stored, and may be read again.
#[derive(Debug)]
pub enum ReconcileError {
    /// The database cannot be used.
    Open(OpenError),
    /// The file cannot be read.
    Read(PathBuf, std::io::Error),
    /// The database did not take the events.
    Store(StoreError),
}

impl fmt::Display for ReconcileError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open(error) => error.fmt(out),
            Self::Read(path, error) => write!(out, "{}: cannot be read: {error}", path.display()),
            Self::Store(error) => write!(out, "{error}; run it again later, nothing is stored twice"),
        }
    }
}

impl std::error::Error for ReconcileError {}

/// Reads a file once, from its beginning to its last whole line.
pub(crate) async fn once(store: &Store, path: &Path) -> Result<Reconciled, ReconcileError> {
    let unreadable = |error| ReconcileError::Read(path.to_owned(), error);
    let mut file = LogFile::open(path, 0).map_err(unreadable)?;
    let mut all = Reconciled::default();
    loop {
        let piece = file.next().map_err(unreadable)?;
        let read = Read::of(path, &piece, None);
        file.seek(read.end);
        all.add(append(store, read).await.map_err(ReconcileError::Store)?);
        if piece.is_empty() {
            return Ok(all);
        }
    }
}

/// Stores what was read.
async fn append(store: &Store, read: Read) -> Result<Reconciled, StoreError> {
    let mut done = Reconciled { malformed: read.malformed, ..Reconciled::default() };
    if !read.entries.is_empty() {
        let told = store.append(read.entries).await?;
        (done.stored, done.duplicates) = (told.stored, told.duplicates);
    }
    Ok(done)
}
