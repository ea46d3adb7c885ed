//! The way to the threads that write.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use spillway_filter::event::Acknowledgement;
use tokio::runtime::Builder;
use tokio::sync::{mpsc, oneshot};

use super::desk::{Answer, Command, Desk, transact};
use super::holders::WriteError;
use super::key_aliases::Written;
use super::unsettled::Unsettled;
use super::{OpenError, StoreError, migrate};
use crate::db::{Connection, Database, DbError, Dialect};
use crate::metrics::Histogram;
use crate::record::Entry;

/// Threads that write to a server. While one adds to what all add to, which is done one at a time, the other inserts rows.
/// Only one may write to a file.
const SERVER_DESKS: usize = 2;

/// Batches that may wait for a thread; the next ones wait outside, for [`QUEUE_WAIT`].
const QUEUE: usize = 64;

/// How long a batch waits for a place in the queue.
const QUEUE_WAIT: Duration = Duration::from_secs(5);

/// The way to the threads.
pub(super) struct Writer {
    /// One at least. The first one also does what is no batch.
    desks: Vec<mpsc::Sender<Command>>,
    /// Batches that were handed over so far: they take the desks in turn.
    batches: AtomicUsize,
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
    /// Gives the connection to a new thread, and others of their own to as many as may write beside it. They end with
    /// [`Writer::stop`], or when this value is dropped.
    pub(super) fn start(database: &Database, connection: Connection) -> Result<Self, OpenError> {
        let commits = Arc::<Histogram>::default();
        let others = match connection.dialect() {
            Dialect::Sqlite => 0,
            Dialect::Postgres => SERVER_DESKS - 1,
        };
        let mut connections = vec![connection];
        for _ in 0..others {
            connections.push(database.open()?);
        }
        let unsettled = Arc::new(Unsettled::unknown());
        let desk = |connection| Desk {
            database: database.clone(),
            connection,
            commits: Arc::clone(&commits),
            unsettled: Arc::clone(&unsettled),
            key_aliases: Written::default(),
        };
        let desks = connections.into_iter().map(|connection| run(desk(connection)));
        let desks = desks.collect::<Result<_, _>>()?;
        Ok(Self { desks, batches: AtomicUsize::new(0), commits })
    }

    /// Commands that wait for the threads.
    pub(super) fn waiting(&self) -> usize {
        self.desks.iter().map(|desk| desk.max_capacity().saturating_sub(desk.capacity())).sum()
    }

    /// How long batches took to be stored, once it was their turn.
    pub(super) fn commits(&self) -> &Histogram {
        &self.commits
    }

    /// See [`super::Store::append`].
    pub(super) async fn append(&self, entries: Vec<Entry>) -> Result<Acknowledgement, StoreError> {
        let turn = self.batches.fetch_add(1, Ordering::Relaxed) % self.desks.len().max(1);
        let desk = self.desks.get(turn).ok_or(StoreError::Closed)?;
        ask(desk, |answer| Command::Append(entries, answer)).await
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
        let first = self.first().map_err(WriteError::from)?;
        let sent = send(first, Command::Change(Box::new(work))).await;
        sent.map_err(WriteError::from)?;
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
        let _ = self.desks.first().map(|desk| desk.try_send(Command::Change(Box::new(work))));
    }

    /// Commits one row, to know that rows can be committed.
    pub(super) async fn probe(&self) -> Result<(), StoreError> {
        ask(self.first()?, Command::Probe).await
    }

    /// Returns when all that was asked before is done, and the file is closed.
    pub(super) async fn stop(&self) -> Result<(), StoreError> {
        let mut stopped = Ok(());
        for desk in &self.desks {
            stopped = stopped.and(ask(desk, Command::Stop).await);
        }
        stopped
    }

    fn first(&self) -> Result<&mpsc::Sender<Command>, StoreError> {
        self.desks.first().ok_or(StoreError::Closed)
    }
}

/// Starts a thread.
fn run(desk: Desk) -> Result<mpsc::Sender<Command>, OpenError> {
    let (commands, inbox) = mpsc::channel(QUEUE);
    let clock = Builder::new_current_thread().enable_time().build().map_err(OpenError::Thread)?;
    std::thread::Builder::new()
        .name("ledger-writer".to_owned())
        .spawn(move || desk.run(inbox, &clock))
        .map_err(OpenError::Thread)?;
    Ok(commands)
}

async fn ask<T>(
    desk: &mpsc::Sender<Command>,
    command: impl FnOnce(Answer<T>) -> Command,
) -> Result<T, StoreError> {
    let (answer, answered) = oneshot::channel();
    send(desk, command(answer)).await?;
    answered.await.map_err(|_| StoreError::Closed)?
}

async fn send(desk: &mpsc::Sender<Command>, command: Command) -> Result<(), StoreError> {
    desk.send_timeout(command, QUEUE_WAIT).await.map_err(|error| match error {
        mpsc::error::SendTimeoutError::Timeout(_) => StoreError::Busy,
        mpsc::error::SendTimeoutError::Closed(_) => StoreError::Closed,
    })
}

/// The error of a caller's, who knows the database's as those of writes.
struct Refused<E>(E);

impl<E: From<WriteError>> From<DbError> for Refused<E> {
    fn from(error: DbError) -> Self {
        Self(WriteError::from(error).into())
    }
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use futures_util::future::try_join_all;
    use spillway_filter::event::Event;

    use crate::record::Entry;
    use crate::store::testing;

    fn batch(ids: Range<usize>) -> Vec<Entry> {
        ids.map(|id| {
            Entry::of(Event { request_id: format!("r-{id}"), cost_nanodollars: 1, ..Event::default() })
        })
        .collect()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_batch_that_comes_twice_at_the_same_time_is_stored_once() {
        let (store, fresh) = testing::store();
        let mut stored = 0;
        for begin in (0..10_000).step_by(1_000) {
            // Each batch has half of its events in common with the next one.
            let batches = (0..12).map(|part| batch(begin + part * 100..begin + part * 100 + 200));
            let told = try_join_all(batches.map(|batch| store.append(batch))).await.unwrap();
            stored += told.iter().map(|told| told.stored).sum::<u64>();
        }
        store.close().await.unwrap();
        assert_eq!(stored, 10_300);
        for select in [
            r#"SELECT count(*) FROM "LiteLLM_SpendLogs""#,
            r#"SELECT CAST(sum("api_requests") AS BIGINT) FROM "LiteLLM_DailyUserSpend""#,
            r#"SELECT CAST(sum("spend_nanodollars") AS BIGINT) FROM "spillway_daily_totals" WHERE "dimension" = 'model'"#,
        ] {
            assert_eq!(fresh.number(select), 10_300, "{select}");
        }
    }
}
