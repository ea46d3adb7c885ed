//! How far each file was read, in a small file beside the database.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::file::Identity;

/// A place in a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Position {
    /// Which file, whatever its name is by now.
    #[serde(flatten)]
    pub(super) file: Identity,
    /// Bytes that were taken.
    pub(super) offset: u64,
}

/// The places of all files that are followed, by path.
#[derive(Debug, Default)]
pub(super) struct Positions {
    file: PathBuf,
    places: BTreeMap<PathBuf, Position>,
}

impl Positions {
    /// Reads what is remembered. Without a readable file, all is read again from its beginning, which changes nothing.
    pub(super) fn load(file: &Path) -> Self {
        let text = std::fs::read(file).unwrap_or_default();
        Self { file: file.to_owned(), places: serde_json::from_slice(&text).unwrap_or_default() }
    }

    pub(super) fn of(&self, path: &Path) -> Option<Position> {
        self.places.get(path).copied()
    }

    /// Remembers a place. The file is replaced whole, so that it is never half written.
    pub(super) fn keep(&mut self, path: &Path, place: Position) -> io::Result<()> {
        if self.places.insert(path.to_owned(), place) == Some(place) {
            return Ok(());
        }
        let next = self.file.with_extension("new");
        std::fs::write(&next, serde_json::to_vec(&self.places)?)?;
        std::fs::rename(&next, &self.file)
    }
}
