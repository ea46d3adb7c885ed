//! The ledger's database as any other program sees it: a file, or a database on the server that
//! `SPILLWAY_TEST_POSTGRES` names.

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags};
use spillway_e2e::Failure;
use tokio_postgres::{Client, NoTls, SimpleQueryMessage};

/// Where a new server is, as `tools/with-postgres.sh` tells.
const SERVER: &str = "SPILLWAY_TEST_POSTGRES";

/// How long a reader of the file waits for the ledger.
const LOCK_WAIT: Duration = Duration::from_secs(10);

/// A kind of database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A file.
    Sqlite,
    /// A database on a server.
    Postgres,
}

impl fmt::Display for Kind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        })
    }
}

/// Whether there is a server to test with.
pub fn has_server() -> bool {
    server().is_ok()
}

fn server() -> Result<String, Failure> {
    let named = std::env::var(SERVER).ok().filter(|url| !url.is_empty());
    named.ok_or_else(|| format!("{SERVER} names no server: run it by tools/with-postgres.sh"))
}

/// One database.
pub enum Books {
    /// SQLite's file.
    File(PathBuf),
    /// The address of a database on a server.
    Server(String),
}

impl Books {
    /// An empty database: a file in this folder, or a new one on the server, with this name.
    ///
    /// # Errors
    /// There is no server, or it refuses.
    pub async fn new(kind: Kind, folder: &Path, name: &str) -> Result<Self, Failure> {
        if kind == Kind::Sqlite {
            return Ok(Self::File(folder.join("ledger.sqlite")));
        }
        let server = server()?;
        let name = format!("chaos_{}_{name}", std::process::id());
        let create = format!("CREATE DATABASE {name}");
        connect(&server).await?.batch_execute(&create).await.map_err(|error| format!("{create}: {error}"))?;
        let (host, _) = server.rsplit_once('/').ok_or_else(|| format!("{server} names no database"))?;
        Ok(Self::Server(format!("{host}/{name}")))
    }

    /// The rows of an answer, each column as text; a null is empty.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn rows(&self, select: &str) -> Result<Vec<Vec<String>>, Failure> {
        match self {
            Self::File(file) => of_file(file, select).map_err(|error| format!("{select}: {error}")),
            Self::Server(address) => of_server(&connect(address).await?, select).await,
        }
    }

    /// The numbers of an answer's only row; a null is 0.
    ///
    /// # Errors
    /// The database refuses, or answers something else.
    pub async fn numbers<const N: usize>(&self, select: &str) -> Result<[u64; N], Failure> {
        let rows = self.rows(select).await?;
        let row: Option<Vec<u64>> = match rows.as_slice() {
            [row] => {
                row.iter().map(|text| if text.is_empty() { Some(0) } else { text.parse().ok() }).collect()
            }
            _ => None,
        };
        row.and_then(|row| row.try_into().ok())
            .ok_or_else(|| format!("{select}: {rows:?} is no row of {N} numbers"))
    }
}

fn of_file(file: &Path, select: &str) -> rusqlite::Result<Vec<Vec<String>>> {
    let database = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    database.busy_timeout(LOCK_WAIT)?;
    let mut statement = database.prepare(select)?;
    let columns = statement.column_count();
    let row = |row: &rusqlite::Row<'_>| (0..columns).map(|index| row.get(index).map(text)).collect();
    statement.query_map([], row)?.collect()
}

fn text(value: Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Integer(number) => number.to_string(),
        Value::Real(number) => number.to_string(),
        Value::Text(text) => text,
        Value::Blob(bytes) => format!("{bytes:?}"),
    }
}

async fn connect(address: &str) -> Result<Client, Failure> {
    let connected = tokio_postgres::connect(address, NoTls).await;
    let (client, connection) = connected.map_err(|error| format!("{address}: {error}"))?;
    tokio::spawn(connection);
    Ok(client)
}

async fn of_server(client: &Client, select: &str) -> Result<Vec<Vec<String>>, Failure> {
    let told = client.simple_query(select).await.map_err(|error| format!("{select}: {error}"))?;
    let row = |message| match message {
        SimpleQueryMessage::Row(row) => {
            Some((0..row.len()).map(|index| row.get(index).unwrap_or_default().to_owned()).collect())
        }
        _ => None,
    };
    Ok(told.into_iter().filter_map(row).collect())
}
