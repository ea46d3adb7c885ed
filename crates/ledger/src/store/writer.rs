//! The thread that writes.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};
use spillway_filter::event::Acknowledgement;
use tokio::sync::{mpsc, oneshot};

use super::holders::WriteError;
use super::{OpenError, StoreError, append, changes, gateways, migrate};
use crate::calendar::now;
use crate::record::Entry;

/// Batches that may wait for the thread; the next ones wait outside, for [`QUEUE_WAIT`].
const QUEUE: usize = 64;

/// How long a batch waits for a place in the queue.
const QUEUE_WAIT: Duration = Duration::from_secs(5);

/// Statements kept prepared: each kind that the thread runs, with room.
const STATEMENTS: usize = 64;

enum Command {
    Append(Vec<Entry>, Answer<Acknowledgement>),
    Change(Box<dyn FnOnce(&mut Connection) + Send>),
    Probe(Answer<()>),
    Stop(Answer<()>),
}

type Answer<T> = oneshot::Sender<Result<T, StoreError>>;

/// The way to the thread.
pub(super) struct Writer {
    commands: mpsc::Sender<Command>,
}

/// Opens the connection that writes: creates file and folder, sets the journal, takes migrations.
pub(super) fn open(file: &Path, lock_wait: Duration) -> Result<Connection, OpenError> {
    create(file).map_err(|error| OpenError::Create(file.to_owned(), error))?;
    let failed = |error| OpenError::Database(file.to_owned(), error);
    let mut connection = Connection::open(file).map_err(failed)?;
    connection.busy_timeout(lock_wait).map_err(failed)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // Before the journal is changed: a file that is refused stays as it was.
    migrate::run(&mut connection, file)?;
    let journal: String =
        connection.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0)).map_err(failed)?;
    if journal != "wal" {
        return Err(OpenError::NoWriteAheadLog(file.to_owned()));
    }
    // FULL syncs the log at each commit, so an acknowledged batch outlives a power cut too. A gateway sends
    // batches, so that is one sync for many requests.
    connection.pragma_update(None, "synchronous", "FULL").map_err(failed)?;
    Ok(connection)
}

/// Makes the folder and an empty file that only its owner reads: rows name users, addresses and spend.
/// SQLite gives the log beside it the same permissions.
fn create(file: &Path) -> std::io::Result<()> {
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file).map(drop)
}

impl Writer {
    /// Gives the connection to a new thread. It ends with [`Writer::stop`], or when this value is dropped.
    pub(super) fn start(connection: Connection) -> Result<Self, OpenError> {
        let (commands, inbox) = mpsc::channel(QUEUE);
        std::thread::Builder::new()
            .name("ledger-writer".to_owned())
            .spawn(move || run(connection, inbox))
            .map_err(OpenError::Thread)?;
        Ok(Self { commands })
    }

    /// See [`super::Store::append`].
    pub(super) async fn append(&self, entries: Vec<Entry>) -> Result<Acknowledgement, StoreError> {
        self.ask(|answer| Command::Append(entries, answer)).await
    }

    /// Does something in a transaction of its own, which is taken back where it fails.
    pub(super) async fn change<T, E>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<WriteError> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let work = |connection: &mut Connection| drop(answer.send(transact(connection, work)));
        self.send(Command::Change(Box::new(work))).await.map_err(WriteError::from)?;
        answered.await.map_err(|_| WriteError::from(StoreError::Closed))?
    }

    /// Does something when there is time for it. Whether it was done is not told.
    pub(super) fn change_at_leisure(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<()> + Send + 'static,
    ) {
        let work = |connection: &mut Connection| {
            if let Err(error) = transact(connection, |db| work(db).map_err(WriteError::from)) {
                crate::log::error("write_failed", serde_json::json!({"message": error.to_string()}));
            }
        };
        // Where the queue is full, there is no time for it.
        let _ = self.commands.try_send(Command::Change(Box::new(work)));
    }

    /// Commits one row, to know that rows can be committed.
    pub(super) async fn probe(&self) -> Result<(), StoreError> {
        self.ask(Command::Probe).await
    }

    /// Returns when all that was asked before is done, and the file is closed.
    pub(super) async fn stop(&self) -> Result<(), StoreError> {
        self.ask(Command::Stop).await
    }

    async fn ask<T>(&self, command: impl FnOnce(Answer<T>) -> Command) -> Result<T, StoreError> {
        let (answer, answered) = oneshot::channel();
        self.send(command(answer)).await?;
        answered.await.map_err(|_| StoreError::Closed)?
    }

    async fn send(&self, command: Command) -> Result<(), StoreError> {
        self.commands.send_timeout(command, QUEUE_WAIT).await.map_err(|error| match error {
            mpsc::error::SendTimeoutError::Timeout(_) => StoreError::Busy,
            mpsc::error::SendTimeoutError::Closed(_) => StoreError::Closed,
        })
    }
}

