//! Files that grow and are rotated, for as long as the ledger runs.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::json;

use super::file::{Identity, LogFile};
use super::line::Read;
use super::positions::{Position, Positions};
use super::{Reconciled, append};
use crate::store::Store;

/// Between two looks at a file that has nothing new.
const PAUSE: Duration = Duration::from_millis(500);
/// After a failure of the disk or the database.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(2);
/// An event is left to the gateway for so long: what it delivers may tell more.
const LEAVE_TO_GATEWAY: Duration = Duration::from_secs(2);

/// One file that is followed, by its name.
#[derive(Debug)]
pub(super) struct Follower {
    path: PathBuf,
    file: Option<LogFile>,
    /// Where to go on, before a file was opened.
    remembered: Option<Position>,
    /// The last look found nothing new.
    at_end: bool,
    /// It was at its end after it had lost its name.
    finished: bool,
}

impl Follower {
    pub(super) fn new(path: &Path, remembered: Option<Position>) -> Self {
        Self { path: path.to_owned(), file: None, remembered, at_end: false, finished: false }
    }

    /// What came next, up to the first event that ended after `until_us`. Of a file that is not there: nothing.
    pub(super) fn read(&mut self, until_us: u64) -> io::Result<Read> {
        if self.at_end {
            self.turn()?;
        }
        if self.file.is_none() {
            self.file = self.opened()?;
        }
        let Some(file) = &mut self.file else { return Ok(Read::default()) };
        file.begin_anew_if_emptied()?;
        let piece = file.next()?;
        self.at_end = piece.is_empty();
        Ok(Read::of(&self.path, &piece, Some(until_us)))
    }

    /// Takes what was read as done.
    pub(super) fn take(&mut self, read_to: u64) -> Option<Position> {
        let file = self.file.as_mut()?;
        if read_to > file.offset {
            file.seek(read_to);
        }
        Some(Position { file: file.identity, offset: file.offset })
    }

    /// At the end of a file that has lost its name to another: goes on with that one, at the second look, for a line
    /// may have been on its way to the old one.
    fn turn(&mut self) -> io::Result<()> {
        let named = match std::fs::metadata(&self.path) {
            Ok(metadata) => Identity::of(&metadata),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error),
        };
        if self.file.as_ref().is_some_and(|file| file.identity == named) {
            self.finished = false;
            return Ok(());
        }
        if std::mem::replace(&mut self.finished, true) {
            self.finished = false;
            self.file = Some(LogFile::open(&self.path, 0)?);
        }
        Ok(())
    }

    /// The file that was read last, under whichever name it has now; else the one of this name.
    fn opened(&self) -> io::Result<Option<LogFile>> {
        if let Some(position) = self.remembered
            && let Some(path) = self.name_of(position.file)
        {
            return LogFile::open(&path, position.offset).map(Some);
        }
        match LogFile::open(&self.path, 0) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            opened => opened.map(Some),
        }
    }

    /// A rotated file stands beside its successor, with a name that begins as its own.
    fn name_of(&self, wanted: Identity) -> Option<PathBuf> {
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let stem = self.path.file_name()?.as_encoded_bytes();
        let entries = std::fs::read_dir(folder.unwrap_or(Path::new("."))).ok()?;
        let siblings =
            entries.flatten().filter(|entry| entry.file_name().as_encoded_bytes().starts_with(stem));
        let is_wanted =
            |path: &PathBuf| std::fs::metadata(path).is_ok_and(|metadata| Identity::of(&metadata) == wanted);
        siblings.map(|entry| entry.path()).find(is_wanted)
    }
}

/// Follows files until it is dropped. `memory` is the file that says how far they were read.
pub(crate) async fn follow(store: Arc<Store>, paths: Vec<PathBuf>, memory: PathBuf) {
    if paths.is_empty() {
        return;
    }
    let mut positions = Positions::load(&memory);
    let mut followers: Vec<Follower> =
        paths.iter().map(|path| Follower::new(path, positions.of(path))).collect();
    loop {
        let mut pause = Some(PAUSE);
        for follower in &mut followers {
            match step(&store, follower, &mut positions).await {
                Ok(true) => pause = None,
                Ok(false) => {}
                Err(message) => {
                    let fields = json!({"file": follower.path, "message": message});
                    crate::log::error("access_log_not_read", fields);
                    pause = Some(PAUSE_AFTER_FAILURE);
                }
            }
        }
        match pause {
            Some(pause) => tokio::time::sleep(pause).await,
            None => tokio::task::yield_now().await,
        }
    }
}

/// Stores the next lines of a file, and remembers that. Whether there were any.
async fn step(store: &Store, follower: &mut Follower, positions: &mut Positions) -> Result<bool, String> {
    let before = follower.file.as_ref().map_or(0, |file| file.offset);
    let read = follower.read(until_us()).map_err(|error| error.to_string())?;
    let end = read.end;
    let done = append(store, read).await.map_err(|error| error.to_string())?;
    if done.stored > 0 {
        report(&follower.path, &done);
    }
    if let Some(position) = follower.take(end) {
        positions.keep(&follower.path, position).map_err(|error| error.to_string())?;
    }
    Ok(end > before)
}

fn report(path: &Path, done: &Reconciled) {
    crate::log::info(
        "access_log_reconciled",
        json!({"file": path, "stored": done.stored, "duplicates": done.duplicates, "malformed": done.malformed}),
    );
}

fn until_us() -> u64 {
    let until = SystemTime::now().checked_sub(LEAVE_TO_GATEWAY);
    let since = until.and_then(|until| until.duration_since(UNIX_EPOCH).ok());
    since.map_or(0, |since| u64::try_from(since.as_micros()).unwrap_or(u64::MAX))
}
