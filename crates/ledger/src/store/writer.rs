//! The thread that writes.

use std::sync::Arc;
use std::time::{Duration, Instant};

use spillway_filter::event::Acknowledgement;
use tokio::sync::{mpsc, oneshot};

use super::holders::WriteError;
use super::{OpenError, StoreError, append, changes, gateways, migrate};
use crate::calendar::now;
use crate::db::{Connection, Database, DbError, params};
use crate::metrics::Histogram;
use crate::record::Entry;

/// Batches that may wait for the thread; the next ones wait outside, for [`QUEUE_WAIT`].
const QUEUE: usize = 64;

/// How long a batch waits for a place in the queue.
const QUEUE_WAIT: Duration = Duration::from_secs(5);

enum Command {
    Append(Vec<Entry>, Answer<Acknowledgement>),
    Change(Change),
    Probe(Answer<()>),
    Stop(Answer<()>),
}

type Answer<T> = oneshot::Sender<Result<T, StoreError>>;

/// Something to do with a connection, or to leave undone where there is none.
type Change = Box<dyn FnOnce(Result<&Connection, DbError>) + Send>;

/// The way to the thread.
pub(super) struct Writer {
    commands: mpsc::Sender<Command>,
    commits: Arc<Histogram>,
}

/// Opens the connection that writes, and takes migrations.
pub(super) fn open(database: &Database) -> Result<Connection, OpenError> {
    let connection = database.open()?;
    // Before the journal is changed: a file that is refused stays as it was.
    migrate::run(&connection, database)?;
    database.prepare(&connection)?;
    Ok(connection)
}

impl Writer {
    /// Gives the connection to a new thread. It ends with [`Writer::stop`], or when this value is dropped.
    pub(super) fn start(database: Database, connection: Connection) -> Result<Self, OpenError> {
        let (commands, inbox) = mpsc::channel(QUEUE);
        let commits = Arc::<Histogram>::default();
        let desk = Desk { database, connection, commits: Arc::clone(&commits) };
        std::thread::Builder::new()
            .name("ledger-writer".to_owned())
            .spawn(move || desk.run(inbox))
            .map_err(OpenError::Thread)?;
        Ok(Self { commands, commits })
    }

    /// Commands that wait for the thread.
    pub(super) fn waiting(&self) -> usize {
        self.commands.max_capacity().saturating_sub(self.commands.capacity())
    }

    /// How long batches took to be stored, once it was their turn.
    pub(super) fn commits(&self) -> &Histogram {
        &self.commits
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
        let work = |connection: Result<&Connection, DbError>| {
            let done = connection.map_err(Refused::from);
            let done = done.and_then(|db| transact(db, |db| work(db).map_err(Refused)));
            drop(answer.send(done.map_err(|Refused(error)| error)));
        };
        self.send(Command::Change(Box::new(work))).await.map_err(WriteError::from)?;
        answered.await.map_err(|_| WriteError::from(StoreError::Closed))?
    }