/// An answer that nobody waits for any more is dropped: its batch is stored, and the gateway, which cannot
/// know, sends it again, which changes nothing.
fn run(mut connection: Connection, mut inbox: mpsc::Receiver<Command>) {
    while let Some(command) = inbox.blocking_recv() {
        match command {
            Command::Append(entries, answer) => drop(answer.send(store(&mut connection, &entries))),
            Command::Change(work) => work(&mut connection),
            Command::Probe(answer) => drop(answer.send(probe(&connection))),
            Command::Stop(answer) => return drop(answer.send(close(connection))),
        }
    }
    if let Err(error) = close(connection) {
        crate::log::error("close_failed", serde_json::json!({"message": error.to_string()}));
    }
}

/// One transaction. Whatever fails, dropping it takes everything back.
fn transact<T, E: From<WriteError>>(
    connection: &mut Connection,
    work: impl FnOnce(&Connection) -> Result<T, E>,
) -> Result<T, E> {
    let transaction =
        connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(WriteError::from)?;
    let done = work(&transaction)?;
    changes::trim(&transaction).map_err(WriteError::from)?;
    transaction.commit().map_err(WriteError::from)?;
    Ok(done)
}

fn store(connection: &mut Connection, entries: &[Entry]) -> Result<Acknowledgement, StoreError> {
    let stored: Result<_, WriteError> = transact(connection, |db| {
        gateways::merge_one(db)?;
        Ok(append::entries(db, entries, &now())?)
    });
    stored.map_err(StoreError::from)
}

fn probe(connection: &Connection) -> Result<(), StoreError> {
    let write = r#"INSERT INTO "spillway_probe" ("id", "checked_at") VALUES (1, ?1)
                   ON CONFLICT ("id") DO UPDATE SET "checked_at" = excluded."checked_at""#;
    connection.prepare_cached(write)?.execute([now()])?;
    Ok(())
}

/// Folds the log into the file, so that a copy of the file alone is the whole ledger.
fn close(connection: Connection) -> Result<(), StoreError> {
    let folded = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    connection.close().map_err(|(_, error)| error)?;
    Ok(folded?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use spillway_filter::event::Event;

    fn entry(id: usize) -> Entry {
        let tags = vec!["x".repeat(2_000)];
        Entry::of(&Event { request_id: format!("r-{id}"), tags, ..Event::default() })
    }

    fn rows(connection: &Connection) -> usize {
        connection.query_row(r#"SELECT count(*) FROM "LiteLLM_SpendLogs""#, [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn a_batch_that_does_not_fit_on_the_disk_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let mut connection = open(&folder.path().join("ledger.sqlite"), Duration::ZERO).unwrap();
        let pages: u32 = connection.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
        connection.pragma_update_and_check(None, "max_page_count", pages + 10, |_| Ok(())).unwrap();

        let batch: Vec<Entry> = (0..100).map(entry).collect();
        let error = store(&mut connection, &batch).unwrap_err();
        assert_eq!(error.to_string(), "the database failed: database or disk is full");
        assert_eq!(rows(&connection), 0);
        let small = store(&mut connection, &batch[..2]).unwrap();
        assert_eq!((small.stored, small.duplicates), (2, 0));

        connection.pragma_update_and_check(None, "max_page_count", pages + 1_000, |_| Ok(())).unwrap();
        let again = store(&mut connection, &batch).unwrap();
        assert_eq!((again.stored, again.duplicates, rows(&connection)), (98, 2, 100));
    }

    #[test]
    fn commits_are_synced_and_the_file_is_private() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("of/a/new/folder.sqlite");
        let connection = open(&file, Duration::ZERO).unwrap();
        let pragma = |name: &str| -> String {
            connection
                .query_row(&format!("SELECT CAST({name} AS TEXT) FROM pragma_{name}"), [], |row| row.get(0))
                .unwrap()
        };
        assert_eq!((pragma("journal_mode").as_str(), pragma("synchronous").as_str()), ("wal", "2"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
}
