//! PostgreSQL: a connection that is waited for. It runs on threads where blocking is allowed.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::pin;
use std::rc::Rc;
use std::time::Duration;

use futures_util::future::try_join_all;
use futures_util::stream::TryStreamExt;
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, NoTls, Statement};

use super::postgres_copy::{self, Binary};
use super::postgres_insert::{self, Array};
use super::postgres_url::PostgresUrl;
use super::{DbError, Flow, Insert, Param, Row, Value, tls};

/// Statements kept prepared; those of a page with rare filters push all others out once.
const STATEMENTS: usize = 256;

/// Statements that are sent before the first one's answer is waited for.
const PIPELINE: usize = 512;

/// How much longer than the server may take the client waits for its word.
const GRACE: Duration = Duration::from_secs(2);

/// Turns of the runtime in which what has arrived is read: one to see that there is something, one to read it, one for
/// what follows from it.
const LISTENING: usize = 3;

/// What a connection is for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Session {
    /// Whether the server refuses what writes.
    pub(crate) read_only: bool,
    /// How long a statement may run, and wait for a lock.
    pub(crate) statement_time: Duration,
}

/// A connection to a server.
pub(crate) struct Postgres {
    /// There until it is dropped.
    runtime: Option<Runtime>,
    client: Client,
    patience: Duration,
    lost: Cell<bool>,
    statements: RefCell<BTreeMap<String, Statement>>,
}

