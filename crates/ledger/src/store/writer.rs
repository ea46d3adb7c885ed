//! The way to the thread that writes.

use std::sync::Arc;
use std::time::Duration;

use spillway_filter::event::Acknowledgement;
use tokio::runtime::Builder;
use tokio::sync::{mpsc, oneshot};

use super::desk::{Answer, Command, Desk, transact};
use super::holders::WriteError;
use super::unsettled::Unsettled;
use super::{OpenError, StoreError, migrate};
use crate::db::{Connection, Database, DbError};
use crate::metrics::Histogram;
use crate::record::Entry;

/// Batches that may wait for the thread; the next ones wait outside, for [`QUEUE_WAIT`].
const QUEUE: usize = 64;

/// How long a batch waits for a place in the queue.
const QUEUE_WAIT: Duration = Duration::from_secs(5);

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
        let clock = Builder::new_current_thread().enable_time().build().map_err(OpenError::Thread)?;
        let unsettled = Unsettled::unknown();
        let desk = Desk { database, connection, commits: Arc::clone(&commits), unsettled };
        std::thread::Builder::new()
            .name("ledger-writer".to_owned())
            .spawn(move || desk.run(inbox, &clock))
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