    /// Does something when there is time for it. Whether it was done is not told.
    pub(super) fn change_at_leisure(
        &self,
        work: impl FnOnce(&Connection) -> Result<(), DbError> + Send + 'static,
    ) {
        let work = |connection: Result<&Connection, DbError>| {
            if let Err(error) = connection.and_then(|db| transact(db, work)) {
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

/// The error of a caller's, who knows the database's as those of writes.
struct Refused<E>(E);

impl<E: From<WriteError>> From<DbError> for Refused<E> {
    fn from(error: DbError) -> Self {
        Self(WriteError::from(error).into())
    }
}

/// What the thread has.
struct Desk {
    database: Database,
    connection: Connection,
    commits: Arc<Histogram>,
}

impl Desk {
    /// An answer that nobody waits for any more is dropped: its batch is stored, and the gateway, which cannot
    /// know, sends it again, which changes nothing.
    fn run(mut self, mut inbox: mpsc::Receiver<Command>) {
        while let Some(command) = inbox.blocking_recv() {
            match command {
                Command::Append(entries, answer) => drop(answer.send(self.append(&entries))),
                Command::Change(work) => work(self.connected()),
                Command::Probe(answer) => drop(answer.send(self.probe())),
                Command::Stop(answer) => return drop(answer.send(self.close())),
            }
        }
        if let Err(error) = self.close() {
            crate::log::error("close_failed", serde_json::json!({"message": error.to_string()}));
        }
    }

    /// A connection that works, as far as is known: a server may have been restarted.
    fn connected(&mut self) -> Result<&Connection, DbError> {
        if self.connection.is_lost() {
            self.connection = self.database.reopen()?;
            crate::log::info("reconnected", serde_json::json!({"database": self.database.to_string()}));
        }
        Ok(&self.connection)
    }

    fn append(&mut self, entries: &[Entry]) -> Result<Acknowledgement, StoreError> {
        let began = Instant::now();
        let stored = store(self.connected()?, entries);
        self.commits.observe(began.elapsed());
        Ok(stored?)
    }

    fn probe(&mut self) -> Result<(), StoreError> {
        let write = r#"INSERT INTO "spillway_probe" ("id", "checked_at") VALUES (1, ?1)
                       ON CONFLICT ("id") DO UPDATE SET "checked_at" = excluded."checked_at""#;
        self.connected()?.execute(write, &params![&now()])?;
        Ok(())
    }

    fn close(self) -> Result<(), StoreError> {
        Ok(self.connection.close()?)
    }
}

/// One transaction. Whatever fails, everything is taken back.
pub(super) fn transact<T, E: From<DbError>>(
    connection: &Connection,
    work: impl FnOnce(&Connection) -> Result<T, E>,
) -> Result<T, E> {
    connection.transact(|db| {
        let done = work(db)?;
        changes::trim(db)?;
        Ok(done)
    })
}

fn store(connection: &Connection, entries: &[Entry]) -> Result<Acknowledgement, DbError> {
    transact(connection, |db| {
        gateways::merge_one(db)?;
        append::entries(db, entries, &now())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::{Fresh, on_sqlite};
    use spillway_filter::event::Event;

    fn entry(id: usize) -> Entry {
        let tags = vec!["x".repeat(2_000)];
        Entry::of(&Event { request_id: format!("r-{id}"), tags, ..Event::default() })
    }

    #[test]
    fn a_batch_that_does_not_fit_on_the_disk_leaves_nothing() {
        if !on_sqlite() {
            return;
        }
        let fresh = Fresh::new();
        let connection = open(&fresh.database).unwrap();
        let bound = |pages: i64| {
            connection.one(&format!("PRAGMA max_page_count = {pages}"), &[], |_| Ok(())).unwrap()
        };
        let pages: i64 = connection.one("PRAGMA page_count", &[], |row| row.get(0)).unwrap();
        bound(pages + 10);

        let batch: Vec<Entry> = (0..100).map(entry).collect();
        let error = store(&connection, &batch).unwrap_err();
        assert_eq!(error.to_string(), "database or disk is full");
        let rows = || fresh.number(r#"SELECT count(*) FROM "LiteLLM_SpendLogs""#);
        assert_eq!(rows(), 0);
        let small = store(&connection, &batch[..2]).unwrap();
        assert_eq!((small.stored, small.duplicates), (2, 0));

        bound(pages + 1_000);
        let again = store(&connection, &batch).unwrap();
        assert_eq!((again.stored, again.duplicates, rows()), (98, 2, 100));
    }

    #[test]
    fn commits_are_synced_and_the_file_is_private() {
        if !on_sqlite() {
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("of/a/new/folder.sqlite");
        let connection = open(&Database::file(&file)).unwrap();
        let pragma = |name: &str| -> String {
            let select = format!("SELECT CAST({name} AS TEXT) FROM pragma_{name}");
            connection.one(&select, &[], |row| row.get(0)).unwrap()
        };
        assert_eq!((pragma("journal_mode").as_str(), pragma("synchronous").as_str()), ("wal", "2"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
}
