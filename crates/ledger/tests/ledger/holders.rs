//! Keys, teams and users as rows, for tests of what gateways are told of them.

use rusqlite::Connection;

use crate::http::Answer;
use crate::running::{Running, TOKEN};

/// Adds a row with these columns.
pub fn insert(database: &Connection, table: &str, columns: &[(&str, &str)]) {
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let values: Vec<&str> = columns.iter().map(|(_, value)| *value).collect();
    let insert = format!(
        r#"INSERT INTO "{table}" ({}, created_at, updated_at)
           VALUES ({}, '2026-11-20T12:00:00.000000Z', '2026-11-20T12:00:00.000000Z')"#,
        names.join(", "),
        values.join(", ")
    );
    database.execute(&insert, []).unwrap();
}

/// Asks as a gateway does.
pub async fn ask(running: &Running, path: &str) -> Answer {
    running.http.send(hyper::Method::GET, path, Some(TOKEN), "").await.unwrap()
}

/// Asks for a key.
pub async fn lookup(running: &Running, hash: &str, gateway: &str) -> Answer {
    ask(running, &format!("/v1/keys/{hash}?gateway={gateway}")).await
}