impl Postgres {
    /// Connects and sets the session.
    pub(super) fn open(url: &PostgresUrl, session: Session) -> Result<Self, DbError> {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| DbError::Failed(format!("no runtime: {error}")))?;
        let connect = async {
            let client = connect(url).await?;
            client.batch_execute(&session.settings()).await?;
            Ok::<_, DbError>(client)
        };
        let client = runtime.block_on(connect)?;
        Ok(Self {
            runtime: Some(runtime),
            client,
            patience: session.statement_time + GRACE,
            lost: Cell::new(false),
            statements: RefCell::default(),
        })
    }

    /// Whether it will not work again. What the server has said meanwhile is read first: while nobody waits for an
    /// answer, nobody hears that it has closed the connection.
    pub(super) fn is_lost(&self) -> bool {
        if let Some(runtime) = &self.runtime {
            runtime.block_on(async {
                for _ in 0..LISTENING {
                    tokio::task::yield_now().await;
                }
            });
        }
        self.lost.get() || self.client.is_closed()
    }

    pub(super) fn execute(&self, sql: &str, params: &[Param<'_>]) -> Result<u64, DbError> {
        let statement = self.prepared(sql)?;
        self.wait(async { Ok(self.client.execute_raw(&statement, params).await?) })
    }

    /// Sends statements ahead of their answers: the server works while the next ones are on their way.
    pub(super) fn execute_many(&self, sql: &str, rows: &[Vec<Param<'_>>]) -> Result<(), DbError> {
        let statement = self.prepared(sql)?;
        for part in rows.chunks(PIPELINE) {
            let sent = part.iter().map(|params| self.client.execute_raw(&statement, params));
            self.wait(async { Ok(try_join_all(sent).await?) })?;
        }
        Ok(())
    }

    pub(super) fn insert<'p>(
        &self,
        insert: &Insert,
        rows: &[impl AsRef<[Param<'p>]>],
    ) -> Result<(), DbError> {
        let columns = self.prepared(&postgres_insert::types(insert))?;
        let types: Vec<Type> = columns.columns().iter().map(|column| column.type_().clone()).collect();
        if insert.on_conflict.is_none() {
            return self.copy(insert, &types, rows);
        }
        let statement = self.prepared(&postgres_insert::statement(insert, &types))?;
        for part in rows.chunks(postgres_insert::ROWS) {
            let columns = types.iter().zip(0..).map(|(kind, place)| Array::of(kind, part, place));
            let columns: Vec<Array<'_>> = columns.collect::<Result<_, _>>()?;
            self.wait(async { Ok(self.client.execute_raw(&statement, &columns).await?) })?;
        }
        Ok(())
    }

    /// Copies rows that are all new, which is one statement whatever their number.
    fn copy<'p>(
        &self,
        insert: &Insert,
        types: &[Type],
        rows: &[impl AsRef<[Param<'p>]>],
    ) -> Result<(), DbError> {
        if rows.iter().any(|row| row.as_ref().len() != types.len()) {
            return Err(DbError::Failed(format!("a row of \"{}\" has not all of its columns", insert.table)));
        }
        let statement = self.prepared(&postgres_copy::statement(insert))?;
        self.wait(async {
            let sink = self.client.copy_in(&statement).await?;
            let mut writer = pin!(BinaryCopyInWriter::new(sink, types));
            for row in rows {
                writer.as_mut().write_raw(row.as_ref().iter().map(Binary)).await?;
            }
            writer.as_mut().finish().await?;
            Ok(())
        })
    }

    pub(super) fn each(
        &self,
        sql: &str,
        params: &[Param<'_>],
        mut read: impl FnMut(Row) -> Result<Flow, DbError>,
    ) -> Result<(), DbError> {
        let statement = self.prepared(sql)?;
        let names: Rc<[String]> = statement.columns().iter().map(|column| column.name().to_owned()).collect();
        self.wait(async {
            let mut rows = pin!(self.client.query_raw(&statement, params).await?);
            while let Some(row) = rows.try_next().await? {
                let values = (0..names.len()).map(|index| row.try_get::<_, Value>(index));
                if read(Row::new(&names, values.collect::<Result<_, _>>()?))?.is_break() {
                    break;
                }
            }
            Ok(())
        })
    }

    pub(super) fn script(&self, statements: &str) -> Result<(), DbError> {
        self.wait(async { Ok(self.client.batch_execute(statements).await?) })
    }

    fn prepared(&self, sql: &str) -> Result<Statement, DbError> {
        if let Some(known) = self.statements.borrow().get(sql) {
            return Ok(known.clone());
        }
        let statement = self.wait(async { Ok(self.client.prepare(&dollars(sql)).await?) })?;
        let mut statements = self.statements.borrow_mut();
        if statements.len() >= STATEMENTS {
            statements.clear();
        }
        statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    /// A server that says nothing is given up, for what it does with the statement is not known any more.
    fn wait<T>(&self, work: impl Future<Output = Result<T, DbError>>) -> Result<T, DbError> {
        let Some(runtime) = &self.runtime else {
            return Err(DbError::Failed("the connection is closed".to_owned()));
        };
        runtime.block_on(async {
            tokio::time::timeout(self.patience, work).await.unwrap_or_else(|_| {
                self.lost.set(true);
                Err(DbError::Failed(format!(
                    "PostgreSQL gave no answer within {} s",
                    self.patience.as_secs()
                )))
            })
        })
    }
}

/// Connects. What drives the connection ends when the client is dropped; an error of its own reaches whoever
/// asks next.
async fn connect(url: &PostgresUrl) -> Result<Client, DbError> {
    if url.is_local() {
        let (client, connection) = url.config().connect(NoTls).await?;
        tokio::spawn(async move { drop(connection.await) });
        return Ok(client);
    }
    let (client, connection) = url.config().connect(tls::connector()?).await?;
    tokio::spawn(async move { drop(connection.await) });
    Ok(client)
}

impl Drop for Postgres {
    /// A runtime may not be waited for on a thread that serves others.
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Session {
    fn settings(self) -> String {
        let milliseconds = self.statement_time.as_millis();
        let read_only = if self.read_only { "on" } else { "off" };
        // An acknowledged batch must outlive a crash of the server, whatever the server's own default is.
        format!(
            "SET TIME ZONE 'UTC'; SET statement_timeout = {milliseconds}; SET lock_timeout = {milliseconds}; \
             SET default_transaction_read_only = {read_only}; SET synchronous_commit = on; \
             SET idle_in_transaction_session_timeout = {milliseconds}"
        )
    }
}

/// Our statements number their values as SQLite does: `?1` → `$1`. None has a `?` elsewhere.
fn dollars(sql: &str) -> String {
    sql.replace('?', "$")
}

impl From<tokio_postgres::Error> for DbError {
    /// The message alone: the server's details quote values.
    fn from(error: tokio_postgres::Error) -> Self {
        if error.code() == Some(&SqlState::QUERY_CANCELED) {
            return Self::TooLong;
        }
        if error.code() == Some(&SqlState::T_R_DEADLOCK_DETECTED) {
            return Self::Deadlock;
        }
        match error.as_db_error() {
            Some(told) => Self::Failed(told.message().to_owned()),
            None => Self::Failed(causes(&error)),
        }
    }
}

/// An error and what it is due to, each said once.
fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let said = error.to_string();
        if !text.contains(&said) {
            text = format!("{text}: {said}");
        }
        cause = error.source();
    }
    text
}
