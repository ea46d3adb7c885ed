//! A database that cannot: the gateway is told to send the batch again, and the health check says so.

use serde_json::json;
use spillway_ledger::{Database, Ledger, Options};

use crate::database::on_sqlite;
use crate::events::answered;
use crate::running::{Running, until};

#[tokio::test]
async fn a_locked_database_refuses_the_batch_until_it_is_free() {
    if !on_sqlite() {
        return;
    }
    let running = Running::start().await;
    let other = rusqlite::Connection::open(running.place.file()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let refused = running.deliver(&[answered("a")]).await;
    assert_eq!((refused.status, refused.error("code")), (503, &json!("not_stored")));
    assert_eq!(refused.headers["retry-after"], "1");
    let health = running.get("/health").await;
    assert_eq!((health.status, health.error("code")), (503, &json!("unhealthy")));
    // A snapshot is read beside the lock.
    assert_eq!(running.get("/spend/logs").await.body, json!([]));

    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(running.deliver(&[answered("a")]).await.body, json!({"stored": 1, "duplicates": 0}));
    until("it is well again", async || running.get("/health").await.status == 200).await;
}

#[tokio::test]
async fn a_database_that_loses_its_tables_is_reported_not_hidden() {
    let running = Running::start().await;
    running.place.script(r#"DROP TABLE "LiteLLM_SpendLogGuardrailIndex""#).await;
    let event = crate::events::blocked("a", "aresponses");
    assert_eq!(running.deliver(&[answered("b"), event]).await.status, 503);
    assert_eq!(running.number(r#"SELECT count(*) FROM "LiteLLM_SpendLogs""#).await, 0);
    assert_eq!(running.number(r#"SELECT count(*) FROM "LiteLLM_DailyGuardrailMetrics""#).await, 0);
    let query = running.get("/guardrails/usage/logs?guardrail_id=x").await;
    assert_eq!((query.status, query.error("code")), (503, &json!("storage_failed")));
}

#[tokio::test]
async fn a_file_that_cannot_be_a_ledger_stops_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let start = async |name: &str| {
        let started =
            Ledger::start(Options::new("127.0.0.1:0", Database::file(folder.path().join(name)))).await;
        started.err().expect("no ledger").to_string()
    };
    std::fs::write(folder.path().join("text.sqlite"), "this is no database, it is a text of some length")
        .unwrap();
    assert!(start("text.sqlite").await.contains("text.sqlite: not usable as a database"));
    assert!(start("text.sqlite/below").await.contains("cannot be created"));

    let newer = rusqlite::Connection::open(folder.path().join("newer.sqlite")).unwrap();
    newer.execute_batch("CREATE TABLE t (x); PRAGMA user_version = 99").unwrap();
    assert!(
        start("newer.sqlite").await.starts_with("the database has schema 99, this program knows up to 9")
    );
}

#[tokio::test]
async fn an_address_in_use_stops_the_start() {
    let running = Running::start().await;
    let address = running.ledger.addr().to_string();
    let second = Ledger::start(Options::new(address.clone(), running.place.database())).await;
    assert!(
        second.err().expect("no ledger").to_string().starts_with(&format!("cannot listen on {address}: "))
    );
}
