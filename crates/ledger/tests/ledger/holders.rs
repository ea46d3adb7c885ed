//! Keys, teams and users as rows, for tests of what gateways are told of them.

use crate::database::on_sqlite;
use crate::http::Answer;
use crate::running::{Running, TOKEN};

/// Adds a row with these columns.
pub async fn insert(running: &Running, table: &str, columns: &[(&str, &str)]) {
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let values: Vec<&str> = columns.iter().map(|(_, value)| *value).collect();
    let insert = format!(
        r#"INSERT INTO "{table}" ({}, created_at, updated_at)
           VALUES ({}, '2026-11-20T12:00:00.000000Z', '2026-11-20T12:00:00.000000Z')"#,
        names.join(", "),
        values.join(", ")
    );
    running.place.script(&insert).await;
}

/// A list of names as a value of a column.
pub fn list(names: &[&str]) -> String {
    let quoted = names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(",");
    if on_sqlite() { format!("'[{quoted}]'") } else { format!("'{{{quoted}}}'") }
}

/// Asks as a gateway does.
pub async fn ask(running: &Running, path: &str) -> Answer {
    running.http.send(hyper::Method::GET, path, Some(TOKEN), "").await.unwrap()
}

/// Asks for a key.
pub async fn lookup(running: &Running, hash: &str, gateway: &str) -> Answer {
    ask(running, &format!("/v1/keys/{hash}?gateway={gateway}")).await
}
